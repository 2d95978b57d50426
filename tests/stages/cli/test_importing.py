"""``nearhome import`` as somebody at a terminal meets it."""

import csv
import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cast import Cast, make_cast
from nearhome.cli.main import app
from nearhome.market.models import Home, RegisterLoad
from nearhome.needs.models import Child, ReturnLoad
from nearhome.privacy.acting import acting
from scenes_needs import BLUE_FIRST, BLUE_NOW, RED_NOW, made_up_return, table

pytestmark = pytest.mark.django_db
REGISTER = (
    "URN,Provider type,Sector,Provider name,Owner name,Provider postcode,Number of registered places\n"
    "SC900500,Children's home,Private,Made-up Home,Madeup Meadow Care Ltd,CT9 1QQ,3\n"
    "SC900501,Children's home,Private,Made-up Home 2,Madeup Meadow Care Ltd,ZZ99 9ZZ,3\n"
)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "return", made_up_return())


def written(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def run(monkeypatch: pytest.MonkeyPatch, capsys: Any, *arguments: object) -> tuple[int, str]:
    """The exit code, and what the terminal shows, in one line."""
    from nearhome.cli import progress

    monkeypatch.setattr(progress.terminal, "_width", 200)
    with progress.terminal.capture() as shown:
        result = CliRunner().invoke(app, ["import", *map(str, arguments)])
    said = shown.get() + result.output + capsys.readouterr().err
    return result.exit_code, re.sub(r"\s+", " ", said)


@pytest.fixture
def nearhome(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Any:
    return lambda *arguments: run(monkeypatch, capsys, *arguments)


def test_a_return_is_loaded_and_counted(cast: Cast, folder: Path, nearhome: Any) -> None:
    code, said = nearhome("903", folder, "--authority", "886", "--year", "2026")
    assert code == 0
    assert re.search(r"Episodes\W+3\W+0\W+0\W+0\W+0", said)
    assert "No problems" in said
    with acting(cast.anna):
        assert ReturnLoad.objects.get().read_by == "Nearhome"
    code, said = nearhome("903", folder, "--authority", "886", "--year", "2026")
    assert re.search(r"Episodes\W+0\W+0\W+3\W+0\W+0", said)


def test_a_preview_writes_nothing(cast: Cast, folder: Path, nearhome: Any) -> None:
    code, said = nearhome("903", folder, "--authority", "886", "--year", "2026", "--preview")
    assert code == 0
    assert "Kent: would change" in said
    with acting(cast.anna):
        assert not Child.objects.exists()
        assert not ReturnLoad.objects.exists()


def test_problems_are_listed_by_rule_and_child_and_written(
    cast: Cast, folder: Path, tmp_path: Path, nearhome: Any
) -> None:
    written(folder, made_up_return(episodes=[BLUE_FIRST, BLUE_NOW, RED_NOW.replace("10/01/2026", "31/02/2026")]))
    file = tmp_path / "problems.csv"
    code, said = nearhome("903", folder, "--authority", "886", "--year", "2026", "--problems", file)
    assert code == 0
    assert "Problems by rule" in said
    assert "Problems by child" in said
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert (rows[0]["File"], rows[0]["Row"], rows[0]["Child"], rows[0]["Field"]) == (
        "episodes.csv",
        "4",
        "RED-FOX",
        "DECOM",
    )


def test_a_folder_that_is_no_return_ends_with_one_and_a_sentence(cast: Cast, tmp_path: Path, nearhome: Any) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder, says in ((empty, "There is no Header table"), (tmp_path / "nowhere", "There is no file or folder")):
        code, said = nearhome("903", folder, "--authority", "886", "--year", "2026")
        assert code == 1
        assert says in said
        assert "Traceback" not in said


def test_an_unknown_authority_or_year_is_said_with_what_is_known(cast: Cast, folder: Path, nearhome: Any) -> None:
    code, said = nearhome("903", folder, "--authority", "999", "--year", "2026")
    assert code == 1
    assert "no authority with the code 999" in said
    assert "886 Kent" in said
    code, said = nearhome("903", folder, "--authority", "886", "--year", "1999")
    assert (code, "2023 to 2027" in said) == (1, True)
    code, said = nearhome("903", folder, "--year", "2026")
    assert (code, "Say whose return it is" in said) == (1, True)


def test_a_named_person_loads_only_what_they_may(cast: Cast, folder: Path, nearhome: Any) -> None:
    code, said = nearhome("903", folder, "--authority", "886", "--year", "2026", "--as", cast.olive.email)
    assert (code, "Only an analyst or an administrator" in said) == (1, True)
    code, said = nearhome("903", folder, "--authority", "886", "--year", "2026", "--as", "nobody@nowhere.example")
    assert (code, "Nobody signs in as" in said) == (1, True)
    code, _ = nearhome("903", folder, "--authority", "886", "--year", "2026", "--as", cast.anna.email)
    assert code == 0
    with acting(cast.anna):
        assert ReturnLoad.objects.get().read_by == cast.anna.name


def test_a_pooled_file_is_loaded_for_every_authority_it_names(cast: Cast, tmp_path: Path, nearhome: Any) -> None:
    header = ["BLUE_886,F,2010-11-01,,Kent,2026", "RED_851,M,2011-01-01,,Portsmouth,2026"]
    episodes = ["BLUE_886,2025-06-01,S,C2,N1,U6,PR1,Kent,2026", "RED_851,2025-06-01,S,C2,N1,U6,PR1,Portsmouth,2026"]
    folder = written(
        tmp_path / "pooled",
        {
            "header.csv": table("CHILD,SEX,DOB,ETHNIC,LA,YEAR", header),
            "episodes.csv": table("CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,LA,YEAR", episodes),
        },
    )
    code, said = nearhome("903", folder, "--year", "2026")
    assert code == 0
    assert "Kent: changed" in said
    assert "Portsmouth: changed" in said
    for person, ref in ((cast.anna, "BLUE"), (cast.oscar, "RED")):
        with acting(person):
            assert Child.objects.get().return_ref == ref
            assert Child.objects.get().born_month == dt.date(
                2010 if ref == "BLUE" else 2011, 11 if ref == "BLUE" else 1, 1
            )


def test_a_register_is_previewed_and_loaded(cast: Cast, tmp_path: Path, nearhome: Any) -> None:
    file = tmp_path / "register.csv"
    file.write_text(REGISTER)
    code, said = nearhome("register", file, "--preview")
    assert (code, "Would change" in said) == (0, True)
    with acting(cast.colin):
        assert not Home.objects.exists()
    code, said = nearhome("register", file, "--authority", "886")
    assert code == 0
    assert re.search(r"Homes\W+1\W+0\W+0\W+0\W+0", said)
    assert "ZZ99 9ZZ is not known" in said
    with acting(cast.colin):
        assert Home.objects.get().provider == cast.meadow
        assert RegisterLoad.objects.get().confirmed_at


def test_a_register_that_cannot_be_read_ends_with_one_and_a_sentence(cast: Cast, tmp_path: Path, nearhome: Any) -> None:
    file = tmp_path / "noise.csv"
    file.write_bytes(bytes(range(256)) * 4000)
    code, said = nearhome("register", file)
    assert (code, "cannot be read" in said) == (1, True)
    code, said = nearhome("register", tmp_path / "missing.csv")
    assert (code, "There is no file or folder" in said) == (1, True)

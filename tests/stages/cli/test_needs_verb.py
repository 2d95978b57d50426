"""``nearhome needs``: an analyst's own machine, no server, no database."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from python_calamine import CalamineWorkbook

from scenes_needs import EPISODES, HEADER, UASC, table
from scenes_sufficiency import FAR, OWN, children_of

ASKED = (
    "children_looked_after", "started_in_year", "ceased_in_year", "share_outside_authority", "share_at_a_distance",
    "median_miles", "share_over_20_miles", "share_over_50_miles", "share_over_100_miles", "far_with_no_recorded_reason",
    "under_16_unlawful_settings", "three_or_more_placements", "long_term_stable", "share_foster", "share_residential",
    "share_supported", "share_foster_external", "unknown_distance",
)  # fmt: skip


def run(*said: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nearhome.cli", *map(str, said)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def kent(tmp_path: Path) -> Path:
    return write(tmp_path / "886" / "2026", children_of("KEN", 40, 12))


def figures(*said: object) -> dict[str, Any]:
    done = run("needs", *said, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_figures_have_the_promised_names_and_shape_and_are_right(kent: Path) -> None:
    found = figures(kent, "--authority", "886", "--on", "2026-03-31")
    schema = json.loads(run("schema", "needs").stdout)
    jsonschema.validate(found, schema)
    assert set(ASKED) <= set(found["indicators"])
    outside = found["indicators"]["share_outside_authority"]
    assert (outside["value"], outside["numerator"], outside["denominator"]) == (pytest.approx(12 / 52), 12, 52)
    assert (outside["unit"], outside["suppressed"]) == ("share", False)
    assert "authority" in outside["definition"]
    assert found["indicators"]["share_residential"]["numerator"] == 12
    assert found["indicators"]["started_in_year"]["value"] == 52


def test_the_same_files_give_the_same_figures_wherever_they_lie_and_however_the_authority_is_named(
    tmp_path: Path, kent: Path
) -> None:
    plain = write(tmp_path / "somewhere", children_of("KEN", 40, 12))
    first = figures(kent, "--on", "31/03/2026")["indicators"]
    for name in ("886", "E10000016", "Kent"):
        assert figures(plain, "--authority", name, "--on", "2026-03-31")["indicators"] == first


def test_several_authorities_together_are_told_apart(tmp_path: Path, kent: Path) -> None:
    write(tmp_path / "851" / "2026", children_of("POR", 30, 3))
    both = figures(tmp_path, "--on", "2026-03-31")
    assert both["indicators"]["children_looked_after"]["value"] == 85
    assert both["data"]["authorities"] == ["Portsmouth (851)", "Kent (886)"]
    rows = [
        table for section in both["sections"] for table in section["tables"] if table["name"] == "stock_by_authority"
    ]
    assert rows[0]["rows"][0]["children_looked_after"] in (33, 52)
    only = figures(tmp_path, "--authority", "Portsmouth", "--on", "2026-03-31")
    assert only["indicators"]["children_looked_after"]["value"] == 33


def test_what_is_published_hides_small_numbers_and_names_no_child(kent: Path, tmp_path: Path) -> None:
    few = write(tmp_path / "851" / "2026", children_of("POR", 30, 3))
    found = figures(few, "--on", "2026-03-31", "--publish")
    assert found["published"]
    assert found["indicators"]["share_over_20_miles"]["suppressed"]
    assert found["indicators"]["share_over_20_miles"]["value"] is None
    assert found["indicators"]["children_looked_after"]["value"] == 33
    assert "POR0" not in json.dumps(found)


def test_the_page_and_the_workbook_hold_every_table(kent: Path, tmp_path: Path) -> None:
    page, book = tmp_path / "need.html", tmp_path / "need.xlsx"
    done = run("needs", kent, "--on", "2026-03-31", "--html", page, "--xlsx", book)
    assert done.returncode == 0, done.stderr
    html = page.read_text()
    assert "<h1>Need on 31 March 2026</h1>" in html
    assert not re.search(r"<script|https?://(?!www\.w3\.org)", html)
    sheets = CalamineWorkbook.from_path(str(book)).sheet_names
    assert sheets[:2] == ["About", "Indicators"]
    assert len(sheets) > 10


def test_years_are_joined_and_each_repair_is_said(tmp_path: Path) -> None:
    header = table(HEADER, ["LEFT1,M,01/05/2012,WBRI,UN1,,", "STAYS,F,01/05/2013,WBRI,UN1,,"])
    row = f"01/06/2023,S,C2,N1,U6,PR1,,,,{OWN},{OWN},7000001"
    write(
        tmp_path / "886" / "2024",
        {"header.csv": header, "episodes.csv": table(EPISODES, [f"LEFT1,{row}", f"STAYS,{row}"])},
    )
    later = table(HEADER, ["STAYS,F,01/05/2013,WBRI,UN1,,"])
    write(tmp_path / "886" / "2025", {"header.csv": later, "episodes.csv": table(EPISODES, [f"STAYS,{row}"])})
    problems = tmp_path / "problems.csv"
    done = run("needs", tmp_path / "886", "--on", "2025-03-31", "--json", "--problems", problems)
    found = json.loads(done.stdout)
    assert found["indicators"]["children_looked_after"]["value"] == 1
    assert found["data"]["episodes_repaired_across_years"] == {"rule 2": 1}
    (listed,) = [one for section in found["sections"] for one in section["tables"] if one["name"] == "repairs"]
    assert [(row["child"], row["starts_on"], row["rule"]) for row in listed["rows"]] == [("LEFT1", "2023-06-01", "2")]
    assert "LEFT1" not in run("needs", tmp_path / "886", "--on", "2025-03-31", "--json", "--publish").stdout
    assert "LEFT1" in problems.read_text(encoding="utf-8-sig")


def test_a_year_missing_in_the_middle_is_said(tmp_path: Path) -> None:
    for year in (2023, 2025):
        row = f"KEN1,01/06/{year - 1},S,C2,N1,U6,PR1,,,,{OWN},{OWN},7000001"
        sex = "M" if year > 2024 else "1"
        files = {
            "header.csv": table(HEADER, [f"KEN1,{sex},01/05/2013,WBRI,UN1,,"]),
            "episodes.csv": table(EPISODES, [row]),
        }
        write(tmp_path / "886" / str(year), files)
    done = run("needs", tmp_path / "886", "--on", "2025-03-31", "--json")
    assert "2023/24" in done.stderr or "2024" in done.stderr
    assert json.loads(done.stdout)["data"]["problems"]["warnings"] >= 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("{tmp}/nowhere", "--on", "2026-03-31"), "nowhere"),
        (("{kent}", "--on", "31 March"), "is not a date"),
        (("{kent}", "--on", "2026-03-31", "--authority", "999"), "999"),
        (("{lonely}", "--on", "2026-03-31", "--authority", "886"), "Episodes"),
        (("{empty}", "--on", "2026-03-31", "--authority", "886"), "empty"),
    ],
)
def test_what_cannot_be_answered_ends_with_a_sentence_and_no_figures(
    tmp_path: Path, kent: Path, said: tuple[str, ...], words: str
) -> None:
    lonely = write(tmp_path / "lonely", {"header.csv": children_of("KEN", 2, 0)["header.csv"]})
    (tmp_path / "empty").mkdir()
    filled = [one.format(tmp=tmp_path, kent=kent, lonely=lonely, empty=tmp_path / "empty") for one in said]
    done = run("needs", *filled, "--json")
    assert done.returncode != 0
    assert done.stdout == ""
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_bad_rows_are_counted_and_the_good_ones_analysed(tmp_path: Path) -> None:
    header = [
        "GOOD1,M,01/05/2012,WBRI,UN1,,",
        "OLD01,M,01/05/1990,WBRI,UN1,,",
        "BACK1,F,01/05/2012,WBRI,UN1,,",
        "CODE1,F,01/05/2012,WBRI,UN1,,",
    ]
    episodes = [
        f"GOOD1,01/06/2025,S,C2,N1,U6,PR1,,,,{OWN},{OWN},7000001",
        f"OLD01,01/06/2025,S,C2,N1,U6,PR1,,,,{OWN},{OWN},7000001",
        f"BACK1,01/09/2025,S,C2,N1,U6,PR1,01/06/2025,E8,,{OWN},{FAR},7000001",
        f"CODE1,01/06/2025,S,C2,N1,Q9,PR1,,,,{OWN},{FAR},7000001",
        f"GHOST,01/06/2025,S,C2,N1,U6,PR1,,,,{OWN},{FAR},7000001",
    ]
    files = {
        "header.csv": table(HEADER, header),
        "episodes.csv": table(EPISODES, episodes),
        "uasc.csv": table(UASC, []),
    }
    folder = write(tmp_path / "886" / "2026", files)
    found = figures(folder, "--on", "2026-03-31", "--problems", tmp_path / "p.csv")
    assert found["indicators"]["children_looked_after"]["value"] == 2
    assert found["data"]["rows_refused"]["Episodes"] == 3
    assert found["data"]["problems"]["warnings"] >= 1
    said = (tmp_path / "p.csv").read_text(encoding="utf-8-sig")
    for child in ("OLD01", "BACK1", "CODE1", "GHOST"):
        assert child in said


def test_an_analyst_needs_neither_django_nor_a_database(kent: Path) -> None:
    words = (
        "import sys; sys.modules['django'] = None; sys.modules['psycopg'] = None\n"
        "from nearhome.cli.needs import needs\n"
        f"from pathlib import Path; needs([Path({str(kent)!r})], '2026-03-31', json=True)"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["indicators"]["children_looked_after"]["value"] == 52


def test_an_unknown_schema_names_those_there_are() -> None:
    done = run("schema", "nothing")
    assert done.returncode == 1
    assert "needs" in done.stderr
    assert {"benchmark", "forecast", "needs", "plan", "match-problem"} <= set(run("schema").stdout.split())


def test_a_newest_return_that_cannot_be_used_ends_nobodys_care(tmp_path: Path) -> None:
    write(tmp_path / "886" / "2025", one_child())
    newest = write(tmp_path / "886" / "2026", {"header.csv": one_child()["header.csv"], "notes.csv": b"a,b\n1,2\n"})
    found = figures(tmp_path, "--on", "2026-03-31")
    assert found["indicators"]["children_looked_after"]["value"] == 1
    assert found["data"]["collection_years"] == [2025] and found["data"]["episodes_repaired_across_years"] == {}
    assert any("Nothing of the 2025/26 return of Kent could be used" in note for note in found["data"]["notes"])
    bad_dates = one_child()["episodes.csv"].replace(b"01/05/2024", b"2024-05-01")
    write(newest, {"episodes.csv": bad_dates})
    assert figures(tmp_path, "--on", "2026-03-31")["indicators"]["children_looked_after"]["value"] == 1


def test_returns_of_which_nothing_can_be_used_give_no_figures(tmp_path: Path) -> None:
    write(tmp_path / "886" / "2026", {"Header.csv": b"", "Episodes.csv": "CHILD;DECOM\n1;2\n".encode("utf-16")})
    done = run("needs", tmp_path, "--on", "2026-03-31", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Nothing of these returns could be used" in done.stderr and "Header.csv is empty" in done.stderr


def test_a_day_the_returns_do_not_reach_is_said(kent: Path) -> None:
    for on, words in (
        ("2026-06-30", "the newest return read ends on 31 March 2026"),
        ("2025-03-31", "the oldest return read begins on 1 April 2025"),
        ("2025-12-31", "within the 12 months up to 31 December 2025"),
    ):
        assert any(words in note for note in figures(kent, "--on", on)["data"]["notes"])


@pytest.mark.parametrize(
    "said",
    [
        ("--on", "9999-12-31"),
        ("--on", "0001-01-01"),
        ("--on", "2026-03-31", "--authority", "Nowhere [/b]"),
        ("--on", "2026-03-31", "--problems", "/nowhere/at/all.csv"),
    ],
)
def test_odd_words_end_with_a_sentence(kent: Path, said: tuple[str, ...]) -> None:
    done = run("needs", kent, *said, "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr and said[-1] in done.stderr


@pytest.mark.parametrize("flag", ["--costs", "--register"])
def test_a_file_beside_the_returns_of_which_nothing_can_be_read_gives_no_figures(kent: Path, flag: str) -> None:
    done = run(
        "needs", kent, "--on", "2026-03-31", flag, write(kent.parent, {"odd.csv": b"a,b\n1,2\n"}) / "odd.csv", "--json"
    )
    assert (done.returncode, done.stdout) == (1, "") and flag in done.stderr and "Traceback" not in done.stderr


def test_errors_are_shown_before_warnings(tmp_path: Path) -> None:
    rows = [f"C{n},01/05/2025,S,C2,N1,Z1,,,,,ME14 1XQ,ME14 1XX," for n in range(12)]
    people = [f"C{n},M,12/05/2012,WBRI,UN1,," for n in range(12)]
    bad = "C11,01/06/2025,S,C2,N1,U6,PR1,01/05/2025,E8,,ME14 1XQ,ME14 1XX,1234567"
    write(tmp_path / "886" / "2026", {"h.csv": table(HEADER, people), "e.csv": table(EPISODES, [*rows[:11], bad])})
    done = run("needs", tmp_path, "--on", "2026-03-31", "--json")
    first = next(line for line in done.stderr.splitlines() if "886 2026" in line)
    assert "row 13" in first


def one_child() -> dict[str, bytes]:
    """One child in foster care since May 2024, as the return of 2025 tells it."""
    return {
        "header.csv": table(HEADER, ["KITE1,M,12/05/2010,WBRI,UN1,,"]),
        "episodes.csv": table(EPISODES, ["KITE1,01/05/2024,S,C2,N1,U6,PR1,,,,ME14 1XQ,ME14 1XX,1234567"]),
        "uasc.csv": table(UASC, []),
    }


@pytest.mark.parametrize(("authority", "first"), [("886", "2019-04-01"), ("999", "2025-04-01")])
def test_a_quick_forecast_refuses_what_the_long_one_does(tmp_path: Path, authority: str, first: str) -> None:
    write(tmp_path / "2026", {name: content for name, content in one_child().items() if name != "uasc.csv"})
    done = run("forecast", tmp_path, "--authority", authority, "--reference", first, "2026-03-31", "--months", 3,
               "--method", "daily-rates", "--json")  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "") and "Traceback" not in done.stderr


def test_with_a_register_the_market_and_the_distance_from_where_children_come_from_are_told(kent: Path) -> None:
    register = kent.parent / "register.csv"
    register.write_text(
        "URN,Provider type,Sector,Provider name,Owner name,Local authority,Provider postcode,Number of registered places,"
        "Registration status,Registration date,Overall effectiveness\n"
        f"7000040,Children's home,Private,Madeup Meadow,Madeup Meadow Care Ltd,Kent,{OWN},8,Active,01/04/2020,Good\n"
    )
    found = figures(kent, "--on", "2026-03-31", "--register", register)
    (market,) = [section for section in found["sections"] if section["name"] == "market"]
    assert found["indicators"]["places_childrens_home"]["value"] == 8
    reach = [one for one in market["tables"] if "within" in one["title"].lower() or "reach" in one["name"]]
    assert reach and reach[0]["rows"]

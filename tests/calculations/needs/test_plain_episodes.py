"""The quick look at plain files: the same rows as sent, or no answer at all."""

from datetime import date
from pathlib import Path

import pytest

from nearhome.cli.quick_forecast import answered
from nearhome.needs.importers.plain_episodes import plain_episodes

HEADER = "CHILD,SEX,DOB\nBLUE42,M,01/02/2010\n"
EPISODES = "CHILD,DECOM,RNE,PLACE,DEC\nBLUE42,01/04/2024,S,U4,01/06/2024\nBLUE42,01/06/2024,P,K2,\n"


@pytest.fixture
def returns(tmp_path: Path) -> Path:
    for year in (2024, 2025):
        folder = tmp_path / str(year)
        folder.mkdir()
        (folder / "Header.csv").write_text(HEADER)
        (folder / "Episodes.csv").write_text(EPISODES)
    return tmp_path


def test_plain_files_are_read_as_sent_oldest_year_first(returns):
    found = plain_episodes(str(returns))
    assert found.years == (2024, 2025)
    assert (found.headers, len(found.episodes)) == (2, 4)
    assert found.episodes[0] == ("BLUE42", date(2024, 4, 1).toordinal(), date(2024, 6, 1).toordinal(), "U4")
    assert found.episodes[1][2:] == (0, "K2")
    assert found.born_on == {"BLUE42": date(2010, 2, 1).toordinal()}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("Header.csv", HEADER.replace("01/02/2010", "2010-02-01")),
        ("Header.csv", HEADER.replace("01/02/2010", "31/02/2010")),
        ("Header.csv", HEADER.replace("01/02/2010", "")),
        ("Episodes.csv", EPISODES.replace("BLUE42", "GREEN7")),
        ("Header.csv", HEADER.replace("DOB", "BORN")),
        ("Header.csv", ""),
        ("Episodes.csv", EPISODES.replace("BLUE42", "=BLUE42")),
        ("Episodes.csv", EPISODES.replace(",U4,", ",,")),
        ("Episodes.csv", EPISODES.replace("01/06/2024\n", "01/03/2024\n")),
        ("Episodes.csv", EPISODES.replace(",01/06/2024\n", "\n")),
        ("Episodes.csv", EPISODES.replace("01/04/2024", "")),
        ("Episodes.csv", EPISODES.replace("BLUE42,01", '"BLUE42,01')),
    ],
)
def test_anything_unusual_is_left_to_the_reader_that_explains(returns, file, text):
    (returns / "2025" / file).write_text(text)
    assert plain_episodes(str(returns)) is None


def test_other_folders_missing_tables_and_missing_years_are_left_too(returns, tmp_path):
    assert plain_episodes(str(tmp_path / "nowhere")) is None
    (returns / "2025").rename(returns / "2026")
    assert plain_episodes(str(returns)) is None
    (returns / "2026").rename(returns / "notes")
    assert plain_episodes(str(returns)) is None
    (returns / "notes").rename(returns / "2025")
    assert plain_episodes(str(returns)) is not None
    (returns / "2025" / "Episodes.csv").unlink()
    assert plain_episodes(str(returns)) is None


@pytest.mark.parametrize(
    "words",
    [
        "needs {} --on 2025-03-31",
        "forecast {} --reference 2024-04-02 2024-12-31 --method daily-rates --json",
        "forecast {} --authority 886 --reference 2024-04-02 2024-12-31 --json",
        "forecast {} --authority 886 --reference 2024-04-02 2024-12-31 --method daily-rates --json --publish",
        "forecast {} --authority 886 --reference 2024-04-02 --method daily-rates --json",
        "forecast {} --authority 886 --reference 2024-12-31 2024-04-02 --method daily-rates --json",
        "forecast {} --authority 886 --reference 2024-04-02 2024-12-31 --months 61 --method daily-rates --json",
        "forecast {} {} --authority 886 --reference 2024-04-02 2024-12-31 --method daily-rates --json",
    ],
)
def test_every_other_question_goes_the_long_way_and_prints_nothing_here(returns, words, capsys):
    assert not answered(words.replace("{}", str(returns)).split())
    assert capsys.readouterr().out == ""


def test_a_plain_question_is_answered(returns, capsys):
    words = f"forecast {returns} --method daily-rates --json --authority 886 --reference 2024-04-02 2024-12-31"
    assert answered(words.split())
    assert '"schema": "nearhome/forecast/1"' in capsys.readouterr().out

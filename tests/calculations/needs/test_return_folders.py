from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nearhome.geography.postcodes import Postcodes
from nearhome.needs.calculations.problems import Severity
from nearhome.needs.importers.return_folders import FoundReturn, ReturnFolderError, find_returns
from nearhome.needs.importers.return_tables import ReadReturns, read_returns

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
UASC = "CHILD,SEX,DOB,DUC"


def write(folder: Path, header: str = "", episodes: str = "", year: int = 2026, name: str = "{}.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    sex = "1" if year < 2025 else "M"
    header = header or f"BLUE,{sex},12/05/2012,WBRI,,,"
    episodes = episodes or f"BLUE,01/06/{year - 1},S,C2,N1,U6,PR1,,,,ME14 1XQ,ME14 1XX,"
    (folder / name.format("header")).write_text(f"{HEADER}\n{header}\n")
    (folder / name.format("episodes")).write_text(f"{EPISODES}\n{episodes}\n")
    return folder


def found(*paths: Path, authorities: tuple[str, ...] = ()) -> list[tuple[str, int | None]]:
    return [(one.authority, one.year) for one in find_returns(paths, authorities)]


@pytest.mark.parametrize(
    ("place", "authority", "year"),
    [
        ("2024/886", "886", 2024),
        ("886/2024", "886", 2024),
        ("903/886/2023-24", "886", 2024),
        ("Kent/2023_24", "886", 2024),
        ("kent 2023-2024", "886", 2024),
        ("2023/24/E10000016", "886", 2024),
        ("e10000016/2024", "886", 2024),
        ("SSDA903 Brighton and Hove 2026", "846", 2026),
        ("Brighton & Hove/903 return 2024/25", "846", 2025),
        ("2025/South Gloucestershire", "803", 2025),
        ("887/return of 2026", "887", 2026),
    ],
)
def test_whose_a_return_is_and_of_which_year_is_read_from_its_place(
    tmp_path: Path, place: str, authority: str, year: int
) -> None:
    folder = write(tmp_path / place)
    assert found(tmp_path) == [(authority, year)]
    assert found(folder) == [(authority, year)]


def test_a_former_code_of_an_authority_is_understood(tmp_path: Path) -> None:
    write(tmp_path / "E08000016" / "2024")
    assert found(tmp_path) == [("370", 2024)]


def test_years_in_file_names_part_one_folder(tmp_path: Path) -> None:
    for year in (2024, 2025):
        write(tmp_path / "886", year=year, name=f"{{}}_{year - 1}-{year % 100}.csv")
    assert found(tmp_path) == [("886", 2024), ("886", 2025)]
    assert all(len(one.files) == 2 for one in find_returns([tmp_path]))


def test_returns_of_two_authorities_in_one_folder_are_told_apart_by_their_names(tmp_path: Path) -> None:
    write(tmp_path, episodes="BLUE,01/06/2025,S,C2,N1,U6,PR1,,,,ME14 1XQ,ME14 1XX,", name="886 {} 2026.csv")
    write(tmp_path, episodes="BLUE,01/07/2025,S,C2,N1,U6,PR1,,,,ME14 1XQ,ME14 1XX,", name="Medway {} 2026.csv")
    assert found(tmp_path) == [("886", 2026), ("887", 2026)]
    read = read_returns([tmp_path], authorities=["887"])
    assert read.records.episodes["starts_on"].to_list() == [date(2025, 7, 1)]
    assert sum("886" in note and "not read" in note for note in read.notes) == 2


def test_file_names_say_whose_a_return_is_where_no_folder_does(tmp_path: Path) -> None:
    assert found(write(tmp_path / "exports", name="Kent SSDA903 {} 2026.csv")) == [("886", 2026)]
    assert found(tmp_path / "exports", authorities=("887",)) == [("887", 2026)], "what was said counts more"


def test_the_day_of_an_export_in_a_file_name_is_not_a_year(tmp_path: Path) -> None:
    write(tmp_path / "886" / "2024", name="{}_2026-05-31.csv")
    write(tmp_path / "886" / "2025", name="20260531_{}.csv")
    assert found(tmp_path) == [("886", 2024), ("886", 2025)]


def test_an_authority_given_is_taken_where_no_name_says_one(tmp_path: Path) -> None:
    folder = write(tmp_path / "our return" / "2025")
    assert found(folder, authorities=("886",)) == [("886", 2025)]
    with pytest.raises(ReturnFolderError, match=r"not clear whose return .*our return"):
        find_returns([folder])


def test_the_year_is_else_taken_from_the_latest_date_and_said(tmp_path: Path) -> None:
    dates = "BLUE,01/06/2024,S,C2,N1,U6,PR1,02/04/2025,E4A,,ME14 1XQ,ME14 1XX,\nBLUE,01/06/2052,S,C2,N1,U6,PR1,,,,,,"
    (one,) = find_returns([write(tmp_path / "886", episodes=dates)])
    assert one.year == 2026 and "latest date lies in 2025/26" in one.assumption
    assert one.assumption in read_returns([tmp_path]).notes


def test_returns_of_others_are_passed_over_and_that_is_said(tmp_path: Path) -> None:
    for code in ("886", "887"):
        write(tmp_path / code / "2026")
    (tmp_path / "register").mkdir()
    (tmp_path / "register" / "homes.csv").write_text("URN,Name\n1,Madeup Meadow\n")
    read = read_returns([tmp_path], authorities=["886"])
    assert read.authorities == ("886",)
    assert sum("were not read" in note for note in read.notes) == 2


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda top: None, r"There is no CSV file in .*; give the folder"),
        (
            lambda top: (write(top / "886/2025"), write(top / "old/886/2025")),
            r"Kent \(886\) has two returns of 2024/25",
        ),
        (lambda top: write(top / "886/2031"), r"of 2030/31 \(2031\), whose rules are not known yet"),
        (lambda top: write(top / "some"), r"It is not clear whose return .*some is; name the folder"),
        (
            lambda top: write(top / "886", episodes="BLUE,,,,,,,,,,,,"),
            r"not clear of which year the return in .*886 is",
        ),
    ],
)
def test_what_cannot_be_understood_is_said_with_its_mend(tmp_path: Path, prepare: object, said: str) -> None:
    assert callable(prepare)
    prepare(tmp_path)
    with pytest.raises(ReturnFolderError, match=said):
        find_returns([tmp_path])


def test_a_missing_folder_and_an_unknown_authority_are_said(tmp_path: Path) -> None:
    with pytest.raises(ReturnFolderError, match=r"There is no file or folder .*nowhere"):
        find_returns([tmp_path / "nowhere"])
    with pytest.raises(ReturnFolderError, match="999 is not an English authority"):
        find_returns([write(tmp_path / "2025")], ["999"])
    write(tmp_path / "887" / "2025")
    with pytest.raises(ReturnFolderError, match=r"There is no return of Kent \(886\) in .*only of Medway \(887\)"):
        find_returns([tmp_path / "887"], ["886"])


def test_the_same_folder_given_twice_is_read_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "886" / "2025")
    assert found(folder, folder, tmp_path) == [("886", 2025)]


def test_files_given_one_by_one_are_one_return(tmp_path: Path) -> None:
    folder = write(tmp_path / "886" / "2025")
    (one,) = find_returns([folder / "header.csv", folder / "episodes.csv"])
    assert (one.authority, one.year, len(one.files)) == ("886", 2025, 2)


# Several years


def write_years(top: Path) -> None:
    """BLUE is said again each year; RED stays open in 2024 and is never heard of again; a UASC row in 2024 only."""
    blue = "BLUE,01/06/2023,S,C2,N1,U6,PR1,{},,ME14 1XQ,ME14 1XX,"
    red = "\nRED,05/06/2023,S,C2,N1,K2,PR4,,,,ME14 1XQ,ME14 1XX,"
    write(top / "886/2024", "BLUE,1,12/05/2012,NOBT,,,\nRED,2,01/05/2010,WBRI,,,", blue.format(",") + red, 2024)
    (top / "886/2024/uasc.csv").write_text(f"{UASC}\nRED,2,01/05/2010,\n")
    write(top / "886/2025", "BLUE,M,12/05/2012,WBRI,,,", blue.format(","), 2025)
    write(top / "886/2026", "BLUE,M,12/05/2012,WBRI,,,", blue.format("03/07/2025,E4A"), 2026)


def history(read: ReadReturns) -> list[tuple[object, ...]]:
    episodes = read.records.episodes.join(read.records.children, on="child_no")
    return episodes.select("child", "starts_on", "ends_before", "reason_ceased", "year", "repair").rows()


def test_years_are_joined_into_one_history(tmp_path: Path, postcodes: Postcodes) -> None:
    write_years(tmp_path)
    read = read_returns([tmp_path], postcodes=postcodes)
    assert history(read) == [
        ("BLUE", date(2023, 6, 1), date(2025, 7, 3), "E4A", 2026, ""),
        ("RED", date(2023, 6, 5), date(2024, 3, 31), "E99", 2024, "2"),
    ]
    assert read.records.children.select("child", "ethnicity", "is_uasc").rows() == [
        ("BLUE", "WBRI", False),
        ("RED", "WBRI", True),
    ]
    assert (read.years, read.problems, read.as_sent.height) == ((2024, 2025, 2026), (), 4)
    assert [one.rule for one in read.repairs] == ["2"]


def test_a_year_missing_in_the_middle_is_warned_of(tmp_path: Path) -> None:
    for year in (2023, 2025, 2026):
        write(tmp_path / "886" / str(year), year=year)
    (gap,) = [one for one in read_returns([tmp_path]).problems if one.problem.rule == "missing year"]
    assert (gap.authority, gap.year, gap.problem.severity) == ("886", 2024, Severity.WARNING)
    assert "There is no return of 2023/24 (2024)" in gap.problem.message


def test_years_before_the_first_that_is_known_are_read_by_its_rules(tmp_path: Path) -> None:
    write(tmp_path / "886" / "2019", year=2019)
    read = read_returns([tmp_path])
    assert read.problems == () and read.years == (2019,)
    assert any("read by the rules of 2022/23" in note for note in read.notes)


def test_rows_of_an_older_return_that_a_newer_one_contradicts_are_refused_and_said(tmp_path: Path) -> None:
    write(
        tmp_path / "886/2024", episodes="BLUE,01/09/2023,S,C2,N1,U6,PR1,01/10/2023,E4A,,ME14 1XQ,ME14 1XX,", year=2024
    )
    write(
        tmp_path / "886/2025", episodes="BLUE,01/06/2023,S,C2,N1,U6,PR1,01/08/2024,E4A,,ME14 1XQ,ME14 1XX,", year=2025
    )
    read = read_returns([tmp_path])
    assert [row[1] for row in history(read)] == [date(2023, 6, 1)]
    (one,) = read.problems
    assert (one.year, one.problem.rule, one.problem.file, one.problem.row) == (2024, "501", "episodes.csv", 2)
    assert read.rows_refused == {"Episodes": 1}


def test_the_digest_is_of_the_bytes_whatever_their_folders(tmp_path: Path) -> None:
    write_years(tmp_path)
    first = read_returns([tmp_path]).digest
    (tmp_path / "886").rename(tmp_path / "Kent")
    assert read_returns([tmp_path / "Kent" / str(year) for year in (2026, 2024, 2025)]).digest == first
    write(tmp_path / "Kent/2026", "BLUE,F,12/05/2012,WBRI,,,")
    assert read_returns([tmp_path]).digest != first


# Pooled files


def iso(text: str) -> str:
    return f"{text[6:]}-{text[3:5]}-{text[:2]}" if text.count("/") == 2 else text


def pooled(top: Path, authority: str, name: str, into: Path) -> Path:
    """The returns of all years as a region pools them: rows of all years, with LA and YEAR, dates and CHILD changed."""
    into.mkdir(parents=True, exist_ok=True)
    for table in ("header", "episodes", "uasc"):
        lines: list[str] = []
        for path in sorted(top.glob(f"*/{table}.csv")):
            head, *rows = path.read_text().splitlines()
            lines = lines or [f"{head},LA,YEAR"]
            for row in rows:
                child, *cells = row.split(",")
                lines.append(",".join([f"{child}_{authority}", *map(iso, cells), name, path.parent.name]))
        target = into / f"{table}.csv"
        known = target.read_text().splitlines() if target.exists() else lines[:1]
        target.write_text("\n".join([*known, *lines[1:], ""]))
    return into


def test_pooled_rows_become_the_same_history_as_the_returns(tmp_path: Path, postcodes: Postcodes) -> None:
    write_years(tmp_path)
    own = read_returns([tmp_path], postcodes=postcodes)
    files = pooled(tmp_path / "886", "886", "Kent", tmp_path / "region")
    (one,) = find_returns([files])
    assert isinstance(one, FoundReturn) and one.is_pooled and one.year is None
    read = read_returns([files], postcodes=postcodes)
    assert history(read) == history(own) and read.problems == ()
    assert read.records.episodes.equals(own.records.episodes)
    assert (read.authorities, read.years) == (("886",), (2024, 2025, 2026))


def test_a_year_sent_by_itself_and_pooled_is_warned_of_and_counted_once(tmp_path: Path) -> None:
    write_years(tmp_path / "own")
    pooled(tmp_path / "own" / "886", "886", "Kent", tmp_path / "region")
    read = read_returns([tmp_path])
    assert [(one.year, one.problem.rule) for one in read.problems] == [
        (2024, "files"),
        (2025, "files"),
        (2026, "files"),
    ]
    assert history(read) == history(read_returns([tmp_path / "own"]))


def test_a_second_file_with_the_same_table_is_an_error_and_its_rows_are_counted(tmp_path: Path) -> None:
    folder = write(tmp_path / "886" / "2026")
    (folder / "second header.csv").write_text(f"{HEADER}\nGREY,F,12/05/2012,,,,\n")
    read = read_returns([tmp_path])
    assert "It holds the Header table, as header.csv does" in read.problems[0].problem.message
    assert any("second header.csv (1 rows)" in note for note in read.notes)


def test_pooled_rows_nobody_asked_for_are_counted_and_said(tmp_path: Path) -> None:
    write_years(tmp_path)
    for code, name in (("886", "kent"), ("887", "Medway"), ("xx", "Atlantis")):
        files = pooled(tmp_path / "886", code, name, tmp_path / "region")
    episodes = files / "episodes.csv"
    episodes.write_text(episodes.read_text().replace("Kent,2024", "Kent,2031"))
    read = read_returns([files], authorities=["886"])
    said = {(one.problem.file, one.problem.severity.value, one.problem.message) for one in read.problems}
    assert ("episodes.csv", "warning", "4 rows were of Medway (887), which was not asked for, and not read") in said
    assert any(
        file == "header.csv" and "LA “Atlantis” is no English authority; 4 rows were not read" in text
        for file, _, text in said
    )
    assert read.authorities == ("886",) and len(history(read)) == 2
    assert read.rows_refused == {"Header": 4, "Episodes": 4, "UASC": 1}
    assert read_returns([files]).authorities == ("886", "887")


def test_pooled_rows_with_wrong_cells_are_refused_in_the_careful_readers_words(tmp_path: Path) -> None:
    write_years(tmp_path)
    files = pooled(tmp_path / "886", "886", "Kent", tmp_path / "region")
    text = (files / "episodes.csv").read_text()
    (files / "episodes.csv").write_text(
        text.replace("RED_886,2023-06-05", "RED_886,05/06/2023")
        + "PINK_886,2023-06-01,S,C2,N1,U6,PR1,,,,,,,Kent,2024\n"
        "BLUE_886,2025-09-01,P,C2,N1,U6,PR1,,,,,,,Kent,2026\nBLUE_886,2023\nBLUE_886,2023-02-01,S,C2,N1,U6,PR1,,,,,,,Kent,2031\n"
    )
    read = read_returns([files])
    assert {(one.year, one.problem.row, one.problem.rule) for one in read.problems} == {
        (0, 0, "year"),
        (2024, 3, "date"),
        (2024, 6, "in Header"),
        (2026, 7, "432"),
    }
    assert read.rows_refused == {"Episodes": 4}
    assert read.as_sent.filter(pl.col("child_no").is_null())["child"].to_list() == ["PINK"]


def test_folders_named_by_the_year_in_which_a_return_begins_are_understood_and_said(tmp_path: Path) -> None:
    rows = "\n".join(
        f"C{at},01/06/2023,S,C2,N1,U6,PR1,0{at % 9 + 1}/02/2024,E8,,ME14 1XQ,ME14 1XX," for at in range(40)
    )
    folder = write(
        tmp_path / "886" / "2023", "\n".join(f"C{at},1,12/05/2012,WBRI,,," for at in range(40)), rows, year=2023
    )
    (one,) = find_returns([folder], ())
    assert one.year == 2024
    assert "is named 2023, but many of its dates lie in 2023/24" in one.assumption

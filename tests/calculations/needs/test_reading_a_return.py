import os
import tracemalloc
from pathlib import Path

import pytest

from nearhome.needs.calculations.problems import Problem, Severity
from nearhome.needs.importers.return_files import ReturnReading, read_return
from nearhome.tables.csv_files import UnreadableFileError

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
BLUE = "BLUE,M,12/05/2012,WBRI,UN1,,"
BLUE_EPISODE = "BLUE,01/06/2025,S,C2,N1,U6,PR1,,,,ME14 1XQ,ME14 1XX,1234567"


def csv(*lines: str) -> bytes:
    return "\r\n".join((*lines, "")).encode("utf-8-sig")


def header(*rows: str) -> bytes:
    return csv(HEADER, *(rows or (BLUE,)))


def episodes(*rows: str) -> bytes:
    return csv(EPISODES, *(rows or (BLUE_EPISODE,)))


def read(year: int = 2026, **files: bytes) -> ReturnReading:
    given = {"Header": header(), "Episodes": episodes()} | files
    return read_return({f"{name}.csv": content for name, content in given.items()}, authority="886", year=year)


def only(reading: ReturnReading) -> Problem:
    assert len(reading.problems) == 1, reading.problems
    return reading.problems[0]


def test_a_good_return_is_read_whole() -> None:
    reading = read(Missing=csv("CHILD,DOB,MISSING,MIS_START,MIS_END", "BLUE,12/05/2012,M,02/07/2025,03/07/2025"))
    assert reading.is_readable and reading.form == "return"
    child, (episode,) = reading.headers["BLUE"], reading.episodes["BLUE"]
    assert (child.sex, child.born_on.isoformat(), child.ethnicity, child.is_mother) == ("M", "2012-05-12", "WBRI", None)
    assert (episode.starts_on.isoformat(), episode.ends_before, episode.place_type) == ("2025-06-01", None, "U6")
    (missing,) = reading.other_rows()
    assert (missing.table, missing.key) == ("Missing", "M|2025-07-02")
    assert missing.values["MIS_END"] == "2025-07-03"
    assert reading.problems == []
    assert reading.rows_read == {"Header": 1, "Episodes": 1, "Missing": 1}


def test_a_return_is_read_from_a_folder_with_columns_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "children.csv").write_bytes(csv("DOB,CHILD,SEX,UPN,ETHNIC,MC_DOB,MOTHER", "12/05/2012,BLUE,M,,wbri,,"))
    (tmp_path / "what happened.CSV").write_bytes(episodes())
    (tmp_path / ".hidden.csv").write_bytes(b"\0\0\0")
    reading = read_return(tmp_path, authority="886", year=2026)
    assert set(reading.headers) == set(reading.episodes) == {"BLUE"}
    assert reading.problems == []


def test_wrong_headings_are_named_one_by_one() -> None:
    wrong = EPISODES.replace("PLACE,", "Place,").replace(",URN", ",LA")
    problem = only_for("Episodes.csv", read(Episodes=csv(wrong, BLUE_EPISODE)))
    assert problem.rule == "columns"
    assert "looks like the Episodes table" in problem.message
    assert "lacks PLACE, URN and it has LA, Place" in problem.message


def only_for(file: str, reading: ReturnReading) -> Problem:
    (problem,) = [one for one in reading.problems if one.file == file]
    return problem


def test_a_folder_without_episodes_says_what_was_found() -> None:
    reading = read_return({"a.csv": header(), "notes.docx": b"x"}, authority="886", year=2026)
    assert not reading.is_readable
    assert reading.episodes == {}
    messages = [problem.message for problem in reading.problems if problem.severity == Severity.ERROR]
    assert messages == ["There is no Episodes table among the files; found a.csv (Header)"]
    assert only_for("notes.docx", reading).severity == Severity.WARNING


def test_an_empty_folder_and_a_missing_one_are_said_so(tmp_path: Path) -> None:
    reading = read_return(tmp_path, authority="886", year=2026)
    assert "the folder is empty" in reading.problems[0].message
    with pytest.raises(UnreadableFileError, match="There is no file or folder"):
        read_return(tmp_path / "elsewhere", authority="886", year=2026)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (header().decode("utf-8-sig").encode("utf-16"), "is in UTF-16; save it as “CSV UTF-8”"),
        (header().decode("utf-8-sig").encode("utf-16-le"), "is in UTF-16"),
        (csv(HEADER, "BLÜE,M,12/05/2012,WBRI,,,").decode("utf-8").encode("latin-1", "ignore"), "is not in UTF-8"),
        (b"PK\x03\x04" + bytes(100), "is an Excel workbook"),
        (b"", "is empty"),
        (b"CHILD\0SEX\n" * 30, "is not a text file"),
        (b"\r\n\r\n,,,\r\n", "is empty|no column names"),
        (b'"CHILD,SEX\n' + b"x" * 300_000, "cannot be read as CSV"),
        (b"a,b,c\n1,2,3\n", "are those of no table"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_plainly(content: bytes, says: str) -> None:
    reading = read(Header=content)
    assert not reading.is_readable or reading.headers == {}
    assert any(part in problem.message for part in says.split("|") for problem in reading.problems), reading.problems


def test_ten_megabytes_of_noise_are_refused_quickly_and_without_much_memory() -> None:
    noise = {"Header.csv": os.urandom(10_000_000), "Episodes.csv": b"noise," * 1_700_000}
    tracemalloc.start()
    reading = read_return(noise, authority="886", year=2026)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not reading.is_readable
    assert all(len(problem.message) < 600 and problem.message.isprintable() for problem in reading.problems)
    assert {problem.file for problem in reading.problems} == {"Header.csv", "Episodes.csv", ""}
    assert peak < 60_000_000


def test_a_file_that_is_too_big_is_refused_before_it_is_read() -> None:
    files = {"Header.csv": header(), "Episodes.csv": episodes() * 5}
    reading = read_return(files, authority="886", year=2026, max_bytes=400)
    assert "MB can be read" in only_for("Episodes.csv", reading).message


def test_text_that_breaks_in_the_middle_keeps_the_rows_before() -> None:
    content = header(*(f"C{n},M,12/05/2012,WBRI,,," for n in range(3000))) + b"\xff\xfe\n"
    reading = read(Header=content, Episodes=episodes("C1,01/06/2025,S,C2,N1,U6,PR1,,,,,,"))
    assert len(reading.headers) > 2000 and "C1" in reading.episodes
    assert "is not in UTF-8" in only_for("Header.csv", reading).message


@pytest.mark.parametrize(
    ("row", "field", "rule", "says"),
    [
        (
            "BLUE,31/02/2025,S,C2,N1,U6,PR1,,,,,,",
            "DECOM",
            "date",
            "not a date; February 2025 has 28 days",
        ),
        ("BLUE,2025-06-01,S,C2,N1,U6,PR1,,,,,,", "DECOM", "date", "write it as DD/MM/YYYY"),
        ("BLUE,01/06/2025,S,C2,N1,Q9,PR1,,,,,,", "PLACE", "code", "“Q9” is not a code of PLACE; use one of U1, U2"),
        ("BLUE,01/06/2025,S,C2,,U6,PR1,,,,,,", "CIN", "required", "CIN is missing"),
        (
            "BLUE,01/06/2025,S,C2,N1,U6,PR1,31/05/2025,E8,,,,",
            "DEC",
            "356",
            "before it starts on 01/06/2025",
        ),
        ("BLUE,01/06/2025,S,C2,N1,U6,PR1,01/06/2025,E8,,,,", "DEC", "355", "ends on the day it starts"),
        ("BLUE,01/06/2025,S,C2,N1,U6,PR1,,E8,,,,", "DEC", "148", "DEC is missing"),
        ("BLUE,01/06/2011,S,C2,N1,U6,PR1,,,,,,", "DECOM", "302", "before the child was born, 12/05/2012"),
        ("BLUE,01/06/1991,S,C2,N1,U6,PR1,,,,,,", "DECOM", "353", "before 14/10/1991"),
        ("BLUE,01/06/2025,S,C2,N1,U6,=PR1,,,,,,", "PLACE_PROVIDER", "formula", "would run as a formula"),
        ("@SUM(1),01/06/2025,S,C2,N1,U6,PR1,,,,,,", "CHILD", "formula", "begins with “@”"),
        ("BLUE,01/06/2025,S,C2,N1,U6,PR1,,,,,", "", "columns", "has 12 cells, the headings 13"),
        ("GREEN,01/06/2025,S,C2,N1,U6,PR1,,,,,,", "CHILD", "in Header", "not in the Header table"),
        ("ABCDEFGHIJK,01/06/2025,S,C2,N1,U6,PR1,,,,,,", "CHILD", "length", "has 11 characters; at most 10"),
    ],
)
def test_a_bad_episode_is_left_out_with_file_row_and_mend(row: str, field: str, rule: str, says: str) -> None:
    reading = read(
        Header=header(BLUE, "RED,F,01/02/2010,AIND,,,"),
        Episodes=episodes(row, "RED,01/06/2025,S,C2,N1,K2,PR4,,,,,,"),
    )
    found = [problem for problem in reading.problems if problem.rule == rule]
    assert found, reading.problems
    assert (found[0].file, found[0].row, found[0].field) == ("Episodes.csv", 2, field)
    assert says in found[0].message
    assert len(reading.episodes["RED"]) == 1, "a bad row must not lose a good one"
    assert reading.episodes.get("BLUE", ()) == () and reading.rows_refused["Episodes"] == 1


def test_a_code_of_another_year_is_read_with_a_warning_that_says_what_to_use() -> None:
    reading = read(
        Header=header("BLUE,1,12/05/2012,WBRI,,,"), Episodes=episodes("BLUE,01/06/2025,S,C2,N1,Z1,PR1,,,,,,")
    )
    assert [episode.place_type for episode in reading.episodes["BLUE"]] == ["Z1"]
    assert reading.headers["BLUE"].sex == "M"
    assert [problem.severity for problem in reading.problems] == [Severity.WARNING, Severity.WARNING]
    assert "not valid in the 2025/26 return; use Z11 to Z14. The row is read with it" in reading.problems[1].message


def test_a_value_that_only_helps_is_left_out_and_the_row_kept() -> None:
    reading = read(Episodes=episodes("BLUE,01/06/2025,S,C2,N1,U6,PR1,,,,NOWHERE1,ME14 1XX,12"))
    (episode,) = reading.episodes["BLUE"]
    assert (episode.home_postcode, episode.place_postcode, episode.urn) == ("", "ME14 1XX", "")
    assert [(problem.field, problem.severity) for problem in reading.problems] == [
        ("HOME_POST", Severity.WARNING),
        ("URN", Severity.WARNING),
    ]


@pytest.mark.parametrize(
    ("year", "sex", "place", "problems"),
    [
        (2024, "1", "Z1", 0),
        (2024, "1", "K3", 1),
        (2025, "M", "K3", 0),
        (2025, "M", "H5", 1),
        (2026, "M", "Z12", 0),
        (2026, "1", "U6", 1),
        (2023, "M", "U6", 1),
    ],
)
def test_codes_follow_the_collection_year(year: int, sex: str, place: str, problems: int) -> None:
    reading = read(
        year,
        Header=header(f"BLUE,{sex},12/05/2007,WBRI,,,"),
        Episodes=episodes(f"BLUE,01/06/{year - 1},S,C2,N1,{place},,,,,,,"),
    )
    assert len(reading.problems) == problems, reading.problems
    assert reading.headers["BLUE"].sex == "M"
    assert [episode.place_type for episode in reading.episodes["BLUE"]] == [place]


def test_tables_follow_the_collection_year() -> None:
    orders = csv("CHILD,DOB,DOLO_START,DOLO_END", "BLUE,12/05/2012,02/06/2025,")
    early = read(2026, DoLo=orders)
    assert "not part of the 2025/26 return" in only(early).message
    assert list(early.other_rows()) == []
    late = read(2027, DoLo=orders)
    assert [row.key for row in late.other_rows()] == ["2025-06-02"] and late.problems == []


def test_a_child_has_one_header_row() -> None:
    reading = read(Header=header(BLUE, "BLUE,F,01/01/2010,WBRI,,,"))
    assert reading.headers["BLUE"].sex == "M"
    assert (only(reading).row, only(reading).rule) == (3, "one row")
    assert len(reading.episodes["BLUE"]) == 1


def test_a_refused_header_row_is_the_one_to_mend_first() -> None:
    reading = read(Header=header("BLUE,M,31/02/2012,WBRI,,,"))
    assert reading.headers == {} and reading.episodes == {}
    assert [problem.rule for problem in reading.problems] == ["date", "in Header"]
    assert "mend that one first" in reading.problems[1].message


def test_a_birth_after_the_year_is_refused() -> None:
    reading = read(Header=header("BLUE,M,01/04/2026,WBRI,,,"))
    assert reading.problems[0].rule == "301" and reading.headers == {}


def test_other_tables_must_agree_with_the_header() -> None:
    reading = read(
        UASC=csv("CHILD,SEX,DOB,DUC", "BLUE,F,13/05/2012,"),
        OC2=csv(
            "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,"
            "SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED",
            "BLUE,12/05/2012,12,,0,1,1,1,1,0,,",
            "BLUE,12/05/2012,13,,0,1,1,1,1,0,,",
            "RED,12/05/2012,41,,0,1,1,1,1,0,,",
        ),
        PrevPerm=csv("CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM", "BLUE,12/05/2012,P1,886,ZZ/05/2020"),
    )
    rows = list(reading.other_rows())
    assert [(row.table, row.values.get("SDQ_SCORE", "")) for row in rows] == [("OC2", "12"), ("PrevPerm", "")]
    assert [(problem.file, problem.row, problem.field) for problem in reading.problems] == [
        ("OC2.csv", 3, "CHILD"),
        ("OC2.csv", 4, "SDQ_SCORE"),
        ("UASC.csv", 2, "DOB"),
        ("UASC.csv", 2, "SEX"),
    ]
    assert reading.rows_refused == {"Header": 0, "Episodes": 0, "OC2": 2, "UASC": 1, "PrevPerm": 0}


def test_the_same_table_twice_is_said_and_read_once() -> None:
    reading = read(Header2=header("RED,M,12/05/2012,WBRI,,,"))
    assert set(reading.headers) == {"BLUE"}
    assert "as Header.csv does" in only(reading).message


def test_a_pooled_file_gives_the_rows_of_one_authority() -> None:
    pooled = {
        "header.csv": csv(
            "CHILD,SEX,DOB,ETHNIC,LA,YEAR",
            "7_886,1,2012-05-01,WBRI,Kent,2024",
            "7_886,M,2012-05-01,WBRI,Kent,2026",
            "7_938,F,2011-05-01,WBRI,West Sussex,2026",
        ),
        "episodes.csv": csv(
            f"{EPISODES},LA,YEAR,YEAR_latest,Episode_source",
            "7_886,2023-06-01,S,C2,N1,H5,PR1,,,,ME14 1,ME14 2,,Kent,2024,2026,Original",
            "7_886,2023-06-01,S,C2,N1,H5,PR1,2025-06-01,X1,,ME14 1,ME14 2,,Kent,2026,2026,Original",
            "7_886,2025-06-01,P,C2,N1,K3,PR4,,,,ME14 1,CT1 1,1234567,Kent,2026,2026,Original",
            "7_938,2025-06-01,S,C2,N1,K3,PR4,,,,,,,West Sussex,2026,2026,Original",
        ),
    }
    reading = read_return(pooled, authority="886", year=2026)
    assert reading.form == "pooled" and reading.problems == []
    assert reading.headers["7"].origin.year == 2026 and reading.headers["7"].sex == "M"
    assert [(row.place_type, row.place_postcode) for row in reading.episodes["7"]] == [
        ("H5", "ME14 2"),
        ("K3", "CT1 1"),
    ]
    assert reading.rows_of_others == 2


def test_a_year_or_authority_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="use a year from 2023 to 2027"):
        read(2019)
    with pytest.raises(KeyError):
        read_return({}, authority="000", year=2026)


def test_a_large_return_is_read_quickly_and_in_modest_memory() -> None:
    children = range(3000)
    files = {
        "Header.csv": header(*(f"C{n},M,12/05/2012,WBRI,UN1,," for n in children)),
        "Episodes.csv": episodes(
            *(f"C{n},01/06/2025,S,C2,N1,U6,PR1,,,,ME14 1XQ,ME14 1XX,1234567" for n in children),
        ),
        "Reviews.csv": csv(
            "CHILD,DOB,REVIEW,REVIEW_CODE",
            *(f"C{n},12/05/2012,{day:02d}/07/2025,PN1" for n in children for day in range(1, 11)),
        ),
    }
    reading = read_return(files, authority="886", year=2026)
    tracemalloc.start()
    assert sum(1 for _ in reading.other_rows()) == 30_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reading.problems == [] and len(reading.episodes) == 3000
    assert peak < 25_000_000

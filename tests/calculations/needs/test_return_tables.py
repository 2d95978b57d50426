import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nearhome.geography.calculations.distance import Point, straight_line_miles
from nearhome.geography.postcodes import Postcodes
from nearhome.needs.calculations.placement import was_recently_uasc
from nearhome.needs.calculations.problems import Severity
from nearhome.needs.importers.placement_places import derive_facts
from nearhome.needs.importers.return_files import read_return
from nearhome.needs.importers.return_places import _miles
from nearhome.needs.importers.return_tables import ReadReturns, read_returns
from nearhome.needs.importers.return_texts import text_file
from nearhome.needs.importers.standard import all_tables
from nearhome.tables.csv_files import SentFile

HEADINGS = {table.name: table.columns for table in all_tables()}
Rows = dict[str, list[list[str]]]


def good_rows() -> Rows:
    """Four invented children of Kent in 2025/26: one who moved, one who came and left, an older stay, one UASC."""
    return {
        "Header": [
            ["KITE1", "M", "12/05/2012", "WBRI", "UN1", "", ""],
            ["KITE2", "F", "01/02/2011", "BCRB", "", "0", ""],
            ["KITE3", "U", "29/02/2016", "", "", "", ""],
            ["KITE4", "M", "09/09/2009", "OOTH", "UN2", "", ""],
        ],
        "Episodes": [
            ["KITE1", "01/06/2025", "S", "C2", "N1", "U6", "PR1", "01/09/2025", "X1", "CARPL", "ME14 1XQ", "ME14 1XX", "1234567"],
            ["KITE1", "01/09/2025", "P", "C2", "N1", "K2", "PR4", "", "", "", "ME14 1XQ", "TN9 1JF", "SC123456"],
            ["KITE2", "01/04/2025", "S", "V2", "N4", "U4", "PR1", "03/05/2025", "E4A", "", "me141xq", "CT20 2RE", ""],
            ["KITE2", "05/08/2025", "S", "V2", "N4", "U4", "PR1", "", "", "", "ME14 1XQ", "CT20 2RE", ""],
            ["KITE3", "07/01/2020", "L", "E1", "N2", "A5", "PR1", "", "", "", "ME14 1XQ", "SW1A 1AA", ""],
            ["KITE4", "30/03/2026", "S", "V2", "N8", "K3", "PR4", "", "", "", "", "BN1 1EE", "7654321"],
        ],
        "UASC": [["KITE4", "M", "09/09/2009", ""]],
        "OC2": [
            ["KITE1", "12/05/2012", "12", "", "0", "1", "1", "1", "1", "1", "0", "0"],
            ["KITE3", "29/02/2016", "", "SDQ1", "0", "1", "1", "1", "1", "0", "", ""],
        ],
        "Missing": [
            ["KITE1", "12/05/2012", "M", "02/07/2025", "03/07/2025"],
            ["KITE1", "12/05/2012", "A", "12/07/2025", "13/07/2025"],
            ["KITE2", "01/02/2011", "M", "12/08/2025", ""],
        ],
    }  # fmt: skip


def as_csv(table: str, rows: Sequence[Sequence[str]], extra: Sequence[str] = ()) -> bytes:
    return "\r\n".join(",".join(row) for row in ((*HEADINGS[table], *extra), *rows, ())).encode()


def write(folder: Path, rows: Mapping[str, Sequence[Sequence[str]]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for table, lines in rows.items():
        (folder / f"{table.lower()}.csv").write_bytes(as_csv(table, lines))
    return folder


@pytest.fixture
def kent(tmp_path: Path) -> Path:
    return write(tmp_path / "886" / "2026", good_rows())


def shown(records: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return records.select(columns).rows()


def messages(read: ReadReturns) -> list[str]:
    return [one.problem.message for one in read.problems]


# Reading one return


def test_a_good_return_becomes_care_records(kent: Path, postcodes: Postcodes) -> None:
    read = read_returns([kent], postcodes=postcodes)
    assert read.problems == () and read.repairs == ()
    assert (read.authorities, read.years) == (("886",), (2026,))
    assert read.rows_read == {"Header": 4, "Episodes": 6, "UASC": 1, "OC2": 2, "Missing": 3}
    assert sum(read.rows_refused.values()) == 0
    assert shown(read.records.children, "child", "sex", "ethnicity", "is_uasc") == [
        ("KITE1", "M", "WBRI", False),
        ("KITE2", "F", "BCRB", False),
        ("KITE3", "U", "", False),
        ("KITE4", "M", "OOTH", True),
    ]
    assert shown(read.records.yearly, "child_no", "sdq_score", "convicted", "substance_misuse", "times_missing") == [
        (0, 12, False, True, 1),
        (1, None, None, None, 1),
        (2, None, False, False, 0),
    ]
    home = read.records.episodes["home_postcode"].to_list()
    assert home[2] == "ME14 1XQ", "a postcode is written with one space and in capitals"


def test_places_and_distances_agree_with_those_derived_one_by_one(kent: Path, postcodes: Postcodes) -> None:
    read = read_returns([kent], postcodes=postcodes)
    by_key = {(row["child_no"], row["starts_on"]): row for row in read.records.episodes.iter_rows(named=True)}
    numbers = {row["child"]: row for row in read.records.children.iter_rows(named=True)}
    for child, chain in read_return(kent, authority="886", year=2026).episodes.items():
        known = numbers[child]
        is_recent = known["is_uasc"] and was_recently_uasc(known["uasc_ceased_on"], 2026)
        for episode in chain:
            row = by_key[known["child_no"], episode.starts_on]
            facts = derive_facts(episode, postcodes, is_recent_uasc=is_recent, authority="886")
            miles = None if facts.miles is None or float(facts.miles) == 999.9 else float(facts.miles)
            assert (row["area"], row["location"], row["miles"]) == (facts.pl_la, facts.location, miles)


def test_without_postcodes_places_are_left_empty_and_it_is_said(kent: Path) -> None:
    read = read_returns([kent])
    assert read.records.episodes["miles"].null_count() == 6
    assert any("postcode file" in note for note in read.notes)


# The same verdicts as the careful reader


def compare(folder: Path, authority: str, year: int) -> ReadReturns:
    """Both ways of reading accept the same rows with the same values, and find the same problems."""
    read = read_returns([folder], authorities=[authority])
    careful = read_return(folder, authority=authority, year=year, also_earlier=True)
    others = list(careful.other_rows()) if careful.is_readable else []
    assert Counter(one.problem for one in read.problems) == Counter(careful.problems)
    children = {row["child_no"]: row for row in read.records.children.iter_rows(named=True)}
    assert {row["child"]: (row["sex"], row["born_on"], row["ethnicity"]) for row in children.values()} == {
        one.child: (one.sex, one.born_on, one.ethnicity) for one in careful.headers.values()
    }
    fast = [
        (children[row["child_no"]]["child"], *(row[name] for name in VALUES))
        for row in read.records.episodes.iter_rows(named=True)
    ]
    slow = [
        (child, *(getattr(one, name) for name in VALUES)) for child, chain in careful.episodes.items() for one in chain
    ]
    assert sorted(fast, key=repr) == sorted(slow, key=repr)
    assert {row["child"] for row in children.values() if row["is_uasc"]} == {
        one.child for one in others if one.table == "UASC"
    }
    assert read.records.yearly["times_missing"].sum() == sum(one.values.get("MISSING") == "M" for one in others)
    if not careful.is_readable:
        assert read.rows_refused == read.rows_read, "nothing is used, and that is counted"
        return read
    assert +Counter(read.rows_refused) == +Counter(careful.rows_refused)
    assert read.rows_read == {name: count for name, count in careful.rows_read.items() if count}
    return read


VALUES = (
    "starts_on", "ends_before", "reason_new", "legal_status", "need", "place_type", "place_provider", "reason_ceased",
    "reason_place_change", "home_postcode", "place_postcode", "urn",
)  # fmt: skip
WRONG = (
    "", " ", "x", "=1+1", "-5", "99", "KITE1", "KITE9", "31/02/2025", "2025-06-01", "01/06/2025", "02/09/2025",
    "30/03/1990", "01/01/2030", "12/05/1980", "S", "s ", "P", "L", "B", "X1", "E4A", "C2", "V2", "N2", "Z1", "H5", "K2",
    "M", "1", "F", "\u00a0M", "BN1 1EE", "bn11ee", "BN1 1", "a,b", "é", "ß", "KITE1_886", '"', '"x"', '"a,b"', '"a\nb"',
    "ABCDEFGHIJKLMN", "1234567", "SC12", "١٢", ",,", "\n", "M,M", "KITE2\t",
)  # fmt: skip
TABLES = tuple(good_rows())
SLIPS = st.lists(
    st.one_of(
        st.tuples(st.just("cell"), st.sampled_from(TABLES), st.integers(0, 5), st.integers(0, 12), st.sampled_from(WRONG)),
        st.tuples(st.just("copy"), st.sampled_from(TABLES), st.integers(0, 5), st.integers(0, 5), st.just("")),
        st.tuples(st.just("drop"), st.sampled_from(TABLES), st.integers(0, 5), st.just(0), st.just("")),
    ),
    max_size=4,
)  # fmt: skip


def spoilt(slips: Sequence[tuple[str, str, int, int, str]]) -> Rows:
    rows = good_rows()
    for what, table, at, to, text in slips:
        lines = rows[table]
        if not lines:
            continue
        row = lines[at % len(lines)]
        if what == "cell":
            row[to % len(row)] = text
        elif what == "copy":
            lines.insert(to % len(lines), list(row))
        else:
            lines.remove(row)
    return rows


@given(slips=SLIPS, year=st.sampled_from((2022, 2024, 2026)))
@example(slips=[("cell", "Header", 0, 0, '"'), ("copy", "Header", 0, 0, "")], year=2022)
@settings(max_examples=int(os.environ.get("NEARHOME_EXAMPLES", "150")), deadline=None)
def test_both_ways_of_reading_agree_whatever_is_wrong(slips: list[tuple[str, str, int, int, str]], year: int) -> None:
    with TemporaryDirectory() as folder:
        compare(write(Path(folder) / "886" / str(year), spoilt(slips)), "886", year)


@given(slips=SLIPS, marked=st.booleans())
@example(slips=[("cell", "Header", 0, 0, "-5")], marked=True)
@settings(max_examples=int(os.environ.get("NEARHOME_EXAMPLES", "100")), deadline=None)
def test_both_ways_agree_on_pooled_files_of_a_year(slips: list[tuple[str, str, int, int, str]], marked: bool) -> None:
    with TemporaryDirectory() as folder:
        for table, rows in spoilt(slips).items():
            pooled = [
                [f"{row[0]}_886" if marked else row[0], *(iso(cell) for cell in row[1:]), "Kent", "2026"]
                for row in rows
            ]
            (Path(folder) / f"{table}.csv").write_bytes(as_csv(table, pooled, ("LA", "YEAR")))
        compare(Path(folder), "886", 2026)


def iso(text: str) -> str:
    return f"{text[6:]}-{text[3:5]}-{text[:2]}" if len(text) == 10 and text[2] == text[5] == "/" else text


@pytest.mark.parametrize(
    ("table", "content"),
    [
        ("header", b""),
        ("header", b"CHILD,SEX\r\nKITE1,M\r\n"),
        ("header", b"\xff\xfeC\0H\0"),
        ("header", b"CHILD,SEX,SEX,ETHNIC,UPN,MOTHER,MC_DOB\n"),
        ("episodes", b"PK\x03\x04xxxx"),
        ("episodes", as_csv("Episodes", [["KITE1", "01/06/2025", "S"]])),
        ("episodes", as_csv("Episodes", good_rows()["Episodes"]) + b'KITE1,"open\r\n'),
        ("episodes", as_csv("Episodes", good_rows()["Episodes"]) + b"KITE1,\xff\r\n"),
        ("episodes", as_csv("Episodes", good_rows()["Episodes"]).replace(b"\r\n", b"\r")),
        ("episodes", b"\xef\xbb\xbf" + as_csv("Episodes", good_rows()["Episodes"]).replace(b"\r\n", b"\n\n")),
        ("missing", as_csv("Missing", [])),
        ("missing", as_csv("Missing", good_rows()["Missing"]).rstrip()),
        ("missing", b"nothing,of,this\n1,2,3\n"),
        ("extra", as_csv("Header", [["KITE7", "M", "12/05/2012", "WBRI", "UN1", "", ""]])),
    ],
)
def test_both_ways_agree_on_unusual_files(kent: Path, table: str, content: bytes) -> None:
    (kent / f"{table}.csv").write_bytes(content)
    (kent / "notes.docx").write_bytes(b"PK")
    compare(kent, "886", 2026)


def test_simply_quoted_files_are_read_by_column_too(kent: Path) -> None:
    content = (kent / "episodes.csv").read_text()
    quoted = "".join(",".join(f'"{cell}"' for cell in line.split(",")) + "\n" for line in content.splitlines()).encode()
    table = next(table for table in all_tables() if table.name == "Episodes")
    sent = SentFile("episodes.csv", len(quoted), lambda: (kent / "episodes.csv").open("rb"))
    assert text_file(sent, quoted, table.columns, table, is_pooled=False).is_plain
    (kent / "episodes.csv").write_bytes(quoted)
    assert compare(kent, "886", 2026).records.episodes.height == 6


def test_lines_of_other_children_are_emptied_and_row_numbers_stay(kent: Path) -> None:
    content = (kent / "episodes.csv").read_bytes()
    table = next(table for table in all_tables() if table.name == "Episodes")
    sent = SentFile("episodes.csv", len(content), lambda: (kent / "episodes.csv").open("rb"))
    lines = text_file(sent, content, table.columns, table, is_pooled=False).only([6, 4]).split(b"\n")
    assert [number for number, line in enumerate(lines, start=1) if line] == [1, 4, 6]
    assert lines[3].startswith(b"KITE2,01/04/2025")


def test_rows_whose_cells_can_be_read_are_all_in_what_was_sent(kent: Path) -> None:
    rows = good_rows()
    rows["Episodes"][1][1] = "02/07/2025"  # overlaps
    rows["Episodes"].append(["KITE9", *rows["Episodes"][3][1:]])  # not in Header
    rows["Episodes"].append(["KITE3", "what", *rows["Episodes"][3][2:]])  # no date
    read = read_returns([write(kent, rows)])
    assert read.as_sent.height == 7
    assert read.as_sent.filter(pl.col("child") == "KITE9")["child_no"].to_list() == [None]
    assert read.records.episodes.height < 7 and read.rows_refused["Episodes"] == 3


def test_a_child_over_25_is_said_and_kept(kent: Path) -> None:
    rows = good_rows()
    rows["Header"][3][2] = "29/03/2001"
    rows["UASC"][0][2] = "29/03/2001"
    read = compare(write(kent, rows), "886", 2026)
    (found,) = read.problems
    assert (found.problem.rule, found.problem.severity) == ("age", Severity.WARNING)
    assert "over 25 on 30/03/2026" in found.problem.message
    assert read.records.episodes.height == 6


# Postcodes


def test_many_postcodes_are_found_as_one_is(postcodes: Postcodes) -> None:
    rng = np.random.default_rng(7)
    some = [postcodes.at(int(at)).postcode for at in rng.integers(0, len(postcodes), 300)]
    odd = ["", " ", "bn11ee", "BN1  1EE", "BN1 1", "ZZ99 9ZZ", "é", "BT1 1AA", "SW1A 1AAX", "\0", "ZZZZZZZ", "0"]
    asked = [*some, *odd, postcodes.at(0).postcode, postcodes.at(len(postcodes) - 1).postcode]
    many = postcodes.find_many(asked)
    for place, text in enumerate(asked):
        one = postcodes.find(text)
        if one is None:
            assert many.district[place] == -1
            continue
        code = postcodes.district_codes[many.district[place]]
        assert (many.easting[place], many.northing[place], code) == (one.easting, one.northing, one.district_code)


@given(st.lists(st.tuples(*[st.integers(0, 700_000)] * 4), min_size=1, max_size=50))
@settings(deadline=None)
def test_distances_of_a_column_are_those_of_one(ends: list[tuple[int, int, int, int]]) -> None:
    home = pl.DataFrame({"easting": [end[0] for end in ends], "northing": [end[1] for end in ends]})
    place = pl.DataFrame({"easting": [end[2] for end in ends], "northing": [end[3] for end in ends]})
    expected = [float(straight_line_miles(Point(a, b), Point(c, d))) for a, b, c, d in ends]
    assert _miles(home, place).tolist() == expected

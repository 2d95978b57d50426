from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from nearhome.market.calculations.register import (
    Kind,
    RegisterCellError,
    RegisterRow,
    Scale,
    Severity,
    kind_of,
    match_columns,
    normalised,
    parse_register_date,
)
from nearhome.market.importers.register_files import RegisterReading, read_register

COMBINED = (
    "Local authority,URN,Provider type,Provider subtype,Sector,Provider name,Registration date,Registration status,"
    "Deregistration date,Placement code,Provider address line 1,Provider postcode,Provider telephone number,"
    "Provider email address,Owner type,Owner ID,Owner name,Owner postcode,Region,Placement provider code,"
    "Date of last full inspection,Overall effectiveness,Number of registered places,"
    "Emotional and behavioural difficulties,Mental disorders,Sensory impairment,Present alcohol problems,"
    "Present drug problems,Learning difficulty,Physical disabilities,Conditions"
)
HOME = (
    'Kent,1234567,Children\'s home,,Private,Madeup Meadow,01/02/2020,Active,,"K2,S1",1 Test Lane,me141xq,'
    "+44 1234 567890,madeup@example.org,Company,RP123,Madeup Meadow Care Ltd,BN1 1EE,South East,PR4,"
    "12/03/2025,Good,4,Y,N,,N,,Y,N,"
)


def read(*lines: str) -> RegisterReading:
    return read_register({"register.csv": "\r\n".join(lines).encode("utf-8-sig")})


def only(reading: RegisterReading) -> RegisterRow:
    assert reading.problems == []
    (row,) = reading.rows
    return row


def workbook(**sheets: list[list[object]]) -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        dates = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name.replace("_", " "))
            for number, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    sheet.write(number, column, cell, dates if isinstance(cell, date) else None)
    return content.getvalue()


def test_a_home_is_read_from_the_combined_list() -> None:
    row = only(read(COMBINED, HOME))
    assert (row.urn, row.kind, row.name, row.owner_name) == (
        "1234567",
        Kind.CHILDRENS_HOME,
        "Madeup Meadow",
        "Madeup Meadow Care Ltd",
    )
    assert (row.postcode, row.local_authority, row.registered_places) == ("ME14 1XQ", "Kent", 4)
    assert (row.judgement, row.judgement_scale, row.inspected_on) == ("good", Scale.SOCIAL_CARE, date(2025, 3, 12))
    assert (row.registered_on, row.status, row.closed_on) == (date(2020, 2, 1), "Active", None)
    assert row.placement_codes == ("K2", "S1") and row.needs == ("ebd", "ld")


def test_telephone_and_email_are_never_kept() -> None:
    assert not any(part in repr(read(COMBINED, HOME)) for part in ("567890", "example.org", "Test Lane"))


def test_the_older_lists_are_read_by_the_meaning_of_their_columns() -> None:
    homes = only(
        read(
            "Local Authority,URN,Provider Type,Sector,Setting Name,Registration Date,Provider Status,Closed Date,"
            "Provider Placement Code,Sensory Impairment,Max Users,Full Inspection Start Date,Overall Effectiveness,"
            "Setting Address Postcode,Setting Email Address,Owner Name,Owner Postcode",
            "Medway,SC123456,Secure children's home,Local Authority,Madeup Lodge,2001-04-01,Active,,K1/K2,Yes,6,"
            "01/05/2024,Requires improvement,ME4 4TR,,Madeup Council,ME1 1AA",
        )
    )
    assert (homes.urn, homes.kind, homes.postcode) == ("SC123456", Kind.CHILDRENS_HOME, "ME4 4TR")
    assert homes.judgement == "requires improvement to be good"
    assert homes.placement_codes == ("K1", "K2") and homes.needs == ("si",) and homes.registered_places == 6
    agency = only(
        read(
            "URN,Provision type,Setting name,Registration status,Setting postcode,Organisation name,Local authority,"
            "Region,Sector,Placement code,Date of last full inspection,"
            "Latest overall Effectiveness grade from last full inspection,Maximum fostering places",
            'SC234567,Independent Fostering Agency,Madeup Fostering,Active,BN1 1EE,Madeup Ltd,"Brighton and Hove",'
            'South East,Private,"U1,U2,U3,U4,U5,U6",NULL,Outstanding,NULL',
        )
    )
    assert agency.kind == Kind.FOSTERING_AGENCY and len(agency.placement_codes) == 6
    assert (agency.inspected_on, agency.registered_places, agency.judgement) == (None, None, "outstanding")


def test_a_workbook_gives_both_sheets_and_names_what_it_passed_over(tmp_path: Path) -> None:
    content = workbook(
        Notes=[["Made-up register"], ["Read me"]],
        Providers=[
            ["Made-up register at 31 March 2026"],
            [],
            ["URN", "Provider type", "Provider name", "Max users", "Registration date", "Provider postcode"],
            [1234567, "Children's home", "Madeup Meadow", 4.0, date(2020, 2, 1), "ME14 1XQ"],
            ["", "", "", "", "", ""],
            [1234568, "Children's home", "", 4.0, date(2020, 2, 1), "ME14 1XQ"],
        ],
        SA_Providers=[
            [
                "Provider local authority",
                "Setting Local Authority",
                "URN",
                "Provider type",
                "Provider name",
                "Setting category",
                "Capacity",
                "Setting address postcode",
                "Overall effectiveness",
            ],
            ["Kent", "Medway", 2345678, "Supported accommodation", "Madeup Steps", "Category 2", 5, "ME4 4TR", ""],
            ["Kent", "Kent", 2345678, "SA", "Madeup Steps", "Category 4", 1, "", "Consistently strong"],
        ],
    )
    path = tmp_path / "register.xlsx"
    path.write_bytes(content)
    reading = read_register(path)
    home, first, second = reading.rows
    assert (home.urn, home.row, home.registered_places, home.registered_on) == ("1234567", 4, 4, date(2020, 2, 1))
    assert (first.kind, first.judgement_scale, first.placement_codes) == (
        Kind.SUPPORTED_ACCOMMODATION,
        Scale.SUPPORTED,
        ("K3",),
    )
    assert (first.local_authority, first.setting_category, first.setting_capacity) == ("Medway", "Category 2", 5)
    assert second.judgement == "consistently strong" and second.setting_name == "Madeup Steps"
    assert reading.sheets_not_read == ["Notes"]
    (problem,) = reading.problems
    assert (problem.sheet, problem.row, problem.urn, problem.field) == ("Providers", 6, "1234568", "name")
    assert "sector" in reading.columns_not_found["Providers"] and "needs" in reading.columns_not_found["Providers"]


@pytest.mark.parametrize(
    ("change", "field", "severity"),
    [
        (("12/03/2025", "31/02/2025"), "inspected_on", Severity.WARNING),
        (("Good", "Consistently strong"), "judgement", Severity.WARNING),
        (("me141xq", "NOWHERE"), "postcode", Severity.WARNING),
        (("Good,4,", "Good,four,"), "registered_places", Severity.WARNING),
        (("1234567", "=1+1"), "urn", Severity.ERROR),
        (("1234567", "unknown"), "urn", Severity.ERROR),
        (("1234567", ""), "urn", Severity.ERROR),
        (("Madeup Meadow,", "=HYPERLINK(0),"), "name", Severity.ERROR),
    ],
)
def test_a_bad_cell_is_named_and_never_loses_the_good_rows(
    change: tuple[str, str], field: str, severity: Severity
) -> None:
    reading = read(COMBINED, HOME.replace(*change, 1), HOME.replace("1234567", "7654321"))
    (problem,) = reading.problems
    assert (problem.file, problem.row, problem.field, problem.severity) == ("register.csv", 2, field, severity)
    kept = ["7654321"] if severity == Severity.ERROR else ["1234567", "7654321"]
    assert [row.urn for row in reading.rows] == kept
    assert reading.rows_refused == 2 - len(kept)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", COMBINED.encode("utf-16"), "is in UTF-16"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"fruit,colour\napple,red\n", "needs URN, provider type and name"),
        ("a.xlsx", b"PK\x03\x04 not a workbook", "cannot be opened as a workbook"),
        ("a.xlsx", b"noise" * 1000, "cannot be opened as a workbook"),
        ("a.csv", b"PK\x03\x04" + bytes(50), "is an Excel workbook"),
    ],
)
def test_a_file_that_is_no_register_is_refused_plainly(name: str, content: bytes, says: str) -> None:
    reading = read_register({name: content})
    assert reading.rows == [] and not reading.is_readable
    assert says in reading.problems[0].message


def test_provider_types_are_sorted_into_kinds() -> None:
    assert kind_of("Residential special school (registered as a children’s home)") == Kind.CHILDRENS_HOME
    assert kind_of("Local Authority Fostering Agency") == Kind.FOSTERING_AGENCY
    assert kind_of("Supported Accommodation") == Kind.SUPPORTED_ACCOMMODATION
    assert kind_of("Residential Family Centre") == kind_of("Boarding School") == Kind.OTHER


def test_column_names_are_compared_without_case_and_signs() -> None:
    assert normalised(" Setting  Address_Postcode* ") == "setting address postcode"
    found = match_columns(["Owner postcode", "Provider Postcode", "URN", "urn "])
    assert found == {"postcode": 1, "urn": 2}


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_a_register_date_is_read_in_either_way(day: date) -> None:
    assert parse_register_date(day.strftime("%d/%m/%Y")) == parse_register_date(day.isoformat()) == day
    with pytest.raises(RegisterCellError, match="not a date"):
        parse_register_date(f"{day:%d %B %Y}")

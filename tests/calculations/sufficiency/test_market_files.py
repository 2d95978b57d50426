"""The places on the market, read from a register; where homes are, from the postcode file."""

from pathlib import Path

import pytest

from nearhome.sufficiency.importers.market_files import read_market, read_market_with_problems
from nearhome.tables.csv_files import UnreadableFileError

HOMES = """Local authority,URN,Provider type,Sector,Provider name,Registration date,Registration status,\
Deregistration date,Provider postcode,Owner name,Date of last full inspection,Overall effectiveness,\
Number of registered places
Kent,SC900001,Children's home,Private,Made-up Home 1,01/04/2019,Active,,ME14 1XX,Madeup Meadow Care Ltd,01/05/2024,Good,4
Kent,SC900001,Children's home,Private,Made-up Home 1,01/04/2019,Active,,ME14 1XX,Madeup Meadow Care Ltd,01/05/2025,Outstanding,5
Medway,SC900002,Children's home,Local authority,Made-up Home 2,01/04/2019,Active,31/12/2025,,,,,3
Kent,SC900003,Children's home,Private,Made-up Home 3,,Resigned,,,,,,6
Kent,SC900004,Independent fostering agency,Voluntary,Madeup Fern Trust,,Active,,,,,Good,
,?,Children's home,Private,Made-up Home 5,,Active,,,,,,6
Kent,2900006,Supported accommodation,Private,Made-up Living,,Active,,,,,Consistently strong,9
"""
SETTINGS = """Setting Local Authority,URN,Provider type,Provider name,Registration status,Setting category,Capacity,\
Setting address postcode,Owner name
Kent,2900006,Supported accommodation,Made-up Living,Active,Shared,4,ME14 1XX,Madeup Lodgings Ltd
Medway,2900006,Supported accommodation,Made-up Living,Active,Shared,5,ME4 4XX,Madeup Lodgings Ltd
"""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    (tmp_path / "homes.csv").write_text(HOMES)
    (tmp_path / "settings.csv").write_text(SETTINGS)
    return tmp_path


def test_each_registration_is_there_once_as_last_inspected(register: Path) -> None:
    places = read_market(register)
    home = places.filter(urn="SC900001").row(0, named=True)
    assert places.filter(urn="SC900001").height == 1
    assert (home["places"], home["judgement"], home["scale"], home["area"]) == (5, "outstanding", "social_care", "886")


def test_settings_stand_for_their_registration_with_its_judgement(register: Path) -> None:
    settings = read_market(register).filter(urn="2900006")
    assert settings["places"].to_list() == [4, 5]
    assert settings["area"].to_list() == ["886", "887"]
    assert settings["judgement"].to_list() == ["consistently strong"] * 2
    assert settings["scale"].to_list() == ["supported"] * 2


def test_an_authority_owns_its_homes_and_a_service_without_an_owner_itself(register: Path) -> None:
    owners = dict(read_market(register).select("urn", "owner").iter_rows())
    assert (owners["SC900002"], owners["SC900004"]) == ("Medway", "Madeup Fern Trust")
    assert owners["SC900001"] == "Madeup Meadow Care Ltd"


def test_what_is_left_out_is_counted(register: Path) -> None:
    reading = read_market_with_problems(register)
    assert "SC900003" not in reading.places["urn"].to_list()
    assert (reading.rows_refused, reading.closed_without_a_date) == (1, 1)
    assert [(one.file, one.row, one.field) for one in reading.problems] == [("homes.csv", 7, "urn")]
    assert str(reading.places.filter(urn="SC900002")["closes_before"].item()) == "2025-12-31"


def test_a_file_that_is_no_register_says_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"notes.csv: .*needs URN, provider type and name"):
        read_market(tmp_path / "notes.csv")
    with pytest.raises(UnreadableFileError):
        read_market(tmp_path / "nowhere.csv")

"""The made-up episodes hold together by the chain and URN rules of the return; homes are never over-full."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from nearhome.demo.calculations.days import Year, age_on, birthday
from nearhome.demo.calculations.shares import CareYear, care_years, day_of
from nearhome.demo.region import RegionFiles, read_returns, write_region
from nearhome.geography.authorities import authority_of_district
from nearhome.geography.postcodes import Postcodes

NO_URN = {"P1", "R1", "R2", "R5", "Z11", "Z12", "Z13", "Z14"}
WHERE = ("PLACE", "PL_POST", "URN", "PLACE_PROVIDER")
YEAR = Year(2026)


@pytest.fixture(scope="module")
def postcodes() -> Postcodes:
    return Postcodes.open()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, postcodes: Postcodes) -> RegionFiles:
    return write_region(tmp_path_factory.mktemp("chains"), region="founders", seed=11, postcodes=postcodes)


@pytest.fixture(scope="module")
def years(made: RegionFiles) -> list[CareYear]:
    return care_years(read_returns(made.folder))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_episode_starts_the_day_the_one_before_ended(years: list[CareYear]) -> None:
    for one in years:
        for before, after in zip(one.episodes, one.episodes[1:], strict=False):
            assert before["REC"] == "X1" and before["DEC"] == after["DECOM"], one
            assert after["CIN"] == before["CIN"] and after["RNE"] != "S", one
        assert one.last["REC"] != "X1" and bool(one.last["REC"]) == bool(one.last["DEC"]), one


def test_every_date_is_in_order_and_in_the_year(years: list[CareYear]) -> None:
    for one in years:
        born = day_of(one.header["DOB"])
        for row in one.episodes:
            start, end = day_of(row["DECOM"]), day_of(row["DEC"]) if row["DEC"] else YEAR.last + 1
            assert born <= start <= YEAR.last and start < end and end >= YEAR.first, row
        started_this_year = day_of(one.episodes[0]["DECOM"]) >= YEAR.first
        assert one.episodes[0]["RNE"] == "S" or not started_this_year, one


def test_the_reason_for_a_new_episode_says_what_changed(years: list[CareYear]) -> None:
    for one in years:
        for before, after in zip(one.episodes, one.episodes[1:], strict=False):
            legal = before["LS"] != after["LS"]
            moved = any(before[column] != after[column] for column in WHERE)
            assert (legal, moved) == {
                "L": (True, False),
                "P": (False, True),
                "T": (False, True),
                "B": (True, True),
                "U": (True, True),
            }[after["RNE"]], (before, after)
            assert bool(before["REASON_PLACE_CHANGE"]) == (after["RNE"] != "L"), before


def test_placements_fit_age_and_legal_status(years: list[CareYear]) -> None:
    for one in years:
        born = day_of(one.header["DOB"])
        for row in one.episodes:
            age = age_on(born, day_of(row["DECOM"]))
            assert age >= {"K3": 16, "R5": 10, "S1": 4}.get(row["PLACE"], 0), row
            assert not (row["PLACE"] == "P1" and row["LS"] == "V2"), row
            assert row["PLACE"] not in ("A5", "A6") or row["LS"] == "E1", row
            assert row["PLACE"] != "A5" or row["RNE"] in ("S", "T", "U", "L"), row
            assert row["LS"] != "J1" or age >= 10, row


def test_care_ends_as_the_age_allows(years: list[CareYear]) -> None:
    for one in years:
        if one.in_care:
            continue
        born, ended = day_of(one.header["DOB"]), day_of(one.last["DEC"])
        assert ended <= birthday(born, 18)
        assert one.last["REC"] not in ("E17", "E5", "E6", "E7") or ended == birthday(born, 18), one
        assert one.last["REC"] not in ("E11", "E12") or one.last["PLACE"] in ("A5", "A6"), one


def test_provider_and_urn_agree_with_the_register(
    made: RegionFiles, years: list[CareYear], postcodes: Postcodes
) -> None:
    known = {row["URN"]: row for row in rows(made.providers)}
    settings: dict[str, set[str]] = defaultdict(set)
    for row in rows(made.supported_accommodation):
        settings[row["URN"]].add(row["Setting address postcode"])
    for one in years:
        for row in one.episodes:
            assert (row["URN"] == "") == (row["PLACE"] in NO_URN), row
            assert (row["PLACE_PROVIDER"] == "") == row["PLACE"].startswith("Z"), row
            if row["PLACE"] == "K3":
                assert row["PL_POST"] in settings[row["URN"]], row
            elif row["URN"]:
                _check_registered(row, known[row["URN"]], one.authority, postcodes)


def _check_registered(row: Mapping[str, str], entry: Mapping[str, str], authority: str, postcodes: Postcodes) -> None:
    assert row["PLACE"] in entry["Placement code"].split(","), row
    assert row["PLACE_PROVIDER"] in entry["Placement provider code"].split(","), row
    assert row["PLACE"] not in ("K2", "R3", "S1") or row["PL_POST"] == entry["Provider postcode"], row
    assert day_of(entry["Registration date"]) < day_of(row["DECOM"]), row
    if row["PLACE_PROVIDER"] == "PR1" and row["PLACE"] == "K2":
        there = postcodes.find(row["PL_POST"])
        assert there is not None and authority_of_district(there.district_code) == authority, row


def test_home_and_placement_share_a_postcode_only_with_parents(years: list[CareYear]) -> None:
    for one in years:
        for row in one.episodes:
            assert row["PLACE"] == "P1" or row["HOME_POST"] != row["PL_POST"], row


def test_no_home_ever_holds_more_children_than_it_has_places(made: RegionFiles, years: list[CareYear]) -> None:
    places = {(row["registration_urn"], row["postcode"]): row for row in rows(made.profiles)}
    events: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for one in years:
        for row in one.episodes:
            key = (row["URN"], row["PL_POST"])
            if key in places:
                events[key] += [(day_of(row["DECOM"]), 1)] + ([(day_of(row["DEC"]), -1)] if row["DEC"] else [])
    assert len(events) > 1000
    for key, some in events.items():
        living = most = 0
        for _, step in sorted(some):  # departures first on the same day
            living += step
            most = max(most, living)
        now = sum(step for _, step in some)
        assert most <= int(places[key]["places"]), key
        assert now + int(places[key]["places_not_open"]) <= int(places[key]["places"]), key


def test_profiles_take_the_children_who_live_there(made: RegionFiles, years: list[CareYear]) -> None:
    profiles = {(row["registration_urn"], row["postcode"]): row for row in rows(made.profiles)}
    for one in years:
        profile = profiles.get((one.last["URN"], one.last["PL_POST"]))
        if profile and one.in_care:
            age = age_on(day_of(one.header["DOB"]), YEAR.last)
            assert int(profile["min_age"]) <= age <= int(profile["max_age"]), one
            assert profile["sexes"] in ("any", one.header["SEX"]), one

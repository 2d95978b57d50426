"""Settings over time, and the list of those the law does not allow at the child's age."""

from datetime import date, timedelta

import pytest

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import settings_of_care
from nearhome.sufficiency.calculations.children.indicators import headline
from nearhome.sufficiency.calculations.children.snapshot import counted
from nearhome.sufficiency.calculations.figures import Breakdown, Section
from scenes_care import care

ON = date(2026, 3, 31)
NOBODY_ADJOINS: frozenset[frozenset[str]] = frozenset()


def section(records: CareRecords, on: date = ON) -> Section:
    return settings_of_care.section(records, counted(records, on, adjoining=NOBODY_ADJOINS))


def listed(records: CareRecords, on: date = ON) -> list[tuple[object, ...]]:
    table = table_of(section(records, on), "settings_to_check")
    return list(zip(*(table.column(key) for key in ("child", "age", "against_from", "lasts", "rule")), strict=True))


def table_of(one: Section, name: str) -> Breakdown:
    return next(table for table in one.breakdowns if table.name == name)


def figure(records: CareRecords, name: str, on: date = ON) -> object:
    return {one.name: one.value for one in headline(records, on, NOBODY_ADJOINS)}[name]


def living_in(place_type: str, born_on: date, **more: object) -> CareRecords:
    stay = {"child": "A", "starts_on": date(2020, 5, 1), "place_type": place_type, "place_provider": "PR4", "urn": ""}
    return care(children=[{"child": "A", "born_on": born_on}], episodes=[stay | more], years=(2026,))


@pytest.mark.parametrize(("on", "counted_then"), [(date(2021, 9, 8), 0), (date(2021, 9, 9), 1)])
def test_under_16_counts_from_9_september_2021_whenever_the_placement_began(on: date, counted_then: int) -> None:
    assert figure(living_in("H5", date(2010, 1, 1)), "under_16_unlawful_settings", on) == counted_then


@pytest.mark.parametrize(("on", "counted_then"), [(date(2023, 10, 27), 0), (date(2023, 10, 28), 1)])
def test_16_and_17_counts_from_28_october_2023(on: date, counted_then: int) -> None:
    assert figure(living_in("H5", date(2006, 10, 1)), "sixteen_and_seventeen_unlawful_settings", on) == counted_then


@pytest.mark.parametrize(
    ("born_on", "under_16", "older"),
    [
        (date(2010, 4, 1), 1, 0),  # 16 tomorrow
        (date(2010, 3, 31), 0, 1),  # 16 today
        (date(2008, 4, 1), 0, 1),  # 18 tomorrow
        (date(2008, 3, 31), 0, 0),  # 18 today
    ],
)
def test_a_birthday_moves_a_child_from_one_rule_to_the_other(born_on: date, under_16: int, older: int) -> None:
    records = living_in("P2", born_on)

    assert figure(records, "under_16_unlawful_settings") == under_16
    assert figure(records, "sixteen_and_seventeen_unlawful_settings") == older


@pytest.mark.parametrize(
    ("place_type", "more", "rules"),
    [
        ("H5", {}, ["S02"]),
        ("H5", {"urn": "2900001"}, []),  # a number: registered, or the application accepted
        ("H5", {"area": "WAL", "location": "OUT"}, []),  # the rule is for accommodation in England
        ("K3", {"urn": "2900001"}, []),
        ("K3", {}, ["URN"]),
        ("K2", {}, ["URN"]),
        ("K2", {"area": "SCO", "location": "OUT"}, []),
        ("Z11", {}, ["Z"]),
        ("Z1", {}, ["Z"]),
        ("P3", {}, []),
        ("R5", {}, []),
        ("U6", {}, []),
    ],
)
def test_what_is_listed_for_a_child_of_17(place_type: str, more: dict[str, object], rules: list[str]) -> None:
    assert [rule for *_, rule in listed(living_in(place_type, date(2008, 6, 1), **more))] == rules


@pytest.mark.parametrize("place_type", ["H5", "K3", "P2", "P3"])
def test_a_registration_number_does_not_make_it_lawful_under_16(place_type: str) -> None:
    assert figure(living_in(place_type, date(2012, 1, 1), urn="2900001"), "under_16_unlawful_settings") == 1


def test_a_z_code_is_to_be_looked_at_and_never_called_unlawful() -> None:
    records = living_in("Z12", date(2012, 1, 1))

    assert figure(records, "under_16_unlawful_settings") == 0
    assert figure(records, "settings_to_look_at") == 1
    assert "to be looked at" in str(table_of(section(records), "settings_to_check").column("words")[0]).lower()


def test_a_stay_that_ended_within_the_year_is_listed_and_says_so() -> None:
    records = living_in("H5", date(2012, 1, 1), starts_on=date(2025, 7, 1), ends_before=date(2025, 7, 4))

    assert listed(records) == [("A", 13, date(2025, 7, 1), False, "S01")]
    assert figure(records, "under_16_unlawful_settings") == 0
    told = {one.name: one.value for one in section(records).indicators}
    assert told["under_16_unlawful_settings_in_year"] == 1


def test_a_stay_that_ended_before_the_year_is_not_listed() -> None:
    assert listed(living_in("H5", date(2012, 1, 1), ends_before=date(2025, 4, 1))) == []
    assert len(listed(living_in("H5", date(2012, 1, 1), ends_before=date(2025, 4, 2)))) == 1


def test_a_child_who_turns_16_there_is_listed_under_both_rules_each_from_its_day() -> None:
    assert listed(living_in("H5", date(2009, 12, 1))) == [
        ("A", 15, date(2025, 4, 1), True, "S01"),
        ("A", 16, date(2025, 12, 1), True, "S02"),
    ]


def test_a_leap_day_child_is_under_16_until_the_leap_day() -> None:
    there = living_in("H5", date(2008, 2, 29))

    assert figure(there, "under_16_unlawful_settings", date(2024, 2, 28)) == 1
    assert figure(there, "under_16_unlawful_settings", date(2024, 2, 29)) == 0


def test_a_change_of_legal_status_does_not_make_a_second_case() -> None:
    stay = {"child": "A", "place_type": "H5", "place_postcode": "ME1 1XX"}
    records = care(
        children=[{"child": "A", "born_on": date(2012, 1, 1)}],
        episodes=[
            stay | {"starts_on": date(2025, 5, 1), "ends_before": date(2025, 6, 1)},
            stay | {"starts_on": date(2025, 6, 1), "reason_new": "L", "legal_status": "C1"},
        ],
    )

    assert listed(records) == [("A", 13, date(2025, 5, 1), True, "S01")]


def test_what_happened_after_the_day_is_not_known_on_it() -> None:
    records = living_in("H5", date(2012, 1, 1), starts_on=date(2025, 7, 1), ends_before=ON + timedelta(days=30))

    assert listed(records) == [("A", 13, date(2025, 7, 1), True, "S01")]


def test_the_list_is_marked_as_being_about_single_children() -> None:
    assert table_of(section(care()), "settings_to_check").about_single_children


def test_settings_of_each_month_add_up_to_the_children_looked_after() -> None:
    records = care(
        episodes=[
            {"child": "A", "starts_on": date(2025, 4, 1), "ends_before": date(2025, 9, 1)},
            {
                "child": "A",
                "starts_on": date(2025, 9, 1),
                "reason_new": "P",
                "place_type": "K2",
                "place_provider": "PR4",
            },
            {"child": "B", "starts_on": date(2025, 12, 31), "place_type": "P1", "place_provider": "PR0"},
        ]
    )
    months = table_of(section(records), "settings_by_month")

    assert months.column("foster") == (0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)  # 31 March 2025 to 31 March 2026
    assert months.column("residential") == (0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1)
    assert months.column("parents") == (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1)
    assert months.column("children_looked_after") == (0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2)


def test_types_and_providers_are_told_for_each_year_that_was_read() -> None:
    records = care(
        episodes=[
            {"child": "A", "starts_on": date(2023, 5, 1)},
            {"child": "B", "starts_on": date(2025, 5, 1), "place_type": "K2", "place_provider": ""},
        ],
        years=(2025, 2026),
    )
    both = section(records)
    types, providers = table_of(both, "place_type_by_year"), table_of(both, "place_provider_by_year")

    assert [one.key for one in types.columns[2:]] == ["on_2024_03_31", "on_2025_03_31", "children_looked_after"]
    assert types.rows == (
        ("Foster care, other", "Foster care", 1, 1, 1),
        ("Children’s home", "Residential care", 0, 0, 1),
    )
    assert dict(zip(providers.column("provider_type"), providers.column("children_looked_after"), strict=True)) == {
        "Own authority": 1, "Other authority": 0, "Other public": 0, "Private": 0, "Voluntary": 0, "Parents": 0,
        "Not reported": 1,
    }  # fmt: skip

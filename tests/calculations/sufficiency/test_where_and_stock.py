"""Flows, the list of children far from home, and the history of the stock."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import stock, where
from nearhome.sufficiency.calculations.children.history import month_ends, months_covered
from nearhome.sufficiency.calculations.children.recorded_reasons import EXPLAINS_ITSELF
from nearhome.sufficiency.calculations.children.snapshot import counted
from nearhome.sufficiency.calculations.figures import Breakdown, Section
from scenes_care import care

ON = date(2026, 3, 31)
KENT_AND_MEDWAY = frozenset({frozenset({"886", "887"})})
NAMES = {"886": "Kent", "887": "Medway"}
FAR = {"child": "A", "starts_on": date(2025, 6, 1), "area": "850", "location": "OUT", "miles": 45.2}


def table_of(one: Section, name: str) -> Breakdown:
    return next(table for table in one.breakdowns if table.name == name)


def far_children(records: CareRecords, reasons: dict[int, str] | None = None) -> list[object]:
    day = counted(records, ON, adjoining=KENT_AND_MEDWAY, reasons=reasons)
    return list(table_of(where.section(day, names=NAMES), "far_with_no_recorded_reason").column("child"))


def test_flows_count_children_from_authority_to_area_and_name_both() -> None:
    records = care(
        children=[{"child": "C", "authority": "887"}],
        episodes=[
            {"child": "A", "starts_on": ON},
            {"child": "B", "starts_on": ON, "area": "887", "location": "OUT"},
            {"child": "C", "starts_on": ON, "area": "886", "location": "OUT"},
            {"child": "D", "starts_on": ON, "area": "WAL", "location": "OUT"},
            {"child": "E", "starts_on": ON, "area": "", "location": ""},
        ],
    )
    flows = table_of(where.section(counted(records, ON, adjoining=KENT_AND_MEDWAY), names=NAMES), "flows")

    assert flows.rows == (
        ("Kent", "886", "Kent", "886", 1),
        ("Kent", "886", "Medway", "887", 1),
        ("Kent", "886", "Wales", "WAL", 1),
        ("Medway", "887", "Kent", "886", 1),
    )
    assert flows.chart is not None and (flows.chart.kind, flows.chart.along, flows.chart.to) == (
        "flows",
        "from_code",
        "to_code",
    )


def test_the_list_of_the_far_says_who_where_how_far_and_since_when() -> None:
    day = counted(care(episodes=[FAR]), ON, adjoining=KENT_AND_MEDWAY)
    table = table_of(where.section(day, names=NAMES), "far_with_no_recorded_reason")

    assert table.rows == (("Kent", "A", "10 to 15", "Foster care, other", "850", 45.2, date(2025, 6, 1)),)
    assert table.about_single_children


@pytest.mark.parametrize("place_type", sorted(EXPLAINS_ITSELF))
def test_some_kinds_of_placement_say_themselves_why_they_are_far(place_type: str) -> None:
    assert far_children(care(episodes=[FAR | {"place_type": place_type}])) == []


@pytest.mark.parametrize("place_type", ["U4", "U5", "U6", "K2", "K3", "S1", "R1", "Z11", "H5", "P3"])
def test_the_others_do_not(place_type: str) -> None:
    assert far_children(care(episodes=[FAR | {"place_type": place_type}])) == ["A"]


@pytest.mark.parametrize(
    ("reason", "is_listed"), [("CHILD", False), ("CUSTOD", False), ("CARPL", True), ("CLOSE", True), ("", True)]
)
def test_the_reason_for_the_last_move_counts_only_if_it_speaks_of_the_new_place(reason: str, is_listed: bool) -> None:
    before = {
        "child": "A",
        "starts_on": date(2025, 1, 1),
        "ends_before": date(2025, 6, 1),
        "reason_place_change": reason,
    }
    records = care(episodes=[before, FAR | {"reason_new": "P", "place_postcode": "LS1 1XX"}])

    assert far_children(records) == (["A"] if is_listed else [])


def test_a_reason_lasts_as_long_as_the_placement_and_no_longer() -> None:
    asked = {
        "child": "A",
        "starts_on": date(2024, 1, 1),
        "ends_before": date(2025, 1, 1),
        "reason_place_change": "CHILD",
    }
    there = FAR | {
        "starts_on": date(2025, 1, 1),
        "ends_before": date(2025, 6, 1),
        "reason_new": "P",
        "place_postcode": "LS1 1XX",
    }
    later = FAR | {"starts_on": date(2025, 6, 1)}

    same_home = care(
        episodes=[asked, there, later | {"reason_new": "L", "legal_status": "C1", "place_postcode": "LS1 1XX"}]
    )
    next_home = care(episodes=[asked, there, later | {"reason_new": "P", "place_postcode": "LS2 1XX"}])
    assert far_children(same_home) == []
    assert far_children(next_home) == ["A"]


def test_a_reason_of_an_earlier_period_of_care_does_not_count() -> None:
    before = {
        "child": "A", "starts_on": date(2025, 1, 1), "ends_before": date(2025, 5, 31), "reason_place_change": "CHILD",
    }  # fmt: skip
    assert far_children(care(episodes=[before, FAR])) == ["A"]


def test_the_authority_can_give_a_reason_by_child() -> None:
    records = care(episodes=[FAR, FAR | {"child": "B"}])

    assert far_children(records, {0: "near his brother"}) == ["B"]
    assert far_children(records, {0: "  "}) == ["A", "B"]


@pytest.mark.parametrize(
    ("miles", "location", "area", "is_far"), [(20.0, "OUT", "850", 0), (20.1, "OUT", "850", 1), (44.0, "IN", "886", 0)]
)
def test_far_is_over_20_miles_and_outside_the_authority(miles: float, location: str, area: str, is_far: int) -> None:
    assert len(far_children(care(episodes=[FAR | {"miles": miles, "location": location, "area": area}]))) == is_far


def test_month_ends_stay_month_ends() -> None:
    assert month_ends(date(2024, 3, 31), 3) == (date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31))
    assert month_ends(date(2026, 6, 15), 2) == (date(2026, 5, 15), date(2026, 6, 15))


@pytest.mark.parametrize(
    ("years", "on", "months"),
    [
        ((2026,), ON, 13),
        ((2025, 2026), ON, 25),
        ((2023, 2025, 2026), ON, 25),
        ((2026,), date(2025, 4, 30), 2),
        ((), ON, 13),
    ],
)
def test_the_history_reaches_as_far_back_as_the_years_without_a_gap(
    years: tuple[int, ...], on: date, months: int
) -> None:
    assert months_covered(care(years=years), on) == months


def test_the_history_by_month_counts_stock_starts_ends_and_moves() -> None:
    records = care(
        episodes=[
            {"child": "A", "starts_on": date(2024, 1, 1), "ends_before": date(2025, 5, 10)},
            {"child": "A", "starts_on": date(2025, 5, 10), "reason_new": "P", "place_postcode": "ME1 1XX"},
            {"child": "B", "starts_on": date(2025, 5, 31), "ends_before": date(2025, 6, 1)},
            {"child": "B", "starts_on": date(2025, 6, 30)},
        ]
    )
    day = counted(records, ON, adjoining=KENT_AND_MEDWAY)
    months = table_of(stock.section(records, day), "stock_by_month")

    assert months.rows[:5] == (
        (date(2025, 3, 31), 1, None, None, None),
        (date(2025, 4, 30), 1, 0, 0, 0),
        (date(2025, 5, 31), 2, 1, 0, 1),
        (date(2025, 6, 30), 2, 1, 1, 0),
        (date(2025, 7, 31), 2, 0, 0, 0),
    )


def test_the_rate_of_an_authority_without_a_population_is_left_open() -> None:
    records = care(
        children=[{"child": "B", "authority": "887"}], episodes=[{"child": c, "starts_on": ON} for c in "AB"]
    )
    day = counted(records, ON, adjoining=KENT_AND_MEDWAY)
    rates = table_of(stock.section(records, day, population={"886": 2000}, names=NAMES), "rate_by_authority")

    assert rates.rows == (("Kent", 1, 2000, 5.0), ("Medway", 1, None, None))


_SPELL = st.tuples(st.dates(date(2024, 6, 1), ON), st.integers(1, 500) | st.none())


@settings(max_examples=60, deadline=None)
@given(st.lists(_SPELL, max_size=8))
def test_each_month_ends_with_what_it_began_with_and_the_starts_less_the_ends(
    spells: list[tuple[date, int | None]],
) -> None:
    records = care(
        episodes=[
            {"child": f"C{n}", "starts_on": start, "ends_before": start + timedelta(days=days) if days else None}
            for n, (start, days) in enumerate(spells)
        ],
        years=(2025, 2026),
    )
    rows = stock.by_month(records, ON, 25).rows

    for (_, before, *_), (_, after, starts, ends, _) in pairwise(rows):
        assert isinstance(before, int) and isinstance(starts, int) and isinstance(ends, int)
        assert after == before + starts - ends

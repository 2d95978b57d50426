"""An authority's own placements as rows of the fairness report, worked by hand on tiny invented records."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from nearhome.matching.calculations.fairness.recorded import CHOICES, SCALES, Recorded, Window, recorded
from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.figures import HIDDEN, Breakdown, Column, Section
from nearhome.sufficiency.calculations.publishing.few_children import without_what_rests_on_few
from scenes_care import care

DAY = dt.date
WINDOW = Window(DAY(2024, 4, 1), DAY(2026, 3, 31), DAY(2026, 3, 31))


def rows(
    records: CareRecords,
    *choices: Mapping[str, Any],
    scales: list[dict[str, Any]] | None = None,
    window: Window = WINDOW,
) -> Recorded:
    made = [{"choice": number, "chosen_urn": ""} | dict(one) for number, one in enumerate(choices)]
    table = pl.DataFrame([{name: one.get(name) for name in CHOICES} for one in made], schema=CHOICES)
    return recorded(records, table, pl.DataFrame(scales or [], schema=SCALES), window=window, authority="Kent")


def column(records: CareRecords, name: str, *choices: Mapping[str, Any]) -> list[Any]:
    return rows(records, *choices).placements[name].to_list()


def stay(child: str, starts_on: dt.date, **more: Any) -> dict[str, Any]:
    return {"child": child, "starts_on": starts_on, **more}


def test_each_placement_that_began_in_the_window_is_a_row_with_its_childs_groups() -> None:
    records = care(
        [
            {"child": "A", "sex": "F", "ethnicity": "BCRB", "born_on": DAY(2012, 5, 1)},
            {"child": "B", "is_uasc": True, "uasc_ceased_on": DAY(2025, 6, 1), "ethnicity": "NOBT"},
        ],
        [stay("A", DAY(2025, 4, 30)), stay("B", DAY(2025, 6, 1)), stay("C", DAY(2024, 3, 31))],
    )
    found = rows(records).placements
    assert found["age"].to_list() == [12, 14]
    assert found["sex"].to_list() == ["Female", "Male"]
    assert found["ethnicity"].to_list() == ["Black", None]
    assert found["uasc"].to_list() == [False, False], "the status had ended by the first day"
    assert found["authority"].to_list() == ["Kent", "Kent"]


def test_where_no_home_was_looked_for_there_is_no_row() -> None:
    kinds = {"A": "P1", "B": "A3", "C": "T0", "D": "K2"}
    records = care((), [stay(child, DAY(2025, 5, 1), place_type=kind) for child, kind in kinds.items()])
    breaks = care((), [stay("E", DAY(2025, 5, 1), legal_status="V4")])
    assert rows(records).placements.height == 1
    assert rows(breaks).placements.height == 0


def test_in_the_own_area_by_its_code_else_by_location_else_not_known() -> None:
    where = [("886", "OUT"), ("851", "IN"), ("", "IN"), ("", "OUT"), ("", "")]
    records = care(
        (), [stay(f"C{at}", DAY(2025, 5, 1), area=area, location=said) for at, (area, said) in enumerate(where)]
    )
    assert column(records, "in_own_area") == [True, False, True, False, None]


def test_a_move_counts_within_a_year_that_has_passed_and_not_where_care_ended() -> None:
    moved = {"reason_new": "P", "place_postcode": "ME14 9XX"}
    records = care((), [
        stay("A", DAY(2024, 5, 1), ends_before=DAY(2025, 4, 30)), stay("A", DAY(2025, 4, 30), **moved),
        stay("B", DAY(2024, 5, 1), ends_before=DAY(2025, 5, 1)), stay("B", DAY(2025, 5, 1), **moved),
        stay("C", DAY(2024, 5, 1), ends_before=DAY(2024, 9, 1)),
        stay("D", DAY(2025, 4, 1)),
        stay("E", DAY(2025, 4, 2)),
    ])  # fmt: skip
    assert column(records, "moved_in_year") == [True, None, False, None, None, False, None]


def test_a_choice_is_read_at_the_placement_it_led_to_and_at_no_other() -> None:
    moved = {"reason_new": "P", "place_postcode": "ME14 9XX"}
    records = care((), [
        stay("A", DAY(2025, 5, 1), urn="SC1", ends_before=DAY(2025, 5, 20)),
        stay("A", DAY(2025, 5, 20), urn="SC2", **moved),
        stay("B", DAY(2025, 5, 1), urn="SC1"), stay("C", DAY(2025, 6, 30)), stay("D", DAY(2025, 5, 1)),
    ])  # fmt: skip
    offered = {"offered_on": DAY(2025, 5, 2)}
    found = column(
        records, "rank",
        offered | {"child": "A", "chosen_urn": "SC2", "rank": 2.0},
        offered | {"child": "B", "chosen_urn": "SC9", "rank": 3.0},
        offered | {"child": "C", "rank": 4.0},
        offered | {"child": "D", "rank": 5.0},
    )  # fmt: skip
    assert found == [None, 2.0, None, None, 5.0], "in the home chosen, within 28 days of the day offered"


def test_the_parts_of_a_criterion_weigh_as_their_shares_and_what_is_not_known_stays_so() -> None:
    records = care((), [stay("A", DAY(2025, 5, 1)), stay("B", DAY(2025, 5, 1)), stay("C", DAY(2025, 5, 1))])
    chosen = [{"child": child, "offered_on": DAY(2025, 5, 1)} for child in "AB"]
    scales = [
        {"choice": 0, "criterion": "wishes", "scale": 1.0, "share": 0.25},
        {"choice": 0, "criterion": "wishes", "scale": 0.0, "share": 0.25},
        {"choice": 0, "criterion": "wishes", "scale": None, "share": 0.5},
        {"choice": 1, "criterion": "wishes", "scale": None, "share": 1.0},
        {"choice": 1, "criterion": "near_home", "scale": 0.75, "share": 1.0},
    ]
    found = rows(records, *chosen, scales=scales)
    assert found.chosen_here == 2
    assert found.contributions is not None
    assert found.contributions.sort("placement").to_dicts() == [
        {"placement": "0", "near_home": None, "wishes": 0.5},
        {"placement": "1", "near_home": 0.75, "wishes": None},
    ]
    assert rows(records).contributions is None


def test_no_records_at_all_are_no_rows() -> None:
    assert rows(care()).placements.height == 0


def test_what_rests_on_few_leaves_without_figures_and_without_numbers_of_children() -> None:
    columns = (
        Column("group", "Group"), Column("children", "Placements", "count"), Column("value", "The group", "share"),
        Column("difference", "Difference", "number"), Column("few", "Few", "yes_no"), Column("word", "In a word"),
    )  # fmt: skip
    told = (("Sex: Female", 40, 0.1, -12.345, True, "differs"), ("Age: Under 1", 30, 0.5, 1.2, False, "differs"))
    (section,) = without_what_rests_on_few([Section("s", "S", "", (), (Breakdown("t", "T", "", columns, told),))])
    (table,) = section.breakdowns
    assert [one.key for one in table.columns] == ["group", "value", "difference", "word"]
    assert table.rows == (("Sex: Female", HIDDEN, HIDDEN, "differs"), ("Age: Under 1", 0.5, 1.0, "differs"))

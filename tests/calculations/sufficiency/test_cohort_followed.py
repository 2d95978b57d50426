"""Any cohort by filter, followed month by month."""

from dataclasses import replace
from datetime import date

import pytest

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import cohort
from nearhome.sufficiency.calculations.children.cohort import TEN_TO_SIXTEEN_COMPLEX, Cohort
from scenes_care import care

ON = date(2026, 3, 31)
IN_CARE = {"child": "A", "starts_on": date(2025, 1, 1)}
EVERYBODY = Cohort("all", "everybody")


def size(records: CareRecords, which: Cohort = TEN_TO_SIXTEEN_COMPLEX, on: date = ON) -> int:
    return int(cohort.followed(records, [on], which)["size"][0])


@pytest.mark.parametrize(
    ("facts", "more"),
    [
        ({"sdq_score": 17, "convicted": True}, {}),
        ({"substance_misuse": True, "times_missing": 3}, {}),
        ({"sdq_score": 20}, {"need": "N6"}),
        ({}, {"need": "N6", "place_type": "K2"}),
        ({"convicted": True}, {"place_type": "K1"}),
    ],
)
def test_two_recorded_circumstances_make_a_child_of_the_cohort(
    facts: dict[str, object], more: dict[str, object]
) -> None:
    assert size(care(episodes=[IN_CARE | more], yearly=[{"child": "A", "year": 2026} | facts])) == 1


@pytest.mark.parametrize(
    "facts", [{}, {"sdq_score": 40}, {"sdq_score": 16, "convicted": True}, {"times_missing": 2, "convicted": True}]
)
def test_one_is_not_enough(facts: dict[str, object]) -> None:
    assert size(care(episodes=[IN_CARE], yearly=[{"child": "A", "year": 2026} | facts])) == 0


def test_the_facts_of_the_year_before_stand_in_but_older_ones_do_not() -> None:
    facts = {"child": "A", "sdq_score": 17, "convicted": True}

    assert size(care(episodes=[IN_CARE], yearly=[facts | {"year": 2025}])) == 1
    assert size(care(episodes=[IN_CARE], yearly=[facts | {"year": 2024}])) == 0
    assert (
        size(care(episodes=[IN_CARE], yearly=[facts | {"year": 2025}, {"child": "A", "year": 2026, "sdq_score": 3}]))
        == 0
    )


@pytest.mark.parametrize(
    ("born_on", "belongs"),
    [(date(2016, 4, 1), 0), (date(2016, 3, 31), 1), (date(2009, 4, 1), 1), (date(2009, 3, 31), 0)],
)
def test_both_ages_belong_to_the_cohort(born_on: date, belongs: int) -> None:
    records = care(
        children=[{"child": "A", "born_on": born_on}], episodes=[IN_CARE | {"need": "N6", "place_type": "K2"}]
    )
    assert size(records) == belongs


@pytest.mark.parametrize(
    ("change", "belongs"),
    [
        ({"sexes": frozenset("M")}, 1),
        ({"sexes": frozenset("F")}, 0),
        ({"needs": frozenset({"N1", "N2"})}, 1),
        ({"needs": frozenset({"N2"})}, 0),
        ({"settings": frozenset({"foster"})}, 1),
        ({"settings": frozenset({"residential"})}, 0),
        ({"legal_groups": frozenset({"Full care order"})}, 1),
        ({"legal_groups": frozenset({"Section 20"})}, 0),
        ({"is_uasc": False}, 1),
        ({"is_uasc": True}, 0),
        ({"is_complex": False}, 1),
        ({"is_complex": True}, 0),
    ],
)
def test_any_filter_can_be_asked_for(change: dict[str, frozenset[str] | bool], belongs: int) -> None:
    assert size(care(episodes=[IN_CARE]), replace(EVERYBODY, **change)) == belongs  # type: ignore[arg-type]


def test_the_cohort_is_followed_month_by_month_with_its_shares() -> None:
    records = care(
        children=[{"child": "B", "sex": "F"}],
        episodes=[
            IN_CARE | {"ends_before": date(2026, 2, 1)},
            IN_CARE | {"starts_on": date(2026, 2, 1), "reason_new": "P", "place_type": "K2", "miles": 25.0},
            {"child": "B", "starts_on": date(2026, 3, 1), "miles": None},
        ],
    )
    told = cohort.section(records, ON, cohort=EVERYBODY)
    months = told.breakdowns[0]

    assert months.column("size")[-3:] == (1, 1, 2)
    assert months.column("share_residential")[-3:] == (0.0, 1.0, 0.5)
    assert months.column("share_far")[-3:] == (0.0, 1.0, 1.0)  # the unknown distance is left out
    assert months.column("share_male")[-3:] == (1.0, 1.0, 0.5)
    assert {one.name: one.value for one in told.indicators} == {
        "cohort_size": 2, "cohort_male": 0.5, "cohort_residential": 0.5, "cohort_over_20_miles": 1.0,
    }  # fmt: skip


def test_the_limits_of_complex_are_said() -> None:
    assert any("not been validated" in words for words in cohort.section(care(), ON).limits)

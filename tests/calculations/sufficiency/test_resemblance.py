"""Section 5 of the picture: the two groups, the model and the list."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.figures import Breakdown, Section
from nearhome.sufficiency.calculations.resemblance.circumstances import CIRCUMSTANCES, circumstances
from nearhome.sufficiency.calculations.resemblance.resemblance import NEVER_A_DECISION, section
from scenes_care import care

ON = date(2026, 3, 31)
FOSTER, HOME = {"place_type": "U4"}, {"place_type": "K2"}


def one_child(**said: Any) -> dict[str, Any] | None:
    """The circumstances of a child in care since 2024, or nothing if the child is not compared."""
    child = {name: said.pop(name) for name in ("born_on", "sex", "ethnicity", "is_uasc") if name in said}
    yearly = {name: said.pop(name) for name in ("sdq_score", "convicted", "times_missing", "year") if name in said}
    records = care(
        children=[{"child": "A1", **child}],
        episodes=[{"child": "A1", "starts_on": date(2024, 1, 1), **said}],
        yearly=[{"child": "A1", "year": 2026, **yearly}] if yearly else [],
    )
    rows = circumstances(records, ON).rows(named=True)
    return rows[0] if rows else None


@pytest.mark.parametrize(
    ("said", "group"),
    [
        (FOSTER, "settled"),
        ({"starts_on": date(2025, 4, 1)}, "settled"),
        ({"starts_on": date(2025, 4, 2)}, None),
        (HOME, "residential"),
        ({"place_type": "S1"}, "residential"),
        ({"place_type": "K1"}, None),
        ({"place_type": "P1"}, None),
        ({"born_on": date(2021, 4, 1)}, None),
        ({"born_on": date(2021, 3, 31)}, "settled"),
        ({"legal_status": "V4"}, None),
        ({"ends_before": ON}, None),
    ],
)
def test_who_is_compared(said: dict[str, Any], group: str | None) -> None:
    found = one_child(**said)
    assert (found["group"] if found else None) == group


def test_foster_care_for_less_than_a_year_after_another_placement_is_not_settled() -> None:
    records = care(
        episodes=[
            {"child": "A1", "starts_on": date(2024, 1, 1), "ends_before": date(2025, 6, 1), **HOME},
            {"child": "A1", "starts_on": date(2025, 6, 1), "reason_new": "P", **FOSTER},
        ]
    )
    (found,) = circumstances(records, ON).rows(named=True)
    assert (found["group"], found["placements_before"], found["time_in_care"]) == ("foster", "one", "2_to_4")


@pytest.mark.parametrize(
    ("said", "circumstance", "level"),
    [
        ({"born_on": date(2013, 3, 31)}, "age", "13_to_15"),
        ({"born_on": date(2013, 4, 1)}, "age", "10_to_12"),
        ({"need": "N5"}, "need", "family"),
        ({"need": "N2"}, "need", None),
        ({"legal_status": "V2"}, "legal_status", "agreed"),
        ({"sdq_score": 13}, "sdq", "normal"),
        ({"sdq_score": 14}, "sdq", "borderline"),
        ({"sdq_score": 17}, "sdq", "concern"),
        ({"sdq_score": 17, "year": 2025}, "sdq", "concern"),
        ({"sdq_score": 17, "year": 2024}, "sdq", "not_recorded"),
        ({}, "sdq", "not_recorded"),
        ({"times_missing": 2}, "missing", "once_or_twice"),
        ({"times_missing": 3}, "missing", "more"),
        ({"convicted": True}, "convicted", "yes"),
        ({}, "convicted", "no"),
        ({"is_uasc": True}, "uasc", "yes"),
        ({}, "time_in_care", "2_to_4"),
        ({"reason_new": "P"}, "time_in_care", None),
        ({"reason_new": "P"}, "placements_before", None),
        ({}, "placements_before", "none"),
    ],
)
def test_circumstances_are_banded_as_recorded(said: dict[str, Any], circumstance: str, level: str | None) -> None:
    found = one_child(**said)
    assert found is not None
    assert found[circumstance] == level
    assert level is None or level in next(one for one in CIRCUMSTANCES if one.key == circumstance).levels


def region(children: int, seed: int = 2, pull: float = 1.5) -> CareRecords:
    """Made-up children: the older and the more often missing, the more often in a home, by so much."""
    rng = np.random.default_rng(seed)
    age, missing = rng.integers(6, 17, children), rng.integers(0, 4, children)
    at_home = rng.random(children) < 1 / (1 + np.exp(-pull * ((age - 11) / 4 + (missing - 1.5) / 2)))
    names = [f"A{number:04}" for number in range(children)]
    return care(
        children=[
            {"child": name, "born_on": ON - timedelta(int(years * 365.25) + 100), "sex": "MF"[int(years) % 2]}
            for name, years in zip(names, age, strict=True)
        ],
        episodes=[
            {"child": name, "starts_on": date(2024, 1, 1), **(HOME if home else FOSTER)}
            for name, home in zip(names, at_home, strict=True)
        ],
        yearly=[
            {"child": name, "year": 2026, "times_missing": int(times)} for name, times in zip(names, missing, strict=True)
        ],
    )  # fmt: skip


def table(found: Section, name: str) -> Breakdown:
    return next(one for one in found.breakdowns if one.name == name)


@pytest.fixture(scope="module")
def found() -> Section:
    return section(region(400), ON, seed=5)


def test_the_list_is_of_children_in_homes_like_those_in_foster_care(found: Section) -> None:
    listed, figures = table(found, "residential_like_foster"), {one.name: one for one in found.indicators}
    assert listed.about_single_children
    assert NEVER_A_DECISION in listed.definition and NEVER_A_DECISION in found.opening
    assert len(listed.rows) == figures["residential_like_foster"].numerator
    assert figures["residential_like_foster"].denominator == figures["in_residential_compared"].value
    assert set(listed.column("place")) == {"Children’s home"}
    assert list(listed.column("probability")) == sorted(listed.column("probability"), reverse=True)
    assert listed.rows[0][5] == "aged 5 to 9; never recorded missing"
    assert listed.rows[0][6] == "nothing recorded"


def test_the_reverse_list_is_of_children_in_foster_care(found: Section) -> None:
    listed = table(found, "foster_like_residential")
    assert listed.about_single_children
    assert set(listed.column("place")) == {"Foster care, long term"}
    assert listed.rows[0][6].split("; ")[0] == "aged 16 or over"
    assert listed.rows[0][4] == min(listed.column("probability"))


def test_no_list_of_children_leaves_the_authority(found: Section) -> None:
    assert not any(one.about_single_children for one in found.fit_to_leave().breakdowns)
    assert {one.name for one in found.fit_to_leave().breakdowns} == {
        "resemblance_quality", "resemblance_calibration", "resemblance_circumstances",
    }  # fmt: skip


def test_the_probabilities_come_true_about_as_often_as_they_say(found: Section) -> None:
    calibration = table(found, "resemblance_calibration")
    assert sum(calibration.column("children")) == 400
    inside = [low - 0.05 <= said <= high + 0.05 for _, _, said, _, low, high in calibration.rows]
    assert sum(inside) >= len(inside) - 1


def test_it_does_better_than_age_alone_and_than_no_model(found: Section) -> None:
    ours, age, none = table(found, "resemblance_quality").rows
    assert ours[1] > age[1] > none[1] == 0.5
    assert ours[4] < age[4] < none[4]


def test_odds_are_said_in_words_and_leave_out_protected_characteristics(found: Section) -> None:
    coefficients = table(found, "resemblance_circumstances")
    rows = {row[0]: row for row in coefficients.rows}
    assert rows["missing three times or more"][7].startswith("Goes with residential care: ")
    assert rows["missing three times or more"][4] < 1
    names = {one.key for one in CIRCUMSTANCES}
    assert not names & {"sex", "ethnicity", "disability", "religion"}
    assert not any("disab" in words for one in CIRCUMSTANCES for words in one.levels.values())


def test_sex_and_ethnicity_change_nothing(found: Section) -> None:
    records = region(400)
    others = replace(records, children=records.children.with_columns(sex=pl.lit("F"), ethnicity=pl.lit("BAFR")))
    assert section(others, ON, seed=5) == found


def test_the_same_seed_gives_the_same_section_and_another_seed_other_folds(found: Section) -> None:
    assert section(region(400), ON, seed=5) == found
    assert section(region(400), ON, seed=6).breakdowns != found.breakdowns


def test_too_few_children_give_no_list_but_say_so() -> None:
    few = section(region(60), ON)
    assert few.breakdowns == ()
    assert few.opening.startswith("There are fewer than 50 children in one of the two groups.")
    assert section(care(), ON).opening == few.opening


def test_a_model_no_better_than_chance_gives_no_list() -> None:
    chance = section(region(300, seed=9, pull=0.0), ON)
    assert chance.opening.startswith("The recorded circumstances do not tell the two groups apart")
    assert [one.name for one in chance.breakdowns if one.about_single_children] == []
    assert table(chance, "resemblance_quality").rows[0][2] <= 0.5


def test_children_newer_in_foster_care_are_looked_at_too() -> None:
    records = region(400)
    newcomer = care(
        children=[{"child": "Z1", "born_on": date(2011, 1, 1)}],
        episodes=[
            {"child": "Z1", "starts_on": date(2024, 1, 1), "ends_before": date(2025, 9, 1), **HOME},
            {"child": "Z1", "starts_on": date(2025, 9, 1), "reason_new": "P", **FOSTER},
        ],
        yearly=[{"child": "Z1", "year": 2026, "times_missing": 9}],
    )
    both = replace(
        records,
        children=records.children.vstack(newcomer.children.with_columns(child_no=pl.lit(400, pl.UInt32()))),
        episodes=records.episodes.vstack(newcomer.episodes.with_columns(child_no=pl.lit(400, pl.UInt32()))),
        yearly=records.yearly.vstack(newcomer.yearly.with_columns(child_no=pl.lit(400, pl.UInt32()))),
    )
    listed = table(section(both, ON, seed=5), "foster_like_residential")
    assert listed.rows[-1][1] == "Z1"

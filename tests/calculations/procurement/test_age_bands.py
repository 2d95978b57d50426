"""Bands cover each age once; one price holds for a child on a day, by the rule of the framework."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.procurement.calculations.frameworks.age_bands import (
    Stay,
    age_for_band,
    age_in_years,
    band_problem,
    next_band,
    rate_for_stay,
)
from nearhome.procurement.calculations.routes import Rate

BANDS = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=5)
APRIL = date(2026, 4, 1)
CARD = (Rate("standard", 0, 11, 300_000, APRIL), Rate("standard", 11, 18, 400_000, APRIL))
BORN = date(2015, 12, 15)
STAY = Stay(BORN, date(2026, 11, 1), (date(2026, 12, 1), date(2027, 3, 1)))


@given(BANDS, st.integers(0, 10), st.integers(11, 19))
def test_no_problem_means_that_every_age_has_exactly_one_band(
    bands: list[tuple[int, int]], lowest: int, before: int
) -> None:
    whole = all(low < end for low, end in bands) and all(
        sum(low <= age < end for low, end in bands) == (lowest <= age < before) for age in range(25)
    )
    assert (band_problem(bands, lowest, before) == "") == whole


def test_what_is_wrong_with_bands_comes_with_its_mend() -> None:
    assert band_problem([(0, 5), (6, 18)], 0, 18) == "No band covers age 5. Begin the next band at 5."
    assert band_problem([(0, 6), (5, 18)], 0, 18) == "Two bands cover age 5. Begin the second at 6."
    assert "End it at 18" in band_problem([(0, 16)], 0, 18)
    assert "Add one" in band_problem([], 0, 18)


@pytest.mark.parametrize(
    ("rule", "on", "pence"),
    [
        ("birthday", date(2026, 12, 14), 300_000),
        ("birthday", date(2026, 12, 15), 400_000),
        ("review", date(2027, 2, 28), 300_000),
        ("review", date(2027, 3, 1), 400_000),
        ("never", date(2028, 1, 1), 300_000),
    ],
)
def test_the_next_band_applies_when_the_framework_says(rule: str, on: date, pence: int) -> None:
    found = rate_for_stay(CARD, rule, STAY, on)
    assert found
    assert found.weekly_price_pence == pence


def test_whoever_is_born_on_a_leap_day_is_a_year_older_on_the_first_of_march() -> None:
    born = date(2012, 2, 29)
    assert [age_in_years(born, day) for day in (date(2027, 2, 28), date(2027, 3, 1))] == [14, 15]
    assert [age_in_years(born, day) for day in (date(2028, 2, 28), date(2028, 2, 29))] == [15, 16]


@given(st.dates(date(2008, 1, 1), date(2020, 1, 1)), st.integers(0, 6000), st.integers(0, 1500))
def test_the_age_by_review_lies_between_the_age_at_the_start_and_the_age_now(
    born: date, first: int, later: int
) -> None:
    start = born + timedelta(days=first)
    on = start + timedelta(days=later)
    stay = Stay(born, start, (start + timedelta(days=100), on + timedelta(days=1)))
    assert age_for_band("never", stay, on) <= age_for_band("review", stay, on) <= age_for_band("birthday", stay, on)


def test_an_uplift_for_new_placements_leaves_the_price_of_the_first_day() -> None:
    later = date(2027, 4, 1)
    card = (Rate("standard", 0, 18, 300_000, APRIL, later), Rate("standard", 0, 18, 310_000, later))
    on = date(2027, 5, 1)
    found = [rate_for_stay(card, "never", STAY, on, priced_on=priced) for priced in (None, STAY.starts_on)]
    assert [rate.weekly_price_pence for rate in found if rate] == [310_000, 300_000]
    assert rate_for_stay(card, "never", STAY, on, category="solo") is None


def test_a_day_before_the_placement_and_an_unknown_rule_are_refused() -> None:
    with pytest.raises(ValueError, match="before the placement"):
        age_for_band("never", STAY, date(2026, 1, 1))
    with pytest.raises(ValueError, match="No birthday rule"):
        age_for_band("sometimes", STAY, date(2027, 1, 1))


@given(
    st.dates(date(2008, 1, 1), date(2026, 12, 31)), st.sampled_from(["birthday", "review", "never"]),
    st.lists(st.dates(date(2026, 11, 1), date(2031, 1, 1)), max_size=4), st.integers(0, 900), st.integers(0, 900),
)  # fmt: skip
def test_the_next_band_is_the_one_that_looking_at_every_day_finds(
    born_on: date, rule: str, reviews: list[date], later: int, days: int
) -> None:
    stay = Stay(born_on, date(2026, 11, 1), tuple(reviews))
    since = stay.starts_on + timedelta(days=later)
    found = next_band(CARD, rule, stay, since=since, until=since + timedelta(days=days))
    bands = [rate_for_stay(CARD, rule, stay, since + timedelta(days=one)) for one in range(days + 1)]
    other = next((at for at, line in enumerate(bands) if line and line != bands[0]), None)
    assert (found.on if found else None) == (since + timedelta(days=other) if other is not None else None)
    if found and other is not None:
        assert (found.before, found.after) == (bands[0], bands[other])


def test_a_child_born_on_a_leap_day_reaches_the_band_on_the_first_of_march() -> None:
    stay = Stay(date(2016, 2, 29), date(2026, 11, 1))
    found = next_band(CARD, "birthday", stay, since=stay.starts_on, until=date(2027, 12, 31))
    assert found
    assert (found.on, found.after.weekly_price_pence) == (date(2027, 3, 1), 400_000)

"""A placement moves with its rate card, never above it, and its parts add up."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.placements.calculations.uplifting import (
    PriceMove,
    StayAhead,
    first_year_nights,
    more_in_first_year,
    uplifted_price,
)

PENCE = st.integers(0, 900_000)
RATES = st.integers(1, 900_000)
APRIL, TODAY, DAY = dt.date(2027, 4, 1), dt.date(2026, 11, 20), dt.timedelta(days=1)
DAYS = st.none() | st.dates(dt.date(2026, 10, 1), dt.date(2028, 6, 1))
LATER = st.none() | st.dates(APRIL + DAY, dt.date(2028, 6, 1))


@given(st.dictionaries(st.sampled_from(["core", "support", "education", "other"]), PENCE, min_size=1), RATES, RATES)
def test_parts_add_up_and_a_price_within_the_rate_stays_within_the_new_rate(
    elements: dict[str, int], before: int, after: int
) -> None:
    total = sum(elements.values())
    if (2 * total * after + before) // (2 * before) == 0:
        with pytest.raises(ValueError, match=r"not be above £0\.00"):
            uplifted_price(elements, before, after, rule="fixed")
        return
    found = uplifted_price(elements, before, after, rule="fixed")
    assert abs(sum(found.values()) * before - total * after) * 2 <= before
    assert list(found) == list(elements)
    assert all(pence >= 0 for pence in found.values())
    if total <= before:
        assert sum(found.values()) <= after
    for name, pence in elements.items():
        assert abs(found[name] * before - pence * after) < 2 * before


def test_by_hand() -> None:
    # £4,000.00 and £557.00 of a rate of £4,557.00 that goes up by 1.5 %, to £4,625.36 (from £4,625.355).
    found = uplifted_price({"core": 400_000, "support": 55_700}, 455_700, 462_536, rule="lower_of")
    assert found == {"core": 406_000, "support": 56_536}
    # A placement agreed £57.00 under the rate stays under it: £4,500.00 × 462,536 ÷ 455,700 = £4,567.50.
    assert uplifted_price({"core": 450_000}, 455_700, 462_536, rule="lower_of") == {"core": 456_750}
    # £25.00 more a week is £25.00 more for the care itself.
    found = uplifted_price({"core": 400_000, "support": 50_000}, 455_700, 458_200, rule="addition")
    assert found == {"core": 402_500, "support": 50_000}


@given(DAYS, DAYS, LATER)
def test_nights_are_counted_one_by_one_while_the_child_lives_there_at_that_price(
    departed_on: dt.date | None, expected_ends_on: dt.date | None, next_price_on: dt.date | None
) -> None:
    count, night = 0, APRIL
    while night < dt.date(2028, 4, 1):
        over = departed_on is not None and night >= departed_on
        if departed_on is None and expected_ends_on is not None and expected_ends_on > TODAY:
            over = night >= expected_ends_on
        if not over and (next_price_on is None or night < next_price_on):
            count += 1
        night += DAY
    assert first_year_nights(StayAhead(departed_on, expected_ends_on, next_price_on), APRIL, TODAY) == count


@given(st.lists(st.builds(PriceMove, RATES, RATES, st.integers(0, 366)), max_size=8))
def test_more_in_the_first_year_is_rounded_once(moves: list[PriceMove]) -> None:
    exact = sum((Fraction(one.after_pence - one.before_pence) * one.nights / 7 for one in moves), Fraction(0))
    found = more_in_first_year(moves)
    assert abs(found - exact) <= Fraction(1, 2)
    assert more_in_first_year([PriceMove(one.after_pence, one.before_pence, one.nights) for one in moves]) == -found

"""Shares by the largest remainder: exact in all, fair to a unit, the same in any order."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.partnership.calculations.shares import apportioned, shares

WEIGHTS = st.dictionaries(st.text("ABCDEFGHIJ", min_size=1, max_size=3), st.integers(0, 10**6), min_size=1, max_size=19)
SOME_WEIGHT = WEIGHTS.filter(lambda weights: any(weights.values()))


def one_unit_at_a_time(total: int, weights: dict[str, int]) -> dict[str, int]:
    """The obvious way: whole parts first, then the largest fraction left gets one, again and again."""
    whole = sum(weights.values())
    exact = {name: Fraction(total * weight, whole) for name, weight in weights.items()}
    parts = {name: int(part) for name, part in exact.items()}
    waiting = dict(exact)
    while sum(parts.values()) < total:
        name = min(waiting, key=lambda one: (-(exact[one] - int(exact[one])), one))
        parts[name] += 1
        del waiting[name]
    return parts


@given(SOME_WEIGHT)
def test_shares_are_exactly_a_hundred_per_cent(weights: dict[str, int]) -> None:
    assert sum(shares(weights).values()) == Decimal("100.00")


@given(st.integers(0, 10**9), SOME_WEIGHT)
def test_parts_add_up_and_are_within_one_unit_of_exact(total: int, weights: dict[str, int]) -> None:
    parts = apportioned(total, weights)
    assert sum(parts.values()) == total
    whole = sum(weights.values())
    assert all(abs(Fraction(total * weights[name], whole) - part) < 1 for name, part in parts.items())
    assert all(part == 0 for name, part in parts.items() if weights[name] == 0)


@given(st.integers(0, 5000), SOME_WEIGHT)
def test_the_fast_way_is_the_obvious_way(total: int, weights: dict[str, int]) -> None:
    assert apportioned(total, weights) == one_unit_at_a_time(total, weights)


@given(SOME_WEIGHT, st.randoms(use_true_random=False))
def test_the_order_of_the_partners_makes_no_difference(weights: dict[str, int], random: object) -> None:
    names = list(weights)
    random.shuffle(names)  # type: ignore[attr-defined]
    assert shares({name: weights[name] for name in names}) == shares(weights)


def test_a_larger_weight_never_has_the_smaller_share() -> None:
    found = shares({"Kent": 5, "West Sussex": 3, "Portsmouth": 1})
    assert [str(found[name]) for name in ("Kent", "West Sussex", "Portsmouth")] == ["55.56", "33.33", "11.11"]


@pytest.mark.parametrize(("weights", "words"), [({}, "nobody"), ({"A": 0}, "nobody"), ({"A": -1, "B": 3}, "look at A")])
def test_nothing_to_share_by_is_refused(weights: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        shares(weights)


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        apportioned(-1, {"A": 1})

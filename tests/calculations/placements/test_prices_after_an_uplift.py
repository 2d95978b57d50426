"""A placement moves with its rate card, never above it, and its parts add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.placements.calculations.uplifting import uplifted_price

PENCE = st.integers(0, 900_000)
RATES = st.integers(1, 900_000)


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

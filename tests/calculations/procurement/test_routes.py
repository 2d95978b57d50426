"""Which contract covers a place, and what it may cost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.procurement.calculations.routes import (
    PriceLimit,
    Rate,
    Route,
    is_open_to,
    price_problem,
    rate_of,
    rates_in_force,
    route_for_place,
    usual_rate,
)

DAY = date(2026, 12, 1)
KENT, PORTSMOUTH = 1, 2
CARD = (
    Rate("standard", 0, 10, 300_000, date(2026, 4, 1)),
    Rate("standard", 10, 16, 400_000, date(2026, 4, 1)),
    Rate("solo", 10, 16, 700_000, date(2026, 4, 1)),
    Rate("standard", 10, 16, 380_000, date(2025, 4, 1), date(2026, 4, 1)),
)


def test_only_lines_for_the_age_and_the_day_are_in_force() -> None:
    assert [rate.weekly_price_pence for rate in rates_in_force(CARD, 12, DAY)] == [700_000, 400_000]
    assert [rate.weekly_price_pence for rate in rates_in_force(CARD, 12, date(2026, 3, 31))] == [380_000]
    assert rates_in_force(CARD, 16, DAY) == ()


def test_an_ordinary_placement_costs_the_standard_line() -> None:
    assert usual_rate(CARD, 12, DAY) == 400_000
    assert usual_rate(CARD, None, DAY) == 300_000
    assert usual_rate(CARD, 17, DAY) is None


@given(
    lines=st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(10, 18), st.integers(1, 9), st.integers(1, 28)),
        max_size=6,
    ),
    age=st.integers(0, 17),
)
def test_the_line_of_a_category_is_the_latest_to_begin_then_the_cheapest(lines: list, age: int) -> None:
    rates = [Rate(kind, low, before, pence, date(2026, 11, day)) for kind, low, before, pence, day in lines]
    fits = [one for one in rates if one.category == "a" and one.min_age <= age < one.before_age]
    found = rate_of(rates, "a", age, DAY)
    assert (found is None) == (not fits)
    if found:
        assert all(one.starts_on <= found.starts_on for one in fits)
        assert found.weekly_price_pence == min(
            one.weekly_price_pence for one in fits if one.starts_on == found.starts_on
        )


def test_a_bed_kept_for_another_is_open_only_once_it_is_let_go() -> None:
    kept = Route("block", "Block", nominated_authority_id=KENT)
    assert is_open_to(kept, KENT, DAY)
    assert not is_open_to(kept, PORTSMOUTH, DAY)
    let_go = Route("block", "Block", nominated_authority_id=KENT, released_from=DAY)
    assert is_open_to(let_go, PORTSMOUTH, DAY)
    assert not is_open_to(let_go, PORTSMOUTH, date(2026, 11, 30))
    assert not is_open_to(Route("framework", "F", party=False), KENT, DAY)


def test_a_place_is_bought_by_the_first_contract_that_covers_it() -> None:
    spot, second, first = Route("spot", ""), Route("framework", "F2", 2), Route("framework", "F1", 1)
    block = Route("block", "Block", place_ids=(7,))
    assert route_for_place([spot, second, first, block], 7) == block
    assert route_for_place([spot, second, first, block], 8) == first
    assert route_for_place([spot, Route("own", "")], 8).kind == "own"
    with pytest.raises(ValueError, match="No contract covers"):
        route_for_place([block], 8)


@given(most=st.integers(1, 10**7), price=st.integers(1, 10**7), has_reason=st.booleans())
def test_nothing_above_a_limit_may_ever_be_offered(most: int, price: int, has_reason: bool) -> None:
    problem = price_problem(PriceLimit("rate card", most_pence=most), price, has_reason=has_reason)
    assert bool(problem) == (price > most)


@given(guide=st.integers(1, 10**7), price=st.integers(1, 10**7), has_reason=st.booleans())
def test_above_the_asking_price_only_a_reason_is_owed(guide: int, price: int, has_reason: bool) -> None:
    problem = price_problem(PriceLimit("asking price", guide_pence=guide), price, has_reason=has_reason)
    assert bool(problem) == (price > guide and not has_reason)

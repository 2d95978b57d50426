"""An uplift gives each line one price, rounded once; what it costs adds up; nothing changes before its time."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nearhome.procurement.calculations.frameworks.uplift import (
    Bought,
    PriceLine,
    UpliftRule,
    percent_of,
    preview,
    rule_problem,
    uplifted,
)

APRIL, BEFORE = date(2027, 4, 1), date(2026, 4, 1)
PERCENTS = st.decimals(-20, 20, places=2)
PENCE = st.integers(1, 2_000_000)


def line(number: int, pence: int, since: date = BEFORE) -> PriceLine:
    return PriceLine(number, f"Madeup home {number}", "standard, ages 10 to 17", pence, since)


@given(PENCE, PERCENTS)
def test_a_price_is_rounded_half_up_to_the_penny(pence: int, percent: Decimal) -> None:
    exact = Fraction(pence) * (1 + Fraction(percent) / 100)
    found = uplifted(pence, percent)
    assert abs(found - exact) <= Fraction(1, 2)
    assert found != exact - Fraction(1, 2)


@given(st.lists(PENCE, max_size=8), PERCENTS, PERCENTS)
def test_the_lower_of_index_and_cap_is_never_above_either(prices: list[int], index: Decimal, cap: Decimal) -> None:
    rule = UpliftRule("lower_of", index_percent=index, cap_percent=cap)
    lines = [line(at, pence) for at, pence in enumerate(prices)]
    assume(all(uplifted(pence, min(index, cap)) > 0 for pence in prices))
    found = preview(lines, rule, effective_on=APRIL)
    assert percent_of(rule) == min(index, cap)
    for one in found.changes:
        assert one.after_pence == uplifted(one.line.weekly_price_pence, min(index, cap))
    assert {one.line.line_id for one in (*found.changes, *found.kept)} == set(range(len(prices)))


@given(PERCENTS, PERCENTS, PERCENTS)
def test_a_collar_keeps_between_floor_and_cap(index: Decimal, floor: Decimal, cap: Decimal) -> None:
    rule = UpliftRule("collar", index_percent=index, floor_percent=floor, cap_percent=cap)
    if floor > cap:
        assert "The floor is above the cap" in rule_problem(rule)
        return
    found = percent_of(rule)
    assert found is not None
    assert floor <= found <= cap
    assert found == index or found in (floor, cap)


@given(
    st.lists(st.tuples(PENCE, st.sampled_from([BEFORE, APRIL, date(2027, 6, 1)])), max_size=6),
    st.lists(st.integers(0, 500), max_size=4),
)
def test_no_line_changes_before_its_last_change_and_the_costs_add_up(
    prices: list[tuple[int, date]], weeks: list[int]
) -> None:
    lines = [line(at, pence, since) for at, (pence, since) in enumerate(prices)]
    bought = [Bought(f"Authority {at}", count) for at, count in enumerate(weeks)]
    found = preview(lines, UpliftRule("addition", addition_pence=700), effective_on=APRIL, bought=bought)
    assert all(one.line.starts_on < APRIL and one.more_pence == 700 for one in found.changes)
    assert all(one.line.starts_on >= APRIL for one in found.kept)
    mean = Fraction(700 * len(found.changes), len(lines)) if lines else Fraction(0)
    for cost, count in zip(found.costs, weeks, strict=True):
        assert abs(cost.more_pence - mean * count) <= Fraction(1, 2)
    assert found.total_more_pence == sum(one.more_pence for one in found.costs)


def test_weeks_of_a_known_line_cost_what_that_line_rises() -> None:
    rule = UpliftRule("negotiated", agreed={1: 101_000, 2: 100_000})
    found = preview(
        [line(1, 100_000), line(2, 100_000), line(3, 100_000)], rule, effective_on=APRIL, applies_to="all",
        bought=[Bought("Kent", 10, 1), Bought("Kent", 5, 2)],
    )  # fmt: skip
    assert [(one.weeks, one.more_pence) for one in found.costs] == [(15, 10_000)]
    assert [(one.line.line_id, one.why) for one in found.kept] == [
        (2, "The price comes out the same."), (3, "No price was agreed for it."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (UpliftRule("fixed", percent=Decimal(2), addition_pence=100), "never by both"),
        (UpliftRule("fixed"), "Give the percentage"),
        (UpliftRule("fixed", percent=Decimal(2), cap_percent=Decimal(1)), "Leave out the cap"),
        (UpliftRule("addition"), "Give the amount"),
        (UpliftRule("lower_of", index_percent=Decimal(2)), "Give the cap"),
        (UpliftRule("fixed", percent=Decimal(51)), "between -50 and 50"),
        (UpliftRule("doubling"), "Choose how prices change"),
    ],
)
def test_a_rule_says_one_thing_and_nothing_else(rule: UpliftRule, said: str) -> None:
    assert said in rule_problem(rule)
    with pytest.raises(ValueError, match=re.escape(said)):
        percent_of(rule)


def test_what_cannot_be_is_refused_with_the_mend() -> None:
    fixed = UpliftRule("fixed", percent=Decimal(2))
    with pytest.raises(ValueError, match="firm until 1 April 2030"):
        preview([line(1, 100)], fixed, effective_on=APRIL, firm_until=date(2030, 4, 1))
    with pytest.raises(ValueError, match="at most once"):
        preview([line(1, 100), line(1, 100)], fixed, effective_on=APRIL)
    with pytest.raises(ValueError, match="would not be above"):
        preview([line(1, 100)], UpliftRule("addition", addition_pence=-100), effective_on=APRIL)
    with pytest.raises(ValueError, match="below zero"):
        preview([line(1, 100)], fixed, effective_on=APRIL, bought=[Bought("Kent", -1)])
    with pytest.raises(ValueError, match="new placements or for all"):
        preview([line(1, 100)], fixed, effective_on=APRIL, applies_to="some")


def test_d2n2_takes_the_cap_when_prices_rise_faster_and_the_index_when_they_do_not() -> None:
    high = UpliftRule("lower_of", index_percent=Decimal("3.8"), cap_percent=Decimal("1.5"))
    low = UpliftRule("lower_of", index_percent=Decimal("1.1"), cap_percent=Decimal("1.5"))
    assert (percent_of(high), percent_of(low)) == (Decimal("1.5"), Decimal("1.1"))
    assert uplifted(455_700, Decimal("1.5")) == 462_536

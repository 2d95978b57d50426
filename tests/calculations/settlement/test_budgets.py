"""Budgets: spread to the penny, explained by price, volume and mix, and looked ahead to the end of the year."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.budgets.outlook import Expected, outlook
from nearhome.settlement.calculations.budgets.phasing import months_of_year, phased, year_of
from nearhome.settlement.calculations.budgets.variance import Compared, explained

PENCE = st.integers(0, 10**10)


@given(PENCE, st.integers(2000, 2100), st.sampled_from(["equal", "days"]))
def test_every_spread_adds_up_to_the_year_and_no_month_is_a_penny_off(pence: int, year: int, how: str) -> None:
    months, spread = months_of_year(year), phased(pence, year, how)  # type: ignore[arg-type]
    days = sum(one.nights for one in months)
    assert sum(spread) == pence
    for month, part in zip(months, spread, strict=True):
        exact = Fraction(pence * month.nights, days) if how == "days" else Fraction(pence, 12)
        assert abs(part - exact) < 1


def test_a_year_ends_in_march_and_a_leap_february_weighs_29_days() -> None:
    assert year_of(date(2027, 3, 31)) == 2026
    assert year_of(date(2027, 4, 1)) == 2027
    assert months_of_year(2026)[0].starts_on == date(2026, 4, 1)
    assert months_of_year(2026)[-1].ends_before == date(2027, 4, 1)
    assert phased(365_00, 2026, "days")[10] == 28_00
    assert phased(366_00, 2027, "days")[10] == 29_00


def test_typed_months_must_be_twelve_and_add_up() -> None:
    assert phased(12, 2026, "typed", [1] * 12) == (1,) * 12
    with pytest.raises(ValueError, match="12 months, not 3"):
        phased(3, 2026, "typed", [1, 1, 1])
    with pytest.raises(ValueError, match=r"The months add up to £0\.12, the year to £0\.13"):
        phased(13, 2026, "typed", [1] * 12)


@st.composite
def kinds(draw: st.DrawFn) -> list[Compared]:
    count = draw(st.integers(0, 5))
    nights = st.integers(0, 400).map(Fraction)
    return [
        Compared(f"kind {number}", draw(nights), draw(st.integers(0, 10**8)), draw(nights), draw(st.integers(0, 10**8)))
        for number in range(count)
    ]


@given(kinds())
def test_price_volume_and_mix_add_up_to_the_penny_for_each_kind_and_in_all(each: list[Compared]) -> None:
    made = explained(each)
    for one, why in zip(each, made.kinds, strict=True):
        assert why.volume + why.mix + why.price == one.actual_pence - one.budgeted_pence
    assert made.volume + made.mix + made.price == made.total
    assert made.total == sum(one.actual_pence - one.budgeted_pence for one in each)


def oracle(each: list[Compared]) -> tuple[Fraction, Fraction, Fraction]:
    """Slow and obvious: three imagined years beside the budget, each added up night by night.

    The budget; as many nights as there were in the budgeted mix; the nights there were at budgeted prices; what was paid.
    """
    price = {one.kind: Fraction(one.budgeted_pence) / one.budgeted_nights for one in each}
    budgeted_nights = [one.kind for one in each for _ in range(int(one.budgeted_nights))]
    actual_nights = [one.kind for one in each for _ in range(int(one.actual_nights))]
    budget = sum((price[kind] for kind in budgeted_nights), Fraction(0))
    average = budget / len(budgeted_nights)
    same_mix = sum((average for _ in actual_nights), Fraction(0))
    same_price = sum((price[kind] for kind in actual_nights), Fraction(0))
    paid = sum(one.actual_pence for one in each)
    return same_mix - budget, same_price - same_mix, paid - same_price


@given(kinds().map(lambda each: [one for one in each if one.budgeted_nights]).filter(bool))
def test_the_parts_are_those_of_the_years_imagined_night_by_night(each: list[Compared]) -> None:
    made = explained(each)
    for found, exact in zip((made.volume, made.mix, made.price), oracle(each), strict=True):
        assert abs(found - exact) < len(each)


@given(kinds())
def test_a_year_as_budgeted_has_no_variance(each: list[Compared]) -> None:
    same = [
        Compared(one.kind, one.budgeted_nights, one.budgeted_pence, one.budgeted_nights, one.budgeted_pence)
        for one in each
    ]
    assert all((one.volume, one.mix, one.price) == (0, 0, 0) for one in explained(same).kinds)


@given(kinds(), st.randoms())
def test_the_order_of_the_kinds_changes_nothing(each: list[Compared], chance) -> None:
    again = list(each)
    chance.shuffle(again)
    assert set(explained(again).kinds) == set(explained(each).kinds)


def test_nights_of_a_kind_nobody_budgeted_are_mix_and_money_without_nights_is_price() -> None:
    made = explained(
        [
            Compared("framework", Fraction(70), 700_000, Fraction(63), 630_000),
            Compared("spot", Fraction(0), 0, Fraction(7), 140_000),
            Compared("other", Fraction(0), 10_000, Fraction(0), 25_000),
        ]
    )
    assert (made.volume, made.mix, made.price) == (0, 70_000, 15_000)


def test_without_any_budgeted_night_every_night_is_volume() -> None:
    made = explained([Compared("spot", Fraction(0), 0, Fraction(7), 140_000)])
    assert (made.volume, made.mix, made.price) == (140_000, 0, 0)


def test_nights_below_nought_are_refused() -> None:
    with pytest.raises(ValueError, match="spot: nights are 0 or more"):
        Compared("spot", Fraction(-1), 0, Fraction(0), 0)


def test_posted_months_count_as_posted_and_the_others_as_committed() -> None:
    april, may, june = (one.starts_on for one in months_of_year(2026)[:3])
    made = outlook(
        (april, may, june),
        {april: 100, may: 100, june: 100},
        {april: 120, june: 5},
        {april: 90, may: 70, june: 60},
        {april},
    )
    assert (made.actual_pence, made.committed_pence, made.forecast_pence) == (120, 130, 250)
    assert made.variance_pence == -50
    assert [one.actual_pence for one in made.months] == [120, None, None]


@given(st.integers(1, 20), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 1000), st.integers(1, 10**7))
def test_what_is_assumed_adds_up_over_the_months_to_the_whole(
    children: int, first: date, days: int, weekly: int
) -> None:
    one = Expected(children, first, first + timedelta(days=days), weekly)
    months = [month for year in range(2019, 2034) for month in months_of_year(year)]
    assert sum(one.nights_in(month) for month in months) == days * children
    whole = Fraction(weekly * days, 7)
    assert abs(sum(one.pence_in(month) for month in months) - whole * children) <= Fraction(children, 2)


def test_assumptions_count_only_in_months_that_were_not_posted() -> None:
    april, may = date(2026, 4, 1), date(2026, 5, 1)
    made = outlook((april, may), {}, {april: 10}, {may: 20}, {april}, {april: 5, may: 7})
    assert (made.assumed_pence, made.forecast_pence) == (7, 37)


def test_without_a_budget_there_is_a_forecast_and_no_variance() -> None:
    made = outlook((date(2026, 4, 1),), {}, {}, {}, ())
    assert (made.budget_pence, made.variance_pence, made.forecast_pence) == (None, None, 0)

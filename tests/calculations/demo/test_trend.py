"""The trend and the seasons of the years before."""

from hypothesis import given
from hypothesis import strategies as st

from nearhome.demo.calculations.days import Year
from nearhome.demo.calculations.trend import SEASON, day_in, leavers, months_wanted, seasonal, year_of
from nearhome.demo.history import trend
from nearhome.demo.published import published_figures

DAYS = st.integers(Year(2015).first, Year(2026).last)


@given(DAYS)
def test_a_day_moves_within_its_collection_year(day: int) -> None:
    year = year_of(day)
    assert year.first <= day <= year.last
    assert year.first <= seasonal(day) <= year.last


@given(DAYS, DAYS)
def test_days_keep_their_order(one: int, other: int) -> None:
    first, second = sorted((one, other))
    assert seasonal(first) <= seasonal(second)


def test_even_days_come_to_follow_the_season() -> None:
    year = Year(2025)
    moved = [seasonal(day) for day in range(year.first, year.last + 1)]
    months = [sum(at * 365 / 12 <= day - year.first < (at + 1) * 365 / 12 for day in moved) for at in range(12)]
    assert all(abs(count - weight * 365 / sum(SEASON)) <= 1.5 for count, weight in zip(months, SEASON, strict=True))


@given(st.lists(st.integers(Year(2025).first, Year(2025).last), max_size=200), st.integers(1, 500))
def test_the_months_that_lack_starts_get_them(started: list[int], more: int) -> None:
    wanted = months_wanted(started, Year(2025), more)
    assert min(wanted) >= 0 and sum(wanted) >= more - 1e-6


@given(st.integers(0, 11), st.floats(0, 1, exclude_max=True))
def test_a_day_in_a_month_is_in_the_year(month: int, share: float) -> None:
    year = Year(2024)
    assert year.first <= day_in(month, share, year) <= year.last


@given(st.integers(0, 900), st.integers(0, 900), st.integers(1, 8), st.booleans())
def test_leavers_are_never_fewer_than_none(stock: int, arrived: int, before: int, alone: bool) -> None:
    one = published_figures().authorities["887"]
    arrived = min(stock, arrived)
    sizes = leavers(one, 120, alone, before, trend(), (stock, arrived))
    assert sizes.stayed + sizes.arrived == stock
    assert sizes.left >= 0 and sizes.passed >= 0 and sizes.arrived + sizes.passed >= 50

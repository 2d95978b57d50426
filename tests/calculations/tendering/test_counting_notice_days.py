"""Counting days as procurement law does: worked examples, properties, and a slow count to hold them against."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.calendars.bank_holidays import bank_holidays_anywhere
from nearhome.tendering.calculations.notices.counting import (
    Counting,
    due_day,
    half_year_end,
    last_day_after,
    last_day_beginning_with,
    last_working_day_beginning_with,
    quarter_end,
)

DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
COUNTS = st.integers(1, 200)
HOLIDAYS = bank_holidays_anywhere(date(2020, 1, 1), date(2033, 12, 31))
# One holiday that only one nation keeps, and those all keep.
KEPT = {
    date(2025, 1, 2): "Scotland’s 2 January",
    date(2026, 3, 17): "Northern Ireland’s St Patrick’s Day",
    date(2026, 6, 15): "Scotland’s extra holiday of 2026",
    date(2026, 7, 13): "Northern Ireland’s 12 July, in lieu",
    date(2026, 8, 3): "Scotland’s summer holiday",
    date(2026, 8, 31): "England’s, Wales’s and Northern Ireland’s summer holiday",
    date(2026, 11, 30): "Scotland’s St Andrew’s Day",
    date(2026, 4, 3): "Good Friday",
    date(2026, 4, 6): "Easter Monday, not in Scotland",
    date(2026, 12, 25): "Christmas",
    date(2026, 12, 28): "Boxing Day, in lieu",
}


def slowly(first: date, days: int, counts: object) -> date:
    """Tick days off one by one, as with a pencil on a calendar."""
    day, ticked = first, 0
    while True:
        ticked += bool(counts(day))  # type: ignore[operator]
        if ticked == days:
            return day
        day += timedelta(days=1)


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


@pytest.mark.parametrize(
    ("counting", "days", "event", "answer"),
    [
        (Counting.HALF_YEAR, 30, date(2026, 1, 1), date(2026, 4, 29)),
        (Counting.HALF_YEAR, 30, date(2026, 9, 30), date(2026, 10, 29)),
        (Counting.QUARTER, 30, date(2026, 5, 11), date(2026, 7, 29)),
        (Counting.BEGINNING_WITH, 56, date(2026, 4, 1), date(2026, 5, 26)),
        (Counting.BEGINNING_WITH, 30, date(2027, 12, 1), date(2027, 12, 30)),
        (Counting.BEGINNING_WITH, 120, date(2026, 6, 1), date(2026, 9, 28)),
        (Counting.AFTER, 10, date(2026, 6, 1), date(2026, 6, 11)),
        (Counting.BEGINNING_WITH, 30, date(2028, 2, 1), date(2028, 3, 1)),
        (Counting.BEGINNING_WITH, 30, date(2027, 2, 1), date(2027, 3, 2)),
    ],
)
def test_worked_examples_come_out(counting: Counting, days: int, event: date, answer: date) -> None:
    assert due_day(counting, days, event) == answer


def test_a_standstill_over_christmas_skips_the_holidays_of_every_nation() -> None:
    awarded = date(2024, 12, 24)
    assert last_working_day_beginning_with(awarded, 8, HOLIDAYS) == date(2025, 1, 8)
    england = HOLIDAYS - {date(2025, 1, 2)}
    assert last_working_day_beginning_with(awarded, 8, england) == date(2025, 1, 7)


@pytest.mark.parametrize("holiday", KEPT)
def test_a_holiday_of_any_one_nation_is_no_working_day(holiday: date) -> None:
    before = holiday - timedelta(days=1)
    while not works(before):
        before -= timedelta(days=1)
    assert last_working_day_beginning_with(before, 2, HOLIDAYS) > holiday


def test_a_standstill_begun_on_a_saturday_counts_from_the_next_working_day() -> None:
    assert last_working_day_beginning_with(date(2027, 6, 5), 8, HOLIDAYS) == date(2027, 6, 16)
    assert last_working_day_beginning_with(date(2027, 6, 7), 8, HOLIDAYS) == date(2027, 6, 16)


@given(DAYS, COUNTS)
def test_days_beginning_with_a_day_are_those_ticked_off(first: date, days: int) -> None:
    assert last_day_beginning_with(first, days) == slowly(first, days, lambda _: True)
    assert last_day_after(first, days) == slowly(first + timedelta(days=1), days, lambda _: True)


@given(DAYS, st.integers(1, 40))
def test_working_days_are_those_ticked_off_and_end_on_one(first: date, days: int) -> None:
    last = last_working_day_beginning_with(first, days, HOLIDAYS)
    assert last == slowly(first, days, works)
    assert works(last)


@given(DAYS, DAYS, st.integers(1, 30))
def test_a_later_beginning_never_ends_earlier(one: date, other: date, days: int) -> None:
    early, late = sorted((one, other))
    assert last_working_day_beginning_with(early, days, HOLIDAYS) <= last_working_day_beginning_with(
        late, days, HOLIDAYS
    )
    for counting in (Counting.QUARTER, Counting.HALF_YEAR, Counting.BEGINNING_WITH, Counting.AFTER):
        assert due_day(counting, days, early) <= due_day(counting, days, late)


@given(DAYS)
def test_quarters_and_half_years_end_on_the_last_day_of_a_month(day: date) -> None:
    for end, months in ((quarter_end(day), (3, 6, 9, 12)), (half_year_end(day), (3, 9))):
        assert end >= day
        assert end.month in months
        assert (end + timedelta(days=1)).day == 1
    assert quarter_end(day) == slowly(day, 1, lambda one: one.month % 3 == 0 and (one + timedelta(days=1)).day == 1)


@pytest.mark.parametrize("days", [0, -1])
def test_a_period_of_no_days_is_refused(days: int) -> None:
    for count in (last_day_after, last_day_beginning_with):
        with pytest.raises(ValueError, match="at least 1 day"):
            count(date(2026, 1, 1), days)
    with pytest.raises(ValueError, match="at least 1 day"):
        last_working_day_beginning_with(date(2026, 1, 1), days, HOLIDAYS)

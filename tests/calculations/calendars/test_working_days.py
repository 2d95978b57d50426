from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.calendars.calculations.working_days import (
    add_working_days,
    is_working_day,
    london_date,
    subtract_working_days,
    working_days_between,
)

ENGLAND = frozenset(holidays.country_holidays("GB", subdiv="ENG", years=range(2023, 2032)))


def test_easter_is_skipped_from_maundy_thursday() -> None:
    # Good Friday 3 April 2026, Easter Monday 6 April 2026
    assert add_working_days(date(2026, 4, 2), 1, ENGLAND) == date(2026, 4, 7)
    assert add_working_days(date(2026, 4, 2), 5, ENGLAND) == date(2026, 4, 13)


def test_a_substitute_day_is_a_bank_holiday_at_christmas() -> None:
    # Boxing Day 2026 is a Saturday, so Monday 28 December is off too
    assert add_working_days(date(2026, 12, 24), 1, ENGLAND) == date(2026, 12, 29)
    assert add_working_days(date(2026, 12, 24), 4, ENGLAND) == date(2027, 1, 4)


def test_leap_day_is_an_ordinary_working_day() -> None:
    assert add_working_days(date(2028, 2, 28), 1, ENGLAND) == date(2028, 2, 29)
    assert add_working_days(date(2028, 2, 28), 2, ENGLAND) == date(2028, 3, 1)


def test_the_start_is_never_counted() -> None:
    assert add_working_days(date(2026, 6, 5), 1, ENGLAND) == date(2026, 6, 8)  # Friday to Monday
    assert add_working_days(date(2026, 6, 6), 0, ENGLAND) == date(2026, 6, 6)


def test_fewer_than_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        add_working_days(date(2026, 6, 5), -1, ENGLAND)


def test_london_is_already_tomorrow_in_summer_before_midnight_utc() -> None:
    assert london_date(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == date(2026, 7, 1)
    assert london_date(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2026, 12, 31)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        london_date(datetime(2026, 6, 30, 23, 30))


@given(st.dates(date(2024, 1, 1), date(2030, 6, 1)), st.integers(1, 60))
def test_adding_and_counting_agree(start: date, days: int) -> None:
    end = add_working_days(start, days, ENGLAND)
    assert is_working_day(end, ENGLAND)
    assert working_days_between(start, end, ENGLAND) == days
    assert working_days_between(end, start, ENGLAND) == 0


@given(st.dates(date(2024, 1, 1), date(2030, 6, 1)), st.integers(0, 60))
def test_subtracting_undoes_adding_from_a_working_day(start: date, days: int) -> None:
    while not is_working_day(start, ENGLAND):
        start += timedelta(days=1)
    assert subtract_working_days(add_working_days(start, days, ENGLAND), days, ENGLAND) == start

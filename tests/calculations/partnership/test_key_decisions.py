"""When a decision is key, when it may be taken, until when it may be called in; escalation; risks."""

import datetime as dt
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.calendars.bank_holidays import bank_holidays
from nearhome.partnership.calculations.escalation import Level, due_on, last_days
from nearhome.partnership.calculations.key_decisions import KeyRules, call_in_until, earliest_decision_on, key_test
from nearhome.partnership.calculations.risks import risk_band, risk_score

DAYS = st.dates(date(2015, 1, 1), date(2045, 12, 31))
KENT = KeyRules()


def test_more_than_the_threshold_is_key_and_exactly_the_threshold_is_not() -> None:
    assert key_test(KENT, value_pence=100_000_001, divisions=0).is_key
    assert not key_test(KENT, value_pence=100_000_000, divisions=1).is_key


def test_two_divisions_are_key_whatever_the_value() -> None:
    found = key_test(KENT, value_pence=0, divisions=2)
    assert (found.by_value, found.by_divisions, found.is_key) == (False, True, True)
    assert key_test(KENT, value_pence=None, divisions=None, all_divisions=True).is_key


def test_another_authority_has_other_rules() -> None:
    rules = KeyRules(value_pence=50_000_000, divisions=3)
    assert key_test(rules, value_pence=60_000_000, divisions=1).is_key
    assert not key_test(rules, value_pence=1, divisions=2).is_key


def test_both_kent_decisions_are_key_on_both_grounds() -> None:
    for value in (1_109_086_800, 3_564_000_000):
        found = key_test(KENT, value_pence=value, divisions=None, all_divisions=True)
        assert (found.by_value, found.by_divisions) == (True, True)


def test_the_dates_of_kents_decision_follow_from_28_clear_days() -> None:
    assert earliest_decision_on(date(2021, 9, 9), 28) == date(2021, 10, 8)


@given(DAYS, st.integers(1, 400))
def test_clear_days_leave_out_both_ends(notice: date, days: int) -> None:
    earliest = earliest_decision_on(notice, days)
    between = [notice + dt.timedelta(days=n) for n in range(1, (earliest - notice).days)]
    assert len(between) == days


@given(DAYS)
def test_no_clear_days_is_the_day_itself(notice: date) -> None:
    assert earliest_decision_on(notice, 0) == notice


@given(DAYS, st.integers(1, 30))
def test_call_in_is_that_many_working_days_of_england(decided: date, days: int) -> None:
    holidays = bank_holidays(decided, decided)
    until = call_in_until(decided, days, holidays)
    counted = [
        day
        for n in range(1, (until - decided).days + 1)
        if (day := decided + dt.timedelta(days=n)).weekday() < 5 and day not in holidays
    ]
    assert len(counted) == days
    assert counted[-1] == until


def test_call_in_across_christmas_and_new_year() -> None:
    decided = date(2026, 12, 21)
    # 22, 23, 24 December, then 29 (25 is a holiday, 28 stands for the 26th), 30.
    assert call_in_until(decided, 5, bank_holidays(decided, decided)) == date(2026, 12, 30)


def test_call_in_over_a_leap_day() -> None:
    decided = date(2028, 2, 25)
    assert call_in_until(decided, 5, bank_holidays(decided, decided)) == date(2028, 3, 3)


def test_absurd_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        key_test(KENT, value_pence=-1, divisions=0)
    with pytest.raises(ValueError, match="0 or more"):
        earliest_decision_on(date(2026, 1, 1), -1)
    with pytest.raises(ValueError, match="at least 1 division"):
        KeyRules(divisions=0)


LADDER = (Level("Operational leads", 5), Level("Heads of service", 10), Level("Directors", 10))


def test_each_level_has_its_working_days_after_the_one_before() -> None:
    raised = date(2026, 12, 18)
    holidays = bank_holidays(raised, raised)
    days = last_days(raised, LADDER, holidays)
    assert days[0] == due_on(raised, LADDER[0], holidays) == date(2026, 12, 29)
    assert days == tuple(sorted(days))
    assert days[1] == due_on(days[0], LADDER[1], holidays)


@pytest.mark.parametrize(("name", "days"), [("", 5), ("Directors", 0), ("Directors", -3)])
def test_a_level_has_a_name_and_days(name: str, days: int) -> None:
    with pytest.raises(ValueError, match=r"level needs a name|at least 1 working day"):
        Level(name, days)


def test_risks_are_scored_from_1_to_25() -> None:
    assert {risk_score(a, b) for a in range(1, 6) for b in range(1, 6)} == {
        a * b for a in range(1, 6) for b in range(1, 6)
    }
    assert [risk_band(score) for score in (1, 6, 8, 12, 15, 25)] == ["Low", "Low", "Medium", "Medium", "High", "High"]
    with pytest.raises(ValueError, match="from 1 to 5"):
        risk_score(0, 3)

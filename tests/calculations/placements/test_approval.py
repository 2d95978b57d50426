from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.placements.calculations.approval import (
    AfterTheFactRule,
    OneOff,
    approval_deadline,
    distance_approval,
    expected_end,
    may_approve,
    whole_life_value,
)
from nearhome.placements.calculations.pence import pounds


def test_distance_decides_who_approves_and_who_is_told() -> None:
    seen = [distance_approval(relation) for relation in ("in_area", "adjoining", "at_a_distance")]
    assert [(one.rule_id, one.decision_maker, one.area_authority) for one in seen] == [
        ("D01", "authority_scheme", "none"),
        ("D02", "nominated_officer", "notified"),
        ("D03", "director", "consulted"),
    ]


def test_whole_life_value_is_nights_at_a_seventh_plus_what_is_paid_once() -> None:
    value = whole_life_value(455700, date(2026, 1, 1), date(2027, 1, 1), (OneOff("Moving in", 25000),))
    assert (value.days, value.pence) == (365, 23761500 + 25000)
    assert value.words == (
        "365 nights at £4,557.00 a week, a seventh for each night: £237,615.00; Moving in: £250.00. In all £237,865.00."
    )


def test_a_leap_year_has_one_night_more() -> None:
    leap = whole_life_value(700, date(2028, 1, 1), date(2029, 1, 1))
    plain = whole_life_value(700, date(2027, 1, 1), date(2028, 1, 1))
    assert leap.pence - plain.pence == 100


def test_the_end_is_the_18th_birthday_unless_fewer_weeks_are_expected() -> None:
    start, adult = date(2026, 5, 1), date(2027, 3, 9)
    assert expected_end(start, expected_weeks=None, eighteenth_birthday=adult) == adult
    assert expected_end(start, expected_weeks=12, eighteenth_birthday=adult) == date(2026, 7, 24)
    assert expected_end(start, expected_weeks=500, eighteenth_birthday=adult) == adult
    with pytest.raises(ValueError, match="needs an end"):
        expected_end(start, expected_weeks=None, eighteenth_birthday=None)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="before the start"):
        whole_life_value(700, date(2028, 1, 2), date(2028, 1, 1))


@given(st.integers(0, 3_000_000), st.integers(0, 500))
def test_whole_weeks_cost_exactly_the_weekly_price(weekly: int, weeks: int) -> None:
    start = date(2026, 1, 1)
    end = expected_end(start, expected_weeks=weeks, eighteenth_birthday=None)
    assert whole_life_value(weekly, start, end).pence == weekly * weeks


def test_nobody_approves_their_own_request() -> None:
    assert "someone else" in str(may_approve(None, 1, 7, 7))


def test_the_limit_is_on_the_whole_life_value() -> None:
    assert may_approve(100_000, 100_000, 1, 2) is None
    assert may_approve(None, 10**9, 1, 2) is None
    assert may_approve(100_000, 100_001, 1, 2) == (
        "The whole-life value of £1,000.01 is more than your limit of £1,000.00."
    )


def test_hours_are_counted_over_the_night_the_clocks_change() -> None:
    asked = datetime(2026, 3, 28, 12, 0, tzinfo=ZoneInfo("Europe/London"))
    assert approval_deadline(AfterTheFactRule(24), asked) == datetime(2026, 3, 29, 12, 0, tzinfo=UTC)  # 13:00 BST
    with pytest.raises(ValueError, match="time zone"):
        approval_deadline(AfterTheFactRule(24), datetime(2026, 3, 28, 12, 0))


def test_money_is_said_in_pounds() -> None:
    assert [pounds(pence) for pence in (0, 5, 441000, -1)] == ["£0.00", "£0.05", "£4,410.00", "−£0.01"]

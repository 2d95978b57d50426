"""When a contract may be made: across Christmas, Easter, leap years and the bank holidays of every nation."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.calendars.bank_holidays import bank_holidays, bank_holidays_anywhere
from nearhome.tendering.calculations.award.standstill import (
    Standstill,
    StandstillRule,
    rule_for,
    rules_from_rows,
    standstill,
)
from nearhome.tendering.reference.award_rules import read_award_rules

RULES = rules_from_rows(read_award_rules()["standstill"])
ONE_DAY = timedelta(days=1)
days = st.dates(date(2024, 10, 28), date(2040, 12, 31))


def rule(regime: str = "PA23", *, light_touch: bool = False, call_off: bool = False) -> StandstillRule:
    return rule_for(RULES, regime, is_light_touch=light_touch, is_call_off=call_off)


def after(notice_on: date, **which: bool) -> Standstill:
    return standstill(rule(**which), notice_on, bank_holidays_anywhere(notice_on, notice_on))


def counted_off(notice_on: date, wanted: int) -> date:
    """The oracle: cross off days on a calendar, the day of the notice being the first."""
    holidays = bank_holidays_anywhere(notice_on, notice_on)
    day, seen = notice_on, 0
    while True:
        if day.strftime("%a") not in ("Sat", "Sun") and day not in holidays:
            seen += 1
        if seen == wanted:
            return day
        day += ONE_DAY


@pytest.mark.parametrize(
    ("notice_on", "ends_on"),
    [
        (date(2024, 12, 24), date(2025, 1, 8)),  # Christmas, New Year and Scotland's 2 January
        (date(2025, 1, 6), date(2025, 1, 15)),  # no holiday at all: Monday to Wednesday of the next week
        (date(2025, 4, 14), date(2025, 4, 25)),  # Good Friday and Easter Monday
        (date(2026, 7, 10), date(2026, 7, 22)),  # Northern Ireland's 13 July, in lieu of Sunday the 12th
        (date(2026, 8, 3), date(2026, 8, 13)),  # Scotland's summer holiday is the day of the notice itself
        (date(2026, 3, 16), date(2026, 3, 26)),  # St Patrick's Day
        (date(2028, 2, 28), date(2028, 3, 8)),  # over 29 February
        (date(2026, 11, 28), date(2026, 12, 10)),  # published on a Saturday; 30 November is Scotland's
    ],
)
def test_eight_working_days_beginning_with_the_notice(notice_on: date, ends_on: date) -> None:
    found = after(notice_on)
    assert found.ends_on == ends_on
    assert found.contract_from == ends_on + ONE_DAY


def test_an_english_calendar_alone_would_end_a_day_early() -> None:
    notice_on = date(2024, 12, 24)
    english = standstill(rule(), notice_on, bank_holidays(notice_on, notice_on))
    assert english.ends_on == date(2025, 1, 7)
    assert date(2025, 1, 2) in after(notice_on).not_counted


@given(days)
def test_it_is_what_crossing_off_days_gives(notice_on: date) -> None:
    assert after(notice_on).ends_on == counted_off(notice_on, 8)


@given(days, days)
def test_a_later_notice_never_ends_earlier(one: date, other: date) -> None:
    first, second = sorted((one, other))
    assert (after(first).ends_on or first) <= (after(second).ends_on or second)


@given(days)
def test_days_counted_and_not_counted_make_up_the_whole(notice_on: date) -> None:
    found = after(notice_on)
    assert found.ends_on
    assert (found.ends_on - notice_on).days + 1 == 8 + len(found.not_counted)


def test_the_older_regulations_count_ten_calendar_days_after_the_notices() -> None:
    found = standstill(rule("PCR2015"), date(2022, 6, 1), frozenset())
    assert (found.ends_on, found.rule.id) == (date(2022, 6, 11), "SS-PCR")


@pytest.mark.parametrize("which", [{"light_touch": True}, {"call_off": True}])
def test_light_touch_and_call_offs_need_none_but_may_keep_one(which: dict[str, bool]) -> None:
    notice_on = date(2024, 12, 24)
    holidays = bank_holidays_anywhere(notice_on, notice_on)
    none = standstill(rule(**which), notice_on, holidays, keep=False)
    assert (none.ends_on, none.contract_from) == (None, notice_on)
    assert standstill(rule(**which), notice_on, holidays, keep=True).ends_on == date(2025, 1, 8)
    assert not none.rule.is_mandatory


def test_a_mandatory_standstill_is_not_dropped_on_request() -> None:
    assert standstill(rule(), date(2025, 1, 6), frozenset(), keep=False).ends_on == date(2025, 1, 15)


def test_light_touch_of_the_older_regulations_is_kept_to_be_safe() -> None:
    assert rule("PCR2015", light_touch=True).is_mandatory
    assert not rule("PCR2015", call_off=True).is_mandatory


def test_what_was_not_looked_at_gives_no_day() -> None:
    found = standstill(rule("PSR2023"), date(2026, 1, 5), frozenset())
    assert found.ends_on is None
    assert found.rule.standing == "unverified"
    with pytest.raises(ValueError, match="No rule"):
        rule("ROMAN")


def test_every_rule_names_its_source_and_how_far_to_trust_it() -> None:
    for row in (*read_award_rules()["standstill"], *read_award_rules()["ground"], *read_award_rules()["threshold"]):
        assert row["source"]
        assert row["standing"] in ("verified", "stated", "derived", "unverified")

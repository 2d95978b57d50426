"""Steps of a tender on working days anywhere in the kingdom, forwards and backwards, and the limits of the regime."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.calendars.bank_holidays import bank_holidays_anywhere
from nearhome.calendars.calculations.working_days import LONDON, is_working_day, working_days_between
from nearhome.tendering.calculations.timetable.limits import (
    Situation,
    deadline_finding,
    earliest_deadline_on,
    length_finding,
    limit_about,
)
from nearhome.tendering.calculations.timetable.moments import deadline_warnings
from nearhome.tendering.calculations.timetable.steps import (
    STEPS,
    Lengths,
    day_of,
    latest_start,
    months_after,
    standstill_ends,
    steps_from,
)
from nearhome.tendering.importers.reference import tender_limits

HOLIDAYS = bank_holidays_anywhere(dt.date(2019, 1, 1), dt.date(2036, 12, 31))
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31))
LENGTHS = st.builds(
    Lengths, engagement=st.integers(0, 40), tender_days=st.integers(25, 90), questions_before=st.integers(3, 10),
    answers_before=st.integers(0, 3), evaluation=st.integers(0, 60), moderation=st.integers(0, 20),
    approval=st.integers(0, 30), standstill_days=st.integers(0, 15), standstill_unit=st.sampled_from(["working", "calendar"]),
    mobilisation_months=st.integers(0, 18),
)  # fmt: skip
LIGHT, ORDINARY = Situation("PA23", True), Situation("PA23", False)


@given(DAYS, LENGTHS)
def test_steps_follow_one_another_and_what_people_do_falls_on_working_days(start: dt.date, lengths: Lengths) -> None:
    steps = steps_from(start, lengths, HOLIDAYS)
    days = [step.on for step in steps]
    assert [step.key for step in steps] == list(STEPS)
    order = [key for key in STEPS if key not in ("questions_until", "answered_by")]
    assert [day_of(steps, key) for key in order] == sorted(day_of(steps, key) for key in order)
    assert days[0] >= start
    assert all(is_working_day(step.on, HOLIDAYS) for step in steps if step.key not in ("standstill_ends", "service"))
    assert day_of(steps, "published") < day_of(steps, "questions_until") <= day_of(steps, "answered_by")
    assert day_of(steps, "answered_by") <= day_of(steps, "deadline")
    assert (day_of(steps, "deadline") - day_of(steps, "published")).days > lengths.tender_days
    assert day_of(steps, "standstill_ends") < day_of(steps, "contract")
    assert working_days_between(day_of(steps, "deadline"), day_of(steps, "evaluated"), HOLIDAYS) == lengths.evaluation


@given(DAYS, LENGTHS)
def test_the_latest_start_is_found_as_by_trying_every_day(contract_by: dt.date, lengths: Lengths) -> None:
    start = latest_start(contract_by, lengths, HOLIDAYS)
    assert day_of(steps_from(start, lengths, HOLIDAYS), "contract") <= contract_by
    tried = start + dt.timedelta(days=1)
    while not is_working_day(tried, HOLIDAYS):
        tried += dt.timedelta(days=1)
    assert day_of(steps_from(tried, lengths, HOLIDAYS), "contract") > contract_by


def test_the_standstill_over_christmas_counts_the_holidays_of_every_nation() -> None:
    assert standstill_ends(dt.date(2024, 12, 24), 8, "working", HOLIDAYS) == dt.date(2025, 1, 8)
    assert standstill_ends(dt.date(2026, 6, 1), 10, "calendar", HOLIDAYS) == dt.date(2026, 6, 11)
    assert standstill_ends(dt.date(2026, 6, 1), 0, "working", HOLIDAYS) == dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [((2027, 8, 31), 6, (2028, 2, 29)), ((2026, 8, 31), 6, (2027, 2, 28)), ((2028, 2, 29), 12, (2029, 2, 28)),
     ((2026, 12, 1), 18, (2028, 6, 1)), ((2026, 1, 31), 0, (2026, 1, 31))],
)  # fmt: skip
def test_months_end_on_the_last_day_where_the_month_is_short(start: tuple, months: int, end: tuple) -> None:
    assert months_after(dt.date(*start), months) == dt.date(*end)


def test_questions_cannot_end_before_the_tender_is_published() -> None:
    with pytest.raises(ValueError, match="questions would end before the tender is published"):
        steps_from(dt.date(2026, 9, 1), Lengths(tender_days=5), HOLIDAYS)
    with pytest.raises(ValueError, match="answers cannot"):
        steps_from(dt.date(2026, 9, 1), Lengths(questions_before=3, answers_before=6), HOLIDAYS)
    with pytest.raises(ValueError, match="0 or more"):
        steps_from(dt.date(2026, 9, 1), Lengths(evaluation=-1), HOLIDAYS)


@given(DAYS, st.integers(0, 60))
def test_an_ordinary_tender_is_refused_exactly_until_the_earliest_lawful_day(published: dt.date, days: int) -> None:
    deadline = published + dt.timedelta(days=days)
    found = deadline_finding(tender_limits(), ORDINARY, published_on=published, deadline_on=deadline)
    assert (found is None) == (deadline >= earliest_deadline_on(published, 25))
    if found:
        assert found.refuses
        earliest = earliest_deadline_on(published, 25)
        assert f"{earliest.day} {earliest:%B %Y}" in found.words
        assert deadline_finding(tender_limits(), ORDINARY, published_on=published, deadline_on=earliest) is None


def test_a_light_touch_tender_is_only_warned_and_a_planned_notice_shortens_the_ordinary() -> None:
    published = dt.date(2026, 9, 7)
    short = deadline_finding(tender_limits(), LIGHT, published_on=published, deadline_on=dt.date(2026, 9, 18))
    assert short is not None and not short.refuses
    planned = Situation("PA23", False, planned_notice=True)
    assert deadline_finding(tender_limits(), planned, published_on=published, deadline_on=dt.date(2026, 9, 18)) is None


@pytest.mark.parametrize(
    ("situation", "about", "expected"),
    [(LIGHT, "standstill_days", None), (ORDINARY, "standstill_days", "TT-7"),
     (Situation("PCR2015", True), "standstill_days", "TT-8"), (Situation("PCR2015", True, "dynamic_market"), "tender_days", "TT-4"),
     (Situation("PCR2015", True, "closed_framework"), "tender_days", "TT-5"), (Situation("PSR2023", True), "tender_days", "TT-6"),
     (LIGHT, "mobilisation_months", "TT-9")],
)  # fmt: skip
def test_the_most_particular_limit_holds(situation: Situation, about: str, expected: str | None) -> None:
    found = limit_about(tender_limits(), about, situation)
    assert (found.id if found else None) == expected


def test_every_limit_has_a_source_and_what_is_unverified_never_refuses() -> None:
    assert all(one.source and one.words for one in tender_limits())
    assert not [one.id for one in tender_limits() if one.standing in ("unverified", "suggested") and one.binds]


def test_lengths_beyond_a_limit_are_found() -> None:
    assert length_finding(tender_limits(), ORDINARY, "standstill_days", 7).words.endswith("Enter 8 or more")
    assert length_finding(tender_limits(), ORDINARY, "standstill_days", 8) is None
    assert length_finding(tender_limits(), LIGHT, "mobilisation_months", 19).words.endswith("Enter 18 or fewer")
    assert length_finding(tender_limits(), LIGHT, "standstill_days", 0) is None


@pytest.mark.parametrize(
    ("moment", "count"),
    [("2026-12-25 12:00", 1), ("2026-12-24 12:00", 0), ("2026-12-24 17:00", 0), ("2026-12-24 17:01", 1),
     ("2026-12-24 08:59", 1), ("2026-12-26 23:59", 2), ("2027-03-17 12:00", 1), ("2027-03-18 12:00", 0)],
)  # fmt: skip
def test_a_deadline_when_nobody_is_there_is_warned_about(moment: str, count: int) -> None:
    """17 March is a bank holiday in Northern Ireland alone."""
    at = dt.datetime.fromisoformat(moment).replace(tzinfo=LONDON)
    assert len(deadline_warnings(at, HOLIDAYS)) == count


def test_a_deadline_is_read_on_the_london_clock_in_summer_too() -> None:
    assert deadline_warnings(dt.datetime(2026, 7, 1, 16, 0, tzinfo=dt.UTC), HOLIDAYS) == ()
    assert len(deadline_warnings(dt.datetime(2026, 7, 1, 16, 1, tzinfo=dt.UTC), HOLIDAYS)) == 1
    with pytest.raises(ValueError, match="no time zone"):
        deadline_warnings(dt.datetime(2026, 7, 1, 16, 0), HOLIDAYS)

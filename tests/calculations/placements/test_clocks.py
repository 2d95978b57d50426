from dataclasses import replace
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.placements.calculations.clock_rules import rules_from_mapping
from nearhome.placements.calculations.clocks import (
    AREA_AUTHORITY_CONSULTED,
    AREA_AUTHORITY_NOTIFIED,
    EVERYONE,
    Clock,
    EarlyReview,
    EventsDone,
    NoticeGiven,
    NoticeWithheld,
    PlacementFacts,
    clocks,
    events_from,
    withholding_problem,
)
from nearhome.placements.reference import read_clocks

RULES = rules_from_mapping(read_clocks())
ENGLAND = frozenset(holidays.country_holidays("GB", subdiv="ENG", years=range(2023, 2036)))
START = date(2026, 4, 1)
PLACED = PlacementFacts(starts_on=START, relation="in_area", became_looked_after_on=START)


def told(facts: PlacementFacts, done: EventsDone, today: date) -> tuple[Clock, ...]:
    return clocks(facts, done, RULES, bank_holidays=ENGLAND, today=today)


def of(rule_id: str, found: tuple[Clock, ...]) -> list[Clock]:
    return sorted((clock for clock in found if clock.rule_id == rule_id), key=lambda clock: clock.due_on)


def test_first_visit_is_due_a_week_after_the_start() -> None:
    (visit,) = of("C05", told(PLACED, EventsDone(), START))
    assert (visit.due_on, visit.who, visit.state) == (date(2026, 4, 8), "social worker", "due")
    assert visit.source == "CPPCR regulation 28"
    assert visit.confidence == "verified"


def test_a_clock_is_overdue_only_after_its_day() -> None:
    (on_the_day,) = of("C05", told(PLACED, EventsDone(), date(2026, 4, 8)))
    (day_after,) = of("C05", told(PLACED, EventsDone(), date(2026, 4, 9)))
    assert (on_the_day.state, on_the_day.missed) == ("due", False)
    assert (day_after.state, day_after.missed) == ("overdue", True)


def test_a_late_visit_is_done_and_still_missed() -> None:
    (visit,) = of("C05", told(PLACED, EventsDone(visits=(date(2026, 4, 20),)), date(2027, 1, 1)))
    assert (visit.state, visit.done_on, visit.missed) == ("done", date(2026, 4, 20), True)


def test_visits_are_six_weeks_apart_in_the_first_year() -> None:
    done = EventsDone(visits=(date(2026, 4, 6), date(2026, 5, 18)))
    first, second = of("C06", told(PLACED, done, date(2026, 5, 20)))
    assert (first.due_on, first.done_on, first.missed) == (date(2026, 5, 18), date(2026, 5, 18), False)
    assert (second.due_on, second.state) == (date(2026, 6, 29), "upcoming")


@pytest.mark.parametrize(("to_18", "due_on"), [(True, date(2027, 8, 10)), (False, date(2027, 6, 21))])
def test_visits_after_a_year_depend_on_how_long_the_placement_will_last(to_18: bool, due_on: date) -> None:
    facts = replace(PLACED, expected_to_18=to_18)
    (visit,) = of("C07", told(facts, EventsDone(visits=(date(2027, 5, 10),)), date(2027, 5, 11)))
    assert visit.due_on == due_on


def test_a_child_with_parents_before_assessment_is_visited_weekly_until_the_first_review() -> None:
    facts = replace(PLACED, arrangement="parents_before_assessment")
    done = EventsDone(visits=(date(2026, 4, 6), date(2026, 5, 4)), reviews=(date(2026, 4, 28),))
    before, after = of("C08", told(facts, done, date(2026, 5, 5)))
    assert (before.due_on, before.missed) == (date(2026, 4, 13), True)
    assert (after.due_on, after.confidence) == (date(2026, 6, 1), "unverified")


def test_reviews_come_after_20_working_days_then_3_months_then_6() -> None:
    done = EventsDone(reviews=(date(2026, 4, 29), date(2026, 7, 29), date(2027, 1, 29)))
    found = told(PLACED, done, date(2027, 2, 1))
    assert of("C09", found)[0].due_on == date(2026, 5, 1)  # Easter is skipped
    assert of("C10", found)[0].due_on == date(2026, 7, 29)
    assert [clock.due_on for clock in of("C11", found)] == [date(2027, 1, 29), date(2027, 7, 29)]
    assert not any(clock.missed for clock in found if clock.rule_id in {"C09", "C10", "C11"})


def test_a_review_due_on_31_february_is_due_on_its_last_day() -> None:
    done = EventsDone(reviews=(date(2026, 4, 29), date(2027, 8, 31)))
    assert of("C11", told(PLACED, done, date(2027, 9, 1)))[0].due_on == date(2028, 2, 29)


def test_a_child_who_is_not_looked_after_has_no_reviews() -> None:
    found = told(replace(PLACED, became_looked_after_on=None), EventsDone(), START)
    assert not {clock.rule_id for clock in found} & {"C09", "C10", "C11"}


def test_a_child_long_looked_after_keeps_the_review_cycle_in_a_new_placement() -> None:
    facts = replace(PLACED, became_looked_after_on=date(2010, 1, 4))
    done = EventsDone(reviews=(date(2010, 2, 1), date(2010, 5, 1), date(2026, 2, 10)))
    (review,) = [clock for clock in told(facts, done, START) if clock.rule_id in {"C09", "C10", "C11"}]
    assert (review.rule_id, review.due_on) == ("C11", date(2026, 8, 10))


def test_an_early_review_is_due_as_asked() -> None:
    asked = EarlyReview(asked_on=date(2026, 5, 10), due_on=date(2026, 5, 20))
    done = EventsDone(reviews=(date(2026, 4, 29), date(2026, 5, 18)), early_reviews=(asked,))
    (review,) = of("C12", told(PLACED, done, date(2026, 6, 1)))
    assert (review.due_on, review.done_on, review.missed) == (date(2026, 5, 20), date(2026, 5, 18), False)


def test_notice_is_due_before_a_planned_placement_and_5_working_days_after_an_emergency() -> None:
    planned = told(PLACED, EventsDone(), date(2026, 3, 20))
    emergency = told(replace(PLACED, emergency=True), EventsDone(), START)
    assert of("C01", planned)[0].due_on == START
    assert of("C02", emergency)[0].due_on == date(2026, 4, 10)  # Good Friday and Easter Monday are skipped
    assert not of("C01", emergency)


def test_a_notice_says_who_is_still_to_be_told() -> None:
    refs = [ref for ref, _ in RULES.recipients if ref not in {"gp", "parents"}]
    done = EventsDone(notices=tuple(NoticeGiven(ref, date(2026, 3, 30)) for ref in refs))
    (notice,) = of("C01", told(PLACED, done, START))
    assert notice.state == "due"
    assert notice.what.endswith("Still to tell: parents, the GP")


def test_a_notice_may_be_withheld_from_parents_with_a_reason() -> None:
    withheld = NoticeWithheld("parents", date(2026, 3, 29), "Test Manager", "Risk of significant harm")
    refs = [ref for ref, _ in RULES.recipients if ref != "parents"]
    notices = tuple(NoticeGiven(ref, date(2026, 3, 30)) for ref in refs)
    (kept,) = of("C01", told(PLACED, EventsDone(notices=notices, withheld=(withheld,)), START))
    assert (kept.state, kept.done_on) == ("done", date(2026, 3, 30))
    (without,) = of("C01", told(PLACED, EventsDone(notices=notices, withheld=(replace(withheld, reason=" "),)), START))
    assert without.done_on is None
    assert withholding_problem(withheld) is None
    assert "only from parents" in str(withholding_problem(replace(withheld, recipient="iro")))
    assert "Say who" in str(withholding_problem(replace(withheld, decided_by="")))


def test_only_an_adjoining_authority_is_just_notified() -> None:
    found = told(replace(PLACED, relation="adjoining"), EventsDone(), START)
    assert of("C04", found)
    assert not of("D03", found)
    assert not of("C04", told(PLACED, EventsDone(), START))


def test_at_a_distance_the_area_authority_is_consulted_then_notified() -> None:
    notices = (
        NoticeGiven(AREA_AUTHORITY_CONSULTED, date(2026, 3, 25)),
        NoticeGiven(AREA_AUTHORITY_NOTIFIED, date(2026, 4, 2)),
        NoticeGiven(EVERYONE, date(2026, 3, 30)),
    )
    found = told(replace(PLACED, relation="at_a_distance"), EventsDone(notices=notices), date(2026, 4, 3))
    assert of("D03", found)[0].missed is False
    assert of("C04", found)[0].missed is True
    assert of("C01", found)[0].done_on == date(2026, 3, 30)


def test_an_ended_placement_keeps_what_was_missed_and_drops_what_fell_due_later() -> None:
    facts = replace(PLACED, ends_before=date(2026, 4, 20))
    found = told(facts, EventsDone(), date(2026, 6, 1))
    assert of("C05", found)[0].missed is True
    assert not of("C09", found)


def test_records_of_steps_done_become_events() -> None:
    rows = [("C05", START), ("C06", START), ("C09", START), ("C02", START), ("D03", START)]
    done = events_from(rows)
    assert done.visits == (START, START)
    assert done.reviews == (START,)
    assert [notice.recipient for notice in done.notices] == [EVERYONE, AREA_AUTHORITY_CONSULTED]


def test_the_most_urgent_comes_first() -> None:
    states = [clock.state for clock in told(PLACED, EventsDone(visits=(date(2026, 4, 3),)), date(2026, 4, 28))]
    order = ["overdue", "due", "upcoming", "done"]
    assert states == sorted(states, key=order.index)


def test_a_change_of_law_is_a_change_of_data() -> None:
    table = read_clocks()
    old = next(row for row in table["rule"] if row["id"] == "C05")
    new = {**old, "amount": 3, "unit": "days", "starts_on": date(2027, 1, 1)}
    ended = [{**row, "ends_before": date(2027, 1, 1)} if row is old else row for row in table["rule"]]
    dated = rules_from_mapping({**table, "rule": [*ended, new]})
    assert (dated.on("C05", date(2026, 12, 31)).unit, dated.on("C05", date(2027, 1, 1)).unit) == ("weeks", "days")
    with pytest.raises(LookupError, match="no rule C99"):
        dated.on("C99", START)


def test_a_broken_row_is_named() -> None:
    table = read_clocks()
    with pytest.raises(ValueError, match=r"rule 1 \(C01\): unit must be one of"):
        rules_from_mapping({**table, "rule": [{**table["rule"][0], "unit": "fortnights"}]})
    with pytest.raises(ValueError, match="missing or unknown"):
        rules_from_mapping({**table, "rule": [{**table["rule"][0], "colour": "red"}]})


@given(st.lists(st.integers(0, 900), max_size=12), st.integers(0, 900), st.booleans())
def test_every_visit_is_counted_once_and_one_clock_stays_open(days: list[int], today: int, to_18: bool) -> None:
    done = EventsDone(visits=tuple(START + timedelta(days=day) for day in days))
    found = told(replace(PLACED, expected_to_18=to_18), done, START + timedelta(days=today))
    visits = [clock for clock in found if clock.who == "social worker"]
    made = sorted({day for day in days if day <= today})
    assert [clock.done_on for clock in sorted(visits, key=lambda c: c.done_on or date.max)][:-1] == [
        START + timedelta(days=day) for day in made
    ]
    assert sum(clock.done_on is None for clock in visits) == 1


@given(st.lists(st.integers(0, 400), max_size=8), st.integers(0, 400), st.integers(0, 400))
def test_a_missed_deadline_is_never_unmissed_by_time(days: list[int], today: int, later: int) -> None:
    done = EventsDone(visits=tuple(START + timedelta(days=day) for day in days))

    def missed(on: int) -> set[tuple[str, date]]:
        found = told(PLACED, done, START + timedelta(days=on))
        return {(clock.rule_id, clock.due_on) for clock in found if clock.missed}

    assert missed(today) <= missed(today + later)

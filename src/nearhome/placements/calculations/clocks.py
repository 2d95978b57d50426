"""Which statutory deadlines follow from a placement, which were kept, and what is due next?

Sources: Care Planning, Placement and Case Review (England) Regulations 2010, regulations 11, 13, 28 and 33 (rules C01
to C12 and D03; each rule's own confidence comes with it from the table). A deadline that was missed stays a fact: the
clock says so even after the visit, review or notice was made. C03 (a notice may be withheld) is a recorded decision.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from nearhome.placements.calculations.clock_rules import ClockRule, ClockRules
from nearhome.placements.calculations.dates import add_months

Relation = Literal["in_area", "adjoining", "at_a_distance"]
Arrangement = Literal[
    "usual", "parents_before_assessment", "temporarily_approved_connected_person", "home_interim_order"
]
State = Literal["overdue", "due", "upcoming", "done"]

EVERYONE = "everyone"
AREA_AUTHORITY_NOTIFIED = "area_authority_notified"
AREA_AUTHORITY_CONSULTED = "area_authority_consulted"
RULE_EVENTS = {
    **dict.fromkeys(("C01", "C02"), EVERYONE),
    "C04": AREA_AUTHORITY_NOTIFIED,
    "D03": AREA_AUTHORITY_CONSULTED,
    **dict.fromkeys(("C05", "C06", "C07", "C08"), "visit"),
    **dict.fromkeys(("C09", "C10", "C11", "C12"), "review"),
}
MAY_BE_WITHHELD_FROM = frozenset({"parents", "contacts"})
ORDER: tuple[State, ...] = ("overdue", "due", "upcoming", "done")


@dataclass(frozen=True, slots=True)
class PlacementFacts:
    """What the clocks need to know of one placement. `became_looked_after_on` None: not looked after, no reviews."""

    starts_on: date
    relation: Relation
    emergency: bool = False
    became_looked_after_on: date | None = None
    expected_to_18: bool = False
    arrangement: Arrangement = "usual"
    ends_before: date | None = None


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """A written notice: a recipient's ref from the table, EVERYONE, or one of the AREA_AUTHORITY names above."""

    recipient: str
    given_on: date


@dataclass(frozen=True, slots=True)
class NoticeWithheld:
    """C03: a decision not to tell a parent or contact, because telling would risk significant harm."""

    recipient: str
    decided_on: date
    decided_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class EarlyReview:
    """C12: a review asked for before the usual time, and the day it was asked for by."""

    asked_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class EventsDone:
    """What has been done so far; visits and reviews in any order, reviews from before this placement included."""

    visits: tuple[date, ...] = ()
    reviews: tuple[date, ...] = ()
    notices: tuple[NoticeGiven, ...] = ()
    withheld: tuple[NoticeWithheld, ...] = ()
    early_reviews: tuple[EarlyReview, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline: the rule behind it, who is due, by when, whether it is done and whether it was missed."""

    rule_id: str
    what: str
    who: str
    due_on: date
    started_by: str
    source: str
    confidence: str
    done_on: date | None
    state: State
    missed: bool


@dataclass(frozen=True, slots=True)
class _Watch:
    rules: ClockRules
    bank_holidays: Set[date]
    today: date

    def clock(self, rule: ClockRule, event_on: date, done_on: date | None, what: str = "") -> Clock:
        return self.clock_due(rule, rule.due_after(event_on, self.bank_holidays), done_on, what)

    def clock_due(self, rule: ClockRule, due_on: date, done_on: date | None, what: str = "") -> Clock:
        return Clock(
            rule.rule_id, what or rule.what, rule.who, due_on, rule.started_by, rule.source, rule.confidence,
            done_on, self._state(due_on, done_on), (done_on or self.today) > due_on,
        )  # fmt: skip

    def _state(self, due_on: date, done_on: date | None) -> State:
        if done_on is not None:
            return "done"
        if due_on < self.today:
            return "overdue"
        return "due" if due_on <= self.today + timedelta(days=self.rules.due_soon_days) else "upcoming"


def clocks(
    facts: PlacementFacts, done: EventsDone, rules: ClockRules, *, bank_holidays: Set[date], today: date
) -> tuple[Clock, ...]:
    """Every deadline of the placement, most urgent first: overdue, due within days, upcoming, done.

    What lies after `today` has not happened and is left out; so are reviews held before the placement. After the
    placement ends, only what fell due before its end stays open. A decision to withhold a notice that
    `withholding_problem` objects to is not counted.
    """
    watch = _Watch(rules, bank_holidays, today)
    found = [*_notices(facts, done, watch), *_visits(facts, done, watch), *_reviews(facts, done, watch)]
    kept = (clock for clock in found if _still_matters(clock, facts))
    return tuple(sorted(kept, key=lambda clock: (ORDER.index(clock.state), clock.due_on, clock.rule_id)))


def events_from(done: Iterable[tuple[str, date]]) -> EventsDone:
    """The events behind records of "this rule's step was done on this day", such as ("C06", 3 May 2026).

    C05 to C08 are visits, C09 to C12 reviews, C01 and C02 notices to everyone, C04 and D03 to the area authority.
    Raises KeyError for any other rule.
    """
    kinds = [(RULE_EVENTS[rule_id], day) for rule_id, day in done]
    return EventsDone(
        visits=tuple(day for kind, day in kinds if kind == "visit"),
        reviews=tuple(day for kind, day in kinds if kind == "review"),
        notices=tuple(NoticeGiven(kind, day) for kind, day in kinds if kind not in {"visit", "review"}),
    )


def withholding_problem(decision: NoticeWithheld) -> str | None:
    """Why may this notice not be withheld? None where it may (C03, CPPCR regulation 13, verified)."""
    if decision.recipient not in MAY_BE_WITHHELD_FROM:
        return "A notice may be withheld only from parents and people the child has contact with."
    if not decision.reason.strip():
        return "Give the reason why telling them would risk significant harm."
    return None if decision.decided_by.strip() else "Say who decided that the notice is withheld."


def _still_matters(clock: Clock, facts: PlacementFacts) -> bool:
    is_notice = clock.rule_id in {"C01", "C02", "C04", "D03"}
    return clock.state == "done" or is_notice or facts.ends_before is None or clock.due_on < facts.ends_before


def _notices(facts: PlacementFacts, done: EventsDone, watch: _Watch) -> Iterator[Clock]:
    rule = watch.rules.on("C02" if facts.emergency else "C01", facts.starts_on)
    told_on, waiting = _told(done, watch)
    what = f"{rule.what}. Still to tell: {', '.join(waiting)}" if waiting else rule.what
    yield watch.clock(rule, facts.starts_on, told_on, what)
    if facts.relation == "in_area":
        return
    if facts.relation == "at_a_distance":
        consult = watch.rules.on("D03", facts.starts_on)
        yield watch.clock(consult, facts.starts_on, _given_on(AREA_AUTHORITY_CONSULTED, done, watch.today))
    notify = watch.rules.on("C04", facts.starts_on)
    due_on = rule.due_after(facts.starts_on, watch.bank_holidays)
    yield watch.clock_due(notify, due_on, _given_on(AREA_AUTHORITY_NOTIFIED, done, watch.today))


def _told(done: EventsDone, watch: _Watch) -> tuple[date | None, tuple[str, ...]]:
    """The day on which the last recipient was told (or lawfully not told), else nothing and who still waits."""
    settled = {ref: _settled_on(ref, done, watch.today) for ref, _ in watch.rules.recipients}
    waiting = tuple(words for ref, words in watch.rules.recipients if settled[ref] is None)
    return (None if waiting else max(day for day in settled.values() if day is not None)), waiting


def _settled_on(recipient: str, done: EventsDone, today: date) -> date | None:
    decisions = (item for item in done.withheld if item.recipient == recipient and not withholding_problem(item))
    withheld = [item.decided_on for item in decisions if item.decided_on <= today]
    told = [day for name in (recipient, EVERYONE) if (day := _given_on(name, done, today))]
    return min([*withheld, *told], default=None)


def _given_on(recipient: str, done: EventsDone, today: date) -> date | None:
    days = [notice.given_on for notice in done.notices if notice.recipient == recipient and notice.given_on <= today]
    return min(days, default=None)


def _visits(facts: PlacementFacts, done: EventsDone, watch: _Watch) -> Iterator[Clock]:
    visits = sorted({day for day in done.visits if facts.starts_on <= day <= watch.today})
    first = visits[0] if visits else None
    yield watch.clock(watch.rules.on("C05", facts.starts_on), facts.starts_on, first)
    for visit, following in pairwise([*visits, None]):
        if visit is not None:
            yield watch.clock(_visit_rule(facts, done, watch, visit), visit, following)


def _visit_rule(facts: PlacementFacts, done: EventsDone, watch: _Watch, visit: date) -> ClockRule:
    """The rule that times the visit after this one. A visit in the first year keeps the first year's six weeks."""
    if facts.arrangement != "usual":
        reviewed = any(facts.starts_on <= day <= visit for day in done.reviews)
        return watch.rules.on("C08", visit, "after_first_review" if reviewed else "before_first_review")
    if visit < add_months(facts.starts_on, 12):
        return watch.rules.on("C06", visit)
    return watch.rules.on("C07", visit, "expected_to_18" if facts.expected_to_18 else "not_expected_to_18")


def _reviews(facts: PlacementFacts, done: EventsDone, watch: _Watch) -> Iterator[Clock]:
    start = facts.became_looked_after_on
    if start is None:
        return
    reviews = sorted({day for day in done.reviews if start <= day <= watch.today})
    for number, (event_on, review) in enumerate(pairwise([start, *reviews, None])):
        if event_on is not None and (review is None or review >= facts.starts_on):
            rule = watch.rules.on(("C09", "C10", "C11")[min(number, 2)], event_on)
            yield watch.clock(rule, event_on, review)
    for early in done.early_reviews:
        held = [day for day in reviews if day >= early.asked_on]
        yield watch.clock_due(watch.rules.on("C12", early.asked_on), early.due_on, min(held, default=None))

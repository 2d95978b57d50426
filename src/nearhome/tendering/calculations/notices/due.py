"""For every notice: due, done, late, or not applicable, each with the rule that decided it.

The way there (a due-date engine whose "not applicable" names its rule) is suggested by the procurement reference; the
rules and their standing are rows of `reference/notices.toml`. Nothing here refuses anything: it reminds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from nearhome.tendering.calculations.notices.counting import Counting, due_day, half_year_end, quarter_end
from nearhome.tendering.calculations.notices.facts import NoticeEvent, NoticeFacts, PublishedNotice
from nearhome.tendering.calculations.notices.rules import Effect, NoticeKind, NoticeRule, NoticeRules

MOST_YEARS = 30


class NoticeState(StrEnum):
    """How one notice stands on a day."""

    LATE = "late"
    DUE = "due"
    WAITING = "waiting"
    OPTIONAL = "optional"
    DONE = "done"
    DONE_LATE = "done_late"
    NOT_APPLICABLE = "not_applicable"


OPEN = frozenset({NoticeState.LATE, NoticeState.DUE})


@dataclass(frozen=True, slots=True)
class ExpectedNotice:
    """One line of the checklist. `rule` is None only for a notice that was published though no rule asked for it."""

    code: str
    name: str
    state: NoticeState
    rule: NoticeRule | None
    event: NoticeEvent | None = None
    due_on: date | None = None
    published: PublishedNotice | None = None

    @property
    def about(self) -> str:
        """What tells it apart from others of its code: an award, a quarter, a change."""
        if self.event is not None:
            return self.event.about
        return self.published.about if self.published else ""


def expected_notices(
    facts: NoticeFacts, table: NoticeRules, today: date, *, of: str = "procurement"
) -> tuple[ExpectedNotice, ...]:
    """Every notice of the table for these facts, in the table's order; one line per event where several happened.

    Raises ValueError where no row of the table decides about a notice.
    """
    known = replace(facts, events=tuple(_grouped((*facts.events, *_anniversaries(facts.events, today)))))
    lines = [line for kind in table.kinds if kind.of == of for line in _lines(kind, known, table.rules, today)]
    return (*lines, *_unasked(lines, facts.published, {kind.code: kind.name for kind in table.kinds}))


def _lines(kind: NoticeKind, facts: NoticeFacts, rules: Sequence[NoticeRule], today: date) -> Iterator[ExpectedNotice]:
    rows = [rule for rule in rules if rule.is_about(kind.code) and _fits(rule, facts)]
    general = next((rule for rule in rows if rule.effect is Effect.DUE or not rule.event), None)
    if general is None:
        raise ValueError(f"No rule decides about notice {kind.code}.")
    if general.effect is not Effect.DUE:
        yield _without_event(kind, general, facts)
        return
    decided = [(event, rule) for event in facts.events if (rule := _rule_for(event, rows))]
    if not decided:
        yield _without_event(kind, general, facts)
    for event, rule in decided:
        yield _of_event(kind, rule, event, facts.published, today)


def _fits(rule: NoticeRule, facts: NoticeFacts) -> bool:
    """What is not known (None) fits no condition, so that an exception is never granted on a guess."""
    return (
        (not rule.regimes or facts.regime in rule.regimes)
        and (rule.commenced_before is None or facts.commenced_on < rule.commenced_before)
        and all(getattr(facts, name) is wanted for name, wanted in rule.when)
    )


def _rule_for(event: NoticeEvent, rows: Iterable[NoticeRule]) -> NoticeRule | None:
    return next((rule for rule in rows if rule.event == event.kind and rule.is_in_force(event.on)), None)


def _without_event(kind: NoticeKind, rule: NoticeRule, facts: NoticeFacts) -> ExpectedNotice:
    """Not applicable, voluntary, or nothing has happened yet that it counts from; published all the same if it was."""
    states = {Effect.DUE: NoticeState.WAITING, Effect.OPTIONAL: NoticeState.OPTIONAL}
    published = _published(facts.published, kind.code, "")
    state = NoticeState.DONE if published else states.get(rule.effect, NoticeState.NOT_APPLICABLE)
    return ExpectedNotice(kind.code, kind.name, state, rule, published=published)


def _of_event(
    kind: NoticeKind, rule: NoticeRule, event: NoticeEvent, published: Sequence[PublishedNotice], today: date
) -> ExpectedNotice:
    found = _published(published, kind.code, event.about)
    if rule.effect is not Effect.DUE:
        state = NoticeState.DONE if found else NoticeState.NOT_APPLICABLE
        return ExpectedNotice(kind.code, kind.name, state, rule, event, published=found)
    due_on = due_day(rule.counting, rule.days, event.on)
    state = _state(rule, due_on, found, today)
    return ExpectedNotice(kind.code, kind.name, state, rule, event, due_on, found)


def _state(rule: NoticeRule, due_on: date, published: PublishedNotice | None, today: date) -> NoticeState:
    """Where the law gives no number of days nothing is called late: it is due now."""
    has_deadline = rule.counting is not Counting.PROMPTLY
    if published:
        return NoticeState.DONE_LATE if has_deadline and published.on > due_on else NoticeState.DONE
    return NoticeState.LATE if has_deadline and today > due_on else NoticeState.DUE


def _published(published: Iterable[PublishedNotice], code: str, about: str) -> PublishedNotice | None:
    return next((one for one in published if (one.code, one.about) == (code, about)), None)


def _unasked(
    lines: Sequence[ExpectedNotice], published: Iterable[PublishedNotice], names: dict[str, str]
) -> Iterator[ExpectedNotice]:
    """Published though nothing asked for it, or its event was taken back since: shown, never lost."""
    shown = {(line.code, line.published.about) for line in lines if line.published}
    for one in published:
        if (one.code, one.about) not in shown and one.code in names:
            yield ExpectedNotice(one.code, names[one.code], NoticeState.DONE, None, published=one)


def _grouped(events: Iterable[NoticeEvent]) -> Iterator[NoticeEvent]:
    """Payments of one quarter have one notice, and a half-year has one: they become one event."""
    seen: set[tuple[str, str]] = set()
    for event in events:
        ends = {"payment": quarter_end, "half_year": half_year_end}.get(event.kind)
        one = replace(event, about=f"{event.kind} {ends(event.on).isoformat()}") if ends else event
        if (one.kind, one.about) not in seen or not ends:
            yield one
        seen.add((one.kind, one.about))


def _anniversaries(events: Sequence[NoticeEvent], today: date) -> Iterator[NoticeEvent]:
    """Each year that a contract has run, and the next to come, until it ended; 29 February counts as 28."""
    ended = min((event.on for event in events if event.kind == "ended"), default=date.max)
    for event in events:
        if event.kind != "contract" or event.is_planned:
            continue
        for years in range(1, MOST_YEARS):
            on = _years_after(event.on, years)
            if on > ended:
                break
            yield NoticeEvent("anniversary", on, f"{event.about} year {years}".strip(), is_planned=on > today)
            if on > today:
                break


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)

"""The tables of notices: the same lines, on the page of one procurement and on that of the whole authority."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from nearhome.design.tables import Column, Link, Table, Tag
from nearhome.tendering.calculations.notices.due import NoticeState
from nearhome.tendering.queries.notices import Line, address_of

STATES = {
    NoticeState.LATE: Tag("Late", "red"),
    NoticeState.DUE: Tag("Due", "yellow"),
    NoticeState.WAITING: Tag("Nothing to publish yet", "grey"),
    NoticeState.OPTIONAL: Tag("Voluntary", "grey"),
    NoticeState.DONE: Tag("Published", "green"),
    NoticeState.DONE_LATE: Tag("Published late", "orange"),
    NoticeState.NOT_APPLICABLE: Tag("Not applicable", "grey"),
}
STANDINGS = {
    "verified": "Verified",
    "stated": "Stated by the source",
    "derived": "Derived",
    "unverified": "Unverified: confirm it",
}


def of_procurement(lines: Sequence[Line]) -> tuple[Table, Table]:
    """What is or may be published; and what is not applicable, with the rule that says so."""
    shown = [line for line in lines if line.notice.state is not NoticeState.NOT_APPLICABLE]
    columns = [
        Column("Notice"), Column("For"), Column("By", "date"), Column("How it stands"), Column("Published", "date"), Column("Why"),
    ]  # fmt: skip
    rows = [
        (_link(line), _event(line), line.notice.due_on, _state(line), _published_on(line), _words(line))
        for line in shown
    ]
    others = [line for line in lines if line.notice.state is NoticeState.NOT_APPLICABLE]
    why = [Column("Notice"), Column("Why"), Column("Rule"), Column("Source"), Column("How far it can be trusted")]
    none = [(_link(line), _words(line), *_source(line)) for line in others]
    return (
        Table(
            "Notices to publish", columns, rows, when_empty="No notice applies to this procurement.", hides_title=True
        ),
        Table("Notices that do not apply", why, none, when_empty="Every notice applies."),
    )


def of_all(title: str, lines: Iterable[Line], when_empty: str) -> Table:
    """Notices of several procurements, each with what it is of."""
    columns = [
        Column("Notice"),
        Column("Of"),
        Column("For"),
        Column("By", "date"),
        Column("How it stands"),
        Column("Published", "date"),
    ]
    rows = [
        (_link(line), str(line.procurement or "The authority itself"), _event(line), line.notice.due_on, _state(line), _published_on(line))
        for line in lines
    ]  # fmt: skip
    return Table(title, columns, rows, when_empty=when_empty)


def of_recorded(rows: Iterable[Any]) -> Table:
    """What is on record of one notice, newest first."""
    columns = [Column("Reference"), Column("Published", "date"), Column("Process number"), Column("Replaces an earlier record because"), Column("Recorded", "moment"), Column("By")]  # fmt: skip
    made = [(row.reference, row.published_on, row.ocid, row.why, row.recorded_at, row.recorded_by) for row in rows]
    return Table("On record", columns, made, when_empty="It is not on record as published.")


def of_facts(rows: Iterable[Any], may_record: bool) -> list[dict[str, Any]]:
    """What was said to have happened, each with where to take it back."""
    return [
        {"words": row.get_kind_display(), "on": row.on, "by": row.recorded_by, "key": row.key,
         "take_back": reverse("tendering:take_back_fact", args=[row.key]) if may_record else ""}
        for row in rows
    ]  # fmt: skip


def next_step(lines: Iterable[Line]) -> dict[str, Any] | None:
    """The open notice that is due first."""
    line = next((one for one in lines if one.is_open), None)
    if line is None:
        return None
    is_late = line.notice.state is NoticeState.LATE
    of = f" of {line.procurement}" if line.procurement else ""
    return {
        "name": line.notice.name,
        "of": of,
        "due_on": line.notice.due_on,
        "is_late": is_late,
        "href": address_of(line),
    }


def _link(line: Line) -> Link:
    return Link(f"{line.notice.name} ({line.notice.code})", address_of(line), _event(line))


def _event(line: Line) -> str:
    """The day it counts from, in words."""
    event = line.notice.event
    if event is None:
        return ""
    verb = "planned for" if event.is_planned else "on"
    return f"{EVENT_WORDS[event.kind]} {verb} {event.on.day} {event.on:%b %Y}"


def _state(line: Line) -> Tag:
    return STATES[line.notice.state]


def _published_on(line: Line) -> Any:
    return line.notice.published.on if line.notice.published else None


def _words(line: Line) -> str:
    if line.notice.rule is None:
        return "Published without a rule that asks for it"
    mark = " (unverified)" if line.notice.rule.standing == "unverified" else ""
    return f"{line.notice.rule.words}{mark}"


def _source(line: Line) -> tuple[str, str, str]:
    rule = line.notice.rule
    return (rule.id, rule.source, STANDINGS[rule.standing.value]) if rule else ("", "", "")


EVENT_WORDS = {
    "tender": "Tenders invited",
    "abandoned": "Given up",
    "contract": "Contract entered into",
    "payment": "Payment over £30,000",
    "performance": "Breach or poor performance",
    "anniversary": "A year of the contract",
    "change": "Contract changed",
    "small_change": "Contract changed a little",
    "ended": "Contract ended",
    "market_established": "Market established",
    "market_changed": "Market modified",
    "market_ceased": "Market ceased",
    "pipeline_year": "Financial year",
    "half_year": "Half-year ends",
}

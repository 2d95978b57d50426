"""The tables of notices: the same lines, on the page of one procurement and on that of the whole authority."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from nearhome.design.tables import Column, Link, Table, Tag
from nearhome.design.wording import nice_list, short_date
from nearhome.tendering.queries.notices import WORDS_OF_EVENTS, Line, NoticeState, address_of

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
    """What is or may be published; and what is not applicable, one row for each rule that says so."""
    shown = [line for line in lines if line.notice.state is not NoticeState.NOT_APPLICABLE]
    columns = [Column("Notice"), Column("By", "date"), Column("How it stands"), Column("Why")]
    rows = [(_link(line), line.notice.due_on, _state(line), _words(line)) for line in shown]
    others: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        if line.notice.state is NoticeState.NOT_APPLICABLE:
            others.setdefault((_words(line), *_source(line)), []).append(line)
    why = [Column("Notice"), Column("Why"), Column("Rule"), Column("Source"), Column("How far it can be trusted")]
    none = [(_together(found), *said) for said, found in others.items()]
    return (
        Table(
            "Notices to publish", columns, rows, when_empty="No notice applies to this procurement.", hides_title=True
        ),
        Table("Notices that do not apply", why, none, when_empty="Every notice applies."),
    )


def _together(lines: Sequence[Line]) -> Any:
    """One notice leads to its page; several are named."""
    if len(lines) == 1:
        return _link(lines[0])
    return nice_list([f"{line.notice.name} ({line.notice.code})" for line in lines])


def of_all(title: str, lines: Iterable[Line], when_empty: str) -> Table:
    """Notices of several procurements, each with what it is of."""
    columns = [Column("Notice"), Column("Of"), Column("For"), Column("By", "date"), Column("How it stands")]
    rows = [
        (_link(line), str(line.procurement or "The authority itself"), _event(line), line.notice.due_on, _state(line))
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
    """What it counts from, in words with its day."""
    event = line.notice.event
    if event is None:
        return ""
    if event.kind in OF_A_PERIOD:
        return f"{OF_A_PERIOD[event.kind]} {short_date(event.on)}"
    verb = "planned for" if event.is_planned else "on"
    return f"{WORDS_OF_EVENTS[event.kind]} {verb} {short_date(event.on)}"


def _state(line: Line) -> Tag:
    """With the day on which it was published."""
    tag, published = STATES[line.notice.state], line.notice.published
    return Tag(f"{tag.text} {short_date(published.on)}", tag.colour) if published else tag


def _words(line: Line) -> str:
    if line.notice.rule is None:
        return "Published without a rule that asks for it"
    mark = " (unverified)" if line.notice.rule.standing == "unverified" else ""
    said = f"{line.notice.rule.words}{mark}"
    return f"{_event(line)}. {said}" if _event(line) else said


def _source(line: Line) -> tuple[str, str, str]:
    rule = line.notice.rule
    return (rule.id, rule.source, STANDINGS[rule.standing.value]) if rule else ("", "", "")


OF_A_PERIOD = {"pipeline_year": "Financial year from", "half_year": "Half-year to"}

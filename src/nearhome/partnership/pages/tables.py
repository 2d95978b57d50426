"""Tables of the stage, as plain values."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from nearhome.design.tables import Column, Link, Table, Tag
from nearhome.design.wording import nice_list
from nearhome.partnership.queries.decisions import risk_lines
from nearhome.partnership.queries.matters import level_name
from nearhome.partnership.queries.votes import outcome_of
from nearhome.partnership.states import COLOURS, WORDS, DecisionState


def parties_table(parties: Iterable[Any], *, may_lead: bool) -> Table:
    """Members and allies with their shares; for the lead each line can be changed."""
    rows = []
    for one in parties:
        row = one.membership
        name = row.organisation.name
        shown: Any = name
        if may_lead and row.ends_before is None:
            shown = Link(name, reverse("partnership:membership", args=[row.partnership.key, row.pk]), "change or end")
        rows.append((
            shown, row.get_standing_display(), row.contribution_weight,
            f"{one.share}%" if one.share is not None else "", row.starts_on, row.ends_before,
        ))  # fmt: skip
    columns = [
        Column("Authority"), Column("Takes part as"), Column("Contribution weight", "number"), Column("Share today"),
        Column("From", "date"), Column("First day without it", "date"),
    ]  # fmt: skip
    return Table("Members and allies", columns, rows, when_empty="Nobody has joined yet.")


def task_leads_table(lines: Iterable[tuple[Any, ...]]) -> Table:
    """Who leads which task, from when."""
    columns = [Column("Task"), Column("Led by"), Column("From", "date"), Column("Until before", "date")]
    return Table("Who leads what", columns, [(task, str(who), first, last) for task, who, first, last in lines])


def versions_table(versions: Iterable[Any], key: Any) -> Table:
    """Versions of the agreement and how far they are accepted."""
    rows = [
        (
            Link(f"Version {one.agreement.version}", reverse("partnership:agreement", args=[key, one.agreement.version])),
            one.agreement.starts_on,
            Tag("Accepted by all", "green") if one.is_accepted_by_all else Tag("Waits", "yellow"),
            nice_list(one.missing),
        )
        for one in versions
    ]  # fmt: skip
    columns = [Column("Agreement"), Column("Applies from", "date"), Column("Accepted"), Column("Waits for")]
    return Table("The agreement", columns, rows, when_empty="No agreement has been written yet.")


def ballots_table(ballots: Iterable[Any], *, now: datetime) -> Table:
    """Questions put to the vote."""
    rows = []
    for one in ballots:
        found = outcome_of(one, now=now)
        colour, words = "blue", "Open"
        if found.is_over:
            colour, words = ("green", "Carried") if found.is_carried else ("red", "Not carried")
        link = Link(one.subject, reverse("partnership:ballot", args=[one.key]))
        rows.append((link, Tag(words, colour), one.closes_at, str(one.opened_for)))
    columns = [Column("Question"), Column("Outcome"), Column("Closes", "moment"), Column("Opened by")]
    return Table("Votes", columns, rows, when_empty="Nothing has been put to the vote.")


def matters_table(matters: Iterable[Any], *, now: datetime) -> Table:
    """Matters between the partners."""
    today, rows = timezone.localdate(now), []
    for one in matters:
        tag = Tag("Settled", "green") if one.resolved_at else Tag("Open", "blue")
        if not one.resolved_at and one.due_on < today:
            tag = Tag("Overdue", "red")
        link = Link(one.subject, reverse("partnership:matter", args=[one.key]))
        rows.append((link, tag, level_name(one), None if one.resolved_at else one.due_on, str(one.raised_for)))
    columns = [Column("Matter"), Column("Standing"), Column("With"), Column("Due", "date"), Column("Raised by")]
    return Table("Matters to settle", columns, rows, when_empty="No matter has been raised.")


def decisions_table(decisions: Iterable[Any]) -> Table:
    """Recorded decisions."""
    rows = [
        (
            Link(one.reference, reverse("partnership:decision", args=[one.key]), one.title), one.title,
            Tag(WORDS[DecisionState(one.state)], COLOURS[DecisionState(one.state)]), str(one.authority), one.is_key,
            one.not_before_on, one.decided_on,
        )
        for one in decisions
    ]  # fmt: skip
    columns = [
        Column("Reference"), Column("Title"), Column("Standing"), Column("Authority"), Column("Key"),
        Column("Not before", "date"), Column("Decided", "date"),
    ]  # fmt: skip
    return Table("Decisions", columns, rows, when_empty="No decision has been recorded yet.", hides_title=True)


def _entry(decision: Any, name: str, place: int, words: str, may_change: bool) -> Any:
    if not may_change:
        return words
    return Link(words, reverse("partnership:entry", args=[decision.key, name, place]), "change or remove")


def options_table(decision: Any, *, may_change: bool = False) -> Table:
    """Options considered, and why each was rejected."""
    rows = [
        (
            _entry(decision, "options", place, one["name"], may_change), one["description"],
            Tag("Recommended", "green") if one["recommended"] else "Rejected", one["reason"],
        )
        for place, one in enumerate(decision.options, start=1)
    ]  # fmt: skip
    columns = [Column("Option"), Column("What it would be"), Column("Outcome"), Column("Why")]
    return Table("Options considered", columns, rows, when_empty="No option has been written yet.")


def delegations_table(decision: Any, *, may_change: bool = False) -> Table:
    """Who may decide what from here on."""
    rows = [
        (_entry(decision, "delegations", place, one["to"], may_change), one["what"], one["consulting"])
        for place, one in enumerate(decision.delegations, start=1)
    ]
    columns = [Column("To"), Column("For"), Column("In consultation with")]
    return Table("Delegations", columns, rows, when_empty="Nothing is delegated.")


def risks_table(decision: Any, *, may_write: bool) -> Table:
    """The risk register of a decision."""
    rows = []
    for line in risk_lines(decision):
        row = line.row
        name: Any = str(row.number)
        if may_write and row.closed_at is None:
            name = Link(name, reverse("partnership:risk", args=[decision.key, row.number]), "review this risk")
        state: Any = Tag("Closed", "grey") if row.closed_at else Tag(line.band, line.colour)
        scored = f"{row.likelihood} × {row.impact} = {line.score}"
        rows.append((name, row.risk, row.mitigation, row.owner, scored, state, row.review_on))
    columns = [
        Column("No."), Column("Risk"), Column("What is done about it"), Column("Owner"), Column("Likelihood × impact"),
        Column("Level"), Column("Review on", "date"),
    ]  # fmt: skip
    return Table("Risks", columns, rows, when_empty="No risk has been written yet.")

"""A partnership that has agreed how it votes, and decisions to move."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from cast import NOW, TODAY, Cast, make_authority, make_person
from nearhome.partnership.actions import accept_agreement
from nearhome.partnership.actions.deciding import propose_decision, take_decision
from nearhome.partnership.actions.drafting import begin_decision, change_decision
from nearhome.partnership.models import DecisionRecord, Membership, Partnership
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from scenes import make_partnership
from scenes_tender import acting_at

DAY = dt.timedelta(days=1)


@dataclass
class Partners:
    """The partnership and who speaks for whom: Kent's cabinet member has no limit, Medway is an ally."""

    cast: Cast
    partnership: Partnership
    cara: Person
    walter: Person
    wendy: Person
    pavel: Person
    mia: Person
    more: dict[str, Any] = field(default_factory=dict)


def make_partners(cast: Cast, *, accepted: bool = True) -> Partners:
    """Kent leads West Sussex and Portsmouth; Medway is an ally; version 1 is accepted by all who vote."""
    partnership = make_partnership(cast)
    medway = make_authority("Medway", "887", "E06000035")
    with acting(cast.colin):
        Membership.objects.create(
            partnership=partnership, organisation=medway, standing="ally", contribution_weight=1,
            starts_on=dt.date(2025, 4, 1),
        )  # fmt: skip
    made = Partners(
        cast, partnership,
        make_person("Cara Madeup-Cabinet", cast.kent, "approver"),
        make_person("Walter Madeup-Approver", cast.west_sussex, "approver", limit=100_000_000),
        make_person("Wendy Madeup-Commissioner", cast.west_sussex, "commissioner"),
        make_person("Pavel Madeup-Commissioner", cast.portsmouth, "commissioner"),
        make_person("Mia Madeup-Commissioner", medway, "commissioner", "approver"),
    )  # fmt: skip
    if accepted:
        for person in (cast.april, made.walter, cast.ada):
            accept(made, person)
    return made


def accept(partners: Partners, person: Person) -> None:
    """One authority accepts the newest version."""
    with acting(person):
        newest = partners.partnership.agreements.order_by("-version")[0]
        accept_agreement(agreement=newest, by=person, now=NOW)


def begun(
    partners: Partners,
    *,
    reference: str = "26/00001",
    example: str = "kent-21-00094",
    shared: bool = True,
    by: Any = None,
) -> DecisionRecord:
    """A draft of Kent's with every part written, from an example."""
    by = by or partners.cast.colin
    with acting(by):
        return begin_decision(
            reference=reference, title="Made-up decision", example_name=example,
            partnership=partners.partnership if shared else None, by=by, now=NOW,
        )  # fmt: skip


def proposed(partners: Partners, *, urgent: str = "", notice_on: dt.date | None = None, **asked: Any) -> DecisionRecord:
    """Its notice is published by Colin."""
    decision = begun(partners, **asked)
    with acting(partners.cast.colin):
        return propose_decision(
            decision=decision, version=decision.version, notice_on=notice_on, urgent_reason=urgent, by=partners.cast.colin,
            now=NOW,
        )  # fmt: skip


def approved(partners: Partners, **asked: Any) -> DecisionRecord:
    """Approved by Cara today; the notice was published 29 days ago."""
    decision = proposed(partners, notice_on=TODAY - 29 * DAY, **asked)
    with acting(partners.cara):
        return take_decision(
            decision=decision, version=decision.version, is_approved=True, words="", by=partners.cara, now=NOW
        )


def written(person: Person, decision: DecisionRecord, **changes: Any) -> DecisionRecord:
    """A part of a draft rewritten."""
    with acting(person):
        decision.refresh_from_db()
        return change_decision(decision=decision, changes=changes, version=decision.version, by=person, now=NOW)


__all__ = ["DAY", "Partners", "accept", "acting_at", "approved", "begun", "make_partners", "proposed", "written"]

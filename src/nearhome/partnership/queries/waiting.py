"""What waits for somebody: versions to accept, ballots, matters, decisions and risks."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from nearhome.design.waiting import Waiting
from nearhome.design.wording import LONDON
from nearhome.partnership.models import (
    AgreementAcceptance,
    Ballot,
    DecisionRecord,
    Matter,
    Membership,
    Partnership,
    PartnershipAgreement,
    Vote,
)
from nearhome.partnership.permissions import can_accept, can_begin, can_decide, can_read, can_speak, can_vote
from nearhome.partnership.queries.decisions import risks_due
from nearhome.partnership.queries.matters import level_name
from nearhome.partnership.queries.partnerships import here_on
from nearhome.partnership.states import DecisionState


def waiting_for(person: Any, *, now: datetime) -> tuple[Waiting, ...]:
    """Everything of this stage that waits for a person; nothing for another role."""
    if not can_read(person):
        return ()
    today = timezone.localdate(now)
    return (
        *_versions(person), *_votes(person, now), *_counts(person, now), *_matters(person, today),
        *_decisions(person, today), *_to_carry_out(person, today), *_risks(person, today),
    )  # fmt: skip


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), LONDON)


def _versions(person: Any) -> Iterator[Waiting]:
    if not can_accept(person):
        return
    accepted = AgreementAcceptance.objects.filter(agreement=OuterRef("pk"), organisation_id=person.organisation_id)
    newer = PartnershipAgreement.objects.filter(partnership=OuterRef("partnership"), version__gt=OuterRef("version"))
    mine = Partnership.objects.filter(
        pk__in=Membership.objects.filter(organisation_id=person.organisation_id, ends_before__isnull=True).values(
            "partnership_id"
        )
    )
    rows = PartnershipAgreement.objects.filter(~Exists(accepted), ~Exists(newer), partnership__in=mine)
    for row in rows.select_related("partnership").order_by("partnership__name"):
        href = reverse("partnership:agreement", args=[row.partnership.key, row.version])
        yield Waiting("Accept the agreement for your authority", f"{row.partnership}, version {row.version}", href)


def _votes(person: Any, now: datetime) -> Iterator[Waiting]:
    voted = Vote.objects.filter(ballot=OuterRef("pk"), organisation_id=person.organisation_id)
    rows = Ballot.objects.filter(~Exists(voted), closes_at__gt=now, closed_at__isnull=True)
    for row in rows.filter(voters__organisation_id=person.organisation_id).prefetch_related("voters"):
        if can_vote(person, row):
            yield Waiting("Vote", row.subject, reverse("partnership:ballot", args=[row.key]), row.closes_at)


def _counts(person: Any, now: datetime) -> Iterator[Waiting]:
    if not can_begin(person):
        return
    rows = Ballot.objects.filter(opened_for_id=person.organisation_id, closes_at__lte=now, closed_at__isnull=True)
    for row in rows:
        yield Waiting(
            "Close the ballot and record its outcome", row.subject, reverse("partnership:ballot", args=[row.key])
        )


def _matters(person: Any, today: date) -> Iterator[Waiting]:
    if not can_speak(person):
        return
    mine = Membership.objects.filter(here_on(today), organisation_id=person.organisation_id)
    rows = Matter.objects.filter(resolved_at__isnull=True, partnership_id__in=mine.values("partnership_id"))
    for row in rows.order_by("due_on", "pk"):
        is_last = row.level + 1 >= len(row.levels)
        is_overdue = row.due_on < today
        words = "Settle the matter" if is_last or not is_overdue else "Move the matter up or say that it is settled"
        href = reverse("partnership:matter", args=[row.key])
        yield Waiting(words, f"{row.subject}, with the {level_name(row)}", href, _end_of(row.due_on), is_overdue)


def _decisions(person: Any, today: date) -> Iterator[Waiting]:
    rows = DecisionRecord.objects.filter(authority_id=person.organisation_id, state=DecisionState.PROPOSED)
    for row in rows.order_by("not_before_on", "pk"):
        if can_decide(person, row) and (row.is_urgent or (row.not_before_on or today) <= today):
            href = reverse("partnership:decision", args=[row.key])
            yield Waiting("Take the decision", str(row), href)


def _to_carry_out(person: Any, today: date) -> Iterator[Waiting]:
    if not can_begin(person):
        return
    rows = DecisionRecord.objects.filter(authority_id=person.organisation_id)
    ready = rows.filter(state=DecisionState.APPROVED, call_in_until__lt=today) | rows.filter(
        state=DecisionState.CONFIRMED, call_in_until__lt=today
    )
    for row in ready.order_by("call_in_until", "pk"):
        href = reverse("partnership:decision", args=[row.key])
        yield Waiting("Carry out the decision: its call-in is over", str(row), href)


def _risks(person: Any, today: date) -> Iterator[Waiting]:
    if not can_begin(person):
        return
    for row in risks_due(person, on=today):
        href = reverse("partnership:risk", args=[row.decision.key, row.number])
        due = _end_of(row.review_on) if row.review_on else None
        yield Waiting(
            "Review the risk", f"{row.decision.reference}, risk {row.number}", href, due, row.review_on != today
        )

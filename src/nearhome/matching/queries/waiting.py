"""What waits for officers and approvers while a home is chosen."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef
from django.urls import NoReverseMatch, reverse

from nearhome.design.waiting import Waiting
from nearhome.design.wording import plural
from nearhome.matching.models import Decision
from nearhome.people.models import Person
from nearhome.people.roles import Role
from nearhome.referrals.models import Invitation, Offer, Referral
from nearhome.referrals.states import ReferralState


def waiting_for(person: Person, *, now: datetime) -> tuple[Waiting, ...]:
    """Homes to look for and offers to decide on for an officer; choices to approve for an approver."""
    found: list[Waiting] = []
    if person.has_role(Role.PLACEMENT_OFFICER):
        found += [*_searches(person), *_offers(person, now)]
    if person.has_role(Role.APPROVER):
        found += _choices(person, now)
    return tuple(found)


def _searches(person: Person) -> Iterable[Waiting]:
    asked = Invitation.objects.filter(referral=OuterRef("pk"))
    rows = Referral.objects.filter(~Exists(asked), authority_id=person.organisation_id, state=ReferralState.SEARCHING)
    for row in rows.order_by("needed_on", "pk"):
        yield Waiting("Choose homes to invite", row.ref, reverse("matching:homes", args=[row.key]))


def _offers(person: Person, now: datetime) -> Iterable[Waiting]:
    """One line for each child with offers; by when is the first hold to end."""
    rows = Offer.objects.filter(
        authority_id=person.organisation_id,
        outcome=Offer.Outcome.OPEN,
        expires_at__gt=now,
        invitation__referral__state=ReferralState.SEARCHING,
    ).values("invitation__referral__key", "invitation__referral_ref")
    for row in rows.annotate(count=Count("pk"), first=Min("expires_at")).order_by("first"):
        words = f"Decide on {plural(row['count'], 'offer')} before the first hold ends"
        href = reverse("matching:offers", args=[row["invitation__referral__key"]])
        yield Waiting(words, row["invitation__referral_ref"], href, row["first"])


def _choices(person: Person, now: datetime) -> Iterable[Waiting]:
    rows = Decision.objects.filter(authority_id=person.organisation_id, granted__isnull=True).exclude(decided_by=person)
    for row in rows.select_related("referral", "offer").order_by("offer__expires_at"):
        due_at = row.offer.expires_at
        yield Waiting("Approve the choice of a home", row.referral.ref, _approval_href(row), due_at, due_at <= now)


def _approval_href(decision: Decision) -> str:
    """The approval itself lies in the stage after this one, because it books the place; known here by name only."""
    try:
        return reverse("placements:approve_choice", args=[decision.key])
    except NoReverseMatch:
        return reverse("matching:offers", args=[decision.referral.key])

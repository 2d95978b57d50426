"""What waits for officers and approvers until a search has begun."""

from datetime import datetime

from django.urls import reverse

from nearhome.design.waiting import Waiting
from nearhome.people.models import Person
from nearhome.referrals.models import Referral, SearchPermission
from nearhome.referrals.permissions import can_decide_permissions, can_record_referrals
from nearhome.referrals.states import ReferralState


def waiting_to_record(person: Person, *, now: datetime) -> tuple[Waiting, ...]:
    """Drafts to finish or to change for an officer, searches to allow for an approver; overdue ones first."""
    found = _drafts(person) if can_record_referrals(person) else ()
    found += _to_decide(person, now) if can_decide_permissions(person) else ()
    return tuple(sorted(found, key=lambda one: (not one.is_overdue, one.due_at is None, one.due_at or now, one.about)))


def _drafts(person: Person) -> tuple[Waiting, ...]:
    """Refused ones are anybody's who records; an unfinished draft is its writer's own."""
    rows = Referral.objects.filter(authority_id=person.organisation_id, state=ReferralState.DRAFT)
    drafts = rows.prefetch_related("search_permissions").order_by("pk")
    return tuple(_draft(row) for row in drafts if row.search_permissions.all() or row.created_by_id == person.pk)


def _draft(row: Referral) -> Waiting:
    was_refused = any(one.granted is False and one.decided_by_id for one in row.search_permissions.all())
    words = "Change a referral that was sent back" if was_refused else "Finish a referral"
    name = "referrals:referral" if was_refused else "referrals:tasks"
    return Waiting(words, row.ref, reverse(name, args=[row.key]))


def _to_decide(person: Person, now: datetime) -> tuple[Waiting, ...]:
    rows = SearchPermission.objects.filter(authority_id=person.organisation_id, granted__isnull=True)
    asked = rows.exclude(asked_by=person).select_related("referral").order_by("asked_at")
    return tuple(
        Waiting(
            "Approve an emergency search" if one.due_at else "Decide whether to search",
            one.referral.ref,
            reverse("referrals:permission", args=[one.referral.key]),
            due_at=one.due_at,
            is_overdue=one.due_at is not None and one.due_at < now,
        )
        for one in asked
    )

"""Reading referrals: the list, one referral, a draft as far as it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404

from nearhome.audit.queries import as_entries, history_of
from nearhome.design.wording import LONDON
from nearhome.needs.models import Child
from nearhome.people.models import Person
from nearhome.referrals.models import ImportantPlace, Referral, ReferralMove, SearchPermission
from nearhome.referrals.permissions import can_see_referral, require_can_record_referrals, require_can_see_referrals
from nearhome.referrals.queries.profile import Problem, problems_before_submitting, saved_answers
from nearhome.referrals.queries.together import Apart, kept_apart_from, together_with
from nearhome.referrals.states import WORDS, ReferralState

MOST_CHILDREN_FOUND = 20
MOST_REFERRALS_SHOWN = 5000


@dataclass(frozen=True, slots=True)
class ChildShown:
    """A child as their own authority sees them; `name` is empty if none is recorded."""

    key: UUID
    ref: str
    name: str
    sex: str
    age: int | None


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """A referral in the list. `approval_due_at` is the deadline of an emergency approval not yet given."""

    key: UUID
    ref: str
    child_ref: str
    state: ReferralState
    needed_on: date | None
    is_emergency: bool
    created_by: str
    created_at: datetime
    approval_due_at: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a referral says so far."""

    saved: Mapping[str, Any]
    near: tuple[ImportantPlace, ...]
    avoid: tuple[ImportantPlace, ...]
    apart: tuple[Apart, ...]
    together: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def conditions(self) -> list[dict[str, str]]:
        """Conditions of bail or of a court, those about an area not among them."""
        conditions: list[dict[str, str]] = self.saved["conditions"]
        return conditions

    @property
    def wishes(self) -> list[dict[str, str]]:
        """What the child said."""
        wishes: list[dict[str, str]] = self.saved["wishes"]
        return wishes


def referral_for(person: Person, key: UUID) -> Referral:
    """One referral with its child, places and requests for permission.

    Raises Http404 if it is not the person's authority's, PermissionDenied if their role does not read referrals.
    """
    rows = Referral.objects.select_related("authority", "created_by", "child__identity")
    referral = rows.prefetch_related("important_places").filter(key=key).first()
    if referral is None or referral.authority_id != person.organisation_id:
        raise Http404("No such referral")
    if not can_see_referral(person, referral):
        raise PermissionDenied("Only placement officers, approvers and commissioners of an authority read referrals.")
    return referral


def permission_of(referral: Referral) -> SearchPermission | None:
    """The latest request for permission to search, decided or not."""
    rows = SearchPermission.objects.filter(referral=referral).select_related("referral", "asked_by", "decided_by")
    return rows.order_by("-asked_at", "-pk").first()


def correction_of(referral: Referral) -> ReferralMove | None:
    """Who brought a submitted referral back to draft, and why; None if it is no draft or never was submitted."""
    if referral.state != ReferralState.DRAFT:
        return None
    last = ReferralMove.objects.filter(referral=referral).order_by("at", "pk").last()
    return last if last and last.from_state else None


def referrals_listed(person: Person, *, state: str = "", search: str = "", now: datetime) -> tuple[ReferralLine, ...]:
    """The person's authority's referrals, newest first; `search` is part of a referral's or a child's reference."""
    require_can_see_referrals(person)
    rows = _own(person).select_related("child", "created_by").prefetch_related("search_permissions")
    if state in WORDS:
        rows = rows.filter(state=state)
    part = _typed(search)
    if part:
        rows = rows.filter(Q(ref__icontains=part) | Q(child__return_ref__icontains=part))
    return tuple(_line(row, now) for row in rows.order_by("-created_at", "-pk")[:MOST_REFERRALS_SHOWN])


def referrals_by_state(person: Person) -> tuple[tuple[ReferralState, int], ...]:
    """How many referrals of the authority are in each state; states nobody is in are left out."""
    require_can_see_referrals(person)
    counts = dict(_own(person).order_by().values_list("state").annotate(Count("pk")))
    return tuple((state, counts[state]) for state in ReferralState if counts.get(state))


def children_found(person: Person, ref: str, *, today: date) -> tuple[ChildShown, ...]:
    """The authority's children whose reference begins like this. Names are sealed, so they cannot be searched for."""
    require_can_record_referrals(person)
    if not _typed(ref):
        return ()
    rows = Child.objects.filter(authority_id=person.organisation_id, return_ref__istartswith=_typed(ref))
    found = rows.select_related("identity").order_by("return_ref")[:MOST_CHILDREN_FOUND]
    return tuple(child_shown(child, today=today) for child in found)


def child_for(person: Person, key: UUID) -> Child:
    """One child of the person's own authority. Raises Http404 for anyone else's."""
    require_can_record_referrals(person)
    child = Child.objects.filter(key=key, authority_id=person.organisation_id).first()
    if child is None:
        raise Http404("No such child")
    return child


def child_shown(child: Child, *, today: date) -> ChildShown:
    """The child with name and age from the sealed record, as far as they are there."""
    identity = getattr(child, "identity", None)
    born_on = date.fromisoformat(identity.born_on) if identity and identity.born_on else child.born_month
    age = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
    name = (identity.name or "") if identity else ""
    return ChildShown(child.key, child.return_ref, name, child.get_sex_display(), age)


def draft_of(referral: Referral, *, now: datetime) -> Draft:
    """What the referral says so far and what is missing."""
    places = tuple(referral.important_places.all())
    return Draft(
        saved=saved_answers(referral),
        near=tuple(place for place in places if place.kind != "avoid"),
        avoid=tuple(place for place in places if place.kind == "avoid"),
        apart=kept_apart_from(referral),
        together=together_with(referral),
        problems=problems_before_submitting(referral, today=now.astimezone(LONDON).date()),
    )


def history_shown(referral: Referral) -> list[dict[str, Any]]:
    """What happened to the referral, newest first, as pages show it."""
    lines = history_of(referral.key)
    return as_entries(lines[::-1])


def _typed(text: str) -> str:
    """What somebody typed to search for; PostgreSQL knows no zero byte in text."""
    return text.replace("\0", "").strip()


def _own(person: Person) -> QuerySet[Referral]:
    return Referral.objects.filter(authority_id=person.organisation_id)


def _line(row: Referral, now: datetime) -> ReferralLine:
    open_requests = (one for one in row.search_permissions.all() if one.granted is None)
    due_at = next((one.due_at for one in open_requests), None)
    return ReferralLine(
        key=row.key,
        ref=row.ref,
        child_ref=row.child.return_ref,
        state=ReferralState(row.state),
        needed_on=row.needed_on,
        is_emergency=row.is_emergency,
        created_by=str(row.created_by),
        created_at=row.created_at,
        approval_due_at=due_at,
        is_overdue=due_at is not None and due_at < now,
    )

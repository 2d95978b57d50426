"""Partnerships: who takes part since when, with which share, and under which version of the agreement."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from nearhome.partnership.calculations.shares import shares
from nearhome.partnership.models import Membership, Partnership, PartnershipAgreement, TaskLead
from nearhome.partnership.permissions import require_can_read
from nearhome.people.models import Organisation, Person

TERMS = (
    "empty_bearer", "grace_nights", "first_refusal_days", "votes_by", "quorum_percent", "majority",
    "abstentions_make_quorum", "escalation", "words",
)  # fmt: skip


@dataclass(frozen=True)
class Party:
    """One authority in a partnership, as on a day; `share` in per cent where it takes part on that day."""

    membership: Membership
    is_here: bool
    share: Decimal | None = None


@dataclass(frozen=True)
class Version:
    """A version of the agreement: who accepted it, who has still to, and from when it binds everybody."""

    agreement: PartnershipAgreement
    accepted: tuple[Any, ...]
    missing: tuple[Organisation, ...]

    @property
    def is_accepted_by_all(self) -> bool:
        return not self.missing


def partnerships_of(person: Person) -> QuerySet[Partnership]:
    """Partnerships the person's authority leads or has a place in, now or later. Raises PermissionDenied."""
    require_can_read(person)
    mine = Q(lead_id=person.organisation_id) | Q(memberships__organisation_id=person.organisation_id)
    return Partnership.objects.filter(mine).select_related("lead", "finance_lead").distinct().order_by("name")


def partnership_for(person: Person, key: UUID) -> Partnership:
    """One of them. Raises PermissionDenied for another role and Http404 for a partnership of others."""
    found = partnerships_of(person).filter(key=key).first()
    if found is None:
        raise Http404("No such partnership")
    return found


def here_on(on: date) -> Q:
    """Rows whose half-open period holds a day."""
    return Q(starts_on__lte=on) & (Q(ends_before__isnull=True) | Q(ends_before__gt=on))


def parties_of(partnership: Partnership, on: date) -> tuple[Party, ...]:
    """Everybody who takes part, will, or did: those of today first, with their shares."""
    rows = list(partnership.memberships.select_related("organisation").order_by("organisation__name", "starts_on"))
    here = [row for row in rows if row.starts_on <= on and (row.ends_before is None or row.ends_before > on)]
    weights = {row.organisation.name: row.contribution_weight for row in here}
    found = shares(weights) if sum(weights.values()) else {}
    listed = [Party(row, row in here, found.get(row.organisation.name) if row in here else None) for row in rows]
    return tuple(sorted(listed, key=lambda one: (not one.is_here, one.membership.organisation.name)))


def members_on(partnership: Partnership, on: date) -> list[Membership]:
    """Members (not allies) of a day: they vote."""
    rows = partnership.memberships.filter(here_on(on), standing=Membership.Standing.MEMBER)
    return list(rows.select_related("organisation").order_by("organisation__name"))


def party_ids(partnership: Partnership, on: date) -> tuple[int, ...]:
    """The organisations that take part on a day, and the lead: they may read what is recorded."""
    rows = partnership.memberships.filter(here_on(on)).values_list("organisation_id", flat=True)
    return tuple(sorted({*rows, partnership.lead_id}))


def lead_of_task(partnership: Partnership, task: str, on: date) -> Organisation:
    """Who leads a task on a day: whoever was named last, else the lead; for finance the finance lead."""
    named = partnership.task_leads.filter(task=task, starts_on__lte=on).order_by("-starts_on", "-pk")
    row = named.select_related("organisation").first()
    if row is not None:
        return row.organisation
    return partnership.finance_lead if task == TaskLead.Task.FINANCE else partnership.lead


def task_leads_of(partnership: Partnership) -> list[tuple[str, Organisation, date, date | None]]:
    """(task in words, organisation, from, to) with what went before and what is to come; the last day left open."""
    lines: list[tuple[str, Organisation, date, date | None]] = []
    for task in TaskLead.Task:
        rows = list(partnership.task_leads.filter(task=task).select_related("organisation").order_by("starts_on"))
        first = rows[0].starts_on if rows else None
        if first is None or first > partnership.starts_on:
            before = lead_of_task(partnership, task, partnership.starts_on)
            lines.append((task.label, before, partnership.starts_on, first))
        for row, later in zip_longest(rows, rows[1:]):
            lines.append((task.label, row.organisation, row.starts_on, later.starts_on if later else None))
    return lines


def versions_of(partnership: Partnership, on: date) -> tuple[Version, ...]:
    """Every version of the agreement, the newest first, with who accepted it of those who take part now or later."""
    to_accept = _who_accepts(partnership, on)
    rows = partnership.agreements.prefetch_related("acceptances__organisation").order_by("-version")
    return tuple(_version(row, to_accept) for row in rows)


def version_for(person: Person, key: UUID, number: int, on: date) -> Version:
    """One version. Raises PermissionDenied for another role and Http404 where there is none."""
    partnership = partnership_for(person, key)
    row = partnership.agreements.filter(version=number).prefetch_related("acceptances__organisation").first()
    if row is None:
        raise Http404("No such version of the agreement")
    return _version(row, _who_accepts(partnership, on))


def _who_accepts(partnership: Partnership, on: date) -> list[Organisation]:
    rows = partnership.memberships.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=on))
    return list(Organisation.objects.filter(pk__in=rows.values("organisation_id")).order_by("name"))


def _version(row: PartnershipAgreement, to_accept: list[Organisation]) -> Version:
    accepted = tuple(sorted(row.acceptances.all(), key=lambda one: one.at))
    have = {one.organisation_id for one in accepted}
    return Version(row, accepted, tuple(one for one in to_accept if one.pk not in have))


def agreement_for_votes(partnership: Partnership, on: date) -> PartnershipAgreement | None:
    """The newest version whose date has come and which every member of that day accepted; None if there is none."""
    members = {row.organisation_id for row in members_on(partnership, on)}
    rows = partnership.agreements.filter(starts_on__lte=on).prefetch_related("acceptances").order_by("-version")
    for row in rows:
        if members and members <= {one.organisation_id for one in row.acceptances.all()}:
            return row
    return None


def agreement_in_force_for(partnership: Partnership, organisation_id: int, on: date) -> PartnershipAgreement | None:
    """The newest version that has begun and that this authority accepted; None before its first."""
    rows = partnership.agreements.filter(starts_on__lte=on, acceptances__organisation_id=organisation_id)
    return rows.order_by("-version").first()


def earlier_version(agreement: PartnershipAgreement) -> PartnershipAgreement | None:
    """The version before this one."""
    rows = PartnershipAgreement.objects.filter(partnership_id=agreement.partnership_id, version__lt=agreement.version)
    return rows.order_by("-version").first()


def who_may_join(partnership: Partnership, on: date) -> list[Organisation]:
    """Authorities that do not take part yet, by name."""
    taking_part = partnership.memberships.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=on))
    rows = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY)
    return list(rows.exclude(pk__in=taking_part.values("organisation_id")).order_by("name"))


def membership_for(person: Person, key: UUID, number: int) -> Membership:
    """One membership of a partnership one takes part in. Raises PermissionDenied and Http404."""
    partnership = partnership_for(person, key)
    row = partnership.memberships.filter(pk=number).select_related("organisation", "partnership__lead").first()
    if row is None:
        raise Http404("No such membership")
    return row

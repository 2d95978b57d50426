"""What the lead's work costs, version by version, for everyone who shares it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404

from nearhome.partnership.models import Partnership
from nearhome.settlement.models import LeadCost
from nearhome.settlement.permissions.rules import (
    can_propose_lead_cost,
    require_can_propose_lead_cost,
    require_can_see_rules,
)


@dataclass(frozen=True, slots=True)
class PartnershipCosts:
    """One partnership's versions, newest first, and what the person may do."""

    partnership: Partnership
    versions: tuple[LeadCost, ...]
    waiting: LeadCost | None
    may_propose: bool
    may_agree: bool


def lead_costs_of(person: Any) -> tuple[PartnershipCosts, ...]:
    """Every partnership of the person's authority."""
    require_can_see_rules(person)
    rows = Partnership.objects.filter(memberships__organisation=person.organisation_id).select_related("lead")
    return tuple(_costs(person, one) for one in rows.distinct().order_by("name"))


def partnership_to_cost(person: Any, key: UUID) -> Partnership:
    """A partnership that the person's authority leads. Raises PermissionDenied for another's."""
    require_can_see_rules(person)
    rows = Partnership.objects.filter(memberships__organisation=person.organisation_id, key=key).select_related("lead")
    row = rows.distinct().first()
    if row is None:
        raise Http404
    require_can_propose_lead_cost(person, row)
    return row


def lead_cost_row(person: Any, key: UUID) -> LeadCost:
    """One version, for a partner."""
    require_can_see_rules(person)
    row = LeadCost.objects.select_related("partnership__lead").filter(key=key).first()
    if row is None:
        raise Http404
    return row


def partners_with_weights(partnership: Partnership) -> tuple[tuple[int, str, int], ...]:
    """Number, name and contribution weight of every partner; the newest membership of each counts."""
    rows = partnership.memberships.filter(ends_before__isnull=True).select_related("organisation").order_by("starts_on")
    found = {row.organisation_id: (row.organisation_id, row.organisation.name, row.contribution_weight) for row in rows}
    return tuple(sorted(found.values(), key=lambda one: one[1]))


def shares_in_words(row: LeadCost) -> str:
    """Kent 5 of 9, …"""
    shares = row.shares.all()
    total = sum(one.weight for one in shares)
    named = sorted(shares, key=lambda one: one.organisation.name)
    return ", ".join(f"{one.organisation.name} {one.weight} of {total}" for one in named if one.weight)


def _costs(person: Any, partnership: Partnership) -> PartnershipCosts:
    rows = partnership.lead_costs.select_related("proposed_by", "answered_by").prefetch_related("shares__organisation")
    versions = tuple(rows.order_by("-version"))
    waiting = next((row for row in versions if row.is_agreed is None), None)
    may = can_propose_lead_cost(person, partnership)
    return PartnershipCosts(
        partnership, versions, waiting, may and waiting is None,
        may and waiting is not None and waiting.proposed_by_id != person.pk,
    )  # fmt: skip

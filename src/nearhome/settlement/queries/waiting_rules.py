"""What waits for somebody's answer: proposals of colleagues, and what another authority asks one's own to pay for."""

from collections.abc import Iterator
from datetime import date as day
from typing import Any

from django.urls import reverse

from nearhome.design.waiting import Waiting
from nearhome.design.wording import date
from nearhome.procurement.models import BlockContract
from nearhome.settlement.models import AwayTerms, BookingFunder, ContractRules, LeadCost
from nearhome.settlement.permissions.rules import can_accept_funder, can_see_rules
from nearhome.settlement.queries.agreed_away import named
from nearhome.settlement.queries.consents import consents_of


def waiting_rules(person: Any, today: day) -> Iterator[Waiting]:
    """Rules and costs to agree or turn down, proposed by a colleague; children to accept to pay for."""
    if not can_see_rules(person):
        return
    own, others = {"is_agreed__isnull": True}, {"proposed_by": person.pk}
    rules = (
        ContractRules.objects.filter(host=person.organisation_id, **own).exclude(**others).select_related("contract")
    )
    for row in rules.order_by("pk"):
        address = reverse("settlement:contract_rules", args=[row.contract.key])
        yield Waiting("Agree the rules that a colleague proposed, or turn them down", row.contract.name, address)
    costs = LeadCost.objects.filter(lead=person.organisation_id, **own).exclude(**others).select_related("partnership")
    for cost in costs.order_by("pk"):
        words = "Agree the costs of the lead that a colleague proposed, or turn them down"
        yield Waiting(words, cost.partnership.name, reverse("settlement:lead_costs"))
    yield from _away_terms(person)
    yield from _to_accept(person, today)
    asked = BookingFunder.objects.filter(funder=person.organisation_id, accepted_at__isnull=True)
    for one in asked.select_related("authority", "funder").order_by("starts_on", "pk"):
        if can_accept_funder(person, one):
            about = f"{one.child_ref} of {one.authority.name}, from {date(one.starts_on)}"
            yield Waiting("Say whether you pay for a child of another authority", about, reverse("settlement:stays"))


def _away_terms(person: Any) -> Iterator[Waiting]:
    rows = AwayTerms.objects.filter(authority=person.organisation_id, is_agreed__isnull=True)
    for row in rows.exclude(proposed_by=person.pk).select_related("framework", "booking__home").order_by("pk"):
        name = "settlement:framework_away" if row.framework_id else "settlement:placement_away"
        words = "Agree the terms for nights away that a colleague proposed, or turn them down"
        yield Waiting(words, named(row), reverse(name, args=[row.of.key]))


def _to_accept(person: Any, today: day) -> Iterator[Waiting]:
    """Rules that the host agreed and one's own authority has not accepted, block by block."""
    blocks = BlockContract.objects.filter(parties__organisation=person.organisation_id).exclude(
        host=person.organisation_id
    )
    for one in blocks.prefetch_related("parties__organisation", "rules__consents__by").order_by("name", "pk"):
        if any(
            line.organisation_id == person.organisation_id and not line.accepted_at for line in consents_of(one, today)
        ):
            address = reverse("settlement:contract_rules", args=[one.key])
            yield Waiting("Accept the rules of a block you share, or say what is wrong", one.name, address)

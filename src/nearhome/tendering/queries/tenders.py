"""A tender as its buyers read it: its lots, prices asked, criteria, timetable, talks with the market; and what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse

from nearhome.design.waiting import Waiting
from nearhome.design.wording import plural
from nearhome.people.models import Organisation, Person
from nearhome.tendering.calculations.shaping.weights import Node, shares, walk
from nearhome.tendering.importers.reference import starting_points
from nearhome.tendering.models import (
    AwardCriterion,
    Bid,
    Clarification,
    Lot,
    MarketEngagement,
    PriceBand,
    Procurement,
)
from nearhome.tendering.permissions.bidding import can_bid
from nearhome.tendering.permissions.cases import can_begin, require_can_lead, require_can_read_procurements
from nearhome.tendering.states import ProcurementState

HOW = dict(MarketEngagement.How.choices)
CRITERION_KINDS = dict(AwardCriterion.Kind.choices)
# Categories of need that a price may be asked for.
CATEGORIES = {
    "standard": "Standard",
    "enhanced": "Enhanced",
    "complex": "Complex or specialist",
    "therapeutic": "Therapeutic",
    "parent_child": "Parent and child",
    "disability": "Disability or health",
    "solo": "Solo",
    "respite": "Short breaks",
    "separated": "Separated children",
}


def tender_for(person: Person, key: UUID) -> Procurement:
    """A procurement the person's authority leads or buys with. PermissionDenied for another role, Http404 for others'."""
    require_can_read_procurements(person)
    own = person.organisation_id
    rows = Procurement.objects.filter(Q(lead_id=own) | Q(parties__organisation_id=own), key=key)
    found = rows.select_related("lead", "partnership", "requirement").distinct().first()
    if found is None:
        raise Http404("No such procurement")
    return found


def led_tender_for(person: Person, key: UUID) -> Procurement:
    """One that the person leads. Raises PermissionDenied for those who only read it."""
    procurement = tender_for(person, key)
    require_can_lead(person, procurement)
    return procurement


def is_being_shaped(procurement: Procurement) -> bool:
    """Whether lots and criteria may still change."""
    return procurement.state == ProcurementState.PREPARING and procurement.published_at is None


def lots_of(procurement: Procurement) -> list[Lot]:
    """Its lots with places and price bands, in order."""
    rows = procurement.lots.select_related("area", "procurement", "step_across__procurement")
    return list(rows.prefetch_related("places_wanted", "bands"))


def lot_of(procurement: Procurement, number: int) -> Lot:
    """One lot by its number. Raises Http404 if there is none."""
    found = (
        procurement.lots.select_related("area", "step_across__procurement", "procurement").filter(number=number).first()
    )
    if found is None:
        raise Http404("No such lot")
    return found


def benchmark_pence(lot: Lot) -> int | None:
    """What the same costs bought singly, pence a week; for the buyers alone."""
    benchmark = getattr(lot, "benchmark", None)
    return benchmark.spot_weekly_pence if benchmark else None


def areas_to_choose(procurement: Procurement) -> tuple[tuple[str, str], ...]:
    """Authorities a lot may be in: those that buy, then every other."""
    buyers = [procurement.lead_id, *procurement.parties.values_list("organisation_id", flat=True)]
    rows = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY).order_by("name")
    ordered = sorted(rows, key=lambda one: (one.pk not in buyers, one.name))
    return tuple((str(one.pk), one.name) for one in ordered)


def area_chosen(pk: int | None) -> Organisation | None:
    """The authority that was chosen, if one was."""
    return Organisation.objects.filter(pk=pk, kind=Organisation.Kind.AUTHORITY).first() if pk else None


def band_of(lot: Lot, position: int) -> PriceBand:
    """One price that a lot asks for. Raises Http404 if there is none."""
    found = lot.bands.filter(position=position).first()
    if found is None:
        raise Http404("No such price")
    return found


def criteria_of(procurement: Procurement) -> list[AwardCriterion]:
    """Every criterion of the tree, in order among its siblings."""
    return list(procurement.criteria.select_related("parent").order_by("position", "pk"))


def tree_of(procurement: Procurement) -> tuple[Node, ...]:
    """The criteria as the calculations take them."""
    rows = criteria_of(procurement)

    def below(parent: int | None) -> tuple[Node, ...]:
        return tuple(
            Node(one.pk, one.kind, one.title, one.weight, below(one.pk)) for one in rows if one.parent_id == parent
        )

    return below(None)


@dataclass(frozen=True, slots=True)
class CriterionShown:
    """A criterion as its table shows it: where it stands, kind in words, per cent of its section and of the whole."""

    number: int
    title: str
    path: str
    kind: str
    weight: int | Decimal
    share: int | Decimal
    least_score: int | None


def plain(number: Decimal) -> int | Decimal:
    """To two decimals, or as a whole number where it is one: 60, not 60.00 or 6E+1."""
    rounded = number.quantize(Decimal("0.01"))
    return int(rounded) if rounded == rounded.to_integral_value() else rounded


def tree_shown(procurement: Procurement) -> list[CriterionShown]:
    """Every criterion, a section before its parts, with its share of the whole to two decimals."""
    tree, rows = tree_of(procurement), {one.pk: one for one in criteria_of(procurement)}
    whole = shares(tree)
    return [
        CriterionShown(
            node.number, node.title, _path(rows, node.number), CRITERION_KINDS[node.kind], plain(node.weight),
            plain(whole[node.number]), rows[node.number].least_score,
        )
        for node in walk(tree)
    ]  # fmt: skip


def _path(rows: Mapping[int, AwardCriterion], number: int) -> str:
    row = rows[number]
    return f"{_path(rows, row.parent_id)} › {row.title}" if row.parent_id else row.title


def questions_of(procurement: Procurement) -> list[AwardCriterion]:
    """What bidders answer in words, in the order of the tree: scored questions and those that are passed or failed."""
    rows = {one.pk: one for one in criteria_of(procurement)}
    in_order: list[AwardCriterion] = []

    def visit(parent: int | None) -> None:
        for one in (each for each in rows.values() if each.parent_id == parent):
            if one.kind in (AwardCriterion.Kind.QUESTION, AwardCriterion.Kind.PASS):
                in_order.append(one)
            visit(one.pk)

    visit(None)
    return in_order


def criterion_of(procurement: Procurement, pk: int) -> AwardCriterion:
    """One criterion. Raises Http404 if it is not of this tender."""
    found = procurement.criteria.filter(pk=pk).first()
    if found is None:
        raise Http404("No such criterion")
    return found


def sections_to_choose(procurement: Procurement) -> tuple[tuple[str, str], ...]:
    """Where a criterion may stand: at the top, or in a section."""
    sections = [one for one in criteria_of(procurement) if one.kind == AwardCriterion.Kind.SECTION]
    return (("0", "At the top"), *((str(one.pk), f"In {one.title}") for one in sections))


def starting_lots(procurement: Procurement) -> Mapping[str, Mapping[str, Any]]:
    """Shipped lots, those of the kind that is bought first: a lot may be of another."""
    shipped: Mapping[str, Mapping[str, Any]] = starting_points()["lots"]
    return dict(sorted(shipped.items(), key=lambda row: row[1]["kind"] != procurement.kind))


def starting_trees() -> Mapping[str, Mapping[str, Any]]:
    """Shipped criteria trees."""
    return starting_points()["criteria"]


def engagements_of(procurement: Procurement) -> QuerySet[MarketEngagement]:
    """Talks with the market, oldest first; a bidder sees those that were published."""
    return procurement.engagements.order_by("on", "pk")


def engagement_of(procurement: Procurement, key: UUID) -> MarketEngagement:
    """One of them. Raises Http404 if there is none."""
    found = procurement.engagements.filter(key=key).first()
    if found is None:
        raise Http404("No such entry")
    return found


def waiting_for(person: Person, *, now: datetime) -> tuple[Waiting, ...]:
    """Bids that are begun and not submitted; for whoever leads, questions without an answer and bids to open."""
    found: tuple[Waiting, ...] = ()
    if can_bid(person):
        found += _bids_to_submit(person, now)
    if can_begin(person):
        found += _questions_to_answer(person, now) + _bids_to_open(person, now)
    return found


def _bids_to_submit(person: Person, now: datetime) -> tuple[Waiting, ...]:
    rows = Bid.objects.filter(
        provider_id=person.organisation_id, submitted_at__isnull=True, withdrawn_at__isnull=True,
        procurement__state=ProcurementState.PUBLISHED, procurement__deadline_at__gt=now,
    ).select_related("procurement", "lot", "registration")  # fmt: skip
    return tuple(
        Waiting(
            "Finish and submit your bid", f"{one.registration}, lot {one.lot.number} of {one.procurement.name}",
            reverse("tendering:bid", args=[one.key]), one.procurement.deadline_at,
        )
        for one in rows
    )  # fmt: skip


def _questions_to_answer(person: Person, now: datetime) -> tuple[Waiting, ...]:
    led = Procurement.objects.filter(lead_id=person.organisation_id, state=ProcurementState.PUBLISHED)
    rows = Clarification.objects.filter(procurement__in=led, answered_at__isnull=True).select_related("procurement")
    by_tender: dict[Procurement, int] = {}
    for one in rows:
        by_tender[one.procurement] = by_tender.get(one.procurement, 0) + 1
    return tuple(
        Waiting(
            f"Answer {plural(count, 'question')} from bidders", tender.name,
            reverse("tendering:clarifications", args=[tender.key]), tender.deadline_at,
            is_overdue=bool(tender.deadline_at and tender.deadline_at <= now),
        )
        for tender, count in by_tender.items()
    )  # fmt: skip


def _bids_to_open(person: Person, now: datetime) -> tuple[Waiting, ...]:
    rows = Procurement.objects.filter(
        lead_id=person.organisation_id, state=ProcurementState.PUBLISHED, deadline_at__lte=now
    )
    return tuple(Waiting("Open the bids", one.name, reverse("tendering:bids", args=[one.key])) for one in rows)

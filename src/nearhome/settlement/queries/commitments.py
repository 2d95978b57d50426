"""What an authority is bound to pay, month by month: its own view of its records, looked at ahead.

The charges are those that the months will come to (`due`), variable parts, guarantees and the lead's costs among them, with
live placements ending on the day that is expected. Of a block that others live in, only that a place is taken is read,
never by whom.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from django.db.models import Q

from nearhome.market.models import Occupancy
from nearhome.partnership.models import Partnership, PartnershipAgreement
from nearhome.people.models import Organisation
from nearhome.placements.models import Booking
from nearhome.procurement.models import BlockContract as BlockContractRow
from nearhome.settlement.calculations.budgets.history import bearing_on
from nearhome.settlement.calculations.charges import Charge
from nearhome.settlement.calculations.nights import (
    Period,
    Stay,
    Unavailable,
    price_spans,
)
from nearhome.settlement.calculations.shared_costs import LeadCost
from nearhome.settlement.queries import refs
from nearhome.settlement.queries.agreed import absences_of, amounts_of, fees_of, funders_of, lead_costs_of, terms_of
from nearhome.settlement.queries.agreed_away import away_of
from nearhome.settlement.queries.due import Block, HostRecords, NotCharged, due_in
from nearhome.settlement.queries.records import closed_by, individual_of, place_of_block

SOMEBODY = "somebody-0"  # another authority, whichever


@dataclass(frozen=True, slots=True)
class Live:
    """One of the authority's own placements that is going on or will: what it is expected to cost and until when."""

    ref: str
    child: str
    home: str
    route: str
    starts_on: date
    ends_on: date | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """Everything known of an authority's costs: how to work out any month, and what refs stand for."""

    authority: str
    records: HostRecords
    routes: dict[str, str]
    home_kinds: dict[str, str]
    live: tuple[Live, ...]

    def due(self, month: Period) -> tuple[tuple[Charge, ...], tuple[NotCharged, ...]]:
        """The authority's own charges of a month, and what could not be priced."""
        found = due_in(self.records, month)
        return tuple(one for one in found.charges if one.payer == self.authority), found.problems


def ahead_of(authority: Organisation, *, since: date, before: date, today: date) -> Ahead:
    """What an authority's records say of nights from a day until before another; read while acting for it."""
    bookings = list(_bookings(authority, since, before))
    contracts = list(_contracts(authority, before))
    stays = {one.pk: stay for one in bookings if (stay := _stay(one, today))}
    blocks = tuple(_blocks(contracts, bookings, stays, since, _agreements(authority)))
    alone = [one for one in bookings if not one.block_contract_id and one.pk in stays]
    away = away_of(authority.pk, alone)
    places = [row.place for contract in contracts for row in contract.block_places.all()]
    return Ahead(
        refs.organisation(authority.pk),
        HostRecords(
            blocks, tuple(individual_of(one, stays[one.pk], away.get(one.pk, ())) for one in alone), _lead_costs(authority),
            amounts=tuple(amount for one in bookings if one.pk in stays for amount in amounts_of(one, stays[one.pk])),
            names=_names(contracts, bookings, blocks),
        ),
        {refs.booking(one.pk): "block" if one.block_contract_id else _route(one) for one in bookings},
        {refs.place(one.pk): one.home.kind for one in [*places, *(one.place for one in bookings)]},
        tuple(_live(one, stays[one.pk], today) for one in bookings if one.pk in stays and not one.departed_on),
    )  # fmt: skip


def _bookings(authority: Organisation, since: date, before: date) -> Iterable[Booking]:
    """Earlier stays in blocks too: nights of grace count from the last departure."""
    return (
        Booking.objects.filter(
            Q(arrived_on__lt=before) | Q(arrived_on__isnull=True, starts_on__lt=before),
            authority=authority,
            cancelled_at__isnull=True,
        )
        .exclude(block_contract__isnull=True, departed_on__lte=since)
        .select_related("home", "place__home")
        .prefetch_related("prices", "absences", "funders__funder", "amounts", "path_stage__prices")
        .order_by("id")
    )


def _contracts(authority: Organisation, before: date) -> Iterable[BlockContractRow]:
    """Blocks that the authority hosts or may use."""
    return (
        BlockContractRow.objects.filter(Q(host=authority) | Q(parties__organisation=authority), starts_on__lt=before)
        .distinct()
        .prefetch_related(
            "prices", "fees", "parties__organisation", "block_places__place__home", "rules__shares__organisation"
        )
        .order_by("id")
    )


def _stay(one: Booking, today: date) -> Stay | None:
    """The stay as it is expected to be. A child who has not arrived comes today at the earliest."""
    arrives = one.arrived_on or max(one.starts_on, today)
    expected = one.expected_ends_on if one.expected_ends_on and one.expected_ends_on > today else None
    leaves = one.departed_on or expected
    if leaves and leaves < arrives:
        return None
    return Stay(
        refs.booking(one.pk),
        one.child_ref,
        refs.organisation(one.authority_id),
        refs.place(one.place_id),
        arrives,
        leaves,
        funders_of(one),
        absences_of(one),
    )


def _blocks(
    contracts: list[BlockContractRow],
    bookings: list[Booking],
    stays: dict[int, Stay],
    since: date,
    agreements: list[PartnershipAgreement],
) -> Iterator[Block]:
    taken, closed = _occupancies(contracts, {one.occupancy_id for one in bookings})
    mine: dict[tuple[int | None, int], list[Stay]] = defaultdict(list)
    for one in bookings:
        if one.pk in stays:
            mine[one.block_contract_id, one.place_id].append(stays[one.pk])
    for contract in contracts:
        prices = price_spans((row.starts_on, row.weekly_price_pence) for row in contract.prices.all())
        terms, fault = terms_of(contract, agreements)
        for row in contract.block_places.all():
            block = place_of_block(contract, row, prices, tuple(closed[row.place_id]))
            here = bearing_on((*mine[contract.pk, row.place_id], *taken[row.place_id]), since)
            yield Block(block, contract.name, here, terms, fault=fault, fees=fees_of(contract))


def _occupancies(
    contracts: list[BlockContractRow], own: set[int]
) -> tuple[dict[int, list[Stay]], dict[int, list[Unavailable]]]:
    """Of the blocks' places: nights taken by other authorities' children, and nights on which a place is closed."""
    taken: dict[int, list[Stay]] = defaultdict(list)
    closed: dict[int, list[Unavailable]] = defaultdict(list)
    rows = Occupancy.objects.filter(place__block_place__contract__in=contracts, freed_at__isnull=True)
    for row in rows.exclude(kind=Occupancy.Kind.HOLD).exclude(pk__in=own).order_by("id"):
        place, first, before = refs.place(row.place_id), row.days.lower, row.days.upper
        if row.kind == Occupancy.Kind.CLOSURE:
            closed[row.place_id].append(Unavailable(place, first, before, closed_by(row)))
        else:
            taken[row.place_id].append(Stay(f"taken-{row.pk}", "", SOMEBODY, place, first, before))
    return taken, closed


def _route(one: Booking) -> Literal["own", "framework", "spot"]:
    return cast(Literal["own", "framework", "spot"], one.route if one.route in ("own", "framework") else "spot")


def _live(one: Booking, stay: Stay, today: date) -> Live:
    overdue = one.expected_ends_on is not None and one.expected_ends_on <= today
    route = "block" if one.block_contract_id else _route(one)
    return Live(
        refs.booking(one.pk), one.child_ref, one.home.name, route, stay.arrived_on, one.expected_ends_on, overdue
    )


def _agreements(authority: Organisation) -> list[PartnershipAgreement]:
    """What the authority's partnership agreed about empty beds; of several partnerships the one joined first."""
    partnership = (
        Partnership.objects.filter(memberships__organisation=authority).order_by("memberships__starts_on", "id").first()
    )
    return list(partnership.agreements.all()) if partnership else []


def _lead_costs(authority: Organisation) -> tuple[LeadCost, ...]:
    """What the leads of the authority's partnerships agreed that their work costs."""
    rows = Partnership.objects.filter(memberships__organisation=authority).select_related("lead").distinct()
    return tuple(cost for row in rows.order_by("id") for cost in lead_costs_of(row.lead, row))


def _names(contracts: list[BlockContractRow], bookings: list[Booking], blocks: Iterable[Block]) -> dict[str, str]:
    """Words for what a problem may name. Whose child takes a place is not said."""
    names = {stay.stay_ref: "A child of another authority" for block in blocks for stay in block.stays}
    names |= {refs.block(contract.pk): contract.name for contract in contracts}
    places = [row.place for contract in contracts for row in contract.block_places.all()]
    for place in [*places, *(one.place for one in bookings)]:
        names[refs.place(place.pk)] = f"{place.label} at {place.home.name}"
    for one in bookings:
        names[refs.booking(one.pk)] = f"{one.child_ref} at {one.home.name}"
    return names

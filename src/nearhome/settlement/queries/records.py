"""Reading what an authority hosts, as the frozen input of `due`. A handful of queries, however many bookings."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, cast

from django.db.models import Q

from nearhome.design.wording import nice_list
from nearhome.market.models import Occupancy
from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation
from nearhome.placements.calculations.dates import in_words
from nearhome.placements.models import Booking
from nearhome.procurement.models import BlockContract as BlockContractRow
from nearhome.procurement.models import BlockPlace as BlockPlaceRow
from nearhome.procurement.models import BlockPrice
from nearhome.settlement.calculations.nights import (
    AwayTerms,
    BlockContract,
    BlockPlace,
    IndividualPlacement,
    PriceSpan,
    Stay,
    Unavailable,
    price_spans,
)
from nearhome.settlement.queries import refs
from nearhome.settlement.queries.agreed import (
    absences_of,
    amounts_of,
    fees_of,
    funders_of,
    lead_costs_of,
    names_in_terms,
    prices_of,
    stage_of,
    terms_of,
)
from nearhome.settlement.queries.agreed_away import away_of
from nearhome.settlement.queries.consents import consents_of, standing_versions
from nearhome.settlement.queries.due import Block, HostRecords, Individual, NotCharged, Taken

HOSTS_CLOSURE = ("host:", "closed by the host", "at the host's request")


def records_of(host: Organisation, partnership: Partnership, before: date) -> HostRecords:
    """Everything that bears on an authority's charges for nights before a day; read while acting for it."""
    contracts = list(_contracts(host, before))
    bookings = list(_bookings(host, before))
    in_blocks = [one for one in bookings if one.block_contract_id]
    alone = [one for one in bookings if not one.block_contract_id and one.authority_id == host.pk]
    contracted = {(row.contract_id, row.place_id) for one in contracts for row in one.block_places.all()}
    arrived = [one for one in bookings if one.arrived_on]
    costs, away = lead_costs_of(host, partnership), away_of(host.pk, alone)
    return HostRecords(
        blocks=tuple(_blocks(contracts, in_blocks, partnership)),
        individuals=tuple(
            individual_of(one, _stay(one) if one.arrived_on else None, away.get(one.pk, ())) for one in alone
        ),
        lead_costs=costs,
        amounts=tuple(
            amount for one in (*in_blocks, *alone) if one.arrived_on for amount in amounts_of(one, _stay(one))
        ),
        expected=(
            *(_not_arrived(one) for one in (*in_blocks, *alone) if not one.arrived_on),
            *(_place_elsewhere(one) for one in in_blocks if (one.block_contract_id, one.place_id) not in contracted),
            *(told for one in contracts for told in _not_accepted(one, before - timedelta(days=1))),
        ),
        names=_partners(partnership) | names_in_terms(contracts, bookings) | _names(host, contracts, bookings),
        child_refs={refs.booking(one.pk): one.child_ref for one in arrived},
        homes=_homes(contracts, bookings),
    )


def _contracts(host: Organisation, before: date) -> Iterable[BlockContractRow]:
    return (
        BlockContractRow.objects.filter(host=host, starts_on__lt=before)
        .select_related("provider")
        .prefetch_related(
            "prices",
            "fees",
            "parties__organisation",
            "block_places__place__home",
            "block_places__nominated",
            "rules__shares__organisation",
            "rules__consents__by",
        )
        .order_by("id")
    )


def _bookings(host: Organisation, before: date) -> Iterable[Booking]:
    return (
        Booking.objects.filter(
            Q(block_contract__isnull=True, authority=host) | Q(block_contract__isnull=False, host=host),
            starts_before(before),
            cancelled_at__isnull=True,
        )
        .select_related("authority", "provider", "home", "place")
        .prefetch_related("prices", "absences", "funders__funder", "amounts", "path_stage__prices")
        .order_by("id")
    )


def starts_before(day: date) -> Q:
    """Bookings whose child arrived, or should have, before a day."""
    return Q(arrived_on__lt=day) | Q(arrived_on__isnull=True, starts_on__lt=day)


def _blocks(contracts: list[BlockContractRow], bookings: list[Booking], partnership: Partnership) -> Iterable[Block]:
    agreements = list(partnership.agreements.all())
    occupancies = _occupancies(contracts)
    known = {one.occupancy_id for one in bookings}
    stays: dict[tuple[int | None, int], list[Stay]] = defaultdict(list)
    for one in bookings:
        if one.arrived_on:
            stays[one.block_contract_id, one.place_id].append(_stay(one))
    for contract in contracts:
        prices = _price_spans(contract.prices.all())
        terms, fault = terms_of(contract, agreements)
        for row in contract.block_places.all():
            here = occupancies[row.place_id]
            closed = tuple(_unavailable(one) for one in here if one.kind == Occupancy.Kind.CLOSURE)
            taken = tuple(_taken(one) for one in here if one.kind != Occupancy.Kind.CLOSURE and one.pk not in known)
            yield Block(
                place_of_block(contract, row, prices, closed), contract.name,
                tuple(stays[contract.pk, row.place_id]), terms, taken, fault, fees_of(contract),
            )  # fmt: skip


def _occupancies(contracts: list[BlockContractRow]) -> dict[int, list[Occupancy]]:
    """Closures and bookings of the blocks' places; holds take no nights."""
    found: dict[int, list[Occupancy]] = defaultdict(list)
    rows = Occupancy.objects.filter(place__block_place__contract__in=contracts, freed_at__isnull=True).exclude(
        kind=Occupancy.Kind.HOLD
    )
    for row in rows.order_by("id"):
        found[row.place_id].append(row)
    return found


def place_of_block(
    contract: BlockContractRow, row: BlockPlaceRow, prices: tuple[PriceSpan, ...], closed: tuple[Unavailable, ...]
) -> BlockContract:
    """One place of the block at a time, so that a fault in one stops no other; its dates within the contract's."""
    ends = min((day for day in (row.ends_before, contract.ends_before) if day), default=None)
    opens = max(row.available_from, contract.starts_on) if row.available_from else None
    nominated = refs.organisation(row.nominated_id) if row.nominated_id else None
    return BlockContract(
        ref=refs.block(contract.pk),
        provider=refs.organisation(contract.provider_id),
        host_authority=refs.organisation(contract.host_id),
        places=(BlockPlace(refs.place(row.place_id), opens, ends, nominated),),
        weekly_price=prices,
        unavailable=closed,
    )


def _price_spans(rows: Iterable[BlockPrice]) -> tuple[PriceSpan, ...]:
    changes = [(row.starts_on, row.weekly_price_pence) for row in rows]
    return price_spans(changes) if changes else ()


def _unavailable(row: Occupancy) -> Unavailable:
    """The provider closed it, unless the reason says that the host asked: only a provider can close a place."""
    return Unavailable(refs.place(row.place_id), row.days.lower, row.days.upper, closed_by(row))


def closed_by(row: Occupancy) -> Literal["provider", "host"]:
    """Who asked for a closure, by its reason."""
    words = row.reason.strip().casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return "host" if words.startswith(HOSTS_CLOSURE) else "provider"


def _taken(row: Occupancy) -> Taken:
    return Taken(refs.place(row.place_id), row.days.lower, row.days.upper)


def _stay(one: Booking) -> Stay:
    return Stay(
        refs.booking(one.pk), one.child_ref, refs.organisation(one.authority_id), refs.place(one.place_id),
        cast(date, one.arrived_on), one.departed_on, funders_of(one), absences_of(one),
    )  # fmt: skip


def individual_of(one: Booking, stay: Stay | None, away: tuple[AwayTerms, ...] = ()) -> Individual:
    """A placement bought singly, with its stay as it was or is expected to be; None before arrival."""
    prices, elements = prices_of(one)
    route = cast(Literal["own", "framework", "spot"], one.route if one.route in ("own", "framework") else "spot")
    ref, provider = refs.booking(one.pk), refs.organisation(one.provider_id)
    agreed = stage_of(one)
    named = agreed.name if agreed else ""
    placement = IndividualPlacement(ref, stay, provider, prices, route, named, away) if stay else None
    return Individual(ref, refs.place(one.place_id), _about(one), one.starts_on, placement, elements, agreed)


def _not_arrived(one: Booking) -> tuple[date, NotCharged]:
    words = f"The child was to arrive on {in_words(one.starts_on)} and no arrival is recorded. Record it or cancel."
    return one.starts_on, NotCharged(_about(one), words)


def _not_accepted(contract: BlockContractRow, on: date) -> Iterable[tuple[date, NotCharged]]:
    """Lines follow the rules that the host agreed; that a party has not accepted them must not go unseen."""
    for row in standing_versions(contract, on):
        names = [one.authority for one in consents_of(contract, on) if one.rules_key == row.key and not one.accepted_at]
        if names and row.starts_on <= on:
            words = (
                f"{nice_list(names)} {'has' if len(names) == 1 else 'have'} not accepted version {row.version} of the rules,"
                f" in force from {in_words(row.starts_on)}. Lines follow it; ask for an answer."
            )
            yield row.starts_on, NotCharged(contract.name, words)


def _place_elsewhere(one: Booking) -> tuple[date, NotCharged]:
    words = (
        "The booking is part of a block that does not have this place. Add the place to the block, or mend the booking."
    )
    return one.arrived_on or one.starts_on, NotCharged(_about(one), words)


def _about(one: Booking) -> str:
    return f"{one.child_ref} at {one.home.name}"


def _partners(partnership: Partnership) -> dict[str, str]:
    members = partnership.memberships.select_related("organisation")
    return {refs.organisation(one.organisation_id): one.organisation.name for one in members}


def _names(host: Organisation, contracts: list[BlockContractRow], bookings: list[Booking]) -> dict[str, str]:
    """Words for every ref a reason or a problem may show."""
    names = {refs.organisation(host.pk): host.name}
    for contract in contracts:
        names[refs.block(contract.pk)] = contract.name
        names[refs.organisation(contract.provider_id)] = contract.provider.name
        names |= {refs.organisation(one.organisation_id): one.organisation.name for one in contract.parties.all()}
        for row in contract.block_places.all():
            names[refs.place(row.place_id)] = f"{row.place.label} at {row.place.home.name}"
            if row.nominated:
                names[refs.organisation(row.nominated.pk)] = row.nominated.name
    for one in bookings:
        names[refs.booking(one.pk)] = _about(one)
        names[refs.place(one.place_id)] = f"{one.place.label} at {one.home.name}"
        names[refs.organisation(one.authority_id)] = one.authority.name
    return names


def _homes(contracts: list[BlockContractRow], bookings: list[Booking]) -> dict[str, str]:
    rows = [row for contract in contracts for row in contract.block_places.all()]
    blocks = {refs.place(row.place_id): row.place.home.name for row in rows}
    return blocks | {refs.place(one.place_id): one.home.name for one in bookings}

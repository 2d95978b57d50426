"""Nights of a block as its records have them now: with whose children, and on how many a place was open to a child.

A place is open from the day on which it can take a child until it leaves the block, but for nights on which its provider
closes it. Each night counts once, whoever pays for it and by whatever rule: shared empty nights are on every sharer's
line and a guarantee's are on none, so lines cannot be counted. A child's nights are those of the authority that pays for
them, also where it took over from another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from nearhome.market.models import Occupancy
from nearhome.people.models import Organisation
from nearhome.placements.models import Booking
from nearhome.procurement.models import BlockContract as BlockContractRow
from nearhome.settlement.calculations.nights import PROVIDER, NightSpan, Stay, Unavailable
from nearhome.settlement.calculations.place_nights import block_nights
from nearhome.settlement.models import Charge
from nearhome.settlement.queries import refs
from nearhome.settlement.queries.agreed import funders_of
from nearhome.settlement.queries.periods import month_of
from nearhome.settlement.queries.records import closed_by, place_of_block

WITH_CHILD = ("occupied", "absent")


@dataclass(frozen=True, slots=True)
class BlockNights:
    """Nights with a child by month and authority's name, and nights open by month, as far as the reader may see them."""

    lived: dict[tuple[date, str], int]
    available: dict[date, int]


def nights_of_block(contract: BlockContractRow, months: Iterable[date]) -> BlockNights:
    """Of each month, by its first day. A place whose records contradict each other counts no nights: it is not charged."""
    lived: dict[tuple[date, str], int] = defaultdict(int)
    available: dict[date, int] = defaultdict(int)
    stays = _stays(contract)
    names = _names(
        {stay.funder_on(day) for stay in stays for day in (stay.arrived_on, *(at for at, _ in stay.funders))}
    )
    for month, span in _spans(contract, stays, tuple(months)):
        if span.kind in WITH_CHILD:
            lived[month, names[span.bearer]] += span.nights
        if span.kind in (*WITH_CHILD, "empty") or (span.kind == "unavailable" and span.bearer != PROVIDER):
            available[month] += span.nights
    return BlockNights(dict(lived), dict(available))


def _spans(
    contract: BlockContractRow, stays: tuple[Stay, ...], months: tuple[date, ...]
) -> Iterator[tuple[date, NightSpan]]:
    closed = _closures(contract)
    for row in contract.block_places.select_related("place"):
        place = place_of_block(contract, row, (), tuple(closed[row.place_id]))
        here = [stay for stay in stays if stay.place_ref == refs.place(row.place_id)]
        try:
            yield from [(month, span) for month in months for span in block_nights(place, here, month_of(month))]
        except ValueError:  # two stays hold it on one night: listed with the month, charged to nobody
            continue


def _stays(contract: BlockContractRow) -> tuple[Stay, ...]:
    rows = Booking.objects.filter(block_contract=contract, arrived_on__isnull=False, cancelled_at__isnull=True)
    return tuple(
        Stay(
            refs.booking(one.pk), "", refs.organisation(one.authority_id), refs.place(one.place_id),
            one.arrived_on, one.departed_on, funders_of(one),
        )
        for one in rows.prefetch_related("funders")
        if one.arrived_on
    )  # fmt: skip


def _closures(contract: BlockContractRow) -> dict[int, list[Unavailable]]:
    found: dict[int, list[Unavailable]] = defaultdict(list)
    rows = Occupancy.objects.filter(
        place__block_place__contract=contract, freed_at__isnull=True, kind=Occupancy.Kind.CLOSURE
    )
    for row in rows.order_by("id"):
        found[row.place_id].append(
            Unavailable(refs.place(row.place_id), row.days.lower, row.days.upper, closed_by(row))
        )
    return found


def _names(authorities: set[str]) -> dict[str, str]:
    rows = Organisation.objects.filter(pk__in=[refs.number(one) for one in authorities])
    return {refs.organisation(row.pk): row.name for row in rows}


def nights_taken_over(payer_id: int, contract: BlockContractRow) -> dict[date, int]:
    """Nights that a payer took over from the authority which keeps the stay's records: as the lines due from it say."""
    lines = Charge.objects.filter(payer=payer_id, contract=contract, booking__isnull=False, element="")
    nights: dict[tuple[date, int], set[int]] = defaultdict(set)
    pence: dict[tuple[date, int], int] = defaultdict(int)
    for line in lines.exclude(booking__in=Booking.objects.filter(authority=payer_id)):
        about = line.about_month, line.booking_id or 0
        pence[about] += line.pence
        nights[about] |= set(range(line.starts_on.toordinal(), line.ends_before.toordinal()))
    found: dict[date, int] = defaultdict(int)
    for about, each in nights.items():
        found[about[0]] += len(each) if pence[about] > 0 else 0
    return found

"""A block's rows as the frozen input of calculations; read while acting for somebody who may see the block."""

from datetime import date, timedelta

from nearhome.procurement.calculations.blocks.capacity import ReadyPlace, Step, payable_steps, ready_steps, standing
from nearhome.procurement.calculations.blocks.commitment import Nomination
from nearhome.procurement.calculations.blocks.fees import Fee, fee_on
from nearhome.procurement.models import (
    BlockAdjustment,
    BlockBenchmark,
    BlockCapacity,
    BlockContract,
    BlockFee,
    BlockNomination,
    BlockPlace,
    BlockPrice,
    BlockTerms,
)


def latest_terms(contract: BlockContract) -> BlockTerms | None:
    """The version of the terms that stands; None before any was set."""
    return BlockTerms.objects.filter(contract=contract).order_by("-version").first()


def contracted_steps(contract: BlockContract, *, as_first_contracted: bool = False) -> tuple[Step, ...]:
    """Contracted beds as versions that stand; without adjustments if asked for as first contracted.

    A block without versions has a bed for every place from the day it is payable.
    """
    rows = BlockCapacity.objects.filter(contract=contract)
    if as_first_contracted:
        rows = rows.filter(adjustment__isnull=True)
    steps = standing(Step(row.starts_on, row.beds, row.pk) for row in rows)
    return steps or ready_steps(ready_places(contract))


def has_capacities(contract: BlockContract) -> bool:
    """Whether contracted beds are on record."""
    return BlockCapacity.objects.filter(contract=contract).exists()


def ready_places(contract: BlockContract) -> list[ReadyPlace]:
    """The block's places; payable from the day on record, which is never before the contract's first."""
    found = []
    for row in BlockPlace.objects.filter(contract=contract):
        opens = max(row.available_from, contract.starts_on) if row.available_from else None
        ends = min((day for day in (row.ends_before, contract.ends_before) if day), default=None)
        found.append(ReadyPlace(str(row.pk), opens, opens, ends))
    return found


def payable(contract: BlockContract, today: date) -> tuple[Step, ...]:
    """Beds to be paid for: as they were ready up to today, as contracted after it."""
    return payable_steps(contracted_steps(contract), ready_steps(ready_places(contract)), today + timedelta(days=1))


def fees_of(contract: BlockContract) -> tuple[Fee, ...]:
    """The fees in order of their days. Where no fee was recorded, a weekly price is a price per bed.

    Once a fee has a variable part, later prices are only what the month's bill charges, and are passed over.
    """
    recorded = [Fee(row.starts_on, row.fixed_pence, row.variable_pence, row.guaranteed_bp) for row in BlockFee.objects.filter(contract=contract)]  # fmt: skip
    recorded.sort(key=lambda fee: fee.starts_on)
    days = {fee.starts_on for fee in recorded}
    for price in BlockPrice.objects.filter(contract=contract).order_by("starts_on"):
        in_force = fee_on(recorded, price.starts_on)
        if price.starts_on not in days and not (in_force and in_force.variable_pence):
            recorded.append(Fee(price.starts_on, price.weekly_price_pence))
            recorded.sort(key=lambda fee: fee.starts_on)
    return tuple(recorded)


def billed_price_on(contract: BlockContract, day: date) -> int | None:
    """What the month's bill charges for a bed by the week on a day; None if nothing is set."""
    rows = BlockPrice.objects.filter(contract=contract, starts_on__lte=day).order_by("-starts_on")
    row = rows.first()
    return row.weekly_price_pence if row else None


def nominations_of(contract: BlockContract) -> tuple[Nomination, ...]:
    """First calls by authority, by name."""
    rows = BlockNomination.objects.filter(contract=contract).select_related("authority").order_by("starts_on", "pk")
    return tuple(Nomination(row.authority.name, row.starts_on, row.places) for row in rows)


def weights_of(contract: BlockContract) -> tuple[tuple[str, int], ...]:
    """Each party's share of what is nominated to nobody, by name; empty where the parties are not shown, to a provider."""
    rows = contract.parties.select_related("organisation").order_by("organisation__name")
    return tuple((row.organisation.name, row.weight) for row in rows)


def benchmark_on(contract: BlockContract, day: date) -> BlockBenchmark | None:
    """The spot price in force on a day; the buyers' own."""
    rows = BlockBenchmark.objects.filter(contract=contract, starts_on__lte=day)
    return rows.order_by("-starts_on").first()


def granted_change_bp(contract: BlockContract) -> int:
    """Basis points of the original value of all changes granted so far."""
    rows = BlockAdjustment.objects.filter(contract=contract, answers__side="host", answers__agrees=True)
    return sum(row.change_bp or 0 for row in rows.distinct())

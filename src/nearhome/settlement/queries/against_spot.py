"""Blocks held against what spot would have cost: a host sees every party's part, a party its own."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median_low
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from nearhome.people.models import Organisation
from nearhome.placements.calculations.dates import add_months
from nearhome.procurement.models import BlockBenchmark, BlockContract, CallOff
from nearhome.settlement.calculations.budgets.against_spot import AgainstSpot, Benchmark, Line, Part, against_spot
from nearhome.settlement.calculations.charges import LEAD_COST, VARIABLE
from nearhome.settlement.models import Charge, Month, SpotBenchmark
from nearhome.settlement.permissions.budgets import require_can_see_budgets
from nearhome.settlement.queries.block_nights import BlockNights, nights_of_block, nights_taken_over
from nearhome.settlement.queries.service_lines import contract_row, contracts_of

FEWEST_CALL_OFFS = 3
TYPED, HOSTS, CONTRACT, MEDIAN, NONE = "typed", "hosts", "contract", "median", "none"


@dataclass(frozen=True, slots=True)
class HeldTo:
    """What one month is held against, weekly pence, and where it comes from. None: there is nothing to hold it against."""

    month: date
    weekly_pence: int | None
    source: str
    how: str


@dataclass(frozen=True, slots=True)
class BlockAgainstSpot:
    """One block against spot, as far as the person's authority may see it."""

    contract: BlockContract
    is_host: bool
    held: tuple[HeldTo, ...]
    compared: AgainstSpot

    @property
    def key(self) -> UUID:
        return self.contract.key

    @property
    def empty_months(self) -> int:
        return sum(one.is_empty for one in self.compared.months)


@dataclass(frozen=True, slots=True)
class AllBlocks:
    """Every block that the authority hosts or uses; the lead's costs that belong to no one block are counted in."""

    blocks: tuple[BlockAgainstSpot, ...]
    lead_pence: int
    total: Line
    authorities: tuple[tuple[str, Line], ...]


def blocks_against_spot(person: Any) -> AllBlocks:
    """All blocks with something posted. Raises PermissionDenied for another role."""
    require_can_see_budgets(person)
    blocks = tuple(one for row in contracts_of(person) if (one := _held(person, row)).compared.months)
    lead = _lead_costs(person.organisation_id)
    by_name: dict[str, list[Line]] = defaultdict(list)
    for block in blocks:
        for name, line in block.compared.authorities:
            by_name[name].append(line)
    for name, pence in lead.items():
        by_name[name].append(Line(0, pence, 0))
    authorities = tuple((name, _summed(by_name[name])) for name in sorted(by_name))
    return AllBlocks(blocks, sum(lead.values()), _summed(line for _, line in authorities), authorities)


def block_against_spot(person: Any, key: UUID) -> BlockAgainstSpot:
    """One block; a block of others does not exist for the person."""
    return _held(person, contract_row(person, key))


def _held(person: Any, contract: BlockContract) -> BlockAgainstSpot:
    is_host = contract.host_id == person.organisation_id
    money = _money(person, contract, is_host)
    nights = nights_of_block(contract, sorted({month for month, _ in money} | _months_out(contract)))
    lived = nights.lived if is_host else _own_nights(person.organisation, contract, nights)
    parts = [
        Part(month, name, lived.get((month, name), 0), *money.get((month, name), (0, 0)))
        for month, name in sorted({*money, *lived})
    ]
    held = _benchmarks(person.organisation_id, contract, sorted({part.month for part in parts}))
    benchmarks = [Benchmark(one.month, one.weekly_pence) for one in held]
    compared = against_spot(parts, benchmarks, nights.available if is_host else {})
    return BlockAgainstSpot(contract, is_host, held, compared)


def _own_nights(own: Organisation, contract: BlockContract, nights: BlockNights) -> dict[tuple[date, str], int]:
    """What a party may read of them: nights that it pays for itself, of its own children or taken over from another."""
    taken_over = nights_taken_over(own.pk, contract)
    months = {month for month, name in nights.lived if name == own.name} | set(taken_over)
    return {(month, own.name): nights.lived.get((month, own.name), 0) + taken_over.get(month, 0) for month in months}


def _money(person: Any, contract: BlockContract, is_host: bool) -> dict[tuple[date, str], tuple[int, int]]:
    """Money as posted, by the month it is about and who pays: all of it, and what of it goes by nights with a child."""
    mine = Q() if is_host else Q(payer=person.organisation_id)
    rows = Charge.objects.filter(mine, contract=contract).values_list("about_month", "payer__name")
    found = rows.annotate(
        paid=Coalesce(Sum("pence"), 0),
        variable=Coalesce(Sum("pence", filter=Q(kind=VARIABLE) | Q(element=VARIABLE)), 0),
    )
    return {(month, name): (paid, variable) for month, name, paid, variable in found}


def _months_out(contract: BlockContract) -> set[date]:
    """First days of the months posted in which somebody paid for the block, as far as may be read."""
    return set(Charge.objects.filter(contract=contract).values_list("about_month", flat=True))


@dataclass(frozen=True, slots=True)
class _Said:
    """A figure that somebody gave: from which day, pence by the week, from where, and by whom in a word."""

    starts_on: date
    weekly_pence: int
    source: str
    how: str


def _benchmarks(authority_id: int, contract: BlockContract, months: list[date]) -> tuple[HeldTo, ...]:
    """What each month is held against: one's own figure, else the host's, else that of the block's terms, else the
    median of one's own spot call-offs."""
    said = _said(authority_id, contract)
    spot = _spot_prices(authority_id, contract, months)
    return tuple(_held_to(month, said, spot) for month in months)


def _said(authority_id: int, contract: BlockContract) -> tuple[tuple[_Said, ...], ...]:
    """Figures that were given, in the order in which they count; of each kind the earliest first."""
    typed = list(SpotBenchmark.objects.filter(contract=contract).order_by("starts_on", "id"))
    terms = BlockBenchmark.objects.filter(contract=contract).order_by("starts_on", "id")

    def of(number: int, how: str) -> tuple[_Said, ...]:
        rows = (row for row in typed if row.authority_id == number)
        return tuple(_Said(row.starts_on, row.weekly_price_pence, row.source, how) for row in rows)

    # A block may begin within a month: its first figure counts for all of that month.
    in_terms = tuple(
        _Said(row.starts_on if at else row.starts_on.replace(day=1), row.weekly_pence, row.source, CONTRACT)
        for at, row in enumerate(terms)
    )
    return of(authority_id, TYPED), of(contract.host_id, HOSTS), in_terms


def _held_to(month: date, said: Iterable[tuple[_Said, ...]], spot: list[tuple[date, int]]) -> HeldTo:
    for rows in said:
        one = next((one for one in reversed(rows) if one.starts_on <= month), None)
        if one:
            return HeldTo(month, one.weekly_pence, one.source, one.how)
    before = add_months(month, 1)
    prices = [pence for day, pence in spot if add_months(before, -12) <= day < before]
    if len(prices) < FEWEST_CALL_OFFS:
        return HeldTo(month, None, f"Fewer than {FEWEST_CALL_OFFS} spot call-offs in the 12 months before", NONE)
    return HeldTo(month, median_low(prices), f"Median of {len(prices)} spot call-offs of the last 12 months", MEDIAN)


def _spot_prices(authority_id: int, contract: BlockContract, months: list[date]) -> list[tuple[date, int]]:
    """First day and weekly price of the authority's own spot call-offs, for the kinds of home that are in the block."""
    if not months:
        return []
    kinds = contract.block_places.values("place__home__registration__kind")
    rows = CallOff.objects.filter(
        authority=authority_id, route="spot", cancelled_at__isnull=True, registration__kind__in=kinds,
        starts_on__gte=add_months(months[0], -11), starts_on__lt=add_months(months[-1], 1),
    )  # fmt: skip
    return list(rows.values_list("starts_on", "weekly_price_pence"))


def _lead_costs(organisation_id: int) -> dict[str, int]:
    """What parties paid for a lead's own work that belongs to no one block."""
    rows = Charge.objects.filter(Q(payer=organisation_id) | Q(host=organisation_id), kind=LEAD_COST, contract=None)
    return dict(rows.values_list("payer__name").annotate(sum=Sum("pence")))


def _summed(lines: Iterable[Line]) -> Line:
    """Lines added up; where one cannot be held against spot, the sum cannot."""
    lines = tuple(lines)
    spots = [line.spot_pence for line in lines if line.spot_pence is not None]
    nights, paid = sum(line.child_nights for line in lines), sum(line.paid_pence for line in lines)
    return Line(nights, paid, sum(spots) if len(spots) == len(lines) else None)


def some_month_open() -> bool:
    """Whether any month that was worked out is not closed yet, so that figures may still change."""
    return Month.objects.filter(worked_out_at__isnull=False).exclude(state=Month.State.CLOSED).exists()

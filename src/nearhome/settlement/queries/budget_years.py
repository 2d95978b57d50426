"""An authority's financial year: each service line's budget, what was posted, what is committed, and why they differ."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from nearhome.placements.calculations.pence import NIGHTS_IN_A_WEEK
from nearhome.settlement.calculations.budgets.lines import KINDS, OTHER, Bought, kind_of
from nearhome.settlement.calculations.budgets.outlook import Expected, MonthOutlook, Outlook, outlook
from nearhome.settlement.calculations.budgets.phasing import months_of_year
from nearhome.settlement.calculations.budgets.variance import Compared, Variance, explained
from nearhome.settlement.calculations.charges import MONEY_ONLY
from nearhome.settlement.calculations.charges import Charge as Line
from nearhome.settlement.calculations.funding import ONE_OFFS, part_of
from nearhome.settlement.calculations.moved_nights import LATE
from nearhome.settlement.calculations.nights import Period
from nearhome.settlement.models import Budget, Charge, ExpectedPlacements, Month, ServiceLine
from nearhome.settlement.permissions.budgets import require_can_see_budgets
from nearhome.settlement.queries import refs
from nearhome.settlement.queries.commitments import Ahead, Live, ahead_of
from nearhome.settlement.queries.due import NotCharged
from nearhome.settlement.queries.service_lines import Sorting, latest_budgets, lines_of, parts_by_kind

Made = Outlook | MonthOutlook  # what is made of posted, committed and assumed: a year or a month


@dataclass(frozen=True, slots=True)
class KindYear:
    """One kind of provision in a line's year: weeks and pence, budgeted and as they are forecast."""

    kind: str
    words: str
    budgeted_weeks: Decimal
    budgeted_pence: int
    nights: int
    pence: int


@dataclass(frozen=True, slots=True)
class Cost:
    """One live placement: what it still comes to by the end of the year, beyond the months posted."""

    live: Live
    pence: int


@dataclass(frozen=True, slots=True)
class LineYear:
    """One service line's year. `line` None: what no rule sends to any line."""

    line: ServiceLine | None
    budget: Budget | None
    outlook: Outlook
    kinds: tuple[KindYear, ...]
    variance: Variance | None
    costs: tuple[Cost, ...]

    @property
    def key(self) -> UUID | None:
        return self.line.key if self.line else None

    @property
    def name(self) -> str:
        return self.line.name if self.line else "In no line"


@dataclass(frozen=True, slots=True)
class Year:
    """All lines of an authority's financial year, and what could not be priced."""

    year: int
    posted: tuple[date, ...]
    lines: tuple[LineYear, ...]
    problems: tuple[NotCharged, ...]


@dataclass
class _Sums:
    """What is added up for one line: pence by month, nights and pence by kind, pence still to come by placement."""

    actual: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    committed: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    assumed: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    nights: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    pence: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    by_stay: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def year_of_lines(person: Any, year: int, *, today: date) -> Year:
    """Work a financial year out as it stands today. Raises PermissionDenied for another role."""
    require_can_see_budgets(person)
    months = months_of_year(year)
    ahead = ahead_of(person.organisation, since=months[0].starts_on, before=months[-1].ends_before, today=today)
    sums: dict[int | None, _Sums] = defaultdict(_Sums)
    sorting = Sorting(person.organisation_id)
    posted = _posted_months(months[0].starts_on, months[-1].ends_before)
    _add_posted(person.organisation_id, set(posted), sorting, sums)
    problems: dict[str, NotCharged] = {}  # one for each thing, of the first month it is wrong in
    for month in months:
        lines, found = ahead.due(month)
        if month.starts_on not in posted:
            problems = {one.about: one for one in found} | problems
        _add_due(lines, month.starts_on, month.starts_on in posted, _Sorted(ahead, sorting), sums)
    _add_assumed(person.organisation_id, [one for one in months if one.starts_on not in posted], sums)
    budgets, firsts = latest_budgets(person.organisation_id, year), [one.starts_on for one in months]
    live = {one.ref: one for one in ahead.live}
    rows = [_line_year(line, budgets.get(line.pk), sums[line.pk], firsts, posted, live) for line in lines_of(person)]
    if sums.get(None):
        rows.append(_line_year(None, None, sums[None], firsts, posted, live))
    return Year(year, posted, tuple(rows), tuple(problems.values()))


def _posted_months(first: date, before: date) -> tuple[date, ...]:
    """Months of the year that were worked out, so that their charges stand."""
    rows = Month.objects.filter(starts_on__gte=first, starts_on__lt=before, worked_out_at__isnull=False)
    return tuple(sorted(set(rows.values_list("starts_on", flat=True))))


@dataclass(frozen=True, slots=True)
class _Sorted:
    ahead: Ahead
    sorting: Sorting

    def line(self, one: Line) -> int | None:
        return self.sorting.line(
            Bought(
                one.starts_on.replace(day=1),
                one.contract_ref if _is_block(one) else "",
                self._route(one),
                self.ahead.home_kinds.get(one.place_ref, ""),
            )
        )

    def kind(self, one: Line) -> str:
        has_child, is_nights = one.stay_ref is not None, one.kind not in MONEY_ONLY
        if part_of(one.element) == ONE_OFFS:
            return OTHER
        return kind_of(in_block=_is_block(one), has_child=has_child, route=self._route(one), is_nights=is_nights)

    def _route(self, one: Line) -> str:
        return "block" if _is_block(one) else self.ahead.routes.get(one.stay_ref or "", "")


def _is_block(one: Line) -> bool:
    """Whether a line is a block's: not the lead's own work, nor a placement bought singly that another funder pays."""
    return one.contract_ref.startswith("block-")


def _add_due(lines: Iterable[Line], month: date, is_posted: bool, by: _Sorted, sums: dict[int | None, _Sums]) -> None:
    """Nights as the records have them; money only for months that were not posted."""
    for one in lines:
        kind, into = by.kind(one), sums[by.line(one)]
        into.nights[kind] += one.nights
        if not is_posted:
            into.committed[month] += one.pence
            into.pence[kind] += one.pence
            into.by_stay[one.stay_ref or ""] += one.pence


def _add_posted(authority_id: int, posted: set[date], sorting: Sorting, sums: dict[int | None, _Sums]) -> None:
    """Money as it was posted, corrections with the month they are about."""
    rows = Charge.objects.filter(payer=authority_id, about_month__in=posted).values_list(
        "about_month", "contract_id", "booking_id", "booking__route", "place__home__kind", "kind", "element", "pence"
    )
    for about, contract, booking, route, home_kind, kind, element, pence in rows.iterator(chunk_size=2000):
        way = "block" if contract else (route or "")
        ref = refs.block(contract) if contract else ""
        into = sums[sorting.line(Bought(about, ref, way, home_kind or ""))]
        nights = kind not in MONEY_ONLY or kind in LATE
        counted = kind_of(in_block=bool(contract), has_child=bool(booking), route=way, is_nights=nights)
        into.actual[about] += pence
        into.pence[OTHER if part_of(element) == ONE_OFFS else counted] += pence


def _add_assumed(authority_id: int, months: list[Period], sums: dict[int | None, _Sums]) -> None:
    """What a finance officer has said to count on in months that were not posted."""
    for row in ExpectedPlacements.objects.filter(authority=authority_id, withdrawn_at__isnull=True):
        one, into = Expected(row.children, row.starts_on, row.ends_before, row.weekly_price_pence), sums[row.line_id]
        for month in months:
            into.assumed[month.starts_on] += one.pence_in(month)
            into.pence[row.kind] += one.pence_in(month)
            into.nights[row.kind] += one.nights_in(month)


def _line_year(
    line: ServiceLine | None, budget: Budget | None, sums: _Sums, firsts: list[date], posted: tuple[date, ...],
    live: dict[str, Live],
) -> LineYear:  # fmt: skip
    phased = dict(zip(firsts, budget.months_pence, strict=True)) if budget else {}
    kinds = _kinds(budget, sums)
    costs = [Cost(live[ref], pence) for ref, pence in sums.by_stay.items() if ref in live]
    return LineYear(
        line, budget, outlook(firsts, phased, sums.actual, sums.committed, posted, sums.assumed), kinds,
        _variance(kinds) if budget else None,
        tuple(sorted(costs, key=lambda one: (-one.pence, one.live.ref))),
    )  # fmt: skip


def _kinds(budget: Budget | None, sums: _Sums) -> tuple[KindYear, ...]:
    parts = parts_by_kind(budget)
    known = [kind for kind in KINDS if kind in parts or sums.nights.get(kind) or sums.pence.get(kind)]
    return tuple(
        KindYear(kind, KINDS[kind], *parts[kind], sums.nights.get(kind, 0), sums.pence.get(kind, 0)) for kind in known
    )


def _variance(kinds: tuple[KindYear, ...]) -> Variance:
    return explained(
        Compared(
            one.kind,
            Fraction(one.budgeted_weeks) * NIGHTS_IN_A_WEEK,
            one.budgeted_pence,
            Fraction(one.nights),
            one.pence,
        )
        for one in kinds
    )

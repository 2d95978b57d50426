"""An authority's service lines, what goes to each, and the versions of its budgets."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.http import Http404

from nearhome.market.models import KINDS as HOME_KINDS
from nearhome.placements.calculations.pence import nearest_penny
from nearhome.procurement.models import BlockContract
from nearhome.settlement.calculations.budgets.lines import KINDS, Bought, Rule, line_of
from nearhome.settlement.calculations.budgets.phasing import APRIL, MONTHS, Phasing, months_of_year, year_of
from nearhome.settlement.models import Budget, ExpectedPlacements, LineRule, ServiceLine
from nearhome.settlement.permissions.budgets import require_can_see_budgets
from nearhome.settlement.queries import refs

__all__ = [
    "APRIL",
    "HOME_KINDS",
    "KINDS",
    "MONTHS",
    "ExpectedPlacements",
    "Mapped",
    "NewBudget",
    "Part",
    "months_of_year",
    "year_of",
]

ROUTES = {
    "own": "The authority’s own provision",
    "block": "Block contracts",
    "framework": "Frameworks",
    "spot": "Spot purchase",
}
PHASINGS = {"equal": "In twelve equal parts", "days": "By the days of each month", "typed": "As typed for each month"}
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Mapped:
    """What is to go to a line from a month on; "" and None mean any."""

    starts_on: date
    contract: BlockContract | None = None
    route: str = ""
    home_kind: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Weeks of one kind of provision at a weekly price; for money without nights, `money` pence and no weeks."""

    kind: str
    weeks: Decimal = Decimal(0)
    weekly_price_pence: int = 0
    money: int = 0

    @property
    def pence(self) -> int:
        """What the part comes to, to the nearest penny."""
        return nearest_penny(Fraction(self.weeks) * self.weekly_price_pence) + self.money


@dataclass(frozen=True, slots=True)
class NewBudget:
    """A budget for a year, as it is to be set."""

    parts: tuple[Part, ...]
    phasing: Phasing
    reason: str
    months: tuple[int, ...] = ()

    @property
    def pence(self) -> int:
        return sum(part.pence for part in self.parts)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a budget, as it is listed."""

    version: int
    pence: int
    phasing: str
    reason: str
    set_at: datetime
    set_by: str


@dataclass(frozen=True, slots=True)
class NewExpected:
    """Placements to be assumed; `ends_before` is the day after the last night."""

    kind: str
    children: int
    starts_on: date
    ends_before: date
    weekly_price_pence: int
    reason: str


def expected_of(line: ServiceLine) -> tuple[ExpectedPlacements, ...]:
    """The assumptions that stand for a line."""
    return tuple(ExpectedPlacements.objects.filter(line=line, withdrawn_at__isnull=True))


def expected_row(person: Any, key: UUID) -> ExpectedPlacements:
    """One of the authority's own assumptions; another's does not exist for them."""
    require_can_see_budgets(person)
    rows = ExpectedPlacements.objects.filter(authority=person.organisation_id).select_related("line")
    row = rows.filter(key=key).first()
    if row is None:
        raise Http404
    return row


def line_row(person: Any, key: UUID) -> ServiceLine:
    """One of the authority's own service lines; another's does not exist for them."""
    require_can_see_budgets(person)
    row = ServiceLine.objects.filter(authority=person.organisation_id, key=key).first()
    if row is None:
        raise Http404
    return row


def lines_of(person: Any) -> tuple[ServiceLine, ...]:
    """The authority's service lines by name."""
    require_can_see_budgets(person)
    return tuple(ServiceLine.objects.filter(authority=person.organisation_id).select_related("authority"))


def latest_budgets(authority_id: int, year: int) -> dict[int, Budget]:
    """The budget that stands for each line: its latest version."""
    rows = Budget.objects.filter(authority=authority_id, year=year).prefetch_related("parts").order_by("version")
    return {row.line_id: row for row in rows}


def latest_version(line: ServiceLine, year: int) -> Budget | None:
    """The budget of a line that stands, None before there is one."""
    return Budget.objects.filter(line=line, year=year).prefetch_related("parts").order_by("-version").first()


def versions_of(line: ServiceLine, year: int) -> tuple[VersionLine, ...]:
    """Every version of a line's budget, newest first."""
    rows = Budget.objects.filter(line=line, year=year).order_by("-version")
    return tuple(VersionLine(one.version, one.pence, one.phasing, one.reason, one.set_at, one.set_by) for one in rows)


def rules_of(line: ServiceLine) -> tuple[tuple[date, str, str], ...]:
    """What goes to a line: from when, in words, who said so."""
    rows = LineRule.objects.filter(line=line).select_related("contract").order_by("starts_on", "id")
    return tuple((row.starts_on, rule_in_words(row), row.recorded_by) for row in rows)


def rule_in_words(row: LineRule) -> str:
    """Block contracts, only children's homes; or everything that no other rule names."""
    kinds = dict(HOME_KINDS)
    parts = [
        f"the contract “{row.contract}”" if row.contract else "",
        ROUTES.get(row.route, row.route).lower(),
        kinds.get(row.home_kind, row.home_kind).lower(),
    ]
    return ", ".join(part for part in parts if part).capitalize() or "Everything that no other rule names"


def contracts_of(person: Any) -> tuple[BlockContract, ...]:
    """Block contracts that the authority hosts or may use."""
    require_can_see_budgets(person)
    return tuple(BlockContract.objects.select_related("host", "provider").order_by("name", "id"))


def contract_row(person: Any, key: UUID) -> BlockContract:
    """One of them; a block of others does not exist for the person."""
    require_can_see_budgets(person)
    row = BlockContract.objects.select_related("host", "provider").filter(key=key).first()
    if row is None:
        raise Http404
    return row


class Sorting:
    """Which of an authority's lines a charge goes to; each question is answered once."""

    def __init__(self, authority_id: int) -> None:
        rows = LineRule.objects.filter(authority=authority_id).order_by("id")
        self._rules = tuple(
            Rule(
                row.line_id,
                row.starts_on,
                refs.block(row.contract_id) if row.contract_id else "",
                row.route,
                row.home_kind,
            )
            for row in rows
        )
        self._known: dict[Bought, int | None] = {}

    def line(self, bought: Bought) -> int | None:
        """The number of the line; None where no rule fits."""
        if bought not in self._known:
            self._known[bought] = line_of(self._rules, bought)
        return self._known[bought]


def parts_by_kind(budget: Budget | None) -> dict[str, tuple[Decimal, int]]:
    """Weeks and pence budgeted for each kind."""
    found: dict[str, tuple[Decimal, int]] = defaultdict(lambda: (Decimal(0), 0))
    rows: Iterable[Any] = budget.parts.all() if budget else ()
    for row in rows:
        found[row.kind] = (row.weeks, row.pence)
    return found

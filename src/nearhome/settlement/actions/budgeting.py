"""Service lines, what goes to them, their budgets, and what blocks are held against. Nothing that was set is changed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.procurement.models import BlockContract
from nearhome.settlement.calculations.budgets.phasing import phased
from nearhome.settlement.models import Budget, BudgetPart, LineRule, ServiceLine, SpotBenchmark
from nearhome.settlement.permissions.budgets import require_can_set_benchmarks, require_can_set_budgets
from nearhome.settlement.queries import periods
from nearhome.settlement.queries.service_lines import (
    FIRST_YEAR,
    LAST_YEAR,
    Mapped,
    NewBudget,
    latest_version,
    rule_in_words,
)

_LOCK = 20_260_041  # an authority's budgets change one at a time, so that a double click changes them once
MOST_PENCE = 10**14


@dataclass(frozen=True, slots=True)
class HeldAgainst:
    """What a child's week costs bought singly, from a month on, and where the figure comes from."""

    starts_on: date
    weekly_price_pence: int
    source: str


@transaction.atomic
def add_service_line(*, name: str, mapped: Mapped, by: Any, now: datetime) -> ServiceLine:
    """Name a line and say what goes to it. The same name asked for again is the same line.

    Raises PermissionDenied, or ValidationError where the name is empty or the month is not the first of one.
    """
    require_can_set_budgets(by)
    _one_at_a_time(by.organisation_id)
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise ValidationError("Give the line a name of at most 120 characters.")
    line = ServiceLine.objects.filter(authority=by.organisation_id, name__iexact=name).first()
    if line is None:
        line = ServiceLine.objects.create(authority_id=by.organisation_id, name=name, added_at=now)
        record("service_line.added", f"The service line {name} was added.", about=line, by=by, at=now, thread=line.key)
    _map(line, mapped, by, now)
    return line


@transaction.atomic
def map_to_line(*, line: ServiceLine, mapped: Mapped, by: Any, now: datetime) -> LineRule:
    """Say what else goes to a line. The same rule is kept once."""
    require_can_set_budgets(by)
    _require_own(line.authority_id, by)
    _one_at_a_time(by.organisation_id)
    return _map(line, mapped, by, now)


@transaction.atomic
def set_budget(*, line: ServiceLine, year: int, budget: NewBudget, version: int, by: Any, now: datetime) -> Budget:
    """Set a line's budget for a year as its next version. `version`: the one on the screen, 0 before the first.

    Raises PermissionDenied, ChangedMeanwhile where somebody set another, ValidationError with the mend. The same budget
    twice is one version.
    """
    require_can_set_budgets(by)
    _require_own(line.authority_id, by)
    _one_at_a_time(by.organisation_id)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(f"Choose a financial year from {FIRST_YEAR} to {LAST_YEAR}.")
    months = _months(budget, year)
    stands = latest_version(line, year)
    if stands and _is_same(stands, budget, months):
        return stands
    if (stands.version if stands else 0) != version:
        raise ChangedMeanwhile("This budget")
    row = Budget.objects.create(
        authority_id=by.organisation_id, line=line, year=year, version=version + 1, pence=budget.pence,
        phasing=budget.phasing, months_pence=list(months), reason=budget.reason.strip(), set_at=now, set_by=str(by),
    )  # fmt: skip
    BudgetPart.objects.bulk_create(
        BudgetPart(
            authority_id=by.organisation_id, budget=row, kind=part.kind, weeks=part.weeks,
            weekly_price_pence=part.weekly_price_pence, pence=part.pence,
        )
        for part in budget.parts
    )  # fmt: skip
    words = f"The budget of {line} for {_year(year)} was set to {wording.money(row.pence)}, version {row.version}."
    record("budget.set", words, about=row, by=by, at=now, thread=line.key)
    return row


@transaction.atomic
def set_benchmark(*, contract: BlockContract, held: HeldAgainst, by: Any, now: datetime) -> SpotBenchmark:
    """Say what a block is held against from a month on. Parties to the block read what its host says.

    Raises PermissionDenied or ValidationError. The same again is kept once; a correction is a new row, and the last counts.
    """
    require_can_set_benchmarks(by)
    _one_at_a_time(by.organisation_id)
    _require_first(held.starts_on)
    if not 0 < held.weekly_price_pence < MOST_PENCE:
        raise ValidationError("Enter what a child’s week costs by spot purchase, above £0.00.")
    if not held.source.strip():
        raise ValidationError("Say where the figure comes from, so that others can judge it.")
    values = {"weekly_price_pence": held.weekly_price_pence, "source": held.source.strip()}
    mine = SpotBenchmark.objects.filter(authority=by.organisation_id, contract=contract, starts_on=held.starts_on)
    latest = mine.order_by("-id").first()
    if latest and all(getattr(latest, name) == value for name, value in values.items()):
        return latest
    row = SpotBenchmark.objects.create(
        authority_id=by.organisation_id, contract=contract, starts_on=held.starts_on, recorded_at=now,
        recorded_by=str(by), **values,
    )  # fmt: skip
    since = periods.in_words(held.starts_on)
    words = f"{contract} is held against a spot price of {wording.weekly(row.weekly_price_pence)} from {since}."
    record("spot_benchmark.set", words, about=row, by=by, at=now, thread=contract.key)
    return row


def _map(line: ServiceLine, mapped: Mapped, by: Any, now: datetime) -> LineRule:
    _require_first(mapped.starts_on)
    wanted = {
        "starts_on": mapped.starts_on, "contract": mapped.contract, "route": mapped.route,
        "home_kind": mapped.home_kind,
    }  # fmt: skip
    latest = LineRule.objects.filter(authority=by.organisation_id, **wanted).order_by("-id").first()
    if latest and latest.line_id == line.pk:
        return latest
    row = LineRule.objects.create(
        authority_id=by.organisation_id, line=line, recorded_at=now, recorded_by=str(by), **wanted
    )
    words = f"To {line} from {periods.in_words(mapped.starts_on)}: {rule_in_words(row)}."
    record("service_line.mapped", words, about=line, by=by, at=now, thread=line.key)
    return row


def _months(budget: NewBudget, year: int) -> tuple[int, ...]:
    if not budget.reason.strip():
        raise ValidationError("Say why the budget is what it is.")
    if any(part.pence < 0 or part.weeks < 0 for part in budget.parts) or budget.pence > MOST_PENCE:
        raise ValidationError("A budget is £0.00 or more for each kind, and weeks are 0 or more.")
    try:
        return phased(budget.pence, year, budget.phasing, budget.months)
    except ValueError as fault:
        raise ValidationError(str(fault)) from None


def _is_same(stands: Budget, budget: NewBudget, months: tuple[int, ...]) -> bool:
    kept = {(one.kind, one.weeks, one.weekly_price_pence, one.pence) for one in stands.parts.all()}
    asked = {(one.kind, one.weeks, one.weekly_price_pence, one.pence) for one in budget.parts}
    same_words = (stands.reason, stands.phasing) == (budget.reason.strip(), budget.phasing)
    return kept == asked and same_words and tuple(stands.months_pence) == months


def _require_own(authority_id: int, by: Any) -> None:
    if authority_id != by.organisation_id:
        raise ValidationError("A budget is set by the authority whose line it is.")


def _require_first(starts_on: date) -> None:
    if starts_on.day != 1:
        raise ValidationError("Choose the first day of a month: charges run by the month.")


def _one_at_a_time(authority_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, authority_id])


def _year(year: int) -> str:
    return periods.financial_year(date(year, 4, 1))

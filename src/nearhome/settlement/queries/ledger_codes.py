"""An authority's ledger codes, and what its budgets bore in a month by code."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.http import Http404

from nearhome.settlement.calculations.funding import part_of
from nearhome.settlement.models import BudgetEntry, LedgerCode, Month
from nearhome.settlement.permissions.funding import require_can_set_funding
from nearhome.settlement.queries import periods
from nearhome.settlement.queries.stay_money import ELEMENT_WORDS, FUNDER_WORDS, element_in_words


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code as it is listed."""

    element: str
    funder: str
    code: str
    starts_on: date
    recorded_by: str


@dataclass(frozen=True, slots=True)
class MonthShares:
    """A month's entries: sums by ledger code, and each entry."""

    month: Month
    name: str
    sums: tuple[tuple[str, str, str, int], ...]
    entries: tuple[tuple[str, date, str, str, str, int, str], ...]

    @property
    def pence(self) -> int:
        """All of them together: what the authority was charged with the month."""
        return sum(one[3] for one in self.sums)


def codes_of(person: Any) -> tuple[CodeLine, ...]:
    """Every code the authority set, newest first."""
    require_can_set_funding(person)
    rows = LedgerCode.objects.filter(authority=person.organisation_id).select_related("recorded_by")
    return tuple(
        CodeLine(
            ELEMENT_WORDS.get(row.element, "Every element without its own"), FUNDER_WORDS[row.funder], row.code,
            row.starts_on, row.recorded_by.name,
        )
        for row in rows.order_by("-starts_on", "-pk")
    )  # fmt: skip


def months_shared(person: Any) -> tuple[tuple[UUID, str, str, int], ...]:
    """Months in which entries were posted, newest first: key, name, financial year, what they come to."""
    require_can_set_funding(person)
    rows = BudgetEntry.objects.filter(authority=person.organisation_id).values_list("month__key", "month__starts_on")
    found = rows.annotate(sum=Sum("pence")).order_by("-month__starts_on")
    return tuple((key, periods.in_words(first), periods.financial_year(first), pence) for key, first, pence in found)


def month_shares(person: Any, key: UUID) -> MonthShares:
    """One month's entries of the person's authority; a month without any does not exist for them."""
    require_can_set_funding(person)
    rows = BudgetEntry.objects.filter(authority=person.organisation_id, month__key=key).select_related("month")
    found = list(rows.order_by("about_month", "child_ref", "id"))
    if not found:
        raise Http404
    sums: dict[tuple[str, str, str], int] = {}
    for row in found:
        where = row.ledger_code, FUNDER_WORDS[row.funder], ELEMENT_WORDS[part_of(row.element)]
        sums[where] = sums.get(where, 0) + row.pence
    entries = (
        (row.child_ref, row.about_month, element_in_words(row.element), FUNDER_WORDS[row.funder], row.ledger_code,
         row.pence, row.words)
        for row in found
    )  # fmt: skip
    month = found[0].month
    by_code = tuple((*where, pence) for where, pence in sorted(sums.items()))
    return MonthShares(month, periods.in_words(month.starts_on), by_code, tuple(entries))

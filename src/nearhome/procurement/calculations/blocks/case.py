"""A block with the totals printed about it, added up whole: what the page and the command line both show."""

from dataclasses import dataclass
from fractions import Fraction

from nearhome.procurement.calculations.blocks.capacity import months_after
from nearhome.procurement.calculations.blocks.commitment import Commitment, Terms, commitment, full_term_pence
from nearhome.procurement.calculations.blocks.spot_comparison import SpotComparison, against_spot
from nearhome.procurement.calculations.blocks.stated_total import Check, Computed, Stated, check_total

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Case:
    """A block to be added up. `occupancy` is a share from 0 to 1; `spot_pence` by the week; `stated` are printed totals."""

    name: str
    terms: Terms
    occupancy: Fraction = Fraction(1)
    spot_pence: int | None = None
    stated: tuple[Stated, ...] = ()


@dataclass(frozen=True, slots=True)
class Worked:
    """The commitment, the totals a printed one can be held against, the checks, and the first fee beside spot."""

    commitment: Commitment
    most_beds: int
    computed: tuple[Computed, ...]
    checks: tuple[Check, ...]
    spot: SpotComparison | None


def worked(case: Case) -> Worked:
    """Add a case up. Raises ValueError with the mend where its terms cannot be."""
    found = commitment(case.terms, case.occupancy)
    first = min(case.terms.fees, key=lambda fee: fee.starts_on)
    most_beds = max((step.beds for step in case.terms.payable), default=0)
    totals = (*_full(case.terms, first.fixed_pence + first.variable_pence, most_beds), *_as_asked(case, found))
    return Worked(
        found, most_beds, totals, tuple(check_total(one, totals) for one in case.stated),
        against_spot(first, case.spot_pence, case.occupancy) if case.spot_pence is not None else None,
    )  # fmt: skip


def _full(terms: Terms, weekly_pence: int, beds: int) -> list[Computed]:
    """Every bed from the first day at the first fee: a year, the years of 365 days, and the true days of the term."""
    days = (terms.ends_before - terms.starts_on).days
    years = next((n for n in range(1, 61) if months_after(terms.starts_on, 12 * n) == terms.ends_before), None)
    told = "bed" if beds == 1 else "beds"
    found = [
        Computed(f"{beds} {told} for one year of {YEAR_DAYS} days", full_term_pence(weekly_pence, beds, YEAR_DAYS))
    ]
    if years and years > 1:
        pence = full_term_pence(weekly_pence, beds, YEAR_DAYS * years)
        found.append(Computed(f"{beds} {told} for {years} full years of {YEAR_DAYS} days", pence))
    pence = full_term_pence(weekly_pence, beds, days)
    found.append(Computed(f"{beds} {told} for the {days:,} days of the term, leap days included", pence))
    return found


def _as_asked(case: Case, found: Commitment) -> list[Computed]:
    rises = f", {case.terms.indexation_bp / 100:g}% a year added" if case.terms.indexation_bp else ""
    return [Computed(f"the term with its beds as they open{rises}", found.pence)]

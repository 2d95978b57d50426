"""What a block on record commits to, with the assumptions somebody chose on its page."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.core.exceptions import ValidationError

from nearhome.procurement.calculations.amount_words import pounds_in_words
from nearhome.procurement.calculations.blocks.capacity import Step, standing
from nearhome.procurement.calculations.blocks.case import Case, Worked, worked
from nearhome.procurement.calculations.blocks.changes import Verdict, change_bp, may_change
from nearhome.procurement.calculations.blocks.commitment import Terms, commitment
from nearhome.procurement.calculations.blocks.stated_total import read_total
from nearhome.procurement.models import BlockContract, BlockTerms
from nearhome.procurement.queries import block_records as records

WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Assumed:
    """Basis points: beds occupied, and the rise on each anniversary (None: as the terms say). `stated`: as printed."""

    occupancy_bp: int = WHOLE_BP
    indexation_bp: int | None = None
    stated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A block added up, what it was added up from, and who may see which part."""

    case: Case
    worked: Worked


def what_is_missing(contract: BlockContract) -> str:
    """What must be known before a block can be added up, as a sentence; empty if nothing."""
    lacks = []
    if contract.ends_before is None:
        lacks.append("the end of its term")
    if not records.fees_of(contract):
        lacks.append("its fee")
    if not records.contracted_steps(contract):
        lacks.append("its beds")
    if not lacks:
        return ""
    listed = lacks[0] if len(lacks) == 1 else f"{', '.join(lacks[:-1])} and {lacks[-1]}"
    verb = "is" if len(lacks) == 1 and lacks[0] != "its beds" else "are"
    return f"What this block commits to can be added up once {listed} {verb} on record."


def usual_indexation_bp(terms: BlockTerms | None) -> int:
    """The rise the terms foresee: the fixed rate, or the cap, which is the most it can come to."""
    return terms.indexation_bp if terms and terms.indexation != "none" else 0


def commitment_of(contract: BlockContract, assumed: Assumed, today: date) -> Shown:
    """The block added up over its term. Raises ValidationError with the mend where it cannot be."""
    if missing := what_is_missing(contract):
        raise ValidationError(missing)
    terms = records.latest_terms(contract)
    rise = usual_indexation_bp(terms) if assumed.indexation_bp is None else assumed.indexation_bp
    spot = records.benchmark_on(contract, max(today, contract.starts_on))
    try:
        case = Case(
            contract.name, _terms(contract, records.payable(contract, today), rise, terms),
            Fraction(assumed.occupancy_bp, WHOLE_BP), spot.weekly_pence if spot else None,
            tuple(read_total(text) for text in assumed.stated),
        )  # fmt: skip
        return Shown(case, worked(case))
    except ValueError as refused:
        raise ValidationError(str(refused)) from None


def words_of_total(found: Worked) -> str:
    """The total in words, as a contract writes it beside the figures."""
    return pounds_in_words(found.commitment.pence)


def _terms(contract: BlockContract, payable: tuple[Step, ...], rise: int, terms: BlockTerms | None) -> Terms:
    assert contract.ends_before is not None
    breaks = tuple(
        day for day in (terms.break_dates if terms else ()) if contract.starts_on < day < contract.ends_before
    )
    return Terms(
        contract.starts_on, contract.ends_before, payable, records.fees_of(contract), rise, breaks,
        records.nominations_of(contract), records.weights_of(contract),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeOfValue:
    """What other beds change: pence over the term, up or down, and basis points of the original value."""

    pence: int
    bp: int


def change_of_value(contract: BlockContract, starts_on: date, beds: int) -> ChangeOfValue | None:
    """What other beds from a day change about the block's value; None if it cannot be priced."""
    original = records.contracted_steps(contract, as_first_contracted=True)
    if contract.ends_before is None or not records.fees_of(contract) or not original:
        return None
    now = records.contracted_steps(contract)
    after = standing((*now, Step(starts_on, beds, max(step.number for step in now) + 1)))
    first, before, then = (commitment(_terms(contract, steps, 0, None)).pence for steps in (original, now, after))
    return ChangeOfValue(then - before, change_bp(before, then, first)) if first else None


def verdict_on(contract: BlockContract, regime: str, ground: str, this_bp: int | None) -> Verdict:
    """Whether a change may be made under the block's regime. Raises ValidationError with the mend."""
    if this_bp is None and regime != "PA23" and ground != "review_clause":
        raise ValidationError(
            "A change under PCR 2015 is held against the original value. Record the beds, the fee and the end of the term first."
        )
    try:
        return may_change(regime, ground, this_bp or 0, records.granted_change_bp(contract))
    except ValueError as refused:
        raise ValidationError(str(refused)) from None

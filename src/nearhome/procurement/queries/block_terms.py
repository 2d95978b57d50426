"""Holding what somebody wants to record against the arithmetic, with the mend where it cannot be."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError

from nearhome.procurement.calculations.blocks.capacity import MOST_BEDS, Step, beds_on, ramp, standing
from nearhome.procurement.calculations.blocks.fees import Fee
from nearhome.procurement.models import BlockContract
from nearhome.procurement.queries.block_records import contracted_steps, latest_terms

MOST_STEPS = 24


def ramp_of_months(contract: BlockContract, by_month: Sequence[tuple[int, int]]) -> tuple[Step, ...]:
    """Beds in all by month as versions within the term. Raises ValidationError with the mend."""
    months = [month for month, _ in by_month]
    if not by_month or len(by_month) > MOST_STEPS or months != sorted(set(months)) or months[0] < 0:
        raise ValidationError(f"The months must rise from 0 or more, like 12, 18, 24; at most {MOST_STEPS} of them.")
    if any(not 1 <= beds <= MOST_BEDS for _, beds in by_month):
        raise ValidationError(f"The beds in all are 1 to {MOST_BEDS:,} for each month.")
    terms = latest_terms(contract)
    if terms and months[0] > terms.mobilisation_months:
        raise ValidationError(
            f"The first beds open after {months[0]} months, and the terms allow {terms.mobilisation_months} months to"
            " mobilise. Enter an earlier month, or set the terms anew."
        )
    try:
        steps = ramp(contract.starts_on, by_month)
    except (ValueError, OverflowError):
        raise ValidationError("Those months lie too far away.") from None
    if contract.ends_before and steps[-1].starts_on >= contract.ends_before:
        raise ValidationError("The last beds open after the term has ended. Enter earlier months.")
    return steps


def require_fee(starts_on: date, fixed_pence: int, variable_pence: int, guaranteed_bp: int) -> Fee:
    """The fee. Raises ValidationError if it is none, below 0 or absurd, or guarantees nothing."""
    try:
        fee = Fee(starts_on, fixed_pence, variable_pence, guaranteed_bp)
    except ValueError as refused:
        raise ValidationError(str(refused)) from None
    if guaranteed_bp and not variable_pence:
        raise ValidationError("A guarantee is a share of the variable fee. Give a variable fee, or no guarantee.")
    return fee


def contracted_on(contract: BlockContract, day: date) -> int:
    """Contracted beds on a day."""
    return beds_on(standing(contracted_steps(contract)), day)

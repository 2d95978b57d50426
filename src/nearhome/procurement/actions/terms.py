"""What every contract is held to when it is written."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.design import wording


def require_in_order(starts_on: date, ends_before: date | None) -> None:
    if ends_before is not None and ends_before <= starts_on:
        raise ValidationError(f"The end must be after {wording.date(starts_on)}. Choose a later day.")


def require_price(pence: int) -> None:
    if pence <= 0:
        raise ValidationError("A weekly price is more than £0.00. Give the price in pence.")


def same_as_kept(kept: Any, what: str, **wanted: Any) -> Any:
    """What was recorded before, if it says the same; otherwise a clear refusal."""
    if any(getattr(kept, name) != value for name, value in wanted.items()):
        raise ValidationError(f"{what} is already recorded with other terms. Give it another name or day.")
    return kept

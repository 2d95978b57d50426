"""What every contract is held to when it is written."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.design import wording
from nearhome.procurement.calculations.frameworks.terms import form_problem, term_problem
from nearhome.procurement.models import Framework
from nearhome.procurement.queries.frameworks import terms_of


@dataclass(frozen=True, slots=True)
class TermException:
    """Why a framework may run past the longest term of its law, who asked for it and who else approved it."""

    words: str
    asked_by_id: int | None
    approved_by_id: int | None
    approved_by: str


def require_lawful(framework: Framework, ends_before: date | None, exception: TermException | None = None) -> bool:
    """Hold a framework to its form and its longest term, by whatever path its end is set. True if an exception was needed.

    Raises ValidationError: a form its law does not know; an end past its limit without words that somebody else approved.
    """
    problem = form_problem(framework.regime, framework.form, light_touch=framework.light_touch)
    if problem:
        raise ValidationError(problem)
    problem = term_problem(terms_of(framework), ends_before)
    if not problem:
        return False
    if exception is None or not exception.words.strip():
        raise ValidationError(problem)
    if exception.approved_by_id is None or exception.approved_by_id == exception.asked_by_id:
        raise ValidationError(f"{problem} Somebody other than who asked for it must approve an exception.")
    return True


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

"""What an extension without competition is held to: the law its framework was let under, and what its ground allows."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.procurement.calculations.frameworks.terms import term_problem
from nearhome.procurement.models import Framework
from nearhome.procurement.queries.frameworks import terms_of
from nearhome.tendering.calculations.award.direct import Cumulative, value_problem
from nearhome.tendering.models import Procurement
from nearhome.tendering.queries.direct_awards import grounds_for


def require_same_law(locked: Procurement, framework: Framework) -> None:
    """An agreement is changed under the law it was let under. Raises ValidationError otherwise."""
    if locked.regime != framework.regime:
        raise ValidationError(
            f"{framework.name} was let under the {framework.get_regime_display()}, so it is extended under that law,"
            f" not under the {locked.get_regime_display()}. Begin a procurement under that law."
        )


def extension_past_its_term(
    locked: Procurement, framework: Framework, reasons: Any, sums: Cumulative, ends_before: date
) -> str:
    """The longest term it would run past, in a sentence; empty if it stays within.

    Raises ValidationError: another law, more than the ground is worth, or past the term without a ground that may and
    words that say why.
    """
    require_same_law(locked, framework)
    ground = next(one for one in grounds_for(locked.regime, to_extend=True) if one.id == reasons.ground)
    original = framework.estimated_value_pence or reasons.original_value_pence
    problem = value_problem(ground, sums, reasons.value_pence, original)
    if problem:
        raise ValidationError(problem)
    past = term_problem(terms_of(framework), ends_before)
    if past and not ground.may_pass_the_term:
        raise ValidationError(f"{past} This ground does not let it go on for longer.")
    if past and not reasons.exception.strip():
        raise ValidationError(f"{past} If it must go on for longer, say why: the exception is approved with the award.")
    return past

"""What the forms of a block begin with: what is on record."""

from typing import Any

from nearhome.procurement.models import BlockContract
from nearhome.procurement.queries.block_records import contracted_steps, has_capacities, latest_terms

_KEPT = (
    "regime", "reference", "mobilisation_months", "indexation", "notice_days", "first_refusal_days", "extension_months",
    "break_dates", "adjustment_dates",
)  # fmt: skip


def terms_as_recorded(contract: BlockContract) -> tuple[int, dict[str, Any]]:
    """(version, values): the terms that stand; version 0 and nothing before any."""
    terms = latest_terms(contract)
    if terms is None:
        return 0, {}
    return terms.version, {name: getattr(terms, name) for name in _KEPT} | {
        "indexation_bp": terms.indexation_bp or None
    }


def ramp_as_recorded(contract: BlockContract) -> dict[str, Any]:
    """Months after the start and beds, where all beds begin on such a month's day."""
    if not has_capacities(contract):
        return {}
    first, steps = contract.starts_on, contracted_steps(contract)
    months = tuple((step.starts_on.year - first.year) * 12 + step.starts_on.month - first.month for step in steps)
    return {"months": months, "beds": tuple(step.beds for step in steps)}

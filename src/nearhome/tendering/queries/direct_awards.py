"""What a direct award needs to know: its grounds, the frameworks that could go on, what was awarded directly before."""

from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from nearhome.design import wording
from nearhome.market.models import Registration
from nearhome.procurement.models import Framework
from nearhome.tendering.calculations.award.direct import (
    Cumulative,
    Ground,
    cumulative,
    grounds_from_rows,
    threshold_on,
    thresholds_from_rows,
)
from nearhome.tendering.models import Award, Procurement
from nearhome.tendering.reference.award_rules import read_award_rules
from nearhome.tendering.states import ProcurementState

_REGISTERED_AS = {"foster": "fostering_agency"}
_STANDING = (ProcurementState.RECOMMENDED, ProcurementState.APPROVED, ProcurementState.CONTRACTED)


def grounds_for(regime: str, *, to_extend: bool) -> tuple[Ground, ...]:
    """The grounds of a regime; for an extension only those that let a running agreement change."""
    every = grounds_from_rows(read_award_rules()["ground"])
    return tuple(one for one in every if regime in one.regimes and (one.is_for_extensions or not to_extend))


def framework_choices(procurement: Procurement) -> list[tuple[str, str]]:
    """Frameworks of the lead, of the same kind, that have an end, with their last day."""
    return [
        (str(row.key), f"{row.name}, which ends on {wording.date(row.ends_before - timedelta(days=1))}")
        for row in _frameworks(procurement)
        if row.ends_before
    ]


def _frameworks(procurement: Procurement) -> QuerySet[Framework]:
    rows = Framework.objects.filter(lead_id=procurement.lead_id, kind=procurement.kind, ends_before__isnull=False)
    return rows.order_by("name", "pk")


def framework_to_extend(procurement: Procurement, key: UUID) -> Framework:
    """One of them. Raises ValidationError if it is none."""
    found = _frameworks(procurement).filter(key=key).first()
    if found is None:
        raise ValidationError("Choose a framework that your authority leads and that has an end.")
    return found


def registration_named(procurement: Procurement, urn: str) -> Registration:
    """The establishment of that number. Raises ValidationError if there is none, it is closed or of another kind."""
    found = Registration.objects.select_related("provider").filter(urn__iexact=urn.strip()).first()
    if found is None:
        raise ValidationError(f"There is no establishment with the number {urn.strip()} in the register.")
    if found.closed_on is not None:
        raise ValidationError(f"{found} is closed, so nothing can be bought from it.")
    if found.kind != _REGISTERED_AS.get(procurement.kind, procurement.kind):
        raise ValidationError(
            f"{found} is registered as {found.get_kind_display().lower()}: another kind than is bought here."
        )
    return found


def added_up(
    procurement: Procurement, value_pence: int, *, framework: Framework | None = None, provider_id: int | None = None
) -> Cumulative:
    """This value with all direct awards before it for the same framework, or to the same provider."""
    rows = Award.objects.filter(is_direct=True, procurement__lead_id=procurement.lead_id)
    if framework is not None:
        rows = rows.filter(extension__framework=framework)
    else:
        rows = rows.filter(lines__provider_id=provider_id)
    newest = rows.exclude(procurement=procurement).filter(procurement__state__in=_STANDING).exclude(is_approved=False)
    values = dict(newest.order_by("recommended_at", "pk").values_list("procurement_id", "value_pence"))
    threshold = threshold_on(
        thresholds_from_rows(read_award_rules()["threshold"]), procurement.regime,
        is_light_touch=procurement.light_touch, on=_began_on(procurement, framework),
    )  # fmt: skip
    return cumulative((value or 0 for value in values.values()), value_pence, threshold)


def _began_on(procurement: Procurement, framework: Framework | None) -> date:
    """An agreement of the older regulations began when it was let; everything else when this case was opened."""
    if framework is not None and procurement.regime == Procurement.Regime.PCR2015:
        return framework.starts_on
    return procurement.made_at.astimezone(wording.LONDON).date()


def ground_choices(regime: str, *, to_extend: bool) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Grounds to choose from, and what is to be minded with each, its source and how far to trust it."""
    grounds = grounds_for(regime, to_extend=to_extend)
    return [(one.id, one.words) for one in grounds], {one.id: _hint(one) for one in grounds}


def _hint(ground: Ground) -> str:
    doubt = " Not verified: your legal approver must be sure of it." if ground.standing == "unverified" else ""
    return f"{ground.hint} Source: {ground.source}.{doubt}".strip()


def is_preparing(procurement: Procurement) -> bool:
    """Whether nothing has been tendered or awarded yet."""
    return procurement.state == ProcurementState.PREPARING


def is_open(procurement: Procurement) -> bool:
    """Whether it can still be given up."""
    return procurement.state not in (ProcurementState.CONTRACTED, ProcurementState.ABANDONED)


def buys_block(procurement: Procurement) -> bool:
    """Whether places are bought, not a framework to call off from."""
    return procurement.buys == Procurement.Buys.BLOCK

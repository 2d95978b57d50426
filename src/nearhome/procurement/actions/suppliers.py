"""Admitting suppliers, moving them between tiers, suspending them and taking them back, passing a home on."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.market.models import Registration
from nearhome.procurement.actions.terms import same_as_kept
from nearhome.procurement.calculations.frameworks.reopening import newcomer_problem
from nearhome.procurement.models import (
    Framework,
    FrameworkSupplier,
    RateLine,
    SupplierTransfer,
    Suspension,
    TierMove,
)
from nearhome.procurement.permissions import require_leads
from nearhome.procurement.queries.frameworks import parties_of, windows_of
from nearhome.procurement.queries.standing import holding, suspended_among, tier_on

REGISTERED_AS = {"foster": "fostering_agency"}


@dataclass(frozen=True, slots=True)
class Passing:
    """A home that passes to another provider: to which registration, on which day, with its rates or not, by whose consent."""

    registration: Registration
    passes_on: date
    keeps_rates: bool
    consent_words: str


@transaction.atomic
def admit_supplier(
    *,
    framework: Framework,
    registration: Registration,
    tier: int,
    admitted_from: date | None = None,
    by: Any,
    now: datetime,
) -> FrameworkSupplier:
    """Admit a registration to a tier; from the start of the framework, or from a day on which it takes newcomers."""
    require_leads(by, framework.lead_id)
    kept = _kept(framework, registration, tier)
    if kept:
        return kept
    if admitted_from is not None and admitted_from > framework.starts_on:
        problem = newcomer_problem(framework.form, windows_of(framework), admitted_from)
        if problem:
            raise ValidationError(problem)
    return admit(framework, registration, tier, admitted_from, by=by, now=now)


def _kept(framework: Framework, registration: Registration, tier: int) -> FrameworkSupplier | None:
    kept = FrameworkSupplier.objects.filter(framework=framework, registration=registration, ends_before=None).first()
    return same_as_kept(kept, registration.name, tier=tier) if kept else None


@transaction.atomic
def admit(
    framework: Framework, registration: Registration, tier: int, admitted_from: date | None, *, by: Any, now: datetime
) -> FrameworkSupplier:
    """Write the admission down; whoever calls has found that it may be."""
    if tier < 1:
        raise ValidationError("A tier is 1 or more. Give the number of the tier.")
    if registration.kind != REGISTERED_AS.get(framework.kind, framework.kind):
        kind = framework.get_kind_display().lower()
        raise ValidationError(f"{registration} is registered for something else. This framework is for: {kind}.")
    if framework.ends_before and (admitted_from or framework.starts_on) >= framework.ends_before:
        raise ValidationError("The framework is over by that day. Choose an earlier day.")
    provider = registration.provider
    supplier = FrameworkSupplier.objects.create(
        framework=framework, registration=registration, provider=provider, tier=tier, admitted_from=admitted_from
    )
    words = f"{registration} of {provider} was admitted to tier {tier} of {framework.name}."
    _note("framework.supplier_admitted", words, supplier, by, now)
    return supplier


@transaction.atomic
def move_to_tier(
    *, supplier: FrameworkSupplier, tier: int, starts_on: date, words: str, by: Any, now: datetime
) -> TierMove:
    """Put a supplier into another tier from a day, with the reason. What was called off before stays as it was."""
    require_leads(by, supplier.framework.lead_id)
    if tier < 1:
        raise ValidationError("A tier is 1 or more. Give the number of the tier.")
    _require_not_past(starts_on, now, "A move between tiers")
    _require_words(words, "Say why it moves.")
    kept = TierMove.objects.filter(supplier=supplier, starts_on=starts_on).first()
    if kept:
        return same_as_kept(kept, f"The tier from {wording.date(starts_on)}", tier=tier)
    standing = FrameworkSupplier.objects.annotate(tier_now=tier_on(starts_on)).get(pk=supplier.pk)
    if standing.tier_now == tier:
        raise ValidationError(f"It stands in tier {tier} on that day already. Choose another tier or day.")
    move = TierMove.objects.create(
        supplier=supplier, tier=tier, starts_on=starts_on, words=words.strip(), by_name=str(by), at=now
    )
    said = f"{supplier.registration} moves to tier {tier} from {wording.date(starts_on)}."
    _note("framework.tier_moved", said, supplier, by, now)
    return move


@transaction.atomic
def suspend_supplier(
    *,
    supplier: FrameworkSupplier,
    starts_on: date,
    ground: str,
    words: str,
    ends_before: date | None = None,
    by: Any,
    now: datetime,
) -> Suspension:
    """Offer a supplier no placements from a day; until a day, or until it is taken back. Children who live there stay."""
    require_leads(by, supplier.framework.lead_id)
    _require_not_past(starts_on, now, "A suspension")
    if ground not in Suspension.Ground.values:
        raise ValidationError("Choose why it is suspended.")
    _require_words(words, "Say what happened. The provider reads it.")
    if ends_before is not None and ends_before <= starts_on:
        raise ValidationError(f"The return must be after {wording.date(starts_on)}. Choose a later day.")
    locked = FrameworkSupplier.objects.select_for_update(of=("self",)).get(pk=supplier.pk)
    rows = Suspension.objects.filter(supplier=locked).exclude(ends_before__lte=starts_on)
    rows = rows.filter(starts_on__lt=ends_before) if ends_before else rows
    kept = rows.order_by("starts_on").first()
    if kept:
        terms = {"starts_on": starts_on, "ground": ground, "ends_before": ends_before}
        return same_as_kept(kept, "A suspension of these days", **terms)
    made = Suspension.objects.create(
        supplier=supplier, starts_on=starts_on, ends_before=ends_before, ground=ground, words=words.strip(),
        by_name=str(by), at=now,
    )  # fmt: skip
    said = f"{supplier.registration} is offered no placements from {wording.date(starts_on)}: {made.get_ground_display().lower()}."
    _note("framework.suspended", said, supplier, by, now)
    return made


@transaction.atomic
def return_supplier(*, suspension: Suspension, returns_on: date, words: str, by: Any, now: datetime) -> Suspension:
    """End a suspension: from this day the supplier may be offered placements again."""
    supplier = suspension.supplier
    require_leads(by, supplier.framework.lead_id)
    locked = Suspension.objects.select_for_update(of=("self",)).get(pk=suspension.pk)
    if locked.ends_before is not None:
        return same_as_kept(locked, "The return", ends_before=returns_on)
    _require_not_past(returns_on, now, "A return")
    if returns_on < locked.starts_on:
        raise ValidationError(f"The return is before the suspension. Choose {wording.date(locked.starts_on)} or later.")
    _require_words(words, "Say what changed.")
    locked.ends_before, locked.return_words, locked.returned_by_name = returns_on, words.strip(), str(by)
    locked.save(update_fields=["ends_before", "return_words", "returned_by_name"])
    said = f"{supplier.registration} may be offered placements again from {wording.date(returns_on)}."
    _note("framework.returned", said, supplier, by, now)
    return locked


@transaction.atomic
def transfer_supplier(*, supplier: FrameworkSupplier, passing: Passing, by: Any, now: datetime) -> SupplierTransfer:
    """Pass an admission on to another provider. The old one ends; the new one begins, with the same rates if so agreed.

    Placements called off before keep their terms. The old provider's prices stay its own.
    """
    require_leads(by, supplier.framework.lead_id)
    locked = FrameworkSupplier.objects.select_for_update(of=("self",)).get(pk=supplier.pk)
    kept = SupplierTransfer.objects.filter(supplier=locked).first()
    if kept:
        return same_as_kept(kept, f"The transfer of {supplier.registration}", passes_on=passing.passes_on)
    _require_passes(locked, passing, now)
    on = passing.passes_on
    tier = FrameworkSupplier.objects.annotate(tier_now=tier_on(on)).get(pk=locked.pk).tier_now
    locked.ends_before = on
    locked.save(update_fields=["ends_before"])
    successor = admit(supplier.framework, passing.registration, tier, on, by=by, now=now)
    _pass_rates(locked, successor, on, keeps=passing.keeps_rates)
    made = SupplierTransfer.objects.create(
        supplier=locked, successor=successor, passes_on=on, keeps_rates=passing.keeps_rates,
        consent_words=passing.consent_words.strip(), by_name=str(by), at=now,
    )  # fmt: skip
    said = f"{supplier.registration} passes from {supplier.provider} to {successor.provider} on {wording.date(on)}."
    _note("framework.transferred", said, supplier, by, now)
    return made


def _require_passes(supplier: FrameworkSupplier, passing: Passing, now: datetime) -> None:
    _require_not_past(passing.passes_on, now, "A transfer")
    _require_words(passing.consent_words, "Say who consented, when and on what conditions.")
    if passing.registration.provider_id == supplier.provider_id:
        raise ValidationError(
            "The register names the same provider. Load the register once it names the new one, or choose its new number."
        )
    if passing.registration.pk != supplier.registration_id and _kept(supplier.framework, passing.registration, 0):
        raise ValidationError("That registration is admitted already.")
    if suspended_among([supplier.pk], passing.passes_on):
        raise ValidationError("It is suspended on that day. End the suspension first, or choose a later day.")
    if RateLine.objects.filter(supplier=supplier, starts_on__gte=passing.passes_on).exists():
        raise ValidationError("One of its prices begins on or after that day. Choose a later day.")


def _pass_rates(old: FrameworkSupplier, new: FrameworkSupplier, on: date, *, keeps: bool) -> None:
    lines = list(RateLine.objects.filter(holding(on), supplier=old))
    RateLine.objects.filter(pk__in=[line.pk for line in lines]).update(ends_before=on)
    if not keeps:
        return
    for line in lines:
        line.pk, line.supplier, line.provider_id, line.starts_on = None, new, new.provider_id, on
    RateLine.objects.bulk_create(lines)


def _require_not_past(day: date, now: datetime, what: str) -> None:
    today = timezone.localdate(now, wording.LONDON)
    if day < today:
        raise ValidationError(
            f"{what} begins today or later, never in the past. Choose {wording.date(today)} or later."
        )


def _require_words(words: str, mend: str) -> None:
    if not words.strip():
        raise ValidationError(mend)


def _note(name: str, words: str, supplier: FrameworkSupplier, by: Any, now: datetime) -> None:
    framework = supplier.framework
    readers = (supplier.provider_id, *parties_of(framework))
    record(name, words, about=framework, by=by, at=now, thread=framework.key, seen_by=readers)

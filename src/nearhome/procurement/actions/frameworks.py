"""Writing frameworks, their suppliers and rates, by a commissioner of the authority that leads them.

A changed rate is a new row from a day; what was agreed before stays as it was.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.market.models import Registration
from nearhome.people.models import Organisation
from nearhome.procurement.actions.terms import require_in_order, require_price, same_as_kept
from nearhome.procurement.models import Framework, FrameworkParty, FrameworkSupplier, RateLine
from nearhome.procurement.permissions import require_commissioning, require_leads


@transaction.atomic
def make_framework(
    *,
    name: str,
    kind: str,
    starts_on: date,
    parties: Iterable[Organisation],
    ends_before: date | None = None,
    by: Any,
    now: datetime,
) -> Framework:
    """Begin a framework that the commissioner's authority leads and these authorities may call off from."""
    lead = require_commissioning(by)
    require_in_order(starts_on, ends_before)
    kept = Framework.objects.filter(lead=lead, name=name).first()
    if kept:
        return same_as_kept(kept, name, kind=kind, starts_on=starts_on, ends_before=ends_before)
    framework = Framework.objects.create(name=name, kind=kind, lead=lead, starts_on=starts_on, ends_before=ends_before)
    joined = {party.pk: party for party in (lead, *parties)}
    for party in joined.values():
        FrameworkParty.objects.create(framework=framework, organisation=party)
    words = f"{lead} made the framework {name} from {wording.date(starts_on)}."
    record("framework.made", words, about=framework, by=by, at=now, thread=framework.key, seen_by=tuple(joined))
    return framework


@transaction.atomic
def admit_supplier(
    *, framework: Framework, registration: Registration, tier: int, by: Any, now: datetime
) -> FrameworkSupplier:
    """Admit a registration to a tier of a framework."""
    require_leads(by, framework.lead_id)
    if tier < 1:
        raise ValidationError("A tier is 1 or more. Give the number of the tier.")
    kept = FrameworkSupplier.objects.filter(framework=framework, registration=registration).first()
    if kept:
        return same_as_kept(kept, registration.name, tier=tier)
    provider = registration.provider
    supplier = FrameworkSupplier.objects.create(
        framework=framework, registration=registration, provider=provider, tier=tier
    )
    words = f"{registration} of {provider} was admitted to tier {tier} of {framework.name}."
    record(
        "framework.supplier_admitted", words, about=framework, by=by, at=now, thread=framework.key,
        seen_by=(provider.pk,),
    )  # fmt: skip
    return supplier


@transaction.atomic
def set_rate_line(
    *,
    supplier: FrameworkSupplier,
    weekly_price_pence: int,
    starts_on: date,
    ages: tuple[int, int] = (0, 18),
    category: str = "standard",
    by: Any,
    now: datetime,
) -> RateLine:
    """Bind a supplier to a weekly price for ages from the first to before the second, from a day.

    The rate for the same ages and category that stood until then ends on that day.
    """
    require_leads(by, supplier.framework.lead_id)
    require_price(weekly_price_pence)
    if ages[0] >= ages[1]:
        raise ValidationError("The ages must begin below where they end, like 10 to 18.")
    band = {"supplier": supplier, "category": category, "min_age": ages[0], "before_age": ages[1]}
    kept = RateLine.objects.filter(**band, starts_on=starts_on).first()
    if kept:
        return same_as_kept(kept, "The rate", weekly_price_pence=weekly_price_pence)
    RateLine.objects.filter(**band, ends_before__isnull=True, starts_on__lt=starts_on).update(ends_before=starts_on)
    rate = RateLine.objects.create(
        **band, provider_id=supplier.provider_id, weekly_price_pence=weekly_price_pence, starts_on=starts_on
    )
    words = f"A rate of {supplier.registration} was set from {wording.date(starts_on)}."
    record(
        "framework.rate_set", words, about=supplier.framework, by=by, at=now, thread=supplier.framework.key,
        seen_by=(supplier.provider_id,),
    )  # fmt: skip
    return rate

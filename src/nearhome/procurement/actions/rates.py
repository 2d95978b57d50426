"""Setting what suppliers are bound to charge. A changed rate is a new row from a day; what was agreed before stays."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.procurement.actions.terms import require_price, same_as_kept
from nearhome.procurement.calculations.frameworks.age_bands import band_problem
from nearhome.procurement.models import FrameworkSupplier, RateLine
from nearhome.procurement.permissions import require_leads
from nearhome.procurement.queries.standing import holding

BandPrice = tuple[int, int, int]  # first age, age before which it ends, pence a week


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

    The rate for the same ages and category that stood until then ends on that day; one that begins later still does.
    Raises ValidationError for a price above one that stands for an age it covers: that rises only in an uplift round.
    """
    require_leads(by, supplier.framework.lead_id)
    require_price(weekly_price_pence)
    if ages[0] >= ages[1]:
        raise ValidationError("The ages must begin below where they end, like 10 to 18.")
    band = {"supplier": supplier, "category": category, "min_age": ages[0], "before_age": ages[1]}
    kept = RateLine.objects.filter(**band, starts_on=starts_on).first()
    if kept:
        return same_as_kept(kept, "The rate", weekly_price_pence=weekly_price_pence)
    _require_no_rise(supplier, category, (*ages, weekly_price_pence), starts_on)
    lines = RateLine.objects.filter(**band)
    until = lines.filter(starts_on__gt=starts_on).order_by("starts_on").values_list("starts_on", flat=True).first()
    lines.filter(starts_on__lt=starts_on).exclude(ends_before__lte=starts_on).update(ends_before=starts_on)
    rate = RateLine.objects.create(
        **band, provider_id=supplier.provider_id, weekly_price_pence=weekly_price_pence, starts_on=starts_on,
        ends_before=until,
    )  # fmt: skip
    _note(supplier, starts_on, by, now)
    return rate


@transaction.atomic
def set_rate_card(
    *, supplier: FrameworkSupplier, category: str, bands: Sequence[BandPrice], starts_on: date, by: Any, now: datetime
) -> list[RateLine]:
    """Set every band of a category at once, from a day: each age once, no age left out, no price above the one before.

    Bands that were cut otherwise end on that day. Raises ValidationError with the mend; nothing is written then.
    """
    require_leads(by, supplier.framework.lead_id)
    FrameworkSupplier.objects.select_for_update(of=("self",)).get(pk=supplier.pk)
    lows, befores = [low for low, _, _ in bands], [before for _, before, _ in bands]
    problem = band_problem([(low, before) for low, before, _ in bands], min(lows, default=0), max(befores, default=18))
    if problem:
        raise ValidationError(problem)
    for _, _, pence in bands:
        require_price(pence)
    rows = RateLine.objects.filter(supplier=supplier, category=category)
    same = {(row.min_age, row.before_age, row.weekly_price_pence): row for row in rows.filter(starts_on=starts_on)}
    if same and set(same) == set(bands):
        return list(same.values())
    _require_can_begin(list(rows.exclude(ends_before__lte=starts_on)), bands, starts_on)
    rows.filter(ends_before__isnull=True).update(ends_before=starts_on)
    made = RateLine.objects.bulk_create(
        RateLine(
            supplier=supplier, provider_id=supplier.provider_id, category=category, min_age=low, before_age=before,
            weekly_price_pence=pence, starts_on=starts_on,
        )
        for low, before, pence in sorted(bands)
    )  # fmt: skip
    _note(supplier, starts_on, by, now)
    return made


def _require_no_rise(supplier: FrameworkSupplier, category: str, band: BandPrice, starts_on: date) -> None:
    standing = RateLine.objects.filter(holding(starts_on), supplier=supplier, category=category)
    _require_not_dearer(list(standing), [band], starts_on)


def _require_can_begin(standing: list[RateLine], bands: Sequence[BandPrice], starts_on: date) -> None:
    later = max((row.starts_on for row in standing), default=None)
    if later is not None and later >= starts_on:
        raise ValidationError(f"A price of this category begins on {wording.date(later)}. Choose a later day.")
    _require_not_dearer(standing, bands, starts_on)


def _require_not_dearer(standing: list[RateLine], bands: Sequence[BandPrice], starts_on: date) -> None:
    for low, before, pence in bands:
        for row in standing:
            if row.weekly_price_pence < pence and row.min_age < before and low < row.before_age:
                firm = row.supplier.framework.price_firm_until
                is_firm = f" Prices are firm until {wording.date(firm)}." if firm and starts_on < firm else ""
                raise ValidationError(
                    f"Ages {low} to {before - 1} would cost more than the present {wording.weekly(row.weekly_price_pence)}."
                    f"{is_firm} A price rises only in an uplift round. Enter that price or less."
                )


def _note(supplier: FrameworkSupplier, starts_on: date, by: Any, now: datetime) -> None:
    words = f"A rate of {supplier.registration} was set from {wording.date(starts_on)}."
    record(
        "framework.rate_set", words, about=supplier.framework, by=by, at=now, thread=supplier.framework.key,
        seen_by=(supplier.provider_id,),
    )  # fmt: skip

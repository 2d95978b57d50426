"""Amounts on one day besides a weekly price, and credits. They are taken back, never edited."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.placements.models import Booking
from nearhome.settlement.models import BookingAmount
from nearhome.settlement.models.funding import RESERVED
from nearhome.settlement.permissions.funding import require_can_record_amount

MOST_PENCE = 10**10


@transaction.atomic
def record_amount(
    *, booking: Booking, name: str, on: date, pence: int, why: str, by: Any, now: datetime
) -> BookingAmount:
    """Record an amount in pence, below nought a credit; it is posted with the month of its day, or as a difference.

    The same again changes nothing. Raises ValidationError where the child has not arrived by that day or the name is a
    part of the weekly price.
    """
    require_can_record_amount(by, booking)
    kept = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    name = " ".join(name.split())
    _require_sense(kept, name, on, pence, why)
    same = kept.amounts.filter(name__iexact=name, on=on, pence=pence, withdrawn_at__isnull=True).first()
    if same:
        return same
    row = BookingAmount.objects.create(
        booking=kept, authority_id=kept.authority_id, host_id=kept.host_id, name=name, on=on, pence=pence,
        why=why.strip(), recorded_by=by, recorded_at=now,
    )  # fmt: skip
    what = "A credit" if pence < 0 else "A one-off amount"
    words = f"{what} of {wording.money(abs(pence))} on {wording.date(on)} was recorded for {kept.child_ref}."
    record("amount.recorded", words, about=row, by=by, at=now, thread=kept.thread)
    return row


@transaction.atomic
def withdraw_amount(*, amount: BookingAmount, by: Any, now: datetime) -> BookingAmount:
    """Take back an amount recorded by mistake; what was posted of it is reversed. Harmless when taken back before."""
    require_can_record_amount(by, amount.booking)
    row = BookingAmount.objects.select_for_update(of=("self",)).select_related("booking").get(pk=amount.pk)
    if row.withdrawn_at is None:
        row.withdrawn_by, row.withdrawn_at = by, now
        row.save(update_fields=["withdrawn_by", "withdrawn_at"])
        words = f"The amount of {wording.money(row.pence)} on {wording.date(row.on)} was withdrawn for {row.booking.child_ref}."
        record("amount.withdrawn", words, about=row, by=by, at=now, thread=row.booking.thread)
    return row


def _require_sense(booking: Booking, name: str, on: date, pence: int, why: str) -> None:
    if booking.cancelled_at or booking.arrived_on is None:
        raise ValidationError("No arrival is recorded for this child. Record it first.")
    if on < booking.arrived_on:
        raise ValidationError(f"The child arrived on {wording.date(booking.arrived_on)}. Choose that day or later.")
    if name.lower() in RESERVED or len(name) > 30:
        raise ValidationError(
            "Give the amount a name of its own, in at most 30 characters: not that of a part of the weekly price."
        )
    if not 0 < abs(pence) <= MOST_PENCE:
        raise ValidationError("Enter an amount of more than £0.00.")
    if not why.strip() or len(why) > 2000:
        raise ValidationError("Say why the amount is paid, in at most 2,000 characters.")

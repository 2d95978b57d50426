"""What happened in a stay that bears on money: nights away, and another authority that pays from a day."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.partnership.models import Membership
from nearhome.people.models import Organisation
from nearhome.placements.models import Booking
from nearhome.settlement.models import BookingFunder, StayAbsence
from nearhome.settlement.permissions.rules import (
    require_can_accept_funder,
    require_can_ask_funder,
    require_can_tell_of_stay,
)


@transaction.atomic
def record_absence(
    *, booking: Booking, kind: str, starts_on: date, ends_before: date | None, by: Any, now: datetime
) -> StayAbsence:
    """Say that a child who keeps its place slept elsewhere: from the first night away to the night of return.

    Harmless when the same was recorded before. Raises ValidationError where nights do not fit the stay.
    """
    require_can_tell_of_stay(by, booking)
    booking = _locked(booking)
    _require_in_stay(booking, starts_on, ends_before)
    if kind not in StayAbsence.Kind.values:
        raise ValidationError("Select where the child was: missing, in hospital, or on holiday or with family.")
    standing = list(booking.absences.filter(withdrawn_at__isnull=True))
    for one in standing:
        if (one.kind, one.starts_on, one.ends_before) == (kind, starts_on, ends_before):
            return one
        if _meet(one, starts_on, ends_before):
            raise ValidationError(f"The child is already recorded as away from {wording.date(one.starts_on)}.")
    row = StayAbsence.objects.create(
        booking=booking, authority_id=booking.authority_id, host_id=booking.host_id, kind=kind, starts_on=starts_on,
        ends_before=ends_before, recorded_by=by, recorded_at=now,
    )  # fmt: skip
    _record("absence.recorded", f"Nights away were recorded for {booking.child_ref}", row, booking, by, now)
    return row


@transaction.atomic
def end_absence(*, absence: StayAbsence, ends_before: date, by: Any, now: datetime) -> StayAbsence:
    """Say on which night the child was back."""
    require_can_tell_of_stay(by, absence.booking)
    booking = _locked(absence.booking)
    row = StayAbsence.objects.get(pk=absence.pk)
    if row.ends_before == ends_before:
        return row
    if row.withdrawn_at or row.ends_before:
        raise ValidationError("This absence has ended or was withdrawn. Withdraw it and record it as it was.")
    _require_in_stay(booking, row.starts_on, ends_before)
    others = booking.absences.filter(withdrawn_at__isnull=True).exclude(pk=row.pk)
    if any(_meet(one, row.starts_on, ends_before) for one in others):
        raise ValidationError("Another absence is recorded for some of these nights. Withdraw one of them first.")
    row.ends_before = ends_before
    row.save(update_fields=["ends_before"])
    _record("absence.ended", f"The return of {booking.child_ref} was recorded", row, booking, by, now)
    return row


@transaction.atomic
def withdraw_absence(*, absence: StayAbsence, by: Any, now: datetime) -> StayAbsence:
    """Take back an absence that was recorded by mistake. Charges follow as differences."""
    require_can_tell_of_stay(by, absence.booking)
    booking = _locked(absence.booking)
    row = StayAbsence.objects.get(pk=absence.pk)
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        _record("absence.withdrawn", f"Nights away of {booking.child_ref} were withdrawn", row, booking, by, now)
    return row


@transaction.atomic
def ask_funder(
    *, booking: Booking, funder: Organisation, starts_on: date, why: str, by: Any, now: datetime
) -> BookingFunder:
    """Ask another partner to pay for a child's nights from a day. Taking it back oneself needs nobody's acceptance."""
    require_can_ask_funder(by, booking)
    booking = _locked(booking)
    if not why.strip() or len(why) > 2000:
        raise ValidationError("Say why another authority pays, in at most 2,000 characters.")
    _require_in_stay(booking, starts_on, None)
    own = funder.pk == booking.authority_id
    if not own and not _are_partners(booking, funder, starts_on):
        raise ValidationError(f"{funder} is no partner of yours on {wording.date(starts_on)}. Choose a partner.")
    latest = booking.funders.filter(starts_on=starts_on).order_by("-pk").first()
    if latest and latest.funder_id == funder.pk:
        return latest
    row = BookingFunder.objects.create(
        booking=booking, authority_id=booking.authority_id, host_id=booking.host_id, funder=funder,
        child_ref=booking.child_ref, home_name=booking.home.name, starts_on=starts_on, why=why.strip(), recorded_by=by,
        recorded_at=now, accepted_by=by if own else None, accepted_at=now if own else None,
    )  # fmt: skip
    words = f"{funder} {'pays' if own else 'was asked to pay'} for {booking.child_ref} from {wording.date(starts_on)}"
    _record("funder.asked", words, row, booking, by, now, funder.pk)
    return row


@transaction.atomic
def accept_funder(*, asked: BookingFunder, by: Any, now: datetime) -> BookingFunder:
    """Accept to pay for a child's nights from the day asked. Harmless when accepted before."""
    require_can_accept_funder(by, asked)
    row = BookingFunder.objects.select_for_update(of=("self",)).select_related("funder").get(pk=asked.pk)
    if row.accepted_at:
        return row
    row.accepted_by, row.accepted_at = by, now
    row.save(update_fields=["accepted_by", "accepted_at"])
    words = f"{row.funder} accepted to pay for {row.child_ref} from {wording.date(row.starts_on)}."
    seen_by = tuple(sorted({row.authority_id, row.host_id or row.authority_id}))
    record("funder.accepted", words, about=row, by=by, at=now, seen_by=seen_by)
    return row


def _locked(booking: Booking) -> Booking:
    return Booking.objects.select_for_update(of=("self",)).select_related("home").get(pk=booking.pk)


def _require_in_stay(booking: Booking, starts_on: date, ends_before: date | None) -> None:
    if booking.cancelled_at or booking.arrived_on is None:
        raise ValidationError("No arrival is recorded for this child. Record it first.")
    if ends_before is not None and ends_before <= starts_on:
        raise ValidationError("The night of return is after the first night away.")
    if starts_on < booking.arrived_on:
        raise ValidationError(f"The child arrived on {wording.date(booking.arrived_on)}. Choose that day or later.")
    if booking.departed_on and max(starts_on, ends_before or starts_on) > booking.departed_on:
        raise ValidationError(f"The child left on {wording.date(booking.departed_on)}. Choose that day or earlier.")


def _meet(one: StayAbsence, starts_on: date, ends_before: date | None) -> bool:
    before = ends_before is None or one.starts_on < ends_before
    return before and (one.ends_before is None or starts_on < one.ends_before)


def _are_partners(booking: Booking, funder: Organisation, on: date) -> bool:
    in_force = Q(starts_on__lte=on) & (Q(ends_before__isnull=True) | Q(ends_before__gt=on))
    rows = Membership.objects.filter(in_force)
    mine = rows.filter(organisation_id=booking.host_id or booking.authority_id).values("partnership_id")
    return rows.filter(organisation=funder, partnership_id__in=mine).exists()


def _record(name: str, words: str, row: Any, booking: Booking, by: Any, now: datetime, *others: int) -> None:
    """Where the child was is never said: the kind of an absence is private."""
    seen_by = tuple(sorted({*others, booking.host_id or booking.authority_id}))
    record(name, f"{words}.", about=row, by=by, at=now, thread=booking.thread, seen_by=seen_by)

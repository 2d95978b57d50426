"""While the child lives there: a new expected end, a new price."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from nearhome.design import wording
from nearhome.people.models import Person
from nearhome.placements.actions.keeping import change_days, lock_booking, note, require_not_cancelled
from nearhome.placements.calculations.approval import may_approve
from nearhome.placements.models import Booking, BookingPrice
from nearhome.placements.permissions import can_approve, require_can_approve, require_can_extend
from nearhome.placements.queries.facts import life_value


@dataclass(frozen=True, slots=True)
class WeeklyPrice:
    """Pence per week by element."""

    core_pence: int
    additional_support_pence: int = 0
    education_pence: int = 0
    therapy_pence: int = 0
    transport_pence: int = 0
    other_pence: int = 0

    @property
    def weekly_price_pence(self) -> int:
        """All elements together."""
        return sum(asdict(self).values())


@transaction.atomic
def extend_placement(
    *, booking: Booking, expected_ends_on: date, by: Any, now: datetime, frees_place: bool = False
) -> Booking:
    """The placement is expected to end on another day. The place stays the child's beyond it, so that nobody who
    stays a little longer loses their bed, unless `frees_place` says that another child may have it from that day.

    A longer stay costs more in all. Who approved the choice must have been able to approve that too; otherwise an
    approver with a higher limit makes the change. Raises PlaceTaken where another child has the place by then. The
    same again changes nothing.
    """
    require_can_extend(by, booking)
    kept = lock_booking(booking)
    require_not_cancelled(kept)
    if kept.departed_on:
        raise ValidationError("This placement has ended, so its expected end can no longer change.")
    begins = kept.arrived_on or kept.starts_on
    if expected_ends_on <= begins:
        raise ValidationError(f"The expected end must be after {wording.date(begins)}, when the placement begins.")
    upper = expected_ends_on if frees_place else None
    if (kept.expected_ends_on, kept.occupancy.days.upper) == (expected_ends_on, upper):
        return kept
    is_longer = kept.expected_ends_on is not None and expected_ends_on > kept.expected_ends_on
    kept.expected_ends_on = expected_ends_on
    if is_longer:
        _require_covered(kept, by)
    kept.save(update_fields=["expected_ends_on"])
    change_days(kept, lower=min(kept.starts_on, begins), upper=upper, now=now)
    words = f"The placement is now expected to end on {wording.date(expected_ends_on)}."
    note("placement.expected_end_changed", words, kept, by=by, at=now)
    return kept


@transaction.atomic
def change_price(*, booking: Booking, starts_on: date, price: WeeklyPrice, by: Any, now: datetime) -> BookingPrice:
    """The placement costs something else from a day. Only an approver whose limit covers what it then costs in all.

    Settled months are never rewritten: the next one posts the difference. The same price again changes nothing.
    """
    require_can_approve(by, booking)
    kept = lock_booking(booking)
    require_not_cancelled(kept)
    _require_sense(kept, starts_on, price)
    why_not = may_approve(by.approval_limit_pence, life_value(kept, price.weekly_price_pence, starts_on), None, by.pk)
    if why_not:
        raise PermissionDenied(why_not)
    same = BookingPrice.objects.filter(booking=kept, starts_on=starts_on).first()
    if same:
        return _same_or_refuse(same, price)
    made = BookingPrice.objects.create(
        booking=kept, authority_id=kept.authority_id, provider_id=kept.provider_id, starts_on=starts_on,
        **asdict(price),
    )  # fmt: skip
    words = f"The price is {wording.weekly(made.weekly_price_pence)} from {wording.date(starts_on)}."
    note("placement.price_changed", words, kept, by=by, at=now, about=made)
    return made


def _require_covered(booking: Booking, by: Any) -> None:
    """Nobody slips under a limit by first expecting a short stay and then lengthening it."""
    decided = booking.decision.approved_by if booking.decision else None
    approver: Person | None = by if can_approve(by, booking) else decided
    price = booking.prices.order_by("starts_on").last()
    if approver is None or price is None:
        return
    value = life_value(booking, price.weekly_price_pence, booking.arrived_on or booking.starts_on)
    if may_approve(approver.approval_limit_pence, value, None, approver.pk):
        raise ValidationError(
            f"Until then the placement would cost {wording.money(value)} in all, more than the"
            f" {wording.money(approver.approval_limit_pence)} that {approver} may approve."
            " An approver with a higher limit can change the expected end."
        )


def _require_sense(booking: Booking, starts_on: date, price: WeeklyPrice) -> None:
    first = BookingPrice.objects.filter(booking=booking).order_by("starts_on").first()
    if first and starts_on < first.starts_on:
        raise ValidationError(
            f"The day must be on or after {wording.date(first.starts_on)}, when the placement begins."
        )
    if booking.departed_on and starts_on >= booking.departed_on:
        raise ValidationError(f"The child left on {wording.date(booking.departed_on)}, before this price begins.")
    if price.weekly_price_pence <= 0:
        raise ValidationError("Enter a price: all its elements together must be more than £0.00.")


def _same_or_refuse(same: BookingPrice, price: WeeklyPrice) -> BookingPrice:
    if any(getattr(same, name) != pence for name, pence in asdict(price).items()):
        raise ValidationError(
            f"A price from {wording.date(same.starts_on)} is recorded already. Choose another day for the change."
        )
    return same

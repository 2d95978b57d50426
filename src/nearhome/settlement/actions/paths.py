"""A child's path through residential, transition and foster stages, each priced before it begins and never after."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.needs.models import Child
from nearhome.people.models import Organisation
from nearhome.placements.actions.living import WeeklyPrice
from nearhome.placements.models import Booking
from nearhome.settlement.models import PathStage, PricePath, StagePrice
from nearhome.settlement.permissions.funding import require_can_agree_path, require_can_tie_stage
from nearhome.settlement.queries.paths import may_become

TOO_LATE = "A price is agreed before it counts, never after the fact. Choose a day after today."


@dataclass(frozen=True, slots=True)
class NewStage:
    """A stage to be agreed: its kind, who runs it, its first day as planned, and its weekly price."""

    kind: str
    provider: Organisation
    planned_on: date
    price: WeeklyPrice


@transaction.atomic
def agree_stage(*, child: Child, stage: NewStage, why: str, by: Any, now: datetime) -> PathStage:
    """Agree the next stage of a child's path with its price, before it begins. The same as the last one is that one.

    Raises ValidationError where the day is not still to come or not after the stage before. The database refuses too, by
    its own clock.
    """
    require_can_agree_path(by, child.authority_id)
    child = Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    _require_price(stage.planned_on, stage.price, why, now)
    path, _ = PricePath.objects.get_or_create(
        child=child, defaults={"authority_id": child.authority_id, "agreed_by": by, "agreed_at": now}
    )
    last = path.stages.order_by("-number").first()
    if last and _is_same(last, stage):
        return last
    if stage.kind not in PathStage.Kind.values:
        raise ValidationError("Select the kind of stage.")
    if last and stage.planned_on <= last.planned_on:
        raise ValidationError(f"The stage before is planned for {wording.date(last.planned_on)}. Choose a later day.")
    row = PathStage.objects.create(
        path=path, authority_id=child.authority_id, number=last.number + 1 if last else 1, kind=stage.kind,
        provider=stage.provider, planned_on=stage.planned_on,
    )  # fmt: skip
    _add_price(row, stage.planned_on, stage.price, why, by, now)
    words = (
        f"Stage {row.number}, {row.get_kind_display().lower()}, was agreed from {wording.date(row.planned_on)} at"
        f" {wording.weekly(stage.price.weekly_price_pence)}."
    )
    record("path.stage_agreed", words, about=row, by=by, at=now, thread=path.key)
    return row


@transaction.atomic
def change_stage_price(
    *, stage: PathStage, starts_on: date, price: WeeklyPrice, why: str, by: Any, now: datetime
) -> StagePrice:
    """Agree another price of a stage from a day still to come. The same price of that day again changes nothing."""
    require_can_agree_path(by, stage.authority_id)
    row = PathStage.objects.select_for_update(of=("self",)).select_related("path").get(pk=stage.pk)
    same = row.prices.filter(starts_on=starts_on).first()
    if same and all(getattr(same, name) == pence for name, pence in asdict(price).items()):
        return same
    _require_price(starts_on, price, why, now)
    if same:
        raise ValidationError(f"A price from {wording.date(starts_on)} is agreed already. Choose another day.")
    if starts_on < row.planned_on:
        raise ValidationError(f"The stage is planned for {wording.date(row.planned_on)}. Choose that day or later.")
    made = _add_price(row, starts_on, price, why, by, now)
    words = f"Stage {row.number} costs {wording.weekly(price.weekly_price_pence)} from {wording.date(starts_on)}."
    record("path.price_agreed", words, about=row, by=by, at=now, thread=row.path.key)
    return made


@transaction.atomic
def tie_stage(*, stage: PathStage, booking: Booking, by: Any, now: datetime) -> PathStage:
    """Say which placement of the child the stage became. Harmless when it was said before."""
    require_can_tie_stage(by, stage.authority_id)
    row = PathStage.objects.select_for_update(of=("self",)).select_related("path").get(pk=stage.pk)
    if row.booking_id == booking.pk:
        return row
    if row.booking_id:
        raise ValidationError("The stage is tied to another placement already.")
    if booking.child_id != row.path.child_id or booking.cancelled_at or not may_become(row, booking):
        raise ValidationError(
            "Choose a placement of this child with the provider of the stage, not begun when the stage was agreed."
        )
    if PathStage.objects.filter(booking=booking).exists():
        raise ValidationError("That placement is tied to another stage already.")
    row.booking, row.tied_by, row.tied_at = booking, by, now
    row.save(update_fields=["booking", "tied_by", "tied_at"])
    words = f"Stage {row.number} of the path of {booking.child_ref} is the placement at {booking.home.name}."
    record("path.stage_tied", words, about=row, by=by, at=now, thread=booking.thread)
    return row


def _require_price(starts_on: date, price: WeeklyPrice, why: str, now: datetime) -> None:
    if starts_on <= timezone.localdate(now):
        raise ValidationError(TOO_LATE)
    if price.core_pence < 0 or price.weekly_price_pence <= 0:
        raise ValidationError("Enter a price: all its elements together must be more than £0.00.")
    if not why.strip() or len(why) > 2000:
        raise ValidationError("Say why this is agreed, in at most 2,000 characters.")


def _is_same(last: PathStage, stage: NewStage) -> bool:
    price = last.prices.order_by("starts_on").first()
    facts = (last.kind, last.provider_id, last.planned_on) == (stage.kind, stage.provider.pk, stage.planned_on)
    return bool(facts and price and all(getattr(price, name) == one for name, one in asdict(stage.price).items()))


def _add_price(stage: PathStage, starts_on: date, price: WeeklyPrice, why: str, by: Any, now: datetime) -> StagePrice:
    try:
        with transaction.atomic():
            return StagePrice.objects.create(
                stage=stage, authority_id=stage.authority_id, starts_on=starts_on, **asdict(price), why=why.strip(),
                agreed_by=by, agreed_at=now,
            )  # fmt: skip
    except IntegrityError as refused:
        raise ValidationError(TOO_LATE) from refused

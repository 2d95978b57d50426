"""The path agreed for a child: what each stage costs, what was paid so far, and the next step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.http import Http404
from django.utils import timezone

from nearhome.needs.models import Child
from nearhome.people.models import Organisation
from nearhome.placements.models import Booking
from nearhome.settlement.models import BudgetEntry, PathStage, StagePrice
from nearhome.settlement.permissions.funding import can_agree_path, can_tie_stage, require_can_see_costs
from nearhome.settlement.queries.agreed import stage_name
from nearhome.settlement.queries.stay_money import own_child

KINDS = tuple(PathStage.Kind.choices)
BEGUN, PLANNED, OVER = "Begun", "Planned", "Over"
__all__ = ["KINDS", "own_child", "stage_name"]


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage: agreed prices by their first day, what was paid so far, how it stands."""

    stage: PathStage
    prices: tuple[StagePrice, ...]
    paid_pence: int
    state: str
    may_become: tuple[Booking, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A child's path. `next_step` in words."""

    child: Child
    stages: tuple[StageLine, ...]
    next_step: str
    may_agree: bool
    may_tie: bool


def path_of(person: Any, child_key: UUID, *, today: date) -> Path:
    """The path of a child of the person's own authority, empty before one is agreed; another child does not exist."""
    child = own_child(person, child_key)
    rows = PathStage.objects.filter(path__child=child).select_related("provider", "booking__home")
    stages = list(rows.prefetch_related("prices__agreed_by").order_by("number"))
    paid = _paid(person.organisation_id, [one.booking_id for one in stages if one.booking_id])
    free = _free_bookings(child)
    lines = tuple(
        StageLine(
            one, tuple(one.prices.all()), paid.get(one.booking_id or 0, 0), _state(one, today),
            () if one.booking_id else tuple(each for each in free if may_become(one, each)),
        )
        for one in stages
    )  # fmt: skip
    return Path(child, lines, _next_step(lines, today), can_agree_path(person), can_tie_stage(person))


def stage_row(person: Any, key: UUID) -> PathStage:
    """A stage of the authority's own; any other does not exist for them."""
    require_can_see_costs(person)
    rows = PathStage.objects.select_related("path__child", "provider", "booking")
    row = rows.filter(key=key, authority=person.organisation_id).first()
    if row is None:
        raise Http404
    return row


def booking_to_tie(stage: PathStage, key: UUID) -> Booking | None:
    """A booking that the stage may become, by its key."""
    free = _free_bookings(stage.path.child)
    return next((one for one in free if one.key == key and may_become(stage, one)), None)


def may_become(stage: PathStage, booking: Booking) -> bool:
    """Whether a placement can be what a stage planned: with its provider, and not begun when the stage was priced."""
    priced_on = timezone.localdate(min(one.agreed_at for one in stage.prices.all()))
    return booking.provider_id == stage.provider_id and (booking.arrived_on is None or booking.arrived_on > priced_on)


def provider_choices(person: Any) -> tuple[tuple[str, str], ...]:
    """Who may run a stage: providers, and the authority itself."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.PROVIDER) | Organisation.objects.filter(
        pk=person.organisation_id
    )
    return tuple((str(one.pk), one.name) for one in rows.order_by("name", "pk"))


def provider_of(person: Any, pk: str) -> Organisation:
    """One of them."""
    return Organisation.objects.get(pk=next(int(one) for one, _ in provider_choices(person) if one == pk))


def _paid(authority_id: int, bookings: Iterable[int]) -> dict[int, int]:
    rows = BudgetEntry.objects.filter(authority=authority_id, booking__in=bookings).values_list("booking_id")
    return {booking: pence for booking, pence in rows.annotate(sum=Sum("pence")) if booking}


def _free_bookings(child: Child) -> list[Booking]:
    rows = Booking.objects.filter(child=child, cancelled_at__isnull=True, path_stage__isnull=True)
    return list(rows.select_related("home").order_by("starts_on", "pk"))


def _state(stage: PathStage, today: date) -> str:
    booking = stage.booking
    if booking is None or booking.arrived_on is None or booking.arrived_on > today:
        return PLANNED
    return OVER if booking.departed_on and booking.departed_on <= today else BEGUN


def _next_step(lines: tuple[StageLine, ...], today: date) -> str:
    """The first stage that is still to come, and what is to be done about it."""
    ahead = next((one for one in lines if one.state == PLANNED), None)
    if not lines:
        return "No path is agreed yet. Agree the first stage before it begins."
    if ahead is None:
        return "Every stage that was agreed has begun. Agree the next one before it begins."
    stage = ahead.stage
    what = f"Stage {stage.number}, {stage.get_kind_display().lower()}, with {stage.provider}"
    if stage.booking_id:
        return f"{what}, is booked. Record the arrival when the child moves."
    if stage.planned_on <= today:
        return f"{what}, was planned for {stage.planned_on:%-d %B %Y} and is not tied to a placement. Tie it once it is booked."
    return f"{what}, is planned for {stage.planned_on:%-d %B %Y}. Book the place, then tie the placement to the stage."

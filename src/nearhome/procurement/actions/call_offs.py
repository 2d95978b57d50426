"""Calling off: passing over a step with a reason, asking for and deciding a waiver, recording what was bought."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.market.models import Registration
from nearhome.procurement.calculations.call_offs.method import Method
from nearhome.procurement.calculations.call_offs.order import Step
from nearhome.procurement.models import BlockContract, CallOff, CallOffSkip, CallOffWaiver, RateLine
from nearhome.procurement.permissions import require_approves, require_places
from nearhome.procurement.queries.call_offs import bought_on_waivers, passed_over_of
from nearhome.procurement.queries.standing import bars_route, suspended_among, suspended_grounds
from nearhome.procurement.reference.waivers import GROUND_WORDS


@dataclass(frozen=True, slots=True)
class Bought:
    """What a booking came to: pence a week from a day, by which step and method.

    From a framework also the category of need that was said, and the child's age in whole years on the first day.
    """

    booking_key: UUID
    thread: UUID
    registration: Registration
    step: Step
    method: Method
    starts_on: date
    weekly_price_pence: int
    expected_ends_on: date | None = None
    rate_line: RateLine | None = None
    block: BlockContract | None = None
    category: str = ""
    age_years: int | None = None


@transaction.atomic
def pass_over_steps(*, authority_id: int, thread: UUID, reasons: Mapping[Step, str], by: Any, now: datetime) -> None:
    """Keep why steps are passed over in a search. What was said first stands; an empty reason is refused by its field."""
    require_places(by, authority_id)
    missing = {
        reason_field(step): f"Enter why {_first_low(step.words)} is passed over."
        for step, said in reasons.items()
        if not said.strip()
    }
    if missing:
        raise ValidationError(missing)
    for step, said in sorted(reasons.items()):
        row, is_new = CallOffSkip.objects.get_or_create(
            thread=thread, step=step.key,
            defaults={"authority_id": authority_id, "reason": said.strip(), "at": now, "by_name": str(by)},
        )  # fmt: skip
        if is_new:
            words = f"Passed over in the order of asking: {_first_low(step.words)}."
            record("call_off.step_passed", words, about=row, by=by, at=now, thread=thread)


def reason_field(step: Step) -> str:
    """The form field that asks why a step is passed over."""
    return f"skip_{step.key}"


@dataclass(frozen=True, slots=True)
class WaiverAsked:
    """Leave asked for: of which provider, why it is owed, on what ground and why; pence over the placement's life."""

    provider_id: int
    why_owed: str
    ground: str
    narrative: str
    value_pence: int


@transaction.atomic
def ask_waiver(*, authority_id: int, thread: UUID, asked: WaiverAsked, by: Any, now: datetime) -> CallOffWaiver:
    """Ask for leave to buy where a contract's rules do not allow it. One that waits for the same search is replaced."""
    require_places(by, authority_id)
    missing = {} if asked.ground in GROUND_WORDS else {"waiver_ground": "Select the ground for buying this way."}
    missing |= (
        {}
        if asked.narrative.strip()
        else {"waiver_narrative": "Enter why the child needs this home although it is bought this way."}
    )
    if missing:
        raise ValidationError(missing)
    CallOffWaiver.objects.filter(thread=thread, decided_at__isnull=True).delete()
    before = bought_on_waivers(authority_id, asked.provider_id, now=now)
    row = CallOffWaiver.objects.create(
        authority_id=authority_id, thread=thread, provider_id=asked.provider_id, why_owed=asked.why_owed,
        ground=asked.ground, narrative=asked.narrative.strip(), value_pence=asked.value_pence,
        bought_before_pence=before, asked_at=now, asked_by=str(by), asked_by_id=by.pk,
    )  # fmt: skip
    words = f"Asked for a waiver: {_first_low(GROUND_WORDS[asked.ground])}."
    record("call_off.waiver_asked", words, about=row, by=by, at=now, thread=thread)
    return row


@transaction.atomic
def decide_waiver(*, authority_id: int, thread: UUID, granted: bool, by: Any, now: datetime) -> CallOffWaiver | None:
    """Grant or refuse the waiver that waits for a search; None if none does. Never by who asked for it."""
    require_approves(by, authority_id)
    kept = CallOffWaiver.objects.select_for_update().filter(thread=thread, decided_at__isnull=True).first()
    if kept is None:
        return None
    if kept.asked_by_id == by.pk:
        raise PermissionDenied("You asked for this waiver, so another approver must decide.")
    kept.is_granted, kept.decided_at, kept.decided_by, kept.decided_by_id = granted, now, str(by), by.pk
    kept.save(update_fields=["is_granted", "decided_at", "decided_by", "decided_by_id"])
    words = f"{'Granted' if granted else 'Refused'} the waiver: {_first_low(GROUND_WORDS[kept.ground])}."
    record("call_off.waiver_decided", words, about=kept, by=by, at=now, thread=thread)
    return kept


@transaction.atomic
def record_call_off(*, authority_id: int, bought: Bought, by: Any, now: datetime) -> CallOff:
    """Record what a booking bought, once however often this is called.

    Raises ValidationError where the price is above the rate card in force on the first day, or no rate is, and where the
    establishment is suspended on it. The database refuses the same, whatever this says.
    """
    standing = CallOff.objects.filter(booking_key=bought.booking_key).first()
    if standing:
        return standing
    if by.organisation_id != authority_id:
        raise PermissionDenied("A placement is called off by the child's own authority.")
    _require_not_suspended(authority_id, bought)
    _require_within_card(bought)
    waiver = _waiver_for(bought)
    line = bought.rate_line
    made = CallOff.objects.create(
        authority_id=authority_id, thread=bought.thread, booking_key=bought.booking_key,
        provider_id=bought.registration.provider_id if line is None else line.provider_id,
        registration=bought.registration, route=bought.step.key.partition("-")[0], method=bought.method.name,
        method_words=bought.method.words, supplier=line.supplier if line else None, tier=bought.step.tier or None,
        rate_line=line, category=bought.category, age_years=bought.age_years, block=bought.block, waiver=waiver, passed_over=passed_over_of(bought.thread, bought.step),
        starts_on=bought.starts_on, expected_ends_on=bought.expected_ends_on,
        weekly_price_pence=bought.weekly_price_pence, made_at=now, made_by=str(by),
    )  # fmt: skip
    words = f"Called off: {_first_low(made.method_words)}"
    record("call_off.made", words, about=made, by=by, at=now, thread=bought.thread)
    return made


@transaction.atomic
def cancel_call_off(*, booking_key: UUID, by: Any, now: datetime) -> None:
    """The placement did not come about: the call-off stays on record as cancelled. Harmless where there is none."""
    kept = (
        CallOff.objects.select_for_update(of=("self",))
        .filter(booking_key=booking_key, cancelled_at__isnull=True)
        .first()
    )
    if kept is None:
        return
    kept.cancelled_at = now
    kept.save(update_fields=["cancelled_at"])
    record("call_off.cancelled", "The call-off was cancelled.", about=kept, by=by, at=now, thread=kept.thread)


def _require_not_suspended(authority_id: int, bought: Bought) -> None:
    place, on, kind = bought.registration, bought.starts_on, bought.step.key.partition("-")[0]
    grounds = suspended_grounds([place.pk], authority_id, on).get(place.pk, set())
    line = bought.rate_line
    if bars_route(grounds, kind) or (line and suspended_among([line.supplier_id], on)):
        raise ValidationError(
            f"{place} is suspended from a framework of your authority on {wording.date(on)}, so no placement is bought"
            " there so. Choose another home, or ask the authority that leads the framework when it returns."
        )


def _require_within_card(bought: Bought) -> None:
    if not bought.step.key.startswith("framework"):
        return
    if bought.rate_line is None:
        raise ValidationError(
            f"The rate card has no {bought.category} line for this child on {wording.date(bought.starts_on)}."
            " Ask the provider for a new offer, or the authority that leads the framework for the rate."
        )
    over = bought.weekly_price_pence - bought.rate_line.weekly_price_pence
    if over > 0:
        raise ValidationError(
            f"The price is {wording.money(over)} a week above the rate card in force on {wording.date(bought.starts_on)}."
            " Ask the provider for a new offer."
        )


def _waiver_for(bought: Bought) -> CallOffWaiver | None:
    if not bought.method.waiver:
        return None
    return (
        CallOffWaiver.objects.filter(thread=bought.thread)
        .exclude(is_granted=False)
        .order_by("-asked_at", "-pk")
        .first()
    )


def _first_low(words: str) -> str:
    return words[:1].lower() + words[1:]

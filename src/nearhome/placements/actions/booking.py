"""A place is booked when its choice is approved; cancelled, it is free again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from psycopg.types.range import DateRange

from nearhome.design import wording
from nearhome.market.actions.occupancy import Occupant, convert_hold_to_booking, free_booking
from nearhome.market.actions.occupancy import book_place as take_place
from nearhome.market.models import Occupancy
from nearhome.matching.models import Decision
from nearhome.matching.queries.call_off import call_off_answers
from nearhome.matching.queries.searching import born_on
from nearhome.needs.models import Child
from nearhome.people.roles import Role
from nearhome.placements.actions.keeping import lock_booking, note, require_not_cancelled
from nearhome.placements.calculations.approval import distance_approval
from nearhome.placements.models import Booking, BookingPrice, OutOfArea
from nearhome.placements.permissions import require_can_work_on
from nearhome.placements.queries.facts import relation_of
from nearhome.procurement.actions.call_offs import Bought, cancel_call_off, record_call_off
from nearhome.procurement.models import BlockContract, BlockPlace
from nearhome.procurement.queries.call_offs import rate_in_force
from nearhome.referrals.actions.inviting import recall_release
from nearhome.referrals.actions.moving import move_referral
from nearhome.referrals.calculations.released import age_on, pseudonym
from nearhome.referrals.models import Offer, Referral, Release
from nearhome.referrals.states import ReferralState, can_move

DECISION_MAKERS = {
    "nominated_officer": "Nominated officer",
    "director": "Director of children's services",
}


@transaction.atomic
def book_place(*, decision: Decision, by: Any, now: datetime) -> Booking:
    """Turn the chosen offer's hold into a booking. The same decision books once, however often this is called.

    Raises PlaceTaken when the hold ran out and somebody else has the place: then nothing was done.
    """
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    standing = Booking.objects.filter(decision=decision).first()
    if standing:
        return standing
    _require_may_book(decision, by)
    offer = Offer.objects.select_related("home__registration", "place__home", "hold").get(pk=decision.offer_id)
    referral = Referral.objects.select_related("child").get(pk=decision.referral_id)
    booking = _booking(decision, offer, referral, now)
    booking.occupancy = _take(offer, referral.child, by, now)
    booking.save()
    _price(booking, offer)
    _note_distance(booking)
    _call_off(booking, offer, by, now)
    words = f"{offer.place.label} at {offer.home.name} was booked from {wording.date(offer.starts_on)}."
    note("booking.made", words, booking, by=by, at=now)
    return booking


@transaction.atomic
def book_emergency(*, decision: Decision, by: Any, now: datetime) -> Booking:
    """In an emergency the officer books at once; the choice is approved after, by the deadline that is watched."""
    is_officer = by.has_role(Role.PLACEMENT_OFFICER) and by.organisation_id == decision.authority_id
    if not is_officer:
        raise PermissionDenied("Only a placement officer of the child's own authority can book in an emergency.")
    if not decision.referral.is_emergency:
        raise ValidationError("This is not an emergency, so the choice is approved before its place is booked.")
    return book_place(decision=decision, by=by, now=now)


@transaction.atomic
def cancel_booking(*, booking: Booking, reason: str, by: Any, now: datetime) -> Booking:
    """The child will not move in: the place is free again and the search goes on. A second time changes nothing."""
    require_can_work_on(by, booking)
    return give_up(booking=booking, reason=reason, by=by, now=now)


def give_up(*, booking: Booking, reason: str, by: Any, now: datetime) -> Booking:
    """The cancellation itself, for an action that has already checked who does it."""
    kept = lock_booking(booking)
    if kept.cancelled_at:
        return kept
    if kept.arrived_on:
        raise ValidationError("The child has moved in, so this booking cannot be cancelled. Record an ending instead.")
    if not reason.strip():
        raise ValidationError("Enter why the booking is cancelled.")
    kept.cancelled_at, kept.cancel_reason = now, reason.strip()
    kept.save(update_fields=["cancelled_at", "cancel_reason"])
    free_booking(occupancy=kept.occupancy, reason="The booking was cancelled", by=by, now=now)
    cancel_call_off(booking_key=kept.key, by=by, now=now)
    note("booking.cancelled", f"The booking at {kept.home.name} was cancelled.", kept, by=by, at=now)
    _take_back_identity(kept, by, now)
    _search_again(kept, by, now, why=reason.strip())
    return kept


@transaction.atomic
def record_non_arrival(*, booking: Booking, words: str, by: Any, now: datetime) -> Booking:
    """The child did not come on the day: the place is free again and the search goes on."""
    require_can_work_on(by, booking)
    require_not_cancelled(booking)
    if booking.starts_on > now.astimezone(wording.LONDON).date():
        raise ValidationError("The day of arrival has not come yet. Cancel the booking instead.")
    if not words.strip():
        raise ValidationError("Enter what happened.")
    return cancel_booking(booking=booking, reason=f"The child did not arrive: {words.strip()}", by=by, now=now)


def _require_may_book(decision: Decision, by: Any) -> None:
    if decision.authority_id != by.organisation_id:
        raise PermissionDenied("Only the child's own authority can book a place.")
    if decision.granted is False:
        raise ValidationError("This choice was not approved, so its place cannot be booked.")
    if decision.granted is None and not decision.referral.is_emergency:
        raise ValidationError("This choice waits for approval. Book the place once it is approved.")


def _take(offer: Offer, child: Child, by: Any, now: datetime) -> Occupancy:
    days = DateRange(offer.starts_on, None)
    occupant = Occupant(offer.authority_id, child.sex, child.born_month, child.key)
    if offer.hold is None:
        return take_place(place=offer.place, days=days, occupant=occupant, by=by, now=now)
    return convert_hold_to_booking(occupancy=offer.hold, days=days, by=by, now=now, occupant=occupant)


def _booking(decision: Decision, offer: Offer, referral: Referral, now: datetime) -> Booking:
    contract = _block_contract(offer)
    weeks = referral.expected_weeks
    return Booking(
        key=uuid4(), authority_id=decision.authority_id, provider_id=offer.provider_id,
        host_id=contract.host_id if contract else None, child=referral.child,
        child_ref=pseudonym(str(referral.child.key)), referral=referral, thread=referral.key, decision=decision,
        home=offer.home, place=offer.place, route=offer.route, block_contract=contract,
        is_emergency=referral.is_emergency, starts_on=offer.starts_on,
        expected_ends_on=offer.starts_on + timedelta(weeks=weeks) if weeks else None, booked_at=now,
    )  # fmt: skip


def _block_contract(offer: Offer) -> BlockContract | None:
    if offer.route != "block":
        return None
    found = BlockPlace.objects.select_related("contract").filter(place_id=offer.place_id).first()
    if found is None:
        raise ValidationError(
            f"{offer.place.label} at {offer.home.name} is no longer in a block contract that this authority may use."
            " Ask the provider for a new offer."
        )
    return found.contract


def _price(booking: Booking, offer: Offer) -> None:
    BookingPrice.objects.create(
        booking=booking, authority_id=booking.authority_id, provider_id=booking.provider_id,
        starts_on=booking.starts_on, **offer.elements,
    )  # fmt: skip


def _call_off(booking: Booking, offer: Offer, by: Any, now: datetime) -> None:
    """The contract this booking draws from: at or under the rate card in force on its first day."""
    referral = Referral.objects.select_related("authority", "child").get(bookings=booking)
    answers = call_off_answers(referral, offer, now=now)
    line, category, age = None, "", None
    if offer.route == "framework":
        category, age = offer.invitation.rate_category, age_on(born_on(referral.child), offer.starts_on)
        line = rate_in_force(
            booking.authority_id, offer.home.registration_id, offer.route_name,
            category=category, age_years=age, on=offer.starts_on,
        )  # fmt: skip
    bought = Bought(
        booking.key, referral.key, offer.home.registration, answers.step, answers.method, offer.starts_on,
        offer.weekly_price_pence, booking.expected_ends_on, line, booking.block_contract, category, age,
    )  # fmt: skip
    record_call_off(authority_id=booking.authority_id, bought=bought, by=by, now=now)


def _note_distance(booking: Booking) -> None:
    relation = relation_of(booking)
    approval = distance_approval(relation.value)
    if approval.decision_maker in DECISION_MAKERS:
        OutOfArea.objects.create(
            booking=booking, authority_id=booking.authority_id, relation=relation.value,
            area_code=booking.home.area_code, decision_maker=DECISION_MAKERS[approval.decision_maker],
            rule=approval.rule_id,
        )  # fmt: skip


def _take_back_identity(booking: Booking, by: Any, now: datetime) -> None:
    if booking.decision_id is None:
        return
    told = Release.objects.filter(
        invitation__offer__decisions=booking.decision_id, stage=Release.Stage.IDENTITY, recalled_at__isnull=True
    )
    for release in told:
        recall_release(release=release, by=by, now=now, reason="The booking was cancelled.")


def _search_again(booking: Booking, by: Any, now: datetime, *, why: str) -> None:
    referral = Referral.objects.filter(pk=booking.referral_id).first() if booking.referral_id else None
    if referral and can_move(referral.state, ReferralState.SEARCHING):
        move_referral(referral=referral, to_state=ReferralState.SEARCHING, by=by, now=now, why=why)

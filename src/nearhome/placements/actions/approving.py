"""Approving a choice and booking its place are one thing: both happen, or neither."""

from datetime import datetime

from django.db import transaction

from nearhome.matching.actions.deciding import approve_choice
from nearhome.matching.models import Decision
from nearhome.people.models import Person
from nearhome.placements.actions.arriving import mark_placed
from nearhome.placements.actions.booking import book_place, give_up
from nearhome.placements.models import Booking


@transaction.atomic
def approve_and_book(
    *, decision: Decision, by: Person, now: datetime, granted: bool, reason: str = ""
) -> Booking | None:
    """Approve a choice and book its place; refused, the search goes on and nothing is booked (None).

    What an emergency booked beforehand stays booked, or is cancelled if the child has not moved in yet.

    Raises what `approve_choice` and `book_place` raise: if the place was taken meanwhile, nothing is approved either.
    """
    decided = approve_choice(decision=decision, by=by, now=now, granted=granted, reason=reason)
    if granted:
        booking = book_place(decision=decided, by=by, now=now)
        if booking.arrived_on:
            mark_placed(booking, by, now)
        return booking
    standing = Booking.objects.filter(decision=decided, arrived_on__isnull=True, cancelled_at__isnull=True).first()
    if standing:
        give_up(booking=standing, reason=f"The choice was not approved: {reason.strip()}", by=by, now=now)
    return None

"""Approving a choice and booking its place are one thing: both happen, or neither."""

from datetime import datetime

from django.db import transaction

from nearhome.matching.actions.deciding import approve_choice
from nearhome.matching.models import Decision
from nearhome.people.models import Person
from nearhome.placements.actions.booking import book_place
from nearhome.placements.models import Booking


@transaction.atomic
def approve_and_book(
    *, decision: Decision, by: Person, now: datetime, granted: bool, reason: str = ""
) -> Booking | None:
    """Approve a choice and book its place; refused, the search goes on and nothing is booked (None).

    Raises what `approve_choice` and `book_place` raise: if the place was taken meanwhile, nothing is approved either.
    """
    decided = approve_choice(decision=decision, by=by, now=now, granted=granted, reason=reason)
    return book_place(decision=decided, by=by, now=now) if granted else None

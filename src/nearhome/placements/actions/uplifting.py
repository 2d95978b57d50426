"""Uplifts that were voted for all placements reach the placements called off before: a new price from their day."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from nearhome.design import wording
from nearhome.placements.actions.keeping import lock_booking, note
from nearhome.placements.models import BookingPrice
from nearhome.placements.queries.uplifts import ToUplift, placements_to_uplift, price_after, rounds_for_all
from nearhome.procurement.models import UpliftRound


@transaction.atomic
def apply_uplifts(*, authority_id: int, by: Any, now: datetime) -> int:
    """Write the prices of one authority's placements that applied rounds for all have not reached; how many.

    Done by Nearhome for the authority: the round was voted, and approved by somebody else. A second time changes
    nothing. Months that are closed are not rewritten: the next one posts the difference.
    """
    if by.organisation_id != authority_id or by.pk is not None:
        raise PermissionDenied("Nearhome writes the prices of an uplift, for the authority that buys.")
    return sum(
        _write(one, uplift, by, now)
        for uplift in rounds_for_all(authority_id)
        for one in list(placements_to_uplift(authority_id, uplift))
    )


def _write(one: ToUplift, uplift: UpliftRound, by: Any, now: datetime) -> int:
    kept = lock_booking(one.booking)
    if BookingPrice.objects.filter(booking=kept, uplift=uplift).exists():
        return 0
    made = BookingPrice.objects.create(
        booking=kept, authority_id=kept.authority_id, provider_id=kept.provider_id, starts_on=uplift.effective_on,
        uplift=uplift, **price_after(one, uplift.rule),
    )  # fmt: skip
    words = (
        f"The price went from {wording.weekly(one.price.weekly_price_pence)} to {wording.weekly(made.weekly_price_pence)} on"
        f" {wording.date(uplift.effective_on)} by the uplift of {uplift.framework}."
    )
    note("placement.price_uplifted", words, kept, by=by, at=now, about=made)
    return 1

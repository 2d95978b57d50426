"""Giving a procurement up, with the ground and the reason, and saying whether a termination notice is due."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.tendering.actions.moving import lock_procurement, move_procurement
from nearhome.tendering.actions.recommending import partners_of
from nearhome.tendering.models import Abandonment, Bid, BidOutcome, Procurement
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.queries.awards import choices_of, words_of
from nearhome.tendering.states import ProcurementState


@transaction.atomic
def abandon_procurement(
    *,
    procurement: Procurement,
    ground: str,
    reason: str,
    by: Any,
    now: datetime,
    transparency_published: bool = False,
    version: int | None = None,
) -> Abandonment:
    """Abandon it: nothing more is awarded, and whoever bid is told the ground. Abandoned already: nothing happens.

    A notice (UK12) is due if a tender or transparency notice was published under the Procurement Act 2023 (section 55).
    """
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    kept = Abandonment.objects.filter(procurement=locked).first()
    if kept:
        return kept
    lock_procurement(procurement, version=version)
    if ground not in dict(choices_of("abandoning")):
        raise ValidationError("Choose the ground on which it is abandoned.")
    if not reason.strip():
        raise ValidationError("Say why it is abandoned.")
    was_public = locked.published_at is not None or transparency_published
    move_procurement(locked, ProcurementState.ABANDONED, by=by, now=now, why=words_of("abandoning", ground))
    kept = Abandonment.objects.create(
        procurement=locked, ground=ground, reason=reason.strip(), at=now, by_name=str(by),
        needs_notice=was_public and locked.regime == Procurement.Regime.PA23,
    )  # fmt: skip
    told = BidOutcome.objects.bulk_create(_outcomes(locked, ground, str(by), now))
    words = f"{locked.ref} was abandoned: {words_of('abandoning', ground).lower()}."
    providers = {one.provider_id for one in told}
    record(
        "procurement.abandoned", words, about=kept, by=by, at=now, thread=locked.key,
        seen_by=(*partners_of(locked), *providers),
    )  # fmt: skip
    return kept


def _outcomes(locked: Procurement, ground: str, by_name: str, now: datetime) -> Iterable[BidOutcome]:
    """Bids that are open to the lead; while they are sealed their providers read it on the tender itself."""
    rows = Bid.objects.filter(procurement=locked, submitted_at__isnull=False, withdrawn_at__isnull=True).order_by("pk")
    for bid in rows:
        yield BidOutcome(
            bid=bid, provider_id=bid.provider_id, outcome=BidOutcome.Outcome.ABANDONED,
            words=words_of("abandoning", ground), told_at=now, told_by=by_name,
        )  # fmt: skip

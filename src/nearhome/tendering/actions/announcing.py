"""Telling bidders what became of their bids, and recording the award notice from which a standstill counts."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.tendering.actions.moving import lock_procurement, require_state
from nearhome.tendering.actions.recommending import partners_of, require_newest
from nearhome.tendering.calculations.award.standstill import Counting, Standstill
from nearhome.tendering.models import Award, AwardLine, Bid, BidOutcome
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.queries.awards import standstill_after, standstill_rule
from nearhome.tendering.states import ProcurementState

Outcome = BidOutcome.Outcome


@transaction.atomic
def tell_bidders(*, award: Award, by: Any, now: datetime) -> tuple[BidOutcome, ...]:
    """Tell every bidder what became of its own bid; once. It comes before the award notice (section 50(3), verified)."""
    require_can_lead(by, award.procurement)
    locked = lock_procurement(award.procurement)
    kept = require_newest(locked, award)
    if kept.is_direct:
        raise ValidationError("Nobody bid for a direct award, so there is nobody to tell.")
    if kept.told_at is not None:
        return tuple(BidOutcome.objects.filter(bid__procurement=locked))
    require_state(locked, ProcurementState.APPROVED)
    told = BidOutcome.objects.bulk_create(_outcomes(kept, str(by), now))
    kept.told_at = now
    kept.save(update_fields=["told_at"])
    words = f"{wording.plural(len(told), 'bidder')} of {locked.ref} were told what became of their bids."
    providers = {one.provider_id for one in told}
    record(
        "award.told", words, about=kept, by=by, at=now, thread=locked.key, seen_by=(*partners_of(locked), *providers)
    )
    return tuple(told)


@transaction.atomic
def record_award_notice(
    *,
    award: Award,
    notice_on: date,
    by: Any,
    now: datetime,
    keeps_standstill: bool = True,
    longer_until: date | None = None,
) -> Award:
    """Record the day the award notice was published and the last day of the standstill that follows from it.

    `keeps_standstill` is asked only where the rule leaves it open; `longer_until` makes it longer, never shorter. A day
    typed wrongly is put right by recording again, until the contract is made.
    """
    require_can_lead(by, award.procurement)
    locked = lock_procurement(award.procurement)
    kept = require_newest(locked, award)
    require_state(locked, ProcurementState.APPROVED)
    _require_notice_day(kept, notice_on, now)
    rule = standstill_rule(locked, kept)
    found = standstill_after(rule, notice_on, keep=keeps_standstill)
    ends_on = _last_day(found, longer_until)
    kept.notice_on, kept.standstill_ends_on = notice_on, ends_on
    kept.standstill = {
        "rule": rule.id, "words": rule.words, "source": rule.source, "standing": rule.standing,
        "mandatory": rule.is_mandatory, "by_rule": found.ends_on.isoformat() if found.ends_on else None,
        "not_counted": [day.isoformat() for day in found.not_counted],
    }  # fmt: skip
    kept.save(update_fields=["notice_on", "standstill_ends_on", "standstill"])
    until = f"standstill to the end of {wording.date(ends_on)}" if ends_on else "no standstill"
    words = f"The award notice of {locked.ref} was published on {wording.date(notice_on)}: {until}."
    record("award.notice", words, about=kept, by=by, at=now, thread=locked.key, seen_by=partners_of(locked))
    return kept


def _require_notice_day(kept: Award, notice_on: date, now: datetime) -> None:
    if not kept.is_direct and kept.told_at is None:
        raise ValidationError("Tell the bidders first: they learn of their own bid before the notice is published.")
    today = now.astimezone(wording.LONDON).date()
    if notice_on > today:
        raise ValidationError("Record the notice on the day it is published or later, not before.")
    first = (kept.told_at or kept.decided_at or now).astimezone(wording.LONDON).date()
    if notice_on < first:
        raise ValidationError(
            f"The notice cannot have been published before {wording.date(first)}, when this was settled."
        )


def _last_day(found: Standstill, longer_until: date | None) -> date | None:
    """By the rule, or later. Raises ValidationError for an earlier day, and where no rule is known and no day is given."""
    if found.rule.is_mandatory and found.rule.counting == Counting.UNKNOWN and longer_until is None:
        raise ValidationError("The rule of this regime is not kept here. Give the last day that your lawyer names.")
    if longer_until is None:
        return found.ends_on
    if longer_until < (found.ends_on or found.notice_on):
        least = wording.date(found.ends_on or found.notice_on)
        raise ValidationError(f"A standstill is made longer, never shorter. Give a day on or after {least}.")
    return longer_until


def _outcomes(kept: Award, by_name: str, now: datetime) -> Iterable[BidOutcome]:
    won = {line.bid_id: line for line in kept.lines.all()}
    empty = set(kept.lot_decisions.filter(is_awarded=False).values_list("lot_id", flat=True))
    rows = Bid.objects.filter(procurement=kept.procurement, submitted_at__isnull=False, withdrawn_at__isnull=True)
    for bid in rows.select_related("disqualification").order_by("pk"):
        line = won.get(bid.pk)
        yield BidOutcome(
            bid=bid, provider_id=bid.provider_id, outcome=_outcome(bid, line, empty), tier=line.tier if line else None,
            places=line.places if line else None, told_at=now, told_by=by_name,
        )  # fmt: skip


def _outcome(bid: Bid, line: AwardLine | None, empty: set[int]) -> str:
    if line is not None:
        return Outcome.WON
    if hasattr(bid, "disqualification"):
        return Outcome.OUT
    return Outcome.NOT_AWARDED if bid.lot_id in empty else Outcome.NOT_WON

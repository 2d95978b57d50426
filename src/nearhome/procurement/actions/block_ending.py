"""Ending a block before its term: proposed with a plan for every place, decided by somebody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.procurement.actions.block_locking import block_readers, lock_block, require_reason, require_within_term
from nearhome.procurement.models import (
    BlockContract,
    BlockEnding,
    BlockEndingDecision,
    BlockEndingPlace,
    BlockPlace,
    BlockTerms,
)
from nearhome.procurement.permissions import require_can_decide_block, require_leads
from nearhome.procurement.queries.block_changes import earliest_end_by_notice, open_ending
from nearhome.procurement.queries.block_records import latest_terms

GROUNDS = ("notice", "break", "agreed", "breach", "registration")


@dataclass(frozen=True, slots=True)
class WantedEnd:
    """The ground, the reasons, when notice was given, before which day the block ends, and a plan for each place."""

    ground: str
    reasons: str
    notice_on: date
    ends_before: date
    plans: Mapping[BlockPlace, str]


@transaction.atomic
def propose_block_ending(*, contract: BlockContract, wanted: WantedEnd, by: Any, now: datetime) -> BlockEnding:
    """Propose an early end. Refused without full notice, without a plan for every place, or while one waits."""
    require_leads(by, contract.host_id)
    reasons = require_reason(wanted.reasons, "The reasons")
    locked = lock_block(contract)
    waiting = open_ending(locked)
    if waiting:
        if (waiting.ends_before, waiting.ground, waiting.reasons) == (wanted.ends_before, wanted.ground, reasons):
            return waiting
        raise ValidationError("A proposal to end this block waits for a decision. Propose again once it is decided.")
    _require_end(locked, wanted, timezone.localdate(now))
    plans = _plans(locked, wanted)
    row = BlockEnding.objects.create(
        contract=locked, ground=wanted.ground, reasons=reasons, notice_on=wanted.notice_on,
        ends_before=wanted.ends_before, asked_at=now, asked_by=str(by), asked_by_person_id=by.pk,
    )  # fmt: skip
    for place, plan in plans.items():
        BlockEndingPlace.objects.create(contract=locked, ending=row, block_place=place, plan=plan)
    words = f"It was proposed that {locked} ends before {wording.date(wanted.ends_before)}."
    record("block.end_proposed", words, about=locked, by=by, at=now, thread=locked.key, seen_by=block_readers(locked))
    return row


def _require_end(contract: BlockContract, wanted: WantedEnd, today: date) -> None:
    if wanted.ground not in GROUNDS:
        raise ValidationError("Select the ground on which the block ends.")
    require_within_term(contract, wanted.ends_before, "The end of the block")
    if wanted.ends_before <= max(today, wanted.notice_on):
        raise ValidationError("The block ends after today and after the notice. Enter a later day.")
    terms = latest_terms(contract)
    if terms is None:
        raise ValidationError("Set the terms of the block first: they say how much notice is due.")
    _require_ground(terms, wanted)


def _require_ground(terms: BlockTerms, wanted: WantedEnd) -> None:
    if wanted.ground == "notice":
        first = earliest_end_by_notice(terms, wanted.notice_on)
        if wanted.ends_before < first:
            raise ValidationError(
                f"Notice given on {wording.date(wanted.notice_on)} runs {wording.plural(terms.notice_days, 'day')}: the block"
                f" can end before {wording.date(first)} at the earliest. Enter that day or later, or another ground."
            )
    if wanted.ground == "break" and wanted.ends_before not in terms.break_dates:
        listed = wording.nice_list([wording.date(day) for day in terms.break_dates], "or")
        raise ValidationError(
            f"That day is no break of the contract. {f'Enter {listed}' if listed else 'It has none'}."
        )


def _plans(contract: BlockContract, wanted: WantedEnd) -> dict[BlockPlace, str]:
    """A plan for every place that still runs then."""
    running = [
        place
        for place in BlockPlace.objects.filter(contract=contract).select_related("place__home").order_by("pk")
        if place.ends_before is None or place.ends_before >= wanted.ends_before - timedelta(days=1)
    ]
    given = {place.pk: plan for place, plan in wanted.plans.items()}
    return {
        place: require_reason(given.get(place.pk, ""), f"The plan for {place.place} at {place.place.home}")
        for place in running
    }


@transaction.atomic
def decide_block_ending(
    *, ending: BlockEnding, agrees: bool, reason: str = "", by: Any, now: datetime
) -> BlockEndingDecision:
    """An approver of the host decides, not who proposed; with a yes the block ends before that day."""
    contract = ending.contract
    require_can_decide_block(by, contract.host_id, ending.asked_by_person_id)
    locked = lock_block(contract)
    kept = BlockEndingDecision.objects.filter(ending=ending).first()
    if kept:
        if kept.agrees != agrees:
            raise ValidationError(
                f"{kept.by} decided otherwise on {wording.date(kept.at)}. Propose the end again instead."
            )
        return kept
    if agrees and ending.ends_before <= timezone.localdate(now):
        raise ValidationError("The day of this end has passed; nothing is changed backwards. Propose a later day.")
    said = reason.strip() if agrees else require_reason(reason, "The reason")
    made = BlockEndingDecision.objects.create(
        contract=locked, ending=ending, agrees=agrees, reason=said, at=now, by=str(by), by_person_id=by.pk
    )
    if agrees:
        locked.ends_before = min(ending.ends_before, locked.ends_before or ending.ends_before)
        locked.save(update_fields=["ends_before"])
    verb = "It was approved" if agrees else "It was not approved"
    words = f"{verb} that {locked} ends before {wording.date(ending.ends_before)}."
    record("block.end_decided", words, about=locked, by=by, at=now, thread=locked.key, seen_by=block_readers(locked))
    return made

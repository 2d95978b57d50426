"""Changing the beds of a running block: asked by the host, agreed by the provider, decided by an approver of the host."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.procurement.actions.block_locking import block_readers, lock_block, require_reason, require_within_term
from nearhome.procurement.models import (
    BlockAdjustment,
    BlockAdjustmentAnswer,
    BlockCapacity,
    BlockContract,
    BlockPlace,
    BlockTerms,
)
from nearhome.procurement.permissions import (
    require_can_answer_for_provider,
    require_can_decide_block,
    require_leads,
    require_within_limit,
)
from nearhome.procurement.queries.block_changes import open_adjustment
from nearhome.procurement.queries.block_commitment import change_of_value, verdict_on
from nearhome.procurement.queries.block_places import places_ready_on
from nearhome.procurement.queries.block_records import latest_terms
from nearhome.procurement.queries.block_terms import contracted_on

MOST_BEDS = 10_000


@dataclass(frozen=True, slots=True)
class WantedChange:
    """Beds in all from a day, why, with which evidence; `leaving`: the block places that leave when beds become fewer."""

    starts_on: date
    beds: int
    trigger: str
    evidence: str
    occupancy_bp: int | None = None
    weeks: int | None = None
    ground: str = ""
    leaving: tuple[BlockPlace, ...] = ()


@transaction.atomic
def ask_for_block_adjustment(
    *, contract: BlockContract, wanted: WantedChange, by: Any, now: datetime
) -> BlockAdjustment:
    """Ask for other beds from a day. Refused where the terms or the regime do not allow it, or one is open already."""
    require_leads(by, contract.host_id)
    evidence = require_reason(wanted.evidence, "The evidence")
    locked = lock_block(contract)
    waiting = open_adjustment(locked, timezone.localdate(now))
    if waiting:
        if (waiting.starts_on, waiting.beds, waiting.evidence) == (wanted.starts_on, wanted.beds, evidence):
            return waiting
        raise ValidationError("An adjustment of this block waits for an answer. Ask again once it is decided.")
    terms = _require_terms(locked)
    before = contracted_on(locked, wanted.starts_on)
    _require_day(locked, terms, wanted.starts_on, timezone.localdate(now))
    _require_change(wanted, before)
    _require_leaving(locked, wanted)
    change = change_of_value(locked, wanted.starts_on, wanted.beds)
    verdict = verdict_on(locked, terms.regime, wanted.ground, change.bp if change else None)
    if not verdict.is_allowed:
        raise ValidationError(verdict.words)
    row = BlockAdjustment.objects.create(
        contract=locked, starts_on=wanted.starts_on, beds=wanted.beds, beds_before=before, trigger=wanted.trigger,
        evidence=evidence, occupancy_bp=wanted.occupancy_bp, weeks=wanted.weeks, ground=wanted.ground, change_bp=change.bp if change else None, change_pence=change.pence if change else None,
        leaving=[place.pk for place in wanted.leaving], regime_words=verdict.words, asked_at=now, asked_by=str(by),
        asked_by_person_id=by.pk,
    )  # fmt: skip
    words = f"{before} to {wanted.beds} beds of {locked} were asked for from {wording.date(wanted.starts_on)}."
    record(
        "block.adjustment_asked", words, about=locked, by=by, at=now, thread=locked.key, seen_by=block_readers(locked)
    )
    return row


def _require_terms(contract: BlockContract) -> BlockTerms:
    terms = latest_terms(contract)
    if terms is None:
        raise ValidationError("Set the terms of the block first: its regime says how it may be changed.")
    return terms


def _require_day(contract: BlockContract, terms: BlockTerms, day: date, today: date) -> None:
    require_within_term(contract, day, "The first day of the change")
    if day <= today:
        raise ValidationError("A change begins on a later day than today; nothing is changed backwards.")
    if terms.adjustment_dates and day not in terms.adjustment_dates:
        later = [wording.date(one) for one in terms.adjustment_dates if one > today]
        mend = f"Choose {wording.nice_list(later, 'or')}." if later else "None of them is to come: set the terms anew."
        raise ValidationError(f"This block may be changed only at the times its contract sets. {mend}")


def _require_change(wanted: WantedChange, before: int) -> None:
    if not 0 <= wanted.beds <= MOST_BEDS:
        raise ValidationError(f"The beds in all are 0 to {MOST_BEDS:,}.")
    if wanted.beds == before:
        raise ValidationError(
            f"{wording.plural(before, 'bed is', 'beds are')} contracted on that day already. Enter another number."
        )
    if wanted.trigger not in ("occupancy", "need", "performance"):
        raise ValidationError("Select why the block should change.")
    if wanted.trigger == "occupancy" and (wanted.occupancy_bp is None or wanted.weeks is None):
        raise ValidationError("Give the occupancy and over how many weeks it was measured.")


def _require_leaving(contract: BlockContract, wanted: WantedChange) -> None:
    if any(place.contract_id != contract.pk for place in wanted.leaving):
        raise ValidationError("Only places of this block can leave it.")
    _require_room(contract, wanted.starts_on, wanted.beds, [place.pk for place in wanted.leaving])


def _require_room(contract: BlockContract, day: date, beds: int, leaving: list[int]) -> None:
    """Not more places may be paid for than beds are contracted."""
    ready = places_ready_on(contract, day, without=leaving)
    if ready > beds:
        raise ValidationError(
            f"{wording.plural(ready, 'place')} would still be paid for, and {wording.plural(beds, 'bed')} contracted."
            " Ask for the change with the places that leave."
        )


@transaction.atomic
def answer_block_adjustment(
    *, adjustment: BlockAdjustment, agrees: bool, reason: str = "", by: Any, now: datetime
) -> BlockAdjustmentAnswer:
    """The provider agrees or does not, with a reason."""
    contract = adjustment.contract
    require_can_answer_for_provider(by, contract.provider_id)
    locked = lock_block(contract)
    kept = _answer(adjustment, "provider")
    if kept:
        return _same(kept, agrees)
    _require_still_to_come(adjustment, now)
    return _answered(locked, adjustment, "provider", agrees, reason, by=by, now=now)


@transaction.atomic
def decide_block_adjustment(
    *, adjustment: BlockAdjustment, agrees: bool, reason: str = "", by: Any, now: datetime
) -> BlockAdjustmentAnswer:
    """An approver of the host decides; with a yes the beds change from the day asked for, as a new version."""
    contract = adjustment.contract
    require_can_decide_block(by, contract.host_id, adjustment.asked_by_person_id)
    locked = lock_block(contract)
    kept = _answer(adjustment, "host")
    if kept:
        return _same(kept, agrees)
    provider = _answer(adjustment, "provider")
    if agrees and not (provider and provider.agrees):
        raise ValidationError("The provider has not agreed to this change, so it cannot be approved.")
    if agrees:
        require_within_limit(by, adjustment.change_pence)
        _require_still_to_come(adjustment, now)
    made = _answered(locked, adjustment, "host", agrees, reason, by=by, now=now)
    if agrees:
        _apply(locked, adjustment, by=by, now=now)
    return made


def _apply(contract: BlockContract, adjustment: BlockAdjustment, *, by: Any, now: datetime) -> None:
    """The beds from the day asked for; what was contracted for later days stands from those days, as before."""
    _require_room(contract, adjustment.starts_on, adjustment.beds, adjustment.leaving)
    reason = f"Adjustment asked for on {wording.date(adjustment.asked_at)}"
    BlockCapacity.objects.create(
        contract=contract, starts_on=adjustment.starts_on, beds=adjustment.beds, reason=reason, adjustment=adjustment,
        set_at=now, set_by=str(by),
    )  # fmt: skip
    for place in BlockPlace.objects.filter(contract=contract, pk__in=adjustment.leaving):
        place.ends_before = min(adjustment.starts_on, place.ends_before or adjustment.starts_on)
        place.save(update_fields=["ends_before"])


def _answer(adjustment: BlockAdjustment, side: str) -> BlockAdjustmentAnswer | None:
    return BlockAdjustmentAnswer.objects.filter(adjustment=adjustment, side=side).first()


def _same(kept: BlockAdjustmentAnswer, agrees: bool) -> BlockAdjustmentAnswer:
    if kept.agrees != agrees:
        raise ValidationError(
            f"{kept.by} answered otherwise on {wording.date(kept.at)}. Ask for a new adjustment instead."
        )
    return kept


def _require_still_to_come(adjustment: BlockAdjustment, now: datetime) -> None:
    if adjustment.starts_on <= timezone.localdate(now):
        raise ValidationError("The day of this change has passed; nothing is changed backwards. Ask for a later day.")


def _answered(
    contract: BlockContract,
    adjustment: BlockAdjustment,
    side: str,
    agrees: bool,
    reason: str,
    *,
    by: Any,
    now: datetime,
) -> BlockAdjustmentAnswer:
    said = require_reason(reason, "The reason") if not agrees else reason.strip()
    made = BlockAdjustmentAnswer.objects.create(
        contract=contract, adjustment=adjustment, side=side, agrees=agrees, reason=said, at=now, by=str(by), by_person_id=by.pk
    )  # fmt: skip
    verb = {("provider", True): "agreed to", ("provider", False): "did not agree to", ("host", True): "approved", ("host", False): "refused"}[side, agrees]  # fmt: skip
    words = f"{by.organisation} {verb} {adjustment.beds} beds of {contract} from {wording.date(adjustment.starts_on)}."
    readers = {*block_readers(contract), contract.host_id} - {by.organisation_id}
    record(
        "block.adjustment_answered",
        words,
        about=contract,
        by=by,
        at=now,
        thread=contract.key,
        seen_by=tuple(sorted(readers)),
    )
    return made

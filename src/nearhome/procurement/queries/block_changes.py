"""Adjustments and early ends of a block: what waits, for whom, and what was decided."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from nearhome.design.wording import nice_list
from nearhome.people.models import Person
from nearhome.procurement.calculations.blocks.changes import GROUNDS, earliest_end, termination_notice_due
from nearhome.procurement.models import (
    BlockAdjustment,
    BlockContract,
    BlockEnding,
    BlockEndingPlace,
    BlockPlace,
    BlockTerms,
)
from nearhome.procurement.permissions import require_can_read_blocks

GROUND_WORDS = {key: words for key, (words, _) in GROUNDS.items()}


def _adjustments() -> QuerySet[BlockAdjustment]:
    rows = BlockAdjustment.objects.select_related("contract__host", "contract__provider")
    return rows.prefetch_related("answers").order_by("-asked_at", "-pk")


def adjustments_of(contract: BlockContract) -> list[BlockAdjustment]:
    """Every adjustment asked for, newest first."""
    return list(_adjustments().filter(contract=contract))


def adjustment_for(person: Person, key: UUID) -> BlockAdjustment:
    """One of them. Raises PermissionDenied for another role and Http404 for another block's."""
    require_can_read_blocks(person)
    found = _adjustments().filter(key=key).first()
    if found is None:
        raise Http404("No such adjustment")
    return found


def state_of(adjustment: BlockAdjustment, today: date) -> str:
    """How it stands: "Waits for the provider", "Waits for an approver", "Approved", "Refused" or "Lapsed"."""
    answers = {answer.side: answer.agrees for answer in adjustment.answers.all()}
    if "host" in answers:
        return "Approved" if answers["host"] else "Refused"
    if answers.get("provider") is False:
        return "Refused"
    if adjustment.starts_on <= today:
        return "Lapsed"
    return "Waits for an approver" if answers.get("provider") else "Waits for the provider"


def places_leaving(adjustment: BlockAdjustment) -> str:
    """The places that leave with it, in words."""
    rows = BlockPlace.objects.filter(pk__in=adjustment.leaving).select_related("place__home").order_by("pk")
    return nice_list(f"{row.place.label} at {row.place.home.name}" for row in rows)


def open_adjustment(contract: BlockContract, today: date) -> BlockAdjustment | None:
    """The one that waits for an answer; None if none does."""
    return next((one for one in adjustments_of(contract) if state_of(one, today).startswith("Waits")), None)


def endings_of(contract: BlockContract) -> list[BlockEnding]:
    """Every proposal to end the block, newest first, with its decision and the plans for its places."""
    rows = BlockEnding.objects.filter(contract=contract).select_related(
        "contract__host", "contract__provider", "decision"
    )
    return list(rows.prefetch_related(_plans()).order_by("-asked_at", "-pk"))


def _plans() -> Prefetch:
    rows = BlockEndingPlace.objects.select_related("block_place__place__home").order_by("pk")
    return Prefetch("places", queryset=rows)


def ending_for(person: Person, key: UUID) -> BlockEnding:
    """One of them. Raises PermissionDenied for another role and Http404 for another block's."""
    require_can_read_blocks(person)
    rows = BlockEnding.objects.filter(key=key).select_related("contract__host", "contract__provider", "decision")
    found = rows.prefetch_related(_plans()).first()
    if found is None:
        raise Http404("No such proposal")
    return found


def is_decided(ending: BlockEnding) -> bool:
    """Whether an approver has decided it."""
    return hasattr(ending, "decision")


def open_ending(contract: BlockContract) -> BlockEnding | None:
    """The proposal that waits for a decision; None if none does."""
    return next((one for one in endings_of(contract) if not is_decided(one)), None)


def earliest_end_by_notice(terms: BlockTerms, notice_on: date) -> date:
    """The first day on which the block need no longer run if notice is given on a day."""
    return earliest_end(notice_on, terms.notice_days)


def after_the_end(regime: str, ends_before: date) -> str:
    """Which notice is due once the block has ended, until when, and by which rule."""
    last_day = ends_before - timedelta(days=1)
    if regime == "PA23":
        due = termination_notice_due(last_day)
        return (
            f"A contract termination notice (UK11) is due by {due.day} {due:%B %Y}: within 30 days beginning with the day"
            " the contract ends (Procurement Act 2023, s80). Expiry counts as an end too."
        )
    return "No UK11: the contract is under PCR 2015, whose notices are of another kind (not checked here)."

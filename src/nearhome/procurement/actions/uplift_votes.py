"""The vote on an uplift round, and its approval by somebody who had no hand in it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.design import wording
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.procurement.actions.uplift_moving import lock_round, move_round, note_round, require_can_move
from nearhome.procurement.calculations.frameworks.quorum import quorum_problem
from nearhome.procurement.models import UpliftRound, UpliftVote
from nearhome.procurement.permissions import require_approves, require_leads
from nearhome.procurement.queries.uplift_ballots import quorum_of
from nearhome.procurement.queries.uplifts import buyers_of, contract_of
from nearhome.procurement.states.uplifts import UpliftState


@dataclass(frozen=True, slots=True)
class VoteOutcome:
    """How the vote ended, on which day, with its minutes; the ballot where it was held as one."""

    carried: bool
    votes_for: int
    votes_against: int
    voted_on: date
    minutes: str
    abstained: int = 0
    ballot_key: UUID | None = None


@transaction.atomic
def record_vote(
    *, uplift: UpliftRound, outcome: VoteOutcome, version: int | None = None, by: Any, now: datetime
) -> UpliftVote:
    """Put the outcome of the vote on record, once. Not carried, the round is over.

    Raises ValidationError for counts that cannot be, and for one carried by fewer than the framework's quorum.
    """
    require_leads(by, uplift.lead_id)
    kept = UpliftVote.objects.filter(round=uplift).first()
    if kept and kept.carried == outcome.carried:
        return kept
    locked = lock_round(uplift, version)
    to_state = UpliftState.VOTED if outcome.carried else UpliftState.REJECTED
    require_can_move(locked, to_state)
    contract = contract_of(locked)
    buyers = len(buyers_of(contract))
    problem = _vote_problem(outcome, timezone.localdate(now, wording.LONDON), buyers)
    if outcome.carried and not problem:
        took_part = outcome.votes_for + outcome.votes_against + outcome.abstained
        problem = quorum_problem(took_part, buyers, quorum_of(contract))
    if problem:
        raise ValidationError(problem)
    return _kept(locked, outcome, by, now)


@transaction.atomic
def keep_vote(*, uplift: UpliftRound, outcome: VoteOutcome, by: Any, now: datetime) -> UpliftVote:
    """Put on record what a partnership's ballot came to: its own rule says whether it was carried, by heads or weights."""
    require_leads(by, uplift.lead_id)
    locked = lock_round(uplift, None)
    require_can_move(locked, UpliftState.VOTED if outcome.carried else UpliftState.REJECTED)
    return _kept(locked, outcome, by, now)


def _kept(locked: UpliftRound, outcome: VoteOutcome, by: Any, now: datetime) -> UpliftVote:
    to_state = UpliftState.VOTED if outcome.carried else UpliftState.REJECTED
    vote = UpliftVote.objects.create(
        round=locked, ballot_key=outcome.ballot_key, carried=outcome.carried, votes_for=outcome.votes_for,
        votes_against=outcome.votes_against, abstained=outcome.abstained, voted_on=outcome.voted_on,
        minutes=outcome.minutes.strip(), by_name=str(by), at=now,
    )  # fmt: skip
    move_round(locked, to_state, by, now)
    said = "carried" if outcome.carried else "not carried"
    note_round("uplift.voted", f"The vote on the uplift: {said}, on {wording.date(outcome.voted_on)}.", locked, by, now)
    return vote


def _vote_problem(outcome: VoteOutcome, today: date, buyers: int) -> str:
    counts = (outcome.votes_for, outcome.votes_against, outcome.abstained)
    if min(counts) < 0 or not outcome.votes_for + outcome.votes_against:
        return "Enter how many voted for and against: 0 or more each, and at least one of them."
    if sum(counts) > buyers:
        return f"{sum(counts)} votes were entered, but {wording.plural(buyers, 'authority', 'authorities')} may vote. Check them."
    if outcome.carried and outcome.votes_for <= outcome.votes_against:
        return "More voted against, or as many. Check the votes, or say that it was not carried."
    if outcome.voted_on > today:
        return "The vote is still to come. Enter the day it was held."
    return "" if outcome.minutes.strip() else "Say where the minutes are, or what they say."


@transaction.atomic
def decide_uplift(
    *, uplift: UpliftRound, approved: bool, why: str = "", version: int | None = None, by: Any, now: datetime
) -> UpliftRound:
    """Approve or refuse a carried round: an approver of the lead who neither proposed, previewed nor recorded it."""
    require_approves(by, uplift.lead_id)
    to_state = UpliftState.APPROVED if approved else UpliftState.REJECTED
    locked = lock_round(uplift, None)
    if locked.state == to_state:
        return locked
    if version is not None and version != locked.version:
        raise ChangedMeanwhile("The round")
    if by.pk in {locked.proposed_by_id, *locked.moves.values_list("by_person_id", flat=True)}:
        raise PermissionDenied("Somebody who had no hand in the round approves it. Ask another approver.")
    if locked.state != UpliftState.VOTED:
        require_can_move(locked, UpliftState.APPROVED)
    if not approved and not why.strip():
        raise ValidationError("Say why it is refused.")
    move_round(locked, to_state, by, now, why=why.strip())
    note_round("uplift.decided", f"The uplift was {'approved' if approved else 'refused'}.", locked, by, now)
    return locked

"""An uplift round from the proposal to the new prices: previewed, voted, approved by somebody else, applied once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.procurement.calculations.frameworks.uplift import Change, Preview, UpliftRule, rule_problem
from nearhome.procurement.models import (
    BlockContract,
    BlockPrice,
    Framework,
    RateLine,
    UpliftLine,
    UpliftMove,
    UpliftRound,
    UpliftVote,
)
from nearhome.procurement.permissions import require_approves, require_leads
from nearhome.procurement.queries.uplifts import (
    Contract,
    buyers_of,
    contract_of,
    kept_lines,
    rates_touched,
    rounds_open,
    worked_preview,
)
from nearhome.procurement.states.uplifts import WORDS, UpliftState, can_move_uplift

MOST_WEEKS = 520_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed: the rule, for which placements, from which day, why; the index with its month and source."""

    rule: UpliftRule
    applies_to: str
    effective_on: date
    words: str
    index_name: str = ""
    index_month: date | None = None
    index_source: str = ""


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
def propose_uplift(*, contract: Contract, proposal: Proposal, by: Any, now: datetime) -> UpliftRound:
    """Propose a round for a framework or a block. One is open at a time. Asked twice the same, there is one."""
    lead_id = contract.lead_id if isinstance(contract, Framework) else contract.host_id
    require_leads(by, lead_id)
    locked = type(contract).objects.select_for_update(of=("self",)).get(pk=contract.pk)
    terms = _columns(proposal)
    kept = rounds_open(locked).first()
    if kept:
        if all(getattr(kept, name) == value for name, value in terms.items()):
            return kept
        raise ValidationError(f"A round for {contract} is not finished. Apply or withdraw it before the next.")
    problem = _proposal_problem(locked, proposal, timezone.localdate(now, wording.LONDON))
    if problem:
        raise ValidationError(problem)
    of = {"framework": contract} if isinstance(contract, Framework) else {"block": contract}
    made = UpliftRound.objects.create(
        **of, **terms, lead_id=lead_id, proposed_at=now, proposed_by_id=by.pk, proposed_by=str(by)
    )
    UpliftMove.objects.create(
        round=made, to_state=UpliftState.PROPOSED.value, by_person_id=by.pk, by_name=str(by), at=now
    )
    _note("uplift.proposed", f"An uplift from {wording.date(made.effective_on)} was proposed.", made, by, now)
    return made


def _columns(proposal: Proposal) -> dict[str, Any]:
    rule = proposal.rule
    return {
        "rule": rule.rule, "percent": rule.percent, "addition_pence": rule.addition_pence,
        "index_percent": rule.index_percent, "cap_percent": rule.cap_percent, "floor_percent": rule.floor_percent,
        "applies_to": proposal.applies_to, "effective_on": proposal.effective_on, "words": proposal.words.strip(),
        "index_name": proposal.index_name.strip(), "index_month": proposal.index_month,
        "index_source": proposal.index_source.strip(),
    }  # fmt: skip


def _proposal_problem(contract: Framework | BlockContract, proposal: Proposal, today: date) -> str:
    problem = rule_problem(proposal.rule)
    if problem:
        return problem
    if proposal.applies_to not in UpliftRound.AppliesTo.values:
        return "Choose whether it is for new placements or for all."
    if proposal.effective_on < today:
        return f"Prices never change backwards. Choose {wording.date(today)} or a later day."
    if contract.ends_before and proposal.effective_on >= contract.ends_before:
        return "The contract is over by that day. Choose an earlier day."
    firm = contract.price_firm_until if isinstance(contract, Framework) else None
    if firm and proposal.effective_on < firm:
        return f"Prices are firm until {wording.date(firm)}. Choose that day or a later one."
    if not proposal.words.strip():
        return "Say why prices should change."
    return _index_problem(proposal, today) if proposal.rule.index_percent is not None else ""


def _index_problem(proposal: Proposal, today: date) -> str:
    if not (proposal.index_name.strip() and proposal.index_month and proposal.index_source.strip()):
        return "Give the name of the index, its month and where its value was published."
    if proposal.index_month > today:
        return "The month of the index is still to come. Choose a month that was published."
    return ""


@transaction.atomic
def preview_uplift(
    *,
    uplift: UpliftRound,
    weeks: Mapping[int, int],
    agreed: Mapping[int, int] | None = None,
    version: int | None = None,
    by: Any,
    now: datetime,
) -> UpliftRound:
    """Work out every resulting price and the cost by authority, and keep both for the vote.

    `weeks`: organisation → weeks a year it buys. `agreed`: row of the price → pence a week, where the rule is so.
    """
    require_leads(by, uplift.lead_id)
    locked = _lock(uplift, version)
    _require_can_move(locked, UpliftState.PREVIEWED)
    buyers = {one.pk for one in buyers_of(contract_of(locked))}
    if set(weeks) - buyers or not all(0 <= count <= MOST_WEEKS for count in weeks.values()):
        raise ValidationError(f"Weeks a year are from 0 to {MOST_WEEKS:,}, for authorities that buy from it.")
    locked.weeks = {str(pk): weeks.get(pk, 0) for pk in sorted(buyers)}
    locked.agreed = {str(line): pence for line, pence in (agreed or {}).items()}
    found = worked_preview(locked)
    if not found.changes and locked.rule != UpliftRound.Rule.NONE:
        raise ValidationError("No price would change. Check the rule and the day, or withdraw the round.")
    _keep_lines(locked, found)
    _move(locked, UpliftState.PREVIEWED, by, now, also=("weeks", "agreed"))
    words = f"The uplift was previewed: {wording.plural(len(found.changes), 'price')} would change."
    _note("uplift.previewed", words, locked, by, now)
    return locked


def _keep_lines(row: UpliftRound, found: Preview) -> None:
    priced = "rate_id" if row.framework_id else "block_price_id"
    rows = [(one.line, one.after_pence, "") for one in found.changes]
    rows += [(one.line, one.line.weekly_price_pence, one.why) for one in found.kept]
    UpliftLine.objects.bulk_create(
        UpliftLine(
            round=row, preview=row.version, before_pence=line.weekly_price_pence, after_pence=after, kept_why=why,
            **{priced: line.line_id},
        )
        for line, after, why in rows
    )  # fmt: skip


@transaction.atomic
def record_vote(
    *, uplift: UpliftRound, outcome: VoteOutcome, version: int | None = None, by: Any, now: datetime
) -> UpliftVote:
    """Put the outcome of the vote on record, once. Not carried, the round is over."""
    require_leads(by, uplift.lead_id)
    kept = UpliftVote.objects.filter(round=uplift).first()
    if kept and kept.carried == outcome.carried:
        return kept
    locked = _lock(uplift, version)
    to_state = UpliftState.VOTED if outcome.carried else UpliftState.REJECTED
    _require_can_move(locked, to_state)
    problem = _vote_problem(outcome, timezone.localdate(now, wording.LONDON), len(buyers_of(contract_of(locked))))
    if problem:
        raise ValidationError(problem)
    vote = UpliftVote.objects.create(
        round=locked, ballot_key=outcome.ballot_key, carried=outcome.carried, votes_for=outcome.votes_for,
        votes_against=outcome.votes_against, abstained=outcome.abstained, voted_on=outcome.voted_on,
        minutes=outcome.minutes.strip(), by_name=str(by), at=now,
    )  # fmt: skip
    _move(locked, to_state, by, now)
    said = "carried" if outcome.carried else "not carried"
    _note("uplift.voted", f"The vote on the uplift: {said}, on {wording.date(outcome.voted_on)}.", locked, by, now)
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
    locked = _lock(uplift, None)
    if locked.state == to_state:
        return locked
    if version is not None and version != locked.version:
        raise ChangedMeanwhile("The round")
    if by.pk in {locked.proposed_by_id, *locked.moves.values_list("by_person_id", flat=True)}:
        raise PermissionDenied("Somebody who had no hand in the round approves it. Ask another approver.")
    if locked.state != UpliftState.VOTED:
        _require_can_move(locked, UpliftState.APPROVED)
    if not approved and not why.strip():
        raise ValidationError("Say why it is refused.")
    _move(locked, to_state, by, now, why=why.strip())
    _note("uplift.decided", f"The uplift was {'approved' if approved else 'refused'}.", locked, by, now)
    return locked


@transaction.atomic
def apply_uplift(*, uplift: UpliftRound, by: Any, now: datetime) -> UpliftRound:
    """Write the new prices as they were previewed: new rows from the day, none edited but for its end. Twice is once.

    Refused, with nothing written, if a price changed since the preview or the day has passed.
    """
    require_leads(by, uplift.lead_id)
    locked = _lock(uplift, None)
    if locked.state == UpliftState.APPLIED:
        return locked
    _require_can_move(locked, UpliftState.APPLIED)
    if locked.effective_on < timezone.localdate(now, wording.LONDON):
        raise ValidationError(
            "Its day has passed, and prices never change backwards. Withdraw it and propose a later day."
        )
    found = worked_preview(locked)
    if _as_kept(locked) != {(one.line.line_id, one.line.weekly_price_pence, one.after_pence) for one in found.changes}:
        raise ValidationError(
            "A price changed since the preview, so nothing was applied. Withdraw it and propose it again."
        )
    _write_rates(locked, found.changes) if locked.framework_id else _write_block_prices(locked, found.changes)
    _move(locked, UpliftState.APPLIED, by, now)
    words = (
        f"{wording.plural(len(found.changes), 'price')} changed from {wording.date(locked.effective_on)} by the uplift."
    )
    _note("uplift.applied", words, locked, by, now)
    return locked


def _as_kept(row: UpliftRound) -> set[tuple[int, int, int]]:
    lines = kept_lines(row).filter(kept_why="")
    return {(one.rate_id or one.block_price_id or 0, one.before_pence, one.after_pence) for one in lines}


def _write_rates(row: UpliftRound, changes: tuple[Change, ...]) -> None:
    after = {one.line.line_id: one.after_pence for one in changes}
    old = list(rates_touched(row).filter(pk__in=after).select_for_update(of=("self",)))
    new = [
        RateLine(
            supplier_id=one.supplier_id, provider_id=one.provider_id, category=one.category, min_age=one.min_age,
            before_age=one.before_age, weekly_price_pence=after[one.pk], starts_on=row.effective_on,
            ends_before=one.ends_before,
        )
        for one in old
    ]  # fmt: skip
    RateLine.objects.filter(pk__in=after).update(ends_before=row.effective_on)
    RateLine.objects.bulk_create(new)


def _write_block_prices(row: UpliftRound, changes: tuple[Change, ...]) -> None:
    BlockPrice.objects.bulk_create(
        BlockPrice(contract=row.block, starts_on=row.effective_on, weekly_price_pence=one.after_pence)
        for one in changes
    )


@transaction.atomic
def withdraw_uplift(*, uplift: UpliftRound, why: str, by: Any, now: datetime) -> UpliftRound:
    """Give a round up before it is applied."""
    require_leads(by, uplift.lead_id)
    locked = _lock(uplift, None)
    if locked.state == UpliftState.WITHDRAWN:
        return locked
    _require_can_move(locked, UpliftState.WITHDRAWN)
    if not why.strip():
        raise ValidationError("Say why it is withdrawn.")
    _move(locked, UpliftState.WITHDRAWN, by, now, why=why.strip())
    _note("uplift.withdrawn", "The uplift was withdrawn.", locked, by, now)
    return locked


def _lock(uplift: UpliftRound, version: int | None) -> UpliftRound:
    rows = UpliftRound.objects.select_for_update(of=("self",)).select_related("framework", "block")
    locked = rows.get(pk=uplift.pk)
    if version is not None and locked.version != version:
        raise ChangedMeanwhile("The round")
    return locked


def _require_can_move(locked: UpliftRound, to_state: UpliftState) -> None:
    if not can_move_uplift(locked.state, to_state):
        now = WORDS[UpliftState(locked.state)].lower()
        raise ValidationError(f"The round is “{now}”, so this cannot be done now. Open it again to see what can.")


def _move(
    locked: UpliftRound, to_state: UpliftState, by: Any, now: datetime, *, why: str = "", also: tuple[str, ...] = ()
) -> None:
    from_state, locked.state = locked.state, to_state.value
    locked.version += 1
    locked.save(update_fields=["state", "version", *also])
    UpliftMove.objects.create(
        round=locked,
        from_state=from_state,
        to_state=to_state.value,
        by_person_id=by.pk,
        by_name=str(by),
        at=now,
        why=why,
    )


def _note(name: str, words: str, row: UpliftRound, by: Any, now: datetime) -> None:
    contract = contract_of(row)
    readers = tuple(one.pk for one in buyers_of(contract))
    record(
        name, f"{contract}: {words[0].lower()}{words[1:]}", about=row, by=by, at=now, thread=row.key, seen_by=readers
    )

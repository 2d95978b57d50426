"""Proposing an uplift round, previewing every price it would give, withdrawing it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.design import wording
from nearhome.procurement.actions.uplift_moving import lock_round, move_round, note_round, require_can_move
from nearhome.procurement.calculations.frameworks.uplift import Preview, UpliftRule, rule_problem
from nearhome.procurement.models import (
    BlockContract,
    Framework,
    UpliftCost,
    UpliftLine,
    UpliftMove,
    UpliftRound,
)
from nearhome.procurement.permissions import require_leads
from nearhome.procurement.queries.later_placements import is_counted, nights_on_record, reached_by
from nearhome.procurement.queries.uplifts import (
    NIGHTS_A_WEEK,
    Contract,
    buyers_of,
    contract_of,
    rounds_open,
    worked_preview,
)
from nearhome.procurement.states.uplifts import UpliftState

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
    note_round("uplift.proposed", f"An uplift from {wording.date(made.effective_on)} was proposed.", made, by, now)
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
    if isinstance(contract, BlockContract) and proposal.applies_to == UpliftRound.AppliesTo.NEW:
        return "A bed of a block has one price, whoever sleeps in it. Choose all placements."
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
    weeks: Mapping[int, int] | None = None,
    agreed: Mapping[int, int] | None = None,
    version: int | None = None,
    by: Any,
    now: datetime,
) -> UpliftRound:
    """Work out every resulting price and the cost by authority, and keep both for the vote.

    For all placements of a framework the cost is counted from those that stand; else it is that of `weeks`:
    organisation → weeks a year it buys. `agreed`: row of the price → pence a week, where the rule is so.
    """
    require_leads(by, uplift.lead_id)
    locked = lock_round(uplift, version)
    require_can_move(locked, UpliftState.PREVIEWED)
    typed = _weeks(locked, weeks or {})
    locked.agreed = {str(line): pence for line, pence in (agreed or {}).items()}
    found = worked_preview(locked, typed)
    if not found.changes and locked.rule != UpliftRound.Rule.NONE:
        raise ValidationError("No price would change. Check the rule and the day, or withdraw the round.")
    _keep_lines(locked, found)
    costs = _keep_costs(locked, found, by, timezone.localdate(now, wording.LONDON))
    move_round(locked, UpliftState.PREVIEWED, by, now, also=("agreed",))
    words = f"The uplift was previewed: {wording.plural(len(found.changes), 'price')} would change.{_counted(costs)}"
    note_round("uplift.previewed", words, locked, by, now)
    return locked


def _weeks(row: UpliftRound, typed: Mapping[int, int]) -> dict[int, int]:
    if is_counted(row):
        if typed:
            raise ValidationError("Weeks of placements that stand are counted, not typed. Leave them out.")
        return {}
    buyers = {one.pk for one in buyers_of(contract_of(row))}
    if set(typed) - buyers or not all(0 <= count <= MOST_WEEKS for count in typed.values()):
        raise ValidationError(f"Weeks a year are from 0 to {MOST_WEEKS:,}, for authorities that buy from it.")
    return {pk: typed.get(pk, 0) for pk in sorted(buyers)}


def _keep_costs(row: UpliftRound, found: Preview, by: Any, today: date) -> list[UpliftCost]:
    """Called once the lines are kept: placements are counted at the prices of the newest preview."""
    of: dict[str, Any] = {"round": row, "preview": row.version}
    if is_counted(row):
        costs = [
            UpliftCost(
                authority_id=pk, placements=one.placements, nights=one.nights, more_pence=one.more_pence, **of
            )
            for pk, one in reached_by(row, by=by, today=today).items()
        ]  # fmt: skip
    else:
        on_record = nights_on_record(row, by=by, today=today)
        costs = [
            UpliftCost(
                authority_id=int(one.authority), nights=one.weeks * NIGHTS_A_WEEK,
                nights_on_record=on_record.get(int(one.authority)), more_pence=one.more_pence, **of,
            )
            for one in found.costs
        ]  # fmt: skip
    return UpliftCost.objects.bulk_create(costs)


def _counted(costs: list[UpliftCost]) -> str:
    """For the history that every authority reads: that its records were counted, and what came of it in all."""
    counted = [one.placements for one in costs if one.placements is not None]
    if not counted:
        return ""
    reached = wording.plural(sum(counted), "placement")
    return f" It would reach {reached}, counted in the records of each authority."


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
def withdraw_uplift(*, uplift: UpliftRound, why: str, by: Any, now: datetime) -> UpliftRound:
    """Give a round up before it is applied."""
    require_leads(by, uplift.lead_id)
    locked = lock_round(uplift, None)
    if locked.state == UpliftState.WITHDRAWN:
        return locked
    require_can_move(locked, UpliftState.WITHDRAWN)
    if not why.strip():
        raise ValidationError("Say why it is withdrawn.")
    move_round(locked, UpliftState.WITHDRAWN, by, now, why=why.strip())
    note_round("uplift.withdrawn", "The uplift was withdrawn.", locked, by, now)
    return locked

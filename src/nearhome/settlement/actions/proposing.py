"""Terms are proposed by one person of the authority that carries them, and agreed by another. They are never edited.

A proposal may begin in the past: what it changes in closed months is posted as differences in an open one.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.partnership.models import Partnership
from nearhome.procurement.models import BlockContract
from nearhome.settlement.actions.proposals import MOST_NIGHTS, answered, lock_row, require_why
from nearhome.settlement.calculations.rules.terms import Terms
from nearhome.settlement.models import ContractRules, ContractRulesShare, LeadCost, LeadCostShare, StayAbsence
from nearhome.settlement.permissions.rules import (
    require_can_propose_lead_cost,
    require_can_propose_rules,
)
from nearhome.settlement.queries import refs
from nearhome.settlement.queries.agreed import parties_of, terms_from
from nearhome.settlement.queries.months import members_of

MOST_WEIGHT, MOST_PENCE = 1_000_000, 10**11


@transaction.atomic
def propose_rules(
    *, contract: BlockContract, terms: Terms, template: str = "", why: str, by: Any, now: datetime
) -> ContractRules:
    """Propose a new version of a block's rules. The same proposed twice is proposed once.

    Shares in `terms` name organisations by ref. Raises PermissionDenied, or ValidationError with the mend.
    """
    require_can_propose_rules(by, contract)
    lock_row(contract)
    require_why(why)
    _require_within(contract, terms)
    versions = list(contract.rules.order_by("version"))
    waiting = next((row for row in versions if row.is_agreed is None), None)
    if waiting:
        return _same(waiting, terms, why)
    agreed = [row for row in versions if row.is_agreed and row.starts_on <= terms.starts_on]
    if agreed and terms_from(max(agreed, key=lambda row: (row.starts_on, row.version))) == terms:
        raise ValidationError("These are the rules already in force from that day. Change something, or keep them.")
    row = ContractRules.objects.create(
        contract=contract, host_id=contract.host_id, version=len(versions) + 1, template=template, why=why.strip(),
        proposed_by=by, proposed_at=now, **_columns(terms),
    )  # fmt: skip
    for ref, weight in terms.rule.shares:
        ContractRulesShare.objects.create(rules=row, organisation_id=refs.number(ref), weight=weight)
    words = f"Version {row.version} of the rules of {contract} was proposed, from {wording.date(terms.starts_on)}."
    record("rules.proposed", words, about=row, by=by, at=now, thread=contract.key, seen_by=parties_of(contract))
    return row


@transaction.atomic
def answer_rules(*, rules: ContractRules, agree: bool, words: str = "", by: Any, now: datetime) -> ContractRules:
    """Agree a colleague's proposal, or turn one down with a reason. Harmless when answered so before."""
    require_can_propose_rules(by, rules.contract)
    row = ContractRules.objects.select_for_update(of=("self",)).select_related("contract__host").get(pk=rules.pk)
    if not answered(row, agree, words, by, now):
        return row
    told = f"Version {row.version} of the rules of {row.contract} was {'agreed' if agree else 'turned down'}."
    parties = parties_of(row.contract)
    record("rules.answered", told, about=row, by=by, at=now, thread=row.contract.key, seen_by=parties)
    return row


@transaction.atomic
def propose_lead_cost(
    *,
    partnership: Partnership,
    starts_on: date,
    yearly_pence: int,
    shares: Mapping[int, int],
    why: str,
    by: Any,
    now: datetime,
) -> LeadCost:
    """Propose what the lead's work costs by the year from a day, and who (by number) shares it by which weight."""
    require_can_propose_lead_cost(by, partnership)
    lock_row(partnership)
    require_why(why)
    _require_lead_cost(partnership, starts_on, yearly_pence, shares)
    versions = list(partnership.lead_costs.order_by("version"))
    waiting = next((row for row in versions if row.is_agreed is None), None)
    if waiting:
        if (waiting.starts_on, waiting.yearly_pence, waiting.why) == (starts_on, yearly_pence, why.strip()):
            return waiting
        raise ValidationError("A proposal waits for its answer. Agree it or turn it down first.")
    row = LeadCost.objects.create(
        partnership=partnership, lead_id=partnership.lead_id, version=len(versions) + 1, starts_on=starts_on,
        yearly_pence=yearly_pence, why=why.strip(), proposed_by=by, proposed_at=now,
    )  # fmt: skip
    for number, weight in shares.items():
        LeadCostShare.objects.create(lead_cost=row, organisation_id=number, weight=weight)
    words = f"Costs of the lead of {wording.money(yearly_pence)} a year were proposed, from {wording.date(starts_on)}."
    seen_by = members_of(partnership.pk)
    record("lead_cost.proposed", words, about=row, by=by, at=now, thread=partnership.key, seen_by=seen_by)
    return row


@transaction.atomic
def answer_lead_cost(*, lead_cost: LeadCost, agree: bool, words: str = "", by: Any, now: datetime) -> LeadCost:
    """Agree a colleague's proposal of the lead's costs, or turn one down with a reason."""
    require_can_propose_lead_cost(by, lead_cost.partnership)
    row = LeadCost.objects.select_for_update(of=("self",)).select_related("partnership__lead").get(pk=lead_cost.pk)
    if not answered(row, agree, words, by, now):
        return row
    told = f"Costs of the lead of {wording.money(row.yearly_pence)} a year were {'agreed' if agree else 'turned down'}."
    seen_by = members_of(row.partnership_id)
    record("lead_cost.answered", told, about=row, by=by, at=now, thread=row.partnership.key, seen_by=seen_by)
    return row


def _same(waiting: ContractRules, terms: Terms, why: str) -> ContractRules:
    if terms_from(waiting) == terms and waiting.why == why.strip():
        return waiting
    raise ValidationError(
        f"Version {waiting.version} waits for its answer. Agree it or turn it down before another is proposed."
    )


def _columns(terms: Terms) -> dict[str, Any]:
    rule, gain = terms.rule, terms.gain
    return {
        "starts_on": terms.starts_on,
        "empty_bearer": rule.empty_bearer,
        "grace_nights": rule.grace_nights,
        "released_after": rule.released_after,
        "released_bearer": rule.released_bearer,
        "absences": [[one.kind, one.full_nights, one.then_basis_points] for one in rule.absences],
        "guarantee_basis_points": terms.guarantee,
        "variable_weekly_pence": terms.variable_weekly,
        "gain_benchmark_pence": gain.benchmark_pence if gain else None,
        "gain_basis_points": gain.basis_points if gain else 0,
        "gain_most_pence": gain.most_pence if gain else None,
        "first_refusal_days": terms.first_refusal_days,
    }


def _require_within(contract: BlockContract, terms: Terms) -> None:
    if terms.starts_on < contract.starts_on:
        raise ValidationError(f"Rules begin with the contract or later: {wording.date(contract.starts_on)}.")
    if contract.ends_before and terms.starts_on >= contract.ends_before:
        raise ValidationError(f"The contract ends before {wording.date(contract.ends_before)}. Choose an earlier day.")
    parties = {refs.organisation(one) for one in parties_of(contract)}
    if not {ref for ref, _ in terms.rule.shares} <= parties:
        raise ValidationError("Only parties of the contract have a share. Add the authority to the contract first.")
    if any(weight > MOST_WEIGHT for _, weight in terms.rule.shares):
        raise ValidationError(f"A share is at most {MOST_WEIGHT:,}.")
    _require_counts(terms)
    _require_money(terms)


def _require_counts(terms: Terms) -> None:
    kinds = [one.kind for one in terms.rule.absences]
    if not set(kinds) <= set(StayAbsence.Kind.values) or len(set(kinds)) != len(kinds):
        raise ValidationError("Each kind of absence has one rule: missing, hospital or holiday.")
    nights = (terms.rule.grace_nights, terms.rule.released_after or 0, terms.first_refusal_days)
    if max(*nights, *(one.full_nights for one in terms.rule.absences)) > MOST_NIGHTS:
        raise ValidationError(f"Nights and days are at most {MOST_NIGHTS:,}.")


def _require_money(terms: Terms) -> None:
    gain = terms.gain
    if gain and not (0 < gain.basis_points <= 10_000 and 0 < gain.benchmark_pence < MOST_PENCE):
        raise ValidationError("A share in a saving is above 0% and at most 100%, against a weekly price above £0.")
    if gain and gain.most_pence is not None and not 0 <= gain.most_pence < MOST_PENCE:
        raise ValidationError("The most that the provider has of a saving is £0 or more.")
    if terms.variable_weekly >= MOST_PENCE:
        raise ValidationError("The variable part is too large. Enter pounds by the week.")


def _require_lead_cost(partnership: Partnership, starts_on: date, yearly_pence: int, shares: Mapping[int, int]) -> None:
    if starts_on < partnership.starts_on:
        raise ValidationError(f"The partnership begins on {wording.date(partnership.starts_on)}. Choose a later day.")
    if not 0 <= yearly_pence < MOST_PENCE:
        raise ValidationError("The costs of a year are £0 or more.")
    if not set(shares) <= set(members_of(partnership.pk)):
        raise ValidationError("Only partners share the lead's costs.")
    if any(not 0 <= weight <= MOST_WEIGHT for weight in shares.values()) or not sum(shares.values()):
        raise ValidationError(f"Shares are 0 to {MOST_WEIGHT:,}, at least one of them above 0.")

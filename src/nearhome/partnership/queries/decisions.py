"""Recorded decisions: one's own authority's, and those of partners from their notice on."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from nearhome.calendars.bank_holidays import bank_holidays
from nearhome.design.wording import money, plural
from nearhome.partnership.calculations.key_decisions import (
    KeyRules,
    KeyTest,
    call_in_until,
    earliest_decision_on,
    key_test,
)
from nearhome.partnership.calculations.risks import risk_band, risk_score
from nearhome.partnership.models import DecisionRecord, DecisionRisk, DecisionRules
from nearhome.partnership.permissions import require_can_read
from nearhome.partnership.states import DecisionState
from nearhome.people.models import Organisation, Person


@dataclass(frozen=True)
class Part:
    """One part of a decision to write: what is still missing, in a sentence; empty when it is whole."""

    slug: str
    title: str
    missing: str


def decisions_of(person: Person) -> QuerySet[DecisionRecord]:
    """Decisions the person may read, the newest first. Raises PermissionDenied for another role."""
    require_can_read(person)
    return DecisionRecord.objects.select_related("authority", "partnership").order_by("-made_at", "-pk")


def decision_for(person: Person, key: UUID) -> DecisionRecord:
    """One of them. Raises PermissionDenied for another role and Http404 for one of others, or their draft."""
    rows = decisions_of(person).select_related("made_by", "proposed_by", "decided_by")
    found = rows.filter(key=key).prefetch_related("risks", "moves").first()
    if found is None:
        raise Http404("No such decision")
    return found


def decisions_about(key: UUID) -> QuerySet[DecisionRecord]:
    """Decisions on a thing of another stage, such as a procurement, by its key; the newest first, as far as one may read them."""
    rows = DecisionRecord.objects.filter(about_key=key).select_related("authority")
    return rows.order_by("-made_at", "-pk")


def is_in_effect(decision: DecisionRecord, *, on: date) -> bool:
    """Whether it was approved and may be carried out on a day: its call-in is over, or it was confirmed."""
    if decision.state == DecisionState.APPROVED:
        return decision.call_in_until is not None and on > decision.call_in_until
    return decision.state in (DecisionState.CONFIRMED, DecisionState.IMPLEMENTED)


def rules_row(authority: Organisation) -> DecisionRules | None:
    """What the authority set; None while it uses what is usual."""
    return DecisionRules.objects.filter(authority=authority).first()


def key_rules_of(authority: Organisation) -> KeyRules:
    """The authority's rules for key decisions, or the usual ones."""
    row = rules_row(authority)
    if row is None:
        return KeyRules()
    return KeyRules(row.value_pence, row.divisions, row.notice_clear_days, row.call_in_working_days)


def key_test_of(decision: DecisionRecord, rules: KeyRules) -> KeyTest:
    """Whether it is key, as it is written now."""
    return key_test(
        rules,
        value_pence=decision.value_pence,
        divisions=decision.divisions,
        all_divisions=decision.all_divisions,
    )


def key_reasons(decision: DecisionRecord, rules: KeyRules) -> list[str]:
    """Why it is key, or why it is not, in sentences."""
    test = key_test_of(decision, rules)
    reasons = []
    if test.by_value:
        reasons.append(f"Its value, {money(decision.value_pence)}, is more than {money(rules.value_pence)}.")
    if test.by_divisions:
        divisions = "all divisions" if decision.all_divisions else plural(decision.divisions or 0, "division")
        reasons.append(f"It affects {divisions}; {rules.divisions} or more make a decision key.")
    if not reasons:
        reasons.append(
            f"Its value is not more than {money(rules.value_pence)} and it affects fewer than {rules.divisions} divisions."
        )
    return reasons


def earliest_for(decision: DecisionRecord, notice_on: date, rules: KeyRules) -> date:
    """The first day on which it may be decided if its notice is published on a day; at once where it is not key."""
    is_key = key_test_of(decision, rules).is_key
    return earliest_decision_on(notice_on, rules.notice_clear_days if is_key else 0)


def call_in_until_for(decision: DecisionRecord, decided_on: date) -> date:
    """The last day of call-in, in working days of England, by the rules the notice was published under."""
    days = decision.rules.get("call_in_working_days", KeyRules().call_in_working_days)
    return call_in_until(decided_on, days, bank_holidays(decided_on, decided_on))


def parts_of(decision: DecisionRecord) -> tuple[Part, ...]:
    """Everything there is to write, each with what it still lacks."""
    return (
        Part("proposal", "What is proposed, and why", _proposal(decision)),
        Part("options", "Options considered", _options(decision.options)),
        Part("scope", "Value, divisions and who decides", _scope(decision)),
        Part("delegations", "Delegations", ""),
        Part("implications", "Financial and legal implications", _implications(decision)),
        Part("screening", "Equality and data protection", _screening(decision)),
        Part("risks", "Risks", "" if decision.risks.all() else "Add at least one risk with its mitigation."),
    )


def missing_from(decision: DecisionRecord) -> list[str]:
    """What must still be written before its notice can be published, in sentences."""
    return [f"{part.title}: {part.missing}" for part in parts_of(decision) if part.missing]


def _proposal(decision: DecisionRecord) -> str:
    if not decision.proposed:
        return "Say what is proposed."
    return "" if decision.reasons.strip() else "Give the reasons."


def _options(options: list[dict[str, Any]]) -> str:
    if len(options) < 2:
        return "Add at least two options, one of them doing nothing if that is one."
    chosen = [one for one in options if one["recommended"]]
    if len(chosen) != 1:
        return "Recommend exactly one option."
    return (
        "" if all(one["recommended"] or one["reason"] for one in options) else "Say why each other option is rejected."
    )


def _scope(decision: DecisionRecord) -> str:
    if decision.value_pence is None:
        return "Enter the value over the whole life; 0 if no money is involved."
    if decision.divisions is None and not decision.all_divisions:
        return "Say how many divisions are affected."
    return "" if decision.decider.strip() else "Say who decides, by role."


def _implications(decision: DecisionRecord) -> str:
    missing = [name for name in ("financial", "legal") if not getattr(decision, name).strip()]
    return f"Write the {' and '.join(missing)} implications." if missing else ""


def _screening(decision: DecisionRecord) -> str:
    if not decision.equality:
        return "Record the outcome of the equality screening."
    if decision.data_protection_needed is None:
        return "Say whether a data protection impact assessment is needed."
    return ""


def risk_for(person: Person, key: UUID, number: int) -> DecisionRisk:
    """One risk of a decision. Raises PermissionDenied and Http404."""
    decision = decision_for(person, key)
    row = DecisionRisk.objects.filter(decision=decision, number=number).select_related("decision__authority").first()
    if row is None:
        raise Http404("No such risk")
    return row


def risks_due(person: Person, *, on: date) -> QuerySet[DecisionRisk]:
    """Open risks of the authority's decisions whose review is due by a day, earliest first."""
    ended = (DecisionState.WITHDRAWN, DecisionState.REFUSED)
    rows = DecisionRisk.objects.filter(
        Q(review_on__lte=on), decision__authority_id=person.organisation_id, closed_at__isnull=True
    )
    return rows.exclude(decision__state__in=ended).select_related("decision").order_by("review_on", "pk")


@dataclass(frozen=True)
class RiskLine:
    """A risk with its score and level."""

    row: DecisionRisk
    score: int
    band: str

    @property
    def colour(self) -> str:
        return {"High": "red", "Medium": "yellow", "Low": "green"}[self.band]


def risk_lines(decision: DecisionRecord) -> tuple[RiskLine, ...]:
    """The risks of a decision in the order of their numbers."""
    scored = [(row, risk_score(row.likelihood, row.impact)) for row in decision.risks.all()]
    return tuple(RiskLine(row, score, risk_band(score)) for row, score in scored)

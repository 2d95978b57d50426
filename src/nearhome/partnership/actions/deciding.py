"""From the notice to the decision, through call-in, until it is carried out."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.wording import date as in_words
from nearhome.partnership.actions.moving import lock_decision, move_decision, require_state
from nearhome.partnership.models import DecisionRecord, DecisionRules
from nearhome.partnership.permissions import (
    require_can_call_in,
    require_can_decide,
    require_can_set_rules,
    require_can_write,
)
from nearhome.partnership.queries.decisions import (
    call_in_until_for,
    earliest_for,
    key_reasons,
    key_rules_of,
    key_test_of,
    missing_from,
)
from nearhome.partnership.queries.partnerships import party_ids
from nearhome.partnership.states import DecisionState


@transaction.atomic
def propose_decision(
    *,
    decision: DecisionRecord,
    version: int,
    by: Any,
    now: datetime,
    notice_on: date | None = None,
    not_before_on: date | None = None,
    urgent_reason: str = "",
) -> DecisionRecord:
    """Publish the notice of a whole draft: the key-decision test and the dates are fixed by the rules of now.

    `notice_on` is today unless it was published earlier elsewhere; `not_before_on` may be later than the rules ask, not
    earlier. With an `urgent_reason` the decision need not wait. Raises ValidationError with the mend.
    """
    require_can_write(by, decision)
    if _stands_proposed_by(decision, by):
        return decision
    kept = lock_decision(decision, version=version)
    require_state(kept, DecisionState.DRAFT)
    missing = missing_from(kept)
    if missing:
        raise ValidationError(missing)
    notice_on = notice_on or london_date(now)
    if notice_on > london_date(now):
        raise ValidationError("The notice is published today, or was on an earlier day.")
    rules = key_rules_of(kept.authority)
    earliest = earliest_for(kept, notice_on, rules)
    if not_before_on is not None and not_before_on < earliest:
        raise ValidationError(f"With this notice it may be decided on {in_words(earliest)} or later, not before.")
    kept.rules, kept.is_key, kept.key_reasons = asdict(rules), key_test_of(kept, rules).is_key, key_reasons(kept, rules)
    kept.notice_on, kept.not_before_on, kept.proposed_by = notice_on, not_before_on or earliest, by
    kept.urgent_reason = urgent_reason.strip()
    kept.is_urgent = bool(kept.urgent_reason)
    also = (
        "rules", "is_key", "key_reasons", "notice_on", "not_before_on", "proposed_by", "urgent_reason", "is_urgent",
    )  # fmt: skip
    move_decision(kept, DecisionState.PROPOSED, by=by, now=now, why=kept.urgent_reason, also=also)
    words = f"The notice of decision {kept.reference} was published; not before {in_words(kept.not_before_on)}."
    _record("decision.proposed", words, kept, by, now)
    return kept


@transaction.atomic
def return_to_draft(*, decision: DecisionRecord, version: int, why: str, by: Any, now: datetime) -> DecisionRecord:
    """Take a proposed decision back to be written again; its notice starts anew."""
    require_can_write(by, decision)
    kept = lock_decision(decision, version=version)
    require_state(kept, DecisionState.PROPOSED)
    kept.notice_on = kept.not_before_on = kept.proposed_by = None
    also = ("notice_on", "not_before_on", "proposed_by")
    move_decision(kept, DecisionState.DRAFT, by=by, now=now, why=_said(why, "Say why it is taken back."), also=also)
    _record("decision.taken_back", f"Decision {kept.reference} was taken back to be written again.", kept, by, now)
    return kept


@transaction.atomic
def take_decision(
    *, decision: DecisionRecord, version: int, is_approved: bool, words: str, by: Any, now: datetime
) -> DecisionRecord:
    """Approve or refuse, by an approver who neither wrote nor proposed it, once its notice has stood.

    Raises PermissionDenied, ChangedMeanwhile, and ValidationError while the notice stands and nothing is urgent.
    """
    done = DecisionRecord.objects.filter(pk=decision.pk, decided_by_id=by.pk).first()
    if done and (done.state == DecisionState.APPROVED) == is_approved and done.decision_words == words.strip():
        return done
    require_can_decide(by, decision)
    kept = lock_decision(decision, version=version)
    require_state(kept, DecisionState.PROPOSED)
    require_can_decide(by, kept)
    today = london_date(now)
    if not kept.is_urgent and kept.not_before_on and today < kept.not_before_on:
        raise ValidationError(f"Its notice stands until then: decide on {in_words(kept.not_before_on)} or later.")
    if not is_approved:
        _said(words, "Say why it is refused.")
    kept.decided_by, kept.decided_at, kept.decided_on, kept.decision_words = by, now, today, words.strip()
    kept.call_in_until = call_in_until_for(kept, today) if is_approved else None
    also = ("decided_by", "decided_at", "decided_on", "decision_words", "call_in_until")
    to_state = DecisionState.APPROVED if is_approved else DecisionState.REFUSED
    move_decision(kept, to_state, by=by, now=now, why=kept.decision_words, also=also)
    after = f"; it may be called in until {in_words(kept.call_in_until)}" if kept.call_in_until else ""
    verb = "approved" if is_approved else "refused"
    _record(f"decision.{verb}", f"Decision {kept.reference} was {verb}{after}.", kept, by, now)
    return kept


@transaction.atomic
def call_in(*, decision: DecisionRecord, version: int, why: str, by: Any, now: datetime) -> DecisionRecord:
    """Record that scrutiny called the decision in, within its days."""
    require_can_call_in(by, decision)
    kept = lock_decision(decision, version=version)
    require_state(kept, DecisionState.APPROVED)
    if kept.call_in_until and london_date(now) > kept.call_in_until:
        raise ValidationError(f"It could be called in until {in_words(kept.call_in_until)}.")
    move_decision(kept, DecisionState.CALLED_IN, by=by, now=now, why=_said(why, "Say who called it in, and why."))
    _record("decision.called_in", f"Decision {kept.reference} was called in.", kept, by, now)
    return kept


@transaction.atomic
def settle_call_in(
    *, decision: DecisionRecord, version: int, is_confirmed: bool, words: str, by: Any, now: datetime
) -> DecisionRecord:
    """Record what came of a call-in: confirmed, or withdrawn so that a new decision can be proposed."""
    require_can_call_in(by, decision)
    kept = lock_decision(decision, version=version)
    require_state(kept, DecisionState.CALLED_IN)
    to_state = DecisionState.CONFIRMED if is_confirmed else DecisionState.WITHDRAWN
    move_decision(kept, to_state, by=by, now=now, why=_said(words, "Say what came of the call-in."))
    verb = "confirmed" if is_confirmed else "withdrawn"
    _record(f"decision.{verb}", f"Decision {kept.reference} was {verb} after its call-in.", kept, by, now)
    return kept


@transaction.atomic
def carry_out(*, decision: DecisionRecord, version: int, words: str, by: Any, now: datetime) -> DecisionRecord:
    """Record that an approved decision was carried out, once it can no longer be called in. Harmless when repeated."""
    require_can_write(by, decision)
    done = DecisionRecord.objects.filter(pk=decision.pk, state=DecisionState.IMPLEMENTED).first()
    if done is not None:
        return done
    kept = lock_decision(decision, version=version)
    require_state(kept, DecisionState.APPROVED, DecisionState.CONFIRMED)
    today = london_date(now)
    if kept.call_in_until and today <= kept.call_in_until:
        raise ValidationError(
            f"It may be called in until {in_words(kept.call_in_until)}, so it cannot be carried out before the day after."
        )
    kept.implemented_on = today
    move_decision(kept, DecisionState.IMPLEMENTED, by=by, now=now, why=words.strip(), also=("implemented_on",))
    _record("decision.carried_out", f"Decision {kept.reference} was carried out.", kept, by, now)
    return kept


@transaction.atomic
def withdraw_decision(*, decision: DecisionRecord, version: int, why: str, by: Any, now: datetime) -> DecisionRecord:
    """Give a draft or a proposed decision up. It stays on record."""
    require_can_write(by, decision)
    kept = lock_decision(decision, version=version)
    require_state(kept, DecisionState.DRAFT, DecisionState.PROPOSED)
    move_decision(kept, DecisionState.WITHDRAWN, by=by, now=now, why=_said(why, "Say why it is withdrawn."))
    _record("decision.withdrawn", f"Decision {kept.reference} was withdrawn.", kept, by, now)
    return kept


@transaction.atomic
def set_decision_rules(
    *, value_pence: int, divisions: int, notice_clear_days: int, call_in_working_days: int, source: str, by: Any,
    now: datetime,
) -> DecisionRules:  # fmt: skip
    """Set one's authority's rules for key decisions; notices that stand keep the rules they were published under."""
    authority = require_can_set_rules(by)
    if min(value_pence, notice_clear_days, call_in_working_days) < 0 or divisions < 1:
        raise ValidationError("The rules are 0 or more, and at least 1 division.")
    wanted = {
        "value_pence": value_pence, "divisions": divisions, "notice_clear_days": notice_clear_days,
        "call_in_working_days": call_in_working_days, "source": source,
    }  # fmt: skip
    kept, is_new = DecisionRules.objects.select_for_update(of=("self",)).get_or_create(
        authority=authority, defaults={**wanted, "changed_at": now, "changed_by": str(by)}
    )
    if not is_new and all(getattr(kept, name) == value for name, value in wanted.items()):
        return kept
    for name, value in (wanted | {"changed_at": now, "changed_by": str(by)}).items():
        setattr(kept, name, value)
    kept.save()
    record("decision_rules.set", f"{authority} set its rules for key decisions.", about=kept, by=by, at=now)
    return kept


def _stands_proposed_by(decision: DecisionRecord, by: Any) -> bool:
    """A second click on the same notice."""
    rows = DecisionRecord.objects.filter(pk=decision.pk, state=DecisionState.PROPOSED, proposed_by_id=by.pk)
    return rows.exists()


def _said(words: str, else_say: str) -> str:
    if not words.strip():
        raise ValidationError(else_say)
    return words.strip()


def _record(name: str, words: str, decision: DecisionRecord, by: Any, now: datetime) -> None:
    told = party_ids(decision.partnership, london_date(now)) if decision.partnership and decision.notice_on else ()
    record(name, words, about=decision, by=by, at=now, thread=decision.key, seen_by=told)

"""An authority's answer to its statement: agreed, or disputed and why."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.settlement.models import Statement
from nearhome.settlement.permissions import require_can_answer
from nearhome.settlement.queries import periods


@transaction.atomic
def agree_statement(*, statement: Statement, issued_at: datetime, by: Any, now: datetime) -> Statement:
    """Agree the statement as issued at that moment. Harmless when already agreed. Raises ChangedMeanwhile."""
    statement = _locked(statement, issued_at, by)
    if statement.agreed_at:
        return statement
    statement.agreed_at, statement.agreed_by = now, by
    statement.save()
    _record(statement, "statement.agreed", "agreed", by, now)
    return statement


@transaction.atomic
def dispute_statement(*, statement: Statement, issued_at: datetime, words: str, by: Any, now: datetime) -> Statement:
    """Say what is wrong with the statement as issued at that moment; an earlier agreement falls."""
    statement = _locked(statement, issued_at, by)
    if not words.strip():
        raise ValidationError("Say what is wrong with the statement, by line.")
    if statement.disputed_at and not statement.agreed_at and statement.dispute == words.strip():
        return statement
    statement.agreed_at = statement.agreed_by = None
    statement.disputed_at, statement.dispute = now, words.strip()
    statement.save()
    _record(statement, "statement.disputed", "disputed", by, now)
    return statement


def _locked(statement: Statement, issued_at: datetime, by: Any) -> Statement:
    rows = Statement.objects.select_for_update(of=("self",)).select_related("month__partnership", "organisation")
    kept = rows.get(pk=statement.pk)
    require_can_answer(by, kept)
    if kept.issued_at != issued_at:
        raise ChangedMeanwhile("The statement")
    return kept


def _record(statement: Statement, name: str, verb: str, by: Any, now: datetime) -> None:
    month = statement.month
    words = f"{statement.organisation} {verb} its statement for {periods.in_words(month.starts_on)}."
    lead = month.partnership.finance_lead_id
    record(name, words, about=statement, by=by, at=now, thread=month.key, seen_by=(lead,))

"""What every proposal has in common, for the actions that make and answer one: it is answered once, by another person."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from nearhome.settlement.permissions.rules import require_another

MOST_NIGHTS = 3_650


def answered(row: Any, agree: bool, words: str, by: Any, now: datetime) -> bool:
    """Write the answer; False where the same answer stands already."""
    if agree:
        require_another(by, row.proposed_by_id)
    if row.is_agreed is agree:
        return False
    if row.is_agreed is not None:
        raise ValidationError("This was answered already. Propose a new version.")
    if not agree and not words.strip():
        raise ValidationError("Say why it is turned down.")
    row.is_agreed, row.answered_by, row.answered_at, row.answer_words = agree, by, now, words.strip()
    row.save(update_fields=["is_agreed", "answered_by", "answered_at", "answer_words"])
    return True


def require_why(why: str) -> None:
    if not why.strip():
        raise ValidationError("Say why the terms are proposed.")
    if len(why) > 2000:
        raise ValidationError("Say why in at most 2,000 characters.")


def lock_row(row: Model) -> None:
    """Two people at once: the second waits and then sees what the first did."""
    type(row)._default_manager.select_for_update().get(pk=row.pk)

"""The single way a decision changes its state, and the lock that keeps two people from both winning."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.partnership.models import DecisionMove, DecisionRecord
from nearhome.partnership.states import WORDS, DecisionState, can_move
from nearhome.privacy.conflict import ChangedMeanwhile


def lock_decision(decision: DecisionRecord, *, version: int | None = None) -> DecisionRecord:
    """The row as it is now, locked until the transaction ends. Raises ChangedMeanwhile if it is not that version."""
    rows = DecisionRecord.objects.select_for_update(of=("self",)).select_related("authority", "partnership")
    locked = rows.get(pk=decision.pk)
    if version is not None and locked.version != version:
        raise ChangedMeanwhile(f"Decision {locked.reference}")
    return locked


def require_state(locked: DecisionRecord, *states: DecisionState) -> None:
    """Raise ValidationError, saying how it stands, unless the decision is in one of these states."""
    if locked.state not in states:
        raise ValidationError(
            f"Decision {locked.reference} is “{WORDS[DecisionState(locked.state)]}”, so this cannot be done now."
            " Open it again to see what can."
        )


def move_decision(
    locked: DecisionRecord,
    to_state: DecisionState,
    *,
    by: Any,
    now: datetime,
    why: str = "",
    also: tuple[str, ...] = (),
) -> None:
    """Move a locked decision, saving the columns named in `also` with it; the caller records the event."""
    if not can_move(locked.state, to_state):
        raise ValidationError(
            f"Decision {locked.reference} is “{WORDS[DecisionState(locked.state)]}”, so it cannot become"
            f" “{WORDS[to_state]}”. Open it again to see what can be done now."
        )
    from_state, locked.state = locked.state, to_state.value
    locked.version += 1
    locked.save(update_fields=["state", "version", *also])
    DecisionMove.objects.create(
        decision=locked, from_state=from_state, to_state=to_state.value, by_name=str(by), by_person_id=by.pk, at=now,
        why=why,
    )  # fmt: skip

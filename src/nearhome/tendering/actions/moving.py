"""The single way a procurement changes its state, and the lock that keeps two people from both winning."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.tendering.models import Procurement, ProcurementMove
from nearhome.tendering.states import WORDS, ProcurementState, can_move


def lock_procurement(procurement: Procurement, *, version: int | None = None) -> Procurement:
    """The row as it is now, locked until the transaction ends. Raises ChangedMeanwhile if it is not that version."""
    locked = Procurement.objects.select_for_update(of=("self",)).select_related("lead").get(pk=procurement.pk)
    if version is not None and locked.version != version:
        raise ChangedMeanwhile(f"Procurement {locked.ref}")
    return locked


def require_state(locked: Procurement, *states: ProcurementState) -> None:
    """Raise ValidationError, saying how it stands, unless the procurement is in one of these states."""
    if locked.state not in states:
        raise ValidationError(
            f"Procurement {locked.ref} is “{WORDS[ProcurementState(locked.state)]}”, so this cannot be done now."
            " Open it again to see what can."
        )


def move_procurement(
    locked: Procurement,
    to_state: ProcurementState,
    *,
    by: Any,
    now: datetime,
    why: str = "",
    also: tuple[str, ...] = (),
) -> None:
    """Move a locked procurement, saving the columns named in `also` with it; the caller records the event."""
    if not can_move(locked.state, to_state):
        raise ValidationError(
            f"Procurement {locked.ref} is “{WORDS[ProcurementState(locked.state)]}”, so it cannot become"
            f" “{WORDS[to_state]}”. Open it again to see what can be done now."
        )
    from_state, locked.state = locked.state, to_state.value
    locked.version += 1
    locked.save(update_fields=["state", "version", *also])
    ProcurementMove.objects.create(
        procurement=locked, from_state=from_state, to_state=to_state.value, by_name=str(by), by_person_id=by.pk, at=now,
        why=why,
    )  # fmt: skip

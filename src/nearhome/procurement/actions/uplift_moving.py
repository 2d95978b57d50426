"""The single way an uplift round changes its state, and the lock that keeps two people from both winning."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.audit.record import record
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.procurement.models import UpliftMove, UpliftRound
from nearhome.procurement.queries.uplifts import buyers_of, contract_of
from nearhome.procurement.states.uplifts import WORDS, UpliftState, can_move_uplift


def lock_round(uplift: UpliftRound, version: int | None) -> UpliftRound:
    rows = UpliftRound.objects.select_for_update(of=("self",)).select_related("framework", "block")
    locked = rows.get(pk=uplift.pk)
    if version is not None and locked.version != version:
        raise ChangedMeanwhile("The round")
    return locked


def require_can_move(locked: UpliftRound, to_state: UpliftState) -> None:
    if not can_move_uplift(locked.state, to_state):
        now = WORDS[UpliftState(locked.state)].lower()
        raise ValidationError(f"The round is “{now}”, so this cannot be done now. Open it again to see what can.")


def move_round(
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


def note_round(name: str, words: str, row: UpliftRound, by: Any, now: datetime) -> None:
    contract = contract_of(row)
    readers = tuple(one.pk for one in buyers_of(contract))
    record(
        name, f"{contract}: {words[0].lower()}{words[1:]}", about=row, by=by, at=now, thread=row.key, seen_by=readers
    )

"""What every change of a tender begins and ends with: who may, whether it may still change, and the record."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.audit.record import record
from nearhome.tendering.actions.moving import lock_procurement
from nearhome.tendering.models import Procurement
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.states import ProcurementState


def lock_while_shaped(procurement: Procurement, *, by: Any) -> Procurement:
    """The locked procurement, while its lots and criteria may change. Raises ValidationError once it is published."""
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    if locked.state != ProcurementState.PREPARING or locked.published_at is not None:
        raise ValidationError(
            "Lots, prices and criteria are fixed once the tender is published: bidders rely on them. To change them,"
            " abandon this procurement and begin another."
        )
    return locked


def note_change(locked: Procurement, name: str, words: str, *, by: Any, now: datetime) -> None:
    """Raise the version and record the sentence, for the lead and those who buy with it."""
    locked.version += 1
    locked.save(update_fields=["version"])
    record(name, words, about=locked, by=by, at=now, thread=locked.key, seen_by=buyers_besides(locked))


def buyers_besides(procurement: Procurement) -> tuple[int, ...]:
    """The authorities that buy with the lead."""
    return tuple(procurement.parties.values_list("organisation_id", flat=True))

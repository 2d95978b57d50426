"""The single way a referral changes its state, and the lock that keeps two people from both winning."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.people.models import Person
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.referrals.models import Referral, ReferralMove
from nearhome.referrals.permissions import require_can_work_on
from nearhome.referrals.states import WORDS, ReferralState, can_move


def lock_referral(referral: Referral, *, version: int | None = None) -> Referral:
    """The referral's row as it is now, locked until the transaction ends.

    Raises ChangedMeanwhile if it is no longer the version named (None: whichever it is).
    """
    locked = Referral.objects.select_for_update(of=("self",)).select_related("authority").get(pk=referral.pk)
    if version is not None and locked.version != version:
        raise ChangedMeanwhile(f"Referral {locked.ref}")
    return locked


def lock_draft(referral: Referral, *, by: Person, version: int | None = None) -> Referral:
    """The locked row of a referral that this person may change now; raises PermissionDenied or ValidationError."""
    require_can_work_on(by, referral)
    locked = lock_referral(referral, version=version)
    require_draft(locked)
    return locked


def require_draft(locked: Referral) -> None:
    """Raise ValidationError unless the answers may still be changed."""
    if locked.state != ReferralState.DRAFT:
        raise ValidationError(
            f"Referral {locked.ref} has been submitted, so its answers can no longer be changed."
            " Open the referral to see what can be done now."
        )


def keep_changes(locked: Referral, referral: Referral, *changed: str) -> None:
    """Save the named columns of the locked row under the next version, and bring the caller's copy up to date."""
    locked.version += 1
    locked.save(update_fields=[*changed, "version"])
    for name in (*changed, "version"):
        setattr(referral, name, getattr(locked, name))


@transaction.atomic
def move_referral(*, referral: Referral, to_state: str, by: Any, now: datetime, why: str = "") -> Referral:
    """Move a referral to another state; `referral.version` must still be the one in the database.

    Raises ChangedMeanwhile if somebody was quicker, ValidationError if the table of moves does not allow it.
    The caller records the event: this writes only the move, because only the caller knows its meaning.
    """
    locked = lock_referral(referral, version=referral.version)
    if not can_move(locked.state, to_state):
        raise ValidationError(
            f"Referral {locked.ref} is “{WORDS[ReferralState(locked.state)]}”, so it cannot become"
            f" “{WORDS[ReferralState(to_state)]}”. Open the referral again to see what can be done now."
        )
    from_state, locked.state = locked.state, ReferralState(to_state).value
    keep_changes(locked, referral, "state")
    note_move(referral, from_state=from_state, by=by, now=now, why=why)
    return referral


def note_move(referral: Referral, *, from_state: str, by: Any, now: datetime, why: str) -> None:
    """Keep who brought the referral to its present state, when and why."""
    ReferralMove.objects.create(
        referral_id=referral.pk,
        authority_id=referral.authority_id,
        from_state=from_state,
        to_state=referral.state,
        by_name=str(by),
        by_person_id=by.pk,
        at=now,
        why=why,
    )

"""A submitted referral goes back to draft, so that it can be corrected before any home knows of it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design.wording import plural
from nearhome.people.models import Person
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.referrals.actions.moving import lock_referral, move_referral
from nearhome.referrals.actions.permission import close_open_permission
from nearhome.referrals.models import Referral
from nearhome.referrals.permissions import require_can_work_on
from nearhome.referrals.queries.standing import homes_told
from nearhome.referrals.states import WORDS, ReferralState


@transaction.atomic
def take_back_to_draft(
    *, referral: Referral, why: str, by: Person, now: datetime, version: int | None = None
) -> Referral:
    """Open a submitted referral's answers again, with a reason; a second time changes nothing.

    Permission has to be asked for again afterwards, where the authority's rule wants it. Raises ChangedMeanwhile, or
    ValidationError while any home still reads what the referral said: its invitation has to be withdrawn first.
    """
    require_can_work_on(by, referral)
    locked = lock_referral(referral)
    if locked.state == ReferralState.DRAFT:
        referral.state, referral.version = locked.state, locked.version
        return referral
    if version is not None and locked.version != version:
        raise ChangedMeanwhile(f"Referral {locked.ref}")
    _require_can_go_back(locked)
    if not why.strip():
        raise ValidationError({"why": "Enter why the referral is corrected."})
    close_open_permission(referral=locked, now=now, reason="The referral was taken back to be corrected.")
    referral.version = locked.version
    move_referral(referral=referral, to_state=ReferralState.DRAFT, by=by, now=now, why=why.strip())
    words = f"Took referral {referral.ref} back to draft to correct it."
    record("referral.taken_back", words, about=referral, by=by, at=now, thread=referral.key)
    return referral


def _require_can_go_back(locked: Referral) -> None:
    if locked.state not in (ReferralState.AWAITING_PERMISSION, ReferralState.SEARCHING):
        raise ValidationError(
            f"Referral {locked.ref} is “{WORDS[ReferralState(locked.state)]}”, so it can no longer be corrected."
            " Open the referral to see what can be done now."
        )
    asked = homes_told(locked)
    if asked:
        raise ValidationError(
            f"{plural(asked, 'home')} can still read this referral. Withdraw the invitations first, then correct it."
        )

"""Leave to look outside: asked for by the officer, given or refused by an approver who is somebody else."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design.wording import moment
from nearhome.people.models import AuthorityRules, Person
from nearhome.referrals.actions.moving import lock_referral, move_referral
from nearhome.referrals.actions.stopping import stop_asking
from nearhome.referrals.models import Referral, SearchPermission
from nearhome.referrals.permissions import require_can_decide_permission
from nearhome.referrals.states import ReferralState


def ask_permission(*, referral: Referral, by: Person, now: datetime) -> tuple[bool, str]:
    """Ask, if the authority's rule wants it: (whether it was asked, a sentence about what happens now)."""
    rules = AuthorityRules.objects.filter(organisation_id=referral.authority_id).first() or AuthorityRules()
    if not rules.search_needs_permission:
        return False, f"Submitted referral {referral.ref}. The search can begin."
    due_at = now + timedelta(hours=rules.emergency_approval_hours) if referral.is_emergency else None
    SearchPermission.objects.create(
        referral_id=referral.pk, authority_id=referral.authority_id, asked_by=by, asked_at=now, due_at=due_at
    )
    if due_at:
        deadline = f"It is an emergency: the search goes ahead and must be approved by {moment(due_at)}."
        return True, f"Submitted referral {referral.ref}. {deadline}"
    return True, f"Submitted referral {referral.ref} and asked for permission to search."


@transaction.atomic
def decide_permission(
    *, permission: SearchPermission, granted: bool, by: Person, now: datetime, reason: str = ""
) -> SearchPermission:
    """Give or refuse leave to search. A refusal needs a reason, brings the referral back to draft, and stops a search.

    The same decision again changes nothing. Raises PermissionDenied for the requester and for anyone but an approver,
    ValidationError if it was decided otherwise already.
    """
    require_can_decide_permission(by, permission)
    referral = lock_referral(permission.referral)
    locked = SearchPermission.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=permission.pk)
    if locked.granted is not None:
        return _same_again(locked, granted, by)
    if not granted and not reason.strip():
        raise ValidationError({"reason": "Enter why you refuse, so that the officer knows what to change."})
    locked.granted, locked.decided_by, locked.decided_at, locked.reason = granted, by, now, reason.strip()
    locked.save(update_fields=["granted", "decided_by", "decided_at", "reason"])
    words = _move_on(referral, locked, by, now)
    name = "permission.granted" if granted else "permission.refused"
    record(name, words, about=locked, by=by, at=now, thread=referral.key)
    permission.referral, permission.granted = referral, granted
    return locked


def close_open_permission(*, referral: Referral, now: datetime, reason: str) -> None:
    """Close a request that nobody needs to decide any more; nobody decided it, and the row says so."""
    for permission in SearchPermission.objects.select_for_update().filter(referral=referral, granted__isnull=True):
        permission.granted, permission.decided_at, permission.reason = False, now, reason
        permission.save(update_fields=["granted", "decided_at", "reason"])


def _same_again(locked: SearchPermission, granted: bool, by: Person) -> SearchPermission:
    if locked.granted == granted and locked.decided_by_id == by.pk:
        return locked
    if locked.decided_by is None:
        raise ValidationError(f"This request needs no decision any more. {locked.reason}")
    done = "granted" if locked.granted else "refused"
    raise ValidationError(
        f"{locked.decided_by} {done} this request already. Open the referral to see what happens now."
    )


def _move_on(referral: Referral, decided: SearchPermission, by: Person, now: datetime) -> str:
    """Move the referral as the decision says, and say in a sentence what follows."""
    late = " The approval came after its deadline." if decided.due_at and now > decided.due_at else ""
    if decided.granted:
        if referral.state == ReferralState.AWAITING_PERMISSION:
            move_referral(
                referral=referral, to_state=ReferralState.SEARCHING, by=by, now=now, why="Permission was given."
            )
            return f"Gave permission to search for referral {referral.ref}."
        return f"Approved the emergency search for referral {referral.ref}.{late}"
    if referral.state == ReferralState.AWAITING_PERMISSION:
        move_referral(referral=referral, to_state=ReferralState.DRAFT, by=by, now=now, why=decided.reason)
        return f"Refused permission to search for referral {referral.ref}: it is a draft again."
    if referral.state == ReferralState.SEARCHING:
        move_referral(referral=referral, to_state=ReferralState.DRAFT, by=by, now=now, why=decided.reason)
        stop_asking(referral=referral, by=by, now=now, reason="The authority stopped this search.")
        return f"Refused the emergency search for referral {referral.ref}: the search stops and it is a draft again."
    return (
        f"Refused the emergency search for referral {referral.ref} after a home was chosen:"
        " the placement officer must review that choice."
    )

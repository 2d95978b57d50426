"""Homes are no longer asked: each is told so, and what it was shown is taken back."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.people.models import Person
from nearhome.referrals.actions.inviting import recall_all_except
from nearhome.referrals.actions.moving import lock_referral
from nearhome.referrals.actions.offering import turn_down_offer
from nearhome.referrals.models import Invitation, Offer, Referral
from nearhome.referrals.permissions import require_can_work_on
from nearhome.referrals.queries.standing import homes_told
from nearhome.referrals.states import ReferralState


@transaction.atomic
def withdraw_invitations(*, referral: Referral, reason: str, by: Person, now: datetime) -> int:
    """Stop asking every home, so that the referral can be corrected; how many were told of it.

    `reason` is what the providers read. The search itself goes on, and homes can be invited afresh. A second time
    changes nothing.
    """
    require_can_work_on(by, referral)
    locked = lock_referral(referral)
    if locked.state != ReferralState.SEARCHING:
        raise ValidationError("No search is going on for this referral, so there is no invitation to withdraw.")
    if not reason.strip():
        raise ValidationError({"reason": "Enter what the homes are told about why they are no longer asked."})
    count = homes_told(locked)
    stop_asking(referral=locked, by=by, now=now, reason=reason.strip()[:300])
    return count


@transaction.atomic
def stop_asking(*, referral: Referral, by: Person, now: datetime, reason: str) -> None:
    """End open offers, close unanswered invitations and recall what was released. A second time changes nothing.

    `reason` is what the providers read: nothing about the child belongs in it.
    """
    for offer in Offer.objects.filter(invitation__referral=referral, outcome=Offer.Outcome.OPEN):
        turn_down_offer(offer=offer, feedback=reason, by=by, now=now)
    unanswered = Invitation.objects.select_for_update(of=("self",)).select_related("home")
    for invitation in unanswered.filter(referral=referral, answer=Invitation.Answer.NONE):
        invitation.answer, invitation.answered_at = Invitation.Answer.WITHDRAWN, now
        invitation.save(update_fields=["answer", "answered_at"])
        words = f"Took back the invitation to {invitation.home.name}: {reason}"
        seen_by = (invitation.provider_id,)
        record("invitation.withdrawn", words, about=invitation, by=by, at=now, thread=referral.key, seen_by=seen_by)
    recall_all_except(referral=referral, keep_invitation=None, by=by, now=now, reason=reason)

"""Every read of a referral."""

from datetime import datetime

from nearhome.design.waiting import Waiting
from nearhome.people.models import Person
from nearhome.referrals.queries.inviting import waiting_for as waiting_to_answer
from nearhome.referrals.queries.profile import profile_of, wishes_of
from nearhome.referrals.queries.recording import (
    child_for,
    child_shown,
    children_found,
    draft_of,
    history_shown,
    permission_of,
    referral_for,
    referrals_by_state,
    referrals_listed,
)
from nearhome.referrals.queries.together import kept_apart_from, together_with
from nearhome.referrals.queries.waiting import waiting_to_record

__all__ = [
    "child_for", "child_shown", "children_found", "draft_of", "history_shown", "kept_apart_from", "permission_of",
    "profile_of", "referral_for", "referrals_by_state", "referrals_listed", "together_with", "waiting_for",
    "waiting_to_record", "wishes_of",
]  # fmt: skip


def waiting_for(person: Person, *, now: datetime) -> tuple[Waiting, ...]:
    """Everything of this stage that waits for the person: recording first, then invitations and offers."""
    return (*waiting_to_record(person, now=now), *waiting_to_answer(person, now=now))

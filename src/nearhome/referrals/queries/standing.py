"""Where invitations and offers stand, in the same words for both sides."""

from datetime import datetime
from typing import Any
from uuid import UUID

from nearhome.audit.queries import HistoryLine, as_entries, history_of
from nearhome.design.tables import Tag
from nearhome.referrals.models import Invitation, Offer, Question, Referral, Release
from nearhome.referrals.reference.declining import DECLINE_REASONS

Answer, Outcome = Invitation.Answer, Offer.Outcome
COLOURS = {
    Answer.NONE: "yellow",
    Answer.OFFERED: "green",
    Answer.DECLINED: "red",
    Answer.LAPSED: "grey",
    Answer.WITHDRAWN: "grey",
}


def answer_tag(invitation: Invitation, now: datetime) -> Tag:
    """Where an invitation stands, as a status tag; late ones are late whether or not anyone noted it yet."""
    if invitation.answer == Answer.NONE and invitation.respond_by <= now:
        return Tag("Lapsed", "grey")
    offer = getattr(invitation, "offer", None)
    if invitation.answer == Answer.OFFERED and offer is not None:
        return offer_tag(offer, now)
    return Tag(Answer(invitation.answer).label, COLOURS[Answer(invitation.answer)])


def still_stands(invitation: Invitation, now: datetime) -> bool:
    """Whether something may still come of it: the home was told and not untold, and may answer or has an open offer.

    Otherwise the home can be asked afresh.
    """
    return not invitation.replaced_at and is_told(invitation) and may_come_to_something(invitation, now)


def may_come_to_something(invitation: Invitation, now: datetime) -> bool:
    """The same for an invitation that is known to be told: its offer is open, or there is time to make one."""
    if invitation.answer == Answer.OFFERED:
        offer = getattr(invitation, "offer", None)
        return offer is not None and offer.outcome == Outcome.OPEN and offer.expires_at > now
    return invitation.answer != Answer.LAPSED and invitation.respond_by > now


def is_told(invitation: Invitation) -> bool:
    """Whether the anonymous need stands released to the home."""
    told = Release.objects.filter(invitation=invitation, stage=Release.Stage.ANONYMOUS, recalled_at__isnull=True)
    return told.exists()


def homes_told(referral: Referral) -> int:
    """How many homes can still read the anonymous need of a referral, whether or not they answered."""
    told = Release.objects.filter(
        invitation__referral=referral, stage=Release.Stage.ANONYMOUS, recalled_at__isnull=True
    )
    return told.values("invitation__home").distinct().count()


def homes_still_asked(referral: Referral, now: datetime) -> frozenset[str]:
    """The keys of the homes whose invitation still stands; every other one can be asked, or asked afresh."""
    rows = Invitation.objects.filter(referral=referral, replaced_at__isnull=True).select_related("home", "offer")
    told = Release.objects.filter(
        invitation__referral=referral, stage=Release.Stage.ANONYMOUS, recalled_at__isnull=True
    ).values_list("invitation_id", flat=True)
    known = set(told)
    return frozenset(str(row.home.key) for row in rows if row.pk in known and may_come_to_something(row, now))


def offer_tag(offer: Offer, now: datetime) -> Tag:
    """Where an offer stands, as a status tag."""
    if offer.outcome == Outcome.OPEN:
        return Tag("Offer ended", "grey") if offer.expires_at <= now else Tag("Offer made", "green")
    return Tag(Outcome(offer.outcome).label, "green" if offer.outcome == Outcome.SELECTED else "grey")


def declined_because(invitation: Invitation) -> str:
    """Why a provider declined, in words; empty if it did not."""
    if invitation.answer != Answer.DECLINED:
        return ""
    words = f": {invitation.decline_words}" if invitation.decline_words else ""
    return f"{DECLINE_REASONS.label_for(invitation.decline_code)}{words}"


def history_shown(thread: UUID) -> list[dict[str, Any]]:
    """What happened on a journey as far as the acting organisation may know it, newest first, as pages show it."""
    return _shown(history_of(thread))


def history_for_provider(invitation: Invitation) -> list[dict[str, Any]]:
    """What happened on one invitation, for its provider. An authority's own service reads no more than any provider:

    row security lets it read all its authority's events, among them the offers of others, so they are left out here.
    """
    if invitation.provider_id != invitation.authority_id:
        return history_shown(invitation.thread)
    offers = Offer.objects.filter(invitation=invitation).values_list("key", flat=True)
    asked = Question.objects.filter(invitation=invitation).values_list("key", flat=True)
    told = Release.objects.filter(invitation=invitation).values_list("key", flat=True)
    about = {f"invitation {invitation.key}", *(f"offer {key}" for key in offers)}
    about |= {*(f"question {key}" for key in asked), *(f"release {key}" for key in told)}
    return _shown(history_of(invitation.thread, about=about))


def _shown(lines: tuple[HistoryLine, ...]) -> list[dict[str, Any]]:
    return as_entries(lines[::-1])

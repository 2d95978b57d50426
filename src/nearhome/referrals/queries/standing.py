"""Where invitations and offers stand, in the same words for both sides."""

from datetime import datetime
from typing import Any
from uuid import UUID

from nearhome.audit.queries import history_of
from nearhome.design.tables import Tag
from nearhome.referrals.models import Invitation, Offer
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
    lines = history_of(thread)
    return [{"what": one.words, "at": one.at, "who": one.who, "organisation": one.organisation} for one in lines[::-1]]

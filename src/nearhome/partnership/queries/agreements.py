"""What a version of the agreement says, and how it differs from the one before."""

from typing import Any

from nearhome.partnership.models import Partnership, PartnershipAgreement, usual_ladder
from nearhome.partnership.queries.matters import ladder_in_words
from nearhome.partnership.queries.partnerships import TERMS, earlier_version

_TITLES = {
    "empty_bearer": "Who pays for an empty bed",
    "grace_nights": "Nights after which an empty bed is paid for",
    "first_refusal_days": "Days of first refusal",
    "votes_by": "How votes weigh",
    "quorum_percent": "Quorum",
    "majority": "What carries a vote",
    "abstentions_make_quorum": "An abstention counts towards the quorum",
    "escalation": "Levels of escalation",
    "words": "Words of the agreement",
}


def first_terms(partnership: Partnership) -> dict[str, Any]:
    """What the form for a new version begins with: the newest version, or what is usual."""
    newest = partnership.agreements.order_by("-version").first()
    if newest is None:
        return {"escalation": usual_ladder()}
    return {name: getattr(newest, name) for name in TERMS}


def terms_in_words(agreement: PartnershipAgreement) -> list[tuple[str, str]]:
    """Each term and what it says."""
    return [(_TITLES[name], _in_words(agreement, name)) for name in TERMS]


def changes_in(agreement: PartnershipAgreement) -> list[tuple[str, str, str]]:
    """(term, before, now) of every term that differs from the version before; nothing for the first."""
    before = earlier_version(agreement)
    if before is None:
        return []
    return [
        (_TITLES[name], _in_words(before, name) or "Nothing", _in_words(agreement, name) or "Nothing")
        for name in TERMS
        if getattr(before, name) != getattr(agreement, name)
    ]


def _in_words(agreement: PartnershipAgreement, name: str) -> str:
    if name == "escalation":
        return "; ".join(ladder_in_words(agreement))
    if name == "quorum_percent":
        return f"{agreement.quorum_percent}% of all votes"
    if name == "abstentions_make_quorum":
        return "Yes" if agreement.abstentions_make_quorum else "No"
    shown = getattr(agreement, f"get_{name}_display", None)
    return str(shown() if shown else getattr(agreement, name))

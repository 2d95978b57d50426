"""Bids as the buyers read them: nothing at all until the deadline, then everything but the prices."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404

from nearhome.people.models import Person
from nearhome.tendering.models import Bid, Disqualification, Procurement
from nearhome.tendering.queries.bidding import answers_in
from nearhome.tendering.queries.tenders import questions_of, tender_for

GROUNDS = {
    "withdrawn": "Withdrawn by the provider",
    "late": "Something required came late or not at all",
    "ineligible": "Not registered for what is bought",
    "mandatory": "A mandatory ground for exclusion",
    "discretionary": "A discretionary ground for exclusion",
    "price": "Price above the published cap or abnormally low and not explained",
    "other": "Another ground set out in the tender",
}


@dataclass(frozen=True, slots=True)
class OpenedBid:
    """A bid with what its quality envelope says: places offered, and each question with its answer."""

    bid: Bid
    places: int | None
    answers: tuple[tuple[str, str, str], ...]  # title, question, answer
    out: Disqualification | None


def is_sealed(procurement: Procurement, now: datetime) -> bool:
    """Whether bids are still sealed at this moment, or for good."""
    return procurement.stays_sealed or procurement.deadline_at is None or now < procurement.deadline_at


def opened_bids(procurement: Procurement, *, key: UUID | None = None) -> list[OpenedBid]:
    """Every bid that was submitted, by lot and establishment, or one; row security shows none before the deadline."""
    rows = procurement.bids.filter(submitted_at__isnull=False, withdrawn_at__isnull=True)
    rows = rows.filter(key=key) if key else rows
    rows = rows.select_related("lot", "provider", "registration", "quality", "disqualification")
    questions = questions_of(procurement)
    found = []
    for bid in rows.order_by("lot__number", "registration__name", "pk"):
        places, answers = answers_in(bid)
        said = tuple((one.title, one.words, answers.get(str(one.pk), "")) for one in questions)
        found.append(OpenedBid(bid, places, said, getattr(bid, "disqualification", None)))
    return found


def opened_bid_for(person: Person, key: UUID, bid_key: UUID) -> OpenedBid:
    """One of them, of a tender that the person's authority buys in. Raises Http404 while it is sealed, or for others."""
    procurement = tender_for(person, key)
    found = opened_bids(procurement, key=bid_key)
    if not found:
        raise Http404("No such bid")
    return found[0]


def disqualification_of(bid: Bid) -> Disqualification | None:
    """Why a bid is out, for its provider and the buyers; None while it stands."""
    return getattr(bid, "disqualification", None)

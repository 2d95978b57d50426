"""What became of a provider's own bids, and nothing of anybody else's."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from nearhome.design.wording import plural
from nearhome.people.models import Person
from nearhome.tendering.models import Bid, BidOutcome
from nearhome.tendering.permissions.awards import require_can_read_outcomes
from nearhome.tendering.states import ProcurementState

Dates = tuple[date | None, date | None, date | None]
WAITING = "Not decided yet"
NOT_SUBMITTED = "Not submitted"


@dataclass(frozen=True)
class Outcome:
    """One bid of one's own: what became of it, in a word and in a sentence, and the dates that are public."""

    bid: Bid
    word: str
    words: str
    told_at: datetime | None
    notice_on: date | None
    standstill_ends_on: date | None
    contracted_on: date | None

    @property
    def colour(self) -> str:
        """Of the tag."""
        return {"Successful": "green", WAITING: "blue"}.get(self.word, "grey")


def own_bids(person: Person) -> QuerySet[Bid]:
    """The provider's bids, newest first. Raises PermissionDenied for anybody but a provider."""
    require_can_read_outcomes(person)
    rows = Bid.objects.filter(provider_id=person.organisation_id).prefetch_related("outcomes")
    return rows.select_related("procurement__lead", "lot", "registration").order_by("-started_at", "-pk")


def outcomes_of(person: Person) -> tuple[Outcome, ...]:
    """What became of every bid of the provider."""
    return tuple(_outcome(bid, dates=(None, None, None)) for bid in own_bids(person))


def outcome_for(person: Person, key: UUID) -> Outcome:
    """Of one bid of one's own. Raises Http404 for anybody else's."""
    bid = own_bids(person).filter(key=key).first()
    if bid is None:
        raise Http404("No such bid")
    return _outcome(bid, dates=_public_dates(bid))


def _outcome(bid: Bid, *, dates: Dates) -> Outcome:
    told = list(bid.outcomes.all())
    newest = told[-1] if told else None
    word, words = _said(bid, newest)
    return Outcome(bid, word, words, newest.told_at if newest else None, *dates)


def _said(bid: Bid, newest: BidOutcome | None) -> tuple[str, str]:
    if bid.submitted_at is None:
        return NOT_SUBMITTED, "This bid was begun and never submitted."
    if bid.withdrawn_at is not None:
        return "Withdrawn", "You withdrew this bid."
    if newest is None and bid.procurement.state == ProcurementState.ABANDONED:
        return "Abandoned", "The procurement was abandoned before bids were opened. Nobody read your bid."
    if newest is None:
        return WAITING, "You will be told here when an award has been approved."
    return newest.get_outcome_display(), _sentence(newest)


def _sentence(told: BidOutcome) -> str:
    if told.outcome == BidOutcome.Outcome.WON:
        gets = plural(told.places, "place") if told.places else f"a place in tier {told.tier}"
        return f"You were awarded {gets}. It is binding when the contract is made."
    return {
        BidOutcome.Outcome.NOT_WON: "The lot was awarded to others, whose bids ranked higher.",
        BidOutcome.Outcome.NOT_AWARDED: "The lot was awarded to nobody.",
        BidOutcome.Outcome.OUT: "The bid was put out of the competition. You were told why when that was done.",
        BidOutcome.Outcome.ABANDONED: f"The procurement was abandoned. {told.words}.",
    }[BidOutcome.Outcome(told.outcome)]


def _public_dates(bid: Bid) -> Dates:
    """The dates of the published award notice, which alone of the award are public."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT notice_on, standstill_ends_on, contracted_on FROM tendering_award_dates(%s)", [bid.procurement_id]
        )
        found = cursor.fetchone()
    return found or (None, None, None)

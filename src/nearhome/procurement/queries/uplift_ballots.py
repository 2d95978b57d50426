"""Where an uplift round may be put to the vote, and how its ballot stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nearhome.partnership.models import Partnership
from nearhome.partnership.queries import ballot_about
from nearhome.partnership.queries.votes import BallotOutcome
from nearhome.people.models import Person
from nearhome.procurement.calculations.frameworks.quorum import HALF, quorum
from nearhome.procurement.models import Framework
from nearhome.procurement.queries.uplifts import Contract, RoundShown, buyers_of


@dataclass(frozen=True)
class RoundBallot:
    """A round with its ballot, None before it was put to the vote, and the partnerships in which it can be."""

    page: RoundShown
    ballot: BallotOutcome | None
    partnerships: tuple[Partnership, ...]


def partnerships_that_vote(by: Any) -> tuple[Partnership, ...]:
    """Those in which the person's authority leads or has a vote, by name."""
    rows = Partnership.objects.select_related("lead").order_by("name", "pk")
    return tuple(one for one in rows if _votes(one, by))


def _votes(partnership: Partnership, by: Any) -> bool:
    if by.organisation_id == partnership.lead_id:
        return True
    memberships = partnership.memberships.filter(organisation_id=by.organisation_id, standing="member")
    return memberships.filter(ends_before__isnull=True).exists()


def round_ballot(person: Person, page: RoundShown, *, now: datetime) -> RoundBallot:
    """The ballot about a round that the person may read."""
    return RoundBallot(page, ballot_about(page.row.key, now=now), partnerships_that_vote(person))


def quorum_of(contract: Contract) -> int:
    """The share of those who may vote that must take part, in per cent: the framework's own; of a block half."""
    return contract.vote_quorum_percent if isinstance(contract, Framework) else HALF


def quorum_words(contract: Contract) -> str:
    """What a vote about this contract needs to be carried."""
    may_vote, percent = len(buyers_of(contract)), quorum_of(contract)
    return f"More votes for than against, and {quorum(may_vote, percent)} of {may_vote} taking part ({percent}%)"

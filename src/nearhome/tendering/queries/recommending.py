"""What the page of a recommendation begins with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nearhome.people.models import Person
from nearhome.tendering.calculations.award.dates import months_later
from nearhome.tendering.calculations.award.stated_amounts import Figure, StatedCheck, check_stated
from nearhome.tendering.models import Procurement
from nearhome.tendering.queries.award_bids import LotOnTheTable, lots_on_the_table
from nearhome.tendering.queries.awards import choices_of, procurement_to_lead
from nearhome.tendering.queries.proposing import LotChoice, Proposal, propose, usual_choices
from nearhome.tendering.states import WORDS, ProcurementState

USUAL_MONTHS = 48


class NotToRecommend(Exception):
    """The procurement has not come to an award, or is past it; says so in a sentence."""


@dataclass(frozen=True)
class Usual:
    """What is offered to begin with."""

    lots: tuple[LotChoice, ...]
    starts_on: date
    months: int
    words: str = ""

    @property
    def term(self) -> tuple[date, date]:
        """From its first day to before its end."""
        return self.starts_on, months_later(self.starts_on, self.months)


@dataclass(frozen=True)
class RecommendPage:
    """The procurement, its lots with their bids, and the first values of the form."""

    procurement: Procurement
    tables: tuple[LotOnTheTable, ...]
    usual: Usual
    buys_block: bool
    grounds: list[tuple[str, str]]


def recommend_page(person: Person, key: UUID, *, today: date) -> RecommendPage:
    """For a commissioner of the lead, while bids are evaluated. Raises NotToRecommend at any other time."""
    procurement = procurement_to_lead(person, key)
    if procurement.state != ProcurementState.EVALUATING:
        state = WORDS[ProcurementState(procurement.state)]
        raise NotToRecommend(f"The procurement is “{state}”, so no award is recommended now.")
    tables = lots_on_the_table(procurement)
    starts_on = max(procurement.term_starts_on or today, today)
    usual = Usual(usual_choices(procurement, tables), starts_on, procurement.term_months or USUAL_MONTHS)
    return RecommendPage(
        procurement, tables, usual, procurement.buys == Procurement.Buys.BLOCK, choices_of("not_awarded")
    )


def proposed(page: RecommendPage, choices: Iterable[LotChoice], term: tuple[date, date]) -> Proposal:
    """What these choices come to."""
    return propose(page.procurement, page.tables, choices, term)


def stated_in(words: str, found: Proposal | None) -> tuple[StatedCheck, ...]:
    """Sums of money in the reasons, held against what the award is worth."""
    if found is None:
        return ()
    named = (
        ("the value over the term", found.worth[1]), ("the cost of a year of 365 nights", found.yearly),
        ("the least it costs", found.worth[0]), ("the same bought singly", found.affordability.spot_pence or 0),
    )  # fmt: skip
    return check_stated(words, [Figure(label, pence) for label, pence in named if pence])

"""Everything one award's page shows, and the one thing to do next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from nearhome.design import wording
from nearhome.people.models import Person
from nearhome.procurement.calculations.amount_words import pounds_in_words
from nearhome.tendering.calculations.award.direct import Ground
from nearhome.tendering.calculations.award.stated_amounts import Figure, StatedCheck, check_stated
from nearhome.tendering.models import Abandonment, Award, AwardLine, LotDecision, Procurement
from nearhome.tendering.permissions.awards import can_approve_awards, why_not_approve_award, why_not_refuse_award
from nearhome.tendering.permissions.cases import can_lead
from nearhome.tendering.queries.awards import (
    current_award,
    ground_of,
    history_shown,
    is_standstill_over,
    needs_award_notice,
    procurement_for,
    stands,
    words_of,
)
from nearhome.tendering.states import WORDS, ProcurementState

_COLOURS = {
    ProcurementState.RECOMMENDED: "blue", ProcurementState.APPROVED: "turquoise", ProcurementState.CONTRACTED: "green",
    ProcurementState.ABANDONED: "red",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """What to do next: an address name to follow, or one to post to; without either, whom or what it waits for."""

    words: str
    button: str = ""
    name: str = ""
    posts: bool = False


@dataclass(frozen=True)
class AwardPage:
    """The award as it stands."""

    procurement: Procurement
    award: Award | None
    is_standing: bool
    state: str
    colour: str
    step: Step
    lots: tuple[LotDecision, ...]
    lines: tuple[AwardLine, ...]
    ground: Ground | None
    abandonment: Abandonment | None
    checks: tuple[StatedCheck, ...]
    may_lead: bool
    may_decide: bool
    why_not: str
    history: list[dict[str, Any]]

    @property
    def value_words(self) -> str:
        """The value over the term in words, which say the same sum as the figures."""
        value = self.award.value_pence if self.award else None
        return "" if value is None else pounds_in_words(value)

    @property
    def term(self) -> tuple[date, date] | None:
        """The first day and the day before which it ends."""
        term = self.award.affordability.get("term") if self.award else None
        return (date.fromisoformat(term["starts_on"]), date.fromisoformat(term["ends_before"])) if term else None

    @property
    def can_abandon(self) -> bool:
        """Whether it is still to be given up."""
        over = (ProcurementState.CONTRACTED, ProcurementState.ABANDONED)
        return self.may_lead and self.procurement.state not in over

    @property
    def abandoned_because(self) -> str:
        """The ground of abandoning in words."""
        return words_of("abandoning", self.abandonment.ground) if self.abandonment else ""


def award_page(person: Person, key: UUID, *, now: datetime) -> AwardPage:
    """One procurement's newest award. Raises PermissionDenied for another role and Http404 for others' procurements."""
    procurement = procurement_for(person, key)
    award = current_award(procurement)
    state = ProcurementState(procurement.state)
    leads = can_lead(person, procurement)
    return AwardPage(
        procurement=procurement,
        award=award,
        is_standing=stands(procurement, award),
        state=WORDS[state],
        colour=_COLOURS.get(state, "grey"),
        step=_next(person, procurement, award, leads, now),
        lots=tuple(award.lot_decisions.all()) if award else (),
        lines=tuple(award.lines.all()) if award else (),
        ground=ground_of(award) if award and award.is_direct else None,
        abandonment=getattr(procurement, "abandonment", None),
        checks=stated_checks(award) if award else (),
        may_lead=leads,
        may_decide=award is not None and not why_not_refuse_award(person, award, procurement),
        why_not=why_not_approve_award(person, award, procurement) if award else "",
        history=history_shown(procurement),
    )


def stated_checks(award: Award) -> tuple[StatedCheck, ...]:
    """Sums of money in the words of an award, held against its own figures."""
    known = known_figures(award.value_pence, award.affordability)
    return check_stated(f"{award.words}\n{award.narrative}", (*known, *_weekly_figures(award)))


def known_figures(value_pence: int | None, affordability: dict[str, Any]) -> tuple[Figure, ...]:
    """The sums an award rests on, the value over the term first."""
    named = (
        ("the value over the term", value_pence),
        ("the cost of a year of 365 nights", affordability.get("yearly_pence")),
        ("the least it costs", affordability.get("least_value_pence")),
        ("the same bought singly", affordability.get("spot_pence")),
    )
    return tuple(Figure(label, pence) for label, pence in named if pence)


def _weekly_figures(award: Award) -> Iterator[Figure]:
    for line in award.lines.all():
        for one in line.prices:
            yield Figure(f"the weekly price of {line.registration}", one["weekly_pence"], is_weekly=True)


def _next(person: Person, procurement: Procurement, award: Award | None, leads: bool, now: datetime) -> Step:
    state = procurement.state
    if state == ProcurementState.PREPARING:
        return _before_a_tender(leads)
    if state == ProcurementState.PUBLISHED:
        return Step("Bids are sealed until the deadline, so there is nothing to award yet.")
    if state == ProcurementState.EVALUATING:
        words = "When every lot is locked and ranked, an award can be recommended."
        return Step(words, "Recommend an award", "recommend") if leads else Step(words)
    if award is None or state in (ProcurementState.CONTRACTED, ProcurementState.ABANDONED):
        return Step("Nothing more is to be done here.")
    if state == ProcurementState.RECOMMENDED:
        return _to_decide(person, procurement, award)
    return _after_approval(award, now) if leads else Step("The award is approved. Its lead makes the contract.")


def _before_a_tender(leads: bool) -> Step:
    words = "Nothing has been tendered. Without a competition it can only be awarded directly, on a ground."
    return Step(words, "Award directly", "direct_award") if leads else Step(words)


def _to_decide(person: Person, procurement: Procurement, award: Award) -> Step:
    words = "An approver of the lead other than who recommended it decides."
    if (
        can_approve_awards(person)
        and person.organisation_id == procurement.lead_id
        and award.recommended_by_id != person.pk
    ):
        return Step(words, "Decide about it", "decide_award")
    return Step(words)


def _after_approval(award: Award, now: datetime) -> Step:
    if award.notice_on is None and needs_award_notice(award):
        if award.told_at is None and not award.is_direct:
            words = "Every bidder is told what became of its own bid, before the award notice is published."
            return Step(words, "Tell the bidders", "tell_bidders", posts=True)
        return Step("Publish the award notice, then record the day.", "Record the award notice", "award_notice")
    if not is_standstill_over(award, now):
        last = wording.date(award.standstill_ends_on)
        return Step(f"The standstill lasts to the end of {last}. The contract can be made from the day after.")
    return Step("The contract can be made.", "Record the contract", "contract")

"""What a recommendation would come to: who gets which tier or places in every lot, what it is worth, is it affordable.

The page shows it before anything is saved; the action saves exactly this.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.procurement.calculations.amount_words import pounds_in_words
from nearhome.tendering.calculations.award.affordability import Affordability, PricedLine, affordability, together
from nearhome.tendering.calculations.award.tiers import RankedBid, TierRule, into_tiers
from nearhome.tendering.calculations.award.value import (
    AwardedPlaces,
    BandPrice,
    PlacesBy,
    block_values,
    framework_values,
    yearly_pence,
)
from nearhome.tendering.calculations.award.waterfall import PlacesOffered, Ties, WaterfallRule, allocate
from nearhome.tendering.models import Procurement
from nearhome.tendering.queries.award_bids import LotOnTheTable, RankedOffer


@dataclass(frozen=True, slots=True)
class LotChoice:
    """What the commissioner chooses for one lot: to award it by a rule, or not, with a ground and a reason.

    `answer` says why an award stands although somebody who judged the lot declared an interest after quality was locked.
    """

    number: int
    is_awarded: bool
    ground: str = ""
    reason: str = ""
    right_reserved: bool = False
    sizes: tuple[int, ...] = (5, 10)
    places: int | None = None
    least_places: int = 1
    ties: str = Ties.LOWER_PRICE
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """One bid of a lot and what it gets: a tier, or places; `why` in words. Neither: nothing."""

    offer: RankedOffer
    tier: int | None
    places: int | None
    why: str

    @property
    def said(self) -> str:
        """Why it gets what it gets, and that its price was flagged, if it was."""
        return f"{self.why}. Price looked into: {self.offer.low}" if self.offer.low else self.why

    @property
    def wins(self) -> bool:
        """Whether the bid is awarded anything."""
        return bool(self.tier or self.places)


@dataclass(frozen=True, slots=True)
class LotProposal:
    """One lot as it would be awarded. `worth` is pence over the term: the least and the most."""

    table: LotOnTheTable
    choice: LotChoice
    lines: tuple[ProposedLine, ...]
    rule: dict[str, Any]
    affordability: Affordability
    worth: tuple[int, int]
    yearly: int
    wanted: int | None = None
    unfilled: int | None = None

    @property
    def winners(self) -> tuple[ProposedLine, ...]:
        """The lines that are awarded something."""
        return tuple(line for line in self.lines if line.wins)


@dataclass(frozen=True, slots=True)
class Proposal:
    """All lots, and what stands in the way of recommending them."""

    lots: tuple[LotProposal, ...]
    problems: tuple[str, ...]

    @property
    def worth(self) -> tuple[int, int]:
        """The least and the most it costs over the term, in pence."""
        return sum(one.worth[0] for one in self.lots), sum(one.worth[1] for one in self.lots)

    @property
    def worth_words(self) -> str:
        """The most it costs, in words."""
        return pounds_in_words(self.worth[1])

    @property
    def yearly(self) -> int:
        """What all the places cost in a year of 365 nights; nought for a framework."""
        return sum(one.yearly for one in self.lots)

    @property
    def affordability(self) -> Affordability:
        """Of every lot that is awarded, in all."""
        return together(one.affordability for one in self.lots if one.winners)


def usual_choices(procurement: Procurement, tables: Iterable[LotOnTheTable]) -> tuple[LotChoice, ...]:
    """What is offered to begin with: every lot with a bid that passed is awarded, all its places, by the usual rule."""
    return tuple(
        LotChoice(one.lot.number, any(offer.rank for offer in one.offers), places=places_wanted(one)) for one in tables
    )


def places_wanted(table: LotOnTheTable) -> int | None:
    """How many places the lot asks for in the end, within its most."""
    steps = list(table.lot.places_wanted.all())
    numbers = [steps[-1].in_all] if steps else []
    most = table.lot.most_places
    return min([*numbers, *([most] if most is not None else [])], default=None)


def propose(
    procurement: Procurement, tables: Sequence[LotOnTheTable], choices: Iterable[LotChoice], term: tuple[date, date]
) -> Proposal:
    """Work every lot out. Raises ValidationError where a choice cannot be; what merely stands in the way is a problem."""
    chosen = {choice.number: choice for choice in choices}
    buys_block = procurement.buys == Procurement.Buys.BLOCK
    lots, problems = [], []
    for table in tables:
        choice = chosen[table.lot.number]
        try:
            lots.append((_block if buys_block else _framework)(table, choice, term))
        except ValueError as refused:
            raise ValidationError(f"{table.lot}: {refused}.") from None
        problems += _problems(lots[-1])
    if not any(one.winners for one in lots):
        problems.append("No lot is awarded to anybody. Abandon the procurement instead, with the reason.")
    return Proposal(tuple(lots), tuple(problems))


def _problems(one: LotProposal) -> list[str]:
    lot, choice = one.table.lot, one.choice
    if not choice.is_awarded:
        missing = not choice.ground or not choice.reason.strip()
        return [f"{lot}: say on which ground it is not awarded, and why."] if missing else []
    if one.table.problem:
        return [f"{lot}: {one.table.problem}"]
    if one.table.to_answer and not choice.answer.strip():
        said = " ".join(late.said for late in one.table.to_answer)
        return [
            f"{lot}: {said} Say why the award stands nevertheless, have the interest cleared, or do not award the lot."
        ]
    if not one.winners:
        return [f"{lot}: nobody would get anything. Choose not to award it, with the reason."]
    unpriced = [line.offer.ref for line in one.winners if not line.offer.prices or line.offer.weekly_pence is None]
    return [f"{lot}: the prices of {', '.join(unpriced)} cannot be read."] if unpriced else []


def _block(table: LotOnTheTable, choice: LotChoice, term: tuple[date, date]) -> LotProposal:
    most = places_wanted(table)
    wanted = choice.places if choice.places is not None else most or 0
    if most is not None and wanted > most:
        raise ValueError(f"{wanted} places are more than the {most} that the lot asks for")
    rule = WaterfallRule(choice.least_places, table.lot.most_suppliers, Ties(choice.ties))
    given = [
        PlacesOffered(one.ref, one.rank, one.places, one.weekly_pence or 0)
        for one in table.offers
        if one.rank is not None
    ]
    found = allocate(given if choice.is_awarded else (), wanted, rule)
    served = {line.ref: line for line in found.lines}
    lines = tuple(
        ProposedLine(one, None, line.places or None, line.why)
        if (line := served.get(one.ref))
        else _nothing(one, choice)
        for one in table.offers
    )
    beds = [AwardedPlaces(line.offer.ref, line.places or 0, line.offer.weekly_pence or 0) for line in _in_order(lines)]
    ramp = [PlacesBy(step.by_on, step.in_all) for step in table.lot.places_wanted.all()]
    values = block_values(beds, ramp, *term)
    weeks = {one.ref: Fraction(one.place_nights, 7) for one in values}
    priced = [PricedLine(one.ref, one.weekly_pence, weeks[one.ref]) for one in beds]
    worth = sum(one.pence for one in values)
    return LotProposal(
        table, choice, lines, {"waterfall": _as_data(rule), "words": rule.words()},
        affordability(priced, table.spot_weekly_pence), (worth, worth), yearly_pence(beds),
        wanted if choice.is_awarded else None, found.unfilled if choice.is_awarded else None,
    )  # fmt: skip


def _framework(table: LotOnTheTable, choice: LotChoice, term: tuple[date, date]) -> LotProposal:
    rule = TierRule(choice.sizes, table.lot.most_suppliers)
    given = [RankedBid(one.ref, one.rank, one.weekly_pence or 0) for one in table.offers if one.rank is not None]
    tiers = {one.ref: one for one in into_tiers(given if choice.is_awarded else (), rule)}
    lines = tuple(
        ProposedLine(one, tier.tier, None, f"place {tier.place}" if tier.tier else "the lot takes no more suppliers")
        if (tier := tiers.get(one.ref))
        else _nothing(one, choice)
        for one in table.offers
    )
    winners = [line.offer for line in lines if line.wins]
    prices = [
        BandPrice(one.ref, band.label, pence, Fraction(band.forecast_weeks))
        for one in winners
        for band, pence in one.prices
    ]
    weeks = sum((Fraction(band.forecast_weeks) for band in table.lot.bands.all()), Fraction(0))
    priced = [PricedLine(one.ref, one.weekly_pence or 0, weeks / len(winners)) for one in winners]
    return LotProposal(
        table, choice, lines, {"tiers": _tiers_as_data(rule), "words": rule.words()},
        affordability(priced, table.spot_weekly_pence), framework_values(prices), 0,
    )  # fmt: skip


def _nothing(offer: RankedOffer, choice: LotChoice) -> ProposedLine:
    why = "the lot is not awarded" if not choice.is_awarded else offer.fails or "not in the ranking"
    return ProposedLine(offer, None, None, why)


def _in_order(lines: Iterable[ProposedLine]) -> list[ProposedLine]:
    return [line for line in lines if line.wins]


def _as_data(rule: WaterfallRule) -> dict[str, Any]:
    return {"least_places": rule.least_places, "most_suppliers": rule.most_suppliers, "ties": str(rule.ties)}


def _tiers_as_data(rule: TierRule) -> dict[str, Any]:
    return {"sizes": list(rule.sizes), "most_suppliers": rule.most_suppliers}

"""From opened bids to a contract in the made-up region: a panel scores alone, agrees, sees prices; somebody else approves."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from nearhome.demo.story.buying_steps import Offer, Tender, at
from nearhome.people.models import Person
from nearhome.tendering.actions.announcing import record_award_notice, tell_bidders
from nearhome.tendering.actions.contracting import make_contracts
from nearhome.tendering.actions.deciding import decide_award
from nearhome.tendering.actions.feedback import make_letters, send_letters
from nearhome.tendering.actions.low_prices import ask_about_price
from nearhome.tendering.actions.moderating import agree_score, lock_quality
from nearhome.tendering.actions.panel import add_panel_member, declare_interest
from nearhome.tendering.actions.recommending import Recommendation, recommend_award
from nearhome.tendering.actions.results import work_out_results
from nearhome.tendering.actions.scoring import close_scoring, give_score
from nearhome.tendering.models import Award, AwardCriterion, Bid, Lot
from nearhome.tendering.queries.evaluation_case import bids_standing, questions_of
from nearhome.tendering.queries.results import opened_prices

PASSED = 5
WHY = ("Says who does what, by when and how it is checked.", "Clear on the day; staffing at night is thin.")
AGREED = "Both members read it alike once they compared: clear on the day, less so at night. Made-up reason."
INTEREST = "A made-up relative works for one of the bidders."


@dataclass(frozen=True, slots=True)
class Panel:
    """Who judges: the chair moderates, two score alone, one declared an interest and does not score."""

    chair: Person
    scorers: tuple[Person, Person]
    conflicted: Person


def seat(tender: Tender, panel: Panel) -> None:
    """Everybody takes a seat and says whether they have an interest in each lot."""
    now = tender.on("deadline", 14)
    people = (panel.chair, *panel.scorers, panel.conflicted)
    with at(tender.lead, now):
        for person in people:
            add_panel_member(
                procurement=tender.procurement, person=person, is_chair=person == panel.chair, by=tender.lead, now=now
            )
        lots = list(tender.procurement.lots.order_by("number"))
    for person in people:
        has_interest = person == panel.conflicted
        with at(person, now):
            for lot in lots:
                words = INTEREST if has_interest else ""
                declare_interest(lot=lot, has_interest=has_interest, words=words, by=person, now=now)


def score(
    lot: Lot, member: Person, which: int, offers: Mapping[int, Offer], now: dt.datetime, most: int | None = None
) -> None:
    """One member scores alone: every answer, or only those of the first so many bids."""
    with at(member, now):
        questions = questions_of(lot.procurement)
        for bid in list(bids_standing(lot))[:most]:
            for criterion, points in _given(questions, bid, which, offers):
                give_score(bid=bid, criterion=criterion, score=points, rationale=WHY[which], by=member, now=now)


def moderate(tender: Tender, lot: Lot, panel: Panel, offers: Mapping[int, Offer]) -> None:
    """Close scoring, agree, lock quality; only then are prices seen and ranked. A low price is asked about."""
    chair, now = panel.chair, tender.on("moderated")
    with at(chair, now):
        close_scoring(lot=lot, reason="The chair moderates and does not score.", by=chair, now=now)
        questions = questions_of(lot.procurement)
        for bid in bids_standing(lot):
            for criterion, points in _given(questions, bid, 2, offers):
                agree_score(bid=bid, criterion=criterion, score=points, reason=AGREED, by=chair, now=now)
        lock_quality(lot=lot, by=chair, now=now)
    with at(tender.lead, now):
        for one in opened_prices(lot):
            if one.low:
                question = "How is this price kept up for the whole term? Please show staffing by shift."
                ask_about_price(bid=one.bid, question=question, by=tender.lead, now=now)
        work_out_results(lot=lot, by=tender.lead, now=now)


def judged(tender: Tender, panel: Panel, offers: Mapping[int, Offer]) -> None:
    """Every lot from opened bids to results and draft letters."""
    seat(tender, panel)
    with at(tender.lead, tender.on("evaluated")):
        lots = list(tender.procurement.lots.select_related("procurement").order_by("number"))
    for lot in lots:
        for which, member in enumerate(panel.scorers):
            score(lot, member, which, offers, tender.on("evaluated", 10 + which))
        moderate(tender, lot, panel, offers)
    letters(tender)


def letters(tender: Tender) -> None:
    """Draft letters for the bidders of every lot with results."""
    now = tender.on("moderated", 15)
    with at(tender.lead, now):
        make_letters(procurement=tender.procurement, by=tender.lead, now=now)


def recommended(tender: Tender, recommendation: Recommendation) -> Award:
    """The lead recommends on the day of moderation."""
    now = tender.on("moderated", 16)
    with at(tender.lead, now):
        return recommend_award(procurement=tender.procurement, recommendation=recommendation, by=tender.lead, now=now)


def approved(award: Award, by: Person, now: dt.datetime) -> None:
    """Somebody else approves it."""
    with at(by, now):
        decide_award(award=award, is_approved=True, by=by, now=now)


def contracted(tender: Tender, award: Award) -> Award:
    """Bidders are told and read why; the notice is published; the contract is made after the standstill."""
    lead, told = tender.lead, tender.on("approved", 15)
    with at(lead, told):
        tell_bidders(award=award, by=lead, now=told)
        send_letters(procurement=tender.procurement, by=lead, now=told)
    with at(lead, noticed := tender.on("notice")):
        record_award_notice(award=award, notice_on=noticed.date(), by=lead, now=noticed)
    with at(lead, made := tender.on("contract")):
        return make_contracts(award=award, contracted_on=made.date(), by=lead, now=made)


def _given(
    questions: list[AwardCriterion], bid: Bid, which: int, offers: Mapping[int, Offer]
) -> list[tuple[AwardCriterion, int]]:
    """Each question with its points: of a member, or what was agreed (2)."""
    points = iter(offers[bid.registration_id].scores[which])
    return [(one, PASSED if one.kind == "pass" else next(points)) for one in questions]

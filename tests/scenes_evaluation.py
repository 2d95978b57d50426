"""The evaluation of a made-up tender, step by step through the actions that the pages call."""

import datetime as dt
from collections.abc import Mapping
from contextlib import AbstractContextManager

from cast import Cast
from nearhome.people.models import Person
from nearhome.privacy.clock import playing_at
from nearhome.tendering.actions.moderating import agree_score, lock_quality
from nearhome.tendering.actions.panel import add_panel_member, declare_interest
from nearhome.tendering.actions.results import work_out_results
from nearhome.tendering.actions.scoring import close_scoring, give_score
from nearhome.tendering.models import AwardCriterion, Bid, Lot, LotResult, Procurement
from scenes_tender import DEADLINE, Tender, acting_at, make_bids, make_tender

HOUR = dt.timedelta(hours=1)
QUESTIONS = ("Care", "Step across")
# By the provider's word: the scores of the first and second evaluator and the agreed one, for both questions.
GIVEN: Mapping[str, tuple[int, int, int]] = {"Meadow": (4, 3, 4), "Harbour": (5, 2, 3)}


def after(tender: Tender, hours: int = 1) -> dt.datetime:
    """So many hours after the deadline."""
    assert tender.procurement.deadline_at
    return tender.procurement.deadline_at + hours * HOUR


def at(tender: Tender, person: Person, hours: int = 1) -> AbstractContextManager[None]:
    return acting_at(person, after(tender, hours))


def make_closed_tender(cast: Cast, **changed: object) -> Tender:
    """Bids are in and the deadline has passed."""
    tender = make_tender(cast, **changed)  # type: ignore[arg-type]
    make_bids(cast, tender)
    return tender


def seat(tender: Tender, lead: Person, chair: Person, *members: Person) -> None:
    with at(tender, lead):
        for person in (chair, *members):
            add_panel_member(
                procurement=tender.procurement, person=person, is_chair=person == chair, by=lead, now=after(tender)
            )


def declare(tender: Tender, *people: Person, lot: int = 1, has_interest: bool = False) -> None:
    for person in people:
        with at(tender, person):
            words = "A made-up cousin works there" if has_interest else ""
            declare_interest(
                lot=fresh(tender.lots[lot - 1]), has_interest=has_interest, words=words, by=person, now=after(tender)
            )


def fresh(lot: Lot) -> Lot:
    return Lot.objects.select_related("procurement").get(pk=lot.pk)


def fresh_bid(bid: Bid) -> Bid:
    return Bid.objects.select_related("lot__procurement", "procurement", "disqualification").get(pk=bid.pk)


def score_one(tender: Tender, person: Person, bid: Bid, title: str, score: int, why: str = "Because of page 2") -> None:
    with at(tender, person, 2):
        question: AwardCriterion = tender.criteria[title]
        give_score(bid=fresh_bid(bid), criterion=question, score=score, rationale=why, by=person, now=after(tender, 2))


def score_lot(tender: Tender, people: tuple[Person, Person], lot: int = 1, why: str = "Because of page 2") -> None:
    for (name, number), bid in tender.bids.items():
        for which, person in enumerate(people):
            for title in QUESTIONS if number == lot else ():
                score_one(tender, person, bid, title, GIVEN[name][which], why)


def close(tender: Tender, chair: Person, lot: int = 1, reason: str = "The chair does not score") -> None:
    with at(tender, chair, 3):
        close_scoring(lot=fresh(tender.lots[lot - 1]), reason=reason, by=chair, now=after(tender, 3))


def agree(tender: Tender, chair: Person, lot: int = 1, reason: str = "A clear plan, thinly staffed") -> None:
    with at(tender, chair, 4):
        for (name, number), bid in tender.bids.items():
            for title in QUESTIONS if number == lot else ():
                agree_score(
                    bid=fresh_bid(bid), criterion=tender.criteria[title], score=GIVEN[name][2], reason=f"{reason} ({name})",
                    by=chair, now=after(tender, 4),
                )  # fmt: skip


def lock(tender: Tender, chair: Person, lot: int = 1) -> None:
    with at(tender, chair, 5):
        lock_quality(lot=fresh(tender.lots[lot - 1]), by=chair, now=after(tender, 5))


def work_out(tender: Tender, by: Person, lot: int = 1) -> LotResult:
    with at(tender, by, 6):
        return work_out_results(lot=fresh(tender.lots[lot - 1]), by=by, now=after(tender, 6))


def evaluate(tender: Tender, lead: Person, chair: Person, scorers: tuple[Person, Person], lot: int = 1) -> LotResult:
    """The whole way of one lot."""
    seat(tender, lead, chair, *scorers)
    declare(tender, chair, *scorers, lot=lot)
    score_lot(tender, scorers, lot)
    close(tender, chair, lot)
    agree(tender, chair, lot)
    lock(tender, chair, lot)
    return work_out(tender, lead, lot)


def decide(procurement: Procurement, by: Person, state: str) -> None:
    """Let the procurement stand where letters may be sent."""
    Procurement.objects.filter(pk=procurement.pk).update(state=state)


def publish(tender: Tender) -> None:
    """Publish a tender that was still being shaped, six weeks before the usual deadline."""
    procurement, published = tender.procurement, DEADLINE - dt.timedelta(days=42)
    with playing_at(published):
        procurement.published_at, procurement.deadline_at, procurement.state = published, DEADLINE, "published"
        procurement.save()

"""A made-up tender evaluated to its results: three members score, one has an interest, the chair moderates and locks."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager

from nearhome.demo.story.players import KENT, PORTSMOUTH, SUSSEX, Players
from nearhome.market.models import Registration
from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting
from nearhome.privacy.clock import playing_at
from nearhome.tendering.actions.feedback import make_letters
from nearhome.tendering.actions.low_prices import ask_about_price
from nearhome.tendering.actions.moderating import agree_score, lock_quality
from nearhome.tendering.actions.panel import add_panel_member, declare_interest
from nearhome.tendering.actions.results import work_out_results
from nearhome.tendering.actions.scoring import close_scoring, give_score
from nearhome.tendering.models import (
    AwardCriterion,
    Bid,
    BidAnswers,
    BidPrices,
    Lot,
    LotBenchmark,
    LotPlaces,
    PriceBand,
    Procurement,
    ProcurementParty,
)
from nearhome.tendering.queries.evaluation_case import bids_standing, questions_of
from nearhome.tendering.queries.results import opened_prices

REF, NAME = "T-STRYEV-2", "Made-up block of homes for children of 10 to 16"
DEADLINE_DAYS_AGO = 24
# Scores of two members and what was agreed; pence a week for the two bands.
BIDS = (
    ((4, 4, 3), (4, 3, 3), (4, 4, 3), (468_000, 492_000)),
    ((5, 3, 4), (4, 3, 4), (5, 3, 4), (489_000, 515_000)),
    ((3, 3, 2), (5, 3, 3), (3, 3, 3), (339_000, 360_000)),
    ((2, 4, 3), (3, 4, 3), (3, 4, 3), (455_700, 470_000)),
)
ANSWER = "A small team that stays, a named worker for each child, and supper round one table. This answer is made up."
WHY = "Says who does what by when; staffing at night is thin. Made-up reason."


@contextmanager
def _at(person: Person, moment: dt.datetime) -> Iterator[None]:
    with playing_at(moment), acting(person):
        yield


def evaluated(players: Players) -> None:
    """One closed tender with four bids, evaluated to results and draft letters."""
    lead = _commissioner(players, KENT)
    with acting(lead):
        procurement = Procurement.objects.filter(ref=REF).first() or _closed_tender(players, lead)
    evaluate(players, procurement, lead)


def evaluate(players: Players, procurement: Procurement, lead: Person) -> None:
    """Take a tender whose deadline has passed through its evaluation; a member with an interest does not score."""
    assert procurement.deadline_at
    at = procurement.deadline_at + dt.timedelta(hours=2)
    chair, others = (
        lead,
        (players.person(KENT, "april"), _commissioner(players, SUSSEX), _commissioner(players, PORTSMOUTH)),
    )
    with _at(lead, at):
        for person in (chair, *others):
            add_panel_member(procurement=procurement, person=person, is_chair=person == chair, by=lead, now=at)
        lots = list(Lot.objects.filter(procurement=procurement).select_related("procurement"))
    for lot in lots:
        _judge(lot, chair, others, at)
    with _at(lead, at + dt.timedelta(days=12)):
        make_letters(procurement=procurement, by=lead, now=at + dt.timedelta(days=12))


def _judge(lot: Lot, chair: Person, others: tuple[Person, ...], at: dt.datetime) -> None:
    first, second, conflicted = others
    for person in (chair, first, second):
        with _at(person, at):
            declare_interest(lot=lot, has_interest=False, by=person, now=at)
    with _at(conflicted, at):
        words = "A made-up relative works for one of the bidders."
        declare_interest(lot=lot, has_interest=True, words=words, by=conflicted, now=at)
    for which, person in enumerate((first, second)):
        _score(lot, person, which, at + dt.timedelta(days=4 + which))
    later = at + dt.timedelta(days=8)
    with _at(chair, later):
        close_scoring(lot=lot, reason="The chair moderates and does not score.", by=chair, now=later)
        for bid, given in zip(bids_standing(lot), BIDS, strict=False):
            for criterion, score in zip(questions_of(lot.procurement), given[2], strict=False):
                agree_score(bid=bid, criterion=criterion, score=score, reason=WHY, by=chair, now=later)
        lock_quality(lot=lot, by=chair, now=later)
        _ask_about_low_prices(lot, chair, later)
        work_out_results(lot=lot, by=chair, now=later)


def _score(lot: Lot, person: Person, which: int, at: dt.datetime) -> None:
    with _at(person, at):
        for bid, given in zip(bids_standing(lot), BIDS, strict=False):
            for criterion, score in zip(questions_of(lot.procurement), given[which], strict=False):
                give_score(bid=bid, criterion=criterion, score=score, rationale=WHY, by=person, now=at)


def _ask_about_low_prices(lot: Lot, lead: Person, at: dt.datetime) -> None:
    """One question waits for its answer, so that a reader can record it."""
    for one in opened_prices(lot):
        if one.low:
            question = "How is this price kept up for the whole term? Please show staffing by shift."
            ask_about_price(bid=one.bid, question=question, by=lead, now=at)


def _commissioner(players: Players, code: str) -> Person:
    return Person.objects.select_related("organisation").get(
        organisation=players.authorities[code], roles__contains=["commissioner"]
    )


def _closed_tender(players: Players, lead: Person) -> Procurement:
    """Published nine weeks ago, closed three weeks ago."""
    deadline = players.morning(DEADLINE_DAYS_AGO, hour=12)
    made, published = deadline - dt.timedelta(days=70), deadline - dt.timedelta(days=42)
    with _at(lead, made):
        procurement = Procurement.objects.create(
            ref=REF, lead=lead.organisation, name=NAME, kind="childrens_home", buys="block", instrument="block_contract",
            summary="Made-up homes within the county.", made_at=made, made_by=str(lead), term_months=120,
            estimated_value_pence=3_564_000_000, term_starts_on=players.day(500),
        )  # fmt: skip
        for code in (SUSSEX, PORTSMOUTH):
            ProcurementParty.objects.create(procurement=procurement, organisation=players.authorities[code])
        lot = _lot(procurement, players)
        _criteria(procurement)
    with _at(lead, published):
        procurement.published_at, procurement.deadline_at, procurement.state = published, deadline, "published"
        procurement.save()
    for registration, (*_, pence) in zip(_bidders(), BIDS, strict=False):
        _bid(players, lot, registration, pence)
    return procurement


def _lot(procurement: Procurement, players: Players) -> Lot:
    lot = Lot.objects.create(
        procurement=procurement, number=1, name="Homes of up to four beds", needs="Complex needs", min_age=10, before_age=17,
        area=players.authorities[KENT], most_places=15, least_quality=50, price_formula="weighted_basket",
    )  # fmt: skip
    for days, in_all in ((500, 5), (690, 10), (880, 15)):
        LotPlaces.objects.create(lot=lot, by_on=players.day(days), in_all=in_all)
    LotBenchmark.objects.create(lot=lot, spot_weekly_pence=495_000, source="Made-up mean of spot placements")
    for position, (label, low, high, weeks) in enumerate((("10 to 13", 10, 14, 520), ("14 to 16", 14, 17, 260)), 1):
        PriceBand.objects.create(
            lot=lot, position=position, label=label, min_age=low, before_age=high, forecast_weeks=weeks,
            most_weekly_pence=650_000,
        )  # fmt: skip
    return lot


def _criteria(procurement: Procurement) -> None:
    def add(title: str, kind: str, weight: int, position: int, parent: AwardCriterion | None = None) -> AwardCriterion:
        return AwardCriterion.objects.create(
            procurement=procurement, parent=parent, position=position, kind=kind, title=title, weight=weight,
            words=f"{title}: say how, by whom and from when." if parent else "", least_score=2 if title.startswith("Care") else None,
        )  # fmt: skip

    quality = add("Quality", "section", 60, 1)
    for position, (title, weight) in enumerate(
        (("Care that heals", 50), ("Stepping across to fostering", 30), ("Staff who stay", 20)), 1
    ):
        add(title, "question", weight, position, quality)
    add("Price", "price", 40, 2)


def _bidders() -> list[Registration]:
    """One establishment of each of the first providers who have somebody that signs in."""
    rows = Registration.objects.filter(kind="childrens_home", provider__kind=Organisation.Kind.PROVIDER)
    found: dict[int, Registration] = {}
    for row in rows.select_related("provider").order_by("provider__name", "urn"):
        found.setdefault(row.provider_id, row)
    return list(found.values())[: len(BIDS)]


def _bid(players: Players, lot: Lot, registration: Registration, pence: tuple[int, ...]) -> None:
    by, procurement = players.provider_person(registration.provider), lot.procurement
    assert procurement.deadline_at
    at = procurement.deadline_at - dt.timedelta(days=2)
    with _at(by, at):
        bid = Bid.objects.create(
            procurement=procurement, lot=lot, provider=registration.provider, registration=registration, started_at=at,
            submitted_at=at, submitted_by=str(by), profile={"legal_name": registration.provider.name},
        )  # fmt: skip
        words = {str(one.pk): ANSWER for one in questions_of(procurement)}
        BidAnswers.objects.create(bid=bid, answers=json.dumps({"places": 4, "answers": words}))
        bands = {str(band.pk): asked for band, asked in zip(lot.bands.all(), pence, strict=True)}
        BidPrices.objects.create(bid=bid, prices=json.dumps({"bands": bands, "open_book": {}}))

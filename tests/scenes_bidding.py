"""Tenders shaped, published and bid for through the actions, as their people would."""

import datetime as dt
from typing import Any

from cast import Cast
from nearhome.market.models import Home
from nearhome.people.models import Person
from nearhome.tendering.actions import bidding, criteria, publishing, shaping, submitting
from nearhome.tendering.actions.profiling import save_profile
from nearhome.tendering.models import Bid, Lot, Procurement
from nearhome.tendering.queries.bidding import envelopes_of, own_bid, profile_of, version_of
from nearhome.tendering.queries.prices import Given
from nearhome.tendering.queries.tenders import questions_of
from scenes_tender import acting_at

PUBLISHED = dt.datetime(2026, 9, 7, 9, 0, tzinfo=dt.UTC)
DEADLINE = dt.datetime(2026, 10, 19, 11, 0, tzinfo=dt.UTC)
QUESTIONS_UNTIL = dt.datetime(2026, 10, 5, 11, 0, tzinfo=dt.UTC)
DURING = dt.datetime(2026, 9, 21, 10, 0, tzinfo=dt.UTC)
PROFILE: dict[str, Any] = {
    "legal_name": "Madeup Meadow Care Ltd", "company_number": "01234567", "charity_number": "", "ukprn": "",
    "address": "1 Madeup Street", "postcode": "ME14 1XX", "contact_name": "Mona Madeup", "contact_email": "mona@meadow.example",
    "contact_phone": "01234 567890", "safeguarding_lead": "Mona Madeup", "ico_registration": "ZA123456",
    "has_safeguarding_policy": True, "has_complaints_policy": True, "has_equality_policy": True,
    "has_health_and_safety_policy": True, "checks_staff": True, "modern_slavery": True, "has_exclusion_ground": False,
    "exclusion_words": "", "public_liability_pence": 1_000_000_000, "public_liability_ends_on": "2099-03-31",
    "employers_liability_pence": 1_000_000_000, "employers_liability_ends_on": "2099-03-31",
    "professional_indemnity_pence": 200_000_000, "professional_indemnity_ends_on": "2099-03-31",
}  # fmt: skip


def begin(cast: Cast, *, ref: str = "T-SHAPE-1", at: dt.datetime = PUBLISHED, **fields: Any) -> Procurement:
    """A procurement of Kent's in which nothing is shaped yet."""
    values = {
        "name": "Made-up residential block", "kind": "childrens_home", "buys": "block", "instrument": "block_contract",
        "summary": "Made-up homes for children of 10 to 16.",
    }  # fmt: skip
    with acting_at(cast.colin, at):
        return Procurement.objects.create(
            ref=ref, lead=cast.kent, made_at=at, made_by=str(cast.colin), **values | fields
        )


def shape(cast: Cast, procurement: Procurement, *, at: dt.datetime = PUBLISHED) -> Lot:
    """The shipped lot of 5, 10 and 15 beds, and the shipped tree of 60 to 40."""
    with acting_at(cast.colin, at):
        given = {"procurement": procurement, "by": cast.colin, "now": at}
        lot = shaping.start_lot_from_example(example="regional_residential", **given)
        criteria.start_tree(example="quality_60", **given)
    return lot


def publish(
    cast: Cast, procurement: Procurement, *, at: dt.datetime = PUBLISHED, deadline: dt.datetime = DEADLINE
) -> None:
    """Published by Colin; questions end a fortnight before the deadline."""
    with acting_at(cast.colin, at):
        procurement.refresh_from_db()
        publishing.publish_tender(
            procurement=procurement, deadline_at=deadline, questions_until_at=deadline - dt.timedelta(days=14),
            decision="21/00094", version=procurement.version, by=cast.colin, now=at,
        )  # fmt: skip
        procurement.refresh_from_db()


def open_tender(cast: Cast, *, at: dt.datetime = PUBLISHED, deadline: dt.datetime = DEADLINE, **fields: Any) -> Lot:
    """Begun, shaped and published: its one lot."""
    procurement = begin(cast, at=at, **fields)
    lot = shape(cast, procurement, at=at)
    publish(cast, procurement, at=at, deadline=deadline)
    lot.procurement = procurement
    return lot


def save_a_profile(person: Person, *, at: dt.datetime = DURING, **answers: Any) -> None:
    """The person's organisation writes its profile."""
    with acting_at(person, at):
        kept = profile_of(person)
        seen = kept.saved_at.isoformat() if kept else ""
        save_profile(answers=PROFILE | {"legal_name": str(person.organisation)} | answers, by=person, now=at, seen=seen)


def write_bid(
    lot: Lot, person: Person, home: Home, *, at: dt.datetime = DURING, word: str = "Because", pence: int = 440_000
) -> Bid:
    """A whole bid, not submitted."""
    save_a_profile(person, at=at)
    with acting_at(person, at):
        bid = bidding.start_bid(lot=lot, registration=home.registration, by=person, now=at)
        bidding.confirm_details(bid=bid, by=person, now=at)
        bidding.offer_places(bid=bid, places=5, by=person, now=at)
        for question in questions_of(lot.procurement):
            held = envelopes_of(own_bid(person, bid.key))
            seen = version_of(held.answers.get(str(question.pk), ""))
            text = f"{word}: {question.title}"
            bidding.save_answer(bid=bid, question=question, text=text, seen=seen, by=person, now=at)
        prices = {str(band.pk): Given(pence) for band in lot.bands.all()}
        kept = bidding.prices_kept(envelopes_of(own_bid(person, bid.key)).prices)
        bidding.save_prices(bid=bid, prices=prices, seen=version_of(kept), by=person, now=at)
        return own_bid(person, bid.key)


def submit(bid: Bid, person: Person, *, at: dt.datetime = DURING) -> Bid:
    """The bid is submitted at that moment on everybody's clock."""
    with acting_at(person, at):
        return submitting.submit_bid(bid=own_bid(person, bid.key), by=person, now=at)

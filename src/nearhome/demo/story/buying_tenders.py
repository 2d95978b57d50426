"""Two tenders: one that providers can bid for now, with a draft and questions, and one that closed with its bids unopened.

Later stories find them by name and lead: `OPEN` is Kent's, `CLOSED` is West Sussex's.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from nearhome.calendars.bank_holidays import bank_holidays_anywhere
from nearhome.calendars.calculations.working_days import add_working_days
from nearhome.demo.story.players import KENT, PORTSMOUTH, SUSSEX, Players
from nearhome.design.wording import LONDON
from nearhome.market.models import Registration
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.privacy.clock import playing_at
from nearhome.tendering.actions import bidding, clarifying, criteria, engaging, publishing, shaping, submitting
from nearhome.tendering.actions.profiling import save_profile
from nearhome.tendering.models import Bid, Lot, Procurement, ProcurementParty
from nearhome.tendering.queries.bidding import profile_of, version_of
from nearhome.tendering.queries.prices import Given
from nearhome.tendering.queries.tenders import questions_of

OPEN = "Made-up homes for 10 to 16, near a secondary school"
CLOSED = "Made-up regional homes, step across to foster care"
SUMMARY = (
    "Made-up homes for children of 10 to 16 with complex needs, close to where they grew up, from which a child can step"
    " across to foster care and back. Five beds within a year, ten within 18 months, fifteen within two years."
)
FIRST_PENCE, STEP_PENCE = 428_000, 7_350


def tenders(players: Players) -> None:
    """Tell both."""
    open_now(players)
    closed(players)


def open_now(players: Players) -> None:
    """Kent asks for bids with Portsmouth: one provider has submitted, one has begun, one asks and another waits for an answer."""
    published, due = players.morning(9), _due(players, 21)
    lot = _published(players, KENT, OPEN, published=published, due=due, partner=PORTSMOUTH)
    homes = _bidders(players, KENT, 3)
    submitted = _bid(players, lot, homes[0], players.morning(3), 0)
    _submit(players, submitted, players.morning(3, 11))
    _begin_only(players, lot, homes[1], players.morning(2))
    _asks(
        players,
        lot,
        homes[1],
        "May a home that is registered after the contract is made be offered?",
        players.morning(4),
    )
    _answered(players, lot, "Yes, if it is registered before its first place is to be open.", players.morning(3, 15))
    _asks(players, lot, homes[2], "Are transport costs to school part of the weekly price?", players.morning(1))


def closed(players: Players) -> None:
    """West Sussex's tender closed three working days ago; three providers bid, one withdrew in time, one never submitted."""
    due = _due(players, -5)
    published = due - dt.timedelta(days=42)
    lot = _published(players, SUSSEX, CLOSED, published=published, due=due, partner=PORTSMOUTH)
    homes, during = _bidders(players, SUSSEX, 5), due - dt.timedelta(days=8)
    for number, home in enumerate(homes[:3]):
        _submit(players, _bid(players, lot, home, during, number), due - dt.timedelta(hours=26 - 12 * number))
    late = _bid(players, lot, homes[3], during, 3)
    _submit(players, late, during + dt.timedelta(hours=2))
    _withdraw(players, late, during + dt.timedelta(days=1))
    if len(homes) > 4:
        _begin_only(players, lot, homes[4], during)


@contextmanager
def _at(person: Person, moment: dt.datetime) -> Iterator[None]:
    with playing_at(moment), acting(person):
        yield


def _due(players: Players, days: int) -> dt.datetime:
    """Midday of the first working day on or after a day; before now for days gone by."""
    day = players.day(days) - dt.timedelta(days=1)
    on = add_working_days(day, 1, bank_holidays_anywhere(day, day))
    return dt.datetime.combine(on, dt.time(12), LONDON)


def _published(
    players: Players, code: str, name: str, *, published: dt.datetime, due: dt.datetime, partner: str
) -> Lot:
    lead = players.person(code, "colin")
    with _at(lead, published - dt.timedelta(days=20)):
        now = published - dt.timedelta(days=20)
        tender = _begin(players, lead, name, now)
        ProcurementParty.objects.create(procurement=tender, organisation=players.authorities[partner])
        talk = engaging.Talk(now.date(), "event", "Eleven made-up providers", "Most need a year to open a home.", True)
        engaging.record_engagement(procurement=tender, talk=talk, by=lead, now=now)
        lot = shaping.start_lot_from_example(procurement=tender, example="regional_residential", by=lead, now=now)
        criteria.start_tree(procurement=tender, example="quality_60", by=lead, now=now)
    with _at(lead, published):
        tender = Procurement.objects.get(pk=tender.pk)
        publishing.publish_tender(
            procurement=tender, deadline_at=due, questions_until_at=due - dt.timedelta(days=10), decision="21/00094",
            version=tender.version, by=lead, now=published,
        )  # fmt: skip
        return Lot.objects.select_related("procurement").get(pk=lot.pk)


def _begin(players: Players, lead: Person, name: str, now: dt.datetime) -> Procurement:
    refs = {OPEN: "T-MADEUP-1", CLOSED: "T-MADEUP-2"}
    starts = dt.date(players.today.year + 1, 4, 1)
    return Procurement.objects.create(
        ref=refs[name], lead=lead.organisation, name=name, summary=SUMMARY, kind="childrens_home", buys="block",
        instrument="block_contract", estimated_value_pence=10 * 15 * 455_700 * 365 // 7, term_starts_on=starts, term_months=120,
        made_at=now, made_by=str(lead),
    )  # fmt: skip


def _bidders(players: Players, code: str, count: int) -> list[Registration]:
    """Open homes of independent providers in an authority's area, one of each provider."""
    with acting(players.person(code, "colin")):
        rows = Registration.objects.filter(
            kind="childrens_home", area_code=code, provider__kind="provider", closed_on=None
        )
        rows = rows.exclude(sector="Local authority").select_related("provider").order_by("urn")
        by_provider: dict[int, Registration] = {}
        for row in rows:
            by_provider.setdefault(row.provider_id, row)
        return list(by_provider.values())[:count]


def _bid(players: Players, lot: Lot, home: Registration, now: dt.datetime, number: int) -> Bid:
    """A whole bid, not submitted."""
    bid = _begin_only(players, lot, home, now)
    person = players.provider_person(home.provider)
    with _at(person, now):
        bidding.confirm_details(bid=bid, by=person, now=now)
        bidding.offer_places(bid=bid, places=min(5, home.registered_places or 3), by=person, now=now)
        for question in questions_of(lot.procurement):
            text = _answer(home, question.title, number)
            bidding.save_answer(bid=bid, question=question, text=text, seen=version_of(""), by=person, now=now)
        pence = FIRST_PENCE + STEP_PENCE * number
        prices = {str(band.pk): _price(pence) for band in lot.bands.all()}
        seen = version_of(bidding.prices_kept({}))
        bidding.save_prices(bid=bid, prices=prices, seen=seen, by=person, now=now)
    return bid


def _price(pence: int) -> Given:
    parts = {
        "staffing": pence * 60 // 100,
        "property": pence * 14 // 100,
        "care": pence * 9 // 100,
        "overhead": pence * 11 // 100,
    }
    return Given(pence, parts | {"surplus": pence - sum(parts.values())})


def _answer(home: Registration, title: str, number: int) -> str:
    depth = ("every week with the child", "every month with the social worker", "at each review")[number % 3]
    return (
        f"Made-up answer of {home} on {title.lower()}. A team of nine works there in three shifts. What was agreed is"
        f" looked at {depth}, and written down where the child can read it."
    )


def _begin_only(players: Players, lot: Lot, home: Registration, now: dt.datetime) -> Bid:
    person = players.provider_person(home.provider)
    with _at(person, now):
        if profile_of(person) is None:
            save_profile(answers=_profile(person), by=person, now=now)
        return bidding.start_bid(lot=lot, registration=home, by=person, now=now)


def _profile(person: Person) -> dict[str, object]:
    insured = {
        f"{name}_pence": 1_000_000_000 for name in ("public_liability", "employers_liability", "professional_indemnity")
    }
    ends = {name.replace("_pence", "_ends_on"): "2030-03-31" for name in insured}
    policies = ("safeguarding", "complaints", "equality", "health_and_safety")
    return {
        "legal_name": str(person.organisation), "company_number": "00000000", "charity_number": "", "ukprn": "",
        "address": "1 Madeup Street, Madeup", "postcode": "ME14 1XX", "contact_name": str(person), "contact_email": person.email,
        "contact_phone": "01632 960000", "safeguarding_lead": str(person), "ico_registration": "ZA000000",
        **{f"has_{name}_policy": True for name in policies}, "checks_staff": True, "modern_slavery": True,
        "has_exclusion_ground": False, "exclusion_words": "", **insured, **ends,
    }  # fmt: skip


def _submit(players: Players, bid: Bid, now: dt.datetime) -> None:
    person = players.provider_person(bid.provider)
    with _at(person, now):
        submitting.submit_bid(bid=Bid.objects.select_related("procurement").get(pk=bid.pk), by=person, now=now)


def _withdraw(players: Players, bid: Bid, now: dt.datetime) -> None:
    person = players.provider_person(bid.provider)
    with _at(person, now):
        submitting.withdraw_bid(bid=Bid.objects.select_related("procurement").get(pk=bid.pk), by=person, now=now)


def _asks(players: Players, lot: Lot, home: Registration, words: str, now: dt.datetime) -> None:
    person = players.provider_person(home.provider)
    with _at(person, now):
        clarifying.ask_question(procurement=lot.procurement, question=words, by=person, now=now)


def _answered(players: Players, lot: Lot, words: str, now: dt.datetime) -> None:
    lead = players.person(KENT, "colin")
    with _at(lead, now):
        row = lot.procurement.clarifications.get(answered_at__isnull=True)
        clarifying.answer_question(clarification=row, question=row.question, answer=words, by=lead, now=now)

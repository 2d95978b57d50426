"""The steps that every made-up procurement takes, through the actions of the product, each on its day of the timetable."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from nearhome.demo.notices import publish_made_up_notices
from nearhome.demo.story.players import Players
from nearhome.design.wording import LONDON
from nearhome.market.models import Registration
from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting
from nearhome.privacy.clock import playing_at
from nearhome.tendering.actions import bidding, clarifying, criteria, engaging, publishing, shaping, submitting
from nearhome.tendering.actions.profiling import save_profile
from nearhome.tendering.actions.recording_notices import record_what_happened
from nearhome.tendering.actions.timetabling import save_timetable
from nearhome.tendering.models import Bid, Lot, Procurement
from nearhome.tendering.queries.bidding import profile_of, version_of
from nearhome.tendering.queries.prices import Given
from nearhome.tendering.queries.tenders import questions_of
from nearhome.tendering.queries.timetables import TimetableAsked, moments_proposed, steps_kept, usual_lengths

FOSTER_PLACES = 5
FOSTER_SPOT = (98_000, "Made-up average of agency foster care")
DEPTHS = ("every week with the child", "every month with the social worker", "at each review")


@dataclass(frozen=True, slots=True)
class Offer:
    """What one establishment offers, asks a week for each band, and is scored: two members and what they agreed."""

    places: int
    pence: tuple[int, ...]
    scores: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]] = ((), (), ())


@dataclass(frozen=True, slots=True)
class Tender:
    """A procurement, who leads it, and the day of each step of its timetable."""

    procurement: Procurement
    lead: Person
    days: Mapping[str, dt.date]

    def on(self, step: str, hour: int = 10) -> dt.datetime:
        """An hour of the day on which a step falls."""
        return on_day(self.days[step], hour)


@contextmanager
def at(person: Person, moment: dt.datetime) -> Iterator[None]:
    """Act as somebody at a moment of the story, on the database's clock too."""
    with playing_at(moment), acting(person):
        yield


def on_day(day: dt.date, hour: int = 10) -> dt.datetime:
    """An hour of a day in London."""
    return dt.datetime.combine(day, dt.time(hour), LONDON)


def april_after(day: dt.date) -> dt.date:
    """The first 1 April on or after a day."""
    return dt.date(day.year + (day > dt.date(day.year, 4, 1)), 4, 1)


def shaped(procurement: Procurement, lead: Person, starts_on: dt.date, tree: str, talk: engaging.Talk) -> Tender:
    """Write down the talk with the market, how bids are judged, and the timetable that begins on a day."""
    now = on_day(starts_on)
    with at(lead, now):
        engaging.record_engagement(procurement=procurement, talk=talk, by=lead, now=now)
        record_what_happened(procurement=procurement, kind="engagement", on=talk.on, by=lead, now=now)
        criteria.start_tree(procurement=procurement, example=tree, by=lead, now=now)
        asked = TimetableAsked("start", starts_on, usual_lengths(procurement))
        kept = save_timetable(procurement=procurement, asked=asked, by=lead, now=now)
        return Tender(procurement, lead, steps_kept(kept))


def published(tender: Tender, decision: str) -> list[Lot]:
    """Publish on the day of the timetable, with its deadlines and notices; the lots as bidders see them."""
    now, lead = tender.on("published"), tender.lead
    with at(lead, now):
        fresh = Procurement.objects.get(pk=tender.procurement.pk)
        moments = moments_proposed(fresh.timetables.get())
        publishing.publish_tender(
            procurement=fresh, decision=decision, version=fresh.version, by=lead, now=now, **moments
        )
        publish_made_up_notices(Procurement.objects.get(pk=fresh.pk), by=lead, now=now)
        return list(Lot.objects.filter(procurement=fresh).select_related("procurement").order_by("number"))


def lot_from_example(tender: Tender, area: Organisation, most_places: int | None = None) -> Lot:
    """The shipped lot of decision 21/00094, in an authority's area; with other places where they are given."""
    lead, now, procurement = tender.lead, tender.on("engaged"), tender.procurement
    with at(lead, now):
        lot = shaping.start_lot_from_example(procurement=procurement, example="regional_residential", by=lead, now=now)
        terms = shaping.LotTerms(
            f"{lot.name}, in {area}",
            lot.needs,
            lot.wishes,
            area,
            lot.min_age,
            lot.before_age,
            most_places or lot.most_places,
        )
        if most_places:
            for step in list(lot.places_wanted.order_by("by_on"))[1:]:
                shaping.remove_places(lot=lot, by_on=step.by_on, by=lead, now=now)
            first = lot.places_wanted.get()
            shaping.set_places(lot=lot, by_on=first.by_on, in_all=most_places, by=lead, now=now)
        return shaping.save_lot(procurement=procurement, terms=terms, number=lot.number, by=lead, now=now)


def foster_lot_beside(tender: Tender, area: Organisation) -> Lot:
    """The other half of a pair: foster care near the homes of lot 1, to which a child steps across and back."""
    lead, now = tender.lead, tender.on("engaged")
    with at(lead, now):
        home = tender.procurement.lots.get(number=1)
        terms = shaping.LotTerms(
            f"Foster care to step across to, in {area}", "Children who are ready to live in a family, from the homes of lot 1 and back.",
            home.wishes, area, home.min_age, home.before_age, FOSTER_PLACES, step_across=1,
            kind="foster",
        )  # fmt: skip
        lot = shaping.save_lot(procurement=tender.procurement, terms=terms, by=lead, now=now)
        by_on = home.places_wanted.order_by("by_on")[0].by_on
        shaping.set_places(lot=lot, by_on=by_on, in_all=FOSTER_PLACES, by=lead, now=now)
        weeks = Decimal(52 * FOSTER_PLACES)
        band = shaping.BandTerms("A household, 10 to 16", "standard", home.min_age, home.before_age, weeks)
        shaping.save_band(lot=lot, terms=band, by=lead, now=now)
        shaping.set_benchmark(lot=lot, spot_weekly_pence=FOSTER_SPOT[0], source=FOSTER_SPOT[1], by=lead, now=now)
        return lot


def bidders(by: Person, kind: str, wanted: int, area_code: str = "") -> list[Registration]:
    """Open establishments of independent providers, one of each, in an authority's area if that is asked."""
    with acting(by):
        rows = Registration.objects.filter(kind=kind, provider__kind="provider", closed_on=None)
        rows = rows.exclude(sector="Local authority").select_related("provider").order_by("urn")
        by_provider: dict[int, Registration] = {}
        for row in rows.filter(area_code=area_code) if area_code else rows:
            by_provider.setdefault(row.provider_id, row)
        return list(by_provider.values())[:wanted]


def begin_bid(players: Players, lot: Lot, home: Registration, now: dt.datetime) -> Bid:
    """A bid that is begun and nothing more; its provider's profile is saved if it was not."""
    person = players.provider_person(home.provider)
    with at(person, now):
        if profile_of(person) is None:
            save_profile(answers=_profile(person), by=person, now=now)
        return bidding.start_bid(lot=lot, registration=home, by=person, now=now)


def submit(players: Players, lot: Lot, home: Registration, offer: Offer, now: dt.datetime) -> Bid:
    """A whole bid, submitted."""
    bid, person = begin_bid(players, lot, home, now), players.provider_person(home.provider)
    with at(person, now):
        bidding.confirm_details(bid=bid, by=person, now=now)
        bidding.offer_places(bid=bid, places=offer.places, by=person, now=now)
        for number, question in enumerate(questions_of(lot.procurement)):
            words = _answer(home, question.title, number)
            bidding.save_answer(bid=bid, question=question, text=words, seen=version_of(""), by=person, now=now)
        bands = zip(lot.bands.order_by("position"), offer.pence, strict=True)
        prices = {str(band.pk): _price(pence) for band, pence in bands}
        bidding.save_prices(bid=bid, prices=prices, seen=version_of(bidding.prices_kept({})), by=person, now=now)
        return submitting.submit_bid(bid=bid, by=person, now=now)


def withdraw(players: Players, bid: Bid, now: dt.datetime) -> None:
    """Take a bid out before the deadline."""
    person = players.provider_person(bid.provider)
    with at(person, now):
        submitting.withdraw_bid(bid=bid, by=person, now=now)


def ask(players: Players, lot: Lot, home: Registration, words: str, now: dt.datetime) -> None:
    """A bidder asks."""
    person = players.provider_person(home.provider)
    with at(person, now):
        clarifying.ask_question(procurement=lot.procurement, question=words, by=person, now=now)


def answer(lead: Person, procurement: Procurement, words: str, now: dt.datetime) -> None:
    """The lead answers the one question that waits."""
    with at(lead, now):
        row = procurement.clarifications.get(answered_at__isnull=True)
        clarifying.answer_question(clarification=row, question=row.question, answer=words, by=lead, now=now)


def open_bids(tender: Tender) -> None:
    """An hour after the deadline."""
    now = tender.on("deadline", 13)
    with at(tender.lead, now):
        publishing.open_bids(procurement=tender.procurement, by=tender.lead, now=now)


def offers_by_home(homes: Sequence[Registration], offers: Sequence[Offer]) -> dict[int, Offer]:
    """Which establishment makes which offer."""
    return {home.pk: offer for home, offer in zip(homes, offers, strict=False)}


def _price(pence: int) -> Given:
    parts = {
        "staffing": pence * 60 // 100,
        "property": pence * 14 // 100,
        "care": pence * 9 // 100,
        "overhead": pence * 11 // 100,
    }
    return Given(pence, parts | {"surplus": pence - sum(parts.values())})


def _answer(home: Registration, title: str, number: int) -> str:
    return (
        f"Made-up answer of {home} on {title.lower()}. A team of nine works there in three shifts. What was agreed is"
        f" looked at {DEPTHS[number % 3]}, and written down where the child can read it."
    )


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

"""What a provider reads: tenders that are open or were, its profile, and its own bids as far as they have come."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from nearhome.calendars.calculations.working_days import LONDON, london_date
from nearhome.design.wording import date as date_in_words
from nearhome.market.models import Registration
from nearhome.people.models import Person
from nearhome.tendering.calculations.shaping.wording import words_in
from nearhome.tendering.models import AwardCriterion, Bid, Procurement, ProviderProfile
from nearhome.tendering.permissions.bidding import require_can_bid
from nearhome.tendering.queries.prices import Asked, Given, asked_again, price_problems
from nearhome.tendering.queries.tenders import questions_of
from nearhome.tendering.states import ProcurementState

# The register's word for who offers a kind of place.
REGISTERED_AS = {"foster": "fostering_agency"}
INSURANCES = ("public_liability", "employers_liability", "professional_indemnity")


def opportunities_for(person: Person) -> QuerySet[Procurement]:
    """Published tenders, those due soonest first. Raises PermissionDenied for who does not bid."""
    require_can_bid(person)
    rows = Procurement.objects.filter(published_at__isnull=False).select_related("lead")
    return rows.prefetch_related("lots__places_wanted", "lots__area").order_by("deadline_at", "pk")


def opportunity_for(person: Person, key: UUID) -> Procurement:
    """One published tender. Raises PermissionDenied for who does not bid, Http404 for one that is not published."""
    found = opportunities_for(person).filter(key=key).first()
    if found is None:
        raise Http404("No such tender")
    return found


def takes_bids(procurement: Procurement, now: datetime) -> bool:
    """Whether a bid can still be made or changed at this moment: up to the deadline, not at it."""
    deadline = procurement.deadline_at
    return procurement.state == ProcurementState.PUBLISHED and deadline is not None and now < deadline


def is_open_in_the_database(procurement: Procurement) -> bool:
    """The same by the database's own clock, which has the last word."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tendering_takes_bids(%s)", [procurement.pk])
        return bool(cursor.fetchone()[0])


def registrations_for(person: Person, kind: str) -> list[Registration]:
    """The organisation's establishments that are registered for a kind of place and not closed."""
    rows = Registration.objects.filter(provider_id=person.organisation_id, kind=REGISTERED_AS.get(kind, kind))
    return list(rows.filter(closed_on__isnull=True).order_by("name", "pk"))


def registration_for(person: Person, kind: str, key: UUID) -> Registration:
    """One of them. Raises Http404 if it is none of theirs or of another kind."""
    found = next((one for one in registrations_for(person, kind) if one.key == key), None)
    if found is None:
        raise Http404("No such establishment")
    return found


def profile_of(person: Person) -> ProviderProfile | None:
    """The organisation's profile, or None while it was never saved."""
    require_can_bid(person)
    return ProviderProfile.objects.filter(provider_id=person.organisation_id).first()


def expired_insurances(answers: Mapping[str, Any], on: date) -> list[str]:
    """Keys of insurances that a profile says have ended by a day."""
    ends = {name: answers.get(f"{name}_ends_on") for name in INSURANCES}
    return [name for name, end in ends.items() if end and date.fromisoformat(end) < on]


def own_bids(person: Person) -> QuerySet[Bid]:
    """Every bid of the organisation, newest first."""
    require_can_bid(person)
    rows = Bid.objects.filter(provider_id=person.organisation_id)
    return rows.select_related("procurement", "procurement__lead", "lot", "registration").order_by("-started_at", "-pk")


def own_bid(person: Person, key: UUID) -> Bid:
    """One of them. Raises PermissionDenied for who does not bid, Http404 for others'."""
    found = own_bids(person).filter(key=key).first()
    if found is None:
        raise Http404("No such bid")
    return found


def how_it_stands(bid: Bid, now: datetime) -> str:
    """draft, submitted, withdrawn, out (disqualified), abandoned with its tender, or missed: a draft after the deadline."""
    if bid.withdrawn_at is not None:
        return "withdrawn"
    if bid.procurement.state == ProcurementState.ABANDONED:
        return "abandoned"
    if bid.submitted_at is not None:
        return "out" if hasattr(bid, "disqualification") else "submitted"
    return "draft" if takes_bids(bid.procurement, now) else "missed"


@dataclass(frozen=True, slots=True)
class Envelopes:
    """What a bid holds so far: places offered, answers by number of the criterion, prices by number of the band."""

    places: int | None
    answers: Mapping[str, str]
    prices: Mapping[str, Given]


def envelopes_of(bid: Bid) -> Envelopes:
    """Both envelopes of one's own bid, unsealed; empty while nothing was given."""
    places, answers = answers_in(bid)
    kept = getattr(bid, "price", None)
    prices = json.loads(kept.prices) if kept else {}
    books = prices.get("open_book", {})
    given = {band: Given(pence, books.get(band, {})) for band, pence in prices.get("bands", {}).items()}
    return Envelopes(places, answers, given)


def answers_in(bid: Bid) -> tuple[int | None, Mapping[str, str]]:
    """(places offered, answers by number of the criterion): the quality envelope alone."""
    kept = getattr(bid, "quality", None)
    quality = json.loads(kept.answers) if kept else {}
    return quality.get("places"), quality.get("answers", {})


def fingerprint(bid: Bid) -> str:
    """Twelve characters that stand for everything a bid says: the same words and prices give the same ones."""
    held = envelopes_of(bid)
    prices = {band: [one.pence, dict(one.open_book)] for band, one in held.prices.items()}
    said = json.dumps([held.places, dict(held.answers), prices, bid.profile], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:12].upper()


def received_at(bid: Bid) -> str:
    """The moment of submission on the London clock, to the second."""
    if bid.submitted_at is None:
        return ""
    local = bid.submitted_at.astimezone(LONDON)
    return f"{date_in_words(local)} at {local:%H:%M:%S}"


def version_of(value: Any) -> str:
    """What a form carries along, to notice that the same answer was changed in another window."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def prices_asked(bid: Bid) -> list[Asked]:
    """The prices the lot asks for, in order."""
    return [Asked(str(band.pk), band.label, band.most_weekly_pence) for band in bid.lot.bands.order_by("position")]


def unusual_in(bid: Bid) -> tuple[str, ...]:
    """Prices of a bid so low or high that whoever submits it should look again."""
    return asked_again(prices_asked(bid), envelopes_of(bid).prices)


def answer_problem(question: AwardCriterion, text: str) -> str:
    """What is wrong with one answer, "" when nothing is."""
    count = words_in(text)
    if not count:
        return f"Answer “{question.title}”"
    if count > question.most_words:
        return f"“{question.title}” has {count} words, {count - question.most_words} more than the {question.most_words} allowed: shorten it"
    return ""


def places_problem(bid: Bid, places: int | None) -> str:
    """What is wrong with the places offered, "" when nothing is."""
    if places is None:
        return "Say how many places you offer"
    most = bid.lot.most_places
    if places < 1 or (most is not None and places > most):
        return f"Offer between 1 and {most} places" if most else "Offer 1 place or more"
    return ""


def what_is_missing(bid: Bid, now: datetime) -> dict[str, str]:
    """Part of the bid → what stands in the way of submitting it; {} when it is whole.

    Parts are "details", "places", "question-1" and so on, and "prices".
    """
    held = envelopes_of(bid)
    found = {"details": _details_problem(bid, now), "places": places_problem(bid, held.places)}
    for number, question in enumerate(questions_of(bid.procurement), start=1):
        found[f"question-{number}"] = answer_problem(question, held.answers.get(str(question.pk), ""))
    found["prices"] = "; ".join(price_problems(prices_asked(bid), held.prices).values())
    return {part: words for part, words in found.items() if words}


def _details_problem(bid: Bid, now: datetime) -> str:
    if bid.registration.closed_on is not None:
        return f"{bid.registration} is closed on the register, so it cannot bid"
    if not bid.profile:
        return "Confirm your organisation’s details"
    if expired_insurances(bid.profile, london_date(now)):
        return "An insurance has ended: enter the new one in your profile and confirm it again"
    return ""

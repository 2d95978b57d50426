"""A child with a referral, an offer that was chosen and approved, and what follows from it."""

import datetime as dt
from dataclasses import dataclass

from psycopg.types.range import DateRange

from cast import NOW, TODAY, Cast, make_cast
from nearhome.market.actions.occupancy import Occupant, hold_place
from nearhome.market.models import Home, Place
from nearhome.matching.models import Decision
from nearhome.needs.models import Child, Episode
from nearhome.people.models import Person
from nearhome.placements.actions.agreeing import issue_agreement
from nearhome.placements.actions.arriving import Arrival, record_arrival
from nearhome.placements.actions.booking import book_place
from nearhome.placements.calculations.agreement import Goal
from nearhome.placements.models import Agreement, Booking
from nearhome.placements.queries.terms import AgreementAnswers
from nearhome.privacy.acting import acting, acting_for
from nearhome.referrals.models import Invitation, Offer, Referral
from scenes import make_child, make_home

FIRST_CARE = Arrival(legal_status="C2", need="N1")


@dataclass(frozen=True)
class Scene:
    """Everything a test of placements begins with."""

    cast: Cast
    child: Child
    home: Home
    place: Place
    referral: Referral
    offer: Offer
    decision: Decision


def make_scene(
    cast: Cast | None = None,
    *,
    ref: str = "KEN0042",
    area_code: str = "886",
    is_emergency: bool = False,
    born_on: dt.date = dt.date(2013, 5, 14),
    home: Home | None = None,
    kind: str = "childrens_home",
    starts_on: dt.date = TODAY,
    urn: str = "SC900001",
) -> Scene:
    """Kent's child, Meadow's home, an offer selected by Olive and approved by April; nothing booked yet."""
    cast = cast or make_cast()
    child = make_child(cast.kent, ref, born_on=born_on)
    home = home or make_home(cast.meadow, "Madeup Meadow House", urn=urn, area_code=area_code, kind=kind)
    with acting_for(cast.kent.pk):
        referral = make_referral(cast.olive, child, is_emergency=is_emergency, needed_on=starts_on)
        invitation = Invitation.objects.create(
            referral=referral, referral_ref=referral.ref, thread=referral.key, authority=cast.kent,
            provider_id=home.provider_id, home=home, sent_at=NOW, sent_by=cast.olive,
            respond_by=NOW + dt.timedelta(hours=4), answer="offered", answered_at=NOW,
        )  # fmt: skip
        place = home.places.order_by("pk").first()
    with acting(cast.mona):
        hold = hold_place(
            place=place, days=DateRange(starts_on, None), expires_at=NOW + dt.timedelta(hours=48),
            occupant=Occupant(cast.kent.pk, "M", dt.date(2013, 5, 1)), by=cast.mona, now=NOW,
        )  # fmt: skip
        offer = Offer.objects.create(
            invitation=invitation, authority=cast.kent, provider_id=home.provider_id, home=home, place=place, hold=hold,
            route="spot", starts_on=starts_on, core_pence=400_000, additional_support_pence=55_700,
            weekly_price_pence=455_700, how_needs_are_met="A quiet room and a patient team.", made_by=cast.mona,
            made_at=NOW, expires_at=NOW + dt.timedelta(hours=48), outcome="selected",
        )  # fmt: skip
    with acting_for(cast.kent.pk):
        decision = Decision.objects.create(
            referral=referral, authority=cast.kent, offer=offer, reasons="Nearest to school.",
            whole_life_pence=11_848_200, whole_life_working="26 weeks", decided_by=cast.olive, decided_at=NOW,
            approved_by=cast.april, approved_at=NOW, granted=True,
        )  # fmt: skip
    return Scene(cast, child, home, place, referral, offer, decision)


def make_referral(officer: Person, child: Child, **fields: object) -> Referral:
    """A referral whose choice has been approved."""
    return Referral.objects.create(
        ref=f"R-{child.return_ref}", authority=officer.organisation, child=child, created_by=officer, created_at=NOW,
        state="approved", expected_weeks=26, **fields,
    )  # fmt: skip


def booked(scene: Scene, *, now: dt.datetime = NOW) -> Booking:
    """The booking that approval makes."""
    with acting(scene.cast.april):
        return book_place(decision=scene.decision, by=scene.cast.april, now=now)


def in_care(scene: Scene, *, since: dt.date = dt.date(2026, 1, 5)) -> Episode:
    """The child has been in care, elsewhere, since a day."""
    with acting_for(scene.cast.kent.pk):
        return Episode.objects.create(
            child=scene.child, authority=scene.cast.kent, starts_on=since, reason_new="S", legal_status="C2", need="N1",
            place_type="U6", place_provider="PR4", urn="SC999999", place_postcode="ME14 1XX",
        )  # fmt: skip


def arrived(
    booking: Booking, by: Person, *, on: dt.date = TODAY, now: dt.datetime = NOW, said: Arrival = FIRST_CARE
) -> Booking:
    """The child lives there."""
    with acting(by):
        return record_arrival(booking=booking, arrived_on=on, by=by, now=now, arrival=said)


def full_answers(**changes: object) -> AgreementAnswers:
    """All that the full form asks for."""
    answers: dict[str, object] = {
        "home_address": "1 Made-up Lane, Madeupton", "registered_manager": "Mona Madeup-Manager",
        "fee_includes": "Everything named here.", "care_plan_reference": "CP 42", "placement_plan_reference": "PP 42",
        "needs": "A quiet room.", "goals": (Goal("Settle at school", dt.date(2027, 2, 1)),),
        "expected_end_on": dt.date(2027, 5, 21), "ends_automatically_when": "The child leaves care.",
    }  # fmt: skip
    return AgreementAnswers(**(answers | changes))


def short_answers(**changes: object) -> AgreementAnswers:
    """All that the emergency short form asks for."""
    answers: dict[str, object] = {
        "home_address": "1 Made-up Lane, Madeupton", "known_risks": "May run away at night.",
        "immediate_care": "A warm meal and sleep.", "complete_by": TODAY + dt.timedelta(days=5),
    }  # fmt: skip
    return AgreementAnswers(**(answers | changes))


def issued(
    booking: Booking, by: Person, *, now: dt.datetime = NOW, answers: AgreementAnswers | None = None
) -> Agreement:
    """The next version, ready to sign."""
    with acting(by):
        return issue_agreement(booking=booking, by=by, now=now, answers=answers or full_answers())

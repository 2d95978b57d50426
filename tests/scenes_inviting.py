"""A search that is going on, a home that was asked, an offer: built by the actions that the pages call."""

import datetime as dt
import itertools
from dataclasses import replace

from cast import NOW, Cast
from nearhome.market.models import Home, Place
from nearhome.needs.models import Child
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.referrals.actions.inviting import invite_homes
from nearhome.referrals.actions.offering import OfferTerms, make_offer
from nearhome.referrals.models import ImportantPlace, Invitation, Offer, Referral
from scenes import make_child

NEEDED_ON = dt.date(2026, 12, 1)
OWN_WORDS = "I want to stay close to my nan in Madeup Lane"
AVOIDED = "Flat of Made-up Person Grey Heron"
_refs = itertools.count(1)


def make_search(cast: Cast, *, by: Person | None = None, child: Child | None = None, **fields: object) -> Referral:
    """A referral that is searching, with sealed words and a sealed place."""
    officer = by or cast.olive
    number = next(_refs)
    child = child or make_child(officer.organisation, f"Blue Kite {number:04}")
    with acting(officer):
        referral = Referral.objects.create(
            ref=f"R-TEST-{number}", authority=officer.organisation, child=child, created_by=officer, created_at=NOW,
            state=fields.pop("state", "searching"), needed_on=NEEDED_ON, expected_weeks=26,
            own_words=f'[{{"text": "{OWN_WORDS}", "kind": "people", "matters": "a lot"}}]',
            answers={"risk_missing": "Risk present", "sibling_count": 0, "pets": "No"} | fields.pop("answers", {}), **fields,
        )  # fmt: skip
        ImportantPlace.objects.create(
            referral=referral, authority=officer.organisation, kind="avoid", label=AVOIDED, postcode="ME14 1XX",
            easting=576000, northing=155500, keep_away_miles=2,
        )  # fmt: skip
    return referral


def invited(cast: Cast, referral: Referral, home: Home, *, now: dt.datetime = NOW) -> Invitation:
    """The home is asked by an officer of the referral's authority."""
    with acting(referral.created_by):
        referral.refresh_from_db(fields=["state", "version"])
        return invite_homes(referral=referral, homes=[home], by=referral.created_by, now=now).new[0]


def terms_for(home: Home, label: str = "Place 1", **changes: object) -> OfferTerms:
    """An ordinary offer of one place of the home, at its asking price."""
    place = Place.objects.select_related("home").get(home=home, label=label)
    terms = OfferTerms(place, NEEDED_ON, 455_700, "Two staff by day, one awake by night.")
    return replace(terms, **changes) if changes else terms


def offered(
    by: Person, invitation: Invitation, label: str = "Place 1", *, now: dt.datetime = NOW, **changes: object
) -> Offer:
    """The provider offers a place, with `changes` to its ordinary terms."""
    with acting(by):
        terms = terms_for(invitation.home, label, **changes)
        return make_offer(invitation=invitation, terms=terms, by=by, now=now)

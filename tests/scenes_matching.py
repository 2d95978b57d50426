"""A search with homes near and far, ranked, and offers to decide on: built by the actions that the pages call."""

import datetime as dt
from dataclasses import dataclass, replace

from cast import NOW, Cast, make_cast
from nearhome.market.models import Home
from nearhome.matching.actions.deciding import Choice, select_offer
from nearhome.matching.actions.ranking import rank_homes_for
from nearhome.matching.models import Decision, SavedRanking
from nearhome.matching.queries.offers import choosing
from nearhome.matching.reference.tests_of_law import MATCHING_TESTS
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.referrals.models import ImportantPlace, Offer, Referral
from scenes import make_home, make_partnership
from scenes_inviting import invited, make_search, offered

HOME_AT = (580_000, 160_000)


@dataclass(frozen=True)
class MatchingScene:
    """Kent searches for a home near Madeup Lane; three homes are possible, the second is nearest to the first."""

    cast: Cast
    referral: Referral
    meadow: Home
    harbour: Home
    far: Home


def make_matching_scene(**fields: object) -> MatchingScene:
    """A partnership, a search by Olive, a good home of Meadow's, another of Harbour's, and one far away."""
    cast = make_cast()
    make_partnership(cast)
    skills = ["going_missing", "self_harm"]
    meadow = make_home(
        cast.meadow, "Madeup Meadow House", urn="SC900001", point=(581_000, 161_000), skills=skills, has_pets=False
    )
    harbour = make_home(cast.harbour, "Madeup Harbour House", urn="SC900002", point=(590_000, 165_000), skills=skills)
    far = make_home(cast.harbour, "Madeup Far House", urn="SC900003", area_code="938", point=(510_000, 110_000))
    referral = make_search(cast, **fields)
    with acting(cast.olive):
        ImportantPlace.objects.create(
            referral=referral, authority=cast.kent, kind="home", label="Madeup Lane", postcode="ME14 1XX",
            easting=HOME_AT[0], northing=HOME_AT[1], area_code="886",
        )  # fmt: skip
    return MatchingScene(cast, referral, meadow, harbour, far)


def ranked_by(person: Person, referral: Referral, *, now: dt.datetime = NOW) -> SavedRanking:
    """The homes are ranked."""
    with acting(person):
        return rank_homes_for(referral=referral, by=person, now=now)


def two_offers(scene: MatchingScene, **elements: int) -> tuple[Offer, Offer]:
    """Homes are ranked; Meadow's and Harbour's are invited and both make an offer, Meadow's with these `elements` if any."""
    ranked_by(scene.cast.olive, scene.referral)
    core = {"core_pence": 430_000} if elements else {}
    first = offered(scene.cast.mona, invited(scene.cast, scene.referral, scene.meadow), **core, **elements)
    second = offered(scene.cast.harry, invited(scene.cast, scene.referral, scene.harbour))
    with acting(scene.cast.olive):
        scene.referral.refresh_from_db()
    return first, second


def complete_choice(person: Person, referral: Referral, offer: Offer, **changes: object) -> Choice:
    """Everything that has to be said to choose this offer."""
    facts = choosing(person, referral.key, offer.key, now=NOW)
    choice = Choice(
        reasons="Closest to the child's nan, and skilled in what the child needs.",
        tests={test.name: ("yes", "") for test in MATCHING_TESTS},
        passed_over={home.home_ref: "Its staff team changes next month." for home in facts.better_offers},
        not_invited="Asked in order as far as was needed.",
        feedback={str(one.offer.key): "Another home was nearer to the child's family." for one in facts.others},
        wishes_answered="It is a short walk from nan.",
    )
    return replace(choice, **changes) if changes else choice


def chosen(scene: MatchingScene, offer: Offer) -> Decision:
    """Olive chooses the offer."""
    with acting(scene.cast.olive):
        scene.referral.refresh_from_db()
        choice = complete_choice(scene.cast.olive, scene.referral, offer)
        return select_offer(referral=scene.referral, offer=offer, choice=choice, by=scene.cast.olive, now=NOW)

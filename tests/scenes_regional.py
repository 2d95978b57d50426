"""Children of several authorities who wait at the same time, and the homes of a small region: for the regional plan."""

import datetime as dt
import zlib
from dataclasses import dataclass

from psycopg.types.range import DateRange

from cast import NOW, Cast, make_cast
from nearhome.market.models import Home, Occupancy, Place, Resident
from nearhome.matching.actions.planning import make_plan, tell_searches
from nearhome.matching.calculations.region.advised import Advice
from nearhome.matching.models import RegionalPlan, SharedSearch
from nearhome.matching.queries.plan_shown import advice_of
from nearhome.matching.queries.told_searches import token_of
from nearhome.needs.models import Child
from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting, acting_for
from nearhome.referrals.models import Referral
from scenes import make_child, make_home, make_partnership
from scenes_inviting import make_search

SKILLS = ["going_missing", "self_harm"]
NEAR, FAR = (581_000, 161_000), (620_000, 165_000)


@dataclass(frozen=True)
class RegionScene:
    """A partnership of three with homes; nobody waits yet."""

    cast: Cast
    partnership: Partnership


def make_region() -> RegionScene:
    """Kent, West Sussex and Portsmouth are partners; Hampshire is not."""
    cast = make_cast()
    return RegionScene(cast, make_partnership(cast))


def home(cast: Cast, name: str, *, places: int = 1, provider: Organisation | None = None, **fields: object) -> Home:
    """A good children's home near the middle of the region."""
    number = 900_000 + zlib.crc32(name.encode()) % 90_000
    given = {"point": NEAR, "skills": SKILLS, "takes_solo": True} | fields
    return make_home(provider or cast.meadow, name, urn=f"SC{number}", places=places, **given)


def waits(cast: Cast, by: Person, ref: str, *, born_on: dt.date = dt.date(2013, 5, 14), **fields: object) -> Referral:
    """A child of the officer's authority waits for a home."""
    return make_search(cast, by=by, child=make_child(by.organisation, ref, born_on=born_on), **fields)


def told_by(person: Person, *, now: dt.datetime = NOW) -> int | None:
    """The person's authority tells its partners who waits."""
    with acting(person):
        return tell_searches(authority_id=person.organisation_id, by=person, now=now)


def planned_by(person: Person, *, now: dt.datetime = NOW) -> RegionalPlan:
    """The person asks for the plan."""
    with acting(person):
        return make_plan(authority=person.organisation, by=person, now=now)


def planned_for(*people: Person, now: dt.datetime = NOW) -> Advice:
    """Each tells, and the first asks: the advice."""
    for person in people[1:]:
        told_by(person, now=now)
    return advice_of(planned_by(people[0], now=now))


def where(advice: Advice, referral: Referral) -> str:
    """The key of the home the plan has for the child; empty for none."""
    ref = token(referral.child)
    return next((line.home_ref for line in advice.plan.lines if line.child_ref == ref), "")


def token(child: Child) -> str:
    """What partners know the child by."""
    return str(token_of(child.key))


def told_rows(person: Person) -> list[SharedSearch]:
    """What the person's organisation reads of searches told."""
    with acting(person):
        return list(SharedSearch.objects.order_by("pk"))


def lives(child: Child, home: Home, *, since: dt.date = dt.date(2026, 6, 1), until: dt.date | None = None) -> Occupancy:
    """The child lives in the first place of the home, as its own authority recorded."""
    return taken(home, child=child, since=since, until=until)


def taken(
    home: Home, *, label: str = "Place 1", child: Child | None = None, since: dt.date = dt.date(2026, 6, 1),
    until: dt.date | None = None,
) -> Occupancy:  # fmt: skip
    """A place of the home is taken, by a child if one is given."""
    authority = child.authority_id if child else home.provider_id
    with acting_for(authority):
        place = Place.objects.get(home=home, label=label)
        occupancy = Occupancy.objects.create(place=place, kind="booking", days=DateRange(since, until))
        if child:
            Resident.objects.create(
                occupancy=occupancy, authority_id=authority, provider_id=home.provider_id, child_key=child.key,
                sex=child.sex, born_month=child.born_month,
            )  # fmt: skip
    return occupancy

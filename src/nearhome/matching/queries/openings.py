"""The places of the region that are free or will be within days, as any authority of the partnership reads them."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q

from nearhome.design.wording import LONDON
from nearhome.geography.calculations.distance import Point
from nearhome.market.models import Capacity, Home, Occupancy, Place
from nearhome.market.queries.places import live_occupancies
from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.records import Opening, PlanHome
from nearhome.matching.queries.policy import current_policy
from nearhome.partnership.models import Partnership
from nearhome.people.models import AuthorityCode

# A bed kept for an authority without a code is kept from everybody else all the same.
NOBODYS = "?"


@dataclass(frozen=True, slots=True)
class Bed:
    """A bed that somebody bought: the authority with first call on it, and the day it is released to others."""

    kept_for: int | None
    released_from: date | None


@dataclass(frozen=True, slots=True)
class OnTheMarket:
    """Places by home and day, and what else limits each home."""

    openings: tuple[Opening, ...]
    homes: tuple[PlanHome, ...]


def on_the_market(
    home_keys: Collection[str], partnership: Partnership, *, today: date, policy: PlanPolicy, now: datetime
) -> OnTheMarket:
    """What these homes offer from today within the policy's days. A bounded number of queries, however many homes.

    A vacancy of an authority's own service is fresh for the policy's hours from the start of the day it began.
    """
    homes = {home.pk: home for home in Home.objects.filter(key__in=list(home_keys)).select_related("provider")}
    codes = authority_codes()
    until, fresh = (
        today + timedelta(days=policy.latest_days),
        today - timedelta(days=math.ceil(policy.first_refusal_hours / 24)),
    )
    found, beds = _free_from(homes, until, now), _beds_bought(partnership, homes, today)
    openings = Counter(
        _opening(homes[home], max(ready, today), ready if ready > fresh else None, beds.get(place), codes)
        for place, (home, ready) in sorted(found.items())
    )
    limit = current_policy().limits.fostering_limit
    there, staying, capacities = _taken(homes, today, now), _taken(homes, until, now), _capacities(homes, today)
    return OnTheMarket(
        tuple(_times(opening, count) for opening, count in sorted(openings.items(), key=lambda one: repr(one[0]))),
        tuple(
            _home(homes[pk], codes, staying[pk], capacities.get(pk), limit, nobody_there=not there[pk])
            for pk in sorted(homes)
        ),
    )


def _beds_bought(partnership: Partnership, homes: Collection[int], day: date) -> dict[int, Bed]:
    """Asked of the database, so that every partner reads the same, party to the contract or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place_id, kept_for, released_from FROM matching_beds_bought(%s, %s, %s)",
            [partnership.pk, list(homes), day],
        )
        return {place: Bed(kept_for, released) for place, kept_for, released in cursor.fetchall()}


def authority_codes() -> dict[int, str]:
    """The three-digit code of each authority, the latest if it has had several."""
    rows = AuthorityCode.objects.filter(scheme="dfe").order_by("starts_on", "pk")
    return dict(rows.values_list("organisation_id", "code"))


def _free_from(homes: Collection[int], until: date, now: datetime) -> dict[int, tuple[int, date]]:
    """Each place that nothing takes from a day up to `until` onwards: its home and that day, which may be long past."""
    rows = Place.objects.filter(
        Q(ends_before__isnull=True) | Q(ends_before__gt=until),
        Q(home__closes_before__isnull=True) | Q(home__closes_before__gt=until),
        home__in=list(homes),
    )
    ends = _last_taken(rows.values_list("pk", flat=True), now)
    found = {}
    for pk, home, starts, opens in rows.values_list("pk", "home_id", "starts_on", "home__opens_on"):
        ready = max(starts or date.min, opens or date.min, ends.get(pk, date.min))
        if ready <= until:
            found[pk] = (home, ready)
    return found


def _last_taken(places: Iterable[int], now: datetime) -> dict[int, date]:
    """For each place, the day after the last on which something takes it; far in the future where that is open."""
    last: dict[int, date] = {}
    for place, days in live_occupancies(now).filter(place__in=places).values_list("place_id", "days"):
        last[place] = max(last.get(place, date.min), days.upper or date.max)
    return last


def _opening(home: Home, ready: date, vacant_on: date | None, bed: Bed | None, codes: Mapping[int, str]) -> Opening:
    kept = codes.get(bed.kept_for, NOBODYS) if bed and bed.kept_for else ""
    is_own = home.provider.kind == home.provider.Kind.AUTHORITY
    return Opening(
        home_ref=str(home.key),
        ready_on=ready,
        kept_for=kept,
        released_on=bed.released_from if bed and kept else None,
        paid_for=bed is not None,
        authority=codes.get(home.provider_id, home.area_code) if is_own else home.area_code,
        vacant_since=datetime.combine(vacant_on, time(), LONDON) if is_own and vacant_on else None,
    )


def _times(opening: Opening, count: int) -> Opening:
    return replace(opening, places=count)


def _taken(homes: Collection[int], day: date, now: datetime) -> Counter[int]:
    rows = live_occupancies(now).filter(place__home__in=list(homes), days__contains=day)
    return Counter(rows.exclude(kind=Occupancy.Kind.CLOSURE).values_list("place__home_id", flat=True))


def _capacities(homes: Collection[int], day: date) -> dict[int, Capacity]:
    rows = Capacity.objects.filter(home__in=list(homes), starts_on__lte=day).order_by("home_id", "starts_on")
    latest: dict[int, Capacity] = defaultdict()
    for row in rows:
        latest[row.home_id] = row
    return latest


def _home(
    home: Home, codes: Mapping[int, str], taken: int, capacity: Capacity | None, fostering_limit: int, *,
    nobody_there: bool,
) -> PlanHome:  # fmt: skip
    is_foster = home.kind == "foster"
    at_most = min(max(0, capacity.staffed - taken), capacity.open_to_referrals) if capacity else None
    limited = is_foster and not home.fostering_exemption
    return PlanHome(
        home_ref=str(home.key),
        authority=codes.get(home.provider_id, home.area_code),
        point=Point(home.easting, home.northing),
        at_most=at_most,
        unrelated_at_most=max(0, fostering_limit - taken) if limited else None,
        nobody_there=nobody_there,
    )

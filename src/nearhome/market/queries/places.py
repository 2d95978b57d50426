"""Which places are free."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from psycopg.types.range import DateRange

from nearhome.market.models import Occupancy, Place


@dataclass(frozen=True, slots=True)
class PlaceOnDay:
    """A place of a home, and whether it is free on the day that was asked about."""

    place_id: int
    key: str
    label: str
    is_free: bool


def live_occupancies(now: datetime) -> QuerySet[Occupancy]:
    """What takes a place now: a hold past its time takes nothing, whether or not anyone has noticed yet."""
    return Occupancy.objects.filter(freed_at__isnull=True).filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def free_places(
    home_ids: Iterable[int], starts_on: date, ends_before: date | None, *, now: datetime
) -> dict[int, tuple[Place, ...]]:
    """The places of each home that nothing takes on any of the days, by home; homes without one are left out."""
    found = defaultdict(list)
    places = _existing(home_ids, starts_on).filter(~_is_taken(starts_on, ends_before, now))
    for place in places.order_by("home_id", "id"):
        found[place.home_id].append(place)
    return {home_id: tuple(rows) for home_id, rows in found.items()}


def places_of(home_id: int, on: date, *, now: datetime) -> tuple[PlaceOnDay, ...]:
    """Every place of a home that exists on a day, and whether somebody could live there from then on."""
    rows = _existing([home_id], on).annotate(is_taken=_is_taken(on, None, now)).order_by("id")
    return tuple(PlaceOnDay(row.pk, str(row.key), row.label, not row.is_taken) for row in rows)


def place_with_key(home_id: int, key: str) -> Place | None:
    """A place of this home by its public key."""
    return Place.objects.select_related("home").filter(home_id=home_id, key=key).first()


def _existing(home_ids: Iterable[int], on: date) -> QuerySet[Place]:
    return Place.objects.filter(
        Q(starts_on__isnull=True) | Q(starts_on__lte=on),
        Q(ends_before__isnull=True) | Q(ends_before__gt=on),
        Q(home__opens_on__isnull=True) | Q(home__opens_on__lte=on),
        Q(home__closes_before__isnull=True) | Q(home__closes_before__gt=on),
        home_id__in=list(home_ids),
    ).select_related("home")


def _is_taken(starts_on: date, ends_before: date | None, now: datetime) -> Exists:
    days = DateRange(starts_on, ends_before)
    return Exists(live_occupancies(now).filter(place_id=OuterRef("pk"), days__overlap=days))

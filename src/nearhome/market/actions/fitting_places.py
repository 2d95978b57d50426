"""As many places as a home is registered for: new ones open, surplus ones end unless somebody lives there."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from nearhome.market.models import Capacity, Home, Occupancy, Place

PLACES = "Places"
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class WantedPlaces:
    """A home (saved by now), how many places it should have, and since when it is registered."""

    home: Home
    places: int
    registered_on: date | None = None


@dataclass(slots=True)
class FittedPlaces:
    """How many places were opened and ended, and homes whose surplus places are taken, with how many."""

    opened: int = 0
    ended: int = 0
    still_taken: list[tuple[Home, int]] | None = None


def fit_places(wanted: Sequence[WantedPlaces], *, today: date, now: datetime) -> FittedPlaces:
    """Open and end places, and say the capacity from today on, for many homes at once."""
    homes = [one.home.pk for one in wanted]
    open_places = _open_places(homes, today)
    labels = _labels(homes)
    new: list[Place] = []
    ending: list[Place] = []
    fitted = FittedPlaces(still_taken=[])
    taken = _taken(homes, today, now) if any(len(open_places[one.home.pk]) > one.places for one in wanted) else set()
    for one in wanted:
        here = open_places[one.home.pk]
        if len(here) < one.places:
            starts_on = today if labels[one.home.pk] else None
            new.extend(_further(one.home, one.places - len(here), labels[one.home.pk], starts_on))
        surplus = len(here) - one.places
        free = [place for place in reversed(here) if place.pk not in taken][: max(0, surplus)]
        ending.extend(free)
        if surplus > len(free) and fitted.still_taken is not None:
            fitted.still_taken.append((one.home, surplus - len(free)))
    Place.objects.bulk_create(new, batch_size=_BATCH)
    Place.objects.filter(pk__in=[place.pk for place in ending]).update(ends_before=today)
    _say_capacity(wanted, today)
    fitted.opened, fitted.ended = len(new), len(ending)
    return fitted


def _open_places(homes: list[int], today: date) -> dict[int, list[Place]]:
    rows = Place.objects.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=today), home_id__in=homes)
    found: dict[int, list[Place]] = defaultdict(list)
    for place in rows.order_by("pk"):
        found[place.home_id].append(place)
    return found


def _labels(homes: list[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for home_id, label in Place.objects.filter(home_id__in=homes).values_list("home_id", "label"):
        found[home_id].add(label)
    return found


def _taken(homes: list[int], today: date, now: datetime) -> set[int]:
    """Places somebody lives in, is expected in or is offered, today or later."""
    rows = Occupancy.objects.filter(place__home_id__in=homes, freed_at__isnull=True)
    rows = rows.exclude(kind=Occupancy.Kind.CLOSURE).exclude(kind=Occupancy.Kind.HOLD, expires_at__lte=now)
    rows = rows.filter(Q(days__endswith__isnull=True) | Q(days__endswith__gt=today))
    return set(rows.values_list("place_id", flat=True))


def _further(home: Home, count: int, labels: set[str], starts_on: date | None) -> list[Place]:
    made: list[Place] = []
    number = 0
    while len(made) < count:
        number += 1
        if f"Place {number}" not in labels:
            made.append(Place(home=home, label=f"Place {number}", starts_on=starts_on))
    return made


def _say_capacity(wanted: Sequence[WantedPlaces], today: date) -> None:
    """A first capacity as registered; later ones keep what the provider said, as far as the register allows it."""
    latest: dict[int, Capacity] = {}
    for row in Capacity.objects.filter(home__in=[one.home.pk for one in wanted]).order_by("starts_on"):
        latest[row.home_id] = row
    new = [_capacity(one, latest.get(one.home.pk), today) for one in wanted]
    Capacity.objects.bulk_create(
        [row for row in new if row is not None], batch_size=_BATCH, update_conflicts=True,
        unique_fields=["home", "starts_on"],
        update_fields=["registered", "staffed", "open_to_referrals", "reason"],
    )  # fmt: skip


def _capacity(one: WantedPlaces, before: Capacity | None, today: date) -> Capacity | None:
    home, places = one.home, one.places
    if before is None:
        return Capacity(
            home=home, provider_id=home.provider_id, starts_on=min(one.registered_on or today, today),
            registered=places, staffed=places, open_to_referrals=places,
        )  # fmt: skip
    if before.registered == places:
        return None
    staffed = places if before.staffed == before.registered else min(before.staffed, places)
    is_all_open = before.open_to_referrals == before.staffed
    return Capacity(
        home=home, provider_id=home.provider_id, starts_on=max(today, before.starts_on), registered=places,
        staffed=staffed, open_to_referrals=staffed if is_all_open else min(before.open_to_referrals, staffed),
        reason=before.reason,
    )  # fmt: skip

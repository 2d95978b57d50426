"""Every read of homes: lists with their vacancies, one home with its places."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from nearhome.audit.queries import as_entries, history_of
from nearhome.geography.authorities import all_authorities
from nearhome.market.models import KINDS, Capacity, Home, Inspection, Occupancy, Place, Registration
from nearhome.market.permissions import can_see_all_homes, require_can_see_homes
from nearhome.market.queries.places import live_occupancies
from nearhome.market.reference.skills import SKILLS
from nearhome.market.reference.ways_of_life import WAYS_OF_LIFE
from nearhome.people.models import Person

KIND_NAMES = dict(KINDS)
OUTSIDE = {"WAL": "Wales", "SCO": "Scotland", "NIR": "Northern Ireland", "": "Not known"}


@dataclass(frozen=True, slots=True)
class HomeFilter:
    """What a list of homes is narrowed to; empty means all."""

    kind: str = ""
    area: str = ""
    search: str = ""
    with_vacancy: bool = False


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """A place of a home today: free, held, booked or closed, and the closures that may be ended."""

    key: str
    label: str
    state: str
    until: date | None
    reason: str
    closures: tuple[Occupancy, ...]


@dataclass(frozen=True, slots=True)
class LifeShown:
    """Life in a home, in words; `newcomers` is empty where any age may join."""

    degrees: list[str]
    languages: list[str]
    faiths: list[str]
    cultures: list[str]
    newcomers: str


def area_name(code: str) -> str:
    """The authority with this DfE code, or the country."""
    return OUTSIDE.get(code) or next((one.name for one in all_authorities() if one.dfe_code == code), code)


def areas_of(person: Person) -> list[tuple[str, str]]:
    """(code, name) of every area in which the person sees a home."""
    codes = _visible(person).order_by("area_code").values_list("area_code", flat=True).distinct()
    return sorted(((code, area_name(code)) for code in codes), key=lambda one: one[1])


def homes_listed(person: Person, narrowed: HomeFilter, *, now: datetime, today: date) -> QuerySet[Home]:
    """Homes with their places, free places, open places and latest judgement, by name."""
    rows = _narrowed(_visible(person), narrowed)
    free = _places_today(today).exclude(Exists(_taking(today, now).filter(place_id=OuterRef("pk"))))
    if narrowed.with_vacancy:
        rows = rows.filter(Exists(free.filter(home_id=OuterRef("pk")))).exclude(closes_before__lte=today)
    latest = Capacity.objects.filter(home_id=OuterRef("pk"), starts_on__lte=today).order_by("-starts_on")
    judged = Inspection.objects.filter(registration_id=OuterRef("registration_id")).order_by("-inspected_on")
    return (
        rows.select_related("registration", "provider")
        .annotate(
            places_count=_counted(_places_today(today)),
            free_count=_counted(free),
            open_count=Subquery(latest.values("open_to_referrals")[:1]),
            judgement=Subquery(judged.values("judgement")[:1]),
        )
        .order_by("name", "pk")
    )


def home_for(person: Person, key: UUID) -> Home:
    """One home by its key; a provider finds only its own. Raises Http404."""
    found = _visible(person).select_related("registration", "provider").filter(key=key).first()
    if found is None:
        raise Http404("No such home")
    return found


def places_shown(home: Home, *, now: datetime, today: date) -> list[PlaceShown]:
    """Every place of a home, as it is today; two queries however many places."""
    not_over = Q(days__endswith__isnull=True) | Q(days__endswith__gt=today)
    rows = live_occupancies(now).filter(not_over, place__home=home).order_by("days")
    taking: dict[int, list[Occupancy]] = {}
    for row in rows:
        taking.setdefault(row.place_id, []).append(row)
    places = Place.objects.filter(home=home).exclude(ends_before__lte=today).order_by("pk")
    return [_shown(place, taking.get(place.pk, []), today) for place in places]


def place_for(person: Person, key: UUID) -> Place:
    """A place by its key, if the person sees its home. Raises Http404."""
    found = Place.objects.select_related("home").filter(home__in=_visible(person), key=key).first()
    if found is None:
        raise Http404("No such place")
    return found


def closure_for(person: Person, place: Place, number: int) -> Occupancy:
    """A closure of a place. Raises Http404."""
    found = Occupancy.objects.filter(place=place, pk=number, kind=Occupancy.Kind.CLOSURE).first()
    if found is None:
        raise Http404("No such closure")
    return found


def capacity_on(home: Home, on: date) -> Capacity | None:
    """How many places the home can offer on a day."""
    return Capacity.objects.filter(home=home, starts_on__lte=on).order_by("-starts_on").first()


def latest_judgement(home: Home) -> Inspection | None:
    """The newest judgement of the home's registration."""
    return Inspection.objects.filter(registration_id=home.registration_id).order_by("-inspected_on").first()


def fostering_registrations(person: Person) -> list[Registration]:
    """The fostering services of the person's own organisation."""
    return list(
        Registration.objects.filter(provider_id=person.organisation_id, kind="fostering_agency").order_by("name")
    )


def history_shown(home: Home) -> list[dict[str, Any]]:
    """Who said what of the home, newest first."""
    lines = reversed(history_of(home.key))
    return as_entries(lines)


def life_shown(home: Home) -> LifeShown:
    """What the provider says of life there, in words."""
    degrees = [f"{SKILLS[code]} ({home.skill_degrees[code]})" for code in home.skills if code in home.skill_degrees]
    over = f"over {home.newcomers_over}" if home.newcomers_over is not None else ""
    under = f"under {home.newcomers_under}" if home.newcomers_under is not None else ""
    spoken = {name: [known.get(code, code) for code in getattr(home, name)] for name, known in WAYS_OF_LIFE.items()}
    return LifeShown(degrees=degrees, newcomers=" and ".join(part for part in (over, under) if part), **spoken)


def _visible(person: Person) -> QuerySet[Home]:
    require_can_see_homes(person)
    return Home.objects.all() if can_see_all_homes(person) else Home.objects.filter(provider_id=person.organisation_id)


def _narrowed(rows: QuerySet[Home], narrowed: HomeFilter) -> QuerySet[Home]:
    if narrowed.kind:
        rows = rows.filter(kind=narrowed.kind.replace("\0", ""))
    if narrowed.area:
        rows = rows.filter(area_code=narrowed.area.replace("\0", ""))
    search = narrowed.search.replace("\0", "").strip()
    if search:
        named = Q(name__icontains=search) | Q(provider__name__icontains=search) | Q(registration__urn__iexact=search)
        rows = rows.filter(named)
    return rows


def _places_today(today: date) -> QuerySet[Place]:
    begun = Q(starts_on__isnull=True) | Q(starts_on__lte=today)
    return Place.objects.filter(begun, Q(ends_before__isnull=True) | Q(ends_before__gt=today))


def _taking(today: date, now: datetime) -> QuerySet[Occupancy]:
    return live_occupancies(now).filter(days__contains=today)


def _counted(places: QuerySet[Place]) -> Coalesce:
    of_home = places.filter(home_id=OuterRef("pk")).order_by().values(one=F("home_id"))
    return Coalesce(Subquery(of_home.annotate(rows=Count("pk")).values("rows"), output_field=IntegerField()), 0)


def _shown(place: Place, rows: list[Occupancy], today: date) -> PlaceShown:
    here = next((row for row in rows if row.days.lower is None or row.days.lower <= today), None)
    closures = tuple(row for row in rows if row.kind == Occupancy.Kind.CLOSURE)
    if place.starts_on and place.starts_on > today:
        return PlaceShown(str(place.key), place.label, "Not open yet", place.starts_on, "", closures)
    if here is None:
        return PlaceShown(str(place.key), place.label, "Free", rows[0].days.lower if rows else None, "", closures)
    state = {"hold": "Held", "booking": "Booked", "closure": "Closed"}[here.kind]
    reason = here.reason if here.kind == Occupancy.Kind.CLOSURE else ""
    return PlaceShown(str(place.key), place.label, state, here.days.upper, reason, closures)

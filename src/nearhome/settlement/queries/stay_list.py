"""The list of an authority's stays, narrowed and one page at a time, with the nights each child was away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from nearhome.placements.calculations.dates import add_months
from nearhome.placements.models import Booking
from nearhome.settlement.calculations.nights import Period
from nearhome.settlement.models import StayAbsence
from nearhome.settlement.permissions.rules import require_can_see_stays
from nearhome.settlement.queries import periods

ON_A_PAGE = 50
LIVING, ENDED = "living", "ended"


@dataclass(frozen=True, slots=True)
class StayFilter:
    """What is asked for: part of a reference or of a home's name, living there or ended, away, with nights in a month."""

    search: str = ""
    stage: str = ""
    is_away: bool = False
    month: date | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for at all."""
        return bool(self.search or self.stage or self.is_away or self.month)


@dataclass(frozen=True, slots=True)
class StayLine:
    """One stay of the list. `nights_away`: of the month asked for, otherwise of the stay up to and with last night."""

    key: UUID
    child_ref: str
    own_ref: str
    home: str
    place: str
    arrived_on: date
    departed_on: date | None
    nights_away: int


def filter_from(asked: Any) -> StayFilter:
    """What an address asks for; what makes no sense asks for nothing."""
    stage, words = asked.get("stage", ""), asked.get("search", "").replace("\0", "").strip()
    stage = stage if stage in (LIVING, ENDED) else ""
    return StayFilter(words, stage, asked.get("away", "") == "yes", _month(asked.get("month", "")))


def stays_page(
    person: Any, narrowed: StayFilter, *, number: str, today: date
) -> tuple[Page[Any], tuple[StayLine, ...]]:
    """One page of the stays that fit, newest first: the page for its links, and its lines."""
    page = Paginator(_found(person, narrowed, today), ON_A_PAGE).get_page(number)
    return page, _lines(page.object_list, narrowed, today)


def stays_listed(person: Any, narrowed: StayFilter, *, today: date) -> tuple[StayLine, ...]:
    """Every stay that fits, for a download."""
    return _lines(_found(person, narrowed, today), narrowed, today)


def months_with_stays(person: Any, *, today: date) -> tuple[date, ...]:
    """First days of the months from the first arrival to this one, newest first; () before any arrival."""
    first: date | None = _own(person).aggregate(first=Min("arrived_on"))["first"]
    months: list[date] = []
    month = first.replace(day=1) if first else date.max
    while month <= today:
        months.append(month)
        month = add_months(month, 1)
    return tuple(reversed(months))


def _month(text: str) -> date | None:
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return day if date(1900, 1, 1) <= day < date(9999, 1, 1) else None


def _own(person: Any) -> QuerySet[Booking]:
    require_can_see_stays(person)
    return Booking.objects.filter(authority=person.organisation_id, arrived_on__isnull=False, cancelled_at__isnull=True)


def _found(person: Any, narrowed: StayFilter, today: date) -> QuerySet[Booking]:
    rows = _own(person)
    if narrowed.search:
        words = narrowed.search
        rows = rows.filter(
            Q(child_ref__icontains=words) | Q(home__name__icontains=words) | Q(child__return_ref__icontains=words)
        )
    if narrowed.stage:
        over = Q(departed_on__lte=today)
        rows = rows.filter(over) if narrowed.stage == ENDED else rows.exclude(over)
    nights = _nights_asked_for(narrowed, today)
    if narrowed.month:
        still = Q(departed_on__isnull=True) | Q(departed_on__gt=nights.starts_on)
        rows = rows.filter(still, arrived_on__lt=nights.ends_before).exclude(departed_on=F("arrived_on"))
        rows = rows if nights.nights else rows.none()
    if narrowed.is_away:
        rows = rows.filter(Exists(_away(nights)))
    return rows.select_related("home", "place", "child").prefetch_related("absences").order_by("-arrived_on", "-pk")


def _nights_asked_for(narrowed: StayFilter, today: date) -> Period:
    """The nights that count: of a month, or all; never nights still to come."""
    tonight = today + timedelta(days=1)
    if narrowed.month is None:
        return Period(date.min, tonight)
    month = periods.month_of(narrowed.month)
    return Period(month.starts_on, max(month.starts_on, min(month.ends_before, tonight)))


def _away(nights: Period) -> QuerySet[StayAbsence]:
    back = Q(ends_before__isnull=True) | Q(ends_before__gt=nights.starts_on)
    gone = Q(booking__departed_on__isnull=True) | Q(booking__departed_on__gt=F("starts_on"))
    return StayAbsence.objects.filter(
        back, gone, booking=OuterRef("pk"), withdrawn_at__isnull=True, starts_on__lt=nights.ends_before
    )


def _lines(rows: Iterable[Booking], narrowed: StayFilter, today: date) -> tuple[StayLine, ...]:
    nights = _nights_asked_for(narrowed, today)
    return tuple(
        StayLine(
            row.key, row.child_ref, row.child.return_ref, row.home.name, row.place.label, row.arrived_on or today,
            row.departed_on, sum(_nights(one, row, nights) for one in row.absences.all() if not one.withdrawn_at),
        )
        for row in rows
    )  # fmt: skip


def _nights(one: StayAbsence, stay: Booking, nights: Period) -> int:
    ends = [day for day in (one.ends_before, stay.departed_on, nights.ends_before) if day]
    return max((min(ends) - max(one.starts_on, nights.starts_on)).days, 0)

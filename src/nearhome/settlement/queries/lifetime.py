"""Lifetime cost so far of a child's care, for the child's own authority: by placement and element, and by budget.

The money is what the authority's budgets bore of posted charges. Nights in care that no posted charge is about, before
Nearhome or not settled yet, are listed as such: no cost is made up for them.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Sum

from nearhome.needs.models import Child, Episode
from nearhome.placements.calculations.dates import add_months
from nearhome.placements.models import Booking
from nearhome.settlement.calculations.lifetime import Nights, average_week, joined, unknown
from nearhome.settlement.models import BudgetEntry, Charge
from nearhome.settlement.queries.stay_money import FUNDER_WORDS, element_in_words, own_child


@dataclass(frozen=True, slots=True)
class PlacementCost:
    """One placement: where, when, its nights that were settled, and pence by element."""

    booking: Booking
    nights: int
    others_pay: int
    elements: tuple[tuple[str, int], ...]

    @property
    def pence(self) -> int:
        return sum(pence for _, pence in self.elements)


@dataclass(frozen=True, slots=True)
class ChildCost:
    """All that a child's care has cost its authority, up to the last month that was posted."""

    child: Child
    posted: tuple[date, ...]
    placements: tuple[PlacementCost, ...]
    funders: tuple[tuple[str, int], ...]
    unknown: tuple[Nights, ...]
    known_nights: int
    has_episodes: bool

    @property
    def pence(self) -> int:
        return sum(pence for _, pence in self.funders)

    @property
    def average_pence(self) -> int | None:
        """A week on average, over the nights whose cost is known."""
        return average_week(self.pence, self.known_nights)

    @property
    def unknown_nights(self) -> int:
        return sum(one.count for one in self.unknown)


def child_cost(person: Any, key: UUID, *, today: date) -> ChildCost:
    """A child of the person's own authority; any other does not exist for them."""
    child = own_child(person, key)
    bookings = list(
        Booking.objects.filter(child=child, authority=person.organisation_id, arrived_on__isnull=False, cancelled_at=None)
        .select_related("home", "place")
        .order_by("arrived_on", "pk")
    )  # fmt: skip
    months = _months_of(bookings)
    lived = {one.pk: _nights(one, months[one.pk]) for one in bookings}
    money, funders = _money(person.organisation_id, bookings)
    others = _paid_by_others(person.organisation_id, bookings)
    known = joined(span for spans in lived.values() for span in spans)
    return ChildCost(
        child,
        tuple(sorted({month for some in months.values() for month in some})),
        tuple(
            PlacementCost(one, sum(span.count for span in lived[one.pk]), others.get(one.pk, 0), money[one.pk])
            for one in bookings
        ),
        funders,
        unknown([*_in_care(child, today), *(_lived(one, today) for one in bookings)], known),
        sum(one.count for one in known),
        Episode.objects.filter(child=child).exists(),
    )


def _months_of(bookings: list[Booking]) -> dict[int, set[date]]:
    """Months in which something was posted about each stay."""
    found: dict[int, set[date]] = defaultdict(set)
    for booking, month in (
        Charge.objects.filter(booking__in=bookings).values_list("booking_id", "about_month").distinct()
    ):
        found[booking].add(month)
    return found


def _nights(booking: Booking, months: set[date]) -> tuple[Nights, ...]:
    """The nights lived, as the records have them now, of the months that were posted."""
    spans = []
    for month in sorted(months):
        after = add_months(month, 1)
        arrived = booking.arrived_on or after
        spans.append(Nights(max(arrived, month), min(booking.departed_on or after, after)))
    return joined(spans)


def _money(
    authority_id: int, bookings: list[Booking]
) -> tuple[dict[int, tuple[tuple[str, int], ...]], tuple[tuple[str, int], ...]]:
    """Pence by element of each stay, and by budget in all."""
    elements: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    funders: dict[str, int] = defaultdict(int)
    rows = BudgetEntry.objects.filter(authority=authority_id, booking__in=bookings)
    for booking, element, funder, pence in rows.values_list("booking_id", "element", "funder").annotate(
        sum=Sum("pence")
    ):
        elements[booking or 0][element_in_words(element)] += pence
        funders[FUNDER_WORDS[funder]] += pence
    by_stay = {one.pk: tuple(sorted(item for item in elements[one.pk].items() if item[1])) for one in bookings}
    return by_stay, tuple(sorted((name, pence) for name, pence in funders.items() if pence))


def _paid_by_others(authority_id: int, bookings: list[Booking]) -> dict[int, int]:
    """Pence of each stay that another authority was charged, as far as may be read."""
    rows = Charge.objects.filter(booking__in=bookings).exclude(payer=authority_id).values_list("booking_id")
    return {booking: pence for booking, pence in rows.annotate(sum=Sum("pence")) if booking and pence}


def _lived(booking: Booking, today: date) -> Nights:
    """All nights of a stay that are over, settled or not."""
    return Nights(booking.arrived_on or today, min(booking.departed_on or today, today))


def _in_care(child: Child, today: date) -> list[Nights]:
    """Nights in care that are over, by the child's episodes."""
    rows = Episode.objects.filter(child=child).values_list("starts_on", "ends_before")
    return [Nights(first, min(before or today, today)) for first, before in rows]

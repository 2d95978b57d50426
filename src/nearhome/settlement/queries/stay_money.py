"""What one stay costs its payer: amounts besides the price, who of its budgets pays, and what was posted so far."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.http import Http404

from nearhome.needs.models import Child
from nearhome.placements.models import Booking
from nearhome.placements.permissions import reads_for_authority
from nearhome.settlement.calculations.funding import FUNDERS, part_of
from nearhome.settlement.models import BookingAmount, BookingFunder, BudgetEntry, FundingSplit
from nearhome.settlement.models.funding import ELEMENTS
from nearhome.settlement.models.funding import FUNDERS as FUNDER_CHOICES
from nearhome.settlement.permissions.funding import can_record_amount, can_set_funding, require_can_see_costs

ELEMENT_WORDS = dict(ELEMENTS)
FUNDER_WORDS = dict(FUNDER_CHOICES)
__all__ = ["ELEMENTS", "FUNDERS", "FUNDER_CHOICES"]


@dataclass(frozen=True, slots=True)
class PaidStay:
    """A stay that the person's authority pays for: of its own child, or of another's that it accepted to pay."""

    key: UUID
    booking_id: int
    authority_id: int
    child_ref: str
    home_name: str
    thread: UUID | None
    booking: Booking | None


@dataclass(frozen=True, slots=True)
class SplitLine:
    """A split as it is listed: which element, from which day, who pays how much, why, by whom."""

    element: str
    starts_on: date
    shares: tuple[tuple[str, int], ...]
    why: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class StayMoney:
    """The page of one stay's money."""

    stay: PaidStay
    splits: tuple[SplitLine, ...]
    amounts: tuple[BookingAmount, ...]
    posted: tuple[tuple[str, str, int], ...]
    may_split: bool
    may_record: bool


def paid_stay(person: Any, key: UUID) -> PaidStay:
    """By the booking's key, or for another authority's child by that of what was accepted. Else it does not exist."""
    require_can_see_costs(person)
    own = Booking.objects.select_related("home", "child").filter(key=key, authority=person.organisation_id).first()
    if own:
        return PaidStay(key, own.pk, own.authority_id, own.child_ref, own.home.name, own.thread, own)
    rows = BookingFunder.objects.filter(key=key, funder=person.organisation_id, accepted_at__isnull=False)
    asked = rows.first() if can_set_funding(person) else None
    if asked is None:
        raise Http404
    return PaidStay(key, asked.booking_id, asked.authority_id, asked.child_ref, asked.home_name, None, None)


def stay_money(person: Any, key: UUID) -> StayMoney:
    """Everything about it that the person's authority may see."""
    stay = paid_stay(person, key)
    return StayMoney(
        stay,
        tuple(_splits(person.organisation_id, stay.booking_id)),
        tuple(
            BookingAmount.objects.filter(booking=stay.booking_id, authority=person.organisation_id)
            .select_related("recorded_by")
            .order_by("-on", "-pk")
        ),
        _posted(person.organisation_id, stay.booking_id),
        can_set_funding(person),
        can_record_amount(person, stay.authority_id),
    )


def own_child(person: Any, key: UUID) -> Child:
    """A child of the person's own authority; a finance officer alone reads of none before there is a stay to pay for."""
    require_can_see_costs(person)
    rows = Child.objects.filter(key=key, authority=person.organisation_id)
    child = rows.first() if reads_for_authority(person) else rows.filter(bookings__isnull=False).first()
    if child is None:
        raise Http404
    return child


def amount_row(person: Any, key: UUID) -> BookingAmount:
    """An amount of the authority's own child; any other does not exist for them."""
    require_can_see_costs(person)
    rows = BookingAmount.objects.select_related("booking")
    row = rows.filter(key=key, authority=person.organisation_id).first()
    if row is None:
        raise Http404
    return row


def element_in_words(element: str) -> str:
    """A charge's element as it is read; an amount on one day by its own name."""
    part = part_of(element)
    return element if part == "one-off" and element else ELEMENT_WORDS[part]


def _splits(authority_id: int, booking_id: int) -> list[SplitLine]:
    rows = FundingSplit.objects.filter(authority=authority_id, booking=booking_id).select_related("recorded_by")
    return [
        SplitLine(
            ELEMENT_WORDS.get(row.element, "Every element without its own"), row.starts_on,
            tuple((one.funder, one.basis_points) for one in row.shares.all()), row.why, row.recorded_by.name,
        )
        for row in rows.prefetch_related("shares").order_by("-starts_on", "-pk")
    ]  # fmt: skip


def _posted(authority_id: int, booking_id: int) -> tuple[tuple[str, str, int], ...]:
    rows = BudgetEntry.objects.filter(authority=authority_id, booking=booking_id).values_list("element", "funder")
    found = [
        (element_in_words(element), FUNDER_WORDS[funder], pence)
        for element, funder, pence in rows.annotate(sum=Sum("pence"))
    ]
    return tuple(sorted(one for one in found if one[2]))

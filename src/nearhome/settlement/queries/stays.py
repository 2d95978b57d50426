"""What happened in a stay that bears on money, for the child's own authority; and what it is asked to pay for others."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from nearhome.partnership.models import Membership
from nearhome.people.models import Organisation
from nearhome.placements.models import Booking
from nearhome.settlement.calculations.rules.words import Clause
from nearhome.settlement.models import BookingFunder, StayAbsence
from nearhome.settlement.permissions.rules import (
    can_accept_funder,
    can_ask_funder,
    can_see_rules,
    can_tell_of_stay,
    require_can_see_stays,
)
from nearhome.settlement.queries.away_terms import stay_terms


@dataclass(frozen=True, slots=True)
class StayPage:
    """One stay with its nights away and who pays."""

    booking: Booking
    absences: tuple[StayAbsence, ...]
    funders: tuple[BookingFunder, ...]
    partners: tuple[tuple[str, str], ...]
    away: tuple[Clause, ...]
    away_source: str
    may_read_terms: bool
    may_tell: bool
    may_ask: bool


def booking_row(person: Any, key: UUID) -> Booking:
    """A stay of the authority's own child; any other does not exist for them."""
    require_can_see_stays(person)
    row = (
        Booking.objects.select_related("home", "place", "authority")
        .filter(key=key, authority=person.organisation_id)
        .first()
    )
    if row is None:
        raise Http404
    return row


def stay_page(person: Any, key: UUID, *, today: date) -> StayPage:
    """The page of one stay."""
    booking = booking_row(person, key)
    away, source = ((), "") if booking.block_contract_id else stay_terms(booking, today=today)
    return StayPage(
        booking,
        tuple(booking.absences.select_related("recorded_by").order_by("-starts_on", "-pk")),
        tuple(booking.funders.select_related("funder", "accepted_by").order_by("-starts_on", "-pk")),
        partner_choices(booking),
        away,
        source,
        can_see_rules(person) and not booking.block_contract_id,
        can_tell_of_stay(person, booking),
        can_ask_funder(person, booking),
    )


def partners_of(booking: Booking) -> tuple[Organisation, ...]:
    """Authorities in a partnership with who pays the provider, by name; the child's own among them."""
    mine = Membership.objects.filter(organisation_id=booking.host_id or booking.authority_id).values("partnership_id")
    partners = Q(memberships__partnership_id__in=mine) | Q(pk=booking.authority_id)
    return tuple(Organisation.objects.filter(partners, kind="authority").distinct().order_by("name"))


def partner_choices(booking: Booking) -> tuple[tuple[str, str], ...]:
    """The same as choices of a form."""
    return tuple((str(one.pk), one.name) for one in partners_of(booking))


def partner_of(booking: Booking, pk: int) -> Organisation:
    """One of them."""
    return next(one for one in partners_of(booking) if one.pk == pk)


def absence_row(person: Any, key: UUID) -> StayAbsence:
    """Nights away of the authority's own child."""
    require_can_see_stays(person)
    row = StayAbsence.objects.select_related("booking").filter(key=key, authority=person.organisation_id).first()
    if row is None:
        raise Http404
    return row


def asked_of(person: Any) -> tuple[BookingFunder, ...]:
    """What the person's authority is asked to pay for and did not accept yet. What was asked since for the day goes before."""
    require_can_see_stays(person)
    rows = BookingFunder.objects.filter(funder=person.organisation_id).select_related("authority", "funder")
    return tuple(
        row for row in rows.order_by("starts_on", "pk") if not row.accepted_at and can_accept_funder(person, row)
    )


def paid_for(person: Any) -> tuple[BookingFunder, ...]:
    """Children of other authorities that the person's authority accepted to pay for; for those who may accept."""
    require_can_see_stays(person)
    rows = BookingFunder.objects.filter(funder=person.organisation_id, accepted_at__isnull=False)
    others = rows.exclude(authority=person.organisation_id).select_related("authority", "funder")
    return tuple(row for row in others.order_by("-starts_on", "-pk") if can_accept_funder(person, row))


def funder_row(person: Any, key: UUID) -> BookingFunder:
    """One of those, accepted or not."""
    require_can_see_stays(person)
    row = (
        BookingFunder.objects.select_related("authority", "funder")
        .filter(key=key, funder=person.organisation_id)
        .first()
    )
    if row is None:
        raise Http404
    return row

"""The list of placements, and one placement as its reader may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import Http404

from nearhome.audit.queries import as_entries, history_of
from nearhome.calendars.calculations.working_days import london_date
from nearhome.geography.authorities import authority_by_dfe
from nearhome.matching.models import Decision
from nearhome.needs.models import Child, ChildIdentity, Episode
from nearhome.people.models import Person
from nearhome.placements.calculations.approval import APPROVALS
from nearhome.placements.calculations.return_codes import END_REASONS
from nearhome.placements.calculations.status import COLOURS, WORDS, BookingStatus, Stage
from nearhome.placements.models import Agreement, Booking, BookingPrice, OutOfArea
from nearhome.placements.permissions import (
    AUTHORITY,
    reads_for_authority,
    reads_for_provider,
    require_reader,
    side_of,
)
from nearhome.placements.queries.facts import status_of
from nearhome.procurement.calculations.routes import KIND_WORDS
from nearhome.referrals.calculations.released import Identity, read_identity
from nearhome.referrals.models import Release

MOST_SHOWN, ON_A_PAGE = 10_000, 50
# Recorded about the booking itself, but for the authority alone.
INSIDE_ONLY = ("placement.distance", "placement.rule", "placement.area")


@dataclass(frozen=True, slots=True)
class PlacementLine:
    """A placement in the list."""

    key: UUID
    child_ref: str
    home: str
    organisation: str
    status: BookingStatus
    starts_on: date
    ends_on: date | None
    route: str
    weekly_price_pence: int | None

    @property
    def words(self) -> str:
        """The status as people say it."""
        return WORDS[self.status]

    @property
    def colour(self) -> str:
        """The status as a colour."""
        return COLOURS[self.status]


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """One version of the agreement, and who has signed it."""

    version: int
    form: str
    issued_at: datetime
    complete_by: date | None
    signed: tuple[tuple[str, str, datetime], ...]
    is_latest: bool

    @property
    def state(self) -> str:
        """What the version waits for, in words."""
        if not self.is_latest:
            return "Replaced"
        sides = {side for side, _, _ in self.signed}
        waiting = [side for side in ("authority", "provider") if side not in sides]
        return f"Waiting for the {' and the '.join(waiting)} to sign" if waiting else "In force"


@dataclass(frozen=True, slots=True)
class PlacementShown:
    """One placement with all that its page says."""

    booking: Booking
    side: str
    status: BookingStatus
    child_name: str
    own_ref: str
    prices: tuple[BookingPrice, ...]
    agreements: tuple[AgreementLine, ...]
    out_of_area: OutOfArea | None
    history: tuple[dict[str, Any], ...]

    @property
    def words(self) -> str:
        """The status as people say it."""
        return WORDS[self.status]

    @property
    def colour(self) -> str:
        """The status as a colour."""
        return COLOURS[self.status]

    @property
    def route(self) -> str:
        """By which contract the place was bought."""
        return KIND_WORDS.get(self.booking.route, self.booking.route).capitalize()

    @property
    def end_reason(self) -> str:
        """Why it ended, in words."""
        return END_REASONS.get(self.booking.end_reason, self.booking.end_reason)

    @property
    def area(self) -> str:
        """The authority where the home is."""
        return area_named(self.booking.home.area_code)


def booking_for(person: Person, key: UUID) -> Booking:
    """One booking of the person's authority, or in a home of the provider they work for; otherwise Http404."""
    require_reader(person)
    rows = Booking.objects.select_related("home__registration", "place", "authority", "provider", "host", "occupancy")
    booking = rows.filter(key=key).first()
    if booking is None or not side_of(person, booking):
        raise Http404("No such placement")
    if side_of(person, booking) == AUTHORITY:
        booking.own_ref = own_refs([booking]).get(booking.child_id, "")
    return booking


def booking_key_for_referral(person: Person, referral_key: UUID) -> UUID:
    """The key of the latest placement a referral led to, one that stands before a cancelled one; otherwise Http404."""
    require_reader(person)
    rows = _own(person).filter(thread=referral_key).order_by(F("cancelled_at").desc(nulls_first=True), "-booked_at")
    key = rows.values_list("key", flat=True).first()
    if key is None:
        raise Http404("No such placement")
    return key


def placements_listed(person: Person, *, stage: str = "", search: str = "", now: datetime) -> tuple[PlacementLine, ...]:
    """The person's placements, newest first: `stage` is upcoming, living or ended; anything else is all.

    `search` is part of a child's reference or of a home's name.
    """
    return _lines(person, _found(person, stage, search, london_date(now))[:MOST_SHOWN], london_date(now))


def placements_page(
    person: Person, *, stage: str = "", search: str = "", number: str = "1", now: datetime
) -> tuple[Page[Any], tuple[PlacementLine, ...]]:
    """One page of the same list: the page for its links, and its lines."""
    page = Paginator(_found(person, stage, search, london_date(now)), ON_A_PAGE).get_page(number)
    return page, _lines(person, page.object_list, london_date(now))


def counts_by_stage(person: Person, *, now: datetime) -> tuple[tuple[str, int], ...]:
    """How many placements are upcoming, lived in and ended."""
    today = london_date(now)
    return tuple((stage.value, _in_stage(_own(person), stage, today).count()) for stage in Stage)


def placement_shown(person: Person, booking: Booking, *, now: datetime) -> PlacementShown:
    """One placement as this person may see it: the provider sees nothing of the authority's own record."""
    side = side_of(person, booking)
    inside = side == AUTHORITY
    return PlacementShown(
        booking=booking,
        side=side,
        status=status_of(booking, london_date(now)),
        child_name=_own_child_name(booking) if inside else _released_name(booking),
        own_ref=booking.own_ref if inside else "",
        prices=tuple(
            BookingPrice.objects.filter(booking=booking).select_related("uplift__framework").order_by("starts_on")
        ),
        agreements=agreements_of(booking),
        out_of_area=OutOfArea.objects.filter(booking=booking).first() if inside else None,
        history=history_shown(booking, inside=inside),
    )


def agreements_of(booking: Booking) -> tuple[AgreementLine, ...]:
    """Every version of the agreement, the newest first."""
    signed = Prefetch("signatures")
    rows = Agreement.objects.filter(booking=booking).defer("terms", "document").prefetch_related(signed)
    versions = list(rows.order_by("-version"))
    return tuple(_agreement_line(row, is_latest=row is versions[0]) for row in versions)


def history_shown(booking: Booking, *, inside: bool = True) -> tuple[dict[str, Any], ...]:
    """What happened, newest first. An in-house provider reads only what any provider would.

    Row security lets it read all its authority's events, among them the offers of others and why a choice was refused,
    so for it only what was told to both sides of this placement is left.
    """
    if booking.thread is None:
        return ()
    is_in_house = not inside and booking.provider_id == booking.authority_id
    lines = history_of(booking.thread, about=_told_both_sides(booking) if is_in_house else None)
    shown = [one for one in lines if not (is_in_house and one.name.startswith(INSIDE_ONLY))]
    return tuple(as_entries(reversed(shown)))


def _told_both_sides(booking: Booking) -> set[str]:
    """The booking, its prices and its agreements, as events name them."""
    prices = BookingPrice.objects.filter(booking=booking).values_list("pk", flat=True)
    versions = Agreement.objects.filter(booking=booking).values_list("key", flat=True)
    about = {f"booking {booking.key}", *(f"bookingprice {pk}" for pk in prices)}
    return about | {f"agreement {key}" for key in versions}


def booked_by(decision: Decision) -> UUID | None:
    """The key of the booking that a choice led to."""
    return Booking.objects.filter(decision=decision).values_list("key", flat=True).first()


def area_named(code: str) -> str:
    """The authority with this code, by name; the code itself if it is not known."""
    try:
        return authority_by_dfe(code).name
    except KeyError:
        return code


def distance_rule(out_of_area: OutOfArea) -> str:
    """What the law asks for where the home lies, in words."""
    relation: Any = out_of_area.relation
    return APPROVALS[relation].words


def has_episode(booking: Booking) -> bool:
    """Whether the child is in care already, so that legal status and need are known."""
    latest = Episode.objects.filter(child_id=booking.child_id).order_by("-starts_on").first()
    return latest is not None and (latest.ends_before is None or latest.reason_ceased == "X1")


def lives_elsewhere(booking: Booking) -> str:
    """The home in which the child lives now, if it is another one; empty if none."""
    living = Booking.objects.filter(
        child_id=booking.child_id, arrived_on__isnull=False, departed_on__isnull=True, cancelled_at__isnull=True
    ).exclude(pk=booking.pk)
    return living.values_list("home__name", flat=True).first() or ""


def _found(person: Person, stage: str, search: str, today: date) -> QuerySet[Booking]:
    require_reader(person)
    rows = _in_stage(_own(person), stage, today)
    words = search.replace("\0", "").strip()
    if words:
        like = Q(child_ref__icontains=words) | Q(home__name__icontains=words)
        if reads_for_authority(person):  # nobody else can look behind the pseudonym
            like |= Q(child__return_ref__icontains=words)
        rows = rows.filter(like)
    return rows.order_by("-starts_on", "-pk")


def _lines(person: Person, rows: Any, today: date) -> tuple[PlacementLine, ...]:
    price = BookingPrice.objects.filter(booking=OuterRef("pk"), starts_on__lte=today).order_by("-starts_on")
    keys = [row.pk for row in rows]
    full = Booking.objects.filter(pk__in=keys).annotate(price_id=Subquery(price.values("pk")[:1]))
    found = full.select_related("home", "provider", "authority").order_by("-starts_on", "-pk")
    prices = BookingPrice.objects.in_bulk([row.price_id for row in found if row.price_id])
    is_authority = reads_for_authority(person)
    refs = own_refs(found) if is_authority else {}
    return tuple(_line(row, prices.get(row.price_id), refs if is_authority else None, today) for row in found)


def _own(person: Person) -> QuerySet[Booking]:
    mine = Q()
    if reads_for_authority(person):
        mine |= Q(authority_id=person.organisation_id)
    if reads_for_provider(person):
        mine |= Q(provider_id=person.organisation_id)
    return Booking.objects.filter(mine)


def _in_stage(rows: QuerySet[Booking], stage: str, today: date) -> QuerySet[Booking]:
    """The same three lists as `status.STAGES`, asked of the database."""
    over = Q(cancelled_at__isnull=False) | Q(departed_on__lte=today)
    if stage == Stage.ENDED:
        return rows.filter(over)
    if stage == Stage.LIVING:
        return rows.exclude(over).filter(arrived_on__lte=today)
    return (
        rows.exclude(over).filter(Q(arrived_on__isnull=True) | Q(arrived_on__gt=today))
        if stage == Stage.UPCOMING
        else rows
    )


def own_refs(bookings: Iterable[Booking]) -> dict[int, str]:
    """The reference by which an authority knows each of its own children; children of others are not in it."""
    ids = [row.child_id for row in bookings]
    return dict(Child.objects.filter(pk__in=ids).values_list("pk", "return_ref"))


def _line(row: Booking, price: BookingPrice | None, refs: dict[int, str] | None, today: date) -> PlacementLine:
    """`refs` is given where an authority reads: its own children are named as it knows them."""
    other = row.authority.name if refs is None else row.provider.name
    known = (refs or {}).get(row.child_id)
    return PlacementLine(
        row.key, f"{known}, {row.child_ref}" if known else row.child_ref, row.home.name, other, status_of(row, today), row.arrived_on or row.starts_on,
        row.departed_on or row.expected_ends_on, KIND_WORDS.get(row.route, row.route).capitalize(),
        price.weekly_price_pence if price else None,
    )  # fmt: skip


def _agreement_line(row: Agreement, *, is_latest: bool) -> AgreementLine:
    signed: Iterable[Any] = sorted(row.signatures.all(), key=lambda one: one.signed_at)
    form = "Emergency short form" if row.form == "emergency" else "Full form"
    return AgreementLine(
        row.version, form, row.issued_at, row.complete_by,
        tuple((one.side, one.signed_name, one.signed_at) for one in signed), is_latest,
    )  # fmt: skip


def _own_child_name(booking: Booking) -> str:
    identity = ChildIdentity.objects.filter(child_id=booking.child_id).first()
    return (identity.name or "") if identity else ""


def _released_name(booking: Booking) -> str:
    identity = released_identity(booking)
    return identity.name if identity else ""


def released_identity(booking: Booking) -> Identity | None:
    """Who the child is, as far as the authority has released it for this referral and not taken it back."""
    if booking.thread is None:
        return None
    told = Release.objects.filter(
        invitation__thread=booking.thread, recipient_id=booking.provider_id, stage=Release.Stage.IDENTITY,
        recalled_at__isnull=True,
    ).first()  # fmt: skip
    return read_identity(told.content) if told else None

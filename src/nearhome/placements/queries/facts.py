"""Rows in, the frozen input of a calculation out."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache

from nearhome.calendars.bank_holidays import bank_holidays
from nearhome.calendars.calculations.working_days import london_date
from nearhome.geography.authorities import relation
from nearhome.geography.calculations.relation import Relation
from nearhome.needs.models import Child, ChildIdentity, Episode, ReturnRecord
from nearhome.people.models import AuthorityCode, AuthorityRules
from nearhome.placements.calculations.approval import whole_life_value
from nearhome.placements.calculations.arrival import ArrivalFacts, age_on
from nearhome.placements.calculations.clock_rules import ClockRules, rules_from_mapping
from nearhome.placements.calculations.clocks import Clock, PlacementFacts, clocks, events_from
from nearhome.placements.calculations.dates import add_months
from nearhome.placements.calculations.status import BookingFacts, BookingStatus, booking_status
from nearhome.placements.models import Booking, OutOfArea
from nearhome.placements.reference import read_clocks

# Steps that were somebody else's, or long ago, when a placement is taken on from a return.
FIRST_STEPS = frozenset({"C01", "C02", "C04", "D03", "C05"})
REVIEW = "C11"


@cache
def clock_rules() -> ClockRules:
    """The table of statutory clocks."""
    return rules_from_mapping(read_clocks())


def status_of(booking: Booking, today: date) -> BookingStatus:
    """Where the booking stands on a day."""
    facts = BookingFacts(
        booking.starts_on, booking.expected_ends_on, booking.arrived_on, booking.departed_on, bool(booking.cancelled_at)
    )
    return booking_status(facts, today)


def dfe_code(organisation_id: int) -> str:
    """The three-digit code by which the authority is known now; empty for a provider."""
    codes = AuthorityCode.objects.filter(organisation_id=organisation_id, scheme="dfe", ends_before__isnull=True)
    return codes.values_list("code", flat=True).order_by("-starts_on", "code").first() or ""


def relation_of(booking: Booking) -> Relation:
    """Where the home lies seen from the child's own authority, with what that authority counts as adjoining."""
    code = dfe_code(booking.authority_id)
    extra = AuthorityRules.objects.filter(organisation_id=booking.authority_id).values_list(
        "adjoining_extra", flat=True
    )
    pairs = [(code, other) for other in (extra.first() or [])]
    return relation(code, booking.home.area_code, pairs)


def born_on(child: Child) -> date:
    """The day of birth from the sealed record, else the first of the month."""
    identity = ChildIdentity.objects.filter(child=child).first()
    return date.fromisoformat(identity.born_on) if identity and identity.born_on else child.born_month


def eighteenth_birthday(child: Child) -> date:
    """The day the child turns 18."""
    return add_months(born_on(child), 18 * 12)


def arrival_facts(booking: Booking, arrived_on: date) -> ArrivalFacts:
    """What decides whether this arrival may be recorded."""
    out_of_area = OutOfArea.objects.filter(booking=booking).first()
    registration = booking.home.registration
    closed = registration.closed_on is not None and registration.closed_on <= arrived_on
    return ArrivalFacts(
        booked_on=london_date(booking.booked_at),
        is_emergency=booking.is_emergency,
        age_years=age_on(born_on(booking.child), arrived_on),
        home_kind=booking.home.kind,
        is_registered=bool(registration.urn) and not closed,
        relation=Relation(out_of_area.relation) if out_of_area else Relation.IN_AREA,
        is_distance_approved=bool(out_of_area and out_of_area.approved_at),
    )


def life_value(booking: Booking, weekly_pence: int, from_day: date) -> int:
    """What the placement costs from a day to its expected end, in pence; a year where no end is known."""
    end = booking.expected_ends_on or add_months(from_day, 12)
    return whole_life_value(weekly_pence, from_day, max(end, from_day)).pence


def clocks_of(booking: Booking, now: datetime) -> tuple[Clock, ...]:
    """Every statutory deadline of one placement, most urgent first."""
    return clocks_for([booking], now)[booking.pk]


def clocks_for(bookings: Iterable[Booking], now: datetime) -> dict[int, tuple[Clock, ...]]:
    """The same for many, by booking id: four queries however many. Read while acting for the children's authority."""
    rows = list(bookings)
    children = {row.child_id for row in rows}
    care, reviews = _care_began(children), _reviews(children)
    relations = dict(OutOfArea.objects.filter(booking__in=rows).values_list("booking_id", "relation"))
    done = _done(rows)
    return {
        row.pk: _clocks(
            row, care.get(row.child_id), relations.get(row.pk), [*done[row.pk], *reviews[row.child_id]], now
        )
        for row in rows
    }


def _clocks(
    booking: Booking, care_began: date | None, relation_name: str | None, done: list[tuple[str, date]], now: datetime
) -> tuple[Clock, ...]:
    starts_on = booking.arrived_on or booking.starts_on
    facts = PlacementFacts(
        starts_on=starts_on,
        relation=Relation(relation_name or Relation.IN_AREA).value,
        emergency=booking.is_emergency,
        became_looked_after_on=min(care_began or starts_on, starts_on),
        expected_to_18=_lasts_to_18(booking),
        ends_before=booking.departed_on,
    )
    today = london_date(now)
    found = clocks(facts, events_from(done), clock_rules(), bank_holidays=bank_holidays(starts_on, today), today=today)
    return found if booking.referral_id or booking.decision_id else _since_taken_on(booking, found)


def _since_taken_on(booking: Booking, found: tuple[Clock, ...]) -> tuple[Clock, ...]:
    """A deadline that passed before the authority began with Nearhome was kept, or missed, somewhere else."""
    began = london_date(booking.booked_at)
    return tuple(one for one in found if one.done_on or (one.rule_id not in FIRST_STEPS and one.due_on >= began))


def _lasts_to_18(booking: Booking) -> bool:
    birthday = add_months(booking.child.born_month, 18 * 12)
    return booking.expected_ends_on is not None and booking.expected_ends_on >= birthday


def _care_began(children: Iterable[int]) -> dict[int, date]:
    """When each child's present time in care began: its last RNE S, else its first known episode."""
    rows = Episode.objects.filter(child__in=children).order_by("child_id", "starts_on")
    began: dict[int, date] = {}
    for child_id, starts_on, reason in rows.values_list("child_id", "starts_on", "reason_new"):
        if reason == "S" or child_id not in began:
            began[child_id] = starts_on
    return began


def _reviews(children: Iterable[int]) -> dict[int, list[tuple[str, date]]]:
    """Reviews that the statutory return already told us of."""
    found: dict[int, list[tuple[str, date]]] = defaultdict(list)
    rows = ReturnRecord.objects.filter(child__in=children, table_name="Reviews").values_list("child_id", "columns")
    for child_id, columns in rows:
        day = _iso(str(columns.get("REVIEW") or ""))
        if day:
            found[child_id].append((REVIEW, day))
    return found


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _done(rows: list[Booking]) -> dict[int, list[tuple[str, date]]]:
    found: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for row in rows:
        found[row.pk] = [(event.rule, event.done_on) for event in row.clock_events.all()]
    return found

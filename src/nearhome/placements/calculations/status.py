"""Is a placement still to come, lived in or over? Derived from its dated facts, never stored."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BookingStatus(StrEnum):
    """Where a booking stands on a day."""

    UPCOMING = "upcoming"
    EXPECTED = "expected"
    LIVING = "living"
    PAST_EXPECTED_END = "past_expected_end"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """The three lists people look for."""

    UPCOMING = "upcoming"
    LIVING = "living"
    ENDED = "ended"


WORDS = {
    BookingStatus.UPCOMING: "Booked, not yet moved in",
    BookingStatus.EXPECTED: "Should have arrived",
    BookingStatus.LIVING: "Living there",
    BookingStatus.PAST_EXPECTED_END: "Living there, past the expected end",
    BookingStatus.ENDED: "Ended",
    BookingStatus.CANCELLED: "Cancelled",
}
COLOURS = {
    BookingStatus.UPCOMING: "blue",
    BookingStatus.EXPECTED: "orange",
    BookingStatus.LIVING: "green",
    BookingStatus.PAST_EXPECTED_END: "yellow",
    BookingStatus.ENDED: "grey",
    BookingStatus.CANCELLED: "grey",
}
STAGES = {
    BookingStatus.UPCOMING: Stage.UPCOMING,
    BookingStatus.EXPECTED: Stage.UPCOMING,
    BookingStatus.LIVING: Stage.LIVING,
    BookingStatus.PAST_EXPECTED_END: Stage.LIVING,
    BookingStatus.ENDED: Stage.ENDED,
    BookingStatus.CANCELLED: Stage.ENDED,
}


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """The dated facts of one booking."""

    starts_on: date
    expected_ends_on: date | None = None
    arrived_on: date | None = None
    departed_on: date | None = None
    is_cancelled: bool = False


def booking_status(facts: BookingFacts, today: date) -> BookingStatus:
    """Where does the booking stand on this day? A cancelled one stays cancelled whatever its other dates say."""
    if facts.is_cancelled:
        return BookingStatus.CANCELLED
    if facts.departed_on is not None and facts.departed_on <= today:
        return BookingStatus.ENDED
    if facts.arrived_on is None or facts.arrived_on > today:
        return BookingStatus.UPCOMING if facts.starts_on >= today else BookingStatus.EXPECTED
    if facts.expected_ends_on is not None and facts.expected_ends_on < today:
        return BookingStatus.PAST_EXPECTED_END
    return BookingStatus.LIVING

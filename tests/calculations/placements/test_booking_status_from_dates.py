import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from nearhome.placements.calculations.status import COLOURS, STAGES, WORDS, BookingFacts, BookingStatus, booking_status

DAY = dt.date(2026, 11, 20)
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))


def test_a_booking_goes_from_upcoming_to_ended() -> None:
    arrived = BookingFacts(DAY, dt.date(2026, 12, 1), DAY)
    left = BookingFacts(DAY, dt.date(2026, 12, 1), DAY, dt.date(2026, 12, 9))
    assert booking_status(BookingFacts(DAY), dt.date(2026, 11, 19)) == "upcoming"
    assert booking_status(BookingFacts(DAY), DAY) == "upcoming"
    assert booking_status(BookingFacts(DAY), dt.date(2026, 11, 21)) == "expected"
    assert booking_status(arrived, DAY) == "living"
    assert booking_status(arrived, dt.date(2026, 12, 2)) == "past_expected_end"
    assert booking_status(left, dt.date(2026, 12, 9)) == "ended"


@given(starts_on=DAYS, today=DAYS, arrived_on=st.none() | DAYS, departed_on=st.none() | DAYS)
def test_a_cancelled_booking_stays_cancelled(
    starts_on: dt.date, today: dt.date, arrived_on: dt.date | None, departed_on: dt.date | None
) -> None:
    facts = BookingFacts(starts_on, None, arrived_on, departed_on, is_cancelled=True)
    assert booking_status(facts, today) == BookingStatus.CANCELLED


def test_every_status_has_words_a_colour_and_a_list() -> None:
    assert WORDS.keys() == COLOURS.keys() == STAGES.keys() == set(BookingStatus)

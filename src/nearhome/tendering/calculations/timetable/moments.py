"""Is a moment a sensible one for bids to be due?"""

from collections.abc import Set
from datetime import date, datetime

from nearhome.calendars.calculations.working_days import LONDON, is_working_day

OPENS_HOUR, CLOSES_HOUR = 9, 17


def deadline_warnings(deadline: datetime, bank_holidays: Set[date]) -> tuple[str, ...]:
    """What speaks against a deadline, in sentences: a day that is no working day, an hour when no office is open.

    `deadline` is aware and read on the London clock; exactly 17:00 is still in office hours. Raises ValueError for a
    moment without a time zone. A warning never refuses: the limits do that.
    """
    if deadline.tzinfo is None:
        raise ValueError("The deadline has no time zone")
    local = deadline.astimezone(LONDON)
    said = []
    if not is_working_day(local.date(), bank_holidays):
        said.append(
            f"{local:%A} {local.day} {local:%B %Y} is not a working day everywhere in the United Kingdom: choose another"
        )
    is_late = local.hour > CLOSES_HOUR or (local.hour == CLOSES_HOUR and (local.minute, local.second) != (0, 0))
    if local.hour < OPENS_HOUR or is_late:
        said.append("At that hour nobody is there to help a bidder who is stuck: choose a time from 9am to 5pm")
    return tuple(said)

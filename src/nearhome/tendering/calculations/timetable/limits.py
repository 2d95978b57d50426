"""Which limits of time hold for a tender, and does a timetable keep them?

The limits themselves are data (`reference/tender_limits.json`): each has a source and a standing, so that a lawyer can
correct one without a release. Only a limit that binds refuses; one whose wording was not looked at warns.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides which limits hold: regime, light touch or not, instrument, and whether a UK3 notice was out in time."""

    regime: str
    light_touch: bool
    instrument: str = ""
    planned_notice: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: what it is `about`, the `least` or `most` of it in its `unit`, its source and how far to trust it.

    `regime` "", `light_touch` None and no `instruments` mean: whichever.
    """

    id: str
    about: str
    words: str
    source: str
    standing: str
    binds: bool
    regime: str = ""
    light_touch: bool | None = None
    planned_notice: bool = False
    instruments: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    unit: str = "calendar"


@dataclass(frozen=True, slots=True)
class Finding:
    """A limit that is not kept, in a sentence with its mend, and whether it refuses or only warns."""

    limit: Limit
    words: str
    refuses: bool


def limit_about(limits: Iterable[Limit], about: str, situation: Situation) -> Limit | None:
    """The one limit that holds: of those that apply, the one that says most about the situation, or None."""
    fitting = [one for one in limits if one.about == about and _applies(one, situation)]
    return max(fitting, key=_how_particular, default=None)


def _applies(limit: Limit, situation: Situation) -> bool:
    return (
        limit.regime in ("", situation.regime)
        and limit.light_touch in (None, situation.light_touch)
        and (not limit.instruments or situation.instrument in limit.instruments)
        and (not limit.planned_notice or situation.planned_notice)
    )


def _how_particular(limit: Limit) -> int:
    return bool(limit.regime) + (limit.light_touch is not None) + bool(limit.instruments) + limit.planned_notice


def earliest_deadline_on(published_on: date, least_days: int) -> date:
    """The first day on which a deadline leaves bidders that many whole days.

    The day of publication is not counted and neither is the day of the deadline. That is the careful reading: the
    statute's own words on counting this period were not looked at.
    """
    return published_on + timedelta(days=least_days + 1)


def deadline_finding(
    limits: Iterable[Limit], situation: Situation, *, published_on: date, deadline_on: date
) -> Finding | None:
    """None, or the limit on the time for bids that the deadline breaks, with the earliest day that keeps it."""
    limit = limit_about(limits, "tender_days", situation)
    if limit is None or limit.least is None:
        return None
    earliest = earliest_deadline_on(published_on, limit.least)
    if deadline_on >= earliest:
        return None
    given = max((deadline_on - published_on).days - 1, 0)
    return Finding(
        limit,
        f"Bidders would have {given} whole days. Limit {limit.id}: {limit.words}. Published on {_said(published_on)},"
        f" the earliest {'lawful ' if limit.binds else ''}day for the deadline is {_said(earliest)}",
        limit.binds,
    )


def length_finding(limits: Iterable[Limit], situation: Situation, about: str, length: int) -> Finding | None:
    """None, or the limit that a length breaks: days of standstill that are too few, months to open that are too many."""
    limit = limit_about(limits, about, situation)
    if limit is None:
        return None
    if limit.least is not None and length < limit.least:
        return Finding(
            limit, f"{length} is too few. Limit {limit.id}: {limit.words}. Enter {limit.least} or more", limit.binds
        )
    if limit.most is not None and length > limit.most:
        return Finding(
            limit, f"{length} is too many. Limit {limit.id}: {limit.words}. Enter {limit.most} or fewer", limit.binds
        )
    return None


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"

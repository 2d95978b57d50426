"""A timetable worked out from what is asked, held against the limits of the regime; and the one that counts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.calendars.bank_holidays import bank_holidays_anywhere
from nearhome.calendars.calculations.working_days import LONDON, london_date
from nearhome.design.wording import date as said
from nearhome.tendering.calculations.timetable.limits import (
    Finding,
    Limit,
    Situation,
    deadline_finding,
    length_finding,
    limit_about,
)
from nearhome.tendering.calculations.timetable.moments import deadline_warnings
from nearhome.tendering.calculations.timetable.steps import (
    LONGEST_SEARCH_DAYS,
    ONE_DAY,
    Lengths,
    Step,
    day_of,
    latest_start,
    steps_from,
)
from nearhome.tendering.importers.reference import tender_limits
from nearhome.tendering.models import Procurement, TenderTimetable

MOST_YEARS = 6
MIDDAY = time(12)


@dataclass(frozen=True, slots=True)
class TimetableAsked:
    """From which day (`anchor` "start": work begins; "contract": a contract is needed by it), and how long parts take."""

    anchor: str
    on: date
    lengths: Lengths
    planned_notice: bool = False

    def kept(self) -> dict[str, Any]:
        return {
            "anchor": self.anchor, "on": self.on.isoformat(), "planned_notice": self.planned_notice,
            "lengths": asdict(self.lengths),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimetableWorked:
    """The steps in order, and warnings that do not refuse."""

    steps: tuple[Step, ...]
    warnings: tuple[str, ...]

    def kept(self) -> list[dict[str, str]]:
        return [{"key": one.key, "words": one.words, "on": one.on.isoformat()} for one in self.steps]


def situation_of(procurement: Procurement, *, planned_notice: bool = False) -> Situation:
    """What decides which limits hold for a procurement."""
    return Situation(procurement.regime, procurement.light_touch, procurement.instrument, planned_notice)


def usual_lengths(procurement: Procurement) -> Lengths:
    """Lengths to start from: the standstill of the regime, and the months until places open for a block."""
    limit = limit_about(tender_limits(), "standstill_days", situation_of(procurement))
    usual = Lengths(mobilisation_months=12 if procurement.buys == Procurement.Buys.BLOCK else 0)
    return replace(usual, standstill_days=limit.least or 8, standstill_unit=limit.unit) if limit else usual


def limits_shown(procurement: Procurement) -> list[Limit]:
    """The limits that hold for this procurement, with their sources."""
    situation = situation_of(procurement)
    found = [limit_about(tender_limits(), about, situation) for about in ("tender_days", "standstill_days", "mobilisation_months")]  # fmt: skip
    return [one for one in found if one]


def worked_timetable(procurement: Procurement, asked: TimetableAsked, *, today: date) -> TimetableWorked:
    """Every step with its day. Raises ValidationError with the mend, or the earliest lawful date, where it cannot be."""
    if not today.year - 1 <= asked.on.year <= today.year + MOST_YEARS:
        raise ValidationError(f"Enter a day within {MOST_YEARS} years.")
    holidays = bank_holidays_anywhere(
        asked.on - ONE_DAY * LONGEST_SEARCH_DAYS, asked.on + ONE_DAY * LONGEST_SEARCH_DAYS
    )
    try:
        start = asked.on if asked.anchor == "start" else latest_start(asked.on, asked.lengths, holidays)
        steps = steps_from(start, asked.lengths, holidays)
        earliest = steps_from(max(today, asked.on) if asked.anchor == "start" else today, asked.lengths, holidays)
    except ValueError as refused:
        raise ValidationError(f"{refused}.") from None
    found = _findings(procurement, asked, steps)
    if any(one.refuses for one in found):
        raise ValidationError([f"{one.words}." for one in found if one.refuses])
    if day_of(steps, "starts") < today:
        raise ValidationError(
            f"Work would have had to begin on {said(day_of(steps, 'starts'))}. Begun today, the contract can be made on"
            f" {said(day_of(earliest, 'contract'))} at the earliest: enter that day or later, or shorten a part."
        )
    return TimetableWorked(steps, tuple(f"{one.words} ({one.limit.source})." for one in found))


def _findings(procurement: Procurement, asked: TimetableAsked, steps: tuple[Step, ...]) -> list[Finding]:
    situation = situation_of(procurement, planned_notice=asked.planned_notice)
    limits, lengths = tender_limits(), asked.lengths
    found = [
        deadline_finding(
            limits, situation, published_on=day_of(steps, "published"), deadline_on=day_of(steps, "deadline")
        ),
        length_finding(limits, situation, "standstill_days", lengths.standstill_days),
        length_finding(limits, situation, "mobilisation_months", lengths.mobilisation_months),
    ]
    return [one for one in found if one]


def newest_timetable(procurement: Procurement) -> TenderTimetable | None:
    """The timetable that counts, or None."""
    return procurement.timetables.order_by("-saved_at", "-pk").first()


def steps_kept(row: TenderTimetable) -> Mapping[str, date]:
    """The day of each step of a saved timetable."""
    return {one["key"]: date.fromisoformat(one["on"]) for one in row.steps}


def deadline_problems(
    procurement: Procurement, *, published_at: datetime, deadline_at: datetime
) -> tuple[list[str], list[str]]:
    """(what refuses, what warns) about a deadline if the tender is published at that moment."""
    row = newest_timetable(procurement)
    situation = situation_of(procurement, planned_notice=bool(row and row.asked["planned_notice"]))
    published_on, deadline_on = london_date(published_at), london_date(deadline_at)
    if deadline_at <= published_at:
        return ["The deadline must be later than now."], []
    found = deadline_finding(tender_limits(), situation, published_on=published_on, deadline_on=deadline_on)
    warned = list(deadline_warnings(deadline_at, bank_holidays_anywhere(published_on, deadline_on)))
    if found and not found.refuses:
        warned.append(f"{found.words} ({found.limit.source})")
    return [f"{found.words}."] if found and found.refuses else [], [f"{one}." for one in warned]


def steps_shown(row: TenderTimetable) -> list[tuple[str, date]]:
    """Words and day of each step of a saved timetable, in order."""
    return [(one["words"], date.fromisoformat(one["on"])) for one in row.steps]


def first_values(row: TenderTimetable | None, usual: Lengths) -> dict[str, Any]:
    """What the form begins with: what was asked last, else the usual lengths."""
    if row is None:
        return asdict(usual)
    return {**row.asked["lengths"], **row.asked, "on": date.fromisoformat(row.asked["on"])}


def moments_proposed(row: TenderTimetable | None) -> dict[str, datetime]:
    """The deadline and the end of questions that the timetable leads to, both at midday in London."""
    if row is None:
        return {}
    days = steps_kept(row)
    return {
        "deadline_at": datetime.combine(days["deadline"], MIDDAY, LONDON),
        "questions_until_at": datetime.combine(days["questions_until"], MIDDAY, LONDON),
    }

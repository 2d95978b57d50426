"""On which days do the steps of a tender fall?

Counted forwards from a start, or backwards from the day a contract must be made. A working day is no Saturday, Sunday
or bank holiday in any part of the United Kingdom (the guidance on the Procurement Act 2023 as a public body answers it;
the statute's own wording was not looked at). The bank holidays are an argument.
"""

from calendar import monthrange
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta

from nearhome.calendars.calculations.working_days import add_working_days, is_working_day, subtract_working_days

ONE_DAY = timedelta(days=1)
LONGEST_SEARCH_DAYS = 5 * 366
STEPS = {
    "starts": "Work begins",
    "engaged": "Talks with the market end",
    "published": "Tender is published",
    "questions_until": "Last day for questions",
    "answered_by": "Every question is answered",
    "deadline": "Bids are due",
    "evaluated": "Bids are scored",
    "moderated": "Scores are moderated and quality is locked",
    "approved": "Award is approved",
    "notice": "Award notice is published",
    "standstill_ends": "Standstill ends",
    "contract": "Contract is made",
    "service": "Service starts",
}


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long each part takes.

    `tender_days` are whole calendar days between publication and deadline; `standstill_days` are working days that
    begin with the day of the notice, or with `standstill_unit` "calendar" days after it, 0 for none;
    `mobilisation_months` are calendar months. All others are working days.
    """

    engagement: int = 15
    tender_days: int = 35
    questions_before: int = 10
    answers_before: int = 6
    evaluation: int = 20
    moderation: int = 5
    approval: int = 10
    standstill_days: int = 8
    standstill_unit: str = "working"
    mobilisation_months: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its key in STEPS, what happens, and on which day."""

    key: str
    words: str
    on: date


def months_after(start: date, months: int) -> date:
    """The same day of the month so many months later; the last of the month where it has no such day."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def steps_from(start: date, lengths: Lengths, bank_holidays: Set[date]) -> tuple[Step, ...]:
    """Every step in order, begun on the first working day on or after `start`.

    Raises ValueError with the mend for a length below 0, or when the time for bids leaves none for questions.
    """
    _check_lengths(lengths)
    days = _until_deadline(_working(start, bank_holidays), lengths, bank_holidays)
    days |= _after_deadline(days["deadline"], lengths, bank_holidays)
    return tuple(Step(key, words, days[key]) for key, words in STEPS.items())


def latest_start(contract_by: date, lengths: Lengths, bank_holidays: Set[date]) -> date:
    """The latest working day to begin on for the contract to be made by `contract_by`.

    A later start never leads to an earlier contract, so the day is found by halving. Raises ValueError if the parts
    take more than five years.
    """
    low, high = 0, LONGEST_SEARCH_DAYS  # days before `contract_by`
    while low < high:
        middle = (low + high) // 2
        if _contract_on(contract_by - ONE_DAY * middle, lengths, bank_holidays) <= contract_by:
            high = middle
        else:
            low = middle + 1
    start = contract_by - ONE_DAY * low
    if low == LONGEST_SEARCH_DAYS and _contract_on(start, lengths, bank_holidays) > contract_by:
        raise ValueError("The parts take more than five years together: shorten them")
    return _working(start, bank_holidays)


def day_of(steps: tuple[Step, ...], key: str) -> date:
    """The day of one step. Raises KeyError for a key that is none."""
    return {step.key: step.on for step in steps}[key]


def _contract_on(start: date, lengths: Lengths, bank_holidays: Set[date]) -> date:
    return day_of(steps_from(start, lengths, bank_holidays), "contract")


def _check_lengths(lengths: Lengths) -> None:
    for name in Lengths.__slots__:
        value = getattr(lengths, name)
        if isinstance(value, int) and value < 0:
            raise ValueError(f"{name.replace('_', ' ').capitalize()} must be 0 or more, not {value}")
    if lengths.answers_before > lengths.questions_before:
        raise ValueError(
            f"Questions are taken until {lengths.questions_before} working days before the deadline, so answers cannot"
            f" be due {lengths.answers_before} before it: enter {lengths.questions_before} or fewer"
        )


def _until_deadline(starts: date, lengths: Lengths, holidays: Set[date]) -> dict[str, date]:
    engaged = add_working_days(starts, lengths.engagement, holidays)
    published = add_working_days(engaged, 1, holidays) if lengths.engagement else starts
    deadline = _working(published + timedelta(days=lengths.tender_days + 1), holidays)
    until = subtract_working_days(deadline, lengths.questions_before, holidays)
    if until <= published:
        raise ValueError(
            f"With {lengths.tender_days} days for bids, questions would end before the tender is published: give bidders"
            " more days, or take questions until nearer the deadline"
        )
    answered = subtract_working_days(deadline, lengths.answers_before, holidays)
    return {
        "starts": starts, "engaged": engaged, "published": published, "questions_until": until, "answered_by": answered,
        "deadline": deadline,
    }  # fmt: skip


def _after_deadline(deadline: date, lengths: Lengths, holidays: Set[date]) -> dict[str, date]:
    evaluated = add_working_days(deadline, lengths.evaluation, holidays)
    moderated = add_working_days(evaluated, lengths.moderation, holidays)
    approved = add_working_days(moderated, lengths.approval, holidays)
    notice = add_working_days(approved, 1, holidays)
    stands_until = standstill_ends(notice, lengths.standstill_days, lengths.standstill_unit, holidays)
    contract = add_working_days(stands_until, 1, holidays)
    return {
        "evaluated": evaluated, "moderated": moderated, "approved": approved, "notice": notice,
        "standstill_ends": stands_until, "contract": contract,
        "service": months_after(contract, lengths.mobilisation_months),
    }  # fmt: skip


def standstill_ends(notice: date, days: int, unit: str, bank_holidays: Set[date]) -> date:
    """The last day of a standstill: working days count from the day of the notice, calendar days from the day after.

    Nought days end on the day of the notice. Sources: Procurement Act 2023 s51 as stated by guidance; Public Contracts
    Regulations 2015 reg 87.
    """
    if unit == "calendar" or not days:
        return notice + timedelta(days=days)
    return add_working_days(notice - ONE_DAY, days, bank_holidays)


def _working(day: date, holidays: Set[date]) -> date:
    while not is_working_day(day, holidays):
        day += ONE_DAY
    return day

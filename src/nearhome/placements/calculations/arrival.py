"""May a child's arrival, or leaving, be recorded on this day?

Rules S01 and S02 (SI 2010/959 regulations 27A and 27C, verified) refuse a start, but somebody authorised may override
them with words, because the record must tell the truth. D03 (regulation 11, verified) needs the director's approval
before a placement at a distance begins, except in an emergency.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from nearhome.geography.calculations.relation import Relation
from nearhome.placements.calculations.dates import in_words

MOST_DAYS_BACK = 14
S01_FROM, S02_FROM = date(2021, 9, 9), date(2023, 10, 28)
SUPPORTED = "supported_accommodation"


@dataclass(frozen=True, slots=True)
class ArrivalFacts:
    """What decides whether an arrival may be recorded. `booked_on` is the London date of the booking."""

    booked_on: date
    is_emergency: bool
    age_years: int
    home_kind: str
    is_registered: bool
    relation: Relation
    is_distance_approved: bool


@dataclass(frozen=True, slots=True)
class ArrivalProblem:
    """Why not, with the mend; `may_be_overridden` where somebody authorised may record it all the same."""

    rule: str
    words: str
    may_be_overridden: bool = False


def age_on(born_on: date, day: date) -> int:
    """Age in completed years on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def arrival_problems(facts: ArrivalFacts, arrived_on: date, *, today: date) -> tuple[ArrivalProblem, ...]:
    """Everything that speaks against recording this arrival; empty when it may be recorded."""
    found = (_day(facts, arrived_on, today), _setting(facts, arrived_on), _distance(facts))
    return tuple(one for one in found if one is not None)


def day_problem(day: date, *, today: date, what: str = "This") -> str | None:
    """Why may a fact of this day not be recorded today? Not before it happened, nor more than 14 days late."""
    if day > today:
        return f"{what} must be today or earlier. Record it once it has happened."
    if day < today - timedelta(days=MOST_DAYS_BACK):
        first = in_words(today - timedelta(days=MOST_DAYS_BACK))
        return f"{what} must be on or after {first}: a fact may be recorded at most {MOST_DAYS_BACK} days late."
    return None


def _day(facts: ArrivalFacts, arrived_on: date, today: date) -> ArrivalProblem | None:
    words = day_problem(arrived_on, today=today, what="The arrival")
    if not words and arrived_on < facts.booked_on and not facts.is_emergency:
        words = f"The arrival must be on or after {in_words(facts.booked_on)}, the day the place was booked."
    return ArrivalProblem("day", words) if words else None


def _setting(facts: ArrivalFacts, arrived_on: date) -> ArrivalProblem | None:
    if facts.age_years < 16 and arrived_on >= S01_FROM and (facts.home_kind == SUPPORTED or not facts.is_registered):
        setting = "supported accommodation" if facts.is_registered else "a setting that is not registered"
        words = f"A child of {facts.age_years} may not be placed in {setting}: they must be 16 or over."
        return ArrivalProblem("S01", words, may_be_overridden=True)
    if facts.age_years >= 16 and arrived_on >= S02_FROM and not facts.is_registered:
        words = "A child of 16 or 17 may only be placed in a setting that is registered with Ofsted."
        return ArrivalProblem("S02", words, may_be_overridden=True)
    return None


def _distance(facts: ArrivalFacts) -> ArrivalProblem | None:
    if facts.relation != Relation.AT_A_DISTANCE or facts.is_emergency or facts.is_distance_approved:
        return None
    words = (
        "This home is at a distance, so the director of children's services must approve before the child moves in."
        " Record the approval first."
    )
    return ArrivalProblem("D03", words)

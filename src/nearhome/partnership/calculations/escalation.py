"""By when must each level of an escalation settle the matter, before it goes to the next?

The levels and their working days are the partnership agreement's. That a disagreement ends with the Directors of
Children's Services is from Kent's decision 21/00094 (verified text); the numbers of days are ours to start from.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date

from nearhome.calendars.calculations.working_days import add_working_days


@dataclass(frozen=True, slots=True)
class Level:
    """Who settles a matter at this level, and within how many working days after it reached them."""

    name: str
    working_days: int

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("Each level needs a name, such as Heads of service")
        if self.working_days < 1:
            raise ValueError(f"{self.name} must have at least 1 working day")


def due_on(reached_on: date, level: Level, bank_holidays: Set[date]) -> date:
    """The last day on which this level may still settle it; the day it reached them is not counted."""
    return add_working_days(reached_on, level.working_days, bank_holidays)


def last_days(raised_on: date, levels: Sequence[Level], bank_holidays: Set[date]) -> tuple[date, ...]:
    """The last day of each level if every level uses all its time and the matter then moves up the same day."""
    days: list[date] = []
    for level in levels:
        days.append(due_on(days[-1] if days else raised_on, level, bank_holidays))
    return tuple(days)

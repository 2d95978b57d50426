"""When may the contract be made after the award notice?

The rules are rows with a source and a standing, not code: see `reference/awards.toml`. "8 working days beginning with"
a day counts that day if it is a working day (section 51 of the Procurement Act 2023, as gov.uk states it); a working
day is no bank holiday in any part of the United Kingdom (SS-2). "Ends" is the end of the last day on the London clock.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from nearhome.calendars.calculations.working_days import add_working_days, is_working_day

ONE_DAY = timedelta(days=1)


class Counting(StrEnum):
    """How the days are counted from the day of the notice."""

    WORKING = "working_days_beginning_with"
    CALENDAR = "calendar_days_after"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StandstillRule:
    """One rule: for which awards, whether it must be kept, how many days and how they count, and who says so."""

    id: str
    regime: str
    is_mandatory: bool
    days: int
    counting: Counting
    words: str
    source: str
    standing: str


@dataclass(frozen=True, slots=True)
class Standstill:
    """The answer for one notice: the last day of the standstill (None: none is kept), and the days not counted."""

    rule: StandstillRule
    notice_on: date
    ends_on: date | None
    not_counted: tuple[date, ...]

    @property
    def contract_from(self) -> date:
        """The first day on which the contract may be made."""
        return self.ends_on + ONE_DAY if self.ends_on else self.notice_on


def rules_from_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[StandstillRule, ...]:
    """The rules as the table of data holds them. Raises KeyError or ValueError for a row that is not one."""
    return tuple(
        StandstillRule(
            row["id"], row["regime"], row["mandatory"], row["days"], Counting(row["counting"]), row["words"],
            row["source"], row["standing"],
        )
        for row in rows
    )  # fmt: skip


def rule_for(
    rules: Sequence[StandstillRule], regime: str, *, is_light_touch: bool, is_call_off: bool
) -> StandstillRule:
    """The rule of a regime. Light touch (Procurement Act 2023) and call-offs have no standstill that must be kept.

    Raises ValueError for a regime without a rule.
    """
    wanted = [rule for rule in rules if rule.regime == regime]
    free = is_call_off or (is_light_touch and regime == "PA23")
    found = next((rule for rule in wanted if rule.is_mandatory != free), None)
    if found is None:
        raise ValueError(f"No rule about standstill is kept for {regime}")
    return found


def standstill(rule: StandstillRule, notice_on: date, bank_holidays: Set[date], *, keep: bool = True) -> Standstill:
    """The last day of the standstill after a notice. `keep` says whether one is kept where the rule does not ask for it.

    `bank_holidays` covers the weeks after the notice, for every part of the United Kingdom.
    """
    if not (rule.is_mandatory or keep) or rule.counting == Counting.UNKNOWN:
        return Standstill(rule, notice_on, None, ())
    if rule.counting == Counting.CALENDAR:
        return Standstill(rule, notice_on, notice_on + timedelta(days=rule.days), ())
    ends_on = add_working_days(notice_on - ONE_DAY, rule.days, bank_holidays)
    every = (notice_on + ONE_DAY * step for step in range((ends_on - notice_on).days))
    return Standstill(rule, notice_on, ends_on, tuple(day for day in every if not is_working_day(day, bank_holidays)))

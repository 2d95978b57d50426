"""Is this a key decision, when may it be taken, and until when may it be called in?

Sources. That an executive decision is key where it is significant in money or in its effects on two or more divisions,
and needs 28 clear days of notice: the Local Authorities (Executive Arrangements) (Meetings and Access to Information)
(England) Regulations 2012, from general knowledge (unverified here; every number is the authority's own rule). Kent's
threshold of more than £1m, and dates that 28 clear days explain: decision 21/00077 (verified text). Call-in of 5
working days is common in constitutions (unverified; the authority's own rule).
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta

from nearhome.calendars.calculations.working_days import add_working_days


@dataclass(frozen=True, slots=True)
class KeyRules:
    """One authority's rules: money in pence, numbers of divisions, clear days of notice, working days of call-in.

    A decision is key above `value_pence` (exactly that much is not), or from `divisions` divisions on.
    """

    value_pence: int = 100_000_000
    divisions: int = 2
    notice_clear_days: int = 28
    call_in_working_days: int = 5

    def __post_init__(self) -> None:
        if min(self.value_pence, self.notice_clear_days, self.call_in_working_days) < 0 or self.divisions < 1:
            raise ValueError("The rules for key decisions are 0 or more, and at least 1 division")


@dataclass(frozen=True, slots=True)
class KeyTest:
    """Whether a decision is key, on which of the two grounds."""

    by_value: bool
    by_divisions: bool

    @property
    def is_key(self) -> bool:
        """Either ground is enough."""
        return self.by_value or self.by_divisions


def key_test(
    rules: KeyRules, *, value_pence: int | None, divisions: int | None, all_divisions: bool = False
) -> KeyTest:
    """Test a decision of this value over its whole life (None: no money) that affects so many divisions, or all.

    Raises ValueError for a value or a number of divisions below 0.
    """
    if (value_pence or 0) < 0 or (divisions or 0) < 0:
        raise ValueError("The value and the number of divisions must be 0 or more")
    return KeyTest(
        by_value=value_pence is not None and value_pence > rules.value_pence,
        by_divisions=all_divisions or (divisions or 0) >= rules.divisions,
    )


def earliest_decision_on(notice_on: date, clear_days: int) -> date:
    """The first day on which a decision may be taken after that many clear days: neither end is counted.

    No clear days means the day of the notice itself. Raises ValueError for fewer than none.
    """
    if clear_days < 0:
        raise ValueError(f"The number of clear days must be 0 or more, not {clear_days}")
    return notice_on + timedelta(days=clear_days + 1) if clear_days else notice_on


def call_in_until(published_on: date, working_days: int, bank_holidays: Set[date]) -> date:
    """The last day on which a decision published on this day may be called in; it may be carried out the day after."""
    return add_working_days(published_on, working_days, bank_holidays)

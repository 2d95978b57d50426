"""Which dated rule sets a statutory deadline, and when does it fall?

Rules come from `placements/reference/clocks.toml`; each names its source and how sure we are of it. A rule that is
`unverified` may remind, never refuse.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args

from nearhome.calendars.calculations.working_days import add_working_days
from nearhome.placements.calculations.dates import add_months

Unit = Literal["days", "working_days", "weeks", "months"]
Confidence = Literal["verified", "derived", "unverified"]


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One deadline as the law puts it between two dates (half-open); `variant` tells two limbs of one rule apart."""

    rule_id: str
    variant: str
    what: str
    who: str
    started_by: str
    amount: int
    unit: Unit
    source: str
    confidence: Confidence
    starts_on: date
    ends_before: date | None = None

    def due_after(self, event_on: date, bank_holidays: Set[date]) -> date:
        """The last day on which the rule is kept, counted from the day of the event."""
        match self.unit:
            case "working_days":
                return add_working_days(event_on, self.amount, bank_holidays)
            case "months":
                return add_months(event_on, self.amount)
            case "weeks":
                return event_on + timedelta(weeks=self.amount)
            case _:
                return event_on + timedelta(days=self.amount)

    def covers(self, day: date) -> bool:
        """Is the rule in force on this day?"""
        return self.starts_on <= day and (self.ends_before is None or day < self.ends_before)


@dataclass(frozen=True, slots=True)
class ClockRules:
    """Every rule of the table, who is to be told of a placement, and how many days ahead a clock counts as due."""

    rules: tuple[ClockRule, ...]
    recipients: tuple[tuple[str, str], ...]
    due_soon_days: int

    def on(self, rule_id: str, day: date, variant: str = "") -> ClockRule:
        """The rule in force on `day`; for a day before the table begins (a long placement), its first row.

        Raises LookupError naming the rule where the table has none.
        """
        rows = [rule for rule in self.rules if (rule.rule_id, rule.variant) == (rule_id, variant)]
        day = max(day, min((rule.starts_on for rule in rows), default=day))
        for rule in rows:
            if rule.covers(day):
                return rule
        raise LookupError(f"clocks.toml has no rule {rule_id} {variant} in force on {day.isoformat()}: add a row.")


def rules_from_mapping(table: Mapping[str, Any]) -> ClockRules:
    """The rules held in a parsed clocks.toml. Raises ValueError naming the row and field that cannot be used."""
    rules = tuple(_rule(row, number) for number, row in enumerate(table["rule"], start=1))
    recipients = tuple((str(row["ref"]), str(row["words"])) for row in table["recipient"])
    return ClockRules(rules, recipients, int(table["due_soon_days"]))


def _rule(row: Mapping[str, Any], number: int) -> ClockRule:
    fields = {"variant": "", **row}
    fields["rule_id"] = fields.pop("id", "")
    place = f"clocks.toml, rule {number} ({fields['rule_id']})"
    for name, allowed in (("unit", get_args(Unit)), ("confidence", get_args(Confidence))):
        if fields.get(name) not in allowed:
            raise ValueError(f"{place}: {name} must be one of {', '.join(allowed)}, not {fields.get(name)!r}.")
    try:
        return ClockRule(**fields)
    except TypeError as error:
        raise ValueError(f"{place}: a field is missing or unknown ({error}).") from error

"""When may a free place be offered to the partners, by the days of first refusal that the rules give?"""

from collections.abc import Iterable
from datetime import date, timedelta

from nearhome.settlement.calculations.rules.terms import Terms


def free_since(opened_on: date, taken: Iterable[tuple[date, date | None]], today: date) -> date | None:
    """The first of the days on which the place has been free up to today; None while it is taken, spoken for or not open.

    `taken`: half-open days of children, bookings, holds and closures; None is no end.
    """
    if opened_on > today:
        return None
    begun = [(first, before) for first, before in taken if before is None or before > first]
    if any(before is None or before > today for _, before in begun):
        return None
    return max([opened_on, *(before for _, before in begun if before is not None)])


def release_due_on(terms: Iterable[Terms], since: date, today: date) -> date | None:
    """The day on which first refusal of a place that is free since a day was over; None while it lasts, or has no days.

    The days of the terms in force today count. Release is a person's decision: this only says when it may be taken.
    """
    in_force = [one for one in terms if one.starts_on <= today]
    days = max(in_force, key=lambda one: one.starts_on).first_refusal_days if in_force else 0
    due = since + timedelta(days=days)
    return due if days and due <= today else None

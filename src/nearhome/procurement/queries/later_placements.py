"""What an uplift comes to for placements. They belong to a later stage, which says here how it counts them.

Row security keeps each authority's placements to itself: Nearhome counts acting for one authority at a time, and
nothing leaves but the sums below. Only the lead of the round may ask.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError

from nearhome.privacy.acting import acting_for
from nearhome.procurement.models import UpliftRound
from nearhome.procurement.permissions import require_leads
from nearhome.procurement.queries.uplifts import buyers_of, contract_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reached:
    """One authority's placements that a round reaches: how many, their nights in the first year, pence more for these."""

    placements: int
    nights: int
    more_pence: int


ReachedBy = Callable[[UpliftRound, int, date], Reached]
NightsBegun = Callable[[int, int, date, date], int]


@dataclass(frozen=True, slots=True)
class Counting:
    """How the stage that has the placements counts them, acting for the authority it is asked about."""

    reached: ReachedBy
    nights_begun: NightsBegun


COUNTING: list[Counting] = []


def placements_are_counted_by(reached: ReachedBy, nights_begun: NightsBegun) -> None:
    """Say how: `reached(round, authority, today)`, and `nights_begun(framework, authority, since, until)`."""
    COUNTING[:] = [Counting(reached, nights_begun)]


def is_counted(row: UpliftRound) -> bool:
    """Whether the cost of a round is counted from the placements that stand; else weeks are typed."""
    return row.framework_id is not None and row.applies_to == UpliftRound.AppliesTo.ALL


def reached_by(row: UpliftRound, *, by: Any, today: date) -> dict[int, Reached]:
    """What the newest preview comes to, by authority that calls off. Raises PermissionDenied for all but the lead.

    Raises ValidationError, which names no authority, where a placement would cost nothing.
    """
    try:
        return _for_each(row, by, lambda authority: COUNTING[0].reached(row, authority, today))
    except ValueError:
        raise ValidationError("A placement would not cost more than £0.00 after the uplift. Change the rule.") from None


def nights_on_record(row: UpliftRound, *, by: Any, today: date) -> dict[int, int]:
    """Nights bought in the twelve months before today in placements begun in them, by authority; only where new ones are meant."""
    framework_id, since = row.framework_id, _year_before(today)
    if framework_id is None or is_counted(row):
        return {}
    return _for_each(row, by, lambda authority: COUNTING[0].nights_begun(framework_id, authority, since, today))


def _for_each(row: UpliftRound, by: Any, count: Callable[[int], T]) -> dict[int, T]:
    require_leads(by, row.lead_id)
    found = {}
    for one in buyers_of(contract_of(row)):
        with acting_for(one.pk):
            found[one.pk] = count(one.pk)
    return found


def _year_before(day: date) -> date:
    # 29 February has no such day the year before.
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)

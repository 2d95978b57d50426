"""What would another place of a kind in an area have been worth, over the regional plans of a time?"""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean


@dataclass(frozen=True, slots=True)
class PlaceWorth:
    """One plan's finding: `worth` in points of the plan that one more place would add, for so many children."""

    area_code: str
    kind: str
    worth: float
    children: int


@dataclass(frozen=True, slots=True)
class PlaceWorthOverPlans:
    """The same over several plans: in how many of them a place was missing, its mean and greatest worth there."""

    plans: int
    of_plans: int
    mean_worth: float
    greatest_worth: float
    most_children: int


def worth_over_plans(found: Iterable[PlaceWorth], of_plans: int) -> PlaceWorthOverPlans | None:
    """The findings of one kind in one area, a plan each, put together; None where no plan missed such a place.

    >>> worth_over_plans([PlaceWorth("886", "childrens_home", 40.0, 2), PlaceWorth("886", "childrens_home", 60.0, 3)], 5)
    PlaceWorthOverPlans(plans=2, of_plans=5, mean_worth=50.0, greatest_worth=60.0, most_children=3)
    """
    wanted = [one for one in found if one.worth > 0]
    if not wanted:
        return None
    worths = [one.worth for one in wanted]
    return PlaceWorthOverPlans(
        len(wanted), of_plans, round(mean(worths), 1), max(worths), max(one.children for one in wanted)
    )

"""Into which cost item of the public demand models does a placement fall, and what does a category cost on average?

Nine items in four categories, as both public models have them (MIT licence; definitions only). Their default prices are
placeholders, so none is kept here: prices are an argument, in pence a week.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

OWN, EXTERNAL = frozenset({"PR1", "PR2", "PR3"}), frozenset({"PR4", "PR5"})
ANYONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class CostItem:
    """One kind of placement with a price: its category, its codes of PLACE, and of PLACE_PROVIDER (none: any)."""

    name: str
    title: str
    category: str
    places: frozenset[str]
    providers: frozenset[str] = ANYONE


FOSTER_CODES, HOME_CODES = frozenset({"U4", "U5", "U6"}), frozenset({"K2", "R1", "P3", "S1"})
COST_ITEMS: Final = (
    CostItem("foster_friend_relation", "Foster care, friend or relative", "FOSTERING", frozenset({"U1", "U2", "U3"})),
    CostItem("foster_in_house", "Foster care, in-house", "FOSTERING", FOSTER_CODES, OWN),
    CostItem("foster_agency", "Foster care, agency", "FOSTERING", FOSTER_CODES, EXTERNAL),
    CostItem("residential_in_house", "Children's home, in-house", "RESIDENTIAL", HOME_CODES, OWN),
    CostItem("residential_external", "Children's home, external", "RESIDENTIAL", HOME_CODES, EXTERNAL),
    CostItem("supported", "Supported accommodation", "SUPPORTED", frozenset({"H5", "K3", "P2"})),
    CostItem("secure_home", "Secure home", "OTHER", frozenset({"K1"})),
    CostItem("placed_with_family", "Placed with parents", "OTHER", frozenset({"P1"})),
)
OTHER: Final = CostItem("other", "Other", "OTHER", ANYONE)


def item_of(place: str, provider: str) -> CostItem:
    """The item of a placement by its codes; what fits none is `OTHER`."""
    fitting = (one for one in COST_ITEMS if place in one.places and (not one.providers or provider in one.providers))
    return next(fitting, OTHER)


def normalised(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights of all items of a category, as shares that add to 1. Raises ValueError if none is above 0."""
    total = sum(weights.values())
    if total <= 0 or min(weights.values(), default=0) < 0:
        raise ValueError("At least one share of the category must be above 0, and none below.")
    return {name: weight / total for name, weight in weights.items()}


def weekly_pence_by_category(weekly_pence: Mapping[str, int], weights: Mapping[str, float]) -> dict[str, float]:
    """Mean weekly price of a place in each category: its items' prices by their normalised weights (1 if not given).

    Unrounded, so that the population of a day × this ÷ 7 is that day's cost and only the total is rounded. Raises
    KeyError if an item has no price.
    """
    found = {}
    for category in dict.fromkeys(one.category for one in (*COST_ITEMS, OTHER)):
        items = [one.name for one in (*COST_ITEMS, OTHER) if one.category == category]
        shares = normalised({name: weights.get(name, 1) for name in items})
        found[category] = sum(share * weekly_pence[name] for name, share in shares.items())
    return found

"""What is a place worth for a child, and how soon does it break down? The same answer for every policy."""

from dataclasses import dataclass

import numpy as np

from nearhome.geography.calculations.distance import KILOMETRES_PER_MILE
from nearhome.matching.calculations.planning.instance import Flags, Floats, Ints
from nearhome.matching.calculations.playing.assumptions import Kind, RegionSettings
from nearhome.matching.calculations.playing.children import Children
from nearhome.matching.calculations.playing.homes import Homes

NOT_POSSIBLE = -np.inf
_BITS = np.array([number.bit_count() for number in range(64)], dtype=np.float64)
MILES_TO_BE_NEAR = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """How some children fit some homes, entry by entry: needs met (share), miles, and whether the kind is preferred."""

    needs_met: Floats
    miles: Floats
    is_preferred_kind: Flags


def fit_of(children: Children, homes: Homes, who: Ints, where: Ints) -> Fit:
    """How these children fit these homes; `who` and `where` are numbers that broadcast together."""
    needs = children.needs[who]
    needed = _BITS[needs]
    met = np.where(needed > 0, _BITS[needs & homes.skills[where]] / np.maximum(needed, 1), 1.0)
    apart = children.at[who] - homes.at[where]
    miles = np.sqrt((apart**2).sum(axis=-1)) / KILOMETRES_PER_MILE
    return Fit(met, miles, children.wants[who] == homes.kind[where])


def worth_of(settings: RegionSettings, children: Children, homes: Homes, who: Ints, day: int) -> Floats:
    """The points of every home for each of these children on the day they are referred, placing included.

    Shape [children, homes]; NOT_POSSIBLE where a rule forbids it, wherever there is room or not.
    """
    every, ask = np.arange(len(homes.kind), dtype=np.int32)[None, :], who[:, None]
    fit, points = fit_of(children, homes, ask, every), settings.worth
    near = np.clip((points.far_miles - fit.miles) / (points.far_miles - points.near_miles), 0, 1)
    added = np.where(homes.is_paid_empty, 0, homes.weekly_pence) / points.money_weekly_pence
    worth = (
        np.where(children.is_emergency[ask], points.placed_in_emergency, points.placed)
        + points.needs_met * fit.needs_met
        + points.near * near
        + points.in_area * (homes.area[every] == children.authority[ask])
        + points.preferred_kind * fit.is_preferred_kind
        - points.money * added[every]
    )
    possible = _is_possible(children, homes, ask, children.ages_on(who, day)[:, None])
    possible &= (fit.needs_met >= settings.least_needs_met) & (fit.miles <= settings.most_miles)
    return np.where(possible, worth, NOT_POSSIBLE)


def _is_possible(children: Children, homes: Homes, who: Ints, age: Floats) -> Flags:
    wants, years = children.wants[who], np.floor(age)
    takes_age = (homes.from_age <= years) & (years <= homes.to_age)
    takes_sex = (homes.sex == 0) | (homes.sex == children.sex[who])
    kind = homes.kind
    takes_kind = (
        (kind == wants)
        | ((kind == int(Kind.FOSTER)) & (wants != int(Kind.FOSTER)))
        | ((kind == int(Kind.RESIDENTIAL)) & (wants == int(Kind.FOSTER)) & (age >= 12))
        | ((kind == int(Kind.SUPPORTED)) & (age >= 16))
    )
    possible: Flags = takes_age & takes_sex & takes_kind
    return possible


def days_until_breakdown(
    settings: RegionSettings, fit: Fit, ages: Floats, is_separated: Flags, clocks: Floats
) -> Floats:
    """How long until each placement breaks down, if nothing ends it before: `clocks` are draws with mean 1."""
    law = settings.breakdowns
    sums = (
        law.need_unmet * (1 - fit.needs_met)
        + law.ten_miles * np.minimum(fit.miles, law.most_miles) / 10
        + law.separated * is_separated
        + law.year_above_ten * (ages - 10)
        + law.not_preferred_kind * ~fit.is_preferred_kind
    )
    days: Floats = clocks * 365.25 / (law.a_year * np.exp(sums))
    return days

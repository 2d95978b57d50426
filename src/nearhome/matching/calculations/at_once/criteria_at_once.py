"""The criteria on all possible homes together.

As with the rules: one of each sort is measured where homes are alike in all that a criterion looks at, a twin here
measures what has many values, and a criterion with neither is measured home by home.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nearhome.matching.calculations.at_once.alike import CRITERIA_ALIKE
from nearhome.matching.calculations.at_once.asked import Asked
from nearhome.matching.calculations.at_once.columns import EFFECTS, Rows
from nearhome.matching.calculations.at_once.exactly import Numbers, added, divided, falling_at_once
from nearhome.matching.calculations.at_once.parts import Part, part, parts_measured
from nearhome.matching.calculations.criteria_of_life import OTHERS
from nearhome.matching.calculations.measured import Measured, Price
from nearhome.matching.calculations.rule_book import Criterion
from nearhome.referrals.calculations.profile import Wish


@dataclass(frozen=True, slots=True, eq=False)
class Possible:
    """The homes that no rule refuses: their rows, and in pence what each costs and what comparable places cost."""

    asked: Asked
    rows: Rows
    price: Numbers
    comparable: Numbers

    def fact(self, name: str) -> Numbers:
        """A column of numbers, for these homes."""
        return self.asked.columns.facts[name][self.rows]

    def scale(self, name: str) -> float:
        """A number of the policy's scales."""
        return self.asked.policy.scale(name)

    def miles(self, kind: str) -> Numbers:
        """Miles to the nearest place of a kind; not a number where not known."""
        return self._known(self.asked.miles.get(kind))

    def minutes(self, kind: str) -> Numbers:
        """Minutes to a kind of place; not a number where not given."""
        return self._known(self.asked.columns.minutes.get(kind))

    def said(self, wish: str) -> Numbers:
        """Whether a person said the wish is met; not a number where nobody did."""
        return self._known(self.asked.columns.wishes_said.get(wish))

    def has_place(self, kind: str) -> bool:
        """Does the referral name a place of this kind?"""
        return any(place.kind == kind for place in self.asked.search.profile.important_places)

    def _known(self, column: Numbers | None) -> Numbers:
        return np.full(len(self.rows), np.nan) if column is None else column[self.rows]


Twin = Callable[[Possible], list[Part]]


def parts_of(criterion: Criterion, possible: Possible) -> list[Part]:
    """The parts of one criterion on every possible home."""
    known_as = (criterion.name, criterion.version)
    if known_as in TWINS:
        return TWINS[known_as](possible)
    rows = possible.rows
    if known_as not in CRITERIA_ALIKE:
        return parts_measured(criterion.name, _measured(criterion, possible, range(len(rows))), np.arange(len(rows)))
    sort = possible.asked.columns.alike[CRITERIA_ALIKE[known_as]].sort[rows]
    _, first, which = np.unique(sort, return_index=True, return_inverse=True)
    return parts_measured(criterion.name, _measured(criterion, possible, first.tolist()), which)


def _measured(criterion: Criterion, possible: Possible, some: Sequence[int]) -> list[tuple[Measured, ...]]:
    asked, homes = possible.asked, possible.asked.columns.homes
    return [
        criterion.measure(asked.search, homes[possible.rows[number]], asked.policy, _price(possible, number))
        for number in some
    ]


def _price(possible: Possible, number: int) -> Price:
    weekly, comparable = float(possible.price[number]), float(possible.comparable[number])
    return Price(whole_or_none(weekly), whole_or_none(comparable))


def whole_or_none(number: float) -> int | None:
    """A whole number of a column, None where it is not known."""
    return None if np.isnan(number) else int(number)


def _essential(possible: Possible) -> list[Part]:
    needed = possible.asked.essential
    if not needed:
        return []
    known = possible.fact("knows_skills") == 1
    return [part("essential_needs", np.where(known, _by_degree(possible, needed), 0.0), is_known=known)]


def _helpful(possible: Possible) -> list[Part]:
    wanted = possible.asked.helpful
    if not wanted:
        return []
    known = possible.fact("knows_skills") == 1
    return [part("helpful_skills", np.where(known, _by_degree(possible, wanted), np.nan))]


def _by_degree(possible: Possible, needed: tuple[str, ...]) -> Numbers:
    columns, rows = possible.asked.columns, possible.rows
    scales = dict(possible.asked.policy.scales)
    # The last is for "no degree recorded", which is numbered -1.
    worth = np.array([*(scales.get(f"degree_{name}", 1.0) for name in columns.degree_names), 1.0])
    had = []
    for skill in needed:
        if skill in columns.skills:
            degree = worth[columns.degrees[skill][rows]] if skill in columns.degrees else 1.0
            had.append(np.where(columns.skills[skill][rows], degree, 0.0))
    return added(had, len(rows)) / len(needed)


def _near(kind: str) -> Twin:
    def near(possible: Possible) -> list[Part]:
        if not possible.has_place(kind):
            return []
        name, has_point = f"near_{kind}", kind in possible.asked.miles
        scale = _nearness(possible, kind, name)
        # A place with no grid reference counts only where travel minutes are given.
        return [part(name, scale, applies=True if has_point else ~np.isnan(scale))]

    return near


def _nearness(possible: Possible, kind: str, name: str) -> Numbers:
    """By minutes where they are given and the policy has a scale for them, else by miles."""
    policy = possible.asked.policy
    by_miles = falling_at_once(possible.miles(kind), *dict(policy.miles)[name])
    by_minutes, minutes = dict(policy.minutes).get(name), possible.minutes(kind)
    if not by_minutes:
        return by_miles
    return np.where(np.isnan(minutes), by_miles, falling_at_once(minutes, *by_minutes))


def _near_others(possible: Possible) -> list[Part]:
    kinds = [kind for kind in OTHERS if possible.has_place(kind)]
    name = "near_others"
    return [part(name, _nearness(possible, kind, name), share=1 / len(kinds)) for kind in kinds]


def _education(possible: Possible) -> list[Part]:
    if "school" not in possible.asked.miles:
        return []
    miles, on_site = possible.miles("school"), possible.fact("school_on_site")
    otherwise = np.where(np.isnan(miles) | np.isnan(on_site), np.nan, 0.0)
    moved = np.where(on_site == 1, possible.scale("school_on_site"), otherwise)
    return [part("education_kept", np.where(miles <= possible.scale("same_school_within_miles"), 1.0, moved))]


def _company(possible: Possible) -> list[Part]:
    number, age = possible.fact("residents"), possible.asked.search.child.age_years
    lived_in, name = number > 0, "company"
    wanted = possible.asked.search.profile.living_companions == "With other children recommended"
    apart = np.maximum(np.abs(possible.fact("youngest") - age), np.abs(possible.fact("oldest") - age))
    ages = falling_at_once(apart, possible.scale("company_gap_full"), possible.scale("company_gap_none"))
    many = falling_at_once(number, possible.scale("company_number_full"), possible.scale("company_number_none"))
    first = part(
        name,
        np.where(lived_in, ages, 0.0),
        applies=lived_in | wanted,
        share=np.where(lived_in, 0.4, 1.0),
    )
    effects = [_effect(possible, side) for side in ("effect_on_child", "effect_on_residents")]
    rest = [part(name, scale, applies=lived_in, share=0.2) for scale in (many, *effects)]
    return [first, *rest]


def _effect(possible: Possible, side: str) -> Numbers:
    effect = possible.fact(side)
    worth = np.array([{"none": 1.0, "some": possible.scale("effect_some"), "serious": 0.0}[one] for one in EFFECTS])
    known = ~np.isnan(effect)
    scale: Numbers = np.full(len(effect), np.nan)
    scale[known] = worth[effect[known].astype(np.int64)]
    return scale


def _wishes(possible: Possible) -> list[Part]:
    wishes = possible.asked.search.profile.wishes
    shares = [possible.scale("wish_a_lot" if wish.matters == "a lot" else "wish_a_little") for wish in wishes]
    whole = sum(shares) or 1.0
    return [
        part("wishes", _answered(wish, possible), share=share / whole)
        for wish, share in zip(wishes, shares, strict=True)
    ]


_WISH_FACTS = {"pets": "pets", "culture": "meets_cultural_needs"}
_WISH_PLACES = {"place": "home", "people": "family", "school": "school"}


def _answered(wish: Wish, possible: Possible) -> Numbers:
    said = possible.said(wish.text)
    if wish.kind in _WISH_FACTS:
        otherwise = possible.fact(_WISH_FACTS[wish.kind])
    elif wish.kind in _WISH_PLACES and possible.has_place(_WISH_PLACES[wish.kind]):
        kind = _WISH_PLACES[wish.kind]
        otherwise = _nearness(possible, kind, f"near_{kind}")
    else:
        return said
    return np.where(np.isnan(said), otherwise, said)


def _paid_bed(possible: Possible) -> list[Part]:
    routes, rows = possible.asked.routes, possible.rows
    uses = routes.own[rows] | (routes.block[rows] & (possible.fact("paid_empty_places") != 0))
    return [part("paid_bed", uses.astype(np.float64))]


def _price_part(possible: Possible) -> list[Part]:
    usual = np.nan_to_num(possible.comparable)
    ratio = divided(possible.price, usual, np.nan)
    return [
        part("price", falling_at_once(ratio, possible.scale("price_best_ratio"), possible.scale("price_worst_ratio")))
    ]


TWINS: dict[tuple[str, str], Twin] = {
    ("essential_needs", "1"): _essential,
    ("helpful_skills", "1"): _helpful,
    ("near_home", "1"): _near("home"),
    ("near_school", "1"): _near("school"),
    ("near_family", "1"): _near("family"),
    ("near_others", "1"): _near_others,
    ("education_kept", "1"): _education,
    ("company", "1"): _company,
    ("wishes", "1"): _wishes,
    ("paid_bed", "1"): _paid_bed,
    ("price", "1"): _price_part,
}

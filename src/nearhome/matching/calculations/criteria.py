"""How good is this home for this child, criterion by criterion, each on a scale from 0 to 1?"""

from collections.abc import Callable
from dataclasses import dataclass

from nearhome.geography.calculations.distance import Point, straight_line_miles
from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.rule import plural
from nearhome.matching.calculations.rules_of_fit import (
    essential_skills,
    helpful_skills,
    skills_in_words,
    suitability_of,
)
from nearhome.matching.calculations.rules_of_place import point_of

_RELATION_WORDS = {
    "in_area": "In the area of the child's authority",
    "adjoining": "In an adjoining authority",
    "at_a_distance": "At a distance: neither in the area nor in an adjoining one",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One criterion measured on one home.

    `scale` None means not known: it is left out of the score. `is_known` False with a scale means not known and
    counted as not met, for safety. `share` is this part's share of the criterion's weight.
    """

    criterion: str
    words: str
    scale: float | None
    value: float | None = None
    unit: str = ""
    is_known: bool = True
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Price:
    """What the place costs by the route used and what comparable places cost, pence per week."""

    weekly_pence: int | None
    comparable_pence: int | None


Measure = Callable[[Search, Candidate, Policy], "Measured | None"]


def not_known(criterion: str, words: str) -> Measured:
    """A criterion that applies but cannot be measured: left out of the score, lowers the confidence."""
    return Measured(criterion, f"Not known, so left out of the score: {words}", None, is_known=False)


def essential_needs(search: Search, home: Candidate, policy: Policy) -> Measured | None:
    """The share of the child's essential needs that are among the home's skills; unrecorded skills count as not met."""
    needed, name = essential_skills(search), "essential_needs"
    if not needed:
        return None
    of = f"of {plural(len(needed), 'essential need')}"
    if home.skills is None:
        return Measured(name, f"0 {of} shown to be met: its skills are not recorded", 0.0, 0, "met", is_known=False)
    met = [skill for skill in needed if skill in home.skills]
    unmet = [skill for skill in needed if skill not in home.skills]
    words = f"{len(met)} {of} met" + (f": {skills_in_words(met)}" if met else "")
    words += f"; not met: {skills_in_words(unmet)}" if unmet else ""
    return Measured(name, words, len(met) / len(needed), len(met), "met")


def helpful_skills_had(search: Search, home: Candidate, policy: Policy) -> Measured | None:
    """The share of the skills that would help which the home has."""
    wanted, name = helpful_skills(search), "helpful_skills"
    if not wanted:
        return None
    if home.skills is None:
        return not_known(name, "its skills are not recorded")
    had = [skill for skill in wanted if skill in home.skills]
    words = f"{len(had)} of {plural(len(wanted), 'helpful skill')}" + (f": {skills_in_words(had)}" if had else "")
    return Measured(name, words, len(had) / len(wanted), len(had), "had")


def kind_of_home(search: Search, home: Candidate, policy: Policy) -> Measured | None:
    """How the referral recommends this kind of home; does not apply where it does not say."""
    answer, setting = suitability_of(search, home)
    if answer == "Preferred":
        return Measured("kind_of_home", f"The preferred kind: {setting}", policy.scale("kind_preferred"))
    if answer == "Suitable but not preferred":
        words = f"Suitable, but not the preferred kind: {setting}"
        return Measured("kind_of_home", words, policy.scale("kind_suitable"))
    return None


def siblings_together(search: Search, home: Candidate, policy: Policy) -> Measured | None:
    """The share of the brothers and sisters who could live there with the child, those already there included."""
    whole = search.siblings + search.siblings_in_care
    if whole == 0:
        return None
    room = max(0, min(search.siblings, home.free_places - 1))
    together = min(whole, room + home.siblings_there)
    words = f"Would live with {together} of {plural(whole, 'brother or sister', 'brothers and sisters')}"
    return Measured("siblings_together", words, together / whole, together, "siblings")


def miles_to(search: Search, home: Candidate, kind: str) -> float | None:
    """Straight-line miles, one decimal, to the nearest important place of a kind; None if not known or none."""
    points = _points(search, kind)
    if home.point is None or not points:
        return None
    return min(float(straight_line_miles(home.point, point)) for point in points)


def nearness(kind: str) -> Measure:
    """The criterion of nearness to 'home', 'school' or 'family': 1 up to the first distance, 0 from the second."""

    def near(search: Search, home: Candidate, policy: Policy) -> Measured | None:
        name = f"near_{kind}"
        if not _points(search, kind):
            return None
        miles = miles_to(search, home, kind)
        if miles is None:
            return not_known(name, f"how far it is from {kind}")
        full, none = dict(policy.miles)[name]
        return Measured(name, f"{miles:.1f} miles from {kind}", falling(miles, full, none), miles, "miles")

    return near


def in_area(search: Search, home: Candidate, policy: Policy) -> Measured | None:
    """In the area of the child's authority, in an adjoining one, or at a distance (SI 2010/959 regulation 11)."""
    if home.relation is None:
        return not_known("in_area", "which authority it is in")
    return Measured("in_area", _RELATION_WORDS[home.relation], policy.scale(home.relation))


def education_kept(search: Search, home: Candidate, policy: Policy) -> Measured | None:
    """Could the child stay at the same school? A school on site counts in part."""
    name = "education_kept"
    if not _points(search, "school"):
        return None
    miles, furthest = miles_to(search, home, "school"), policy.scale("same_school_within_miles")
    if miles is not None and miles <= furthest:
        words = f"Could stay at the same school: {miles:.1f} miles is within {furthest:g}"
        return Measured(name, words, 1.0, miles, "miles")
    if home.school_on_site:
        words = "Would move to the school on site" if miles is not None else "It has a school on site"
        return Measured(name, words, policy.scale("school_on_site"), miles, "miles")
    if miles is None or home.school_on_site is None:
        return not_known(name, "whether the child could stay at school, or go to one on site")
    words = f"Would have to change school: {miles:.1f} miles is more than {furthest:g}"
    return Measured(name, words, 0.0, miles, "miles")


def cultural_needs(search: Search, home: Candidate, policy: Policy) -> Measured | None:
    """Does the home meet cultural or religious needs, where the referral has any?"""
    if search.profile.cultural_needs not in ("Required", "Other"):
        return None
    if home.meets_cultural_needs is None:
        return not_known("cultural_needs", "whether it can meet cultural needs")
    words = "Can meet cultural needs" if home.meets_cultural_needs else "Cannot meet cultural needs"
    return Measured("cultural_needs", words, float(home.meets_cultural_needs))


def price_against_comparable(price: Price, policy: Policy) -> Measured:
    """The weekly price against the middle price of comparable places; half the price or less is best."""
    weekly, usual = price.weekly_pence, price.comparable_pence
    if weekly is None:
        return not_known("price", "what it costs")
    if not usual:
        return not_known("price", f"{pounds(weekly)} a week, with no comparable price to set it against")
    scale = falling(weekly / usual, policy.scale("price_best_ratio"), policy.scale("price_worst_ratio"))
    percent = round(100 * (weekly - usual) / usual)
    words = f"{pounds(weekly)} a week; comparable places {pounds(usual)} ({_more_or_less(percent)})"
    return Measured("price", words, scale, weekly, "pence a week")


def falling(value: float, full: float, none: float) -> float:
    """1 up to `full`, 0 from `none`, a straight line between them, to four decimals."""
    return round(max(0.0, min(1.0, (none - value) / (none - full))), 4)


def pounds(pence: int) -> str:
    """Pence as pounds, with pence only where there are any: £4,557 or £4,557.50."""
    whole, rest = divmod(pence, 100)
    return f"£{whole:,}" + (f".{rest:02}" if rest else "")


def _more_or_less(percent: int) -> str:
    if percent == 0:
        return "about the same"
    return f"{abs(percent)}% {'more' if percent > 0 else 'less'}"


def _points(search: Search, kind: str) -> tuple[Point, ...]:
    points = (point_of(place) for place in search.profile.important_places if place.kind == kind)
    return tuple(point for point in points if point is not None)


MEASURES: tuple[Measure, ...] = (
    essential_needs,
    helpful_skills_had,
    kind_of_home,
    siblings_together,
    nearness("home"),
    nearness("school"),
    nearness("family"),
    in_area,
    education_kept,
    cultural_needs,
)

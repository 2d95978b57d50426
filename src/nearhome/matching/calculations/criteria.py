"""How good is this home for this child, criterion by criterion, each on a scale from 0 to 1?"""

from nearhome.geography.calculations.distance import Point, straight_line_miles
from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.measured import (
    Measure,
    Measured,
    Price,
    falling,
    more_or_less,
    not_known,
    pounds,
)
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


def essential_needs(search: Search, home: Candidate, policy: Policy) -> Measured | None:
    """How far the child's essential needs are met by skills, by degree; unrecorded skills count as not met."""
    needed, name = essential_skills(search), "essential_needs"
    if not needed:
        return None
    of = f"of {plural(len(needed), 'essential need')}"
    if home.skills is None:
        return Measured(name, f"0 {of} shown to be met: its skills are not recorded", 0.0, 0, "met", is_known=False)
    met = [skill for skill in needed if skill in home.skills]
    unmet = [skill for skill in needed if skill not in home.skills]
    words = f"{len(met)} {of} met" + (f": {_by_degree(met, home)}" if met else "")
    words += f"; not met: {skills_in_words(unmet)}" if unmet else ""
    return Measured(name, words, _share_met(met, len(needed), home, policy), len(met), "met")


def helpful_skills_had(search: Search, home: Candidate, policy: Policy) -> Measured | None:
    """How far the home has the skills that would help, by degree."""
    wanted, name = helpful_skills(search), "helpful_skills"
    if not wanted:
        return None
    if home.skills is None:
        return not_known(name, "its skills are not recorded")
    had = [skill for skill in wanted if skill in home.skills]
    words = f"{len(had)} of {plural(len(wanted), 'helpful skill')}" + (f": {_by_degree(had, home)}" if had else "")
    return Measured(name, words, _share_met(had, len(wanted), home, policy), len(had), "had")


def _share_met(met: list[str], needed: int, home: Candidate, policy: Policy) -> float:
    """A skill whose degree is not recorded counts in full, as one at the degree of specialist does."""
    degrees, scales = dict(home.skill_degrees), dict(policy.scales)
    return sum(scales.get(f"degree_{degrees[skill]}", 1.0) if skill in degrees else 1.0 for skill in met) / needed


def _by_degree(skills: list[str], home: Candidate) -> str:
    degrees = dict(home.skill_degrees)
    return ", ".join(
        skills_in_words([skill]) + (f" ({degrees[skill]})" if skill in degrees else "") for skill in skills
    )


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
    points = points_of(search, kind)
    if home.point is None or not points:
        return None
    return min(float(straight_line_miles(home.point, point)) for point in points)


def nearness(kind: str) -> Measure:
    """The criterion of nearness to 'home', 'school' or 'family': 1 up to the first distance, 0 from the second.

    By travel minutes where they are given and the policy has a scale for them, else by straight-line miles.
    """

    def near(search: Search, home: Candidate, policy: Policy) -> Measured | None:
        name = f"near_{kind}"
        if not any(place.kind == kind for place in search.profile.important_places):
            return None
        minutes, by_minutes = dict(home.minutes_to).get(kind), dict(policy.minutes).get(name)
        miles = miles_to(search, home, kind)
        if minutes is not None and by_minutes:
            full, none = by_minutes
            away = f" ({miles:.1f} miles)" if miles is not None else ""
            return Measured(
                name, f"{minutes:g} minutes’ travel from {kind}{away}", falling(minutes, full, none), minutes, "minutes"
            )
        if not points_of(search, kind):
            return None
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
    if not points_of(search, "school"):
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


def price_against_comparable(price: Price, policy: Policy) -> Measured:
    """The weekly price against the middle price of comparable places; half the price or less is best."""
    weekly, usual = price.weekly_pence, price.comparable_pence
    if weekly is None:
        return not_known("price", "what it costs")
    if not usual:
        return not_known("price", f"{pounds(weekly)} a week, with no comparable price to set it against")
    scale = falling(weekly / usual, policy.scale("price_best_ratio"), policy.scale("price_worst_ratio"))
    percent = round(100 * (weekly - usual) / usual)
    words = f"{pounds(weekly)} a week; comparable places {pounds(usual)} ({more_or_less(percent)})"
    return Measured("price", words, scale, weekly, "pence a week")


def points_of(search: Search, kind: str) -> tuple[Point, ...]:
    """The grid references of the important places of a kind that have one."""
    points = (point_of(place) for place in search.profile.important_places if place.kind == kind)
    return tuple(point for point in points if point is not None)

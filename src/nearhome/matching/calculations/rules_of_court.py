"""Conditions of bail or of a court's order: what can be measured refuses, the rest is for a person."""

from nearhome.geography.calculations.distance import Point, straight_line_miles
from nearhome.matching.calculations.candidates import Candidate, Condition, Search
from nearhome.matching.calculations.policy import Limits
from nearhome.matching.calculations.rule import REFUSES, Finding, Rule, asks, refuses


def court_conditions_kept(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home in an excluded area, or other than the one named; asks about every condition it cannot judge.

    One condition that refuses is enough, whatever is not known of another.
    """
    found = [finding for one in search.conditions if (finding := _finding(one, home, limits))]
    against = next((finding for finding in found if finding.verdict == REFUSES), None)
    if against or not found:
        return against
    return asks("; ".join(finding.words for finding in found), found[0].value, found[0].threshold)


def _finding(condition: Condition, home: Candidate, limits: Limits) -> Finding | None:
    if condition.kind == "exclusion_area":
        return _excluded(condition, home, limits)
    if condition.kind == "residence" and condition.home_ref is not None:
        if condition.home_ref == home.home_ref:
            return None
        return refuses(f"The child must live elsewhere by order: {condition.words}", "another home", "the home named")
    return asks(f"Can this home keep to the condition “{condition.words}”?", condition.kind.replace("_", " "))


def _excluded(condition: Condition, home: Candidate, limits: Limits) -> Finding | None:
    if condition.easting is not None and condition.northing is not None:
        return _too_near(condition, Point(condition.easting, condition.northing), home, limits)
    if condition.authority_code is None:
        return asks(f"Is it outside the excluded area “{condition.words}”?", "not known")
    if home.authority_code is None:
        return asks(f"Which area it is in is not recorded; excluded: “{condition.words}”", "not known")
    if home.authority_code == condition.authority_code:
        return refuses(f"It is in an area the child may not enter: “{condition.words}”", home.authority_code, "another")
    return None


def _too_near(condition: Condition, at: Point, home: Candidate, limits: Limits) -> Finding | None:
    miles = limits.avoid_within_miles if condition.within_miles is None else condition.within_miles
    if home.point is None:
        return asks(f"Where it is is not recorded; excluded: “{condition.words}”", "not known", f"{miles:g}")
    away = float(straight_line_miles(at, home.point))
    if away > miles:
        return None
    words = f"{away:g} miles from an area the child may not enter within {miles:g} miles: “{condition.words}”"
    return refuses(words, f"{away:g}", f"{miles:g}", "the court changed the condition")


RULES_OF_COURT: tuple[Rule, ...] = (
    Rule(
        "B01",
        "Bail and court conditions",
        "1",
        "The order of the court or the police",
        "derived",
        court_conditions_kept,
    ),
)

"""The rules on all homes together: 0 nothing to say, 1 asks a person, 2 refuses.

A rule is asked about one home of each sort where homes are alike in all it looks at (`alike.py`); those that look at
numbers of many values have a twin here. A rule with neither is asked about every home: slow, never wrong.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from nearhome.geography.calculations.distance import Point
from nearhome.matching.calculations.at_once.alike import AREA, RULES_ALIKE
from nearhome.matching.calculations.at_once.asked import Asked, count_of, miles_from
from nearhome.matching.calculations.at_once.columns import KINDS
from nearhome.matching.calculations.at_once.exactly import Mask
from nearhome.matching.calculations.candidates import SUPPORTED, Candidate, Condition
from nearhome.matching.calculations.rule import REFUSES as REFUSES_WORD
from nearhome.matching.calculations.rule import Finding, Rule, is_allowed_to_refuse
from nearhome.matching.calculations.rules_of_fit import is_solo_wanted
from nearhome.matching.calculations.rules_of_place import point_of
from nearhome.referrals.calculations.profile import ImportantPlace

Verdicts = NDArray[np.int8]
SILENT, ASKS, REFUSES = np.int8(0), np.int8(1), np.int8(2)
Twin = Callable[[Asked], Verdicts]


def verdicts(asked: Asked, rules: Sequence[Rule]) -> Verdicts:
    """One row a rule, one column a home. A rule not yet in force says nothing; an unverified one asks."""
    found = np.zeros((len(rules), len(asked.columns)), dtype=np.int8)
    for number, rule in enumerate(rules):
        if rule.effective_on <= asked.search.starts_on:
            most = REFUSES if is_allowed_to_refuse(rule) else ASKS
            found[number] = np.minimum(_verdict(rule, asked), most)
    return found


def _verdict(rule: Rule, asked: Asked) -> Verdicts:
    known_as = (rule.id, rule.version)
    if known_as in TWINS:
        return TWINS[known_as](asked)
    if known_as in RULES_ALIKE:
        alike = asked.columns.alike[RULES_ALIKE[known_as]]
        return _one_by_one(rule, asked, alike.one_of_each)[alike.sort]
    return _one_by_one(rule, asked, asked.columns.homes)


def _one_by_one(rule: Rule, asked: Asked, homes: Iterable[Candidate]) -> Verdicts:
    search, limits = asked.search, asked.policy.limits
    return np.array([_coded(rule.check(search, home, limits)) for home in homes], dtype=np.int8)


def _coded(finding: Finding | None) -> np.int8:
    if finding is None:
        return SILENT
    return REFUSES if finding.verdict == REFUSES_WORD else ASKS


def _said(refuses: Mask, asks: Mask | None = None) -> Verdicts:
    """Refusing before asking, and silent otherwise."""
    others = SILENT if asks is None else np.where(asks, ASKS, SILENT)
    return np.where(refuses, REFUSES, others)


def _registered(asked: Asked) -> Verdicts:
    facts, day = asked.columns.facts, asked.search.starts_on.toordinal()
    registered, urn = facts["is_registered"] == 1, facts["has_urn"] == 1
    own = (facts["is_own_foster"] == 1) & registered & ~urn
    accepted = (facts["is_accepted"] == 1) & (facts["kind"] == KINDS.index(SUPPORTED))
    outside = (facts["closed_on"] <= day) | (facts["registered_on"] > day)
    return _said((~registered | ~urn | outside) & ~own & ~accepted, accepted)


def _company(asked: Asked) -> Verdicts:
    answer, age, facts = asked.search.profile.living_companions, asked.search.child.age_years, asked.columns.facts
    nobody = np.zeros(len(asked.columns), dtype=np.bool_)
    if answer == "With other children recommended":
        return _said(nobody, facts["residents"] == 0)
    if answer == "Only with other older children":
        return _said(facts["youngest"] <= age)
    if answer == "Only with other younger children":
        return _said(facts["oldest"] >= age)
    return _said(nobody)


def _solo(asked: Asked) -> Verdicts:
    facts = asked.columns.facts
    if not is_solo_wanted(asked.search):
        return np.zeros(len(asked.columns), dtype=np.int8)
    able = (facts["solo_capable"] == 1) | (facts["registered_places"] == 1)
    unknown = np.isnan(facts["solo_capable"])
    alone = facts["residents"] == 0
    return _said(~alone | (~able & ~unknown), alone & ~able & unknown)


def _purpose(asked: Asked) -> Verdicts:
    return _said(count_of(asked.columns.excluded, asked.essential, len(asked.columns)) > 0)


def _essential(asked: Asked) -> Verdicts:
    return np.where(asked.essential_met < len(asked.essential), ASKS, SILENT)


def _free(asked: Asked) -> Verdicts:
    return _said(asked.columns.facts["free_places"] < asked.places)


def _staffed(asked: Asked) -> Verdicts:
    facts = asked.columns.facts
    staffed = np.maximum(0, facts["staffed_places"] - (facts["residents"] + facts["held_places"]))
    return _said((facts["free_places"] >= asked.places) & (staffed < asked.places))


def _open(asked: Asked) -> Verdicts:
    return _said(asked.columns.facts["open_to_referrals"] < asked.places)


def _whole_stay(asked: Asked) -> Verdicts:
    facts, ends = asked.columns.facts, asked.search.ends_before
    promised = ~np.isnan(facts["free_until"]) & (facts["free_places"] >= asked.places)
    if ends is None:
        return _said(promised & False, promised)
    return _said(promised & (facts["free_until"] < ends.toordinal()))


def _registered_places(asked: Asked) -> Verdicts:
    facts = asked.columns.facts
    total = facts["residents"] + facts["held_places"] + asked.places
    return _said((facts["free_places"] >= asked.places) & (total > facts["registered_places"]))


def _needs_to_be_alone(asked: Asked) -> Verdicts:
    facts = asked.columns.facts
    alone = (facts["residents"] == 1) & (facts["siblings_there"] == 0)
    return _said(facts["alone_needed_there"] == 1, np.isnan(facts["alone_needed_there"]) & alone)


def _avoided(asked: Asked) -> Verdicts:
    worst = np.zeros(len(asked.columns), dtype=np.int8)
    for place in asked.search.profile.important_places:
        if place.kind == "avoid":
            worst = np.maximum(worst, _avoiding(place, asked))
    return worst


def _avoiding(place: ImportantPlace, asked: Asked) -> Verdicts:
    at = point_of(place)
    if at is None:
        return _in_area(place.authority_code, asked)
    return _too_near(at, place.within_miles, asked)


def _too_near(at: Point, within_miles: float | None, asked: Asked) -> Verdicts:
    miles = asked.policy.limits.avoid_within_miles if within_miles is None else within_miles
    return _said(miles_from(at, asked.columns) <= miles, np.isnan(asked.columns.facts["east"]))


def _in_area(avoided: str | None, asked: Asked) -> Verdicts:
    alike = asked.columns.alike[AREA]
    return np.array([_area(avoided, home.authority_code) for home in alike.one_of_each], dtype=np.int8)[alike.sort]


def _area(avoided: str | None, area: str | None) -> np.int8:
    if avoided is None or area is None:
        return ASKS
    return REFUSES if avoided == area else SILENT


def _court(asked: Asked) -> Verdicts:
    worst = np.zeros(len(asked.columns), dtype=np.int8)
    for condition in asked.search.conditions:
        worst = np.maximum(worst, _condition(condition, asked))
    return worst


def _condition(condition: Condition, asked: Asked) -> Verdicts:
    rows = len(asked.columns)
    if condition.kind == "exclusion_area":
        if condition.easting is None or condition.northing is None:
            return _in_area(condition.authority_code, asked)
        return _too_near(Point(condition.easting, condition.northing), condition.within_miles, asked)
    if condition.kind != "residence" or condition.home_ref is None:
        return np.full(rows, ASKS)
    elsewhere = np.full(rows, REFUSES)
    if condition.home_ref in asked.columns.row_of:
        elsewhere[asked.columns.row_of[condition.home_ref]] = SILENT
    return elsewhere


def _party(asked: Asked) -> Verdicts:
    return _said((asked.routes.routes > 0) & (asked.routes.party == 0))


def _nominated(asked: Asked) -> Verdicts:
    return _said((asked.routes.party > 0) & (asked.routes.usable == 0))


def _some_route(asked: Asked) -> Verdicts:
    return _said(asked.routes.routes == 0)


TWINS: dict[tuple[str, str], Twin] = {
    ("R01", "1"): _registered,
    ("F05", "1"): _company,
    ("F06", "1"): _solo,
    ("F07", "1"): _purpose,
    ("F08", "1"): _essential,
    ("C01", "1"): _free,
    ("C02", "1"): _staffed,
    ("F11", "1"): _needs_to_be_alone,
    ("C03", "1"): _open,
    ("C04", "1"): _whole_stay,
    ("C05", "1"): _registered_places,
    ("B01", "1"): _court,
    ("L01", "1"): _avoided,
    ("K01", "1"): _party,
    ("K02", "1"): _nominated,
    ("K03", "1"): _some_route,
}

"""Criteria about life in the home: with whom, who matters nearby, who the child is, how long it lasts, what comes next."""

from dataclasses import replace

from nearhome.matching.calculations.candidates import CHILDRENS_HOME, Candidate, Search
from nearhome.matching.calculations.criteria import miles_to
from nearhome.matching.calculations.measured import Measured, falling, not_known
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.rule import plural
from nearhome.matching.calculations.rules_of_place import available_routes
from nearhome.matching.calculations.stability import PlacementCount, expected_to_last

OTHERS = {"friends": "friends or clubs", "worship": "a place of worship", "health": "health care"}
_AGES, _NUMBER, _EFFECT = 0.4, 0.2, 0.2
_NOBODY = "No other child lives there now, though company is recommended"
_FOSTERING_MAY_SUIT = ("Preferred", "Suitable but not preferred")


def near_others(search: Search, home: Candidate, policy: Policy) -> tuple[Measured, ...]:
    """Nearness to others who matter (friends and clubs, worship, health), kind by kind in equal shares."""
    asked = [kind for kind in OTHERS if any(place.kind == kind for place in search.profile.important_places)]
    return tuple(replace(_near_other(kind, search, home, policy), share=1 / len(asked)) for kind in asked)


def _near_other(kind: str, search: Search, home: Candidate, policy: Policy) -> Measured:
    minutes, by_minutes = dict(home.minutes_to).get(kind), dict(policy.minutes).get("near_others")
    if minutes is not None and by_minutes:
        words = f"{minutes:g} minutes’ travel from {OTHERS[kind]}"
        return Measured("near_others", words, falling(minutes, *by_minutes), minutes, "minutes")
    miles = miles_to(search, home, kind)
    if miles is None:
        return not_known("near_others", f"how far it is from {OTHERS[kind]}")
    scale = falling(miles, *dict(policy.miles)["near_others"])
    return Measured("near_others", f"{miles:.1f} miles from {OTHERS[kind]}", scale, miles, "miles")


def company(search: Search, home: Candidate, policy: Policy) -> tuple[Measured, ...]:
    """Who else lives there, both ways: gaps of age, how many, and the known effect on each side.

    Ages count two fifths, the number one, each effect one. The words give counts and gaps only, the same whichever
    authority the others are from. Does not apply where nobody lives there, unless company is recommended.
    """
    if not home.residents:
        is_wanted = search.profile.living_companions == "With other children recommended"
        return (Measured("company", _NOBODY, 0.0, 0, "children"),) if is_wanted else ()
    number = len(home.residents)
    gaps = [resident.age_years - search.child.age_years for resident in home.residents]
    ages = falling(max(map(abs, gaps)), policy.scale("company_gap_full"), policy.scale("company_gap_none"))
    many = falling(number, policy.scale("company_number_full"), policy.scale("company_number_none"))
    lives = "lives" if number == 1 else "live"
    there = f"{plural(number, 'child', 'children')} {lives} there"
    return (
        Measured("company", f"{there}: {_gaps_in_words(gaps)}", ages, max(map(abs, gaps)), "years", share=_AGES),
        Measured("company", f"Would live with {plural(number, 'other child', 'other children')}", many, number,
                 "children", share=_NUMBER),
        _effect("of those who live there on the child", home.effect_on_child, policy),
        _effect("of the child on those who live there", home.effect_on_residents, policy),
    )  # fmt: skip


def _gaps_in_words(gaps: list[int]) -> str:
    older, younger = max(gaps), -min(gaps)
    parts = [f"up to {plural(older, 'year')} older"] if older > 0 else []
    parts += [f"up to {plural(younger, 'year')} younger"] if younger > 0 else []
    return " and ".join(parts) or "of the same age"


def _effect(whose: str, effect: str | None, policy: Policy) -> Measured:
    if effect is None:
        return replace(not_known("company", f"the effect {whose}"), share=_EFFECT)
    scale = {"none": 1.0, "some": policy.scale("effect_some"), "serious": 0.0}[effect]
    said = {"none": "No harm is expected", "some": "Some harm is expected", "serious": "Serious harm is expected"}[
        effect
    ]
    return Measured("company", f"{said} from the effect {whose}", scale, share=_EFFECT)


def cultural_needs(search: Search, home: Candidate, policy: Policy) -> tuple[Measured, ...]:
    """Culture, language and faith, each only where it was asked for; without parts, cultural needs as a whole."""
    if search.asked_for:
        share = 1 / len(search.asked_for)
        return tuple(replace(_part(part, words, home), share=share) for part, words in search.asked_for)
    if search.profile.cultural_needs not in ("Required", "Other"):
        return ()
    if home.meets_cultural_needs is None:
        return (not_known("cultural_needs", "whether it can meet cultural needs"),)
    words = "Can meet cultural needs" if home.meets_cultural_needs else "Cannot meet cultural needs"
    return (Measured("cultural_needs", words, float(home.meets_cultural_needs)),)


def _part(part: str, words: str, home: Candidate) -> Measured:
    met = dict(home.meets_parts).get(part, home.meets_cultural_needs if part == "culture" else None)
    named = f"{part} ({words})" if words else part
    if met is None:
        return not_known("cultural_needs", f"whether it can meet what was asked about {named}")
    return Measured("cultural_needs", f"{'Can' if met else 'Cannot'} meet what was asked about {named}", float(met))


def stability_expected(search: Search, home: Candidate, policy: Policy) -> Measured | None:
    """The share of similar placements that last, with its interval; never from who the child is."""
    if search.evidence is None or home.relation is None:
        return not_known("stability", "how long placements like this one last")
    together = search.siblings > 0 and home.free_places > search.siblings
    sort = PlacementCount(home.kind, home.relation, not search.emergency, together, 0, 0)
    found = expected_to_last(search.evidence, sort)
    if found is None:
        return not_known("stability", "how long placements like this one last")
    words = (
        f"{found.share:.0%} of similar placements are expected to last, between {found.low:.0%} and {found.high:.0%}"
    )
    seen = (
        f"on {plural(found.placements, 'placement')}" if found.placements else "none in such a home, so from all kinds"
    )
    words += f" ({seen})"
    return Measured("stability", words, found.share, found.share, "share", is_known=found.placements > 0)


def step_across_available(search: Search, home: Candidate, policy: Policy) -> Measured | None:
    """From a children's home: could the child later move to a family by the same contract? Where fostering may suit."""
    if home.kind != CHILDRENS_HOME or search.profile.foster_care_suitability not in _FOSTERING_MAY_SUIT:
        return None
    if home.step_across is None:
        return not_known("step_across", "whether the child could move on from here to a family by the same contract")
    words = "move on from here to a family by the same contract"
    return Measured("step_across", f"{'Could' if home.step_across else 'Could not'} {words}", float(home.step_across))


def paid_bed_used(search: Search, home: Candidate, policy: Policy) -> Measured | None:
    """Would an empty bed be used that is already paid for? Own homes and block beds count."""
    kinds = {route.kind for route in available_routes(search, home)}
    if "block" in kinds and home.paid_empty_places != 0:
        return Measured("paid_bed", "Uses an empty bed already paid for under a block contract", 1.0)
    if "own" in kinds:
        return Measured("paid_bed", "Uses a place of the authority's own, already paid for", 1.0)
    return Measured("paid_bed", "Does not use a bed already paid for", 0.0)

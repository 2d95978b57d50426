"""Rules about room, whereabouts and contracts: is there a place, is it safe to be there, may we buy it?"""

from datetime import date

from nearhome.geography.calculations.distance import Point, straight_line_miles
from nearhome.matching.calculations.candidates import FOSTER, Candidate, ContractRoute, Search, places_needed
from nearhome.matching.calculations.policy import Limits
from nearhome.matching.calculations.rule import REFUSES, Finding, Rule, asks, plural, refuses
from nearhome.referrals.calculations.profile import ImportantPlace


def place_free(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home without a free place for the child and each sibling who must come too."""
    needed = places_needed(search)
    if home.free_places >= needed:
        return None
    together = " to keep brothers and sisters together" if needed > 1 else ""
    words = f"{plural(home.free_places, 'place')} free; {needed} needed{together}"
    freed = plural(needed - home.free_places, "more place")
    later = f"the child came on or after {in_words(home.free_from)}" if home.free_from and needed == 1 else ""
    return refuses(words, home.free_places, needed, later or f"it had {freed} free")


def free_for_the_stay(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home whose place is promised to another before the stay ends; asks if the end is not known."""
    until, ends = home.free_until, search.ends_before
    if until is None or home.free_places < places_needed(search) or (ends is not None and ends <= until):
        return None
    words = f"Its place is free until {in_words(until)} only"
    if ends is None:
        return asks(f"{words}; when the child would leave is not known", until.isoformat(), "the end of the stay")
    return refuses(words, until.isoformat(), ends.isoformat(), f"the child left by {in_words(until)}")


def place_registered(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a place that the home has, or plans, but that its registration does not yet cover."""
    needed, registered = places_needed(search), home.registered_places
    if registered is None or home.free_places < needed:
        return None
    total = len(home.residents) + home.held_places + needed
    if total <= registered:
        return None
    words = f"Registered for {plural(registered, 'place')}; {total} children would live there"
    return refuses(words, registered, total, f"its registration covered {plural(total, 'place')}")


def place_staffed(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home that has the rooms but not the staff for them on the start date."""
    needed = places_needed(search)
    if home.staffed_places is None or home.free_places < needed:
        return None
    taken = len(home.residents) + home.held_places
    staffed = max(0, home.staffed_places - taken)
    if staffed >= needed:
        return None
    words = f"{plural(home.staffed_places, 'place')} staffed, {taken} taken; {needed} needed"
    return refuses(words, staffed, needed, "it had staff for the free place")


def open_to_referrals(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home that is not taking referrals for enough places now."""
    needed = places_needed(search)
    if home.open_to_referrals is None or home.open_to_referrals >= needed:
        return None
    words = f"Open to referrals for {plural(home.open_to_referrals, 'place')}; {needed} needed"
    return refuses(words, home.open_to_referrals, needed, "it opened to referrals")


def fostering_limit(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """S05: over the usual limit only if all are siblings or the authority has exempted the household; asks at it.

    The authority is the one where the carer lives. Its exemption names the children, so somebody must look.
    """
    if home.kind != FOSTER:
        return None
    if home.fostered_children is None:
        return asks("How many children are fostered there now is not recorded", "not known", limits.fostering_limit)
    total, limit = home.fostered_children + places_needed(search), limits.fostering_limit
    are_siblings = home.all_siblings or home.fostered_children == 0
    words = f"{total} fostered children would live there; the usual limit is {limit}"
    if total < limit or are_siblings:
        return None
    if home.exemption and total > limit:
        return asks(f"{words}. There is an exemption: does it name this child?", total, limit)
    if total == limit:
        return None if home.exemption else asks(words, total, limit)
    return refuses(words, total, limit, "the authority where the carer lives exempted the household")


def place_to_avoid(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home too near a place to avoid, or in an authority to avoid; asks if we cannot tell."""
    avoided = [place for place in search.profile.important_places if place.kind == "avoid"]
    findings = [found for place in avoided if (found := _near_to(place, home, limits))]
    return min(findings, key=lambda found: found.verdict != REFUSES, default=None)


def _near_to(place: ImportantPlace, home: Candidate, limits: Limits) -> Finding | None:
    at = point_of(place)
    if at is None:
        return _in_avoided_area(place, home)
    miles = limits.avoid_within_miles if place.within_miles is None else place.within_miles
    if home.point is None:
        return asks(f"Where it is is not recorded; keep {miles:g} miles from {place.label}", "not known", miles)
    away = float(straight_line_miles(at, home.point))
    if away > miles:
        return None
    words = f"{away:g} miles from {place.label}, a place to avoid by {miles:g} miles"
    return refuses(words, away, miles, f"a distance of {away:g} miles from {place.label} were safe")


def _in_avoided_area(place: ImportantPlace, home: Candidate) -> Finding | None:
    if place.authority_code is None:
        return asks(f"Is it far enough from {place.label}? We do not know where that is", "not known")
    if home.authority_code is None:
        return asks(f"Which area it is in is not recorded; keep out of {place.label}", "not known")
    if place.authority_code == home.authority_code:
        return refuses(f"It is in {place.label}, an area to avoid", home.authority_code, "another area")
    return None


def approval_next_door(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """D02: in an adjoining authority a nominated officer approves and that authority is told; never refuses."""
    if home.relation != "adjoining":
        return None
    when = "within 5 working days of the start" if search.emergency else "before the start"
    words = f"In an adjoining authority: a nominated officer must approve, and that authority be told in writing {when}"
    return asks(words, "adjoining", "in area")


def approval_at_a_distance(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """D03: at a distance the director approves after the area authority is consulted; never refuses."""
    if home.relation != "at_a_distance":
        return None
    words = "At a distance: the director of children's services must approve, and the area authority be consulted"
    return asks(words, "at a distance", "in area")


def party_to_the_contract(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home that can be bought only through contracts the authority is not a party to."""
    if not home.routes or any(route.party for route in home.routes):
        return None
    named = ", ".join(route.name for route in home.routes)
    return refuses(f"Your authority is not a party to: {named}", named, "a party", f"your authority joined {named}")


def nominated_to_us(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home whose every place is kept for another authority and not released."""
    ours = [route for route in home.routes if route.party]
    if not ours or any(is_released(route, search) for route in ours):
        return None
    words = f"Kept for authority {ours[0].nominated_authority} under {ours[0].name}, and not released"
    return refuses(words, ours[0].nominated_authority, search.searching_authority, "that authority released the place")


def some_route(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home for which no way to buy a place is recorded."""
    if home.routes:
        return None
    return refuses(
        "No contract or price to buy a place through is recorded", 0, 1, "a contract or a spot price existed"
    )


def in_words(day: date) -> str:
    """A day as people read it: 3 December 2026."""
    return f"{day.day} {day:%B %Y}"


def is_released(route: ContractRoute, search: Search) -> bool:
    """May the searching authority use this place: its own, nobody's, or released by the start date?"""
    if route.nominated_authority in (None, search.searching_authority):
        return True
    return route.released_from is not None and route.released_from <= search.starts_on


def available_routes(search: Search, home: Candidate) -> tuple[ContractRoute, ...]:
    """The contract routes the searching authority can use for this home on the start date."""
    return tuple(route for route in home.routes if route.party and is_released(route, search))


def point_of(place: ImportantPlace) -> Point | None:
    """The grid reference of an important place, None if it has none."""
    if place.easting is None or place.northing is None:
        return None
    return Point(place.easting, place.northing)


_CAPACITY = "The home's stated capacity on the start date"
_AGREEMENTS = "The contracts recorded for the home"
_FOSTERING = "Children Act 1989 s63(12) and Schedule 7"
RULES_OF_PLACE: tuple[Rule, ...] = (
    Rule("C01", "Free places", "1", _CAPACITY, "derived", place_free),
    Rule("C02", "Staffed places", "1", _CAPACITY, "derived", place_staffed),
    Rule("C03", "Open to referrals", "1", _CAPACITY, "derived", open_to_referrals),
    Rule("C04", "Free for the whole stay", "1", _CAPACITY, "derived", free_for_the_stay),
    Rule("C05", "Registered places", "1", "The register's number of places", "derived", place_registered),
    Rule("S05", "Usual fostering limit", "2", _FOSTERING, "verified (secondary)", fostering_limit),
    Rule("L01", "Place to avoid", "1", "The referral's important places", "derived", place_to_avoid),
    Rule("D02", "In an adjoining area", "1", "SI 2010/959 regulations 11 and 13", "verified", approval_next_door),
    Rule("D03", "At a distance", "1", "SI 2010/959 regulation 11, SI 2013/3239", "verified", approval_at_a_distance),
    Rule("K01", "Party to the contract", "1", _AGREEMENTS, "derived", party_to_the_contract),
    Rule("K02", "Nominations", "1", _AGREEMENTS, "derived", nominated_to_us),
    Rule("K03", "A way to buy the place", "1", _AGREEMENTS, "derived", some_route),
)

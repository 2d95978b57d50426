"""What is wrong with the meaning of a region's case: every fault found, with where it is and the mend."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from nearhome.matching.importers.match_rows import ChildRow, HomeRow, MatchFile
from nearhome.matching.importers.plan_complaints import Complaints
from nearhome.referrals.reference.skills import SKILLS
from nearhome.referrals.reference.standard_codes import LIVING_COMPANIONS

_YEARS = 20
JUDGEMENTS = (
    "outstanding", "good", "requires improvement to be good", "requires improvement", "inadequate",
    "consistently strong", "inconsistent", "serious or widespread weaknesses",
)  # fmt: skip
WISH_KEYS = ("text", "kind", "matters")
PLACE_KEYS = ("kind", "label", "easting", "northing", "postcode", "authority_code", "within_miles")


@lru_cache(maxsize=4096)
def skill_code(name: str) -> str | None:
    """The code of a skill, whatever its capitals and spaces; None if there is none. Remembered: a region says few, often."""
    return SKILLS.matching(name)


def faults_of(told: MatchFile) -> tuple[str, ...]:
    """One sentence for each fault, in the order of the file; empty if there is none."""
    faults = Complaints()
    _twice(told, faults)
    codes = {row.code for row in told.authorities}
    homes, children = {row.id for row in told.homes}, {row.id for row in told.children}
    for row in told.authorities:
        _unknown(row.adjoining, codes, f"authorities, {row.code}, adjoining", "authority", faults)
    for home in told.homes:
        _home(home, codes, children, faults)
    for child in told.children:
        _child(child, told, codes, homes, faults)
    for number, sort in enumerate(told.stability, start=1):
        _unknown([sort.authority], codes, f"stability, row {number}", "authority", faults)
        if sort.lasted > sort.placements:
            words = f"{sort.lasted} of {sort.placements} placements cannot have lasted; mend one of the two"
            faults.add("stability", f"stability, row {number}: {words}")
    for number, future in enumerate(told.later, start=1):
        for one in future:
            where = f"later, future {number}, {one.child}"
            _unknown([one.authority], codes, where, "authority", faults)
            _unknown([option.home for option in one.options], homes, where, "home", faults)
    _groups(told, faults)
    _conflicts(told, faults)
    return faults.sentences()


def _twice(told: MatchFile, faults: Complaints) -> None:
    residents = [one.id for home in told.homes for one in home.residents if one.id]
    named: Sequence[tuple[str, Iterable[str]]] = (
        ("authorities", (row.code for row in told.authorities)),
        ("homes", (row.id for row in told.homes)),
        ("children and residents", [*(row.id for row in told.children), *residents]),
        ("groups", (row.id for row in told.groups)),
    )
    for where, names in named:
        for name, count in Counter(names).items():
            if count > 1:
                faults.add("twice", f"{where}: “{name}” is there {count} times; give each its own id")


def _unknown(names: Iterable[str | None], known: set[str], where: str, what: str, faults: Complaints) -> None:
    for name in names:
        if name is not None and name not in known:
            faults.add("unknown", f"{where}: there is no {what} “{name}”; mend the name or add it")


def _home(home: HomeRow, codes: set[str], children: set[str], faults: Complaints) -> None:
    where = f"homes, {home.id}"
    named = [home.authority, home.owner, *(place.kept_for for place in home.places)]
    for contract in home.contracts:
        named += [contract.nominated_authority, *(contract.parties or ())]
    _unknown(named, codes, where, "authority", faults)
    for resident in home.residents:
        _unknown(resident.sibling_of, children, f"{where}, residents, sibling_of", "child", faults)
        company = resident.living_companions
        if company and LIVING_COMPANIONS.matching(company) is None:
            known = "; ".join(one.code for one in LIVING_COMPANIONS)
            faults.add(
                "company", f"{where}, residents, living_companions: “{company}” is no answer; use one of: {known}"
            )
    judgement = home.registration.judgement
    if judgement is not None and judgement.strip().casefold() not in JUDGEMENTS:
        known = "; ".join(JUDGEMENTS)
        faults.add(
            "judgement", f"{where}, judgement: “{judgement}” is none we know; use one of: {known}; or take it out"
        )
    skills = [one if isinstance(one, str) else one.skill for one in home.skills or ()]
    for skill in (*skills, *home.skills_excluded):
        if skill_code(skill) is None:
            faults.add("skill", f"{where}: “{skill}” is no skill; use one of {', '.join(one.code for one in SKILLS)}")
    if home.min_age is not None and home.max_age is not None and home.min_age > home.max_age:
        faults.add("ages", f"{where}: min_age {home.min_age} is above max_age {home.max_age}; swap or mend them")
    if (home.easting is None) != (home.northing is None):
        faults.add("grid", f"{where}: give easting and northing both, or neither")
    _dates_of(home, where, faults)


def _dates_of(home: HomeRow, where: str, faults: Complaints) -> None:
    told = home.registration
    if told.registered_on and told.closed_on and told.closed_on < told.registered_on:
        faults.add("dates", f"{where}: closed_on {told.closed_on} is before registered_on {told.registered_on}")
    for number, place in enumerate(home.places, start=1):
        if place.released_on and not place.kept_for:
            faults.add("dates", f"{where}, place {number}: released_on needs kept_for; say for whom it is kept")


def _child(child: ChildRow, told: MatchFile, codes: set[str], homes: set[str], faults: Complaints) -> None:
    where = f"children, {child.id}"
    _unknown([child.authority, child.frees_kept_for], codes, where, "authority", faults)
    _unknown([child.moves_from, *(one.home for one in child.conditions)], homes, where, "home", faults)
    _unknown([child.group], {row.id for row in told.groups}, where, "group", faults)
    for number, wish in enumerate(child.wishes, start=1):
        _keys(wish, WISH_KEYS, f"{where}, wishes {number}", faults)
    for number, place in enumerate(child.important_places, start=1):
        _keys(place, PLACE_KEYS, f"{where}, important_places {number}", faults)
        _unknown([place.get("authority_code")], codes, f"{where}, important_places {number}", "authority", faults)
    _unknown([one.authority for one in child.conditions], codes, f"{where}, conditions", "authority", faults)
    if child.waiting_since and child.waiting_since > told.on:
        faults.add("dates", f"{where}: waiting_since {child.waiting_since} is after the day of the case, {told.on}")
    if child.wanted_on and child.waiting_since and child.wanted_on < child.waiting_since:
        faults.add("dates", f"{where}: wanted_on {child.wanted_on} is before waiting_since {child.waiting_since}")
    if child.wanted_on and abs(child.wanted_on.year - told.on.year) > _YEARS:
        faults.add("dates", f"{where}: wanted_on {child.wanted_on} is over {_YEARS} years from the day of the case")
    if child.emergency and child.moves_from:
        faults.add("moves", f"{where}: a planned move is no emergency; take emergency or moves_from out")


def _keys(row: Mapping[str, Any], known: Sequence[str], where: str, faults: Complaints) -> None:
    for key in row:
        if key not in known:
            faults.add(
                "key", f"{where}: “{key}” is not known; use {', '.join(known)}: mend the spelling or take it out"
            )


def _groups(told: MatchFile, faults: Complaints) -> None:
    size = Counter(child.group for child in told.children if child.group)
    for group in told.groups:
        count = size[group.id]
        if count < 2:
            faults.add("group", f"groups, {group.id}: it has {count} children; a group has 2 or more")
        elif count > 8 and group.kind == "near":
            faults.add("group", f"groups, {group.id}: {count} children cannot be split over two homes; 8 is the most")
        if group.near_miles is not None and group.kind != "near":
            faults.add(
                "group", f"groups, {group.id}: near_miles is for the kind “near”; change the kind or take it out"
            )


def _conflicts(told: MatchFile, faults: Complaints) -> None:
    group_of = {child.id: child.group for child in told.children}
    residents = {one.id: home.id for home in told.homes for one in home.residents if one.id}
    same_home = {row.id for row in told.groups if row.kind == "same_home"}
    for one, other in told.conflicts:
        where = f"conflicts, {one} and {other}"
        _unknown([one, other], set(group_of) | set(residents), where, "child or resident", faults)
        group = group_of.get(one)
        if one == other:
            faults.add("conflict", f"{where}: a child cannot be kept apart from itself; name two")
        elif one in residents and other in residents:
            faults.add("conflict", f"{where}: both are residents; one must be a child of this file")
        elif group is not None and group in same_home and group == group_of.get(other):
            faults.add(
                "conflict",
                f"{where}: group {group} is to be in the same home, and they must not live together; take one of the "
                "two out, or make the group “near”",
            )

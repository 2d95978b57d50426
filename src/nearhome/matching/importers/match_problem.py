"""The file of `nearhome match`, from its bytes to a case: checked for its shape, then for its meaning."""

import tomllib
from collections import defaultdict
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from nearhome.geography.authorities import all_authorities, relation
from nearhome.geography.calculations.distance import Point
from nearhome.matching.calculations.candidates import Candidate, Condition, ContractRoute, Registration, Resident
from nearhome.matching.calculations.policy import Policy, PolicyError, policy_from_mapping
from nearhome.matching.calculations.region.case import COMPANY, Case, CaseChild, CaseHome, CaseResident
from nearhome.matching.calculations.region.later import LaterChild
from nearhome.matching.calculations.region.plan_policy import PlanPolicy, plan_policy_from_mapping, with_points
from nearhome.matching.calculations.region.records import Entitlement, Opening, SiblingRule, Waiting
from nearhome.matching.calculations.stability import PlacementCount, StabilityEvidence
from nearhome.matching.importers.match_faults import faults_of, skill_code
from nearhome.matching.importers.match_mends import in_words, refuse_no_number
from nearhome.matching.importers.match_rows import ChildRow, HomeRow, MatchFile, ResidentRow
from nearhome.matching.importers.plan_complaints import PlanFileError
from nearhome.matching.importers.plan_files import content_of
from nearhome.referrals.calculations.profile import NeedsProfile, profile_from_answers
from nearhome.referrals.reference.standard_codes import LIVING_COMPANIONS

ALONE = "Solo placement recommended"
_REFERENCE = Path(__file__).parent.parent / "reference"


def read_case(path: Path) -> Case:
    """The case a file tells. Raises PlanFileError with every sentence a person needs to mend the file."""
    return case_from(content_of(path), path.name)


def case_from(content: bytes, name: str) -> Case:
    """The case of a file's bytes. Raises PlanFileError."""
    try:
        told = msgspec.json.decode(content, type=MatchFile)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as wrong:
        refuse_no_number(content, name)
        raise PlanFileError(name, (in_words(wrong),)) from None
    faults = faults_of(told)
    if faults:
        raise PlanFileError(name, faults)
    return _case(told, name)


def shipped_policies() -> tuple[Policy, PlanPolicy]:
    """The published ranking policy and plan policy."""
    return policy_from_mapping(_toml("policy.toml")), plan_policy_from_mapping(_toml("plan_policy.toml"))


def example() -> str:
    """The made-up example that is shipped, as JSON."""
    return _REFERENCE.joinpath("example_problem.json").read_text(encoding="utf-8")


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(_REFERENCE.joinpath(name).read_text(encoding="utf-8"))


def _case(told: MatchFile, name: str) -> Case:
    kept_apart: dict[str, set[str]] = defaultdict(set)
    for one, other in told.conflicts:
        kept_apart[one].add(other)
        kept_apart[other].add(one)
    find = _Finder(name)
    try:
        ranking, policy = _policies(told)
        children = tuple(_child(row, told.on, frozenset(kept_apart[row.id]), find) for row in told.children)
    except ValueError as wrong:  # an answer or a weight that is none, or a postcode that is not known
        raise wrong if isinstance(wrong, PlanFileError) else PlanFileError(name, (str(wrong),)) from None
    return Case(
        on=told.on,
        children=children,
        homes=tuple(_home(row, told.on, find) for row in told.homes),
        ranking=ranking,
        policy=policy,
        at=told.at.replace(tzinfo=None) if told.at else None,
        groups=tuple(SiblingRule(row.id, row.kind, row.near_miles) for row in told.groups),
        entitlements=tuple(
            Entitlement(row.code, row.entitlement, row.used_nights) for row in told.authorities if row.entitlement
        ),
        relations=_relations(told),
        names={row.id: row.name for row in told.homes if row.name},
        promise=told.promise,
        later=tuple(
            tuple(
                LaterChild(
                    one.child,
                    one.authority,
                    tuple((option.home, option.value) for option in one.options),
                    one.group or "",
                )
                for one in future
            )
            for future in told.later
        ),
        evidence=_evidence(told),
    )


def _evidence(told: MatchFile) -> dict[str, StabilityEvidence]:
    """How long placements lasted, by authority: its own rows and those of no one in particular."""
    found = {}
    for code in (row.code for row in told.authorities):
        own = tuple(
            PlacementCount(row.kind, row.relation, row.planned, row.siblings_together, row.placements, row.lasted)
            for row in told.stability
            if row.authority in (None, code)
        )
        if own:
            found[code] = StabilityEvidence(own, "the file")
    return found


def _policies(told: MatchFile) -> tuple[Policy, PlanPolicy]:
    ranking_told, plan = _toml("policy.toml"), plan_policy_from_mapping(_toml("plan_policy.toml"))
    for section, changes in (("weights", told.weights.ranking), ("need_fit", told.weights.need_fit)):
        unknown = sorted(set(changes) - set(ranking_told[section]))
        if unknown:
            raise PolicyError(f"weights: {', '.join(unknown)} is not known; use {', '.join(ranking_told[section])}")
        ranking_told[section] |= changes
    if told.weights.ranking or told.weights.need_fit:
        ranking_told["version"] += ", changed"
    changes = dict(told.weights.plan)
    if told.rights.first_refusal_hours is not None:
        changes["first_refusal_hours"] = told.rights.first_refusal_hours
    return policy_from_mapping(ranking_told), with_points(plan, changes)


def _child(row: ChildRow, on: date, kept_apart: frozenset[str], find: "_Finder") -> CaseChild:
    waiting = Waiting(
        row.id,
        row.authority,
        row.wanted_on or on,
        group=row.group or "",
        waiting_since=row.waiting_since,
        is_emergency=row.emergency,
        moves_from=row.moves_from or "",
        age_years=row.age,
        sex=row.sex,
        frees_kept_for=row.frees_kept_for or "",
    )
    conditions = tuple(
        Condition(one.kind, one.words, one.easting, one.northing, one.authority, one.within_miles, one.home)
        for one in row.conditions
    )
    return CaseChild(waiting, _profile(row, find), kept_apart, conditions)


def _profile(row: ChildRow, find: "_Finder") -> NeedsProfile:
    places = [find.with_grid(place, f"children, {row.id}, important_places") for place in row.important_places]
    told = {name: value for name, value in (("wishes", row.wishes), ("important_places", places)) if value}
    try:
        profile = profile_from_answers(row.answers | told)
    except ValueError as wrong:
        raise ValueError(f"children, {row.id}, answers: {wrong}") from None
    if profile.other_answers:
        unknown = ", ".join(name for name, _ in profile.other_answers)
        raise ValueError(
            f"children, {row.id}, answers: {unknown} is no answer we know; mend the spelling or take it out"
        )
    return profile


def _home(row: HomeRow, on: date, find: "_Finder") -> CaseHome:
    owner = row.owner or (row.authority or "" if any(one.kind == "own" for one in row.contracts) else "")
    openings = tuple(
        Opening(
            row.id, place.free_from or on, place.count, place.kept_for or "", place.released_on, place.paid_for, owner,
            place.vacant_since.replace(tzinfo=None) if place.vacant_since else None,
        )
        for place in row.places
    )  # fmt: skip
    return CaseHome(
        _candidate(row, find),
        openings,
        tuple(_resident(one) for one in row.residents),
        owner,
        tuple(None if one.parties is None else frozenset(one.parties) for one in row.contracts) or (None,),
    )


def _candidate(row: HomeRow, find: "_Finder") -> Candidate:
    told = row.registration
    skills = [
        (_skill(one), None) if isinstance(one, str) else (_skill(one.skill), one.degree) for one in row.skills or ()
    ]
    return Candidate(
        home_ref=row.id,
        home_name=row.name or row.id,
        kind=row.kind,
        registration=Registration(
            told.urn, told.status, told.registered_on, told.closed_on, told.suspended, told.judgement, told.scale,
            told.judged_on,
        ),
        authority_code=row.authority,
        point=find.point(row.easting, row.northing, row.postcode, f"homes, {row.id}"),
        sector=row.sector,
        min_age=row.min_age,
        max_age=row.max_age,
        sexes=None if row.sexes is None else frozenset(row.sexes),
        skills=None if row.skills is None else frozenset(skill for skill, _ in skills),
        skills_excluded=frozenset(map(_skill, row.skills_excluded)),
        registered_places=row.registered_places,
        staffed_places=row.staffed_places,
        open_to_referrals=row.open_to_referrals,
        fostered_children=row.fostered_children,
        exemption=row.exemption,
        pets=row.pets,
        school_on_site=row.school_on_site,
        solo_capable=row.solo_capable,
        meets_cultural_needs=row.meets_cultural_needs,
        routes=_routes(row),
        weekly_price_pence=row.weekly_price_pence,
        comparable_price_pence=row.comparable_price_pence,
        skill_degrees=tuple((skill, degree) for skill, degree in skills if degree),
    )  # fmt: skip


def _routes(row: HomeRow) -> tuple[ContractRoute, ...]:
    """The contracts; without any, a spot purchase at the home's price, where that is told."""
    if not row.contracts and row.weekly_price_pence is not None:
        return (ContractRoute("spot", "Spot", None, row.weekly_price_pence),)
    return tuple(
        ContractRoute(one.kind, one.name, one.tier, one.weekly_price_pence, one.nominated_authority, one.released_from)
        for one in row.contracts
    )


def _resident(row: ResidentRow) -> CaseResident:
    return CaseResident(
        _child_of(row.age, row.sex),
        row.id or "",
        row.leaves_on,
        frozenset(row.sibling_of),
        COMPANY.get(LIVING_COMPANIONS.matching(row.living_companions or "") or "", ""),
        row.needs_to_be_alone or LIVING_COMPANIONS.matching(row.living_companions or "") == ALONE,
    )


@lru_cache(maxsize=256)
def _child_of(age: int, sex: str) -> Resident:
    return Resident(age, sex)


def _skill(name: str) -> str:
    return skill_code(name) or name


def _relations(told: MatchFile) -> dict[tuple[str, str], str]:
    """How each area lies seen from each authority: as the file says, else as the map of England says."""
    known = {one.dfe_code for one in all_authorities()}
    next_to = {frozenset((row.code, other)) for row in told.authorities for other in row.adjoining}
    is_told = {row.code for row in told.authorities if row.adjoining}
    found = {}
    for one in (row.code for row in told.authorities):
        for other in (row.code for row in told.authorities):
            if one == other:
                found[one, other] = "in_area"
            elif frozenset((one, other)) in next_to:
                found[one, other] = "adjoining"
            elif one in known and other in known and not {one, other} & is_told:
                found[one, other] = str(relation(one, other))
            elif {one, other} & is_told:
                found[one, other] = "at_a_distance"
    return found


class _Finder:
    """Places on the map: by grid reference, else by postcode. The postcodes are opened only when one is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._postcodes: Any = None

    def point(self, easting: int | None, northing: int | None, postcode: str | None, where: str) -> Point | None:
        """The place; None where nothing is told. Raises PlanFileError at a postcode that is not known."""
        if easting is not None and northing is not None:
            return Point(easting, northing)
        if not postcode:
            return None
        if self._postcodes is None:
            from nearhome.geography.postcodes import Postcodes

            self._postcodes = Postcodes.open()
        found = self._postcodes.find(postcode)
        if found is None:
            sentence = f"{where}: the postcode “{postcode}” is not known; mend it, or give easting and northing"
            raise PlanFileError(self._name, (sentence,))
        return Point(found.easting, found.northing)

    def with_grid(self, place: dict[str, Any], where: str) -> dict[str, Any]:
        """An important place with its postcode turned into a grid reference."""
        if "postcode" not in place:
            return place
        rest = {key: value for key, value in place.items() if key != "postcode"}
        point = self.point(rest.get("easting"), rest.get("northing"), str(place["postcode"]), where)
        return rest if point is None else rest | {"easting": point.easting, "northing": point.northing}

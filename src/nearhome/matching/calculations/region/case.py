"""A whole region's case: every child and home as told, ranked child by child, and made into the records of a plan."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from nearhome.matching.calculations.candidates import FOSTER, Candidate, ChildFacts, Condition, Resident, Search
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.region.later import LaterChild
from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.records import (
    ONLY_OLDER,
    ONLY_YOUNGER,
    SAME_HOME,
    Entitlement,
    Opening,
    PlanHome,
    Region,
    SiblingRule,
    Waiting,
)
from nearhome.matching.calculations.stability import StabilityEvidence
from nearhome.referrals.calculations.profile import NeedsProfile

COMPANY = {"Only with other older children": ONLY_OLDER, "Only with other younger children": ONLY_YOUNGER}


@dataclass(frozen=True, slots=True)
class CaseChild:
    """A child as told. `conflicts` are references of residents, and of children of the case, to be kept apart from."""

    waiting: Waiting
    profile: NeedsProfile
    conflicts: frozenset[str] = frozenset()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseResident:
    """A child who lives in a home and is not part of the plan. They leave on `leaves_on`, if that is known."""

    resident: Resident
    ref: str = ""
    leaves_on: date | None = None
    siblings: frozenset[str] = frozenset()
    company: str = ""
    needs_to_be_alone: bool = False


@dataclass(frozen=True, slots=True)
class CaseHome:
    """A home as told: what is the same for every child, its openings, its residents, and who is party to each route."""

    candidate: Candidate
    openings: tuple[Opening, ...] = ()
    residents: tuple[CaseResident, ...] = ()
    owner: str = ""
    parties: tuple[frozenset[str] | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """Everything told, with the policies to rank and to plan by. `relations` says how (authority, area) lie.

    `evidence` is how long each authority's own placements lasted, by its code.
    """

    on: date
    children: tuple[CaseChild, ...]
    homes: tuple[CaseHome, ...]
    ranking: Policy
    policy: PlanPolicy
    at: datetime | None = None
    groups: tuple[SiblingRule, ...] = ()
    entitlements: tuple[Entitlement, ...] = ()
    relations: Mapping[tuple[str, str], str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    promise: bool = True
    later: tuple[tuple[LaterChild, ...], ...] = ()
    evidence: Mapping[str, StabilityEvidence] = field(default_factory=dict)


def bare_region(case: Case) -> Region:
    """The region before anything is ranked: children without options."""
    pairs = {
        tuple(sorted((child.waiting.child_ref, other)))
        for child in case.children
        for other in child.conflicts & {one.waiting.child_ref for one in case.children}
    }
    moving = Counter(child.waiting.moves_from for child in case.children)
    return Region(
        on=case.on,
        waiting=tuple(replace(child.waiting, company=_company(child)) for child in case.children),
        openings=tuple(opening for home in case.homes for opening in home.openings),
        homes=tuple(_plan_home(home, case, moving[home.candidate.home_ref]) for home in case.homes),
        groups=case.groups,
        apart=tuple(sorted((one, other) for one, other in pairs)),
        entitlements=case.entitlements,
        at=case.at,
    )


def siblings_in_homes(case: Case) -> Counter[str]:
    """How many brothers and sisters of each child already live in a home."""
    return Counter(child for home in case.homes for one in home.residents for child in one.siblings)


def only_siblings_of(home: CaseHome) -> frozenset[str]:
    """The children for whom everybody fostered in this home is a brother or sister: the usual limit is not theirs."""
    fostered = home.candidate.fostered_children
    if home.candidate.kind != FOSTER or not fostered:
        return frozenset()
    living = Counter(child for one in home.residents for child in one.siblings)
    return frozenset(child for child, count in living.items() if count >= fostered)


def search_of(child: CaseChild, case: Case, in_homes: Counter[str] | None = None) -> Search:
    """The search for one child. Brothers and sisters who must be in the same home are searched for together.

    `in_homes` is `siblings_in_homes` of the case, for those who ask about every child.
    """
    waiting = child.waiting
    rule = next((one for one in case.groups if one.group == waiting.group), None)
    others = [
        other.waiting
        for other in case.children
        if waiting.group and other.waiting.group == waiting.group and other is not child
    ]
    together = others if rule is None or rule.kind == SAME_HOME else []
    living = siblings_in_homes(case) if in_homes is None else in_homes
    return Search(
        child=ChildFacts(waiting.age_years or 0, waiting.sex, waiting.authority),
        profile=child.profile,
        starts_on=max(waiting.wanted_on, case.on),
        searching_authority=waiting.authority,
        siblings=len(together),
        brothers_and_sisters=tuple(Resident(one.age_years or 0, one.sex) for one in together),
        keep_siblings_together=bool(together),
        siblings_in_care=living[waiting.child_ref],
        emergency=waiting.is_emergency,
        conditions=child.conditions,
        evidence=case.evidence.get(waiting.authority),
    )


def _plan_home(home: CaseHome, case: Case, moving: int) -> PlanHome:
    told = home.candidate
    staying = sum(one.leaves_on is None for one in home.residents)
    staffed = None if told.staffed_places is None else max(0, told.staffed_places - staying - moving)
    limits = [limit for limit in (staffed, told.open_to_referrals) if limit is not None]
    fostered = told.fostered_children
    unrelated = None
    if told.kind == FOSTER and fostered is not None and not told.exemption:
        unrelated = max(0, case.ranking.limits.fostering_limit - fostered - moving)
    return PlanHome(
        told.home_ref, home.owner, told.point, min(limits, default=None), unrelated, fostered == 0 and not moving,
        () if moving else tuple(sorted(only_siblings_of(home))),
    )  # fmt: skip


def _company(child: CaseChild) -> str:
    return COMPANY.get(child.profile.living_companions or "", "")

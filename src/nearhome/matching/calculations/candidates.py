"""What a search and a home are, to the calculations: plain facts on one date, with no names of people."""

from dataclasses import dataclass
from datetime import date

from nearhome.geography.calculations.distance import Point
from nearhome.matching.calculations.stability import StabilityEvidence
from nearhome.referrals.calculations.profile import NeedsProfile

CHILDRENS_HOME, FOSTER, SUPPORTED = "childrens_home", "foster", "supported_accommodation"


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """The child, and the authority responsible for them (three-digit DfE code).

    `age_years` is the age at the start; `sex` is 'M', 'F', or anything else for not known.
    """

    age_years: int
    sex: str
    authority_code: str


@dataclass(frozen=True, slots=True)
class Resident:
    """A child who already lives in a home, or a brother or sister to place: age in whole years and sex only."""

    age_years: int
    sex: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of bail or of a court's order on where, how or with whom the child may live.

    `kind` is 'exclusion_area' (keep `within_miles` from a point, or out of `authority_code`), 'residence' (live at
    `home_ref` and nowhere else), 'curfew', 'no_contact' or 'other'. Grid reference in metres.
    """

    kind: str
    words: str
    easting: int | None = None
    northing: int | None = None
    authority_code: str | None = None
    within_miles: float | None = None
    home_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """One search: for whom, from when, by whom.

    `siblings` are the brothers and sisters to place with the child, the child not counted; `brothers_and_sisters`
    their ages where known. With `keep_siblings_together` a home must have a place for each of them.
    `siblings_in_care` counts those who already live in some home and whom the child should join if possible.
    The stay is from `starts_on` to the day before `ends_before` (None: not known). `conditions` are those of bail or a
    court. `asked_for` are the parts of who they are that matter to the child, as (part, words): 'culture',
    'language', 'faith'. `evidence` counts how placements like the ones possible lasted.
    """

    child: ChildFacts
    profile: NeedsProfile
    starts_on: date
    searching_authority: str
    siblings: int = 0
    brothers_and_sisters: tuple[Resident, ...] = ()
    keep_siblings_together: bool = True
    siblings_in_care: int = 0
    emergency: bool = False
    ends_before: date | None = None
    conditions: tuple[Condition, ...] = ()
    asked_for: tuple[tuple[str, str], ...] = ()
    evidence: StabilityEvidence | None = None


@dataclass(frozen=True, slots=True)
class ContractRoute:
    """A way to buy a place in a home: 'own', 'block', 'framework' or 'spot'.

    `party` says whether the searching authority may use the contract at all. A block place nominated to another
    authority may be used from `released_from`, the date that authority let it go to the partnership.
    """

    kind: str
    name: str
    tier: int | None = None
    weekly_price_pence: int | None = None
    nominated_authority: str | None = None
    released_from: date | None = None
    party: bool = True


@dataclass(frozen=True, slots=True)
class Registration:
    """How the register has the home: status 'registered', 'application_accepted', 'unregistered' or 'closed'.

    `scale` of the judgement is 'social_care' or 'supported'; the two are never mixed.
    """

    urn: str | None = None
    status: str = "registered"
    registered_on: date | None = None
    closed_on: date | None = None
    suspended: bool = False
    judgement: str | None = None
    scale: str | None = None
    judged_on: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One home on the start date. None means not known, which is never the same as no.

    Ages are inclusive; `sexes` a set of 'M' and 'F'; places are counts on the start date; `relation` is 'in_area',
    'adjoining' or 'at_a_distance' from the child's authority; prices are pence per week. `fostered_children` counts
    those fostered in the household now, and `all_siblings` says that with this child all would be brothers and
    sisters. `held_places` are promised to others; `siblings_there` counts the child's brothers and sisters who live
    there. `wishes_met` answers single wishes, by their text, where a person has said so.

    `skill_degrees` says how far a skill goes: 'trained', 'experienced' or 'specialist'; a skill without one counts in
    full. `minutes_to` holds travel minutes by kind of important place, where a provider of them is configured.
    `free_from` and `free_until` are the days the next place becomes free and is taken again. What those who live there
    need of a newcomer is one fact about the home, never about one child: `alone_needed_there`, and the ages a
    newcomer must be over and under. `conflicts_with_expected` is a conflict with a child for whom a place is held.
    `effect_on_child` and `effect_on_residents` of living together are 'none', 'some' or 'serious', None if nobody
    has judged it. `meets_parts` answers 'culture', 'language', 'faith'. `step_across` says whether the child could
    move on from here to a family by the same contract; `paid_empty_places` counts empty block beds already paid for.
    """

    home_ref: str
    home_name: str
    kind: str
    registration: Registration
    authority_code: str | None = None
    relation: str | None = None
    point: Point | None = None
    sector: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    sexes: frozenset[str] | None = None
    skills: frozenset[str] | None = None
    skills_excluded: frozenset[str] = frozenset()
    free_places: int = 0
    registered_places: int | None = None
    staffed_places: int | None = None
    open_to_referrals: int | None = None
    held_places: int = 0
    residents: tuple[Resident, ...] = ()
    siblings_there: int = 0
    conflicts_with_resident: bool | None = False
    fostered_children: int | None = None
    all_siblings: bool = False
    exemption: bool = False
    pets: bool | None = None
    school_on_site: bool | None = None
    solo_capable: bool | None = None
    meets_cultural_needs: bool | None = None
    routes: tuple[ContractRoute, ...] = ()
    weekly_price_pence: int | None = None
    comparable_price_pence: int | None = None
    wishes_met: tuple[tuple[str, bool], ...] = ()
    skill_degrees: tuple[tuple[str, str], ...] = ()
    minutes_to: tuple[tuple[str, float], ...] = ()
    free_from: date | None = None
    free_until: date | None = None
    conflicts_with_expected: bool | None = False
    alone_needed_there: bool | None = False
    newcomer_over: int | None = None
    newcomer_under: int | None = None
    effect_on_child: str | None = None
    effect_on_residents: str | None = None
    meets_parts: tuple[tuple[str, bool], ...] = ()
    step_across: bool | None = None
    paid_empty_places: int | None = None


def places_needed(search: Search) -> int:
    """How many places must one home have? One for the child, and one for each sibling who must come too."""
    return 1 + (search.siblings if search.keep_siblings_together else 0)


def is_own_foster(candidate: Candidate) -> bool:
    """Is this a fostering household of an authority's own service, which the register does not list by itself?"""
    is_council = (candidate.sector or "").replace("_", " ").casefold().startswith("local authority")
    return candidate.kind == FOSTER and (is_council or any(route.kind == "own" for route in candidate.routes))

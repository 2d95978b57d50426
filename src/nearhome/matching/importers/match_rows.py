"""The file of `nearhome match` as typed records: the published schema is made from these, field by field."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Ref = Annotated[str, Meta(min_length=1, max_length=80)]
Code = Annotated[str, Meta(min_length=1, max_length=20, description="Code of an authority, as under authorities.")]
Age = Annotated[int, Meta(ge=0, le=17, description="Age in whole years on the day of the case.")]
Count = Annotated[int, Meta(ge=0, le=100_000)]
Pence = Annotated[int, Meta(ge=0, le=100_000_000, description="Pence a week.")]
Amount = Annotated[float, Meta(ge=0, le=1e9)]
Metres = Annotated[int, Meta(ge=0, le=1_300_000, description="National grid reference in metres.")]
Sex = Annotated[Literal["M", "F", ""], Meta(description="M, F, or empty for not known.")]
Note = Annotated[str | None, Meta(description="For your own use; not read.")]


class Row(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One object of the file."""


class AuthorityRow(Row):
    """An authority of the region."""

    code: Code
    name: str = ""
    adjoining: Annotated[list[Code], Meta(description="Authorities next to it. Without any, English DfE codes are looked up.")] = []  # fmt: skip
    entitlement: Annotated[float, Meta(gt=0, le=1e9, description="Its share of the places, beside the others'.")] | None = None  # fmt: skip
    used_nights: Annotated[float, Meta(ge=0, le=1e9, description="Nights it has used so far.")] = 0.0
    note: Note = None


class RegistrationRow(Row):
    """How the register has the home."""

    urn: str | None = None
    status: Literal["registered", "application_accepted", "unregistered", "closed"] = "registered"
    registered_on: date | None = None
    closed_on: date | None = None
    suspended: bool = False
    judgement: str | None = None
    scale: Literal["social_care", "supported"] | None = None
    judged_on: date | None = None


class SkillRow(Row):
    """A skill of a home, and how deep it is."""

    skill: str
    degree: Literal["trained", "experienced", "specialist"] | None = None


class PlaceRow(Row):
    """Places of a home that are free, or will be."""

    free_from: Annotated[date | None, Meta(description="The first day; without one, free now.")] = None
    count: Annotated[int, Meta(ge=1, le=1000)] = 1
    kept_for: Annotated[Code | None, Meta(description="Only this authority's children, until released_on.")] = None
    released_on: Annotated[date | None, Meta(description="From this day open to all.")] = None
    paid_for: Annotated[bool, Meta(description="An empty bed that is already paid for.")] = False
    vacant_since: Annotated[datetime | None, Meta(description="When the vacancy was told: its owner has the first refusal for some hours.")] = None  # fmt: skip


class ResidentRow(Row):
    """A child who lives in the home and is not one of the children of this file."""

    age: Annotated[int, Meta(ge=0, le=25)]
    sex: Sex = ""
    id: Annotated[Ref | None, Meta(description="To name in conflicts.")] = None
    leaves_on: Annotated[date | None, Meta(description="The day they leave, if it is known.")] = None
    sibling_of: Annotated[list[Ref], Meta(description="Children of this file they are brother or sister of.")] = []
    living_companions: str | None = None
    needs_to_be_alone: bool = False


class ContractRow(Row):
    """A way to buy a place."""

    kind: Literal["own", "block", "framework", "spot"]
    name: str = ""
    tier: int | None = None
    weekly_price_pence: Pence | None = None
    parties: Annotated[list[Code] | None, Meta(description="Authorities that may use it; without any, all.")] = None
    nominated_authority: Code | None = None
    released_from: date | None = None


class HomeRow(Row):
    """A home. What is left out is not known, which is never the same as no."""

    id: Ref
    kind: Literal["childrens_home", "foster", "supported_accommodation"]
    name: str = ""
    authority: Annotated[Code | None, Meta(description="In whose area it is.")] = None
    owner: Annotated[Code | None, Meta(description="Whose own home it is: it has the first refusal, and counts it as its own.")] = None  # fmt: skip
    registration: RegistrationRow = msgspec.field(default_factory=RegistrationRow)
    easting: Metres | None = None
    northing: Metres | None = None
    postcode: str | None = None
    sector: str | None = None
    min_age: Age | None = None
    max_age: Age | None = None
    sexes: list[Literal["M", "F"]] | None = None
    skills: list[str | SkillRow] | None = None
    skills_excluded: list[str] = []
    places: list[PlaceRow] = []
    registered_places: Count | None = None
    staffed_places: Count | None = None
    open_to_referrals: Count | None = None
    residents: list[ResidentRow] = []
    fostered_children: Count | None = None
    exemption: Annotated[bool, Meta(description="The area's authority has exempted the carer from the usual fostering limit.")] = False  # fmt: skip
    pets: bool | None = None
    school_on_site: bool | None = None
    solo_capable: bool | None = None
    meets_cultural_needs: bool | None = None
    contracts: list[ContractRow] = []
    weekly_price_pence: Pence | None = None
    comparable_price_pence: Pence | None = None
    note: Note = None


class ConditionRow(Row):
    """A condition of bail or of a court's order."""

    kind: Literal["exclusion_area", "residence", "curfew", "no_contact", "other"]
    words: str
    easting: Metres | None = None
    northing: Metres | None = None
    authority: Code | None = None
    within_miles: Amount | None = None
    home: Ref | None = None


class ChildRow(Row):
    """A child who waits for a home, or whose move is planned."""

    id: Ref
    authority: Code
    age: Age
    sex: Sex = ""
    wanted_on: Annotated[date | None, Meta(description="The day a home is wanted; without one, the day of the case.")] = None  # fmt: skip
    waiting_since: date | None = None
    emergency: Annotated[bool, Meta(description="Comes before others, and never waits for a place to open.")] = False
    moves_from: Annotated[Ref | None, Meta(description="A planned move: the home the child lives in and may stay in. List them here only, not as a resident.")] = None  # fmt: skip
    frees_kept_for: Annotated[Code | None, Meta(description="Who may use the place the child leaves; without one, all.")] = None  # fmt: skip
    group: Annotated[Ref | None, Meta(description="Brothers and sisters to be placed together, as under groups.")] = None  # fmt: skip
    answers: Annotated[dict[str, Any], Meta(description="The needs profile: names and codes of the draft national placements standard 2.0.0, with skills {skill: essential or helps}.")] = {}  # fmt: skip
    wishes: Annotated[list[dict[str, Any]], Meta(description="What the child said: text, kind, matters.")] = []
    important_places: Annotated[list[dict[str, Any]], Meta(description="kind, label, easting and northing or postcode, authority_code, within_miles.")] = []  # fmt: skip
    conditions: list[ConditionRow] = []
    note: Note = None


class GroupRow(Row):
    """How brothers and sisters are placed."""

    id: Ref
    kind: Annotated[Literal["same_home", "near"], Meta(description="All in one home; or also in two homes near each other.")] = "same_home"  # fmt: skip
    near_miles: Annotated[Amount | None, Meta(description="At most so many straight-line miles apart.")] = None


class RightsRow(Row):
    """Rights to places, besides those kept for an authority."""

    first_refusal_hours: Annotated[Amount | None, Meta(description="How long a fresh vacancy is its owner's alone.")] = None  # fmt: skip


class WeightsRow(Row):
    """Weights instead of the published ones, by name; `nearhome match --example` shows some."""

    ranking: Annotated[dict[str, Amount], Meta(description="Weights of the ranking's criteria.")] = {}
    need_fit: Annotated[dict[str, Amount], Meta(description="Weights of the parts of need fit.")] = {}
    plan: Annotated[dict[str, Amount], Meta(description="Points and limits of the plan.")] = {}


class StabilityRow(Row, kw_only=True):
    """How many placements of one sort lasted; nothing about who the children were."""

    authority: Annotated[Code | None, Meta(description="Whose placements; without one, they count for every authority.")] = None  # fmt: skip
    kind: Literal["childrens_home", "foster", "supported_accommodation"]
    relation: Annotated[Literal["in_area", "adjoining", "at_a_distance"] | None, Meta(description="Seen from the authority; without one, not known.")] = None  # fmt: skip
    planned: Annotated[bool, Meta(description="False: made in an emergency.")] = True
    siblings_together: bool = False
    placements: Annotated[Count, Meta(description="That began at least a year ago and did not end well sooner.")]
    lasted: Annotated[Count, Meta(description="Of these, how many lasted a year.")]


class LaterOptionRow(Row):
    """A home possible for a child who may come later."""

    home: Ref
    value: Annotated[float, Meta(ge=0, le=1e9, description="Points on the scale of the plan.")]


class LaterRow(Row):
    """A child who may come later, in one sampled future."""

    child: Ref
    authority: Code
    group: Ref | None = None
    options: list[LaterOptionRow] = []


class MatchFile(Row, kw_only=True):
    """A region's case on one day: who waits, which homes and places there are, and under which rules."""

    on: Annotated[date, Meta(description="The day of the case.")]
    at: Annotated[datetime | None, Meta(description="The moment of the case, for first refusals.")] = None
    authorities: list[AuthorityRow]
    homes: list[HomeRow]
    children: list[ChildRow]
    groups: list[GroupRow] = []
    conflicts: Annotated[list[tuple[Ref, Ref]], Meta(description="Two children, or a child and a resident, who must not live in one home.")] = []  # fmt: skip
    rights: RightsRow = msgspec.field(default_factory=RightsRow)
    weights: WeightsRow = msgspec.field(default_factory=WeightsRow)
    stability: Annotated[list[StabilityRow], Meta(description="How long placements lasted, by sort. Without any, stability is not known and left out.")] = []  # fmt: skip
    promise: Annotated[bool, Meta(description="Is no authority to be worse off than alone with its own homes?")] = True
    later: Annotated[list[list[LaterRow]], Meta(description="Sampled futures: who may come. Beds are kept back where that is worth it; nobody waits only for that.")] = []  # fmt: skip
    note: Note = None

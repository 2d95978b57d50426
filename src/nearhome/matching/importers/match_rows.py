"""The file of `nearhome match` as typed records: the published schema is made from these, field by field.

What the answers, wishes, places, skills and weights may be is added to the schema from the tables that know it.
"""

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

    urn: Annotated[str | None, Meta(description="Its number in the register. A home without one is not registered and takes nobody; an authority’s own foster carers (sector local_authority) need none.")] = None  # fmt: skip
    status: Annotated[Literal["registered", "application_accepted", "unregistered", "closed"], Meta(description="application_accepted is for supported accommodation that Ofsted has not yet registered: a person is asked.")] = "registered"  # fmt: skip
    registered_on: Annotated[date | None, Meta(description="The first day; a child who starts sooner is refused.")] = None  # fmt: skip
    closed_on: Annotated[date | None, Meta(description="From this day it is closed.")] = None  # fmt: skip
    suspended: Annotated[bool, Meta(description="Placements there are suspended.")] = False  # fmt: skip
    judgement: Annotated[str | None, Meta(description="The last overall judgement, in the inspectorate’s words.")] = None  # fmt: skip
    scale: Annotated[Literal["social_care", "supported"] | None, Meta(description="Which scale the judgement is on: homes and agencies, or supported accommodation.")] = None  # fmt: skip
    judged_on: Annotated[date | None, Meta(description="The day of that inspection.")] = None  # fmt: skip


class SkillRow(Row):
    """A skill of a home, and how deep it is."""

    skill: str
    degree: Annotated[Literal["trained", "experienced", "specialist"] | None, Meta(description="Without one the skill counts in full.")] = None  # fmt: skip


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
    living_companions: Annotated[str | None, Meta(description="With whom they may live, as in a child’s answers: it decides who may join them.")] = None  # fmt: skip
    needs_to_be_alone: Annotated[bool, Meta(description="Nobody may join them.")] = False  # fmt: skip


class ContractRow(Row):
    """A way to buy a place."""

    kind: Annotated[Literal["own", "block", "framework", "spot"], Meta(description="own: the owner’s home; block: already paid for; framework: at agreed prices; spot: one placement at a time.")]  # fmt: skip
    name: str = ""
    tier: Annotated[int | None, Meta(description="Of a framework: 1 before 2.")] = None  # fmt: skip
    weekly_price_pence: Pence | None = None
    parties: Annotated[list[Code] | None, Meta(description="Authorities that may use it; without any, all.")] = None
    nominated_authority: Annotated[Code | None, Meta(description="Its places are this authority’s to fill, until released_from.")] = None  # fmt: skip
    released_from: Annotated[date | None, Meta(description="From this day the parties may all use them; without one, never.")] = None  # fmt: skip


class HomeRow(Row):
    """A home. A fact left out is not known, which is never the same as no: a person is asked, or confidence is lower.

    But a home without a number in the register, without places, or without a way to buy one takes nobody.
    """

    id: Ref
    kind: Annotated[Literal["childrens_home", "foster", "supported_accommodation"], Meta(description="supported_accommodation is for 16 and 17 only.")]  # fmt: skip
    name: Annotated[str, Meta(description="As people know it; without one, its id.")] = ""  # fmt: skip
    authority: Annotated[Code | None, Meta(description="In whose area it is.")] = None
    owner: Annotated[Code | None, Meta(description="Whose own home it is: it has the first refusal, and counts it as its own.")] = None  # fmt: skip
    registration: RegistrationRow = msgspec.field(default_factory=RegistrationRow)
    easting: Metres | None = None
    northing: Metres | None = None
    postcode: Annotated[str | None, Meta(description="Instead of easting and northing, where postcodes are installed.")] = None  # fmt: skip
    sector: Annotated[str | None, Meta(description="local_authority, private or voluntary.")] = None  # fmt: skip
    min_age: Annotated[Age | None, Meta(description="The youngest its statement of purpose takes, in whole years.")] = None  # fmt: skip
    max_age: Annotated[Age | None, Meta(description="The oldest it takes, that age included.")] = None  # fmt: skip
    sexes: Annotated[list[Literal["M", "F"]] | None, Meta(description="Whom its statement of purpose takes.")] = None  # fmt: skip
    skills: Annotated[list[str | SkillRow] | None, Meta(description="What it is good at; an empty list says nothing, no list says not known.")] = None  # fmt: skip
    skills_excluded: Annotated[list[str], Meta(description="Needs its statement of purpose excludes.")] = []  # fmt: skip
    places: Annotated[list[PlaceRow], Meta(description="Places free now or soon, beside those of the children who live there.")] = []  # fmt: skip
    registered_places: Annotated[Count | None, Meta(description="How many children its registration covers, those there included.")] = None  # fmt: skip
    staffed_places: Annotated[Count | None, Meta(description="How many it has staff for, those there included.")] = None  # fmt: skip
    open_to_referrals: Annotated[Count | None, Meta(description="How many new children it would take now.")] = None  # fmt: skip
    residents: Annotated[list[ResidentRow], Meta(description="Who lives there now.")] = []  # fmt: skip
    fostered_children: Annotated[Count | None, Meta(description="How many children are fostered there now: the usual limit is three, siblings exempt.")] = None  # fmt: skip
    exemption: Annotated[bool, Meta(description="The area's authority has exempted the carer from the usual fostering limit.")] = False  # fmt: skip
    pets: Annotated[bool | None, Meta(description="Animals live there.")] = None  # fmt: skip
    school_on_site: Annotated[bool | None, Meta(description="It has a school of its own.")] = None  # fmt: skip
    solo_capable: Annotated[bool | None, Meta(description="It can look after one child alone.")] = None  # fmt: skip
    meets_cultural_needs: Annotated[bool | None, Meta(description="Culture, language and faith of the children of this file.")] = None  # fmt: skip
    contracts: Annotated[list[ContractRow], Meta(description="Ways to buy a place. With none, a spot purchase at weekly_price_pence; with no such price either, nobody can buy one.")] = []  # fmt: skip
    weekly_price_pence: Annotated[Pence | None, Meta(description="A week there, where a contract does not say.")] = None  # fmt: skip
    comparable_price_pence: Annotated[Pence | None, Meta(description="What a week in comparable homes costs; without one, the middle price of the possible homes of its kind.")] = None  # fmt: skip
    note: Note = None


class ConditionRow(Row):
    """A condition of bail or of a court's order. What cannot be measured (curfew, no contact) a person is asked about."""

    kind: Annotated[Literal["exclusion_area", "residence", "curfew", "no_contact", "other"], Meta(description="exclusion_area and residence are measured; a person is asked about the others.")]  # fmt: skip
    words: Annotated[str, Meta(description="As the order has them; shown to whoever must judge.")]
    easting: Metres | None = None
    northing: Metres | None = None
    authority: Annotated[Code | None, Meta(description="Of an exclusion area: the whole area of this authority.")] = None  # fmt: skip
    within_miles: Annotated[Amount | None, Meta(description="Of an exclusion area: miles around easting and northing.")] = None  # fmt: skip
    home: Annotated[Ref | None, Meta(description="Of a residence: the only home possible.")] = None  # fmt: skip


class ChildRow(Row):
    """A child who waits for a home, or whose move is planned."""

    id: Ref
    authority: Code
    age: Age
    sex: Sex = ""
    wanted_on: Annotated[date | None, Meta(description="The day a home is wanted; without one, the day of the case.")] = None  # fmt: skip
    waiting_since: Annotated[date | None, Meta(description="Since when; each day waited counts in the plan.")] = None  # fmt: skip
    emergency: Annotated[bool, Meta(description="Comes before others, and never waits for a place to open.")] = False
    moves_from: Annotated[Ref | None, Meta(description="A planned move: the home the child lives in and may stay in. List them here only, not as a resident.")] = None  # fmt: skip
    frees_kept_for: Annotated[Code | None, Meta(description="Who may use the place the child leaves; without one, all.")] = None  # fmt: skip
    group: Annotated[Ref | None, Meta(description="Brothers and sisters to be placed together, as under groups.")] = None  # fmt: skip
    answers: Annotated[dict[str, Any], Meta(description="The needs profile: names and codes of the draft national placements standard 2.0.0, with skills {skill: essential or helps}.")] = {}  # fmt: skip
    wishes: Annotated[list[dict[str, Any]], Meta(description="What the child said: text, kind, matters.")] = []
    important_places: Annotated[list[dict[str, Any]], Meta(description="kind, label, easting and northing or postcode, authority_code, within_miles.")] = []  # fmt: skip
    conditions: Annotated[list[ConditionRow], Meta(description="Bail and court conditions.")] = []
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
    siblings_together: Annotated[bool, Meta(description="Brothers and sisters were placed together.")] = False
    placements: Annotated[Count, Meta(description="That began at least a year ago and did not end well sooner.")]
    lasted: Annotated[Count, Meta(description="Of these, how many lasted a year.")]


class LaterOptionRow(Row):
    """A home possible for a child who may come later."""

    home: Ref
    value: Annotated[float, Meta(ge=0, le=1e9, description="Points on the scale of the plan; a child placed is about 1,000 and more.")]  # fmt: skip


class LaterRow(Row):
    """A child who may come later, in one sampled future."""

    child: Ref
    authority: Code
    group: Ref | None = None
    options: list[LaterOptionRow] = []


class MatchFile(Row, kw_only=True):
    """A region's case on one day: who waits, which homes and places there are, and under which rules."""

    on: Annotated[date, Meta(description="The day of the case.")]
    at: Annotated[
        datetime | None,
        Meta(description="The moment of the case, for first refusals; without one, the start of the day."),
    ] = None
    authorities: Annotated[list[AuthorityRow], Meta(description="The authorities of the region.")]
    homes: Annotated[list[HomeRow], Meta(description="Every home that might take a child of the region.")]
    children: Annotated[list[ChildRow], Meta(description="Every child who waits, and those whose move is planned.")]
    groups: Annotated[list[GroupRow], Meta(description="Brothers and sisters to be placed together: 2 or more each.")] = []  # fmt: skip
    conflicts: Annotated[list[tuple[Ref, Ref]], Meta(description="Two children, or a child and a resident, who must not live in one home.")] = []  # fmt: skip
    rights: Annotated[RightsRow, Meta(description="Rights to places, besides those kept for an authority.")] = msgspec.field(default_factory=RightsRow)  # fmt: skip
    weights: Annotated[WeightsRow, Meta(description="Weights to use instead of the published ones.")] = msgspec.field(default_factory=WeightsRow)  # fmt: skip
    stability: Annotated[list[StabilityRow], Meta(description="How long placements lasted, by sort. Without any, stability is not known and left out.")] = []  # fmt: skip
    promise: Annotated[bool, Meta(description="Is no authority to be worse off than alone with its own homes?")] = True
    later: Annotated[list[list[LaterRow]], Meta(description="Sampled futures: who may come. Beds are kept back where that is worth it; nobody waits only for that.")] = []  # fmt: skip
    note: Note = None

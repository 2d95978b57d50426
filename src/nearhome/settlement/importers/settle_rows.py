"""The file of `nearhome settle` as typed records: what each field is called, what it may hold."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Pence = Annotated[int, Meta(ge=0, le=10**11, description="Whole pence.")]
Money = Annotated[int, Meta(ge=-(10**11), le=10**11, description="Whole pence; a credit is below 0.")]
BasisPoints = Annotated[int, Meta(ge=0, le=10_000, description="Hundredths of a per cent: 10,000 is all of it.")]
Nights = Annotated[int, Meta(ge=0, le=3660)]
Weight = Annotated[int, Meta(ge=0, le=10**6)]
Bearer = Literal["nominated", "host", "shares"]
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)
Day = Annotated[date, Meta(description="From 1990-01-01 to 2199-12-31.")]
ElementName = Literal["accommodation", "extra staffing", "education", "therapy", "transport", "other"]


class Record(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, gc=False):
    """One object of the file. Anybody may write a note to it."""

    note: str | None = None


class FactRow(Record, kw_only=True):
    """Something that may be learnt late, or replaced: known from a day, until a later row says otherwise."""

    known_on: Day | None = None
    superseded_on: Day | None = None


class NamedRow(Record, kw_only=True):
    ref: Name
    name: Name


class PriceRow(FactRow, kw_only=True):
    starts_on: Day
    weekly_pence: Pence


class GuaranteeRow(FactRow, kw_only=True):
    starts_on: Day
    basis_points: BasisPoints


class NominationRow(Record, kw_only=True):
    starts_on: Day
    authority: Name | None


class PlaceRow(Record, kw_only=True):
    ref: Name
    available_from: Day | None = None
    ends_before: Day | None = None
    nominated: Name | None = None
    nominations: list[NominationRow] = []


class AbsenceRuleRow(Record, kw_only=True):
    kind: Name
    full_nights: Nights = 0
    then_basis_points: BasisPoints = 10_000
    most_nights: Nights | None = None


class AwayTermsRow(Record, kw_only=True):
    starts_on: date
    absences: list[AbsenceRuleRow] = []
    kept_elements: list[Name] | None = None


class AgreementRow(FactRow, kw_only=True):
    starts_on: Day
    template: Literal["host", "nominated", "shared"] | None = None
    empty_bearer: Bearer | None = None
    shares: dict[Name, Weight] = {}
    grace_nights: Nights | None = None
    released_after: Nights | None = None
    released_bearer: Bearer | None = None
    absences: list[AbsenceRuleRow] = []


class FunderRow(FactRow, kw_only=True):
    starts_on: Day
    authority: Name


class AbsenceRow(Record, kw_only=True):
    kind: Name
    starts_on: Day
    ends_before: Day | None = None


class StayRow(FactRow, kw_only=True):
    ref: Name
    child: Name
    authority: Name
    place: Name
    arrived_on: Day
    departed_on: Day | None = None
    funders: list[FunderRow] = []
    absences: list[AbsenceRow] = []


class ClosedRow(FactRow, kw_only=True):
    place: Name
    starts_on: Day
    ends_before: Day | None = None
    by: Literal["provider", "host"] = "provider"


class GainRow(Record, kw_only=True):
    benchmark_weekly_pence: Pence
    basis_points: BasisPoints
    most_pence: Pence | None = None


class ContractRow(Record, kw_only=True):
    ref: Name
    provider: Name
    host: Name
    agreement: Annotated[list[AgreementRow], Meta(min_length=1)]
    places: list[PlaceRow]
    prices: Annotated[list[PriceRow], Meta(min_length=1)]
    variable_prices: list[PriceRow] = []
    guarantee: list[GuaranteeRow] = []
    gain_share: GainRow | None = None
    closed: list[ClosedRow] = []
    stays: list[StayRow] = []


class SplitRow(Record, kw_only=True):
    starts_on: Day
    shares: dict[Name, BasisPoints]


class ElementRow(Record, kw_only=True):
    name: ElementName
    prices: list[PriceRow]
    ends_before: Day | None = None
    funding: list[SplitRow] = []
    ledger_code: str = ""


class StageRow(Record, kw_only=True):
    name: Name
    provider: Name
    place: Name
    arrived_on: Day
    departed_on: Day | None = None
    elements: Annotated[list[ElementRow], Meta(min_length=1)]
    absences: list[AbsenceRow] = []


class OneOffRow(Record, kw_only=True):
    name: Name
    on: Day
    pence: Money
    funding: list[SplitRow] = []
    ledger_code: str = ""


class PlacementRow(FactRow, kw_only=True):
    ref: Name
    child: Name
    authority: Name
    route: Literal["own", "framework", "spot"] = "spot"
    stages: Annotated[list[StageRow], Meta(min_length=1)]
    one_offs: list[OneOffRow] = []
    funders: list[FunderRow] = []
    away: list[AwayTermsRow] = []


class LeadCostRow(Record, kw_only=True):
    ref: Name
    lead: Name
    yearly_pence: Pence
    starts_on: Day
    ends_before: Day | None = None
    shares: dict[Name, Weight]


class CloseRow(Record, kw_only=True):
    month: Day
    closed_on: Day


class PeriodRow(Record, kw_only=True):
    starts_on: Day
    ends_before: Day


class SettleFile(Record, kw_only=True):
    title: Name
    period: PeriodRow
    authorities: Annotated[list[NamedRow], Meta(min_length=1)]
    providers: list[NamedRow] = []
    contracts: list[ContractRow] = []
    placements: list[PlacementRow] = []
    lead_costs: list[LeadCostRow] = []
    closes: list[CloseRow] = []

"""What the export knows: all that can ever be published. There is no field for a child, nor for a note about one.

Amounts are whole pence, days are London days. A field that is not here cannot leave: whoever writes a case file with
another field is told so and nothing is written (`importers/ocds_case.py`).
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from nearhome.tendering.calculations.notices.facts import PublishedNotice


class Method(StrEnum):
    """How suppliers were found; the words of the standard's own list."""

    OPEN = "open"
    SELECTIVE = "selective"
    LIMITED = "limited"
    DIRECT = "direct"


class Rating(StrEnum):
    """How an indicator came out, as the UK extension's own values say it."""

    MET = "met"
    SLIGHTLY_BELOW = "slightlyBelow"
    BELOW = "below"
    SIGNIFICANTLY_BELOW = "significantlyBelow"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Party:
    """An authority or a provider: the register its number is from, the number, and its name. Never a single home."""

    scheme: str
    number: str
    name: str

    @property
    def ref(self) -> str:
        """How releases refer to it."""
        return f"{self.scheme}-{self.number}"


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A lot as it was published, with the kind of place it buys in words; an undivided procurement has one."""

    number: int
    title: str
    description: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class CriterionFacts:
    """One thing bids are judged by: its weight in per cent of the whole, and the least score if there is one."""

    name: str
    kind: str  # quality, price or cost
    weight: Decimal
    least_score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FrameworkFacts:
    """What makes it a framework: how call-offs are made, who may join later, until when."""

    method: str  # withReopeningCompetition, withoutReopeningCompetition, withAndWithoutReopeningCompetition
    is_open_scheme: bool = False
    scheme_ends_on: date | None = None
    starts_on: date | None = None
    months: int | None = None
    most_suppliers: int | None = None


@dataclass(frozen=True, slots=True)
class BidsCounted:
    """How many bids came for a lot and how many stood. Never whose, and never at what price."""

    lot: int
    received: int
    valid: int


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """An indicator of a contract: the target as text, what was reached if it is known, and the rating."""

    number: int
    title: str
    target: str
    reached: str = ""
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """One supplier of one lot. `about` is that of the award's notices; the contract's fields are empty until it is made."""

    number: str
    lot: int
    supplier: Party
    decided_on: date
    about: str = ""
    value_pence: int | None = None
    standstill_starts_on: date | None = None
    standstill_ends_on: date | None = None
    signed_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    ended_on: date | None = None
    metrics: tuple[MetricFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class CallOffFacts:
    """One purchase from a framework or block. Which child it is for is not known here and cannot be.

    `number` is the call-off's own, never the child's or the referral's. `starts_on` leaves as its month, the value as
    thousands of pounds (decision 0032); without `weeks` no value leaves.
    """

    number: str
    buyer: Party
    supplier: Party
    starts_on: date
    weekly_pence: int
    weeks: int | None
    was_competed: bool = False
    ocid: str = ""
    is_above_threshold: bool | None = None
    notices: tuple[PublishedNotice, ...] = ()


@dataclass(frozen=True, slots=True)
class OcdsCase:
    """One procurement with its call-offs, whole."""

    ocid: str
    number: str
    title: str
    lead: Party
    lots: tuple[LotFacts, ...]
    regime: str = "PA23"
    description: str = ""
    buyers: tuple[Party, ...] = ()
    is_light_touch: bool = True
    is_above_threshold: bool | None = None
    method: Method = Method.OPEN
    framework: FrameworkFacts | None = None
    is_dynamic_market: bool = False
    value_pence: int | None = None
    tendered_at: datetime | None = None
    questions_until_at: datetime | None = None
    deadline_at: datetime | None = None
    starts_on: date | None = None
    months: int | None = None
    is_complete: bool = False
    criteria: tuple[CriterionFacts, ...] = ()
    bids: tuple[BidsCounted, ...] = ()
    awards: tuple[AwardFacts, ...] = ()
    notices: tuple[PublishedNotice, ...] = ()
    call_offs: tuple[CallOffFacts, ...] = field(default=())

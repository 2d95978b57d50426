"""What is known of a procurement, as far as its notices ask."""

from dataclasses import dataclass, field, fields
from datetime import date

EVENTS = {
    "tender": "Tenders invited",
    "abandoned": "Given up",
    "contract": "Contract entered into",
    "payment": "Payment over £30,000",
    "performance": "Breach, or failure to improve",
    "anniversary": "A year of the contract",
    "change": "Contract changed",
    "small_change": "Contract changed by no more than 10 per cent",
    "ended": "Contract ended",
    "market_established": "Dynamic market established",
    "market_changed": "Dynamic market modified",
    "market_ceased": "Dynamic market ceased",
    "pipeline_year": "Financial year begins",
    "half_year": "Half-year ends",
}


@dataclass(frozen=True, slots=True)
class NoticeEvent:
    """Something from which a notice counts. `about` tells two of a kind apart; `is_planned` while it has not happened."""

    kind: str
    on: date
    about: str = ""
    is_planned: bool = False


@dataclass(frozen=True, slots=True)
class PublishedNotice:
    """A notice that was published; the newest of its code and subject, where it replaced another."""

    code: str
    on: date
    about: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """One procurement, one call-off, or one authority's year. None is not known: no exception is granted on it."""

    regime: str
    commenced_on: date
    is_light_touch: bool = True
    is_framework: bool = False
    is_dynamic_market: bool = False
    is_call_off: bool = False
    is_direct_award: bool = False
    is_user_choice: bool = False
    needs_transparency_notice: bool = True
    was_announced: bool = False
    had_engagement: bool | None = None
    is_above_threshold: bool | None = None
    is_over_5_million: bool | None = None
    is_over_100_million: bool | None = None
    events: tuple[NoticeEvent, ...] = ()
    published: tuple[PublishedNotice, ...] = field(default=())


# What a rule may ask for.
CONDITIONS = frozenset(one.name for one in fields(NoticeFacts)) - {"regime", "commenced_on", "events", "published"}

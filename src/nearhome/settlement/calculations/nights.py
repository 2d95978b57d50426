"""Who bears each night of each place we pay for?

A block contract's host authority pays the provider for every contracted place. Each contracted night of a period is
exactly one of: not yet payable (the place is not registered and able to accept a child), unavailable, empty or
occupied; and has exactly one bearer. Nights are counted as spans between the dates on which something changes, never
one by one (`place_nights`). The night of arrival counts, the night of departure does not; a child staying elsewhere keeps
the bed, at a retainer where the rules have one.

No sector standard for empty nights or recharges was found, so each is a term of the partnership agreement. That payment
starts when a home is registered and able to accept children, and that a child of another authority is charged to that
authority, is what the published paper on a regional block (Kent County Council decision 21/00094, 2021) says.

Where facts meet, the first of these wins: not yet payable, occupied, unavailable, empty.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal["not_yet_payable", "unavailable", "empty", "occupied", "absent"]
EmptyBearer = Literal["nominated", "host", "shares"]
PROVIDER = "provider"
SHARED = "shared"
_FULL = 10_000


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open: the night of `starts_on` is in it, the night of `ends_before` is not."""

    starts_on: date
    ends_before: date

    def __post_init__(self) -> None:
        if self.ends_before < self.starts_on:
            raise ValueError(f"A period cannot end ({self.ends_before}) before it starts ({self.starts_on}).")

    @property
    def nights(self) -> int:
        return (self.ends_before - self.starts_on).days


@dataclass(frozen=True, slots=True)
class PriceSpan:
    """A weekly price in pence between two dates; `ends_before` None while it stands."""

    starts_on: date
    ends_before: date | None
    pence: int


def price_spans(changes: Iterable[tuple[date, int]], ends_before: date | None = None) -> tuple[PriceSpan, ...]:
    """Prices known by their first day alone, each standing until the next one: (first day, weekly pence)."""
    ordered = sorted(changes)
    if not ordered:
        return ()
    ends = [*(first for first, _ in ordered[1:]), ends_before]
    return tuple(PriceSpan(first, before, pence) for (first, pence), before in zip(ordered, ends, strict=True))


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """A contracted place. `available_from` None: not yet registered and able to accept a child.

    `nominations` say from which day it is nominated to another authority than `nominated_authority` (None: to nobody).
    """

    place_ref: str
    available_from: date | None
    ends_before: date | None = None
    nominated_authority: str | None = None
    nominations: tuple[tuple[date, str | None], ...] = ()

    def nominated_on(self, night: date) -> str | None:
        """The authority with first call on the place that night, None if nobody has."""
        latest = max((one for one in self.nominations if one[0] <= night), default=None, key=lambda one: one[0])
        return self.nominated_authority if latest is None else latest[1]


@dataclass(frozen=True, slots=True)
class AbsenceRule:
    """What is paid while a child who keeps the place is away: in full for `full_nights`, then `then_basis_points` of it.

    `kind` is what the absence is called (missing, hospital, holiday …). After `most_nights` away (None: no end) nothing is
    paid until the child is back.
    """

    kind: str
    full_nights: int = 0
    then_basis_points: int = 10_000
    most_nights: int | None = None

    def __post_init__(self) -> None:
        if self.full_nights < 0 or not 0 <= self.then_basis_points <= 10_000:
            raise ValueError(
                f"Absence “{self.kind}”: full nights are 0 or more, and a retainer is 0 to 10,000 basis points."
            )
        if self.most_nights is not None and self.most_nights < self.full_nights:
            raise ValueError(
                f"Absence “{self.kind}”: nights paid in all ({self.most_nights}) are fewer than those in full"
                f" ({self.full_nights})."
            )

    def paid_after(self, nights: int) -> int:
        """Basis points of the price paid for a night after so many nights away before it."""
        if self.most_nights is not None and nights >= self.most_nights:
            return 0
        return _FULL if nights < self.full_nights else self.then_basis_points

    def words_after(self, nights: int) -> str:
        """The same in words, as lines say it."""
        away, paid = f"child away ({self.kind})", self.paid_after(nights)
        if self.most_nights is not None and nights >= self.most_nights:
            return f"{away}, nothing is paid after {self.most_nights} night{'' if self.most_nights == 1 else 's'} away"
        return kept_words(self.kind) + ("" if paid == _FULL else f" at {paid / 100:g} % of the price")

    def turns(self, first_night: date) -> tuple[date, ...]:
        """The days on which what is paid changes, for an absence from a night on."""
        after = (self.full_nights, *(() if self.most_nights is None else (self.most_nights,)))
        return tuple(first_night + timedelta(days=nights) for nights in after)


def kept_words(kind: str) -> str:
    """A child away whose place is kept in full."""
    return f"child away ({kind}), place kept"


@dataclass(frozen=True, slots=True)
class AwayTerms:
    """What is paid of a placement bought singly while its child is away, from a day until the next terms.

    A kind of absence without a rule is paid in full. After a rule's nights in full only the elements in `kept` are paid,
    at its retainer (None: all of them).
    """

    starts_on: date
    absences: tuple[AbsenceRule, ...] = ()
    kept: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        kinds = [one.kind for one in self.absences]
        if len(set(kinds)) != len(kinds):
            raise ValueError("Each kind of absence has one rule.")


@dataclass(frozen=True, slots=True)
class VoidRule:
    """Who bears an empty night: the place's nominated authority, the host, or all by weight.

    The first `grace_nights` empty nights after a child leaves (or after the place opens) are the provider's. After
    `released_after` empty nights the place is let go to all partners, and `released_bearer` bears the rest. A child who
    is away with an absence that no rule names keeps the place in full.
    """

    empty_bearer: EmptyBearer = "nominated"
    shares: tuple[tuple[str, int], ...] = ()
    grace_nights: int = 0
    released_after: int | None = None
    released_bearer: EmptyBearer = "shares"
    absences: tuple[AbsenceRule, ...] = ()

    def __post_init__(self) -> None:
        if self.grace_nights < 0:
            raise ValueError(f"Grace nights must be 0 or more, not {self.grace_nights}.")
        if self.released_after is not None and self.released_after < self.grace_nights:
            raise ValueError("A place is let go after its grace nights, not within them.")
        weights = [weight for _, weight in self.shares]
        shared = self.empty_bearer == "shares" or (self.released_after is not None and self.released_bearer == "shares")
        if any(weight < 0 for weight in weights) or (shared and sum(weights) <= 0):
            raise ValueError("Shares need weights of 0 or more, at least one of them above 0.")


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A closed place. Closed by the provider it is never paid for; closed by the host, the host pays."""

    place_ref: str
    starts_on: date
    ends_before: date | None
    bearer: Literal["provider", "host"] = "provider"


@dataclass(frozen=True, slots=True)
class BlockContract:
    """A block of places at one provider, paid by its host authority.

    `weekly_price` is paid for every payable night, `variable_price` besides for nights with a child. With a `guarantee`
    (basis points in `pence` of its spans) empty nights cost nothing by themselves: the provider is sure of that share of
    what all its available nights would cost, and only what is short of it is paid (see `guarantees`).
    """

    ref: str
    provider: str
    host_authority: str
    places: tuple[BlockPlace, ...]
    weekly_price: tuple[PriceSpan, ...]
    rule: VoidRule = VoidRule()
    unavailable: tuple[Unavailable, ...] = ()
    variable_price: tuple[PriceSpan, ...] = ()
    guarantee: tuple[PriceSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """Nights on which a child who keeps the place sleeps elsewhere; the night of return counts as there."""

    kind: str
    starts_on: date
    ends_before: date | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """A child of one authority in one place, from the night of arrival to the night before departure.

    `funders` say from which day another authority than `authority` pays: responsibility moved, or an authority split.
    """

    stay_ref: str
    child_ref: str
    authority: str
    place_ref: str
    arrived_on: date
    departed_on: date | None = None
    funders: tuple[tuple[date, str], ...] = ()
    absences: tuple[Absence, ...] = ()

    def funder_on(self, night: date) -> str:
        """The authority that pays for that night."""
        latest = max((one for one in self.funders if one[0] <= night), default=None, key=lambda one: one[0])
        return self.authority if latest is None else latest[1]


@dataclass(frozen=True, slots=True)
class IndividualPlacement:
    """One child's placement bought by itself: own provision, framework or spot. The authority pays the provider.

    `weekly_price` is that of its nights; what is bought besides is priced by `elements`. `stage`: which one of an agreed path.
    `away`: terms for nights on which the child is away, by date; without any they are paid in full.
    """

    ref: str
    stay: Stay
    provider: str
    weekly_price: tuple[PriceSpan, ...]
    route: Literal["own", "framework", "spot"] = "spot"
    stage: str = ""
    away: tuple[AwayTerms, ...] = ()


@dataclass(frozen=True, slots=True)
class NightSpan:
    """Consecutive nights of one place with one kind and one bearer (an authority, PROVIDER, or SHARED by weight).

    `basis_points`: how much of the price is paid for them; less than 10,000 only while a child is away. `kept`: the only
    elements of a single price of which so much is paid, and nothing of others (None: all of them).
    """

    place_ref: str
    starts_on: date
    ends_before: date
    kind: Kind
    bearer: str
    stay_ref: str | None
    reason: str
    basis_points: int = 10_000
    kept: tuple[str, ...] | None = None

    @property
    def nights(self) -> int:
        return (self.ends_before - self.starts_on).days

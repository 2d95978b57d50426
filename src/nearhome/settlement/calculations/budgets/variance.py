"""Why did a service cost more or less than its budget: how many nights, of what kind, at what price?

For each kind k of provision: budgeted nights n and pence b, actual nights N and pence B. The budgeted price is p = b ÷ n.
With sums over all kinds (Σn, ΣN) and the budgeted share of a kind s = n ÷ Σn:

    volume = (ΣN − Σn) × s × p       as many nights more or fewer, in the budgeted mix, at the budgeted price
    mix    = (N − ΣN × s) × p        nights that moved to or from this kind, at the budgeted price
    price  = B − N × p               what the nights that there were cost more than budgeted

They add up to B − b exactly, for each kind. This is the usual flexed-budget analysis of management accounting; no
published statement of it for children's placements was found, so the treatment of the edges below is our own:

- a kind without budgeted nights has no budgeted price: what its nights did cost is taken for it, so they are mix;
- money without nights (an empty block bed is a night; a guarantee, a lead's costs or a one-off are not) is price;
- where nothing at all was budgeted by the night, every night is volume.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import floor


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind of provision: nights and pence as budgeted and as they were. Nights may be parts of nights."""

    kind: str
    budgeted_nights: Fraction
    budgeted_pence: int
    actual_nights: Fraction
    actual_pence: int

    def __post_init__(self) -> None:
        if self.budgeted_nights < 0 or self.actual_nights < 0:
            raise ValueError(f"{self.kind}: nights are 0 or more.")


@dataclass(frozen=True, slots=True)
class Explained:
    """The variance of one kind in whole pence (plus: dearer than budgeted); its three parts add up to it."""

    kind: str
    volume: int
    mix: int
    price: int

    @property
    def total(self) -> int:
        return self.volume + self.mix + self.price


@dataclass(frozen=True, slots=True)
class Variance:
    """The variance of each kind; every column adds up, and all of them to actual less budgeted."""

    kinds: tuple[Explained, ...]

    @property
    def volume(self) -> int:
        return sum(one.volume for one in self.kinds)

    @property
    def mix(self) -> int:
        return sum(one.mix for one in self.kinds)

    @property
    def price(self) -> int:
        return sum(one.price for one in self.kinds)

    @property
    def total(self) -> int:
        return self.volume + self.mix + self.price


def explained(kinds: Iterable[Compared]) -> Variance:
    """Price, volume and mix of each kind, to the penny: each part is within a penny of its exact value."""
    kinds = tuple(kinds)
    budgeted = sum((one.budgeted_nights for one in kinds), Fraction(0))
    actual = sum((one.actual_nights for one in kinds), Fraction(0))
    return Variance(tuple(_explained(one, budgeted, actual) for one in kinds))


def _explained(one: Compared, budgeted: Fraction, actual: Fraction) -> Explained:
    price = _budgeted_price(one)
    if budgeted:
        share = one.budgeted_nights / budgeted
        volume, mix = (actual - budgeted) * share * price, (one.actual_nights - actual * share) * price
    else:
        volume, mix = one.actual_nights * price, Fraction(0)
    total = one.actual_pence - one.budgeted_pence
    return Explained(one.kind, *_whole((volume, mix, total - volume - mix), total))


def _budgeted_price(one: Compared) -> Fraction:
    """Pence a night. What nights did cost, where none were budgeted."""
    if one.budgeted_nights:
        return Fraction(one.budgeted_pence) / one.budgeted_nights
    return Fraction(one.actual_pence) / one.actual_nights if one.actual_nights else Fraction(0)


def _whole(parts: tuple[Fraction, ...], total: int) -> list[int]:
    """Whole pence that add up to `total`: rounded down, the pence left over to the largest remainders."""
    whole = [floor(part) for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: (whole[place] - parts[place], place))
    for place in by_remainder[: total - sum(whole)]:
        whole[place] += 1
    return whole

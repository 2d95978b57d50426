"""Which tier of a framework does each bidder enter?

The best so many are tier 1, the next so many tier 2, all others the last tier: the East Midlands' providers' slides give
5, 10 and all others (stated by the source). A ranked tier is lawful as a published objective rule (FW-4, derived from
section 45(4) of the Procurement Act 2023), so the rule is kept with the award and can be read in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TierRule:
    """How many enter each tier but the last, which takes all others; the most suppliers in all (None: any number)."""

    sizes: tuple[int, ...] = (5, 10)
    most_suppliers: int | None = None

    def words(self) -> str:
        """The rule as bidders read it."""
        named = ["the best" if not number else "the next" for number in range(len(self.sizes))]
        parts = [
            f"tier {at}: {which} {size}" for at, (which, size) in enumerate(zip(named, self.sizes, strict=True), 1)
        ]
        parts.append(f"tier {len(self.sizes) + 1}: all others" if parts else "one tier for all")
        most = f" At most {self.most_suppliers} suppliers are admitted." if self.most_suppliers else ""
        said = "; ".join(parts)
        return f"{said[0].upper()}{said[1:]}. Bids that share the last place of a tier are all in it.{most}"


@dataclass(frozen=True, slots=True)
class RankedBid:
    """A bid that passed. `ref` is its establishment's number; the lower price decides who is left out, if anybody is."""

    ref: str
    rank: int
    weekly_pence: int


@dataclass(frozen=True, slots=True)
class Tiered:
    """A bid with its place (1 + how many ranked better) and its tier; None if the lot takes no more suppliers."""

    ref: str
    rank: int
    place: int
    tier: int | None


def into_tiers(bids: Iterable[RankedBid], rule: TierRule) -> tuple[Tiered, ...]:
    """Put ranked bids into tiers, best first. The order in which they are given does not matter.

    Raises ValueError for a rank below 1, a tier of nobody or two bids of one establishment.
    """
    ordered = sorted(bids, key=lambda bid: (bid.rank, bid.weekly_pence, bid.ref))
    if any(bid.rank < 1 for bid in ordered):
        raise ValueError("A rank is 1 or more")
    if len({bid.ref for bid in ordered}) < len(ordered):
        raise ValueError("An establishment bids once for a lot")
    if any(size < 1 for size in rule.sizes):
        raise ValueError("A tier takes 1 supplier or more")
    ranks = [bid.rank for bid in ordered]
    most = len(ordered) if rule.most_suppliers is None else rule.most_suppliers
    return tuple(
        Tiered(bid.ref, bid.rank, place := 1 + ranks.index(bid.rank), _tier(place, rule.sizes) if at < most else None)
        for at, bid in enumerate(ordered)
    )


def _tier(place: int, sizes: tuple[int, ...]) -> int:
    for tier, size in enumerate(sizes, 1):
        if place <= size:
            return tier
        place -= size
    return len(sizes) + 1

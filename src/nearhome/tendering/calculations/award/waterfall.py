"""How many block places does each bidder get?

The waterfall: the highest rank gets places up to the number it offered, the remainder goes to the next (Torbay's
young-parents block, notice 065a18: stated by the notice). Added here and published with the rule: the least block a
supplier is served with, the most suppliers, and how equal ranks share. All of it is whole places.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


class Ties(StrEnum):
    """What happens between bids of the same rank."""

    LOWER_PRICE = "lower_price"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class WaterfallRule:
    """As published: the fewest places anybody is served with, the most suppliers (None: any number), equal ranks."""

    least_places: int = 1
    most_suppliers: int | None = None
    ties: Ties = Ties.LOWER_PRICE

    def words(self) -> str:
        """The rule as bidders read it."""
        parts = ["The highest rank gets places up to the number it offered; what is left goes to the next."]
        if self.least_places > 1:
            parts.append(f"Nobody is served with fewer than {self.least_places} places.")
        if self.most_suppliers is not None:
            parts.append(f"At most {self.most_suppliers} suppliers are served.")
        equal = "the lower price goes first" if self.ties == Ties.LOWER_PRICE else "places are shared one by one"
        return " ".join([*parts, f"Between equal ranks {equal}; after that the establishment number decides."])


@dataclass(frozen=True, slots=True)
class PlacesOffered:
    """What a ranked bid offers. `ref` is its establishment's number; `weekly_pence` decides between equal ranks."""

    ref: str
    rank: int
    places: int
    weekly_pence: int


@dataclass(frozen=True, slots=True)
class Served:
    """What one bid gets, and why."""

    ref: str
    rank: int
    offered: int
    places: int
    why: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Every bid, best first, and what is left over."""

    lines: tuple[Served, ...]
    wanted: int
    filled: int

    @property
    def unfilled(self) -> int:
        """Places that nobody is left to give."""
        return self.wanted - self.filled


def allocate(offered: Iterable[PlacesOffered], wanted: int, rule: WaterfallRule) -> Waterfall:
    """Fill `wanted` places from the bids by rank. The order in which they are given does not matter.

    Raises ValueError for a rank below 1, a negative number of places, two bids of one establishment or a rule that
    cannot be.
    """
    bids = sorted(offered, key=_order)
    _require_sane(bids, wanted, rule)
    left, room, lines = wanted, rule.most_suppliers, []
    for group in _groups(bids, rule.ties):
        for line in _serve(group, left, room, rule.least_places):
            lines.append(line)
            left -= line.places
            if room is not None and line.places:
                room -= 1
    return Waterfall(tuple(lines), wanted, wanted - left)


def _order(bid: PlacesOffered) -> tuple[int, int, str]:
    return bid.rank, bid.weekly_pence, bid.ref


def _groups(bids: Sequence[PlacesOffered], ties: Ties) -> list[list[PlacesOffered]]:
    """Who is served together: those of one rank if they share, otherwise each alone."""
    if ties == Ties.SHARED:
        return [list(group) for _, group in groupby(bids, key=lambda bid: bid.rank)]
    return [[bid] for bid in bids]


def _serve(group: list[PlacesOffered], left: int, room: int | None, least: int) -> list[Served]:
    """What each of a group gets of what is left; whoever would get fewer than the least makes room for the others."""
    why = {bid.ref: f"offered {bid.places}, fewer than the least of {least}" for bid in group if bid.places < least}
    takers = [bid for bid in group if bid.places >= least]
    if room is not None:
        why |= {bid.ref: "as many suppliers as the lot takes are served" for bid in takers[room:]}
        takers = takers[:room]
    shares = _shared(takers, left)
    while short := [bid for bid in takers if shares[bid.ref] < least]:
        out = short[-1]
        why[out.ref] = (
            "higher ranks fill every place"
            if not left
            else f"{left} were left, fewer than {least} for each of this rank"
        )
        takers.remove(out)
        shares = _shared(takers, left)
    return [_served(bid, shares.get(bid.ref, 0), why) for bid in group]


def _served(bid: PlacesOffered, places: int, why: dict[str, str]) -> Served:
    said = "all it offered" if places == bid.places else f"{places} of {bid.places} offered: no more are left"
    return Served(bid.ref, bid.rank, bid.places, places, why.get(bid.ref, said))


def _shared(takers: Sequence[PlacesOffered], left: int) -> dict[str, int]:
    """As equal as the offers allow; an odd place goes to the first in order."""
    shares = {bid.ref: 0 for bid in takers}
    while left:
        hungry = [bid for bid in takers if shares[bid.ref] < bid.places]
        if not hungry:
            break
        each = max(left // len(hungry), 1)
        for bid in hungry:
            given = min(each, bid.places - shares[bid.ref], left)
            shares[bid.ref] += given
            left -= given
    return shares


def _require_sane(bids: Sequence[PlacesOffered], wanted: int, rule: WaterfallRule) -> None:
    if wanted < 0 or any(bid.places < 0 for bid in bids):
        raise ValueError("A number of places is nought or more")
    if any(bid.rank < 1 for bid in bids):
        raise ValueError("A rank is 1 or more")
    if len({bid.ref for bid in bids}) < len(bids):
        raise ValueError("An establishment bids once for a lot")
    if rule.least_places < 1 or (rule.most_suppliers is not None and rule.most_suppliers < 1):
        raise ValueError("The least block and the most suppliers are 1 or more")

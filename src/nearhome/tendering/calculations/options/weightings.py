"""Of all the weights one could have chosen, under how large a share does each option come first?

This is the first-rank acceptability index of SMAA (Lahdelma, Hokkanen and Salminen, European Journal of Operational Research
106, 1998, as described in the documentation of the R packages "smaa" and "Compind"), with every set of weights equally likely and
scores as they stand. Others draw samples; here the share is the volume of a polytope, worked out exactly:

The sets of weights form a simplex, and the marks of an option are linear on it. Where two options could both come first within a
simplex, it is cut in two where they draw level, along the edge on which their difference is greatest; a part is finished when one
option is at least as good as all others at every corner, and so everywhere within.

With many criteria the parts become too many. Then fixed, evenly spread sets of weights are counted instead (additive recurrence
by powers of the generalised golden ratio, M. Roberts 2018, made uniform on the simplex by sorting): no chance, the same every time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from nearhome.tendering.calculations.options.marks import Appraisal, Scored

MOST_PARTS = 2_500  # under a second
COUNTED = 40_000
Corner = tuple[Fraction, ...]  # marks of every option under the weights of that corner
Simplex = tuple[Corner, ...]


class _TooManyPartsError(Exception):
    """The exact share would take too long."""


@dataclass(frozen=True, slots=True)
class Share:
    """An option and the share (0 to 1) of all weightings under which it is first, alone or level."""

    name: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class Shares:
    """A share for every option, in the order given; exact, or counted over `COUNTED` evenly spread weightings."""

    shares: tuple[Share, ...]
    is_exact: bool


def shares_of_weightings(appraisal: Appraisal, *, most_parts: int = MOST_PARTS) -> Shares:
    """For each option, the share of all weightings under which it comes first.

    Options with the same scores everywhere are first together, and both get the whole share; otherwise the shares sum to 1.
    """
    distinct = list(dict.fromkeys(option.points for option in appraisal.options))
    found = dict.fromkeys(distinct, Fraction())
    try:
        parts, is_exact = _parts(distinct, len(appraisal.criteria), most_parts), True
    except _TooManyPartsError:
        parts, is_exact = _counted(distinct), False
    for winner, volume in parts:
        found[distinct[winner]] += volume
    return Shares(tuple(Share(option.name, found[option.points]) for option in appraisal.options), is_exact)


def _counted(distinct: Sequence[tuple[int, ...]]) -> list[tuple[int, Fraction]]:
    points = np.array(distinct, dtype=float)
    free = points.shape[1] - 1
    golden = 2.0
    for _ in range(60):
        golden = (1 + golden) ** (1 / (free + 1))
    steps = golden ** -np.arange(1.0, free + 1)
    spread = np.sort((0.5 + np.arange(1, COUNTED + 1)[:, None] * steps) % 1, axis=1)
    weights = np.diff(spread, axis=1, prepend=0.0, append=1.0)
    wins = np.bincount((weights @ points.T).argmax(axis=1), minlength=len(distinct))
    return [(at, Fraction(int(won), COUNTED)) for at, won in enumerate(wins)]


def _parts(distinct: Sequence[tuple[int, ...]], criteria: int, most_parts: int) -> list[tuple[int, Fraction]]:
    corners = tuple(tuple(Fraction(points[at]) for points in distinct) for at in range(criteria))
    waiting: list[tuple[Simplex, Fraction]] = [(corners, Fraction(1))] if distinct else []
    finished, begun = [], 0
    while waiting:
        simplex, volume = waiting.pop()
        begun += 1
        if begun > most_parts:
            raise _TooManyPartsError
        rivals = _rivals(simplex)
        if len(rivals) == 1:
            finished.append((rivals[0], volume))
        else:
            waiting += _cut(simplex, volume, rivals)
    return finished


def _rivals(simplex: Simplex) -> list[int]:
    """Who may come first inside: nobody of them is at most level with another at every corner."""
    options = range(len(simplex[0]))
    left: list[int] = []
    for one in sorted(options, key=lambda option: -sum(corner[option] for corner in simplex)):
        if not any(all(corner[other] >= corner[one] for corner in simplex) for other in left):
            left.append(one)
    return left


def _cut(simplex: Simplex, volume: Fraction, rivals: Sequence[int]) -> list[tuple[Simplex, Fraction]]:
    """Two parts that make up the whole, divided where the first two rivals draw level."""
    one, other = rivals[0], rivals[1]
    lead = [corner[one] - corner[other] for corner in simplex]
    high, low = max(range(len(lead)), key=lead.__getitem__), min(range(len(lead)), key=lead.__getitem__)
    part = lead[high] / (lead[high] - lead[low])  # from the high corner to where they are level
    level = tuple(a + part * (b - a) for a, b in zip(simplex[high], simplex[low], strict=True))
    near = tuple(level if at == low else corner for at, corner in enumerate(simplex))
    far = tuple(level if at == high else corner for at, corner in enumerate(simplex))
    return [(near, volume * part), (far, volume * (1 - part))]


def share_ahead(one: Scored, other: Scored) -> Fraction:
    """The share of all weightings under which `one` has more marks than `other`, by a closed formula.

    For d = the differences of their points, it is the divided difference at d of f(x) = max(x, 0)^(n - 1), by the formula of
    Hermite and Genocchi: an answer from elsewhere that the cutting above is held against. Equal options: 0.
    """
    apart = sorted(Fraction(a - b) for a, b in zip(one.points, other.points, strict=True))
    return _divided_difference(tuple(apart), len(apart) - 1)


def _divided_difference(knots: tuple[Fraction, ...], power: int) -> Fraction:
    """f[knots] of f(x) = max(x, 0)^power, knots in order; equal knots take a derivative: power over k, times a power."""
    if knots[0] == knots[-1]:
        order = len(knots) - 1
        return Fraction(_choose(power, order)) * _raised(knots[0], power - order)
    whole = _divided_difference(knots[1:], power) - _divided_difference(knots[:-1], power)
    return whole / (knots[-1] - knots[0])


def _raised(base: Fraction, power: int) -> Fraction:
    return base**power if base > 0 else Fraction()


def _choose(of: int, how_many: int) -> int:
    chosen = 1
    for step in range(how_many):
        chosen = chosen * (of - step) // (step + 1)
    return chosen

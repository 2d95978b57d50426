"""How far could a weight or a score move before another option came first? Solved, not tried.

The marks of every option are a straight line in the weight of one criterion, while the others keep their proportions; so the
weight at which two options draw level is one division. One weight at a time, the others rescaled, is the usual analysis
(Triantaphyllou and Sánchez, Decision Sciences 28(1), 1997, search for the most critical criterion in this way: cited from
general knowledge, not looked at).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from nearhome.tendering.calculations.options.marks import MOST_POINTS, Appraisal, Scored, marks

Line = tuple[Fraction, Fraction]  # lead of one option over another at weight 0 and at weight 100


@dataclass(frozen=True, slots=True)
class WeightRange:
    """Between which weights (per cent, inclusive) of a criterion the option stays first, alone or level.

    `below` and `above` name who leads beyond each end; "" where the end is 0 or 100 and nobody does.
    """

    criterion: str
    weight: Decimal
    lowest: Fraction
    highest: Fraction
    below: str
    above: str


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """The fewest whole points by which one score must change before the option first is not first alone any more.

    `points` is below 0 for a score of the first option, above 0 for one of another. `is_level`: they would be level then.
    """

    option: str
    criterion: str
    points: int
    is_level: bool
    overtaken_by: str


def first_of(appraisal: Appraisal) -> tuple[str, ...]:
    """The names of the options with the most marks: several if they are level, none if there are no options."""
    return tuple(one.name for one in marks(appraisal) if one.rank == 1)


def weight_ranges(appraisal: Appraisal, first: str) -> tuple[WeightRange, ...]:
    """For each criterion, how far its weight may move while `first` stays first. Raises ValueError unless it is first now.

    The other weights keep their proportions to one another. A sole criterion has no other weight to take from: left out.
    """
    _require_first(appraisal, first)
    if len(appraisal.criteria) < 2:
        return ()
    return tuple(_range_of(appraisal, first, at) for at in range(len(appraisal.criteria)))


def _range_of(appraisal: Appraisal, first: str, at: int) -> WeightRange:
    now = Fraction(appraisal.criteria[at].weight)
    lowest, highest, below, above = Fraction(), Fraction(100), "", ""
    for other in appraisal.options:
        crossing = _crossing(_lead(appraisal, first, other, at)) if other.name != first else None
        if crossing is None:
            continue
        level, falls = crossing
        # Level now, and falling in the direction the weight moves: the range ends where it stands.
        if falls and now <= level < highest:
            highest, above = level, other.name
        if not falls and lowest < level <= now:
            lowest, below = level, other.name
    return WeightRange(appraisal.criteria[at].name, appraisal.criteria[at].weight, lowest, highest, below, above)


def _crossing(lead: Line) -> tuple[Fraction, bool] | None:
    """The weight at which the lead is 0, and whether it falls as the weight grows; None where it never changes sign."""
    at_none, at_all = lead
    if at_none == at_all or at_none * at_all > 0:
        return None
    return 100 * at_none / (at_none - at_all), at_all < at_none


def _lead(appraisal: Appraisal, first: str, other: Scored, at: int) -> Line:
    mine = next(one for one in appraisal.options if one.name == first)
    apart = [a - b for a, b in zip(mine.points, other.points, strict=True)]
    rest = [Fraction(one.weight) for one in appraisal.criteria]
    rest[at] = Fraction()
    others = sum((weight * gap for weight, gap in zip(rest, apart, strict=True)), Fraction()) / sum(rest)
    return others, Fraction(apart[at])


def score_changes(appraisal: Appraisal, first: str) -> tuple[ScoreChange, ...]:
    """Every single score whose change alone would end the lead of `first`, fewest points first.

    Scores that cannot, within 0 to 5, are left out; () while the first place is shared. Raises ValueError unless `first` is
    first now.
    """
    _require_first(appraisal, first)
    if len(first_of(appraisal)) > 1:
        return ()
    found = (*_of_first(appraisal, first), *_of_others(appraisal, first))
    return tuple(sorted(found, key=lambda one: abs(one.points)))


def _of_first(appraisal: Appraisal, first: str) -> Iterable[ScoreChange]:
    mine = next(one for one in appraisal.options if one.name == first)
    rivals = [one for one in appraisal.options if one.name != first]
    if not rivals:
        return
    nearest = min(rivals, key=lambda one: _gap(appraisal, mine, one))
    for criterion, given in zip(appraisal.criteria, mine.points, strict=True):
        needed, is_level = _needed(_gap(appraisal, mine, nearest), criterion.weight)
        if needed <= given:
            yield ScoreChange(first, criterion.name, -needed, is_level, nearest.name)


def _of_others(appraisal: Appraisal, first: str) -> Iterable[ScoreChange]:
    mine = next(one for one in appraisal.options if one.name == first)
    for option in appraisal.options:
        if option.name == first:
            continue
        for criterion, given in zip(appraisal.criteria, option.points, strict=True):
            needed, is_level = _needed(_gap(appraisal, mine, option), criterion.weight)
            if given + needed <= MOST_POINTS:
                yield ScoreChange(option.name, criterion.name, needed, is_level, option.name)


def _gap(appraisal: Appraisal, mine: Scored, other: Scored) -> Decimal:
    """By how many weighted points (weight × points) one option leads another."""
    pairs = zip(appraisal.criteria, mine.points, other.points, strict=True)
    return sum((one.weight * (a - b) for one, a, b in pairs), Decimal())


def _needed(gap: Decimal, weight: Decimal) -> tuple[int, bool]:
    """The fewest whole points that make up a gap; and whether they make it up exactly."""
    needed = -(-Fraction(gap) // Fraction(weight))
    return needed, needed * weight == gap


def _require_first(appraisal: Appraisal, first: str) -> None:
    if first not in first_of(appraisal):
        raise ValueError(f"{first} is not first, so there is no lead to test.")

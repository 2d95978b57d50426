"""The sensitivity of a ranking in sentences, so that nobody has to read it out of numbers.

Weights are rounded inwards to a tenth, so that what is said to hold does hold; shares to whole per cent.
"""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction

from nearhome.tendering.calculations.options.marks import Mark
from nearhome.tendering.calculations.options.sensitivity import ScoreChange, WeightRange

TENTH = Decimal("0.1")


def inwards(found: WeightRange) -> tuple[Decimal, Decimal]:
    """The lowest and the highest weight at which the option is still first, in tenths, never beyond what holds."""
    lowest = _decimal(found.lowest).quantize(TENTH, ROUND_CEILING)
    highest = _decimal(found.highest).quantize(TENTH, ROUND_FLOOR)
    # A range narrower than a tenth holds only where the weight stands.
    return min(lowest, found.weight), max(highest, found.weight)


def range_words(found: WeightRange) -> str:
    """When would a changed weight of one criterion put another option first?"""
    lowest, highest = inwards(found)
    parts = []
    if found.below:
        parts.append(f"below {_plain(lowest)} {found.below} is first")
    if found.above:
        parts.append(f"above {_plain(highest)} {found.above} is first")
    return "; ".join(parts) or "whatever its weight, the first place stays"


def order_words(marked: Sequence[Mark]) -> str:
    """Who is first, by how much, before whom; level ones are said to be level."""
    if not marked:
        return "No option can be ranked yet."
    first = [one.name for one in marked if one.rank == 1]
    if len(first) > 1:
        return f"{' and '.join(first)} are level at {tenths(marked[0].total)} of 100."
    if len(marked) == 1:
        return f"{first[0]} has {tenths(marked[0].total)} of 100. There is no other option to compare it with."
    lead, after = marked[0].total - marked[1].total, [one.name for one in marked if one.rank == 2]
    return f"{first[0]} is first with {tenths(marked[0].total)} of 100, {tenths(lead)} more than {' and '.join(after)}."


def firmest_words(
    marked: Sequence[Mark], ranges: Sequence[WeightRange], changes: Sequence[ScoreChange]
) -> tuple[str, ...]:
    """What would most easily change the first place: the nearest weight, and the fewest points of a single score.

    () where there is nothing to compare.
    """
    if len(marked) < 2:
        return ()
    is_shared = marked[1].rank == 1
    points = (
        "The first place is shared: one point more or less for either decides it."
        if is_shared
        else _fewest_points(changes)
    )
    return (_nearest_weight(ranges), points)


def _nearest_weight(ranges: Sequence[WeightRange]) -> str:
    moves = [
        (abs(end - Fraction(one.weight)), one, end, other)
        for one in ranges
        for end, other in ((one.lowest, one.below), (one.highest, one.above))
        if other
    ]
    if not moves:
        return "No change of a single weight, the others in proportion, changes the first place."
    distance, found, end, other = min(moves, key=lambda move: move[0])
    if not distance:
        return f"The weight of “{found.criterion}” is just where {other} draws level: any change one way puts it first."
    return (
        f"The nearest change of a weight that matters: “{found.criterion}” at {_plain(found.weight)} would have to be"
        f" {'above' if end > Fraction(found.weight) else 'below'} {_about(end)} before {other} is first."
    )


def _fewest_points(changes: Sequence[ScoreChange]) -> str:
    if not changes:
        return "No change of a single score, within 0 to 5, changes the first place."
    fewest = abs(changes[0].points)
    found = [one for one in changes if abs(one.points) == fewest]
    examples = "; ".join(change_words(one) for one in found[:3])
    more = f"; and {len(found) - 3} more such" if len(found) > 3 else ""
    return f"The smallest change of one score that matters is {_points(fewest)}: {examples}{more}."


def change_words(change: ScoreChange) -> str:
    """Which score, how many points up or down, and what then."""
    way = "less" if change.points < 0 else "more"
    then = f"{change.overtaken_by} is level" if change.is_level else f"{change.overtaken_by} is first"
    return f"{_points(abs(change.points))} {way} for {change.option} in “{change.criterion}”, and {then}"


def tenths(total: Decimal) -> str:
    """Marks to one decimal, half up."""
    return f"{total.quantize(TENTH, ROUND_HALF_UP)}"


def per_cent(share: Fraction) -> str:
    """A share in whole per cent; what is not nothing is never said to be 0 %, nor what is not all 100 %."""
    if 0 < share < Fraction(1, 200):
        return "under 1%"
    if Fraction(199, 200) < share < 1:
        return "over 99%"
    return f"{_decimal(share * 100).quantize(Decimal(1), ROUND_HALF_UP)}%"


def _points(count: int) -> str:
    return f"{count} point{'' if count == 1 else 's'}"


def _about(weight: Fraction) -> str:
    return _plain(_decimal(weight).quantize(TENTH, ROUND_HALF_UP))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)

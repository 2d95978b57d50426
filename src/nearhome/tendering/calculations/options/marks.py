"""What the options come to: marks, order and dominance, by the linear additive model.

Marks of an option = the sum over criteria of weight × score / 5, in per cent of the best there is. Source: the linear additive
model of “Multi-criteria analysis: a manual” (Department for Communities and Local Government, January 2009, section 4.7 and
chapter 6). That the manual describes this model was seen in its contents; the scale of 0 to 5 is our choice.
Everything is exact; rounding is left to whoever shows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

MOST_POINTS = 5
ALL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A criterion and its weight in per cent."""

    name: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Scored:
    """An option and its points (0 to 5), one for each criterion in order."""

    name: str
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Appraisal:
    """Criteria whose weights sum to 100, and options with a score for each of them.

    Raises ValueError, saying what is wrong and the mend, for anything else.
    """

    criteria: tuple[Weighed, ...]
    options: tuple[Scored, ...]

    def __post_init__(self) -> None:
        problem = weights_problem([one.weight for one in self.criteria])
        if problem:
            raise ValueError(problem)
        for option in self.options:
            if len(option.points) != len(self.criteria):
                raise ValueError(f"{option.name} needs {len(self.criteria)} scores, one for each criterion.")
            if not all(0 <= one <= MOST_POINTS for one in option.points):
                raise ValueError(f"The scores of {option.name} must be whole numbers from 0 to {MOST_POINTS}.")


@dataclass(frozen=True, slots=True)
class Mark:
    """What an option comes to: marks of 100, and its rank; equal marks share the better rank."""

    name: str
    total: Decimal
    rank: int


def weights_problem(weights: Sequence[Decimal]) -> str:
    """What is wrong with weights in per cent, with the mend; "" if they are all above 0 and sum to exactly 100."""
    if not weights:
        return "There are no criteria yet. Add at least one."
    if any(one <= 0 for one in weights):
        return "Every weight must be more than 0. Remove a criterion that does not count."
    total = sum(weights, Decimal())
    if total == ALL:
        return ""
    mend = f"Add {_plain(ALL - total)}" if total < ALL else f"Take away {_plain(total - ALL)}"
    return f"The weights sum to {_plain(total)}, not 100. {mend}."


def total_of(points: Sequence[int], weights: Sequence[Decimal]) -> Decimal:
    """Marks of 100: Σ weight × points / 5, exactly."""
    return sum((weight * given for weight, given in zip(weights, points, strict=True)), Decimal()) / MOST_POINTS


def marks(appraisal: Appraisal) -> tuple[Mark, ...]:
    """Every option with its marks and rank, best first; equal ones in the order given."""
    weights = [one.weight for one in appraisal.criteria]
    totals = {option.name: total_of(option.points, weights) for option in appraisal.options}
    ranked = sorted(totals, key=lambda name: -totals[name])
    return tuple(
        Mark(name, totals[name], 1 + sum(other > totals[name] for other in totals.values())) for name in ranked
    )


def dominated(appraisal: Appraisal) -> tuple[tuple[str, str], ...]:
    """(option, one that is at least as good in every criterion and better in one), for every option that has such a one.

    Such an option comes first under no weights at all. The better one named is the best by marks.
    """
    best_first = [one.name for one in marks(appraisal)]
    by_name = {option.name: option.points for option in appraisal.options}
    found = []
    for option in appraisal.options:
        better = next((name for name in best_first if _beats(by_name[name], option.points)), None)
        if better is not None:
            found.append((option.name, better))
    return tuple(found)


def _beats(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return one != other and all(mine >= theirs for mine, theirs in zip(one, other, strict=True))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"

"""Which homes are nearly possible, and what one or two things would make them so?"""

from dataclasses import dataclass

from nearhome.matching.calculations.feasibility import NotPossible
from nearhome.matching.calculations.ranked import Ranking
from nearhome.matching.calculations.rule import RuleOutcome

# How much it takes to mend what a rule found, Nearhome's own judgement: 1 a telephone call, 2 some days or an agreement,
# 3 the home would have to change what it is, 4 only if the facts of the child's safety were other than recorded.
EFFORT = {
    "C03": 1, "K02": 1, "C01": 2, "C02": 2, "C04": 2, "R01": 2, "K01": 2, "K03": 2, "S05": 2, "F10": 2,
    "F01": 3, "F02": 3, "F03": 3, "F05": 3, "F06": 3, "F07": 3, "F12": 3, "C05": 3, "R02": 3, "B01": 4, "L01": 4,
}  # fmt: skip
_MOST_THINGS = 2


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A home that one or two things keep out: what would have to be so, in words, and how much that takes in all."""

    home_ref: str
    home_name: str
    things: tuple[str, ...]
    words: str
    effort: int


def nearest_misses(ranking: Ranking, count: int) -> tuple[NearMiss, ...]:
    """The homes nearest to being possible, nearest first: least effort, then the smallest gap, then the reference.

    One thing in the way comes before two. A home that something nobody can mend keeps out (the law for a child under 16,
    a conflict) is never a near miss.
    """
    near = [home for home in ranking.not_possible if _is_near(home)]
    return tuple(_near_miss(home) for home in sorted(near, key=_how_far)[:count])


def _is_near(home: NotPossible) -> bool:
    return len(home.reasons) <= _MOST_THINGS and all(reason.possible_if for reason in home.reasons)


def _how_far(home: NotPossible) -> tuple[int, int, float, str]:
    return len(home.reasons), _effort(home), sum(_gap(reason) for reason in home.reasons), home.home_ref


def _effort(home: NotPossible) -> int:
    return sum(EFFORT.get(reason.rule_id, 3) for reason in home.reasons)


def _gap(reason: RuleOutcome) -> float:
    """How far the value is from the threshold where both are numbers, as a share of the larger."""
    try:
        value, threshold = float(reason.value), float(reason.threshold)
    except ValueError:
        return 1.0
    largest = max(abs(value), abs(threshold))
    return abs(value - threshold) / largest if largest else 0.0


def _near_miss(home: NotPossible) -> NearMiss:
    words = home.would_be_possible_if or home.would_be_possible_if_both or ""
    things = tuple(reason.possible_if for reason in home.reasons)
    return NearMiss(home.home_ref, home.home_name, things, words, _effort(home))

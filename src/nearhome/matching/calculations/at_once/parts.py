"""Measured parts of criteria as columns: what `Measured` is for one home, for many."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nearhome.matching.calculations.at_once.columns import Rows
from nearhome.matching.calculations.at_once.exactly import Mask, Numbers
from nearhome.matching.calculations.measured import Measured


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One part of a criterion for each possible home. `scale` is not a number where the part is not known.

    Where it does not `apply`, nothing else of it counts.
    """

    criterion: str
    applies: Mask
    scale: Numbers
    is_known: Mask
    share: Numbers


def part(
    criterion: str,
    scale: Numbers,
    *,
    applies: Mask | bool = True,
    is_known: Mask | None = None,
    share: Numbers | float = 1.0,
) -> Part:
    """A part with what is not said filled in: it applies everywhere, is known where it has a scale, has all weight."""
    rows = len(scale)
    known = ~np.isnan(scale) if is_known is None else is_known
    return Part(criterion, np.broadcast_to(applies, rows), scale, known, np.broadcast_to(share, rows))


def parts_measured(criterion: str, answers: Sequence[tuple[Measured, ...]], which: Rows) -> list[Part]:
    """The answers measured one by one, each for the homes that `which` says it is for."""
    longest = max((len(answer) for answer in answers), default=0)
    return [_nth(criterion, [answer[number : number + 1] for answer in answers], which) for number in range(longest)]


def _nth(criterion: str, answers: Sequence[tuple[Measured, ...]], which: Rows) -> Part:
    given = [answer[0] if answer else None for answer in answers]
    return Part(
        criterion,
        np.array([one is not None for one in given], dtype=np.bool_)[which],
        np.array([one.scale if one else None for one in given], dtype=np.float64)[which],
        np.array([one is not None and one.is_known for one in given], dtype=np.bool_)[which],
        np.array([one.share if one else 0.0 for one in given], dtype=np.float64)[which],
    )

"""How many children will need a place, by kind of place, need and area, with how unsure that is?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Draws = npt.NDArray[np.float64]
ANY_NEED: Final = ""
_STEPS: Final = 200  # draws that stand for a distribution of which only quantiles are known


@dataclass(frozen=True, slots=True, order=True)
class NeedKey:
    """What is needed: a kind of place, a band of need or age ("" is any), and the DfE code of an area."""

    kind: str
    need: str
    area: str


@dataclass(frozen=True, slots=True)
class NeedForecast:
    """Children who need a place at the end of each month, as equally likely futures.

    `draws` has the shape (futures, keys, months); month 1 is the first month after the data end. A row of `draws` is
    one future, so that what happens together in several keys or months is added as it happens together.
    Raises ValueError if the shape does not fit the keys, or a number is negative or missing.
    """

    keys: tuple[NeedKey, ...]
    draws: Draws

    def __post_init__(self) -> None:
        if self.draws.ndim != 3 or self.draws.shape[1] != len(self.keys) or not all(self.draws.shape):
            raise ValueError(f"The draws have the shape {self.draws.shape}, not (futures, {len(self.keys)}, months)")
        if len(set(self.keys)) != len(self.keys):
            raise ValueError("The same kind, need and area is forecast twice")
        if not (self.draws >= 0).all():
            raise ValueError("A number of children is negative or missing")

    @property
    def months(self) -> int:
        """How many months are forecast."""
        return int(self.draws.shape[2])


def need_from_quantiles(
    quantiles: Mapping[NeedKey, Sequence[Sequence[float]]], levels: Sequence[float]
) -> NeedForecast:
    """The forecast of which only quantiles are known: for each key a row for each month with its value at each level.

    Between levels values are read off a straight line, beyond the first and last they stay. All keys and months are
    taken to be high together or low together, which makes the interval of a sum as wide as it can be.
    Raises ValueError if levels do not rise between 0 and 1, or values fall from one level to the next.
    """
    at = np.asarray(levels, dtype=np.float64)
    if not len(at) or at[0] <= 0 or at[-1] >= 1 or (np.diff(at) <= 0).any():
        raise ValueError("The levels of the quantiles have to rise, each between 0 and 1")
    values = np.asarray([quantiles[key] for key in quantiles], dtype=np.float64)
    if values.ndim != 3 or values.shape[2] != len(at) or (np.diff(values, axis=2) < 0).any():
        raise ValueError("Each month needs one value for each level, none below the one before")
    futures = (np.arange(_STEPS) + 0.5) / _STEPS
    draws = np.stack([[np.interp(futures, at, month) for month in key] for key in values])
    return NeedForecast(tuple(quantiles), np.moveaxis(draws, 2, 0))

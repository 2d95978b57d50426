"""Python's own rounding and adding, for whole columns: the same answer to the last digit."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Closer than this to half-way between two roundings, Python is asked; far above the error of one multiplication.
_HALF_WAY = 0.5 - 1e-6
# From 3.12 on, Python's `sum` of floats carries what rounding lost; before, it does not.
_SUM_CARRIES = sum((1e100, 1.0, -1e100)) == 1.0


def rounded(values: Numbers, digits: int) -> Numbers:
    """What `round(value, digits)` gives for each value; not a number stays so."""
    scaled = values * 10.0**digits
    nearest = np.rint(scaled)
    result: Numbers = nearest / 10.0**digits
    close = np.flatnonzero(np.abs(scaled - nearest) > _HALF_WAY)
    if len(close):
        unsure, which = np.unique(values[close], return_inverse=True)
        result[close] = np.array([round(value, digits) for value in unsure.tolist()])[which]
    return result


def added(columns: Iterable[Numbers], rows: int) -> Numbers:
    """What `sum` gives for each row, the columns taken in order."""
    total, lost = np.zeros(rows), np.zeros(rows)
    for column in columns:
        after = total + column
        if _SUM_CARRIES:
            larger = np.abs(total) >= np.abs(column)
            lost += np.where(larger, (total - after) + column, (column - after) + total)
        total = after
    return total + lost


def divided(upper: Numbers, lower: Numbers, otherwise: float) -> Numbers:
    """`upper / lower` where `lower` is not nought, `otherwise` where it is."""
    result: Numbers = np.full(len(upper), otherwise)
    np.divide(upper, lower, out=result, where=lower != 0)
    return result


def falling_at_once(values: Numbers, full: float, none: float) -> Numbers:
    """`criteria.falling` for each value: 1 up to `full`, 0 from `none`; not a number stays so."""
    return rounded(np.maximum(0.0, np.minimum(1.0, (none - values) / (none - full))), 4)

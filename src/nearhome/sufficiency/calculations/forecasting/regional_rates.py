"""What would the public regional model say? Its rates, entries, step, interval, adjustments and costs, for comparison.

Formulas of ``cs-demand-model-regional`` (MIT licence; formulas only), stated for arrays: days first, states second. In
every matrix the row is the state left and the column the state reached. Users in two regions know these figures; ours
stand beside them. Its interval is too wide after some months (docs/methods/daily-rates.md shows by how much), so it is
never the one we offer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Expected:
    """Mean and variance (days + 1, states) from day 0; the regional model shows mean ± 2 standard deviations."""

    mean: Floats
    variance: Floats

    def interval(self) -> tuple[Floats, Floats]:
        """Mean − 2 and mean + 2 standard deviations."""
        width = 2 * np.sqrt(self.variance)
        return self.mean - width, self.mean + width


def change_rates(stock: Floats, changes: Floats, first: int, last: int) -> Floats:
    """Mean daily rate of each change over days `first` to `last` (both included); states × states.

    `stock` (days, states) and `changes` (days, states, states). A day's rate is its changes over the stock of the day
    before, which may lie before the window; a day without stock before and without a change says nothing and is left
    out of the mean; a change never seen has rate 0. Raises ValueError if children left a state in which nobody was.
    """
    before = np.full_like(stock, np.nan)
    before[1:] = stock[:-1]
    present, moved = before[first : last + 1, :, None], changes[first : last + 1]
    if ((present == 0) & (moved > 0)).any():
        raise ValueError(
            "Children left a state in which nobody was the day before; the episodes contradict each other."
        )
    said = np.broadcast_to(present > 0, moved.shape)
    shares = np.divide(moved, present, out=np.zeros(moved.shape), where=said)
    days = said.sum(axis=0)
    return np.divide(shares.sum(axis=0), days, out=np.zeros(days.shape), where=days > 0)


def entries_a_day(starts: Floats, first: int, last: int) -> Floats:
    """Starts from outside care in days `first` to `last` (both included), over that number of days."""
    return np.asarray(starts[first : last + 1].sum(axis=0) / (last - first + 1))


def daily_matrix(rates: Floats) -> Floats:
    """The rates with, on the diagonal, the share that stays: 1 less all rates out."""
    out = rates * (1 - np.eye(len(rates)))
    return np.asarray(out + np.diag(1 - out.sum(axis=1)))


def expected(matrix: Floats, entries: Floats, start_counts: Floats, days: int) -> Expected:
    """Mean and variance on day 0 to `days`: each day adds Σ p(1 − p) × population and the entries to the variance.

    The variance is not carried through the moves, which is why it grows without end.
    """
    mean, variance = np.empty((2, days + 1, len(start_counts)))
    mean[0], variance[0] = start_counts, 0
    spread = matrix * (1 - matrix)
    for day in range(days):
        variance[day + 1] = variance[day] + mean[day] @ spread + entries
        mean[day + 1] = mean[day] @ matrix + entries
    return Expected(mean, variance)


def adjusted(rates: Floats, times: Floats, plus: Floats) -> Floats:
    """Each rate multiplied, or (where it is multiplied by 1) added to, and not under 0; no state loses more than all.

    Where the rates out of a state then add to more than 1, those that nobody touched give way first, then the others.
    """
    touched = (times != 1) | (plus != 0)
    wanted = np.maximum(np.where(times != 1, rates * times, rates + plus), 0)
    kept = np.where(touched, wanted, 0).sum(axis=1, keepdims=True)
    rest = np.where(touched, 0, wanted).sum(axis=1, keepdims=True)
    room = np.clip(1 - kept, 0, None)
    untouched = np.divide(room, rest, out=np.ones_like(rest), where=rest > room)
    scaled = np.divide(1, kept, out=np.ones_like(kept), where=kept > 1)
    return np.asarray(wanted * np.where(touched, scaled, untouched))


def adjusted_entries(entries: Floats, times: Floats, plus: Floats) -> Floats:
    """Entries multiplied, or added to where multiplied by 1, and not under 0."""
    return np.maximum(np.where(times != 1, entries * times, entries + plus), 0)


def proportions(child_days: Mapping[str, float], chosen: Mapping[str, float]) -> dict[str, float]:
    """The share of each cost item in its category: by child-days, except that `chosen` shares stay as they are.

    The others are scaled so that all add to 1. Raises ValueError if the chosen shares are more than the whole.
    """
    fixed = sum(chosen.values())
    if fixed > 1 + 1e-9 or min(chosen.values(), default=0) < 0:
        raise ValueError("The shares chosen must each be at least 0 and together not more than 1.")
    free = {name: days for name, days in child_days.items() if name not in chosen}
    total = sum(free.values())
    scaled = {name: (1 - fixed) * days / total if total else 0.0 for name, days in free.items()}
    return {name: chosen.get(name, scaled.get(name, 0.0)) for name in child_days}


def cost_of_day(population: float, weekly_price: float, proportion: float) -> float:
    """Cost of one item on one day: whole children × weekly price ÷ 7 × proportion. (It rounds before it multiplies.)"""
    return round(population) * weekly_price / 7 * proportion

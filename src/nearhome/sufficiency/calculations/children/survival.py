"""How long until something happens, when not everyone has been watched from the start or to the end?"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

Z_95: Final = 1.959963984540054
_ROUNDING: Final = 1e-9  # a share this near to 0 or 1 is that


@dataclass(frozen=True, slots=True)
class Curve:
    """A share over time as steps: `share[i]` holds from `times[i]` until the next; `start` (1 or 0) before the first.

    `at_risk` were watched just before that time and `events` is what happened to them at it. `variance` is that of
    the share; `low` and `high` are a 95 % band, the share itself where the variance says nothing (0, 1 or no one).
    """

    start: float
    times: Floats
    at_risk: Wholes
    events: Wholes
    share: Floats
    variance: Floats
    low: Floats
    high: Floats

    def at(self, time: float) -> tuple[float, float, float]:
        """The share at a time with its band."""
        step = int(np.searchsorted(self.times, time, side="right")) - 1
        if step < 0:
            return self.start, self.start, self.start
        return float(self.share[step]), float(self.low[step]), float(self.high[step])

    def fewest_at_risk(self, time: float) -> int | None:
        """The smallest number watched at any step up to a time, None before the first step."""
        step = int(np.searchsorted(self.times, time, side="right"))
        return int(self.at_risk[:step].min()) if step else None


def kaplan_meier(entered: npt.ArrayLike, left: npt.ArrayLike, happened: npt.ArrayLike) -> Curve:
    """The share to whom it has not happened yet (Kaplan–Meier), of people watched from `entered` to `left`.

    Times count from each one's own start (0). Whoever came under watch later than the start counts only from then on
    (delayed entry); who was never watched (left <= entered) is dropped; `happened` is false for those who were still
    without it when the watch ended. Variance after Greenwood; band from the log of minus the log of the share.
    Sources: Kaplan and Meier 1958, Greenwood 1926, Kalbfleisch and Prentice 1980.
    """
    entry, end, event = _watched(entered, left, happened)
    times, events = np.unique(end[event.astype(bool)], return_counts=True)
    at_risk = _at_risk(entry, end, times)
    survivors = at_risk - events
    share: Floats = np.cumprod(survivors / at_risk, dtype=np.float64)
    growth = np.divide(events, at_risk * survivors, out=np.zeros(len(times)), where=survivors > 0)
    variance = share**2 * np.cumsum(growth)
    low, high = _log_log_band(share, variance)
    return Curve(1.0, times, at_risk, events, share, variance, low, high)


def cumulative_incidence(entered: npt.ArrayLike, left: npt.ArrayLike, how: npt.ArrayLike, kinds: int) -> list[Curve]:
    """The share to whom each kind of ending has happened, one curve for each kind (Aalen–Johansen).

    `how` is 0 for those still without an ending when the watch ended, else 1 to `kinds`; the endings exclude each
    other, so the shares and the share without any ending add up to one. Otherwise as `kaplan_meier`. Variance by the
    delta method (Marubini and Valsecchi 1995, 10.3); band from the log of minus the log of the share.
    """
    entry, end, ending = _watched(entered, left, how)
    times, place = np.unique(end[ending > 0], return_inverse=True)
    of_kind = np.zeros((kinds + 1, len(times)), dtype=np.int64)
    np.add.at(of_kind, (ending[ending > 0], place), 1)
    at_risk, events = _at_risk(entry, end, times), of_kind.sum(axis=0)
    still: Floats = np.cumprod(1 - events / at_risk, dtype=np.float64)
    still_before = np.concatenate(([1.0], still))[: len(times)]
    return [_incidence(times, at_risk, events, of_kind[kind], still_before) for kind in range(1, kinds + 1)]


def _incidence(times: Floats, at_risk: Wholes, events: Wholes, of_kind: Wholes, still_before: Floats) -> Curve:
    share: Floats = np.cumsum(still_before * of_kind / at_risk, dtype=np.float64)
    survivors = at_risk - events
    growth = np.divide(events, at_risk * survivors, out=np.zeros(len(times)), where=survivors > 0)
    crossed = still_before * of_kind / at_risk.astype(float) ** 2
    variance = (
        share**2 * np.cumsum(growth) - 2 * share * np.cumsum(share * growth) + np.cumsum(share**2 * growth)
        + np.cumsum(still_before**2 * (at_risk - of_kind) * of_kind / at_risk.astype(float) ** 3)
        - 2 * (share * np.cumsum(crossed) - np.cumsum(share * crossed))
    )  # fmt: skip
    low, high = _log_log_band(share, np.maximum(variance, 0))
    return Curve(0.0, times, at_risk, of_kind, share, np.maximum(variance, 0), low, high)


def _watched(entered: npt.ArrayLike, left: npt.ArrayLike, how: npt.ArrayLike) -> tuple[Floats, Floats, Wholes]:
    entry, end = np.asarray(entered, dtype=np.float64), np.asarray(left, dtype=np.float64)
    seen = end > entry
    return entry[seen], end[seen], np.asarray(how).astype(np.int64)[seen]


def _at_risk(entry: Floats, end: Floats, times: Floats) -> Wholes:
    come = np.searchsorted(np.sort(entry), times, side="left")
    gone = np.searchsorted(np.sort(end), times, side="left")
    return (come - gone).astype(np.int64)


def _log_log_band(share: Floats, variance: Floats) -> tuple[Floats, Floats]:
    inside = (share > _ROUNDING) & (share < 1 - _ROUNDING) & (variance > 0)
    within = np.where(inside, share, 0.5)
    spread = np.sqrt(np.where(inside, variance, 0)) / (within * -np.log(within))
    reach = np.exp(np.minimum(Z_95 * spread, 500))
    low, high = np.where(inside, within**reach, share), np.where(inside, within ** (1 / reach), share)
    return low, high


def median(curve: Curve) -> float | None:
    """The first time at which at most half are left (of a curve that starts at 1), None if that is never seen."""
    reached = np.flatnonzero(curve.share <= 0.5 + 1e-12)
    return float(curve.times[reached[0]]) if len(reached) else None

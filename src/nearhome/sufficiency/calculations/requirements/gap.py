"""Where will there be fewer places than children who need them?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nearhome.sufficiency.calculations.requirements.need_forecast import ANY_NEED, Draws, NeedForecast, NeedKey


@dataclass(frozen=True, slots=True)
class Change:
    """Places that open (or close, if negative) and can be used at the end of this month and after."""

    month: int
    places: int


@dataclass(frozen=True, slots=True)
class OpenPlaces:
    """The places that these children can live in: those they fill now, and those free and open to their referral.

    A need of "" is open to every need of that kind and area; it is shared among them as their need is forecast.
    Places that other authorities' children fill are not supply. Raises ValueError if a number is negative.
    """

    key: NeedKey
    filled: int
    open_to_referral: int
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        if self.filled < 0 or self.open_to_referral < 0:
            raise ValueError("A number of places is negative; places are counted from 0")

    def by_month(self, months: int) -> Draws:
        """Places at the end of each month, never below 0."""
        month = np.arange(1, months + 1)
        places = np.full(months, float(self.filled + self.open_to_referral))
        for change in self.changes:
            places += np.where(month >= change.month, change.places, 0)
        return np.maximum(places, 0)


@dataclass(frozen=True, slots=True)
class GapRow:
    """One kind, need and area at the end of one month: low, middle and high of children and of places missing.

    Missing below 0 is spare. `chance_short` is the share of futures in which at least one place is missing.
    """

    key: NeedKey
    month: int
    need: tuple[float, float, float]
    places: float
    missing: tuple[float, float, float]
    chance_short: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Places missing (negative: spare) in each future, key and month, with the need and the supply behind it.

    `missing` and `need` have the shape (futures, keys, months), `places` (keys, months). `need` is what is to be met in
    the area: of each kind the share in `share_locally`; `occupancy` is the share of a service's places that can be filled.
    """

    keys: tuple[NeedKey, ...]
    need: Draws
    places: Draws
    missing: Draws
    share_locally: Mapping[str, float]
    occupancy: float

    @property
    def months(self) -> int:
        """How many months are looked at."""
        return int(self.missing.shape[2])

    def of(self, kind: str, area: str, need: str = ANY_NEED) -> Draws:
        """Places missing in each future and month for a kind in an area: one need, or all of them added.

        What is spare for one need is taken to serve another of the same kind and area. Raises KeyError if nothing is
        forecast for them.
        """
        chosen = [
            at
            for at, key in enumerate(self.keys)
            if (key.kind, key.area) == (kind, area) and need in (ANY_NEED, key.need)
        ]
        if not chosen:
            raise KeyError(f"No need is forecast for {kind} in {area}" + (f" of {need}" if need else ""))
        summed: Draws = self.missing[:, chosen].sum(axis=1)
        return summed

    def rows(self, months: Sequence[int], within: float = 0.8) -> tuple[GapRow, ...]:
        """The gap at the end of these months with intervals that hold `within` (80 %) of the futures."""
        levels = ((1 - within) / 2, 0.5, (1 + within) / 2)
        need, missing = (np.quantile(draws, levels, axis=0) for draws in (self.need, self.missing))
        chance = (self.missing >= 1).mean(axis=0)
        return tuple(
            GapRow(
                key,
                month,
                _three(need[:, at, month - 1]),
                float(self.places[at, month - 1]),
                _three(missing[:, at, month - 1]),
                float(chance[at, month - 1]),
            )
            for at, key in enumerate(self.keys)
            for month in months
            if 1 <= month <= self.months
        )


def gap(
    need: NeedForecast,
    supply: Iterable[OpenPlaces],
    *,
    share_locally: float | Mapping[str, float] = 1.0,
    occupancy: float = 0.85,
) -> Gap:
    """How many places will be missing? missing = children to place in the area / occupancy - places.

    `share_locally` is how much of the need is to be met in the area itself (of all, or by kind of place). `occupancy`
    is the share of places a service can fill: a full service cannot take anybody, so 85 children need 100 places at
    85 %. Supply of a kind, need and area that nothing is forecast for serves nobody here and is left out.
    Raises ValueError if `share_locally` is not between 0 and 1, or `occupancy` not above 0 and at most 1.
    """
    if not 0 < occupancy <= 1:
        raise ValueError("The occupancy has to be above 0 and at most 1, such as 0.85")
    shares = {key.kind: _share(share_locally, key.kind) for key in need.keys}
    if not all(0 <= share <= 1 for share in shares.values()):
        raise ValueError("The share to be met locally has to be between 0 and 1, such as 0.8")
    local = need.draws * np.array([shares[key.kind] for key in need.keys])[None, :, None]
    places = _places(need.keys, local.mean(axis=0), tuple(supply))
    return Gap(need.keys, local, places, local / occupancy - places, shares, occupancy)


def _share(given: float | Mapping[str, float], kind: str) -> float:
    return given.get(kind, 1.0) if isinstance(given, Mapping) else given


def _places(keys: tuple[NeedKey, ...], need: Draws, supply: tuple[OpenPlaces, ...]) -> Draws:
    """Places for each key and month; those open to any need are shared in the proportion of the mean need."""
    places = np.zeros(need.shape)
    for one in supply:
        same = [at for at, key in enumerate(keys) if (key.kind, key.area) == (one.key.kind, one.key.area)]
        chosen = [at for at in same if one.key.need in (ANY_NEED, keys[at].need)]
        if chosen:
            places[chosen] += _parts(need[chosen]) * one.by_month(need.shape[1])
    return places


def _parts(need: Draws) -> Draws:
    whole = need.sum(axis=0)
    parts: Draws = np.where(whole > 0, need / np.where(whole > 0, whole, 1), 1 / len(need))
    return parts


def _three(values: Draws) -> tuple[float, float, float]:
    low, middle, high = (float(value) for value in values)
    return low, middle, high

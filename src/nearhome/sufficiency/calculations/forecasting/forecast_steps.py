"""From rates to children month by month: expected numbers, what chance adds, and what not knowing the rates adds."""

from dataclasses import dataclass

import numpy as np

from nearhome.sufficiency.calculations.forecasting.counting_days import (
    AGE_MONTHS,
    BAND_OF_DURATION,
    BIN_OF_AGE,
    DURATIONS,
    Array,
)
from nearhome.sufficiency.calculations.forecasting.pooled_rates import BINS, CATS, LEAVES, Rates, Unit

ALL = CATS  # the column of all categories together; the row of all ages is BINS
_LATER = np.minimum(np.arange(DURATIONS) + 1, DURATIONS - 1)
_OF_BIN = (np.arange(BINS)[:, None] == BIN_OF_AGE).astype(float)


@dataclass(frozen=True, slots=True)
class Path:
    """One authority's children, unaccompanied or not, from month 0 on: (month, age bin or all, category or all).

    `chance` is the variance of the process itself. The slopes are derivatives by the logarithm of a rate:
    `entry_slope[age bin, category, ...]`, `leave_slope[category, ...]`, `move_slope[from, to, ...]`. `starts`, `moves[month 1.., category]` are placements to be made in each month.
    """

    mean: Array
    chance: Array
    entry_slope: Array
    leave_slope: Array
    move_slope: Array
    starts: Array
    moves: Array


def by_age_month(go: Array) -> Array:
    """The chances of each age in months and whole months in placement, from those by age bin and time band."""
    return np.ascontiguousarray(go[:, :, BAND_OF_DURATION][BIN_OF_AGE])


def chances(go: Array, months: int) -> list[Array]:
    """Chance that a child of an age (months), category and duration now is in each category, or any, in k months.

    By going backwards from the day that counts; a child past the 18th birthday then is in none.
    """
    found = np.zeros((AGE_MONTHS, CATS, DURATIONS, CATS + 1))
    found[:, np.arange(CATS), :, np.arange(CATS)] = 1
    found[..., ALL] = 1
    stay = (1 - go.sum(-1))[:-1, :, :, None]
    to = go[:-1, ..., :CATS].reshape(AGE_MONTHS - 1, CATS * DURATIONS, CATS)
    every = [found]
    for _ in range(months):
        then = every[-1][1:]
        now = np.zeros_like(found)
        now[:-1] = stay * then[:, :, _LATER] + (to @ then[:, :, 0]).reshape(then.shape)
        every.append(now)
    return every


def path(unit: Unit, rates: Rates, calendar_months: tuple[int, ...]) -> Path:
    """What becomes of the unit's children and entrants in each of the coming months (1 to 12 says which month)."""
    months, u = len(calendar_months), int(unit.is_uasc)
    go = by_age_month(unit.go)
    fates = chances(go, months)
    season = rates.season[u][np.array(calendar_months, dtype=int) - 1]
    stock, chance = _stock(unit.now, fates)
    entry_slope, spread = _entrants(unit, rates, fates, season)
    entrants = entry_slope.sum((0, 1))
    leave_slope, move_slope, moved = _slopes(unit, rates.ages[u], season, go)
    starts = season[:, None] * unit.entries.sum(0) * rates.starts_made[u]
    return Path(
        stock + entrants, chance + entrants + float(rates.dispersion[u]) * spread,
        entry_slope, leave_slope, move_slope, starts, moved * rates.moves_made[u],
    )  # fmt: skip


def _of_bins(by_age: Array, months: int) -> Array:
    """By age now (first axis) into age bins in so many months, with all ages last."""
    into = _OF_BIN[:, months:] @ by_age[: AGE_MONTHS - months].reshape(AGE_MONTHS - months, -1)
    into = into.reshape(BINS, *by_age.shape[1:])
    return np.concatenate([into, into.sum(0, keepdims=True)])


def _stock(now: Array, fates: list[Array]) -> tuple[Array, Array]:
    """Expected survivors of the children now in care, and the exact variance of their number."""
    cells = now.reshape(AGE_MONTHS, 1, -1)
    mean, chance = [], []
    for months, fate in enumerate(fates):
        share = fate.reshape(AGE_MONTHS, -1, CATS + 1)
        mean.append(_of_bins((cells @ share)[:, 0], months))
        chance.append(_of_bins((cells @ (share * (1 - share)))[:, 0], months))
    return np.stack(mean), np.stack(chance)


def _entrants(unit: Unit, rates: Rates, fates: list[Array], season: Array) -> tuple[Array, Array]:
    """Entrants still in care by age bin and category of entry; and the sum of squares that over-dispersion multiplies."""
    months = len(season)
    rate = rates.ages[int(unit.is_uasc)][:, None] * unit.entries[BIN_OF_AGE]  # a month, by age in months and category
    surviving = []
    for later in range(months):
        here = rate[..., None] * fates[later][:, :, 0]
        apart = _OF_BIN.T[:, :, None, None] * here[:, None]  # by bin of entry too
        surviving.append(_of_bins(apart, later))
    stay = np.stack(surviving)  # months since, bin now, bin of entry, category of entry, category now
    lag = np.arange(months)[:, None] - np.arange(months)  # month of counting less month of entry
    weight = np.where(lag >= 0, season[None, :], 0.0)
    by_lag = np.zeros((months, months))
    by_lag[np.arange(months)[:, None].repeat(months, 1)[lag >= 0], lag[lag >= 0]] = weight[lag >= 0]
    slope = (by_lag @ stay.reshape(months, -1)).reshape(stay.shape)
    squares = (by_lag**2 @ (stay.sum((2, 3)) ** 2).reshape(months, -1)).reshape(months, BINS + 1, CATS + 1)
    slope = np.moveaxis(slope, (2, 3), (0, 1))
    nothing = ((0, 0),) * 2
    return np.pad(slope, (*nothing, (1, 0), (0, 0), (0, 0))), np.pad(squares, ((1, 0), (0, 0), (0, 0)))


def step(held: Array, go: Array, stay: Array) -> Array:
    """Children one month on, by age (first axis), anything, then category × duration in the last axis."""
    moved = held[:-1] @ go[:-1]
    staying = (held[:-1] * stay[:-1]).reshape(*moved.shape, DURATIONS)
    then = np.zeros((*held.shape[:-1], CATS, DURATIONS), held.dtype)
    then[1:, ..., 1:] = staying[..., :-1]
    then[1:, ..., -1] += staying[..., -1]
    then[1:, ..., 0] = moved
    return then.reshape(held.shape)


def _slopes(unit: Unit, ages: Array, season: Array, go: Array) -> tuple[Array, Array, Array]:
    """How the numbers answer to the chances of leaving and of changing category; and expected moves."""
    enter = ages[:, None] * unit.entries[BIN_OF_AGE]
    low = int(np.argmax((unit.now.sum((1, 2)) + enter.sum(1)) > 0))  # nobody is younger
    flat = go[low:].reshape(AGE_MONTHS - low, -1, CATS + 1)
    to, stay = np.ascontiguousarray(flat[..., :CATS]), (1 - flat.sum(-1))[:, None]
    to_, stay_ = to.astype(np.float32), stay.astype(np.float32)
    held = unit.now[low:].reshape(AGE_MONTHS - low, 1, -1)
    wanted = _that_matter(held, enter[low:], flat)
    slopes = np.zeros((AGE_MONTHS - low, len(wanted), held.shape[-1]), np.float32)
    found, moves = [np.zeros((BINS + 1, len(wanted), CATS))], []
    for factor in season:
        source = _sources(held, flat, wanted)
        moves.append((held @ to)[:, 0].sum(0))
        slopes = step(slopes, to_, stay_)
        slopes[1:] += source
        held = step(held, to, stay)
        held.reshape(-1, CATS, DURATIONS)[..., 0] += factor * enter[low:]
        by_category = slopes.reshape(*slopes.shape[:2], CATS, DURATIONS).sum(-1)
        into = np.tensordot(_OF_BIN[:, low:], by_category, 1)
        found.append(np.concatenate([into, into.sum(0, keepdims=True)]))
    every = np.concatenate([np.stack(found), np.stack(found).sum(-1, keepdims=True)], axis=-1)
    leave, move = np.zeros((CATS, *every.shape[:2], CATS + 1)), np.zeros((CATS, CATS, *every.shape[:2], CATS + 1))
    for at, (left, reached) in enumerate(wanted):
        slot = leave[left] if reached == LEAVES else move[left, reached]
        slot[...] = every[:, :, at]
    return leave, move, np.stack(moves)


def _that_matter(held: Array, enter: Array, flat: Array) -> tuple[tuple[int, int], ...]:
    """Changes (from, to or leaving) that a hundredth of a child or more makes in a month, now or once entrants stay."""
    there = (held[:, 0].reshape(-1, CATS, DURATIONS) + 3 * enter[..., None] / DURATIONS)[..., None]
    flow = (there * flat.reshape(-1, CATS, DURATIONS, CATS + 1)).sum((0, 2))
    return tuple((c, j) for c in range(CATS) for j in (LEAVES, *range(CATS)) if c != j and flow[c, j] >= 0.01)


def _sources(held: Array, flat: Array, wanted: tuple[tuple[int, int], ...]) -> Array:
    """What a small relative rise of each chance changes in one month, by age then."""
    flow = (held[:-1, 0, :, None] * flat[:-1]).reshape(-1, CATS, DURATIONS, CATS + 1)
    found = np.zeros((len(flow), len(wanted), CATS, DURATIONS), np.float32)
    for at, (left, reached) in enumerate(wanted):
        changing = flow[:, left, :, reached]
        _take(found[:, at, left], changing)
        if reached != LEAVES:
            found[:, at, reached, 0] += changing.sum(-1)
    return found.reshape(len(flow), len(wanted), CATS * DURATIONS)


def _take(durations: Array, amount: Array) -> None:
    durations[:, 1:] -= amount[:, :-1]
    durations[:, -1] -= amount[:, -1]

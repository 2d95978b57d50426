"""How often children enter, move and leave, month by month: rates of an authority that learn from its neighbours."""

from dataclasses import dataclass

import numpy as np

from nearhome.sufficiency.calculations.forecasting.counting_days import (
    AGE_BINS,
    AGE_MONTHS,
    BAND_OF_DURATION,
    BIN_OF_AGE,
    CATEGORIES,
    DAYS_A_MONTH,
    Array,
    CountingDays,
    counts,
)
from nearhome.sufficiency.calculations.forecasting.pooling import (
    beyond_poisson,
    learned_discount,
    pooled,
    pooling_strength,
)

BINS, CATS, BANDS, LEAVES = len(AGE_BINS), len(CATEGORIES), 3, len(CATEGORIES)
STAYS = LEAVES + 1
SEASON_MONTHS = 24  # with less there is no telling a season from a trend
_CELLS = (BINS, CATS, BANDS)
MOST = 0.95  # of the children of a cell in one month


@dataclass(frozen=True, slots=True)
class Unit:
    """The rates of one authority, unaccompanied children apart.

    `go[age bin, category, time band, j]` is the chance in a month of a new placement of category j; j = 4: of leaving.
    `entries[age bin, category]` is children a month. Errors are relative variances: `own[category, j]`, `entry_own` and
    `entry_level_own` are the authority's; `leans` and `entry_leans` say how much of the region's errors it shares.
    """

    authority: str
    is_uasc: bool
    go: Array
    own: Array
    leans: Array
    entries: Array
    entry_own: Array
    entry_leans: Array
    entry_level_own: float
    now: Array  # (AGE_MONTHS, category, duration): children on the last day


@dataclass(frozen=True, slots=True)
class Rates:
    """Everything a forecast needs. The first axis of the arrays is unaccompanied (0 no, 1 yes).

    `season[u, calendar month - 1]` multiplies entries; `ages[u, age in months]` sums to 1 in each age bin; `dispersion`
    is the entries' variance beyond Poisson; `*_error` the relative variances of the region's rates; `*_discount` what
    a month takes off the worth of what was seen. `starts_made`, `moves_made[u, category]`: placements made for each
    change seen between two counting days. `strengths` say how many events the region's rates are worth.
    """

    units: tuple[Unit, ...]
    season: Array
    ages: Array
    dispersion: Array
    entry_error: Array  # (u, age bin, category)
    leave_error: Array  # (u, age bin, category)
    move_error: Array  # (u, category from, category to)
    entry_discount: Array  # (u, category)
    change_discount: Array  # (u, category to; last: leaving)
    strengths: dict[str, float]
    starts_made: Array
    moves_made: Array


@dataclass(frozen=True, slots=True)
class _Seen:
    """Changes and children by (unaccompanied, authority, age bin, category, band[, to where]), as weighted."""

    changes: Array
    children: Array


def fitted(days: CountingDays) -> Rates:
    """The rates of the window that the counting days span. Raises ValueError if it has no whole month."""
    if days.months < 1:
        raise ValueError("The reference window is shorter than a month. Give at least one whole month.")
    change_discount, seen = _changes(days)
    flows = [_flow_rates(seen, u) for u in (0, 1)]
    entries = _entries(days)
    fits = [_fitted_entries(days, entries, u) for u in (0, 1)]
    now = _now(days)
    units = tuple(
        Unit(
            code, bool(u), flows[u].go[a], flows[u].own[a], flows[u].leans[a], fits[u].entries[a],
            fits[u].own[a], fits[u].leans[a], float(fits[u].level_own[a]), now[u, a],
        )
        for a, code in enumerate(days.authorities)
        for u in (0, 1)
    )  # fmt: skip
    entry_error = np.stack([one.error for one in fits])
    leave_error, move_error = (
        np.stack([getattr(one, name) for one in flows]) for name in ("leave_error", "move_error")
    )
    season, ages, dispersion, discount = (
        np.stack([getattr(one, name) for one in fits]) for name in ("season", "ages", "dispersion", "discount")
    )
    return Rates(
        units, season, ages, dispersion, entry_error, leave_error, move_error, discount, change_discount,
        _strengths(flows, fits), *_made(days, entries),
    )  # fmt: skip


def _strengths(flows: "list[_Flows]", fits: "list[_Entry]") -> dict[str, float]:
    who = ("not unaccompanied", "unaccompanied")
    found = {f"entries, {name}": one.strength for name, one in zip(who, fits, strict=True)}
    return found | {f"changes, {name}": one.strength for name, one in zip(who, flows, strict=True)}


def _changes(days: CountingDays) -> tuple[Array, _Seen]:
    """Weighted changes from each counting day to the next, with the discounts learned for each kind of change."""
    row, at = np.nonzero(days.category[:, :-1] >= 0)
    age = days.age[row] - (days.months - at)
    kept = age < AGE_MONTHS - 1  # the 18th birthday is not a chance
    row, at, age = row[kept], at[kept], np.maximum(age[kept], 0)
    before, after = days.category[row, at], days.category[row, at + 1].astype(np.int64)
    same = (after >= 0) & (days.placed_on[row, at] == days.placed_on[row, at + 1])
    to = np.where(same, STAYS, np.where(after < 0, LEAVES, after))
    band = BAND_OF_DURATION[_months_in_placement(days, row, at)]
    keys = (days.uasc[row], days.authority[row], BIN_OF_AGE[age], before, band)
    discount = _change_discounts(days, keys[0], at, to)
    return discount, _weighted(days, keys, at, to, discount)


def _weighted(days: CountingDays, keys: tuple[Array, ...], at: Array, to: Array, discount: Array) -> _Seen:
    shape, past = (2, len(days.authorities), *_CELLS), days.months - 1 - at
    found: dict[tuple[float, float], Array] = {}
    for pair in map(tuple, discount.T.tolist()):
        if pair not in found:
            worth = None if pair == (1.0, 1.0) else np.array(pair)[keys[0]] ** past
            found[pair] = counts(keys, shape, worth)
    children = np.stack([found[tuple(pair)] for pair in discount.T.tolist()], axis=-1)
    changed = to != STAYS
    cells = tuple(key[changed] for key in (*keys, to))
    return _Seen(counts(cells, (*shape, CATS + 1), discount[cells[0], cells[-1]] ** past[changed]), children)


def _change_discounts(days: CountingDays, uasc: Array, at: Array, to: Array) -> Array:
    """By unaccompanied and where to, over the region."""
    children = counts((uasc, at), (2, days.months))
    changes = counts((uasc, to, at), (2, STAYS + 1, days.months))[:, :STAYS]
    return np.array([[learned_discount(changes[u, j], children[u]) for j in range(STAYS)] for u in (0, 1)])


def _months_in_placement(days: CountingDays, row: Array, at: Array) -> Array:
    number = np.array([day.toordinal() for day in days.days]) - 719163  # days since 1970
    return np.minimum(((number[at] - days.placed_on[row, at]) / DAYS_A_MONTH).astype(np.int64), 12)


@dataclass(frozen=True, slots=True)
class _Flows:
    """Per authority `go`, `own` and `leans` as in Unit; the region's errors; how much neighbours count."""

    go: Array
    own: Array
    leans: Array
    leave_error: Array
    move_error: Array
    strength: float


def _flow_rates(seen: _Seen, u: int) -> _Flows:
    changes, children = seen.changes[u], seen.children[u]
    region = _smoothed(changes.sum(0), children.sum(0))
    got, due = changes.sum((1, 3)), (children * region).sum((1, 3))  # authority, category, to
    leave_error = 1 / (changes[..., LEAVES].sum((0, 3)) + 0.5)
    move_error = 1 / (got.sum(0)[:, :CATS] + 0.5)
    if len(changes) == 1:
        return _Flows(_possible(region)[None], 0 * got, np.ones_like(got), leave_error, move_error, 0.0)
    strength = pooling_strength(got.ravel(), due.ravel())
    go = region * pooled(got, due, strength)[:, None, :, None, :]
    return _Flows(_possible(go), 1 / (strength + got), strength / (strength + due), leave_error, move_error, strength)


def _possible(go: Array) -> Array:
    """No more than nearly all children of a cell change in a month."""
    total = go.sum(-1, keepdims=True)
    return np.where(total > MOST, go * MOST / np.maximum(total, MOST), go)


def _smoothed(changes: Array, children: Array) -> Array:
    """The region's monthly chances by age bin, category, band and where to: cells lean on age × time, and that on all."""
    total, there = changes.sum((0, 2)), children.sum((0, 2))
    overall = (total.sum(0) + 0.5) / (there.sum(0) + 50)
    base = (total + 2 * overall) / (there + 2)
    expected = children * base[None, :, None, :]
    by_age, by_band = np.ones((BINS, 1, 1, 1)), np.ones((1, 1, BANDS, 1))
    for _ in range(2):
        by_age = _leaning(changes.sum(2, keepdims=True), (expected * by_band).sum(2, keepdims=True))
        by_band = _leaning(changes.sum(0, keepdims=True), (expected * by_age).sum(0, keepdims=True))
    product = base[None, :, None, :] * by_age * by_band
    return product * _leaning(changes, children * product)


def _leaning(events: Array, expected: Array) -> Array:
    return pooled(events, expected, pooling_strength(events.ravel(), expected.ravel(), weakest=1.0))


@dataclass(frozen=True, slots=True)
class _Entries:
    """Children in care on a counting day and not on the one before: keys of counts."""

    uasc: Array
    authority: Array
    age: Array
    category: Array
    at: Array


def _entries(days: CountingDays) -> _Entries:
    row, at = np.nonzero((days.category[:, :-1] < 0) & (days.category[:, 1:] >= 0))
    age = np.clip(days.age[row] - (days.months - 1 - at), 0, AGE_MONTHS - 1)
    return _Entries(days.uasc[row], days.authority[row], age, days.category[row, at + 1], at)


@dataclass(frozen=True, slots=True)
class _Entry:
    """By authority `entries` a month, `own` errors, what it `leans` on the region, the level's own error; the rest."""

    entries: Array
    own: Array
    leans: Array
    level_own: Array
    error: Array
    season: Array
    ages: Array
    dispersion: Array
    discount: Array
    strength: float


def _fitted_entries(days: CountingDays, entries: _Entries, u: int) -> _Entry:
    mine = entries.uasc == u
    authority, age, category, at = (one[mine] for one in (entries.authority, entries.age, entries.category, entries.at))
    many, months = len(days.authorities), days.months
    monthly = counts((authority, at), (many, months))
    season = _season(days, monthly.sum(0))
    exposure = season[[day.month - 1 for day in days.days[1:]]]
    by_category = counts((category, at), (CATS, months))
    discount = np.array([learned_discount(one, exposure) for one in by_category])
    weight = discount[:, None] ** np.arange(months - 1, -1, -1.0)
    seen = counts((authority, BIN_OF_AGE[age], category), (many, BINS, CATS), weight[category, at])
    size = counts((days.authority,), (many,), (days.category >= 0).sum(1))
    levels, strength = _entry_levels(seen, weight @ exposure, size / max(size.sum(), 1))
    middle = monthly.mean(1, keepdims=True) * exposure / exposure.mean()
    dispersion = beyond_poisson(monthly, middle)
    error = (1 + dispersion * float(middle.mean())) / np.maximum(seen.sum(0), 0.5)
    ages = counts((age,), (AGE_MONTHS,)) + 0.02
    ages /= np.bincount(BIN_OF_AGE, ages)[BIN_OF_AGE]
    return _Entry(*levels, error, season, ages, np.array(dispersion), np.array(discount), strength)


def _entry_levels(seen: Array, span: Array, share: Array) -> tuple[tuple[Array, Array, Array, Array], float]:
    """Children a month by age bin and category: an authority's level, then its mix, each leaning on the region's."""
    region, none = seen.sum(0), np.zeros(len(seen))
    if len(seen) == 1 or not region.sum():
        return (seen / np.maximum(span, 1e-9), 0 * seen, np.ones_like(seen), none), 0.0
    got, due = seen.sum((1, 2)), share * region.sum()
    strength = pooling_strength(got, due)
    level = due * pooled(got, due, strength)
    expected = level[:, None, None] * region / region.sum()
    mix = pooling_strength(seen.ravel(), expected.ravel())
    fit = expected * pooled(seen, expected, mix)
    fit *= (level / np.maximum(fit.sum((1, 2)), 1e-9))[:, None, None]
    return (fit / np.maximum(span, 1e-9), 1 / (mix + seen), mix / (mix + expected), 1 / (strength + got)), strength


def _season(days: CountingDays, monthly: Array) -> Array:
    """Factor of each calendar month for entries over the region, leaning on 1; all 1 with less than 24 months."""
    if len(monthly) < SEASON_MONTHS or not monthly.sum():
        return np.ones(12)
    at = np.array([day.month - 1 for day in days.days[1:]])
    trend = np.convolve(np.pad(monthly, 6, mode="reflect"), np.r_[0.5, np.ones(11), 0.5] / 12, "valid")
    seen, due = np.bincount(at, monthly, 12), np.bincount(at, trend, 12)
    factor = pooled(seen, due, pooling_strength(seen, due))
    return np.asarray(factor / factor.mean())


def _now(days: CountingDays) -> Array:
    row = np.nonzero(days.category[:, -1] >= 0)[0]
    at = np.full(len(row), days.months)
    age = np.clip(days.age[row], 0, AGE_MONTHS - 1)
    keys = (days.uasc[row], days.authority[row], age, days.category[row, -1], _months_in_placement(days, row, at))
    return counts(keys, (2, len(days.authorities), AGE_MONTHS, CATS, 13))


def _made(days: CountingDays, entries: _Entries) -> tuple[Array, Array]:
    """Placements begun for each entry, and moves for each change of placement, seen between counting days."""
    row, at = np.nonzero((days.category[:, :-1] >= 0) & (days.category[:, 1:] >= 0))
    moved = days.placed_on[row, at] != days.placed_on[row, at + 1]
    row, at = row[moved], at[moved]
    shape = (2, CATS)
    seen_moves = counts((days.uasc[row], days.category[row, at + 1]), shape)
    seen_starts = counts((entries.uasc, entries.category), shape)
    return (days.starts.sum(2) + 5) / (seen_starts + 5), (days.moves.sum(2) + 5) / (seen_moves + 5)

"""What would be different if…? A named scenario beside the forecast, both with the same random numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np

from nearhome.sufficiency.calculations.forecasting.counting_days import (
    AGE_BINS,
    AGE_MONTHS,
    BIN_OF_AGE,
    CATEGORIES,
    Array,
)
from nearhome.sufficiency.calculations.forecasting.forecast import WHO, Forecast
from nearhome.sufficiency.calculations.forecasting.forecast_steps import by_age_month, step
from nearhome.sufficiency.calculations.forecasting.pooled_rates import BINS, CATS, LEAVES, MOST, Rates, Unit

Kind = Literal["entries", "leaving", "moves", "open", "cap"]
KINDS = ("entries", "leaving", "moves", "open", "cap")
DRAWS = 40


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a scenario; "" means every authority, age bin, category or both kinds of children.

    "entries" (children a month), "leaving" and "moves" (chance a month, from `category` to `to`) are multiplied by
    `times`, then `plus` is added: for entries children a month over all that is named, for chances points of 1. "open"
    gives `places` more in `category` than the forecast has, filled by children newly placed in `to`; "cap" keeps
    `category` at `places`, and children newly placed beyond it go to `to`. All from `from_month` on (1 is the first).
    """

    kind: Kind
    authority: str = ""
    who: str = ""
    age_bin: str = ""
    category: str = ""
    to: str = ""
    times: float = 1.0
    plus: float = 0.0
    places: float = 0.0
    from_month: int = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"A change cannot be “{self.kind}”. Give one of: {', '.join(KINDS)}.")
        named = ((self.age_bin, AGE_BINS), (self.category, CATEGORIES), (self.to, CATEGORIES), (self.who, WHO[:2]))
        for name, known in named:
            if name and name not in known:
                raise ValueError(f"There is no “{name}”. Give one of: {', '.join(known)}; or leave it out for all.")
        if self.kind in ("open", "cap") and not (self.category and self.to and self.category != self.to):
            raise ValueError(
                f"A change “{self.kind}” needs a category and another one, `to`, that children move between."
            )
        if self.times < 0 or self.places < 0 or self.from_month < 1:
            raise ValueError("In a change, times and places are 0 or more and from_month is 1 or more.")


@dataclass(frozen=True, slots=True)
class Scenario:
    """Changes under a name."""

    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Scenario and base over the same draws of the rates: (authority or all, age bin or all, category or all, month).

    `low` and `high` are the 80 % interval of the difference: what is not known of the rates by `draws` draws, chance
    by children whose lot differs.
    """

    scenario: Scenario
    base: Array
    mean: Array
    difference: Array
    low: Array
    high: Array
    draws: int
    seed: int


def scenario_from(plain: Mapping[str, Any]) -> Scenario:
    """The scenario in this plain form: {"name": …, "changes": [{"kind": "entries", "times": 0.9}, …]}.

    Raises ValueError with the mend if a word is not known or a value cannot be.
    """
    known = {field.name for field in fields(Change)}
    if not isinstance(plain, Mapping):
        raise ValueError("A scenario needs a name and a list of changes.")
    changes = plain.get("changes")
    if not plain.get("name") or not isinstance(changes, list) or not changes:
        raise ValueError("A scenario needs a name and a list of changes.")
    for one in changes:
        unknown = set(one) - known if isinstance(one, Mapping) else {"not an object"}
        if unknown or "kind" not in one:
            raise ValueError(f"A change of “{plain['name']}” is not understood ({', '.join(sorted(unknown)) or 'no kind'}). It may say: {', '.join(sorted(known))}.")  # fmt: skip
    try:
        return Scenario(str(plain["name"]), tuple(Change(**one) for one in changes))
    except TypeError as error:
        raise ValueError(f"A change of “{plain['name']}” has a word where a number belongs, or the reverse.") from error


def compared(base: Forecast, scenario: Scenario, *, draws: int = DRAWS) -> Compared:
    """The scenario beside the forecast. Raises ValueError if the forecast's method has no rates that could change."""
    if base.rates is None:
        raise ValueError(f"The method “{base.method}” has no scenarios. Use the method “nearhome”.")
    _check(base, scenario)
    coming = tuple(day.month for day in base.months[1:])
    calm, changed = _both(base.rates, scenario, coming)
    rng = np.random.default_rng(base.seed)
    shifts = []
    for _ in range(draws):
        before, after = _both(drawn(base.rates, rng), scenario, coming)
        shifts.append(after - before)
    difference = changed - calm
    spread = np.stack(shifts)
    deviation = np.sqrt(spread.var(0) + np.abs(difference))
    return Compared(
        scenario, calm, changed, difference, difference - 1.2816 * deviation, difference + 1.2816 * deviation,
        draws, base.seed,
    )  # fmt: skip


def _check(base: Forecast, scenario: Scenario) -> None:
    for one in scenario.changes:
        if one.authority and one.authority not in base.authorities:
            raise ValueError(f"“{scenario.name}” changes authority {one.authority}, which the forecast has not.")
        if one.from_month >= len(base.months):
            raise ValueError(f"“{scenario.name}” begins in month {one.from_month}, after the forecast's last month.")


def _both(rates: Rates, scenario: Scenario, coming: tuple[int, ...]) -> tuple[Array, Array]:
    levels = walked(rates, (), coming, None)
    return _totals(rates, levels), _totals(rates, walked(rates, scenario.changes, coming, levels))


def _totals(rates: Rates, levels: Array) -> Array:
    """From (unit, month, age bin, category) to (authority or all, age bin or all, category or all, month)."""
    table = np.moveaxis(levels.reshape(-1, 2, *levels.shape[1:]).sum(1), 1, -1)
    for axis in range(3):
        table = np.concatenate([table, table.sum(axis, keepdims=True)], axis)
    return table


def walked(rates: Rates, changes: tuple[Change, ...], coming: tuple[int, ...], base: Array | None) -> Array:
    """Expected children (unit, month 0.., age bin, category), month by month, with these changes beside the base."""
    units = rates.units
    held = [unit.now.reshape(AGE_MONTHS, 1, -1) for unit in units]
    sets: dict[tuple[Change, ...], list[_Steps]] = {}
    found = [_counted(held)]
    for month, calendar_month in enumerate(coming, 1):
        now = tuple(one for one in changes if one.from_month <= month)
        if now not in sets:
            sets[now] = [_Steps(_changed(unit, now), rates) for unit in units]
        held = [steps.on(children, calendar_month) for steps, children in zip(sets[now], held, strict=True)]
        for one in now:
            if one.kind in ("open", "cap"):
                _divert(held, units, one, base[:, month] if base is not None else None)
        found.append(_counted(held))
    return np.stack(found, axis=1)


class _Steps:
    """One unit's chances, ready to be stepped with."""

    def __init__(self, unit: Unit, rates: Rates) -> None:
        flat = by_age_month(unit.go).reshape(AGE_MONTHS, -1, CATS + 1)
        self.to, self.stay = np.ascontiguousarray(flat[..., :CATS]), (1 - flat.sum(-1))[:, None]
        self.enter = rates.ages[int(unit.is_uasc)][:, None] * unit.entries[BIN_OF_AGE]
        self.season = rates.season[int(unit.is_uasc)]

    def on(self, held: Array, calendar_month: int) -> Array:
        then = step(held, self.to, self.stay)
        then.reshape(AGE_MONTHS, CATS, -1)[..., 0] += self.season[calendar_month - 1] * self.enter
        return then


def _counted(held: list[Array]) -> Array:
    by_age = np.stack(held).reshape(len(held), AGE_MONTHS, CATS, -1).sum(-1)
    return np.stack([by_age[:, at == BIN_OF_AGE].sum(1) for at in range(BINS)], axis=1)


def _divert(held: list[Array], units: tuple[Unit, ...], one: Change, base: Array | None) -> None:
    """Children newly placed this month go elsewhere, as many as the places ask and as there are."""
    scope = [at for at, unit in enumerate(units) if _concerns(one, unit)]
    views = [held[at].reshape(AGE_MONTHS, CATS, -1) for at in scope]
    category, other = CATEGORIES.index(one.category), CATEGORIES.index(one.to)
    there = sum(float(view[:, category].sum()) for view in views)
    if one.kind == "cap":
        source, target, wanted = category, other, there - one.places
    else:
        level = float(base[scope, :, category].sum()) if base is not None else there
        source, target, wanted = other, category, level + one.places - there
    new = sum(float(view[:, source, 0].sum()) for view in views)
    share = min(1.0, max(wanted, 0.0) / new) if new > 0 else 0.0
    for view in views:
        moved = view[:, source, 0] * share
        view[:, source, 0] -= moved
        view[:, target, 0] += moved


def _concerns(one: Change, unit: Unit) -> bool:
    return one.authority in ("", unit.authority) and one.who in ("", WHO[int(unit.is_uasc)])


def _changed(unit: Unit, changes: tuple[Change, ...]) -> Unit:
    for one in changes:
        if _concerns(one, unit) and one.kind in ("entries", "leaving", "moves"):
            unit = _entering(unit, one) if one.kind == "entries" else _going(unit, one)
    return unit


def _slots(name: str, known: tuple[str, ...]) -> list[int]:
    return [known.index(name)] if name else list(range(len(known)))


def _entering(unit: Unit, one: Change) -> Unit:
    entries = unit.entries.copy()
    cells = np.ix_(_slots(one.age_bin, AGE_BINS), _slots(one.category, CATEGORIES))
    now = entries[cells] * one.times
    mix = now / now.sum() if now.sum() > 0 else np.full(now.shape, 1 / now.size)
    entries[cells] = np.maximum(now + one.plus * mix, 0)
    return replace(unit, entries=entries)


def _going(unit: Unit, one: Change) -> Unit:
    """Chances multiplied as rates, so that they stay chances."""
    reached = [LEAVES] if one.kind == "leaving" else _slots(one.to, CATEGORIES)
    factor, plus = np.ones(unit.go.shape), np.zeros(unit.go.shape)
    cells = np.ix_(_slots(one.age_bin, AGE_BINS), _slots(one.category, CATEGORIES), range(unit.go.shape[2]), reached)
    factor[cells], plus[cells] = one.times, one.plus
    total = unit.go.sum(-1, keepdims=True)
    hazard = unit.go * np.where(total > 0, -np.log1p(-total) / np.maximum(total, 1e-12), 1.0) * factor
    all_hazard = hazard.sum(-1, keepdims=True)
    go = hazard * np.where(all_hazard > 0, -np.expm1(-all_hazard) / np.maximum(all_hazard, 1e-12), 1.0)
    go = np.clip(go + plus, 0, MOST)
    total = go.sum(-1, keepdims=True)
    return replace(unit, go=np.where(total > MOST, go * MOST / np.maximum(total, MOST), go))


def drawn(rates: Rates, rng: np.random.Generator) -> Rates:
    """One possible set of rates, given what was seen: the region's errors shared, each authority's its own."""
    factor: Callable[[Array | float], Array] = lambda error: _gamma(np.asarray(error), rng)  # noqa: E731
    shared = [tuple(factor(one[u]) for one in (rates.entry_error, rates.leave_error, rates.move_error)) for u in (0, 1)]
    return replace(rates, units=tuple(_drawn(unit, shared[int(unit.is_uasc)], factor) for unit in rates.units))


def _gamma(error: Array, rng: np.random.Generator) -> Array:
    shape = 1 / np.maximum(error, 1e-9)
    return np.where(error > 1e-9, rng.gamma(shape) / shape, 1.0)


def _drawn(unit: Unit, region: tuple[Array, ...], factor: Callable[[Array | float], Array]) -> Unit:
    enter, leave, move = region
    entries = (
        unit.entries * (1 + unit.entry_leans * (enter - 1)) * factor(unit.entry_own) * factor(unit.entry_level_own)
    )
    change = np.concatenate([np.broadcast_to(move, (BINS, CATS, CATS)), leave[..., None]], -1)
    go = unit.go * ((1 + unit.leans * (change - 1)) * factor(unit.own))[:, :, None]
    total = go.sum(-1, keepdims=True)
    return replace(unit, entries=entries, go=np.where(total > MOST, go * MOST / np.maximum(total, MOST), go))

"""The days go by: children come, are placed as the policy says, leave, or move on when a placement breaks down."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from nearhome.matching.calculations.planning.instance import Floats, Ints
from nearhome.matching.calculations.playing.assumptions import NOBODY, Purpose, RegionSettings, stream
from nearhome.matching.calculations.playing.children import CLOCKS, Children, make_children
from nearhome.matching.calculations.playing.day import Day, NotAllowedError, Placements, Policy
from nearhome.matching.calculations.playing.homes import Homes, make_homes
from nearhome.matching.calculations.playing.worth import NOT_POSSIBLE, days_until_breakdown, fit_of, worth_of

STILL_THERE, LEFT_CARE, BROKE_DOWN = 0, 1, 2
_NEVER: Final = 2**30
_START_NOISE = 250.0


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A made-up region: the same homes, the same children and the same luck for every policy played in it."""

    settings: RegionSettings
    homes: Homes
    children: Children
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """What happened, as arrays with an entry for each placement in the order they were made.

    `child`, `home`, `referred_on`, `placed_on`, `ended_on` (the first night not there; the last day where
    STILL_THERE), `ended_by`, `together` (1 with all brothers and sisters who were referred, 0 not, -1 nobody else
    was), `sequence` (0 for a child's first placement), `worth`. Those of day -1 are where the children were at the start.
    `waiting` are the children still without a place at the end, with the days since which they wait; `withdrawn` those
    who left care while they waited, with the days `withdrawn_from` and `withdrawn_on`.
    """

    region: Region
    child: Ints
    home: Ints
    referred_on: Ints
    placed_on: Ints
    ended_on: Ints
    ended_by: Ints
    together: Ints
    sequence: Ints
    worth: Floats
    waiting: Ints
    waiting_since: Ints
    withdrawn: Ints
    withdrawn_from: Ints
    withdrawn_on: Ints


@dataclass(slots=True, eq=False)
class _Unit:
    """Who waits to be placed together; `points` [H] is the sum of theirs by home."""

    children: list[int]
    referred_on: int
    points: Floats
    was_group: bool


@dataclass(slots=True, eq=False)
class _State:
    region: Region
    free: Ints
    free_since: Ints
    lives_at: Ints
    placement: Ints
    placed_times: Ints
    waiting: list[_Unit] = field(default_factory=list)
    ends: dict[int, list[int]] = field(default_factory=dict)
    rows: list[list[float]] = field(default_factory=list)
    withdrawn: list[tuple[int, int, int]] = field(default_factory=list)


def make_region(settings: RegionSettings, seed: int) -> Region:
    """The region of a seed. Two policies played in it meet the same children on the same days."""
    return Region(settings, make_homes(settings, seed), make_children(settings, seed), seed)


def play(region: Region, policy: Policy) -> Played:
    """Plays the region under a policy, from day 0 to the last. Raises NotAllowedError if the policy breaks a rule.

    Every morning placements end, children arrive, those who left care while waiting are withdrawn and groups that
    waited `patience_days` are split; then the policy places whom it can. At the start everybody who was in care lives
    where today's practice would have put them (the best free home but for chance): the same for every policy.
    """
    state = _begun(region)
    groups = _arrivals(region)
    for day in range(region.settings.last_day):
        _end_placements(state, day)
        for members in groups.get(day, ()):
            _refer(state, members, day)
        _withdraw(state, day)
        _split(state, day)
        _place_all(state, policy, day)
    return _ended(state)


def _begun(region: Region) -> _State:
    homes, number = region.homes, len(region.children.group)
    nowhere = np.full(number, NOBODY, dtype=np.int32)
    state = _State(
        region, homes.places.copy(), np.full(len(homes.places), -1), nowhere, nowhere.copy(), np.zeros(number, np.int32)
    )
    rng = stream(region.seed, Purpose.START)
    residents = np.flatnonzero(region.children.arrives_on < 0)
    groups = np.split(residents, np.flatnonzero(np.diff(region.children.group[residents])) + 1)
    noise = rng.uniform(0, _START_NOISE, (len(groups), len(homes.places)))
    for number in rng.permutation(len(groups)).tolist() if len(residents) else ():
        _settle(state, groups[number].tolist(), noise[number])
    return state


def _settle(state: _State, members: list[int], noise: Floats) -> None:
    ways = [members, *([one] for one in members)] if len(members) > 1 else [members]
    for some in ways:
        if state.lives_at[some[0]] != NOBODY:
            continue
        points = _points(state, some, 0) + noise
        owner = state.region.homes.owner
        own = (owner == NOBODY) | (owner == state.region.children.authority[some[0]])
        points[(state.free < len(some)) | ~own] = NOT_POSSIBLE
        home = int(points.argmax())
        if points[home] > NOT_POSSIBLE:
            _move_in(state, _Unit(some, -1, points, len(members) > 1), home, -1)
        elif len(some) == 1:
            _refer(state, some, 0)


def _arrivals(region: Region) -> dict[int, list[list[int]]]:
    children = region.children
    found: dict[int, list[list[int]]] = {}
    new = np.flatnonzero(children.arrives_on >= 0)
    for members in np.split(new, np.flatnonzero(np.diff(children.group[new])) + 1) if len(new) else ():
        found.setdefault(int(children.arrives_on[members[0]]), []).append(members.tolist())
    return found


def _points(state: _State, members: list[int], day: int) -> Floats:
    """The points of every home for these children together, with those for living with brothers and sisters."""
    region = state.region
    who, points = np.array(members), region.settings.worth
    total: Floats = worth_of(region.settings, region.children, region.homes, who, day).sum(axis=0)
    if len(members) > 1:
        return total + points.sibling_together * len(members)
    mine = region.children.group[who[0]]
    low, high = np.searchsorted(region.children.group, [mine, mine + 1])
    others = state.lives_at[low:high]
    total[others[others != NOBODY]] += points.sibling_together
    return total


def _refer(state: _State, members: list[int], day: int) -> None:
    state.waiting.append(_Unit(members, day, _points(state, members, day), len(members) > 1))


def _end_placements(state: _State, day: int) -> None:
    """Those who leave care free their places; those whose placement breaks down are referred again at once."""
    leaves = state.region.children.leaves_on
    moved: list[int] = []
    for child in state.ends.pop(day, ()):
        home, row = int(state.lives_at[child]), state.rows[state.placement[child]]
        if state.free[home] == 0:
            state.free_since[home] = day
        state.free[home] += 1
        state.lives_at[child] = NOBODY
        row[4], row[5] = day, LEFT_CARE if leaves[child] <= day else BROKE_DOWN
        if leaves[child] > day:
            moved.append(child)
    for child in moved:
        _refer(state, [child], day)


def _withdraw(state: _State, day: int) -> None:
    leaves, staying = state.region.children.leaves_on, []
    for unit in state.waiting:
        gone = [child for child in unit.children if leaves[child] <= day]
        state.withdrawn += [(child, unit.referred_on, day) for child in gone]
        left = [child for child in unit.children if leaves[child] > day]
        if left and gone:
            unit.children, unit.points = left, _points(state, left, day)
        if left:
            staying.append(unit)
    state.waiting = staying


def _split(state: _State, day: int) -> None:
    """A group is not kept waiting for a home that takes all of them: after some days each is placed alone."""
    units: list[_Unit] = []
    for unit in state.waiting:
        if len(unit.children) == 1 or day - unit.referred_on < state.region.settings.patience_days:
            units.append(unit)
        else:
            units += [_Unit([one], unit.referred_on, _points(state, [one], day), True) for one in unit.children]
    state.waiting = units


def _place_all(state: _State, policy: Policy, day: int) -> None:
    if not state.waiting:
        return
    chosen = policy(_seen(state, day))
    placed = _allowed(state, chosen)
    for unit, home in placed:
        _move_in(state, unit, home, day)
    gone = {number for number, _ in chosen}
    state.waiting = [unit for number, unit in enumerate(state.waiting) if number not in gone]


def _seen(state: _State, day: int) -> Day:
    homes, settings = state.region.homes, state.region.settings
    sizes = np.array([len(unit.children) for unit in state.waiting], dtype=np.int32)
    waited = np.array([day - unit.referred_on for unit in state.waiting])
    worth = np.array([unit.points for unit in state.waiting])
    worth += (settings.worth.waited_a_day * waited * sizes)[:, None]
    worth[state.free[None, :] < sizes[:, None]] = NOT_POSSIBLE
    who = np.array([unit.children[0] for unit in state.waiting])
    released = (state.free > 0) & (day - state.free_since >= settings.release_after_days)
    return Day(
        day, sizes, state.region.children.authority[who], worth, state.free.copy(), homes.owner, released
    )  # fmt: skip


def _allowed(state: _State, chosen: Placements) -> list[tuple[_Unit, int]]:
    placed = [(state.waiting[number], home) for number, home in chosen]
    if len({number for number, _ in chosen}) < len(chosen):
        raise NotAllowedError("a policy placed somebody twice on one day")
    for unit, home in placed:
        if unit.points[home] == NOT_POSSIBLE:
            raise NotAllowedError(f"home {home} may not take child {unit.children[0]}")
    return placed


def _move_in(state: _State, unit: _Unit, home: int, day: int) -> None:
    """The children live there from this day on; when it will end is known to nobody but the play."""
    if state.free[home] < len(unit.children):
        raise NotAllowedError(f"home {home} has not room for {len(unit.children)}")
    region, who = state.region, np.array(unit.children)
    apart = _is_apart(state, unit, home)
    clocks = region.children.clocks[who, np.minimum(state.placed_times[who], CLOCKS - 1)]
    fit = fit_of(region.children, region.homes, who, np.array(home))
    lasts = days_until_breakdown(region.settings, fit, region.children.ages_on(who, day), np.array(apart), clocks)
    ends = np.minimum(region.children.leaves_on[who], max(day, 0) + np.maximum(1, np.ceil(np.minimum(lasts, 1e6))))
    together = -1 if not unit.was_group else int(len(unit.children) > 1)
    for child, end in zip(unit.children, ends.astype(int).tolist(), strict=True):
        state.ends.setdefault(end, []).append(child)
        state.placement[child] = len(state.rows)
        worth = float(unit.points[home]) / len(unit.children)
        state.rows.append(
            [child, home, unit.referred_on, day, _NEVER, STILL_THERE, together, int(state.placed_times[child]), worth]
        )
    state.lives_at[who] = home
    state.placed_times[who] += 1
    state.free[home] -= len(who)


def _is_apart(state: _State, unit: _Unit, home: int) -> bool:
    """Do brothers or sisters who are in care, placed or waiting, live elsewhere?"""
    group = state.region.children.group
    low, high = np.searchsorted(group, [group[unit.children[0]], group[unit.children[0]] + 1])
    others = [child for child in range(low, high) if child not in unit.children and _is_in_care(state, child)]
    return any(state.lives_at[child] != home for child in others)


def _is_in_care(state: _State, child: int) -> bool:
    return bool(state.lives_at[child] != NOBODY) or any(child in unit.children for unit in state.waiting)


def _ended(state: _State) -> Played:
    end = state.region.settings.last_day
    table = np.array(state.rows, dtype=np.float64).reshape(-1, 9)
    whole = table.astype(np.int32).T
    is_there = whole[5] == STILL_THERE
    waiting = [(child, unit.referred_on) for unit in state.waiting for child in unit.children]
    waits = np.array(waiting, dtype=np.int32).reshape(-1, 2).T
    gone = np.array(state.withdrawn, dtype=np.int32).reshape(-1, 3).T
    return Played(
        region=state.region,
        child=whole[0],
        home=whole[1],
        referred_on=whole[2],
        placed_on=whole[3],
        ended_on=np.where(is_there, end, whole[4]).astype(np.int32),
        ended_by=whole[5],
        together=whole[6],
        sequence=whole[7],
        worth=table[:, 8],
        waiting=waits[0],
        waiting_since=waits[1],
        withdrawn=gone[0],
        withdrawn_from=gone[1],
        withdrawn_on=gone[2],
    )

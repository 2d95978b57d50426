"""Planned moves one after another: an order in which each child finds the new place free, and the moves that have none.

A move takes a free place at one home and leaves a free place at another, so a free place walks from home to home
against the moves. All moves a free place can reach are done in the order of an Euler walk (Hierholzer 1873); those it
cannot reach go round in circles and only work at one moment.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """A child leaves one home for another; `from_home` None: comes from outside, `to_home` None: leaves altogether."""

    child: str
    from_home: str | None
    to_home: str | None


@dataclass(frozen=True, slots=True)
class MoveOrder:
    """`steps` one after another; each of `circles` all at one moment, whenever it suits; a sentence for each circle."""

    steps: tuple[Move, ...]
    circles: tuple[tuple[Move, ...], ...]
    sentences: tuple[str, ...]


Edge = tuple[str | None, Move | None]


def order_of_moves(moves: Sequence[Move], free: Mapping[str, int]) -> MoveOrder:
    """An order in which each move finds its place free, given the places free before the first.

    A home not in `free` has none. Every move that can be made in some order is a step; the others are in circles.
    Raises ValueError if a child moves twice or to the same home, a number is below 0, or a home would end too full.
    """
    _check(moves, free)
    ways: dict[str | None, list[Edge]] = {None: []}
    for move in moves:
        ways.setdefault(move.to_home, []).append((move.from_home, move))
        ways.setdefault(move.from_home, [])
    leaving, coming = Counter(move.from_home for move in moves), Counter(move.to_home for move in moves)
    for home in sorted(home for home in ways if home is not None):
        spare = min(free.get(home, 0), coming[home])
        ways[None] += [(home, None)] * spare
        ways[home] += [(None, None)] * (spare + leaving[home] - coming[home])
    for edges in ways.values():
        edges.reverse()
    steps = tuple(move for move in _walk(ways, None) if move is not None)
    circles = _circles(ways)
    return MoveOrder(steps, circles, tuple(_sentence(circle) for circle in circles))


def _check(moves: Sequence[Move], free: Mapping[str, int]) -> None:
    times = Counter(move.child for move in moves)
    leaving, coming = Counter(move.from_home for move in moves), Counter(move.to_home for move in moves)
    for move in moves:
        if times[move.child] > 1:
            raise ValueError(f"{move.child} has more than one move. Give each child one.")
        if move.from_home == move.to_home:
            raise ValueError(f"{move.child} would move to the home they live in. Leave this move out.")
    for home in sorted({move.to_home for move in moves if move.to_home is not None} | set(free)):
        spare = free.get(home, 0)
        if spare < 0:
            raise ValueError(f"{home} has {spare} free places. Give 0 or more.")
        left = spare + leaving[home] - coming[home]
        if left < 0:
            raise ValueError(f"{home} would have {-left} more than it has places, once all have moved.")


def _walk(ways: dict[str | None, list[Edge]], start: str | None) -> list[Move | None]:
    """A closed walk over every edge that can be reached from `start`; uses the edges up."""
    path: list[tuple[str | None, Move | None, bool]] = [(start, None, False)]
    walked: list[Move | None] = []
    while path:
        here = path[-1][0]
        if ways[here]:
            there, move = ways[here].pop()
            path.append((there, move, True))
        else:
            _, move, is_edge = path.pop()
            walked += [move] if is_edge else []
    walked.reverse()
    return walked


def _circles(ways: dict[str | None, list[Edge]]) -> tuple[tuple[Move, ...], ...]:
    """What is left, cut into circles in which no home comes twice."""
    circles = []
    for start in sorted(home for home in ways if home is not None):
        while ways[start]:
            circles.append(_one_circle(ways, start))
    return tuple(circles)


def _one_circle(ways: dict[str | None, list[Edge]], start: str) -> tuple[Move, ...]:
    path: list[Move] = []
    at: list[str | None] = [start]
    while True:
        there, move = ways[at[-1]][-1]
        assert move is not None
        path.append(move)
        if there in at:
            circle = path[at.index(there) :]
            for gone in circle:
                ways[gone.to_home].remove((gone.from_home, gone))
            return tuple(circle)
        at.append(there)


def _sentence(circle: tuple[Move, ...]) -> str:
    moves = [f"{move.child} from {move.from_home} to {move.to_home}" for move in circle]
    listed = f"{', '.join(moves[:-1])} and {moves[-1]}"
    return (
        f"These moves can only be made at the same moment, because each needs a place that another leaves: {listed}. "
        "With one free place at any of these homes they could follow one another."
    )

"""Which cells of tables have to be hidden so that no count from 1 to 5 is shown or can be worked out?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np

from nearhome.sufficiency.calculations.figures import HIDDEN, Breakdown, Cell

SMALL: Final = range(1, 6)
TOGETHER: Final = frozenset({"starts", "ends"})  # of a month: the change of the stock tells their difference
PUBLIC: Final = frozenset(
    {"children_looked_after", "started_in_year", "ceased_in_year"}
)  # whose totals everybody knows
_TOTAL: Final = -1
_MOST_IN_A_SUM: Final = 3
_NEARLY_NOTHING: Final = 1e-6

Place = tuple[int, int, str]  # table, row (−1 is the total), key of the column; "part<whole" is what a part leaves over
Sum = Mapping[Place, int]  # places with their sign: a relation between them that everybody knows


def is_small(number: int | None) -> bool:
    """Is this a count from 1 to 5?"""
    return number is not None and number in SMALL


def kinds_of_rows(table: Breakdown) -> list[str]:
    """What each row groups by, where a table groups by several things: "Sex" of "Sex: Male"; "" in other tables."""
    said = [str(row[0]).partition(": ") for row in table.rows]
    return [kind for kind, _, _ in said] if all(colon for _, colon, _ in said) else [""] * len(said)


def with_small_cells_hidden(tables: Sequence[Breakdown]) -> tuple[Breakdown, ...]:
    """The tables with every small count HIDDEN, all that rests on one, and what would let somebody work one out.

    Everybody is taken to know that a column adds up to its total; that a count is part of the count it rests on, and
    what is left over is a count too; that columns which add up to another in every row do so; that rows with the same
    word in a column add up to a figure known elsewhere; that the same figure may stand in several of the tables; and
    that a hidden count is at least 1. Tables with hidden cells and no small count have been through it and stay.
    """
    grid = _read(tables)
    hidden = frozenset(place for place, number in grid.counts.items() if is_small(number))
    if not hidden and any(cell is HIDDEN for table in tables for row in table.rows for cell in row):
        return tuple(tables)
    protected = _protected(grid, hidden)
    return tuple(_written(table, at, protected) for at, table in enumerate(tables))


@dataclass(frozen=True, slots=True)
class _Grid:
    """The counts of all tables, of what each is a part, the sums among them, the small leftovers, and words for ties."""

    counts: Mapping[Place, int]
    whole: Mapping[Place, Place]
    sums: tuple[Sum, ...]
    leftovers: frozenset[Place]
    words: Mapping[Place, str]


def _read(tables: Sequence[Breakdown]) -> _Grid:
    counts: dict[Place, int] = {}
    whole: dict[Place, Place] = {}
    words: dict[Place, str] = {}
    sums: list[Sum] = []
    for at, table in enumerate(tables):
        here = _counts(table, at)
        parts = {one.key: one.rests_on for one in table.columns if one.kind == "count" and one.rests_on}
        counts |= here
        whole |= {(at, row, key): (at, row, parts[key]) for _, row, key in here if (at, row, parts.get(key)) in here}
        words |= {(at, row, key): f"{_words(table, row)} {key}" for _, row, key in here}
        sums += [*_columns(here), *_partitions(here, parts), *_groups(table, here)]
    leftovers, relations = _leftovers(counts, whole)
    shared = _shared(tables, counts)
    return _Grid(counts, whole, (*sums, *relations, *shared), leftovers, words)


def _counts(table: Breakdown, at: int) -> dict[Place, int]:
    rows = [*enumerate(table.rows), *([(_TOTAL, table.total)] if table.total else [])]
    return {
        (at, row, column.key): cell
        for row, cells in rows
        for column, cell in zip(table.columns, cells, strict=True)
        if column.kind == "count" and isinstance(cell, int)
    }


def _words(table: Breakdown, row: int) -> str:
    """A row's own words and then its counts: rows in another order are settled alike."""
    cells = (table.total or ()) if row == _TOTAL else table.rows[row]
    said = [str(cell) for cell in cells if not isinstance(cell, int | float)]
    return " ".join((table.name, *said, *(f"{cell:09d}" for cell in cells if isinstance(cell, int))))


def _leftovers(counts: Mapping[Place, int], whole: Mapping[Place, Place]) -> tuple[frozenset[Place], list[Sum]]:
    """What small counts do parts leave over, and of which whole and part are they the difference?"""
    small: set[Place] = set()
    relations: list[Sum] = []
    for part, all_of in whole.items():
        if is_small(counts[all_of] - counts[part]):
            left = (part[0], part[1], f"{part[2]}<{all_of[2]}")
            small.add(left)
            relations.append({part: 1, left: 1, all_of: -1})
    return frozenset(small), relations


def _columns(counts: Mapping[Place, int]) -> list[Sum]:
    found: list[Sum] = []
    for total in sorted(place for place in counts if place[1] == _TOTAL):
        rows = [place for place in counts if place[2] == total[2] and place != total]
        if sum(counts[one] for one in rows) == counts[total]:
            found.append(dict.fromkeys(rows, 1) | {total: -1})
    return found


def _partitions(counts: Mapping[Place, int], whole: Mapping[str, str]) -> list[Sum]:
    """Every set of up to three parts, or all parts, of a count that adds up to it in every row."""
    rows = sorted({place[:2] for place in counts})
    found: list[Sum] = []
    for all_of in sorted(set(whole.values())):
        parts = sorted(part for part, of in whole.items() if of == all_of)
        sizes = {*range(1, min(_MOST_IN_A_SUM, len(parts)) + 1), len(parts)}
        for one in (chosen for size in sizes for chosen in combinations(parts, size)):
            sums = [{(*row, part): 1 for part in one} | {(*row, all_of): -1} for row in rows]
            if all(sum(sign * counts.get(place, 0) for place, sign in each.items()) == 0 for each in sums):
                found += [{place: sign for place, sign in each.items() if place in counts} for each in sums]
    return found


def _groups(table: Breakdown, counts: Mapping[Place, int]) -> list[Sum]:
    """Of rows with the same word in a column, such as flows from one authority, the sum is known elsewhere."""
    found: dict[tuple[str, str, str], list[Place]] = {}
    for column in (one for one in table.columns if one.kind == "text"):
        said = [str(cell) for cell in table.column(column.key)]
        for place in counts:
            if place[1] != _TOTAL:
                found.setdefault((column.key, said[place[1]], place[2]), []).append(place)
    return [dict.fromkeys(places, 1) for places in found.values() if len(places) > 1]


def _shared(tables: Sequence[Breakdown], counts: Mapping[Place, int]) -> list[Sum]:
    """The same figure in several tables: totals of the same key, rows with the same word under the same first column.

    A figure that is the sum of another table's rows, by a column of the same key, stands for those rows too.
    """
    found: list[Sum] = []
    first: dict[tuple[str, str, str], Place] = {}
    for place in counts:
        if place[1] == _TOTAL or _is_told_apart(tables[place[0]]):
            same = first.setdefault(_figure(tables[place[0]], place), place)
            if same != place and counts[same] == counts[place]:
                found.append({same: 1, place: -1})
    for at, table in enumerate(tables):
        for column in table.columns[_is_told_apart(table) :]:
            if column.kind == "text":
                found += _standing_for(table, at, column.key, counts, first)
    return found


def _is_told_apart(table: Breakdown) -> bool:
    """Has every row a first cell of its own?"""
    said = [row[0] for row in table.rows]
    return len(set(said)) == len(said)


def _figure(table: Breakdown, place: Place) -> tuple[str, str, str]:
    if place[1] == _TOTAL:
        return "", "Total", place[2]
    return table.columns[0].key, str(table.rows[place[1]][0]), place[2]


def _standing_for(
    table: Breakdown, at: int, key: str, counts: Mapping[Place, int], first: Mapping[tuple[str, str, str], Place]
) -> list[Sum]:
    said = [str(cell) for cell in table.column(key)]
    groups: dict[tuple[str, str, str], list[Place]] = {}
    for place in counts:
        if place[0] == at and place[1] != _TOTAL and (key, said[place[1]], place[2]) in first:
            groups.setdefault((key, said[place[1]], place[2]), []).append(place)
    return [
        dict.fromkeys(places, 1) | {first[name]: -1}
        for name, places in groups.items()
        if sum(counts[one] for one in places) == counts[first[name]]
    ]


def _protected(grid: _Grid, hidden: frozenset[Place]) -> frozenset[Place]:
    """The hidden places and as many more as are needed, the smallest first, until nothing hidden can be worked out."""
    while True:
        more = _follow(grid, hidden) or _added(grid, hidden, _alone(grid, hidden))
        more = more or _added(grid, hidden, _by_all_sums(grid, hidden))
        if not more:
            return hidden
        hidden |= more


def _added(grid: _Grid, hidden: frozenset[Place], known: Mapping[Place, list[Sum]]) -> frozenset[Place]:
    chosen = (_next(grid, hidden, place, sums) for place, sums in known.items())
    return frozenset(place for place in chosen if place)


def _follow(grid: _Grid, hidden: frozenset[Place]) -> frozenset[Place]:
    """The counts that are hidden because the count they are part of is, or the other of a pair."""
    parts = {part for part, all_of in grid.whole.items() if grid.counts[part] and all_of in hidden}
    pairs = {(table, row, other) for table, row, key in hidden if key in TOGETHER for other in TOGETHER - {key}}
    return frozenset((parts | (pairs & grid.counts.keys())) - hidden)


def _alone(grid: _Grid, hidden: frozenset[Place]) -> dict[Place, list[Sum]]:
    """The hidden places that a single sum gives away, with those sums."""
    unknown = hidden | grid.leftovers
    found: dict[Place, list[Sum]] = {}
    for one in grid.sums:
        inside = [place for place in one if place in unknown]
        if len(inside) == 1 or _all_ones(grid, one, inside):
            for place in inside:
                found.setdefault(place, []).append(one)
    return found


def _by_all_sums(grid: _Grid, hidden: frozenset[Place]) -> dict[Place, list[Sum]]:
    """The hidden places that several sums together give away, with the sums they are in."""
    unknown = hidden | grid.leftovers
    sums = [one for one in grid.sums if any(place in unknown for place in one)]
    return {place: [one for one in sums if place in one] for place in _determined(sums, unknown)}


def _all_ones(grid: _Grid, one: Sum, inside: list[Place]) -> bool:
    """Is the sum of the hidden counts their number, so that each must be 1?"""
    only_counts = bool(inside) and all(one[place] == 1 and place in grid.counts for place in inside)
    return only_counts and sum(grid.counts[place] for place in inside) == len(inside)


def _determined(sums: Sequence[Sum], unknown: frozenset[Place]) -> list[Place]:
    """The unknown places whose value follows from all the sums together."""
    return [place for joined in _connected(sums, unknown) for place in _fixed_by(joined, unknown)]


def _connected(sums: Sequence[Sum], unknown: frozenset[Place]) -> list[list[Sum]]:
    """The sums in groups that share no unknown place."""
    at: dict[Place, list[int]] = {}
    for number, one in enumerate(sums):
        for place in one.keys() & unknown:
            at.setdefault(place, []).append(number)
    left, groups = set(range(len(sums))), []
    while left:
        group, waiting = [], [left.pop()]
        while waiting:
            group.append(sums[waiting[-1]])
            near = {other for place in sums[waiting.pop()].keys() & unknown for other in at[place]} & left
            left -= near
            waiting += near
        groups.append(group)
    return groups


def _fixed_by(sums: Sequence[Sum], unknown: frozenset[Place]) -> list[Place]:
    order = sorted({place for one in sums for place in one if place in unknown})
    at = {place: column for column, place in enumerate(order)}
    matrix = np.zeros((len(sums), len(order)))
    for row, one in enumerate(sums):
        for place in one.keys() & unknown:
            matrix[row, at[place]] = one[place]
    inner = np.linalg.pinv(matrix @ matrix.T, hermitian=True)  # there are fewer sums than unknown places
    fixed = np.einsum("ij,ik,kj->j", matrix, inner, matrix, optimize=True) > 1 - _NEARLY_NOTHING  # of the projection
    return [place for place in order if fixed[at[place]]]


def _next(grid: _Grid, hidden: frozenset[Place], place: Place, sums: list[Sum]) -> Place | None:
    """The smallest count still shown in these sums: a part before its whole, a row before the total, a zero last.

    A total that the Department publishes of every authority is never hidden: that would protect nobody.
    """
    could = {one for each in sums for one in each if one in grid.counts and one not in hidden and not _is_public(one)}
    shown = {one for one in could if grid.counts[one]} or could

    def order(one: Place) -> tuple[bool, bool, int, str]:
        is_whole = any(each.get(one) == -1 for each in sums)
        return one[1] == _TOTAL and place[1] != _TOTAL, is_whole, grid.counts[one], grid.words[one]

    return min(shown, key=order, default=None)


def _is_public(place: Place) -> bool:
    return place[1] == _TOTAL and place[2] in PUBLIC


def _written(table: Breakdown, at: int, hidden: frozenset[Place]) -> Breakdown:
    gone: dict[int, set[str]] = {}
    for _, row, key in (place for place in hidden if place[0] == at):
        gone.setdefault(row, set()).add(key)
    rows = tuple(
        _row_written(table, row, gone[number]) if number in gone else row for number, row in enumerate(table.rows)
    )
    total = _row_written(table, table.total, gone[_TOTAL]) if table.total and _TOTAL in gone else table.total
    return replace(table, rows=rows, total=total)


def _row_written(table: Breakdown, row: tuple[Cell, ...], gone: set[str]) -> tuple[Cell, ...]:
    whole = {column.key: column.rests_on for column in table.columns}

    def rests(key: str) -> bool:
        """Is the column's count hidden, or the count that one rests on, and so on?"""
        seen: set[str] = set()
        while key in whole and key not in seen and key not in gone:
            seen.add(key)
            key = whole[key]
        return key in gone

    return tuple(
        HIDDEN
        if column.key in gone or (column.kind != "count" and cell is not None and rests(column.rests_on))
        else cell
        for column, cell in zip(table.columns, row, strict=True)
    )

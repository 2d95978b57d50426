"""The columns of a region with some homes given anew, without reading all the others again."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nearhome.matching.calculations.at_once.alike import Alike
from nearhome.matching.calculations.at_once.columns import Columns, Rows
from nearhome.matching.calculations.at_once.route_columns import RouteColumns
from nearhome.matching.calculations.candidates import Candidate

Kind = TypeVar("Kind", bound=np.generic)
Where = tuple[Rows, int]  # the rows that change, of how many


def with_homes(columns: Columns, changed: Iterable[Candidate]) -> Columns:
    """The same homes with these as they are now, or as they are to this child (conflicts, siblings there, wishes).

    `columns` stays as it was. Raises ValueError if a home is given twice or is not among the homes.
    """
    new = Columns.of(changed)
    strangers = [ref for ref in new.row_of if ref not in columns.row_of]
    if strangers:
        raise ValueError(f"not among the homes: {', '.join(strangers)}; read them all with Columns.of")
    rows = np.array([columns.row_of[ref] for ref in new.row_of], dtype=np.int64)
    homes = list(columns.homes)
    for row, home in zip(rows.tolist(), new.homes, strict=True):
        homes[row] = home
    where = (rows, len(homes))
    names = tuple(dict.fromkeys((*columns.degree_names, *new.degree_names)))
    renumbered = np.array([*(names.index(name) for name in new.degree_names), -1])
    degrees = {skill: renumbered[degree] for skill, degree in new.degrees.items()}
    return replace(
        columns,
        homes=tuple(homes),
        facts=_set(columns.facts, new.facts, where, np.nan),
        skills=_set(columns.skills, new.skills, where, False),
        excluded=_set(columns.excluded, new.excluded, where, False),
        degrees=_set(columns.degrees, degrees, where, -1),
        degree_names=names,
        minutes=_set(columns.minutes, new.minutes, where, np.nan),
        wishes_said=_set(columns.wishes_said, new.wishes_said, where, np.nan),
        alike={facts: _both(alike, new.alike[facts], rows) for facts, alike in columns.alike.items()},
        routes=_routes(columns.routes, new.routes, rows),
    )


def _set(
    old: Mapping[str, NDArray[Kind]], new: Mapping[str, NDArray[Kind]], where: Where, otherwise: float
) -> dict[str, NDArray[Kind]]:
    """Each column with the new values at these rows; `otherwise` is what a home has that says nothing."""
    rows, length = where
    columns: dict[str, NDArray[Kind]] = {}
    for name in dict.fromkeys((*old, *new)):
        column = old[name].copy() if name in old else np.full(length, otherwise, dtype=new[name].dtype)
        column[rows] = new.get(name, otherwise)
        columns[name] = column
    return columns


def _both(old: Alike, new: Alike, rows: Rows) -> Alike:
    sort = old.sort.copy()
    sort[rows] = new.sort + len(old.one_of_each)
    return Alike((*old.one_of_each, *new.one_of_each), sort)


def _routes(old: RouteColumns, new: RouteColumns, rows: Rows) -> RouteColumns:
    kept = ~np.isin(old.home, rows)
    authorities = dict(old.authorities)
    for authority in new.authorities:
        authorities.setdefault(authority, len(authorities))
    renumbered = np.array([*(authorities[authority] for authority in new.authorities), -1])
    home = np.concatenate([old.home[kept], rows[new.home]])
    order = np.argsort(home, kind="stable")

    def joined(first: NDArray[Kind], second: NDArray[Kind]) -> NDArray[Kind]:
        return np.concatenate([first[kept], second])[order]

    return RouteColumns(
        homes=old.homes,
        home=home[order],
        first=np.flatnonzero(np.diff(home[order], prepend=-1)),
        kind=joined(old.kind, new.kind),
        tier=joined(old.tier, new.tier),
        price=joined(old.price, new.price),
        party=joined(old.party, new.party),
        nominated=joined(old.nominated, renumbered[new.nominated]),
        released_from=joined(old.released_from, new.released_from),
        authorities=authorities,
    )

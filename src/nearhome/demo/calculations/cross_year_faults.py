"""A few mistakes across years, made on purpose: to see them found and repaired. Each is listed with what was done.

Only years before the newest are changed, so that the newest return stays what it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nearhome.demo.calculations.chance import Chance
from nearhome.demo.calculations.days import written
from nearhome.demo.calculations.shares import day_of
from nearhome.demo.calculations.tables import Row

EACH = 3  # of every kind, in every authority
_DECOM, _RNE, _LEGAL, _DEC, _REC = 1, 2, 3, 7, 8
_DROPPED = "dropped"  # marks a row until all faults of the year are made
ByYear = Mapping[int, dict[str, list[Row]]]
Chains = dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake made on purpose: in which return (collection year, DfE code), whose, of what kind, and what was done."""

    year: int
    authority: str
    child: str
    kind: str
    done: str


def make_faults(authority: str, returns: ByYear, rng: Chance) -> list[Fault]:
    """Spoils an authority's returns, by collection year, in place: `EACH` faults of every kind in a year before the newest.

    Kinds: `left_open` (the end of care is missing and nothing follows), `dropped` (the open episode is not in the next
    year, which begins with the one after it), `restarted` (the open episode comes back with another first day),
    `recoded` (the next year gives another legal status for the same episode).
    """
    years = sorted(returns)
    faults: list[Fault] = []
    for before, after in pairwise(years):
        chains = _chains(returns[before]), _chains(returns[after])
        for kind, spoil in _KINDS.items():
            if kind != "left_open" and after == years[-1]:
                continue
            year = before if kind == "left_open" else after
            taken = {fault.child for fault in faults}
            for child, done in _spoilt(spoil, chains, taken, rng):
                faults.append(Fault(year, authority, child, kind, done))
        _without_dropped(returns[after])
    return faults


def _chains(tables: Mapping[str, list[Row]]) -> Chains:
    chains: Chains = {}
    for row in tables["episodes"]:
        chains.setdefault(row[0], []).append(row)
    return chains


_Spoil = Callable[[Sequence[Row], Sequence[Row]], str]


def _spoilt(spoil: _Spoil, chains: tuple[Chains, Chains], taken: set[str], rng: Chance) -> Iterator[tuple[str, str]]:
    """Tries children in random order until enough have been spoilt: the child and what was done."""
    first, second = chains
    children = sorted(set(first) - taken)
    rng.shuffle(children)
    made = 0
    for child in children:
        done = spoil(first[child], second.get(child, ()))
        if done:
            made += 1
            yield child, done
        if made == EACH:
            return


def _without_dropped(tables: dict[str, list[Row]]) -> None:
    tables["episodes"] = [row for row in tables["episodes"] if row[_RNE] != _DROPPED]


def _left_open(first: Sequence[Row], second: Sequence[Row]) -> str:
    last = first[-1]
    if second or not last[_DEC]:
        return ""
    done = f"The end {last[_DEC]} ({last[_REC]}) of the episode of {last[_DECOM]} was left out; nothing follows"
    last[_DEC] = last[_REC] = ""
    return done


def _dropped(first: Sequence[Row], second: Sequence[Row]) -> str:
    carried = _carried(first, second)
    if carried is None or carried[_REC] != "X1":
        return ""
    carried[_RNE] = _DROPPED
    return f"The open episode of {carried[_DECOM]} is missing; the next begins on {second[1][_DECOM]}"


def _restarted(first: Sequence[Row], second: Sequence[Row]) -> str:
    carried = _carried(first, second)
    if carried is None:
        return ""
    began = carried[_DECOM]
    if not carried[_DEC] or day_of(carried[_DEC]) <= day_of(began) + 1:
        return ""
    carried[_DECOM] = written(day_of(began) + 1)
    return f"The open episode of {began} comes back as one of {carried[_DECOM]}"


def _recoded(first: Sequence[Row], second: Sequence[Row]) -> str:
    carried = _carried(first, second)
    if carried is None or carried[_LEGAL] != "C1" or not carried[_DEC] or len(second) > 1:
        return ""
    carried[_LEGAL] = "C2"
    return f"The legal status of the open episode of {carried[_DECOM]} was C1 and became C2 without a new episode"


def _carried(first: Sequence[Row], second: Sequence[Row]) -> Row | None:
    """The row with which the next year goes on from the one left open; none if they differ already."""
    goes_on = bool(second) and not first[-1][_DEC] and second[0][_DECOM] == first[-1][_DECOM]
    return second[0] if goes_on else None


_KINDS: Mapping[str, _Spoil] = {
    "left_open": _left_open,
    "dropped": _dropped,
    "restarted": _restarted,
    "recoded": _recoded,
}

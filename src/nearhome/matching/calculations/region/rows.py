"""Rows of places: what each way to place a unit takes of which places, and of which limits of a home."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nearhome.matching.calculations.region.places import Kind
from nearhome.matching.calculations.region.records import Placing, PlanHome
from nearhome.matching.calculations.region.ways import Ground, Unit, Way

NEVER_BINDS = 1_000_000
STAFF, FOSTERING = "staff and open to referrals", "usual fostering limit"


@dataclass(frozen=True, slots=True)
class Limit:
    """A row that is no place of its own: a limit on a home, or two children who must not be there at once."""

    home_ref: str
    words: str
    capacity: int = 1


Row = Kind | Limit


@dataclass(frozen=True, slots=True)
class Take:
    """How many places of a row a way takes, and for which members (bits; 0 for a limit, where nobody lives)."""

    row: Row
    members: int
    takes: int


def limits_of(ground: Ground) -> dict[str, list[Limit]]:
    """The limits that are tighter than a home's places. A mover's place has its staff, so it is not counted."""
    found: dict[str, list[Limit]] = {}
    for home, kinds in sorted(ground.kinds.items()):
        facts, places = ground.homes.get(home), sum(kind.capacity for kind in kinds if not kind.freed_by)
        if facts is None:
            continue
        pairs = ((STAFF, facts.at_most), (FOSTERING, facts.unrelated_at_most))
        found[home] = [Limit(home, words, max(0, most)) for words, most in pairs if most is not None and most < places]
    return found


def takes_of(unit: Unit, way: Way, ground: Ground, limits: Mapping[str, Sequence[Limit]]) -> tuple[Take, ...] | None:
    """Everything the way takes, each row once. None where it would take more than there is."""
    member_of = {child.child_ref: number for number, child in enumerate(unit.members)}
    lone = _alone_in(way, ground)
    takes = [Take(kind, 1 << member, 1) for kind, member in way.places]
    takes += _later_steps(way.places, ground)
    takes += [Take(left_by(mover), 0, 1) for mover in _needs_to_leave(way, ground)]
    takes += [take for placing in way.placings for take in _of_movers(placing, member_of, unit, ground)]
    for home in lone:
        takes += _whole_home(home, way, ground, limits)
    limited = _of_limits(way, ground, limits, lone)
    return None if limited is None else _added_up([*takes, *limited])


def clashes(
    pairs: Iterable[tuple[str, str]], ways: Mapping[str, Sequence[tuple[int, Placing]]], movers: Mapping[str, str]
) -> list[tuple[Limit, list[int]]]:
    """Rows for children who must not be in one home, one of whom would leave it only after the other has come.

    `ways` has for each child its placings as (option number, placing); `movers` the home each mover leaves. In each
    row at most one of the options may be chosen.
    """
    rows = []
    for pair in pairs:
        for leaver, comer in (pair, pair[::-1]):
            home = movers.get(leaver, "")
            if home:
                rows += _clash(leaver, comer, home, ways)
    return rows


def not_both(
    pairs: Iterable[tuple[str, str]], ways: Mapping[str, Sequence[tuple[int, Placing]]], movers: Mapping[str, str]
) -> list[tuple[Limit, list[int]]]:
    """Rows for two who live together now but should not: they may both stay, but not both go to another home."""
    rows = []
    for one, other in pairs:
        goes: dict[str, set[int]] = defaultdict(set)
        homes = [{placing.home_ref for _, placing in ways.get(child, ())} for child in (one, other)]
        for option, placing in (*ways.get(one, ()), *ways.get(other, ())):
            goes[placing.home_ref].add(option)
        for home in sorted(homes[0] & homes[1] - {movers[one]}):
            rows.append((Limit(home, f"{one} and {other} must not live together"), sorted(goes[home])))
    return rows


def _clash(
    leaver: str, comer: str, home: str, ways: Mapping[str, Sequence[tuple[int, Placing]]]
) -> list[tuple[Limit, list[int]]]:
    coming: dict[date, list[int]] = defaultdict(list)
    for option, placing in ways.get(comer, ()):
        if placing.home_ref == home and placing.opening != -1:
            coming[placing.starts_on].append(option)
    leaving = [(option, placing.starts_on) for option, placing in ways.get(leaver, ()) if placing.home_ref != home]
    found = []
    for day, options in sorted(coming.items()):
        late = [option for option, leaves_on in leaving if leaves_on > day and option not in options]
        if late:
            words = f"{comer} comes on {day.isoformat()}, and must not meet {leaver}"
            found.append((Limit(home, words), sorted({*options, *late})))
    return found


def _later_steps(places: Sequence[tuple[Kind, int]], ground: Ground) -> list[Take]:
    """A place freed on one day is also taken in the rows of all the days after it."""
    return [
        Take(later, 0, 1)
        for kind, _ in places
        if kind.freed_by
        for later in _steps(kind.freed_by, kind.home_ref, ground)
        if later.step > kind.step
    ] + [Take(left_by(kind.freed_by), 0, 1) for kind, _ in places if kind.freed_by]


def _needs_to_leave(way: Way, ground: Ground) -> list[str]:
    """Movers with whom the newcomers must not live, at the homes they come to."""
    coming = [placing for placing in way.placings if placing.opening != -1]
    return [
        child.child_ref
        for child in ground.movers
        for placing in coming
        if child.moves_from == placing.home_ref and frozenset((child.child_ref, placing.child_ref)) in ground.apart
    ]


def left_by(mover: str) -> Limit:
    """A row that never binds, at no authority's home: so a place that needs a move is nobody's to count on alone."""
    return Limit(f"the place {mover} leaves", f"free only if {mover} moves", NEVER_BINDS)


def _of_movers(placing: Placing, member_of: Mapping[str, int], unit: Unit, ground: Ground) -> list[Take]:
    """A mover holds their own place: in every row if they stay, in those of days before they leave if they go."""
    child = unit.members[member_of[placing.child_ref]]
    if not child.moves_from:
        return []
    steps = _steps(child.child_ref, child.moves_from, ground)
    if placing.opening != -1:
        return [Take(step, 0, 1) for step in steps if step.ready_on < placing.starts_on]
    return [Take(step, (1 << member_of[child.child_ref]) * (step.step == 0), 1) for step in steps]


def _steps(mover: str, home: str, ground: Ground) -> list[Kind]:
    return [kind for kind in ground.kinds.get(home, ()) if kind.freed_by == mover]


def _alone_in(way: Way, ground: Ground) -> list[str]:
    """Homes to which the way brings a child who must live there alone. Who stays is held apart from all who come."""
    coming = [placing for placing in way.placings if placing.opening != -1]
    options = ((placing.home_ref, ground.options[placing.child_ref].get(placing.home_ref)) for placing in coming)
    return [home for home, option in options if option is not None and option.takes_all]


def _whole_home(home: str, way: Way, ground: Ground, limits: Mapping[str, Sequence[Limit]]) -> list[Take]:
    """Every place of the home, so that nobody else comes; what the child takes already is not taken twice.

    Of a mover's place only the last row: whoever takes the place is in it, and so is the mover who stays.
    """
    has = Counter(kind for kind, _ in way.places)
    own = {kind.freed_by for kind, _ in way.places}
    kinds = [kind for kind in ground.kinds.get(home, ()) if not kind.freed_by]
    last = {kind.freed_by: kind for kind in ground.kinds.get(home, ()) if kind.freed_by and kind.freed_by not in own}
    rest = [Take(kind, 0, kind.capacity - has[kind]) for kind in (*kinds, *last.values()) if kind.capacity > has[kind]]
    return rest + [Take(limit, 0, limit.capacity) for limit in limits.get(home, ())]


def _of_limits(
    way: Way, ground: Ground, limits: Mapping[str, Sequence[Limit]], lone: Sequence[str]
) -> list[Take] | None:
    coming = Counter(kind.home_ref for kind, _ in way.places if not kind.freed_by)
    found = []
    for home, count in sorted(coming.items()):
        for limit in limits.get(home, ()):
            if count > limit.capacity and not (limit.words == FOSTERING and _are_siblings(way, ground.homes[home])):
                return None
            if home not in lone:
                found.append(Take(limit, 0, min(count, limit.capacity)))
    return found


def _are_siblings(way: Way, home: PlanHome) -> bool:
    """Would only brothers and sisters be fostered in this home? The usual limit does not count for them."""
    coming = [placing.child_ref for placing in way.placings if placing.home_ref == home.home_ref]
    return (home.nobody_there and len(way.placings) > 1) or set(coming) <= set(home.siblings_of)


def _added_up(takes: Sequence[Take]) -> tuple[Take, ...] | None:
    members: dict[Row, int] = defaultdict(int)
    count: dict[Row, int] = defaultdict(int)
    for take in takes:
        members[take.row] |= take.members
        count[take.row] += take.takes
    if any(count[row] > row.capacity for row in count):
        return None
    return tuple(Take(row, members[row], count[row]) for row in count)

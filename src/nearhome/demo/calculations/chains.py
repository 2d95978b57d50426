"""Episodes of care that hold together: each begins when legal status or placement changes, and says which."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from nearhome.demo.calculations import assumptions
from nearhome.demo.calculations.chance import Chance, dealt, one_of, pick
from nearhome.demo.calculations.children import Child
from nearhome.demo.calculations.days import Year
from nearhome.demo.calculations.figures import PORT_OF_ENTRY, AuthorityFigures
from nearhome.demo.calculations.homes import FOREVER, Setting, Spot
from nearhome.demo.calculations.moves import plan_before, plan_of_the_gone
from nearhome.demo.calculations.placing import Placer, Wanted
from nearhome.demo.calculations.plans import Plan, earliest

STATUS_CHANGE = {"U4": "U6", "U1": "U3"}  # long term now, not yet long term before: same carer
STATUS_CHANGE_CHANCE = 0.46
SETTLING_DAYS = 550  # before the year: who came to care since moves more
SETTLED_DAYS = 140  # from the start of care to a placement order, at least
ALIGNED_MOVES = 0.10  # moves on the day the legal status changes
# Mean time before the year in the first placement it shows, by how often the child moves in the year: who moves has
# mostly moved before. It ends with the start of care.
LASTING_DAYS = {0: 4500, 1: 250, 2: 90}
LASTING_DAYS_OF_THE_GONE = 1200
FOR_ADOPTION_DAYS = 180  # the same where the child is placed for adoption
SAME_HOUSE = 0.6  # children placed with parents at the very home postcode


@dataclass(frozen=True, slots=True)
class Stay:
    """Living in one place: from a day to a day (FOREVER while open), by which codes, and where."""

    start: int
    end: int
    code: str
    provider: str
    spot: Spot
    urn: str
    setting: Setting | None


@dataclass(frozen=True, slots=True)
class Episode:
    """One row of the Episodes table. Days are ordinals; `ended` None while open."""

    started: int
    reason: str
    legal: str
    code: str
    provider: str
    ended: int | None
    end_reason: str
    change_reason: str
    spot: Spot
    urn: str


@dataclass(frozen=True, slots=True)
class Story:
    """A child's year: where home was, the stays and the episodes."""

    child: Child
    home: Spot
    stays: tuple[Stay, ...]
    episodes: tuple[Episode, ...]


def moves_in_year(
    one: AuthorityFigures, children: Sequence[Child], plans: Mapping[str, Plan], year: Year, rng: Chance
) -> dict[str, int]:
    """How many times each child moved in the year. Three placements or more as published; two for one in five (ours)."""
    moves = {child.child_id: 0 for child in children}
    open_ones = [child for child in children if not child.ended]
    weights = [_moves_weight(child, plans[child.child_id], year) for child in open_ones]
    many = pick(open_ones, weights, round(one.pct_three_placements * one.stock / 100), rng)
    several = {child.child_id: one_of({2: 70, 3: 22, 4: 8}, rng) for child in many}
    moves |= several
    rest = [child for child in open_ones if child.child_id not in several]
    weights = [_moves_weight(child, plans[child.child_id], year) ** 0.5 for child in rest]
    moves |= {child.child_id: 1 for child in pick(rest, weights, round(0.20 * one.stock), rng)}
    port = one.dfe_code == PORT_OF_ENTRY
    for child in children:
        if child.ended:
            quick = child.unaccompanied and port
            moves[child.child_id] = one_of({0: 82, 1: 18} if quick else {0: 65, 1: 25, 2: 10}, rng)
    return moves


def _moves_weight(child: Child, plan: Plan, year: Year) -> float:
    seen = year.last - max(child.started, year.first)
    if seen < 25 or plan.code in ("A5", "A6"):
        return 0.0
    settling = 3.0 if child.started >= year.first else 1.5 if child.started >= year.first - SETTLING_DAYS else 1.0
    return settling * (1.6 if child.age(year.last) >= 10 else 1.0)


def tell_story(
    child: Child, plan: Plan | None, moves: int, placer: Placer, year: Year, reasons: Iterator[str]
) -> Story:
    """Places a child through the year and writes the episodes: valid by the chain rules of the return.

    `reasons` deals the reasons for moving, see `reasons_for_moving`.
    """
    rng = placer.rng
    final = plan or plan_of_the_gone(child, child.authority == PORT_OF_ENTRY, rng)
    if final.code == "A5" and moves:  # the foster carer adopts: no move to show
        final = replace(final, code="A6")
    begins, cuts = _cuts(child, final, moves, year, rng)
    legal = _legal_steps(child, begins, final.code, year, rng)
    if cuts and len(legal) > 1 and legal[1][0] >= earliest(final.code, child) and rng.random() < ALIGNED_MOVES:
        cuts = sorted({*cuts[:-1], legal[1][0]})
    home, stays = _stays(child, final, begins, cuts, legal, placer, rng)
    stays = _with_status_change(stays, year, rng)
    return Story(child, home, tuple(stays), tuple(episodes_of(child, stays, legal, reasons, rng)))


def _cuts(child: Child, final: Plan, moves: int, year: Year, rng: Chance) -> tuple[int, list[int]]:
    """When the first visible episode begins and on which days of the year the child moved."""
    first_allowed = earliest(final.code, child)
    begins, lowest = child.started, child.started + 1
    if child.started < year.first:
        mean = _lasting(child, final, moves)
        settled = child.started + (SETTLED_DAYS if child.legal == "E1" else 0)
        begins = max(min(settled, year.first - 1), year.first - 1 - int(rng.expovariate(1 / mean)))
        if first_allowed < year.first:
            begins = max(begins, first_allowed)
        lowest = year.first
    highest = min(child.ended or year.last + 1, year.last + 1) - 1
    if begins < first_allowed and not moves:
        moves = 1
    if highest <= lowest or highest - lowest < moves:
        return begins, []
    last_cut = rng.randrange(max(lowest, min(first_allowed, highest)), highest + 1) if moves else 0
    others = {rng.randrange(lowest, last_cut) for _ in range(moves - 1)} if moves and last_cut > lowest else set()
    return begins, sorted(others | ({last_cut} if moves else set()))


def _lasting(child: Child, final: Plan, moves: int) -> int:
    if final.code in ("A5", "A6"):
        return FOR_ADOPTION_DAYS
    return LASTING_DAYS_OF_THE_GONE if child.ended and not moves else LASTING_DAYS[min(moves, 2)]


def _legal_steps(child: Child, begins: int, final_code: str, year: Year, rng: Chance) -> list[tuple[int, str]]:
    """The legal statuses from the first visible day: (from day, code), ending with the child's status now."""
    now, stop = child.legal, min(child.ended or year.last + 1, year.last + 1)
    with_parents, adopted = final_code == "P1", final_code in ("A5", "A6")
    if child.unaccompanied or now in ("J1", "L1") or adopted:
        return [(begins, now)]
    if child.started < year.first:
        chance, before = assumptions.LEGAL_BEFORE.get(now, (0.0, now))
        if rng.random() >= chance or (with_parents and before == "V2") or stop - year.first < 3:
            return [(begins, now)]
        return [(begins, before), (rng.randrange(year.first + 1, stop), now)]
    start = one_of(assumptions.LEGAL_AT_START.get(now, {now: 1.0}), rng)
    if with_parents and start == "V2":
        start = "C1"
    return steps_since_start(child.started, start, now, stop, rng)


def steps_since_start(started: int, start: str, now: str, stop: int, rng: Chance) -> list[tuple[int, str]]:
    """Legal statuses from `start` on the first day to `now` before `stop`: (from day, code)."""
    steps, day = [(started, start)], started
    if start in ("L1", "L2"):
        day += rng.randrange(1, 4) if start == "L1" else rng.randrange(4, 19)
        following = "C1" if now in ("C1", "C2") else now
        if day >= stop:
            return [(started, following)]
        steps.append((day, following))
    if steps[-1][1] != now:
        day += rng.randrange(10, 90) if steps[-1][1] == "V2" else rng.randrange(120, 240)
        if day >= stop:  # little time: halfway between the last step and the end
            day = (steps[-1][0] + stop) // 2
        if day <= steps[-1][0]:
            return [(started, now)]
        steps.append((day, now))
    return steps


def _stays(
    child: Child,
    final: Plan,
    begins: int,
    cuts: Sequence[int],
    legal: Sequence[tuple[int, str]],
    placer: Placer,
    rng: Chance,
) -> tuple[Spot, list[Stay]]:
    """The last stay first, for it decides the home address; then each one before it."""
    bounds = [begins, *cuts, child.ended or FOREVER]
    parents_allowed = all(code in ("C1", "C2") for _, code in legal)
    plan, home, later = final, None, ""
    stays: list[Stay] = []
    for start, end in reversed(list(pairwise(bounds))):
        if stays:
            plan = plan_before(child, plan, start, parents_allowed and plan.code != "P1", rng)
        stay, home = one_stay(child, plan, (start, end), home, later, placer, rng)
        later = stay.spot.postcode
        stays.append(stay)
    assert home is not None
    return home, stays[::-1]


def one_stay(
    child: Child, plan: Plan, when: tuple[int, int], home: Spot | None, avoid: str, placer: Placer, rng: Chance
) -> tuple[Stay, Spot]:
    """A stay as planned, and the home address: `home` where it is known; `avoid` is where the child moves on to."""
    wanted = Wanted(plan.kind, plan.provider, plan.cell)
    if plan.code == "P1" and plan.cell in ("in_near", "in") and rng.random() < SAME_HOUSE:
        home = home or placer.market.spot_in(child.authority)
        if home.postcode != avoid:
            return Stay(*when, plan.code, plan.provider, home, "", None), home
    found, home = placer.place(child.authority, wanted, home, (*when, child.born, child.sex), avoid)
    urn = ""
    if found.setting:
        urn = found.setting.service.urn
    elif plan.kind in ("kinship", "adoption"):
        service = {"kinship": "fostering", "adoption": "adoption"}[plan.kind]
        urn = placer.market.service(service, child.authority).urn
    return Stay(*when, plan.code, plan.provider, found.spot, urn, found.setting), home


def _with_status_change(stays: list[Stay], year: Year, rng: Chance) -> list[Stay]:
    """Long-term fostering sometimes became long term in the year: the same carer, another code."""
    last = stays[-1]
    begins, stop = max(last.start, year.first) + 1, min(last.end, year.last + 1)
    if last.code not in STATUS_CHANGE or stop - begins < 15 or rng.random() > STATUS_CHANGE_CHANCE:
        return stays
    day = rng.randrange(begins + 5, stop - 2)
    before = Stay(last.start, day, STATUS_CHANGE[last.code], *_where(last)[1:4], last.setting)
    return [*stays[:-1], before, Stay(day, last.end, *_where(last)[:4], last.setting)]


def _where(stay: Stay) -> tuple[str, str, Spot, str]:
    return stay.code, stay.provider, stay.spot, stay.urn


def episodes_of(
    child: Child, stays: Sequence[Stay], legal: Sequence[tuple[int, str]], moving: Iterator[str], rng: Chance
) -> list[Episode]:
    """The episodes of a run of stays and legal steps: a new one on each day when either changes."""
    days = sorted({stay.start for stay in stays} | {day for day, _ in legal})
    bounds = [*days, child.ended or FOREVER]
    there = [(_stay_on(stays, day), _legal_on(legal, day)) for day in days]
    reasons = ["S" if days[0] == child.started else _earlier_reason(stays[0], rng)]
    reasons += [_reason_for_new(*there[at - 1], *there[at]) for at in range(1, len(days))]
    episodes = []
    for at, (stay, status) in enumerate(there):
        last = at == len(days) - 1
        ended = child.ended if last else bounds[at + 1]
        change = "" if last else _reason_for_change(reasons[at + 1], there[at + 1][0], moving)
        end_reason = child.ending if last else "X1"
        episodes.append(
            Episode(
                days[at], reasons[at], status, stay.code, stay.provider, ended, end_reason, change, stay.spot, stay.urn
            )
        )
    return episodes


def _earlier_reason(stay: Stay, rng: Chance) -> str:
    """Why an episode began before the year. Adoption by the foster carer keeps the carer (rule 217)."""
    if stay.code in ("A5", "A6"):
        return "T" if stay.code == "A5" else "P"
    return one_of({"P": 65, "L": 20, "B": 15}, rng)


def _stay_on(stays: Sequence[Stay], day: int) -> Stay:
    return next(stay for stay in reversed(stays) if stay.start <= day)


def _legal_on(legal: Sequence[tuple[int, str]], day: int) -> str:
    return next(code for start, code in reversed(legal) if start <= day)


def _reason_for_new(stay: Stay, status: str, next_stay: Stay, next_status: str) -> str:
    """Rules 434 to 436: what changed decides the code."""
    if stay is next_stay:
        return "L"
    same_carer = (stay.spot, stay.urn) == (next_stay.spot, next_stay.urn)
    if status == next_status:
        return "T" if same_carer else "P"
    return "U" if same_carer else "B"


def _reason_for_change(next_reason: str, following: Stay, moving: Iterator[str]) -> str:
    if next_reason == "L":
        return ""
    if next_reason in ("T", "U"):
        return "PLACE"
    if following.code in ("A5", "A6"):
        return "CARPL"
    return next(moving)


_REASONS = {
    "CARPL": 34,
    "OTHER": 25,
    "CREQB": 8,
    "CREQO": 7,
    "CHILD": 3,
    "LAREQ": 2,
    "ALLEG": 1,
    "STAND": 1,
    "CLOSE": 1,
}


def reasons_for_moving(rng: Chance) -> Iterator[str]:
    """Reasons for a change of placement, in the published shares (a change of status only is not a move)."""
    return dealt(_REASONS, rng)

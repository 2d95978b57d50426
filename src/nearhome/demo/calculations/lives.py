"""A made-up child's whole time in care, told backwards from the first episode that a year's return shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from nearhome.demo.calculations import assumptions
from nearhome.demo.calculations.chains import Episode, Stay, Story, episodes_of, one_stay, steps_since_start
from nearhome.demo.calculations.chance import Chance, one_of
from nearhome.demo.calculations.children import Child
from nearhome.demo.calculations.days import birthday
from nearhome.demo.calculations.homes import FOREVER, Spot
from nearhome.demo.calculations.moves import plan_before
from nearhome.demo.calculations.placing import Placer
from nearhome.demo.calculations.plans import Plan, earliest, make_plan
from nearhome.demo.calculations.trend import seasonal, year_of

# Moves of a child in a year (ours): of those who move in the year the story tells, and of everyone else. So that three
# placements or more come out for 12% in every year, and the same children move again and again.
MOVES_OF_MOVERS = {0: 0.30, 1: 0.20, 2: 0.32, 3: 0.12, 4: 0.06}
MOVES_OF_OTHERS = {0: 0.87, 1: 0.06, 2: 0.05, 3: 0.015, 4: 0.005}
LASTING_DAYS = 2500  # mean time since the last change, for those whose earlier years are not told
BECOMES_LONG_TERM = 0.85  # of foster placements of over eight months
STAYS_IN_HOMES = 0.35  # of those in a children's home who had moved there from another, beside the usual share
# Time in care before what a return shows, beside the drawing for everyone: orders last, agreements do not.
LASTS = {"C2": 2.2, "V2": 1.3, "C1": 0.8}
LASTS_ALONE = 4.0
LONG_TERM = {"U6": "U4", "U3": "U1"}
SAME_CARER = "T"
Steps = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Life:
    """A child's time in care: episodes in order, the home address and, where adoption was decided, the day."""

    child: Child
    home: Spot
    episodes: tuple[Episode, ...]
    decided: int | None


def life_of(story: Story, decided: int | None, since: int, placer: Placer, reasons: Iterator[str], rng: Chance) -> Life:
    """The story with the years before it, back to the day `since` or to the start of care if that is later.

    The story's own episodes stay as they are. The child's start of care moves to its season, unless the story shows it.
    """
    child, first = story.child, story.episodes[0]
    if first.reason == "S" or child.started >= first.started:
        return Life(child, story.home, story.episodes, decided)
    child = _in_season(_longer(child, first.started), first.started)
    child, statuses = _statuses_before(child, first, decided, rng)
    if first.started < since:
        return Life(child, story.home, story.episodes, decided)
    begins = child.started if child.started >= since else _carried(child, since, rng)
    statuses = _since(statuses, begins)
    stays = _stays_before(child, first, story, statuses, (begins, since), placer)
    stays = _long_term(stays, rng)
    return Life(child, story.home, (*_joined(child, first, stays, statuses, reasons, rng), *story.episodes), decided)


def _longer(child: Child, before: int) -> Child:
    if child.ending in ("E11", "E12"):
        return child
    days = int((before - child.started) * (LASTS_ALONE if child.unaccompanied else LASTS.get(child.legal, 1.0)))
    youngest = child.born + (12 * 366 if child.unaccompanied else 0)
    return replace(child, started=max(min(youngest, child.started), before - max(2, days)))


def _in_season(child: Child, before: int) -> Child:
    day = seasonal(child.started)
    adopted = child.ending in ("E11", "E12") or child.legal == "E1"
    return child if adopted or not child.born <= day < before - 1 else replace(child, started=day)


def _carried(child: Child, since: int, rng: Chance) -> int:
    return max(child.started, since - 1 - int(rng.expovariate(1 / LASTING_DAYS)))


def _statuses_before(child: Child, first: Episode, decided: int | None, rng: Chance) -> tuple[Child, Steps]:
    """The legal statuses before the first episode, and the child, who may have come to care later than thought."""
    if first.reason not in ("L", "B", "U"):
        return child, _path(child, first.legal, first.started, decided, rng)
    if first.legal == "V2" and (child.unaccompanied or rng.random() < 0.5):
        return _from_emergency(child, "L1", first.started - rng.randrange(1, 4))
    if first.legal == "C1" and first.code == "P1":  # with parents never under section 20
        return _from_emergency(child, "L2", first.started - rng.randrange(4, 19))
    before = {"C2": "C1", "C1": "V2", "E1": "C1", "V2": "C1"}.get(first.legal, "V2")
    if child.unaccompanied and first.legal != "V2":
        before = "V2"
    elif (first.legal, before) in (("C1", "V2"), ("C2", "C1")):  # neither lasts for years before an order
        longest = rng.randrange(20, 300) if before == "V2" else rng.randrange(150, 900)
        child = replace(child, started=max(child.started, first.started - longest))
    if first.code == "P1" and first.reason == "L":  # in this very placement
        return child, [(child.started, before)]
    return child, _path(child, before, first.started, decided, rng)


def _from_emergency(child: Child, code: str, day: int) -> tuple[Child, Steps]:
    started = max(child.started, day)
    return replace(child, started=started), [(started, code)]


def _path(child: Child, now: str, stop: int, decided: int | None, rng: Chance) -> Steps:
    """Statuses from the start of care that end with `now`, each at least a day, the last before `stop`."""
    begins = child.started
    if now == "E1":
        order = min(stop - 1, decided + rng.randrange(1, 20)) if decided else stop - rng.randrange(20, 120)
        steps = [*_path(child, "C1", order, None, rng), (order, "E1")] if order > begins + 30 else [(begins, "E1")]
    elif now in ("C1", "C2") and not child.unaccompanied:
        steps = steps_since_start(begins, one_of(assumptions.LEGAL_AT_START[now], rng), now, stop, rng)
    else:
        steps = [(begins, now)]
    in_order = all(one[0] < other[0] and one[1] != other[1] for one, other in pairwise(steps))
    return steps if in_order and steps[-1][0] < stop and steps[-1][1] == now else [(begins, now)]


def _since(steps: Steps, begins: int) -> Steps:
    status = [code for day, code in steps if day <= begins][-1]
    return [(begins, status), *(step for step in steps if step[0] > begins)]


def _stays_before(
    child: Child, first: Episode, story: Story, statuses: Steps, told: tuple[int, int], placer: Placer
) -> list[Stay]:
    """Where the child lived from `told[0]` until the first episode, whose own stay is the last of the list."""
    often = MOVES_OF_MOVERS if len(story.stays) > 1 else MOVES_OF_OTHERS
    cuts = _moves(child, first, told, often, placer.rng)
    stop = FOREVER if first.ended is None else first.ended
    plan = make_plan(first.code, first.provider, kinship=first.code in ("U1", "U3"))
    setting = story.stays[0].setting
    stays = [Stay(first.started, stop, first.code, first.provider, first.spot, first.urn, setting)]
    bounds = [told[0], *cuts, first.started]
    if first.reason == "L":
        bounds.pop()
        stays = [replace(stays[0], start=bounds.pop())]
        if setting:
            setting.stays.append((stays[0].start, first.started, child.born, child.sex))
        bounds.append(stays[0].start)
    elif first.reason == SAME_CARER and len(bounds) > 1:
        stays.append(_with_the_adopter(child, bounds, stays[0], placer))
        plan = make_plan("U6", "PR1")
    for start, end in reversed(list(pairwise(bounds))):
        allowed = plan.code != "P1" and all(code in ("C1", "C2") for code in _codes_in(statuses, start, end))
        plan = _plan_before(child, plan, start, allowed, placer.rng)
        stay, _ = one_stay(child, plan, (start, end), story.home, stays[-1].spot.postcode, placer, placer.rng)
        stays.append(stay)
    return stays[::-1]


def _plan_before(child: Child, after: Plan, on: int, parents: bool, rng: Chance) -> Plan:
    stays = after.kind == "K2" and birthday(child.born, 9) <= on and rng.random() < STAYS_IN_HOMES
    return after if stays else plan_before(child, after, on, parents, rng)


def _with_the_adopter(child: Child, bounds: list[int], adopted: Stay, placer: Placer) -> Stay:
    """The foster placement with the carer who adopts: the same household, no longer than the moves before it allow."""
    end = bounds.pop()
    urn = placer.market.service("fostering", child.authority).urn
    return Stay(bounds[-1], end, "U6", "PR1", adopted.spot, urn, None)


def _codes_in(statuses: Steps, start: int, end: int) -> list[str]:
    lasting = [code for day, code in statuses if day <= start][-1:]
    return lasting + [code for day, code in statuses if start < day < end]


def _moves(child: Child, first: Episode, told: tuple[int, int], often: Mapping[int, float], rng: Chance) -> list[int]:
    """The days of moves before the first episode; one on the first day a placement for that age is allowed."""
    begins, since = told
    lowest, stop = max(begins + 1, since), first.started
    days: set[int] = set()
    while lowest < stop:
        end = min(stop, year_of(lowest).last + 1)
        share = 0.35 + 0.65 * (end - lowest) / 365
        number = one_of(often, rng) if end - lowest > 20 and rng.random() < share else 0
        days |= {rng.randrange(lowest, end) for _ in range(number)}
        lowest = end
    youngest = earliest(first.code, child) - 1
    if first.reason == "L" and begins < youngest:
        days = {day for day in days if day < youngest} | {min(youngest, stop - 1)}
    elif first.reason == "L" and not days and begins < stop - 1000:
        days = {stop - rng.randrange(30, 900)}
    return sorted(days)


def _long_term(stays: Sequence[Stay], rng: Chance) -> list[Stay]:
    """Foster placements of more than eight months often become long term: the same carer, another code."""
    told: list[Stay] = []
    for stay in stays[:-1]:
        told.append(stay)
        if stay.code in LONG_TERM and stay.end - stay.start > 240 and rng.random() < BECOMES_LONG_TERM:
            day = stay.start + rng.randrange(30, 200)
            told[-1] = replace(stay, end=day)
            told.append(replace(stay, start=day, code=LONG_TERM[stay.code]))
    return [*told, stays[-1]]


def _joined(
    child: Child, first: Episode, stays: Sequence[Stay], statuses: Steps, reasons: Iterator[str], rng: Chance
) -> list[Episode]:
    """The episodes before the first, the last of them ending on the day it starts, for the reason it gives."""
    steps = statuses if statuses[-1][1] == first.legal else [*statuses, (first.started, first.legal)]
    chain = episodes_of(replace(child, ended=None, ending=""), stays, steps, reasons, rng)
    before = chain[:-1]
    if chain[-1].started != first.started or not before:
        raise ValueError(f"{child.child_id}: the years before do not meet the episode of {first.started}.")
    if first.reason in (SAME_CARER, "U"):
        before[-1] = replace(before[-1], change_reason="PLACE")
    return before


def started_on(child: Child, day: int, last: int) -> Child:
    """The child who came and went in one year, to begin on another day of it if there is time; ages stay the same."""
    days = min(day - child.started, last - 1 - (child.ended or child.started))
    grown_up = child.ended == birthday(child.born, 18)
    born = child.born + days
    ended = birthday(born, 18) if grown_up else (child.ended or 0) + days
    return replace(child, born=born, started=child.started + days, ended=ended)

"""Regions small enough to try every plan: ours keeps every rule and none is worth more."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations, product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.matching.calculations.region.records import Opening, Plan, PlanHome, Region, SiblingRule, Waiting
from scenes_region import day, opens, planned, region, waits

HOMES = ("x", "y")
Choice = tuple[str, int] | None  # a home and the number of an opening of it; None for no place


def drawn(seed: int, *, with_moves: bool) -> Region:
    """Up to four children, a pair of siblings among them perhaps, two homes, up to four openings."""
    dice = Random(seed)
    children = [_child(number, dice) for number in range(dice.randint(1, 4))]
    if len(children) > 1 and dice.random() < 0.4:
        children[:2] = [replace(child, group="g") for child in children[:2]]
    if with_moves:
        movers = [child for child in children if not child.group][-2:]
        children = [_moving(child, dice) if child in movers else child for child in children]
    beds = [_opening(dice) for _ in range(dice.randint(1, 4))]
    rule = SiblingRule("g", dice.choice(["same_home", "near"]))
    refs = [child.child_ref for child in children]
    pairs = tuple((dice.choice(refs), dice.choice(refs)) for _ in range(dice.randint(0, 2)))
    apart = tuple(pair for pair in pairs if pair[0] != pair[1])
    both = region([], [opens("x"), opens("y")]).homes
    homes = tuple(replace(home, at_most=dice.choice([None, None, 1, 2])) for home in both)
    return region(children, beds, [rule], apart=apart, homes=homes, at=datetime(2026, 12, 1, 12))


def _child(number: int, dice: Random) -> Waiting:
    likes = {home: float(dice.randint(0, 60)) for home in HOMES if dice.random() < 0.8}
    return waits(
        f"c{number}",
        likes,
        alone=dice.random() < 0.15,
        wanted=dice.choice([0, 2]),
        authority=dice.choice("AB"),
        is_emergency=dice.random() < 0.2,
        age_years=dice.randint(8, 10),
        company=dice.choice(["", "", "", "only_older", "only_younger"]),
    )


def _moving(child: Waiting, dice: Random) -> Waiting:
    return replace(child, moves_from=dice.choice(HOMES), is_emergency=False, company="", options=child.options[:2])


def _opening(dice: Random) -> Opening:
    return opens(
        dice.choice(HOMES),
        dice.choice([0, 0, 1, 5, 40]),
        places=dice.randint(1, 2),
        kept_for=dice.choice(["", "", "A"]),
        released_on=dice.choice([None, day(3)]),
    )


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 10**9))
def test_no_plan_is_worth_more_than_ours(seed: int) -> None:
    case = drawn(seed, with_moves=False)
    best = max(worth for worth in (_worth(case, plan) for plan in _every_plan(case)) if worth is not None)
    assert abs(planned(case).worth - best) < 1e-6


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 10**9))
def test_every_plan_keeps_every_rule_planned_moves_included(seed: int) -> None:
    case = drawn(seed, with_moves=True)
    assert _broken(case, planned(case)) == []


def _every_plan(case: Region) -> Iterator[tuple[Choice, ...]]:
    places: list[Choice] = [None, *((one.home_ref, number) for number, one in enumerate(case.openings))]
    return product(places, repeat=len(case.waiting))


def _usable(opening: Opening, child: Waiting) -> date | None:
    if opening.kept_for in ("", child.authority):
        return opening.ready_on
    return None if opening.released_on is None else max(opening.ready_on, opening.released_on)


def _worth(case: Region, plan: tuple[Choice, ...]) -> float | None:
    """What the plan is worth by the published points; None if it breaks a rule. Written without the code under test."""
    placed = {child.child_ref: (child, choice) for child, choice in zip(case.waiting, plan, strict=True) if choice}
    near = len({choice[0] for child, choice in placed.values() if child.group}) > 1
    begins = _begins(case, placed)
    if begins is None or not _fits(case, placed, near):
        return None
    worths = [_points(child, choice[0], begins[ref], near) for ref, (child, choice) in placed.items()]
    return None if None in worths else sum(worth for worth in worths if worth is not None)


def _fits(case: Region, placed: dict[str, tuple[Waiting, tuple[str, int]]], near: bool) -> bool:
    group = [placed.get(child.child_ref) for child in case.waiting if child.group]
    taken = Counter(choice[1] for _, choice in placed.values())
    return (
        (not any(group) or all(group))
        and not (near and case.groups[0].kind == "same_home")
        and all(count <= case.openings[number].places for number, count in taken.items())
        and all(
            _may_be(case, [child for child, choice in placed.values() if choice[0] == home], home) for home in HOMES
        )
    )


def _begins(case: Region, placed: dict[str, tuple[Waiting, tuple[str, int]]]) -> dict[str, date] | None:
    """The day each begins; brothers and sisters who come to one home begin together."""
    begins: dict[str, date] = {}
    for ref, (child, (_, number)) in placed.items():
        usable = _usable(case.openings[number], child)
        if usable is None:
            return None
        begins[ref] = max(child.wanted_on, usable)
    for home in HOMES:
        together = [ref for ref, (child, choice) in placed.items() if child.group and choice[0] == home]
        begins |= {ref: max(begins[one] for one in together) for ref in together}
    return begins


def _points(child: Waiting, home: str, begins_on: date, near: bool) -> float | None:
    later = (begins_on - child.wanted_on).days
    option = next((one for one in child.options if one.home_ref == home), None)
    if option is None or later > (0 if child.is_emergency else 28):
        return None
    siblings = (10 if near else 40) if child.group else 0
    return option.worth + 1000 + 150 * child.is_emergency - 2 * later + siblings


def _may_be(case: Region, there: list[Waiting], home: str) -> bool:
    most = next(one.at_most for one in case.homes if one.home_ref == home)
    if most is not None and len(there) > most:
        return False
    refs = {child.child_ref for child in there}
    if any(set(pair) <= refs for pair in case.apart):
        return False
    for child in there:
        others = [other for other in there if other is not child]
        option = next((one for one in child.options if one.home_ref == home), None)
        if option is not None and option.takes_all and others:
            return False
        strangers = [one.age_years or 0 for one in others if not (child.group and child.group == one.group)]
        age = child.age_years or 0
        if child.company == "only_older" and any(other <= age for other in strangers):
            return False
        if child.company == "only_younger" and any(other >= age for other in strangers):
            return False
    return True


def _broken(case: Region, plan: Plan) -> list[str]:
    """Rules the plan breaks, day by day over two months: who lives where, on how many places."""
    lines = {line.child_ref: line for line in plan.lines}
    unlimited = replace(case, homes=tuple(PlanHome(one) for one in HOMES))
    children = {child.child_ref: child for child in case.waiting}
    broken = [f"{ref} has no home" for ref, child in children.items() if child.moves_from and ref not in lines]
    for number in range(60):
        today = case.on + timedelta(days=number)
        for home in HOMES:
            there = [ref for ref in children if _lives(children[ref], lines, home, today)]
            newcomers = [ref for ref in there if children[ref].moves_from != home]
            free = sum(one.places for one in case.openings if one.home_ref == home and one.ready_on <= today)
            gone = [ref for ref in children if children[ref].moves_from == home and ref not in there]
            if len(newcomers) > free + len(gone):
                broken.append(f"{home} is too full on day {number}")
            for one, other in combinations(there, 2):
                lived_together = children[one].moves_from == children[other].moves_from == home
                if not lived_together and not _may_be(unlimited, [children[one], children[other]], home):
                    broken.append(f"{one} and {other} may not live together at {home} on day {number}")
    return broken


def _lives(child: Waiting, lines: dict[str, object], home: str, today: date) -> bool:
    line = lines.get(child.child_ref)
    if line is not None and line.starts_on <= today and line.kind != "stays":  # type: ignore[attr-defined]
        return bool(line.home_ref == home)  # type: ignore[attr-defined]
    return child.moves_from == home

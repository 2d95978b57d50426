"""What a home is worth to a child in points, and a told case made into a region."""

import json
import random
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.near_misses import nearest_misses
from nearhome.matching.calculations.policy import Policy, PolicyError
from nearhome.matching.calculations.ranked import RankedHome
from nearhome.matching.calculations.ranking import rank_homes
from nearhome.matching.calculations.region.answered import NEAREST, ranked_answer
from nearhome.matching.calculations.region.case import Case, bare_region, search_of
from nearhome.matching.calculations.region.homes_seen import HomesSeen
from nearhome.matching.calculations.region.plan_policy import plan_policy_from_mapping, with_points
from nearhome.matching.calculations.region.ranked_case import HomeInShort, region_of
from nearhome.matching.calculations.region.worth import PART_WORDS, option_of, parts_of
from nearhome.matching.calculations.rules_of_fit import is_solo_wanted
from nearhome.matching.importers.match_problem import case_from, example
from scenes_region import PLAN_POLICY, REFERENCE

ESSENTIAL = {"risk_missing": "Risk present"}


def told(**changes: Any) -> Case:
    """The shipped example with some of its sections replaced."""
    return case_from(json.dumps(json.loads(example()) | changes).encode(), "case.json")


def test_parts_of_a_home_add_up_and_need_weighs_more_than_money(
    a_home: Callable[..., Candidate], a_search: Callable[..., Search], policy: Policy
) -> None:
    homes = [a_home(home_ref="A", skills=frozenset({"going_missing"})), a_home(home_ref="B", skills=frozenset())]
    ranking = rank_homes(a_search(profile=ESSENTIAL), homes, policy)
    first, second = (option_of(home, policy, PLAN_POLICY) for home in ranking.ranked)
    assert first.home_ref == "A"
    assert first.worth == pytest.approx(sum(points for _, points in parts_of(ranking.ranked[0], policy, PLAN_POLICY)))
    assert dict(second.parts)["unmet_essential"] == -20
    assert first.worth - second.worth > PLAN_POLICY.point("route")
    assert {name for name, _ in first.parts} <= set(PART_WORDS)


def test_a_policy_that_would_leave_a_child_out_for_a_finer_match_is_refused() -> None:
    mapping = tomllib.loads((REFERENCE / "plan_policy.toml").read_text(encoding="utf-8"))
    mapping["points"]["placed"] = 100
    with pytest.raises(PolicyError, match="nobody goes without a home"):
        plan_policy_from_mapping(mapping)
    with pytest.raises(PolicyError, match="must be a number, 0 or more"):
        with_points(PLAN_POLICY, {"near": float("nan")})
    with pytest.raises(PolicyError, match="not known"):
        with_points(PLAN_POLICY, {"nearly": 1})
    assert with_points(PLAN_POLICY, {}) == PLAN_POLICY


def test_the_example_as_a_region_holds_limits_conflicts_and_who_must_be_alone() -> None:
    case = told()
    region, _, _ = region_of(case, clock=float)
    homes = {home.home_ref: home for home in region.homes}
    assert homes["oak"].at_most == 1  # three staffed, two live there
    assert homes["bay"].at_most == 0  # the mover and the resident fill it; only the mover's own place can be used
    assert homes["foster-1"].unrelated_at_most == 3
    assert region.apart == (("kite-01", "kite-02"),)
    children = {child.child_ref: child for child in region.waiting}
    assert all(option.takes_all for option in children["kite-08"].options)
    assert "oak" not in {option.home_ref for option in children["kite-02"].options}  # a resident there
    assert children["kite-11"].company == "only_older"


def test_a_shared_region_holds_no_need_wish_or_place_of_a_child() -> None:
    case = told()
    text = repr(region_of(case, clock=float)[0])
    for private in ("gran", "dog", "Risk", "College", "gang", "autism"):
        assert private not in text


def test_a_place_whose_resident_leaves_in_days_is_possible_from_that_day() -> None:
    found = {child.child_ref: child for child in ranked_answer(told(), clock=float).children}
    assert "ash" in {home.home_ref for home in found["kite-02"].ranked}
    assert "elm" not in {home.home_ref for home in found["kite-06"].ranked}  # only older children may join there


def assert_ranked_home_by_home(case: Case) -> None:
    """Every child's answer, and every option of the plan, as each home would be ranked one after another."""
    seen = HomesSeen(bare_region(case), case)
    answers = ranked_answer(case, clock=float, in_full=3).children
    in_full = ranked_answer(case, clock=float, in_full=None).children
    options = {child.child_ref: child.options for child in region_of(case, clock=float)[0].waiting}
    children = sorted(case.children, key=lambda one: one.waiting.child_ref)
    for child, answer, full in zip(children, answers, in_full, strict=True):
        search = search_of(child, case)
        ranking = rank_homes(search, [seen.candidate(child, home) for home in case.homes], case.ranking)
        assert full.ranked == ranking.ranked
        assert answer.ranked == ranking.ranked[:3]
        assert [in_short_of(home) for home in ranking.ranked[3:]] == list(answer.others)
        assert answer.refused == len(ranking.not_possible)
        near = [miss.home_ref for miss in nearest_misses(ranking, NEAREST)]
        assert [home.home_ref for home in answer.nearest] == near
        assert all(home in ranking.not_possible for home in answer.nearest)
        assert options[child.waiting.child_ref] == tuple(
            option_of(home, case.ranking, case.policy, takes_all=is_solo_wanted(search)) for home in ranking.ranked
        )


def in_short_of(home: RankedHome) -> HomeInShort:
    points: dict[str, float] = {}
    for part in home.contributions:
        points[part.criterion] = round(points.get(part.criterion, 0.0) + part.points, 3)
    return HomeInShort(
        home.position, home.home_ref, home.home_name, home.kind, home.total, home.need_fit, home.unmet_essential,
        home.confidence, home.weekly_price_pence, points, tuple(ask.rule_name for ask in home.asks),
    )  # fmt: skip


def test_the_example_ranked_at_once_is_the_example_ranked_home_by_home() -> None:
    assert_ranked_home_by_home(told())


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_case_ranked_at_once_is_the_case_ranked_home_by_home(seed: int) -> None:
    assert_ranked_home_by_home(case_from(json.dumps(problem_drawn(random.Random(seed))).encode(), "case.json"))


def problem_drawn(rng: random.Random) -> dict[str, Any]:
    """The example with what differs by child drawn anew: days, who a place is kept for, company, conflicts, moves."""
    problem: dict[str, Any] = json.loads(example())
    authorities = [one["code"] for one in problem["authorities"]]
    children = [one["id"] for one in problem["children"]]
    for number, home in enumerate(problem["homes"]):
        home["places"] = [place_drawn(rng, authorities) for _ in range(rng.randrange(3))]
        home["residents"] = [resident_drawn(rng, f"r{number}-{one}", children) for one in range(rng.randrange(3))]
        for contract in home["contracts"]:
            contract["parties"] = rng.choice([None, [], rng.sample(authorities, 2)])
    residents = [one["id"] for home in problem["homes"] for one in home["residents"]]
    if residents:
        problem["conflicts"] = [[rng.choice(children), rng.choice(residents)] for _ in range(3)]
    for child in problem["children"]:
        child["wanted_on"] = rng.choice([None, day_drawn(rng)])
        child.pop("waiting_since", None)
        child["emergency"] = rng.random() < 0.2 and "moves_from" not in child
    return problem


def day_drawn(rng: random.Random) -> str:
    return f"2026-12-{rng.randrange(1, 31):02}"


def place_drawn(rng: random.Random, authorities: list[str]) -> dict[str, Any]:
    place: dict[str, Any] = {"count": rng.randrange(1, 3), "free_from": rng.choice([None, day_drawn(rng)])}
    if rng.random() < 0.4:
        place |= {"kept_for": rng.choice(authorities), "released_on": rng.choice([None, day_drawn(rng)])}
    return place | {"vacant_since": rng.choice([None, "2026-12-01T09:00:00"])}


def resident_drawn(rng: random.Random, ref: str, children: list[str]) -> dict[str, Any]:
    return {
        "id": ref, "age": rng.randrange(18), "sex": rng.choice("MF"), "leaves_on": rng.choice([None, day_drawn(rng)]),
        "sibling_of": rng.sample(children, rng.randrange(2)), "needs_to_be_alone": rng.random() < 0.1,
        "living_companions": rng.choice([None, "Only with other older children", "Only with other younger children"]),
    }  # fmt: skip

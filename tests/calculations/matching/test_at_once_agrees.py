"""Ranking at once and home by home are two ways to one answer: the same homes, order, points, rules and words."""

import random
from collections import Counter
from dataclasses import fields, replace
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.matching.calculations.at_once import criteria_at_once, rules_at_once
from nearhome.matching.calculations.at_once.alike import CRITERIA_ALIKE, RULES_ALIKE
from nearhome.matching.calculations.at_once.changing import with_homes
from nearhome.matching.calculations.at_once.columns import Columns
from nearhome.matching.calculations.at_once.exactly import added, rounded
from nearhome.matching.calculations.at_once.ranked_at_once import AtOnce
from nearhome.matching.calculations.at_once.ranking_at_once import explain_home, rank_at_once
from nearhome.matching.calculations.candidates import (
    Candidate,
    Search,
)
from nearhome.matching.calculations.earlier_rules import EARLIER_RULES
from nearhome.matching.calculations.near_misses import nearest_misses
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.ranked import Ranking
from nearhome.matching.calculations.ranking import rank_homes
from nearhome.matching.calculations.rule_book import CURRENT, RuleBook
from scenes_drawn_homes import FACTS, SEARCH, TAME, a_home, a_search_drawn, homes_drawn


def assert_same(at_once: AtOnce, ranking: Ranking, shown: int) -> None:
    """Every figure, every rule and every word."""
    assert at_once.order == tuple(home.home_ref for home in ranking.ranked)
    for place, home in enumerate(ranking.ranked):
        assert figures(at_once, place) == (
            home.group, home.unmet_essential, home.need_fit, home.total, home.confidence, home.weekly_price_pence,
            home.comparable_price_pence,
        )  # fmt: skip
        assert parts(at_once, place) == [
            (part.criterion, part.scale, part.is_known, part.share, part.points) for part in home.contributions
        ]
        assert at_once.rules_asking(home.home_ref) == tuple(rule.rule_id for rule in home.asks)
    for home in ranking.not_possible:
        assert at_once.rules_against(home.home_ref) == tuple(rule.rule_id for rule in home.reasons)
        assert at_once.rules_asking(home.home_ref) == tuple(rule.rule_id for rule in home.asks)
    assert at_once.ranked == ranking.ranked[:shown]
    assert at_once.nearest == nearest_misses(ranking, shown)
    refused = {home.home_ref: home for home in ranking.not_possible}
    assert at_once.near_misses == tuple(refused[miss.home_ref] for miss in at_once.nearest)
    columns = at_once.asked.columns
    assert [columns.homes[row].home_ref for row in at_once.refused] == list(refused)
    for home in (*ranking.ranked, *ranking.not_possible):
        assert explain_home(at_once, home.home_ref) == home


def figures(at_once: AtOnce, place: int) -> tuple[object, ...]:
    columns = (at_once.group, at_once.unmet_essential, at_once.need_fit, at_once.total, at_once.confidence)
    prices = (at_once.price, at_once.comparable)
    return (*(column[place] for column in columns), *(none_if_not_known(column[place]) for column in prices))


def parts(at_once: AtOnce, place: int) -> list[tuple[object, ...]]:
    return [
        (part.criterion, none_if_not_known(part.scale[place]), part.is_known[place], part.share[place],
         part.points[place])
        for part in at_once.parts
        if part.applies[place]
    ]  # fmt: skip


def none_if_not_known(number: float) -> float | None:
    return None if isnan(number) else number


@settings(max_examples=120, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_it_is_the_ranking_home_by_home(policy: Policy, seed: int) -> None:
    rng = random.Random(seed)
    search, homes = a_search_drawn(rng), homes_drawn(rng)
    at_once = rank_at_once(search, Columns.of(homes), policy, explain=4, near_misses=4)
    assert_same(at_once, rank_homes(search, homes, policy), 4)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), margin=st.sampled_from((0.0, 0.02, 0.5)), minutes=st.booleans())
def test_it_follows_any_policy(policy: Policy, seed: int, margin: float, minutes: bool) -> None:
    rng = random.Random(seed)
    search, homes = a_search_drawn(rng), homes_drawn(rng)
    weights = tuple((name, rng.choice((weight, 1 / 3, 5.0))) for name, weight in policy.weights)
    other = replace(
        policy,
        margin=margin,
        weights=weights if rng.random() < 0.5 else weights[:9],
        route_order=tuple(rng.sample(policy.route_order, len(policy.route_order))),
        minutes=policy.minutes if minutes else (),
    )
    at_once = rank_at_once(search, Columns.of(homes), other, explain=3, near_misses=3)
    assert_same(at_once, rank_homes(search, homes, other), 3)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_it_follows_the_rules_of_an_earlier_version(policy: Policy, seed: int) -> None:
    """Only the earlier rules are asked, so every home needs a route that may be used."""
    rng = random.Random(seed)
    search, homes = a_search_drawn(rng), [a_home(rng, f"H{number}", 0.5) for number in range(20)]
    search, homes = replace(search, searching_authority="886"), [replace(home, routes=TAME.routes) for home in homes]
    book = RuleBook(EARLIER_RULES, CURRENT.criteria)
    at_once = rank_at_once(search, Columns.of(homes), policy, explain=3, near_misses=3, book=book)
    assert_same(at_once, rank_homes(search, homes, policy, book), 3)


def test_one_reading_of_the_homes_serves_one_child_after_another(policy: Policy) -> None:
    rng = random.Random(5)
    homes = homes_drawn(rng, 60)
    columns = Columns.of(homes)
    for search in [a_search_drawn(rng) for _ in range(10)]:
        assert_same(rank_at_once(search, columns, policy), rank_homes(search, homes, policy), 20)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_homes_given_anew_are_as_if_all_were_read_again(policy: Policy, seed: int) -> None:
    rng = random.Random(seed)
    search, homes = a_search_drawn(rng), homes_drawn(rng)
    changed = [a_home(rng, home.home_ref, rng.choice((0.1, 0.6))) for home in homes if rng.random() < 0.3]
    before = Columns.of(homes)
    after = {home.home_ref: home for home in (*homes, *changed)}.values()
    at_once = rank_at_once(search, with_homes(before, changed), policy, explain=4, near_misses=4)
    assert_same(at_once, rank_homes(search, after, policy), 4)
    assert_same(rank_at_once(search, before, policy, explain=4, near_misses=4), rank_homes(search, homes, policy), 4)


def test_a_home_given_anew_must_be_known() -> None:
    with pytest.raises(ValueError, match="not among the homes: H02"):
        with_homes(Columns.of([replace(TAME, home_ref="H01")]), [replace(TAME, home_ref="H02")])


def test_how_many_homes_each_rule_refuses_is_counted(policy: Policy) -> None:
    rng = random.Random(6)
    search, homes = a_search_drawn(rng), homes_drawn(rng, 60)
    refused = rank_homes(search, homes, policy).not_possible
    counts = Counter(reason.rule_id for home in refused for reason in home.reasons)
    alone = Counter(home.reasons[0].rule_id for home in refused if len(home.reasons) == 1)
    found = rank_at_once(search, Columns.of(homes), policy).refusals()
    assert {rule: (count, only) for rule, count, only in found} == {
        rule: (count, alone[rule]) for rule, count in counts.items()
    }


def test_a_home_given_twice_or_never_is_said(policy: Policy) -> None:
    home = replace(TAME, home_ref="H01")
    with pytest.raises(ValueError, match="H01"):
        Columns.of([home, home])
    at_once = rank_at_once(a_search_drawn(random.Random(1)), Columns.of([home]), policy)
    with pytest.raises(ValueError, match="H99 is not in this ranking"):
        explain_home(at_once, "H99")


def test_no_homes_at_all_is_an_empty_ranking(policy: Policy) -> None:
    at_once = rank_at_once(a_search_drawn(random.Random(1)), Columns.of([]), policy)
    assert (at_once.order, at_once.ranked, at_once.near_misses, at_once.refusals()) == ((), (), (), ())


def test_every_fact_is_drawn() -> None:
    assert {field.name for field in fields(Candidate)} == {*FACTS, "home_ref", "home_name"}
    assert {field.name for field in fields(Search)} == {*SEARCH, "child", "profile"}


def test_every_rule_and_criterion_is_worked_out_at_once() -> None:
    """A new rule or criterion, or a new version of one, needs a twin or its facts; without it all goes home by home."""
    quick = {*rules_at_once.TWINS, *RULES_ALIKE}
    missing = {(rule.id, rule.version) for rule in (*CURRENT.rules, *EARLIER_RULES)} - quick
    assert not missing, f"rules with neither a twin nor a list of facts: {sorted(missing)}"
    quick = {*criteria_at_once.TWINS, *CRITERIA_ALIKE}
    missing = {(criterion.name, criterion.version) for criterion in CURRENT.criteria} - quick
    assert not missing, f"criteria with neither a twin nor a list of facts: {sorted(missing)}"


def test_a_rule_or_criterion_without_a_twin_is_still_right(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    for table in (rules_at_once.TWINS, RULES_ALIKE, criteria_at_once.TWINS, CRITERIA_ALIKE):
        for known_as in list(table):
            monkeypatch.delitem(table, known_as)
    rng = random.Random(8)
    search, homes = a_search_drawn(rng), homes_drawn(rng, 60)
    assert_same(rank_at_once(search, Columns.of(homes), policy), rank_homes(search, homes, policy), 20)


@given(value=st.floats(0, 1000), digits=st.integers(0, 4), tie=st.integers(0, 10**6))
def test_rounding_columns_is_pythons_rounding(value: float, digits: int, tie: int) -> None:
    values = [value, tie / 2 / 10**digits, tie / 10 ** (digits + 1)]
    assert rounded(np.array(values), digits).tolist() == [round(one, digits) for one in values]


@given(st.lists(st.floats(-1e6, 1e6), max_size=12))
def test_adding_columns_is_pythons_sum(values: list[float]) -> None:
    assert added((np.array([value]) for value in values), 1).tolist() == [sum(values)]


def test_the_nearest_of_very_many_full_homes_are_those_of_the_slow_way(policy: Policy) -> None:
    rng = random.Random(3)
    homes = [
        replace(
            TAME, home_ref=f"H{number:03}", free_places=rng.choice([-2, 0, 0, 0, 1]), min_age=rng.choice([0, 0, 17])
        )
        for number in range(150)
    ]
    homes += [replace(TAME, home_ref=f"J{number}", free_places=0, open_to_referrals=0) for number in range(5)]
    rng.shuffle(homes)
    search = a_search_drawn(random.Random(1))
    ranking = rank_homes(search, homes, policy)
    assert len(nearest_misses(ranking, 400)) > 60
    for count in (0, 1, 20, 149, 400):
        found = rank_at_once(search, Columns.of(homes), policy, near_misses=count)
        assert found.nearest == nearest_misses(ranking, count)

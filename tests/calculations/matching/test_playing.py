"""A small made-up region played forward: nobody is lost, nobody placed twice, no home overfull, and luck is shared."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from nearhome.matching.calculations.planning.instance import Solution
from nearhome.matching.calculations.playing import policies
from nearhome.matching.calculations.playing.assumptions import NOBODY, RegionSettings
from nearhome.matching.calculations.playing.comparing import (
    BETTER,
    NO_DIFFERENCE,
    WORSE,
    Interval,
    compared,
    interval_of,
    word_for,
)
from nearhome.matching.calculations.playing.day import Day, NotAllowedError, Placements, Policy
from nearhome.matching.calculations.playing.keeping_back import regional_plan_keeping_back
from nearhome.matching.calculations.playing.measures import MEASURES, measures_of, nights_by_authority
from nearhome.matching.calculations.playing.play import BROKE_DOWN, LEFT_CARE, Played, Region, make_region, play
from nearhome.matching.calculations.playing.worth import NOT_POSSIBLE, days_until_breakdown, fit_of, worth_of

SMALL = RegionSettings(homes=60, spot_homes=50, children=200, warm_up_days=30, days=150)
NAMES = ("sequential", "all seen", "alone", "plan", "promise", "keeping back")


def clock() -> float:
    return 0.0


def policy_named(name: str, region: Region) -> Policy:
    return {
        "sequential": policies.sequential_officers,
        "all seen": policies.one_by_one_over_all,
        "alone": policies.each_alone(clock),
        "plan": policies.regional_plan(clock),
        "promise": policies.regional_plan_with_promise(clock),
        "keeping back": regional_plan_keeping_back(region, clock),
    }[name]


@pytest.fixture(scope="module")
def region() -> Region:
    return make_region(SMALL, 3)


@pytest.fixture(scope="module")
def all_played(region: Region) -> dict[str, Played]:
    return {name: play(region, policy_named(name, region)) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_no_home_is_ever_overfull(all_played: dict[str, Played], name: str) -> None:
    played = all_played[name]
    homes, days = len(played.region.homes.places), SMALL.last_day
    change = np.zeros((homes, days + 2), dtype=np.int64)
    np.add.at(change, (played.home, np.maximum(played.placed_on, 0)), 1)
    np.add.at(change, (played.home, played.ended_on), -1)
    assert (change.cumsum(axis=1)[:, :days] <= played.region.homes.places[:, None]).all()


@pytest.mark.parametrize("name", NAMES)
def test_nobody_lives_in_two_homes_at_once(all_played: dict[str, Played], name: str) -> None:
    played = all_played[name]
    stays = sorted(zip(played.child.tolist(), played.placed_on.tolist(), played.ended_on.tolist(), strict=True))
    for one, other in itertools.pairwise(stays):
        assert one[0] != other[0] or one[2] <= other[1]
    assert (played.ended_on > np.maximum(played.placed_on, 0)).all()


@pytest.mark.parametrize("name", NAMES)
def test_every_child_who_came_was_placed_waits_or_left_while_waiting(all_played: dict[str, Played], name: str) -> None:
    played = all_played[name]
    never_placed = {*played.waiting.tolist(), *played.withdrawn.tolist()} - set(played.child.tolist())
    assert len(set(played.child.tolist())) + len(never_placed) == len(played.region.children.group)


@pytest.mark.parametrize("name", NAMES)
def test_every_referral_ends_in_one_way(all_played: dict[str, Played], name: str) -> None:
    """Arrivals and breakdowns make referrals; each is a placement, a withdrawal or still waits."""
    played = all_played[name]
    breakdowns = int((played.ended_by == BROKE_DOWN).sum())
    referrals = len(played.region.children.group) + breakdowns
    assert referrals == len(played.child) + len(played.waiting) + len(played.withdrawn)


@pytest.mark.parametrize("name", NAMES)
def test_rules_hold_for_every_placement(all_played: dict[str, Played], name: str) -> None:
    played = all_played[name]
    children, homes = played.region.children, played.region.homes
    kind, age = (
        homes.kind[played.home],
        np.floor(children.age_then[played.child] + (played.referred_on - children.arrives_on[played.child]) / 365.25),
    )
    after = played.placed_on >= 0
    assert (age[(kind == 2) & after] >= 16).all()
    assert (homes.from_age[played.home] <= age)[after].all()
    assert (age <= homes.to_age[played.home])[after].all()
    sexes = homes.sex[played.home]
    assert ((sexes == 0) | (sexes == children.sex[played.child])).all()
    assert (fit_of(children, homes, played.child, played.home).needs_met >= SMALL.least_needs_met).all()


def test_the_same_seed_gives_the_same_figures(region: Region, all_played: dict[str, Played]) -> None:
    again = make_region(SMALL, 3)
    for name in ("plan", "keeping back"):
        second = measures_of(play(again, policy_named(name, again)))
        np.testing.assert_equal(second, measures_of(all_played[name]))
    other = make_region(SMALL, 4)
    assert (
        measures_of(play(other, policies.sequential_officers))["spend"]
        != measures_of(all_played["sequential"])["spend"]
    )


def test_every_policy_meets_the_same_children_with_the_same_luck(all_played: dict[str, Played]) -> None:
    starts = []
    for played in all_played.values():
        first = played.placed_on == -1
        starts.append((played.child[first].tolist(), played.home[first].tolist()))
        left = played.ended_by == LEFT_CARE
        assert (played.ended_on[left] == played.region.children.leaves_on[played.child[left]]).all()
    assert all(one == starts[0] for one in starts)
    assert len(starts[0][0]) > 150, "the region is never empty at the start"


def test_a_child_in_the_same_home_from_the_same_day_stays_as_long_under_any_policy(
    all_played: dict[str, Played],
) -> None:
    one, other = all_played["sequential"], all_played["plan"]
    key = lambda p: zip(p.child.tolist(), p.home.tolist(), p.placed_on.tolist(), strict=True)  # noqa: E731
    ends = {
        place: end
        for place, end, nth, got in zip(
            key(one), one.ended_on.tolist(), one.sequence.tolist(), one.together.tolist(), strict=True
        )
        if nth == 0 and got < 0
    }
    same = [
        (ends[place], end)
        for place, end, nth, got in zip(
            key(other), other.ended_on.tolist(), other.sequence.tolist(), other.together.tolist(), strict=True
        )
        if nth == 0 and got < 0 and place in ends
    ]
    assert len(same) > 50
    assert all(left == right for left, right in same)


def test_the_population_at_the_start_is_as_large_as_asked_for() -> None:
    stocks = [
        int((make_region(replace(SMALL, children=800), seed).children.arrives_on < 0).sum()) for seed in range(12)
    ]
    assert 760 < np.mean(stocks) < 840


def test_the_made_up_children_are_about_as_described(region: Region) -> None:
    children = make_region(replace(SMALL, children=3000), 1).children
    (
        _,
        sizes,
    ) = np.unique(children.group, return_counts=True)
    assert 0.22 < sizes[sizes > 1].sum() / sizes.sum() < 0.36
    assert 0.15 < children.is_emergency.mean() < 0.25
    assert children.age_then[children.is_uasc].min() >= 15
    assert (children.leaves_on > children.arrives_on).all()
    assert (children.age_then + (children.leaves_on - children.arrives_on) / 365.25 < 18.01).all()


def day_of(worth: list[list[float]], free: list[int], **more: object) -> Day:
    units = len(worth)
    filled = {"sizes": np.ones(units, dtype=np.int32), "authorities": np.zeros(units, dtype=np.int32),
              "owner": np.full(len(free), NOBODY), "is_released": np.zeros(len(free), dtype=bool), **more}  # fmt: skip
    return Day(number=0, worth=np.array(worth, dtype=np.float64), free=np.array(free, dtype=np.int32), **filled)


def total(day: Day, plan: Placements) -> float:
    return sum(float(day.worth[unit, home]) for unit, home in plan)


def test_officers_take_the_best_left_and_the_plan_gives_way() -> None:
    """The first child loses 1 point by the other home, the second loses 50: by hand the plan is 9 + 60."""
    day = day_of([[10, 9], [60, 10]], [1, 1])
    assert sorted(policies.sequential_officers(day)) == [(0, 0), (1, 1)]
    assert sorted(policies.regional_plan(clock)(day)) == [(0, 1), (1, 0)]


def test_officers_see_partners_places_only_when_released() -> None:
    day = day_of([[10, 5]], [1, 1], owner=np.array([1, NOBODY]))
    assert policies.sequential_officers(day) == [(0, 1)]
    assert policies.sequential_officers(replace(day, is_released=np.array([True, False]))) == [(0, 0)]
    assert list(policies.each_alone(clock)(replace(day, is_released=np.array([True, False])))) == [(0, 1)]
    assert list(policies.regional_plan(clock)(day)) == [(0, 0)]


def test_the_promise_costs_what_it_costs() -> None:
    """A child of authority 1 could have authority 0's place: the plan gives it, the promise does not."""
    day = day_of([[10, 1], [60, NOT_POSSIBLE]], [1, 1], authorities=np.array([0, 1]), owner=np.array([0, NOBODY]))
    assert total(day, policies.regional_plan(clock)(day)) == 61
    assert sorted(policies.regional_plan_with_promise(clock)(day)) == [(0, 0)]


def test_a_group_needs_room_for_all_of_it() -> None:
    day = day_of([[NOT_POSSIBLE, 30], [10, 20]], [1, 2], sizes=np.array([2, 1], dtype=np.int32))
    assert sorted(policies.regional_plan(clock)(day)) == [(0, 1), (1, 0)]


@pytest.mark.parametrize("seed", range(30))
def test_the_daily_plan_is_the_best_of_all(seed: int) -> None:
    """Against every way there is of placing up to four units in five homes."""
    rng = np.random.default_rng(seed)
    units, homes = int(rng.integers(1, 5)), 5
    worth = np.round(rng.uniform(1, 100, (units, homes)))
    worth[rng.random((units, homes)) < 0.4] = NOT_POSSIBLE
    sizes, free = rng.integers(1, 3, units).astype(np.int32), rng.integers(0, 3, homes).astype(np.int32)
    worth[free[None, :] < sizes[:, None]] = NOT_POSSIBLE
    day = day_of(worth.tolist(), free.tolist(), sizes=sizes)
    best = 0.0
    for choice in itertools.product(range(-1, homes), repeat=units):
        plan = [(unit, home) for unit, home in enumerate(choice) if home >= 0]
        taken = np.bincount([home for _, home in plan], [sizes[unit] for unit, _ in plan], minlength=homes)
        if (taken <= free).all():
            best = max(best, total(day, plan))
    assert total(day, policies.best_plan(day, clock)) == pytest.approx(best)


def test_a_policy_that_breaks_a_rule_is_stopped(region: Region) -> None:
    with pytest.raises(NotAllowedError):
        play(region, lambda day: [(0, int(day.worth[0].argmin()))])
    with pytest.raises(NotAllowedError, match="twice"):
        play(region, lambda day: [(0, int(day.worth[0].argmax()))] * 2)


def test_a_breakdown_comes_sooner_the_worse_the_fit(region: Region) -> None:
    who, homes = np.arange(40), np.arange(40) % len(region.homes.kind)
    fit = fit_of(region.children, region.homes, who, homes)
    ages, clocks, apart = np.full(40, 10.0), np.ones(40), np.zeros(40, dtype=bool)
    whole = days_until_breakdown(SMALL, fit, ages, apart, clocks)
    assert (days_until_breakdown(SMALL, fit, ages, ~apart, clocks) < whole).all()
    assert (days_until_breakdown(SMALL, fit, ages + 4, apart, clocks) < whole).all()
    assert (days_until_breakdown(SMALL, replace(fit, needs_met=fit.needs_met * 0), ages, apart, clocks) <= whole).all()
    perfect = replace(fit, needs_met=np.ones(40), miles=np.zeros(40), is_preferred_kind=np.ones(40, dtype=bool))
    assert days_until_breakdown(SMALL, perfect, ages, apart, clocks) == pytest.approx(365.25 / 0.16)


def test_a_place_nearer_and_fitter_is_worth_more(region: Region) -> None:
    who = np.flatnonzero(region.children.arrives_on >= 0)[:30].astype(np.int32)
    worth = worth_of(SMALL, region.children, region.homes, who, 0)
    dearer = replace(region.homes, weekly_pence=region.homes.weekly_pence * 2)
    change = worth_of(SMALL, region.children, dearer, who, 0)[np.isfinite(worth)] - worth[np.isfinite(worth)]
    assert (change <= 0).all()
    assert (change == 0).any(), "a place that is paid anyway costs nothing more"


def test_nights_and_spend_add_up_over_authorities(all_played: dict[str, Played]) -> None:
    played = all_played["plan"]
    parts = [measures_of(played, only=one) for one in range(len(SMALL.sizes))]
    whole = measures_of(played)
    assert sum(part["spend"] for part in parts) == pytest.approx(whole["spend"], abs=10)
    assert sum(part["empty_nights"] for part in parts) == pytest.approx(whole["empty_nights"])
    assert sum(part["unplaced"] for part in parts) == whole["unplaced"]
    assert (nights_by_authority(played).sum(axis=0) <= played.region.homes.places * SMALL.days).all()


def test_intervals_are_those_of_student() -> None:
    """1, 2, 3: mean 2, sd 1, t with 2 degrees 4.303: reach 4.303/√3."""
    found = interval_of([1.0, 2.0, 3.0])
    assert (found.mean, round(found.low or 0, 3), round(found.high or 0, 3)) == (2.0, -0.484, 4.484)
    assert interval_of([5.0]) == Interval(5.0, None, None)
    assert interval_of([float("nan")]) == Interval(None, None, None)


def test_words_depend_on_which_way_is_better() -> None:
    near, waited = MEASURES[0], next(one for one in MEASURES if one.key == "days_waited")
    assert word_for(near, Interval(0.1, 0.05, 0.15)) == BETTER
    assert word_for(waited, Interval(0.1, 0.05, 0.15)) == WORSE
    assert word_for(near, Interval(0.1, -0.05, 0.25)) == NO_DIFFERENCE


def test_policies_side_by_side_make_an_analysis(all_played: dict[str, Played]) -> None:
    outcomes = {name: [measures_of(played)] * 2 for name, played in all_played.items()}
    by_authority = {
        name: [[measures_of(played, only=one) for one in range(6)]] * 2 for name, played in all_played.items()
    }
    analysis = compared(outcomes, "sequential", by_authority)
    sides, differences, authorities = analysis.sections[0].breakdowns
    assert sides.column("policy") == NAMES
    assert len(differences.rows) == len(MEASURES) * (len(NAMES) - 1)
    assert len(authorities.rows) == 4 * 6 * (len(NAMES) - 1)


def test_no_plan_asks_for_a_solution_where_first_choices_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> Solution:
        raise AssertionError("asked")

    monkeypatch.setattr(policies, "solve", never)
    assert list(policies.regional_plan(clock)(day_of([[5, 1], [1, 5]], [1, 1]))) == [(0, 0), (1, 1)]

"""Why a child has what it has: every regret, loss and price is held against every plan there is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.matching.calculations.planning.another_place import (
    dearest_places,
    with_places,
    worth_of_another_place,
)
from nearhome.matching.calculations.planning.explaining import UnitExplained, explain_all, explain_unit
from nearhome.matching.calculations.planning.forced import Relaxation, bounds_by_prices, is_possible_alone
from nearhome.matching.calculations.planning.instance import Instance, NoPlanError, Solution
from scenes_plans import best_worth, keeps_the_rules, no_time, plan_of, random_plan, simple_plan, worth_of

SEEDS = st.integers(0, 10_000)
TWO_WANT_ONE = simple_plan(
    {"Test Child Red": {"Oak": 10.0, "Elm": 4.0}, "Test Child Blue": {"Oak": 9.0, "Elm": 8.0}}, {"Oak": 1, "Elm": 1}
)


def _explained(instance: Instance, unit: int = 0, **asked: int) -> tuple[Solution, UnitExplained]:
    plan = plan_of(instance)
    return plan, explain_unit(instance, plan, unit, clock=no_time, **asked)


def test_who_has_the_better_place_and_what_they_would_lose() -> None:
    plan, why = _explained(TWO_WANT_ONE, 1)
    assert plan.worth == 18.0
    assert (why.best_alone, why.planned, why.difference) == (2, 3, 1.0)
    [holder] = why.holders
    assert (TWO_WANT_ONE.units[holder.unit], holder.because, holder.loss) == ("Test Child Red", "place", 6.0)
    assert why.best is not None
    assert why.best.regret == pytest.approx(5.0)
    assert [(shift.unit, shift.gain) for shift in why.best.shifts] == [(1, 1.0), (0, -6.0)]
    assert why.proven


def test_a_child_with_its_best_place_is_told_so() -> None:
    _, why = _explained(TWO_WANT_ONE, 0)
    assert why.best_alone == why.planned
    assert (why.difference, why.holders, why.best) == (0.0, (), None)
    assert [alternative.regret for alternative in why.alternatives] == pytest.approx([5.0])


def test_somebody_to_be_kept_apart_from_is_named() -> None:
    instance = simple_plan(
        {"Red": {"Oak": 10.0}, "Blue": {"Oak": 9.0, "Elm": 1.0}}, {"Oak": 2, "Elm": 1}, apart=(("Red", "Blue"),)
    )
    _, why = _explained(instance, 1)
    assert [(holder.unit, holder.because) for holder in why.holders] == [(0, "apart")]


def test_a_child_without_a_place_learns_who_has_it_and_what_it_would_cost() -> None:
    instance = simple_plan({"Red": {"Oak": 10.0}, "Blue": {"Oak": 7.0}}, {"Oak": 1})
    _, why = _explained(instance, 1)
    assert why.not_placed is not None
    assert (why.not_placed.kind, why.not_placed.costs_others) == ("taken", pytest.approx(10.0))
    assert why.not_placed.obstacles[0].worth_more_by == 3.0
    assert why.not_placed.sentence == (
        "The places possible for Blue go to others: at Oak, Red goes there in the plan. "
        "Placing it would cost the others 10."
    )


@pytest.mark.parametrize(
    ("worths", "places", "apart", "kind"),
    [
        ({"Red": {}}, {"Oak": 1}, (), "no_option"),
        ({"Red": {"Oak": 5.0}}, {"Oak": 0}, (), "fits_no_home"),
        ({"Red": {"Oak": -5.0}}, {"Oak": 1}, (), "worth_below"),
        ({"Red": {"Oak": 5.0}, "Blue": {"Oak": 9.0}}, {"Oak": 2}, (("Red", "Blue"),), "apart"),
    ],
)
def test_the_reason_for_having_no_place_is_given(worths, places, apart, kind) -> None:  # type: ignore[no-untyped-def]
    _, why = _explained(simple_plan(worths, places, apart=apart))
    assert why.not_placed is not None
    assert why.not_placed.kind == kind


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_the_nearest_alternatives_have_the_smallest_regrets_of_all(seed: int) -> None:
    instance = random_plan(seed)
    plan = plan_of(instance)
    for why in explain_all(instance, plan, range(len(instance.units)), clock=no_time, alternatives=2):
        others = [option for option in instance.options_of(why.unit) if option != why.planned]
        worths = [best_worth(instance, option=option) for option in others]
        regrets = sorted(plan.worth - worth for worth in worths if worth is not None)
        assert [alternative.regret for alternative in why.alternatives] == pytest.approx(regrets[:2], abs=1e-6)
        assert why.proven


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_those_who_move_make_a_plan_of_the_forced_worth(seed: int) -> None:
    instance = random_plan(seed)
    plan = plan_of(instance)
    for why in explain_all(instance, plan, range(len(instance.units)), clock=no_time, alternatives=9):
        for alternative in why.alternatives:
            chosen = plan.chosen.tolist()
            for shift in alternative.shifts:
                assert chosen[shift.unit] == shift.before
                chosen[shift.unit] = shift.after
            assert alternative.option in chosen
            assert keeps_the_rules(instance, tuple(chosen))
            assert worth_of(instance, tuple(chosen)) == pytest.approx(plan.worth - alternative.regret)
            assert sum(shift.gain for shift in alternative.shifts) == pytest.approx(-alternative.regret)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_no_plan_exceeds_its_bounds(seed: int) -> None:
    instance = random_plan(seed)
    prices = np.random.default_rng(seed).uniform(0, 9, len(instance.capacity))
    for bounds in (Relaxation(instance, prices).bounds, bounds_by_prices(instance, prices)):
        for option in range(len(instance.worth)):
            best = best_worth(instance, option=option)
            assert best is None or best <= bounds.value + min(0.0, bounds.reduced[option]) + 1e-6


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_the_best_alone_is_the_best_when_nobody_else_is_there(seed: int) -> None:
    instance = random_plan(seed, floors=False)
    plan = plan_of(instance)
    for why in explain_all(instance, plan, range(len(instance.units)), clock=no_time, alternatives=0):
        alone = [option for option in instance.options_of(why.unit) if _fits_alone(instance, option)]
        assert [is_possible_alone(instance, option) for option in instance.options_of(why.unit)] == [
            option in alone for option in instance.options_of(why.unit)
        ]
        best = max([0.0, *(float(instance.worth[option]) for option in alone)])
        assert (instance.worth[why.best_alone] if why.best_alone >= 0 else 0.0) == best


def _fits_alone(instance: Instance, option: int) -> bool:
    chosen = [-1] * len(instance.units)
    chosen[instance.unit_of[option]] = option
    return keeps_the_rules(instance, tuple(chosen))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_the_worth_of_another_place_is_exact(seed: int) -> None:
    instance = random_plan(seed)
    plan = plan_of(instance)
    worths = []
    for bed in range(len(instance.capacity)):
        more = best_worth(with_places(instance, bed, 1))
        assert more is not None
        worths.append(more - plan.worth)
        assert worth_of_another_place(instance, plan, bed, clock=no_time) == pytest.approx(worths[-1], abs=1e-6)
    dearest = dearest_places(instance, plan, clock=no_time, count=len(worths))
    assert dearest.proven
    assert [place.worth for place in dearest.places] == pytest.approx(sorted(worths, reverse=True), abs=1e-6)


def test_the_dearest_place_names_who_would_use_it() -> None:
    instance = simple_plan({"Red": {"Oak": 10.0}, "Blue": {"Oak": 7.0}, "Kite": {"Elm": 2.0}}, {"Oak": 1, "Elm": 1})
    [place] = dearest_places(instance, plan_of(instance), clock=no_time, count=1).places
    assert (instance.homes[place.home], place.worth, place.users) == ("Oak", 7.0, (1,))


def test_when_time_is_over_what_is_not_certain_says_so() -> None:
    why = explain_unit(TWO_WANT_ONE, plan_of(TWO_WANT_ONE), 1, clock=no_time, seconds=0.0)
    assert not why.proven
    assert why.best is None
    assert why.holders[0].loss is None


def test_an_option_no_plan_can_have_is_not_an_alternative() -> None:
    instance = simple_plan({"Red": {"Oak": 10.0}, "Blue": {"Oak": 9.0}}, {"Oak": 1})
    instance.must_place[0] = True
    plan = plan_of(instance)
    why = explain_unit(instance, plan, 1, clock=no_time)
    assert why.alternatives == ()
    assert why.not_placed is not None
    assert why.not_placed.kind == "kept_for_others"
    with pytest.raises(NoPlanError):
        plan_of(instance.forcing(1)[0])

"""What-ifs: each change alone and together, what moves, and changes that contradict."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.matching.calculations.planning.instance import Floors, Instance
from nearhome.matching.calculations.planning.what_if import (
    AddHome,
    AddPlaces,
    AddReferral,
    Change,
    CloseHome,
    FixPair,
    ForbidPair,
    Moved,
    WhatIf,
    what_if,
)
from scenes_plans import best_worth, every_plan, keeps_the_rules, no_time, plan_of, random_plan, simple_plan, worth_of

PLAN = simple_plan(
    {"Red": {"Oak": 10.0, "Elm": 4.0}, "Blue": {"Oak": 9.0, "Elm": 8.0}, "Kite": {"Oak": 2.0}},
    {"Oak": 1, "Elm": 1},
    authorities={"Red": "North", "Blue": "South", "Kite": "South"},
)


def _asked(*changes: Change, instance: Instance = PLAN) -> WhatIf:
    return what_if(instance, plan_of(instance), changes, clock=no_time)


def test_a_fixed_pair_moves_the_other_child() -> None:
    answer = _asked(FixPair("Blue", "Oak"))
    assert answer.moved == (Moved("Red", ("Oak",), ("Elm",), -6.0), Moved("Blue", ("Elm",), ("Oak",), 1.0))
    assert (answer.worth_change, answer.by_authority) == (-5.0, {"North": -6.0, "South": 1.0})
    assert (answer.placed_change, answer.proven) == (0, True)


def test_a_forbidden_pair_is_not_in_the_plan() -> None:
    answer = _asked(ForbidPair("Red", "Oak"), ForbidPair("Blue", "Elm"))
    assert [(one.unit, one.after) for one in answer.moved] == [("Red", ("Elm",)), ("Blue", ("Oak",))]


def test_a_closed_home_takes_nobody() -> None:
    answer = _asked(CloseHome("Oak"))
    assert (answer.worth_change, answer.placed_change) == (-10.0, -1)
    assert answer.moved == (Moved("Red", ("Oak",), (), -10.0),)


def test_a_new_home_takes_those_named() -> None:
    answer = _asked(AddHome("Ash", 2, (("Kite", 5.0), ("Blue", 8.5))))
    assert (answer.worth_change, answer.placed_change) == (5.5, 1)
    assert answer.moved == (Moved("Blue", ("Elm",), ("Ash",), 0.5), Moved("Kite", (), ("Ash",), 5.0))


def test_a_new_referral_is_placed_where_it_is_worth_most() -> None:
    answer = _asked(AddReferral("Pair", ("Test Child One", "Test Child Two"), "North", (("Elm", 30.0),)))
    assert answer.placed_change == 0, "two children do not fit one place"
    answer = _asked(
        AddPlaces("Elm", 1), AddReferral("Pair", ("Test Child One", "Test Child Two"), None, (("Elm", 30.0),))
    )
    assert answer.placed_change == 1
    assert answer.moved == (Moved("Blue", ("Elm",), (), -8.0), Moved("Pair", (), ("Elm",), 30.0))
    assert answer.by_authority == {"North": 0.0, "South": -8.0, "": 30.0}


def test_more_places_help_the_child_without_one() -> None:
    answer = _asked(AddPlaces("Oak", 1))
    assert (answer.worth_change, answer.placed_change) == (2.0, 1)


def test_a_changed_instance_can_be_changed_again() -> None:
    first = _asked(AddHome("Ash", 1, (("Kite", 5.0),)))
    second = what_if(first.instance, first.solution, [FixPair("Kite", "Oak")], clock=no_time)
    assert [(one.unit, one.after) for one in second.moved] == [("Red", ()), ("Kite", ("Oak",))]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ([FixPair("Kite", "Elm")], "Kite cannot be fixed at Elm: it is not an option"),
        ([FixPair("Red", "Oak"), FixPair("Blue", "Oak")], "Red at Oak and Blue at Oak cannot both be fixed"),
        ([FixPair("Red", "Oak"), FixPair("Red", "Elm")], "Red cannot be fixed at Elm"),
        ([FixPair("Red", "Oak"), ForbidPair("Red", "Oak")], "Red cannot be fixed at Oak"),
        ([FixPair("Red", "Oak"), CloseHome("Oak")], "Red cannot be fixed at Oak"),
        ([FixPair("Green", "Oak")], "Green is not a child or group of this plan"),
        ([CloseHome("Yew")], "Yew is not a home of this plan"),
        ([AddHome("Oak", 1, ())], "Oak is already a home"),
        ([AddHome("Ash", -1, ())], "Give 0 or more"),
        ([AddHome("Ash", 1, (("Red", 1.0), ("Red", 2.0)))], "Red at Ash is given twice"),
        ([AddReferral("Red", ("A",), "North", ())], "Red is already in this plan"),
        ([AddReferral("Green", ("A", "A"), "North", ())], "each named once"),
        ([AddReferral("Green", ("A",), "East", ())], "East is not an authority"),
        ([AddReferral("Green", ("A",), "North", (("Oak", float("nan")),))], "not a number"),
        ([AddReferral("Green", ("A",), "North", ((7, 1.0),))], "no kind of bed with the number 7"),
        ([AddPlaces("Oak", -2)], "Oak has only 1 such places"),
    ],
)
def test_changes_that_cannot_be_are_refused_with_the_reason(changes: list[Change], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        _asked(*changes)


def test_three_fixed_at_a_home_with_two_places_are_refused() -> None:
    instance = simple_plan({name: {"Oak": 1.0} for name in ("Red", "Blue", "Kite")}, {"Oak": 2})
    with pytest.raises(ValueError, match="cannot all be fixed"):
        _asked(*(FixPair(name, "Oak") for name in instance.units), instance=instance)


def test_two_to_be_kept_apart_cannot_be_fixed_together() -> None:
    instance = simple_plan({"Red": {"Oak": 1.0}, "Blue": {"Oak": 1.0}}, {"Oak": 2}, apart=(("Red", "Blue"),))
    with pytest.raises(ValueError, match="Red at Oak and Blue at Oak cannot both be fixed"):
        _asked(FixPair("Red", "Oak"), FixPair("Blue", "Oak"), instance=instance)


def test_closing_the_last_home_of_somebody_who_must_be_placed_is_refused() -> None:
    instance = replace(PLAN, must_place=np.array([False, False, True]))
    with pytest.raises(ValueError, match="Kite must be placed and would have no home left"):
        _asked(CloseHome("Oak"), instance=instance)


def test_a_promise_that_cannot_be_kept_is_refused_or_worked_out_again() -> None:
    floor = Floors(("North",), np.array([8.0]), np.array([0, 0]), np.array([0, 1]), np.array([10.0, 4.0]))
    instance = replace(PLAN, floors=floor)
    with pytest.raises(ValueError, match="a promise to an authority"):
        _asked(FixPair("Red", "Elm"), instance=instance)
    answer = what_if(
        instance, plan_of(instance), [FixPair("Red", "Elm")], clock=no_time, floors_again=lambda changed: None
    )
    assert answer.worth_change == -5.0


def test_a_new_option_counts_towards_the_promise_to_its_authority() -> None:
    floor = Floors(("North",), np.array([8.0]), np.array([0, 0]), np.array([0, 1]), np.array([10.0, 4.0]))
    answer = _asked(AddHome("Ash", 1, (("Red", 9.0),)), FixPair("Red", "Ash"), instance=replace(PLAN, floors=floor))
    assert (answer.moved[0].unit, answer.moved[0].after) == ("Red", ("Ash",))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_changes_together_give_the_best_of_all_plans(seed: int) -> None:
    instance, rng = random_plan(seed, units=4, floors=False), np.random.default_rng(seed)
    changes: list[Change] = [
        CloseHome(f"Home {rng.integers(0, 4)}"),
        ForbidPair(f"Unit {rng.integers(0, 4)}", f"Home {rng.integers(0, 4)}"),
        AddHome("Ash", int(rng.integers(0, 3)), (("Unit 3", 20.0), ("Unit 0", float(rng.integers(0, 25))))),
        AddReferral("Kite", ("Test Child Kite",), "North", ((0, 12.0), (1, 5.0), ("Ash", 13.0))),
        AddPlaces(int(rng.integers(0, 6)), 1),
    ]
    answer = _asked(*changes, instance=instance)
    assert keeps_the_rules(answer.instance, tuple(answer.solution.chosen.tolist()))
    assert answer.solution.worth == pytest.approx(best_worth(answer.instance))
    assert sum(one.gain for one in answer.moved) == pytest.approx(answer.worth_change)
    assert sum(answer.by_authority.values()) == pytest.approx(answer.worth_change)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_a_fixed_pair_is_refused_only_where_no_plan_has_it(seed: int) -> None:
    instance, rng = random_plan(seed, floors=False), np.random.default_rng(seed)
    unit, home = int(rng.integers(0, 5)), int(rng.integers(0, 4))
    options = [option for option in instance.options_of(unit) if home in instance.homes_of(option)]
    worths = [worth_of(instance, plan) for plan in every_plan(instance) if plan[unit] in options]
    if worths:
        assert _asked(FixPair(f"Unit {unit}", f"Home {home}"), instance=instance).solution.worth == max(worths)
    else:
        with pytest.raises(ValueError, match="cannot be fixed"):
            _asked(FixPair(f"Unit {unit}", f"Home {home}"), instance=instance)

"""A plan is always returned in time, with how far it may be from the best."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.matching.calculations.planning.instance import NoPlanError
from nearhome.matching.calculations.planning.plain import plain_plan
from nearhome.matching.calculations.planning.posing_bare import instance_of
from nearhome.matching.calculations.planning.solving import OutOfTimeError, solve
from scenes_exact_plan import is_allowed, region, small_instance


class Ticking:
    """A clock on which a second passes each time somebody looks."""

    def __init__(self) -> None:
        """It begins at nought."""
        self.now = 0.0

    def __call__(self) -> float:
        """A second later."""
        self.now += 1.0
        return self.now


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 12))
def test_the_plan_is_allowed_and_the_best_is_within_the_bound(seed: int, seconds: int) -> None:
    instance = instance_of(region(seed, children=20, homes=12))
    found = solve(instance, clock=Ticking(), seconds=seconds)
    best = plain_plan(instance).worth
    assert is_allowed(instance, tuple(found.chosen.tolist()))
    assert found.worth <= best + 1e-6 <= found.bound + 2e-6
    assert (found.gap == 0) == (found.status == "optimal")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 8))
def test_with_rules_that_must_be_kept_it_is_allowed_or_refused(seed: int, seconds: int) -> None:
    instance = small_instance(seed)
    try:
        found = solve(instance, clock=Ticking(), seconds=seconds)
    except NoPlanError as refusal:
        if not isinstance(refusal, OutOfTimeError):
            with pytest.raises(NoPlanError):
                solve(instance, clock=Ticking())
        return
    assert is_allowed(instance, tuple(found.chosen.tolist()))
    assert found.bound >= found.worth


def test_no_time_at_all_still_gives_a_plan_and_a_gap() -> None:
    found = solve(instance_of(region(4, children=40, homes=30)), clock=Ticking(), seconds=0)
    assert found.worth > 0
    assert found.status == "time_limit"
    assert np.isfinite(found.bound)


def test_a_plan_to_begin_from_is_never_made_worse() -> None:
    instance = instance_of(region(5, children=40, homes=30))
    best = solve(instance, clock=Ticking())
    assert solve(instance, clock=Ticking(), seconds=0, start=best.chosen).worth == best.worth


def test_a_plan_to_begin_from_that_breaks_a_rule_is_passed_over() -> None:
    instance = instance_of(region(6, children=30, homes=10))
    first = np.searchsorted(instance.unit_of, np.arange(len(instance.units)))
    crowd = np.where(np.isin(np.arange(len(instance.units)), instance.unit_of), first, -1).astype(np.int32)
    assert not is_allowed(instance, tuple(crowd.tolist()))
    found = solve(instance, clock=Ticking(), start=crowd)
    assert found.worth == plain_plan(instance).worth


def test_a_unit_that_must_be_placed_and_cannot_be_is_named() -> None:
    instance = instance_of(region(7, children=12, homes=6))
    must = np.zeros(len(instance.units), dtype=bool)
    must[3] = True
    full = replace(instance, must_place=must, capacity=np.zeros_like(instance.capacity))
    with pytest.raises(NoPlanError, match=instance.units[3]):
        solve(full, clock=Ticking())

"""Survival curves against published numbers, numbers worked by hand, and slow obvious versions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.sufficiency.calculations.children.survival import cumulative_incidence, kaplan_meier, median

# Weeks in remission of 21 children with leukaemia given 6-MP (Freireich and others 1963); + is still in remission.
REMISSION = [
    "6",
    "6",
    "6",
    "6+",
    "7",
    "9+",
    "10",
    "10+",
    "11+",
    "13",
    "16",
    "17+",
    "19+",
    "20+",
    "22",
    "23",
    "25+",
    "32+",
    "32+",
    "34+",
    "35+",
]
WEEKS = [int(one.rstrip("+")) for one in REMISSION]
RELAPSED = [not one.endswith("+") for one in REMISSION]


def test_published_remission_times_give_the_published_curve() -> None:
    curve = kaplan_meier([0] * 21, WEEKS, RELAPSED)
    assert list(curve.times) == [6, 7, 10, 13, 16, 22, 23]
    assert list(curve.at_risk) == [21, 17, 15, 12, 11, 7, 6]
    assert [round(share, 3) for share in curve.share] == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    # Standard errors printed with the same data in textbooks (Kleinbaum and Klein; Collett).
    assert [round(math.sqrt(one), 4) for one in curve.variance] == [
        0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346,
    ]  # fmt: skip
    assert median(curve) == 23


def test_band_of_the_first_step_is_the_one_worked_by_hand() -> None:
    curve = kaplan_meier([0] * 21, WEEKS, RELAPSED)
    share, spread = 18 / 21, math.sqrt(3 / (21 * 18)) / -math.log(18 / 21)
    assert curve.low[0] == pytest.approx(share ** math.exp(1.959964 * spread), abs=1e-6)
    assert curve.high[0] == pytest.approx(share ** math.exp(-1.959964 * spread), abs=1e-6)
    assert (round(curve.low[0], 3), round(curve.high[0], 3)) == (0.620, 0.952)


def test_whoever_comes_late_counts_only_from_then() -> None:
    # Two watched from 0 (one gone at 2, one at 5), one only from 3 (gone at 4): at 2 of 2, at 4 of 2, at 5 of 1.
    curve = kaplan_meier([0, 0, 3], [2, 5, 4], [True, True, True])
    assert list(curve.at_risk) == [2, 2, 1]
    assert list(curve.share) == [0.5, 0.25, 0]
    assert (curve.at(1), curve.at(4)[0]) == ((1, 1, 1), 0.25)


def test_nobody_gives_an_empty_curve() -> None:
    curve = kaplan_meier([], [], [])
    assert curve.at(10) == (1, 1, 1)
    assert median(curve) is None
    assert curve.fewest_at_risk(5) is None
    assert cumulative_incidence([], [], [], 2)[1].at(9) == (0, 0, 0)


def test_a_curve_says_how_few_were_watched_on_the_way() -> None:
    curve = kaplan_meier([0, 0, 0], [1, 2, 3], [True, True, True])
    assert [curve.fewest_at_risk(time) for time in (0, 1, 2, 9)] == [None, 3, 2, 1]


def test_competing_endings_worked_by_hand() -> None:
    # Four children: moved at 1, left at 2, still there at 2, moved at 3.
    moved, left = cumulative_incidence([0] * 4, [1, 2, 2, 3], [1, 2, 0, 1], 2)
    assert list(moved.share) == [0.25, 0.25, 0.25 + 0.5]
    assert list(left.share) == [0, 0.75 / 3, 0.25]


people = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 10), st.sampled_from([0, 1, 2])).map(
        lambda one: (one[0], one[0] + one[1], one[2])
    ),
    max_size=40,
)


@given(people)
def test_the_curve_is_that_of_a_slow_obvious_count(group: list[tuple[int, int, int]]) -> None:
    curve = kaplan_meier([one[0] for one in group], [one[1] for one in group], [one[2] == 1 for one in group])
    share, total = 1.0, 0.0
    for step, time in enumerate(sorted({one[1] for one in group if one[2] == 1})):
        watched = sum(1 for entered, left, _ in group if entered < time <= left)
        gone = sum(1 for _, left, how in group if left == time and how == 1)
        share *= 1 - gone / watched
        total += gone / (watched * (watched - gone)) if watched > gone else 0
        assert curve.share[step] == pytest.approx(share)
        assert curve.variance[step] == pytest.approx(share**2 * total)
        assert curve.low[step] <= curve.share[step] + 1e-12 and curve.share[step] <= curve.high[step] + 1e-12


@given(people)
def test_endings_and_those_without_one_add_up_to_all(group: list[tuple[int, int, int]]) -> None:
    entered, left = [one[0] for one in group], [one[1] for one in group]
    curves = cumulative_incidence(entered, left, [one[2] for one in group], 2)
    still = kaplan_meier(entered, left, [one[2] > 0 for one in group])
    assert curves[0].share + curves[1].share + still.share == pytest.approx(np.ones(len(still.share)))


@given(people)
def test_incidence_is_that_of_a_slow_obvious_sum(group: list[tuple[int, int, int]]) -> None:
    curves = cumulative_incidence(*zip(*group, strict=True), 2) if group else []
    times = sorted({one[1] for one in group if one[2]})
    for kind, curve in enumerate(curves, start=1):
        still, share, steps = 1.0, 0.0, []
        for time in times:
            watched = sum(1 for one in group if one[0] < time <= one[1])
            gone = sum(1 for one in group if one[1] == time and one[2])
            mine = sum(1 for one in group if one[1] == time and one[2] == kind)
            share += still * mine / watched
            steps.append((share, still, watched, gone, mine))
            still *= 1 - gone / watched
        variance = sum(
            ((share - at) ** 2 * gone / (watched * (watched - gone)) if watched > gone else 0)
            + before**2 * (watched - mine) * mine / watched**3
            - 2 * (share - at) * before * mine / watched**2
            for at, before, watched, gone, mine in steps
        )
        if times:
            assert curve.share[-1] == pytest.approx(share)
            assert curve.variance[-1] == pytest.approx(max(variance, 0), abs=1e-9)


@given(people)
def test_with_one_kind_of_ending_its_variance_is_greenwoods(group: list[tuple[int, int, int]]) -> None:
    entered, left, how = [[one[place] for one in group] for place in (0, 1, 2)]
    happened = [one > 0 for one in how]
    survival, (ended,) = kaplan_meier(entered, left, happened), cumulative_incidence(entered, left, happened, 1)
    assert 1 - ended.share == pytest.approx(survival.share)
    seen = survival.share > 0
    assert ended.variance[seen] == pytest.approx(survival.variance[seen], abs=1e-9)

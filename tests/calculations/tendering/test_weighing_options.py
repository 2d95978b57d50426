"""Weighing options: marks, and what would change the order, held against trying it out."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nearhome.tendering.calculations.options.conclusions import (
    firmest_words,
    inwards,
    order_words,
    per_cent,
    range_words,
)
from nearhome.tendering.calculations.options.marks import (
    Appraisal,
    Scored,
    Weighed,
    dominated,
    marks,
    total_of,
    weights_problem,
)
from nearhome.tendering.calculations.options.sensitivity import first_of, score_changes, weight_ranges
from nearhome.tendering.calculations.options.weightings import share_ahead, shares_of_weightings

D = Decimal


@st.composite
def appraisals(draw: st.DrawFn, criteria: tuple[int, int] = (1, 5), options: tuple[int, int] = (1, 5)) -> Appraisal:
    count = draw(st.integers(*criteria))
    cuts = sorted(draw(st.sets(st.integers(1, 99), min_size=count - 1, max_size=count - 1)))
    weights = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    points = st.tuples(*[st.integers(0, 5)] * count)
    many = draw(st.lists(points, min_size=options[0], max_size=options[1]))
    return Appraisal(
        tuple(Weighed(f"C{at}", D(weight)) for at, weight in enumerate(weights)),
        tuple(Scored(f"O{at}", given) for at, given in enumerate(many)),
    )


def rescaled(appraisal: Appraisal, at: int, weight: Fraction) -> list[Fraction]:
    """All weights once one of them is that, the others in proportion: in fractions, plainly."""
    now = [Fraction(one.weight) for one in appraisal.criteria]
    return [weight if place == at else each * (100 - weight) / (100 - now[at]) for place, each in enumerate(now)]


def winners(appraisal: Appraisal, weights: list[Fraction]) -> set[str]:
    totals = {
        one.name: sum(weight * points for weight, points in zip(weights, one.points, strict=True))
        for one in appraisal.options
    }
    return {name for name, total in totals.items() if total == max(totals.values())}


@given(appraisals())
def test_marks_lie_between_nothing_and_100_and_ranks_agree_with_them(appraisal: Appraisal) -> None:
    ranked = marks(appraisal)
    assert all(0 <= one.total <= 100 for one in ranked)
    assert [one.total for one in ranked] == sorted((one.total for one in ranked), reverse=True)
    for one in ranked:
        assert one.rank == 1 + sum(other.total > one.total for other in ranked)


@given(appraisals(options=(1, 4)))
def test_the_order_in_which_options_are_entered_changes_no_rank(appraisal: Appraisal) -> None:
    ranks = {one.name: one.rank for one in marks(appraisal)}
    for order in permutations(appraisal.options):
        assert {one.name: one.rank for one in marks(Appraisal(appraisal.criteria, order))} == ranks


@given(appraisals(criteria=(2, 5), options=(2, 5)))
def test_a_weight_may_move_to_the_end_of_its_range_and_no_further(appraisal: Appraisal) -> None:
    first = first_of(appraisal)[0]
    hair = Fraction(1, 10**9)
    for at, found in enumerate(weight_ranges(appraisal, first)):
        assert found.lowest <= found.weight <= found.highest
        for inside in (found.lowest, found.highest, (found.lowest + found.highest) / 2):
            assert first in winners(appraisal, rescaled(appraisal, at, Fraction(inside)))
        if found.below:
            assert first not in winners(appraisal, rescaled(appraisal, at, found.lowest - hair))
            assert found.below in winners(appraisal, rescaled(appraisal, at, found.lowest))
        else:
            assert found.lowest == 0
        if found.above:
            assert first not in winners(appraisal, rescaled(appraisal, at, found.highest + hair))
            assert found.above in winners(appraisal, rescaled(appraisal, at, found.highest))
        else:
            assert found.highest == 100
        low, high = inwards(found)
        assert found.lowest <= low <= high <= found.highest


@given(appraisals(options=(2, 4)))
def test_the_fewest_points_that_change_the_first_place_are_found_by_trying_all(appraisal: Appraisal) -> None:
    first = first_of(appraisal)[0]
    if len(first_of(appraisal)) > 1:
        assert score_changes(appraisal, first) == ()
        return
    found = {(one.option, one.criterion): one for one in score_changes(appraisal, first)}
    weights = [Fraction(one.weight) for one in appraisal.criteria]
    for place, option in enumerate(appraisal.options):
        for at, criterion in enumerate(appraisal.criteria):
            step = -1 if option.name == first else 1
            tried = [by for by in range(1, 6) if 0 <= option.points[at] + step * by <= 5]
            ends = next(
                (by for by in tried if winners(changed(appraisal, place, at, step * by), weights) != {first}), None
            )
            given_change = found.get((option.name, criterion.name))
            assert (abs(given_change.points) if given_change else None) == ends
            if given_change:
                assert given_change.is_level == (
                    first in winners(changed(appraisal, place, at, given_change.points), weights)
                )


def changed(appraisal: Appraisal, place: int, at: int, by: int) -> Appraisal:
    options = list(appraisal.options)
    points = list(options[place].points)
    points[at] += by
    options[place] = Scored(options[place].name, tuple(points))
    return Appraisal(appraisal.criteria, tuple(options))


@given(appraisals(criteria=(1, 6), options=(2, 2)))
def test_two_options_share_the_weightings_as_the_closed_formula_says(appraisal: Appraisal) -> None:
    one, other = appraisal.options
    assume(one.points != other.points)
    shares = shares_of_weightings(appraisal).shares
    assert (shares[0].share, shares[1].share) == (share_ahead(one, other), share_ahead(other, one))


@given(appraisals(criteria=(1, 5), options=(1, 5)))
def test_shares_sum_to_one_and_the_count_comes_close_to_the_exact_share(appraisal: Appraisal) -> None:
    assume(len({one.points for one in appraisal.options}) == len(appraisal.options))
    exact, counted = shares_of_weightings(appraisal), shares_of_weightings(appraisal, most_parts=0)
    assert sum(one.share for one in exact.shares) == 1
    assert sum(one.share for one in counted.shares) == 1
    if exact.is_exact:
        for one, other in zip(exact.shares, counted.shares, strict=True):
            assert abs(one.share - other.share) < Fraction(1, 100)


@given(appraisals(options=(2, 5)))
def test_a_dominated_option_is_never_alone_in_front(appraisal: Appraisal) -> None:
    points = {one.name: one.points for one in appraisal.options}
    for worse, better in dominated(appraisal):
        assert all(a <= b for a, b in zip(points[worse], points[better], strict=True))
        assert points[worse] != points[better]
        assert first_of(appraisal) != (worse,)


def test_three_equal_criteria_each_won_by_one_option_share_the_weightings_in_thirds() -> None:
    criteria = (Weighed("A", D(30)), Weighed("B", D(30)), Weighed("C", D(40)))
    options = (Scored("X", (5, 0, 0)), Scored("Y", (0, 5, 0)), Scored("Z", (0, 0, 5)))
    shares = shares_of_weightings(Appraisal(criteria, options))
    assert shares.is_exact
    assert [one.share for one in shares.shares] == [Fraction(1, 3)] * 3


def test_options_with_the_same_scores_are_first_together() -> None:
    appraisal = Appraisal((Weighed("A", D(100)),), (Scored("X", (3,)), Scored("Y", (3,)), Scored("Z", (1,))))
    assert [one.share for one in shares_of_weightings(appraisal).shares] == [1, 1, 0]
    assert order_words(marks(appraisal)) == "X and Y are level at 60.0 of 100."
    assert weight_ranges(appraisal, "X") == ()


def test_the_weight_at_which_another_is_first_is_solved() -> None:
    criteria = (Weighed("Choice", D(60)), Weighed("Price", D(40)))
    appraisal = Appraisal(criteria, (Scored("Framework", (4, 3)), Scored("Block", (2, 5))))
    choice, price = weight_ranges(appraisal, "Framework")
    assert (choice.lowest, choice.highest, choice.below, choice.above) == (50, 100, "Block", "")
    assert range_words(price) == "above 50 Block is first"
    said = firmest_words(marks(appraisal), (choice, price), score_changes(appraisal, "Framework"))
    assert said[0] == (
        "The nearest change of a weight that matters: “Choice” at 60 would have to be below 50 before Block is first."
    )
    assert said[1] == (
        "The smallest change of one score that matters is 1 point: 1 point less for Framework in “Choice”, and Block is first;"
        " 1 point less for Framework in “Price”, and Block is level;"
        " 1 point more for Block in “Choice”, and Block is first."
    )


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([], "no criteria"),
        ([D(50), D(45)], "sum to 95, not 100. Add 5."),
        ([D(50), D("50.5")], "Take away 0.5."),
        ([D(100), D(0)], "more than 0"),
        ([D("33.33"), D("33.33"), D("33.34")], ""),
    ],
)
def test_weights_are_held_to_100_with_the_mend(weights: list[Decimal], words: str) -> None:
    problem = weights_problem(weights)
    assert words in problem
    assert bool(problem) == bool(words)


def test_what_is_no_appraisal_is_refused() -> None:
    with pytest.raises(ValueError, match="2 scores"):
        Appraisal((Weighed("A", D(50)), Weighed("B", D(50))), (Scored("X", (1,)),))
    with pytest.raises(ValueError, match="0 to 5"):
        Appraisal((Weighed("A", D(100)),), (Scored("X", (6,)),))
    with pytest.raises(ValueError, match="is not first"):
        weight_ranges(Appraisal((Weighed("A", D(100)),), (Scored("X", (6 - 1,)), Scored("Y", (1,)))), "Y")


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0%"),
        (Fraction(1, 1000), "under 1%"),
        (Fraction(1, 3), "33%"),
        (Fraction(999, 1000), "over 99%"),
        (1, "100%"),
    ],
)
def test_a_share_that_is_not_nothing_is_not_said_to_be_nothing(share: int | Fraction, words: str) -> None:
    assert per_cent(Fraction(share)) == words


@given(appraisals(criteria=(1, 4), options=(1, 4)))
def test_totals_are_weight_times_points_over_five(appraisal: Appraisal) -> None:
    weights = [one.weight for one in appraisal.criteria]
    for one in appraisal.options:
        plain = sum(Fraction(weight) * points for weight, points in zip(weights, one.points, strict=True)) / 5
        assert Fraction(total_of(one.points, weights)) == plain

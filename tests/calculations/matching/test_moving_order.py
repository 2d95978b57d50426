"""Planned moves: the order never overfills a home, and circles are only where there is no order."""

from collections import Counter
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.matching.calculations.planning.moving_order import Move, order_of_moves

HOMES = ("Ash", "Elm", "Oak", "Yew")
PLACES = st.sampled_from([*HOMES, None])


@st.composite
def planned(draw: st.DrawFn, most: int = 7) -> tuple[list[Move], dict[str, int]]:
    pairs = draw(st.lists(st.tuples(PLACES, PLACES).filter(lambda pair: pair[0] != pair[1]), max_size=most))
    moves = [Move(f"Test Child {at}", *pair) for at, pair in enumerate(pairs)]
    coming, leaving = Counter(move.to_home for move in moves), Counter(move.from_home for move in moves)
    needed = {home: max(0, coming[home] - leaving[home]) for home in HOMES}
    return moves, {home: needed[home] + draw(st.sampled_from([0, 0, 0, 1])) for home in HOMES}


def _follow(steps: tuple[Move, ...], free: dict[str, int]) -> bool:
    left = Counter(free)
    for move in steps:
        if move.to_home is not None:
            left[move.to_home] -= 1
            if left[move.to_home] < 0:
                return False
        if move.from_home is not None:
            left[move.from_home] += 1
    return True


def _most_moves(moves: list[Move], free: dict[str, int]) -> int:
    """The most moves that can be made one after another, by trying every order."""

    @cache
    def most(done: frozenset[int]) -> int:
        left = Counter(free)
        for at in done:
            left[moves[at].to_home or ""] -= 1
            left[moves[at].from_home or ""] += 1
        able = [at for at, move in enumerate(moves) if at not in done and (not move.to_home or left[move.to_home] > 0)]
        return max((most(done | {at}) for at in able), default=len(done))

    return most(frozenset())


@settings(max_examples=150, deadline=None)
@given(planned())
def test_each_step_finds_its_place_free_and_circles_have_no_order(asked: tuple[list[Move], dict[str, int]]) -> None:
    moves, free = asked
    order = order_of_moves(moves, free)
    in_circles = [move for circle in order.circles for move in circle]
    assert Counter([*order.steps, *in_circles]) == Counter(moves)
    assert _follow(order.steps, free)
    assert len(order.steps) == _most_moves(moves, free)
    for circle in order.circles:
        assert [move.from_home for move in circle] == [*(move.to_home for move in circle[1:]), circle[0].to_home]
        assert len({move.to_home for move in circle}) == len(circle)


@settings(max_examples=20, deadline=None)
@given(planned(most=200))
def test_long_lists_are_ordered_too(asked: tuple[list[Move], dict[str, int]]) -> None:
    moves, free = asked
    assert _follow(order_of_moves(moves, free).steps, free)


def test_a_move_frees_the_place_of_the_next() -> None:
    first, second = Move("Red", "Oak", "Elm"), Move("Blue", None, "Oak")
    order = order_of_moves([second, first], {"Elm": 1, "Oak": 0})
    assert order.steps == (first, second)
    assert order.circles == ()


def test_a_newcomer_does_not_take_the_place_a_chain_needs() -> None:
    moves = [Move("New", None, "Oak"), Move("Red", "Oak", "Elm"), Move("Blue", "Elm", "Oak")]
    order = order_of_moves(moves, {"Oak": 1})
    assert [move.child for move in order.steps] == ["Blue", "Red", "New"]


def test_two_who_change_places_are_a_circle() -> None:
    order = order_of_moves([Move("Red", "Oak", "Elm"), Move("Blue", "Elm", "Oak")], {})
    assert order.steps == ()
    assert len(order.circles) == 1
    assert order.sentences[0].startswith("These moves can only be made at the same moment")
    assert "Red from Oak to Elm" in order.sentences[0]
    assert len(order_of_moves([Move("Red", "Oak", "Elm"), Move("Blue", "Elm", "Oak")], {"Elm": 1}).steps) == 2


@pytest.mark.parametrize(
    ("moves", "free", "sentence"),
    [
        ([Move("Red", "Oak", "Elm"), Move("Red", "Elm", "Oak")], {}, "Red has more than one move"),
        ([Move("Red", "Oak", "Oak")], {}, "the home they live in"),
        ([Move("Red", "Oak", "Elm")], {}, "Elm would have 1 more than it has places"),
        ([], {"Oak": -1}, "Oak has -1 free places"),
    ],
)
def test_moves_that_cannot_be_are_refused(moves: list[Move], free: dict[str, int], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        order_of_moves(moves, free)

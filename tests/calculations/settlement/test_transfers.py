"""Payments between authorities: they settle every position, and no fewer would."""

from functools import cache
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.transfers import (
    MOST_POSITIONS,
    PERHAPS_MORE_THAN_NEEDED,
    Transfer,
    are_surely_fewest,
    net_transfers,
)
from nearhome.settlement.exporters.settle_words import between_authorities

NAMES = [f"Madeup {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
NIGHT = 65_100


@cache
def fewest_by_trying(pence: tuple[int, ...]) -> int:
    """Where payments are fewest they make no circle, so somebody has one payment only, of all of its position: try each."""
    if not pence:
        return 0
    tried = []
    for one, other in permutations(range(len(pence)), 2):
        left = [each for place, each in enumerate(pence) if place not in (one, other)]
        tried.append(1 + fewest_by_trying(tuple(sorted(each for each in (*left, pence[one] + pence[other]) if each))))
    return min(tried)


def in_turn(positions: dict[str, int]) -> int:
    """How many payments it takes if the largest debtor pays the largest creditor until nobody is left."""
    left, payments = sorted(each for each in positions.values() if each), 0
    while left:
        left = sorted(each for each in (*left[1:-1], left[0] + left[-1]) if each)
        payments += 1
    return payments


def balanced(pence: list[int]) -> dict[str, int]:
    return dict(zip(NAMES, [*pence, -sum(pence)], strict=False))


FEW = st.lists(st.integers(-6, 6), max_size=7).map(balanced)
MANY = st.lists(st.integers(-90, 90).map(NIGHT.__mul__) | st.integers(-(10**9), 10**9), max_size=12).map(balanced)


@given(FEW)
def test_no_fewer_payments_settle_them(positions: dict[str, int]) -> None:
    wanted = fewest_by_trying(tuple(sorted(each for each in positions.values() if each)))
    assert len(net_transfers(positions)) == wanted
    assert are_surely_fewest(positions)


@given(FEW | MANY)
def test_everybody_is_settled_and_nobody_both_pays_and_is_paid(positions: dict[str, int]) -> None:
    transfers = net_transfers(positions)
    assert all(one.pence > 0 for one in transfers)
    assert not {one.paid_by for one in transfers} & {one.paid_to for one in transfers}
    assert len(transfers) <= in_turn(positions)
    left = dict(positions)
    for one in transfers:
        left[one.paid_by] += one.pence
        left[one.paid_to] -= one.pence
    assert not any(left.values())


@given(FEW | MANY, st.randoms(use_true_random=False))
def test_the_order_in_which_positions_are_given_changes_nothing(positions: dict[str, int], drawn: Random) -> None:
    shuffled = list(positions.items())
    drawn.shuffle(shuffled)
    assert net_transfers(shuffled) == net_transfers(positions)


def hidden_groups(sizes: list[int], drawn: Random) -> dict[str, int]:
    """Groups that each sum to nought, in a drawn order."""
    pence = []
    for size in sizes:
        group = [drawn.randint(10**6, 10**9) for _ in range(size - 1)]
        pence += [*group, -sum(group)]
    drawn.shuffle(pence)
    return dict(zip(NAMES, pence, strict=False))


@given(st.lists(st.integers(3, 5), max_size=5).filter(lambda sizes: sum(sizes) < 17), st.randoms(use_true_random=False))
def test_hidden_groups_are_found(sizes: list[int], drawn: Random) -> None:
    assert len(net_transfers(hidden_groups(sizes, drawn))) <= sum(sizes) - len(sizes)


def test_seven_groups_are_found_among_as_many_positions_as_are_searched() -> None:
    positions = hidden_groups([3, 3, 3, 3, 3, 3, 4], Random(2026))
    assert len(positions) == MOST_POSITIONS
    assert len(net_transfers(positions)) == MOST_POSITIONS - 7
    assert in_turn(positions) > MOST_POSITIONS - 7
    assert are_surely_fewest(positions)


def test_two_groups_of_three_need_four_payments_where_the_largest_first_need_five() -> None:
    nights = {"Kent": 4, "Medway": 3, "Slough": 3, "Portsmouth": -6, "West Sussex": -2, "Hampshire": -2}
    positions = {name: number * NIGHT for name, number in nights.items()}
    assert in_turn(positions) == 5
    assert set(net_transfers(positions)) == {
        Transfer("Hampshire", "Kent", 130_200),
        Transfer("West Sussex", "Kent", 130_200),
        Transfer("Portsmouth", "Slough", 195_300),
        Transfer("Portsmouth", "Medway", 195_300),
    }


def test_among_equals_names_decide() -> None:
    positions = dict.fromkeys(["D", "C", "B", "A"], -200) | dict.fromkeys(["Z", "Y"], 400)
    assert {(one.paid_by, one.paid_to) for one in net_transfers(positions)} == {
        ("A", "Y"), ("B", "Y"), ("C", "Z"), ("D", "Z"),
    }  # fmt: skip


def test_sums_too_large_for_the_processor_are_still_exact() -> None:
    """Four times 2⁶² would come to nought in 64 bits."""
    positions = dict.fromkeys(["A", "B", "C", "D"], 2**62) | {"E": 1 - 2**64, "F": -1}
    assert len(net_transfers(positions)) == 5


def test_above_the_most_that_are_searched_all_is_settled_and_it_is_said() -> None:
    positions = balanced([*range(1, 12), *range(-23, -12)])
    assert len(positions) == MOST_POSITIONS + 1
    assert not are_surely_fewest(positions)
    transfers = net_transfers(positions)
    assert len(transfers) < len(positions)
    said = list(between_authorities(tuple(positions.items()), {name: name for name in positions}))
    assert said[-1].strip() == PERHAPS_MORE_THAN_NEEDED
    assert len(said) == 1 + len(transfers) + 1


def test_positions_that_cancel_exactly_do_not_count_towards_the_most() -> None:
    pairs = {f"Madeup {sign}{number}": sign * number for number in range(1, 41) for sign in (1, -1)}
    assert are_surely_fewest(pairs)
    assert len(net_transfers(pairs)) == 40


def test_nothing_open_needs_no_payment_and_an_odd_penny_is_refused() -> None:
    assert net_transfers({}) == net_transfers({"A": 0}) == ()
    with pytest.raises(ValueError, match=r"not −£0\.01"):
        net_transfers({"A": 1, "B": -2})

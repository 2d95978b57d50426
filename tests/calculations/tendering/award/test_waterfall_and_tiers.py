"""Places go down the ranking as published, whoever sent their bid first; tiers follow the published sizes."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.tendering.calculations.award.tiers import RankedBid, TierRule, into_tiers
from nearhome.tendering.calculations.award.waterfall import PlacesOffered, Ties, Waterfall, WaterfallRule, allocate

offers = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 12), st.integers(300_000, 300_004)), max_size=9).map(
    lambda rows: [PlacesOffered(f"SC{at}", *row) for at, row in enumerate(rows)]
)
rules = st.builds(
    WaterfallRule, least_places=st.integers(1, 4), most_suppliers=st.none() | st.integers(1, 5), ties=st.sampled_from(Ties)
)  # fmt: skip


def place_by_place(offered: list[PlacesOffered], wanted: int) -> dict[str, int]:
    """The oracle: hand out one place after another to the best bid that has one left."""
    given_out = {bid.ref: 0 for bid in offered}
    for _ in range(wanted):
        left = [bid for bid in offered if given_out[bid.ref] < bid.places]
        if not left:
            break
        best = min(left, key=lambda bid: (bid.rank, bid.weekly_pence, bid.ref))
        given_out[best.ref] += 1
    return given_out


def got(found: Waterfall) -> dict[str, int]:
    return {line.ref: line.places for line in found.lines}


@given(offers, st.integers(0, 40))
def test_without_a_least_block_it_is_one_place_after_another(offered: list[PlacesOffered], wanted: int) -> None:
    assert got(allocate(offered, wanted, WaterfallRule())) == place_by_place(offered, wanted)


@given(offers, st.integers(0, 40), st.sampled_from(Ties))
def test_as_many_are_filled_as_are_wanted_and_offered(offered: list[PlacesOffered], wanted: int, ties: Ties) -> None:
    found = allocate(offered, wanted, WaterfallRule(ties=ties))
    assert found.filled == sum(got(found).values()) == min(wanted, sum(bid.places for bid in offered))
    assert found.unfilled == wanted - found.filled


@given(offers, st.integers(0, 40), rules, st.randoms(use_true_random=False))
def test_the_order_in_which_bids_came_changes_nothing(
    offered: list[PlacesOffered], wanted: int, rule: WaterfallRule, shuffle: random.Random
) -> None:
    again = list(offered)
    shuffle.shuffle(again)
    assert allocate(again, wanted, rule) == allocate(offered, wanted, rule)


@given(offers, st.integers(0, 40), rules)
def test_whatever_the_rule_nobody_gets_more_than_offered_or_less_than_the_least(
    offered: list[PlacesOffered], wanted: int, rule: WaterfallRule
) -> None:
    found = allocate(offered, wanted, rule)
    assert [line.ref for line in found.lines] == [
        bid.ref for bid in sorted(offered, key=lambda bid: (bid.rank, bid.weekly_pence, bid.ref))
    ]
    assert all(line.places == 0 or rule.least_places <= line.places <= line.offered for line in found.lines)
    served = [line for line in found.lines if line.places]
    assert rule.most_suppliers is None or len(served) <= rule.most_suppliers
    assert 0 <= found.filled <= wanted
    # Nobody lower is served while somebody higher has places left, unless the least block kept the higher one out.
    for low in served:
        for high in found.lines:
            if high.rank < low.rank and high.places:
                assert high.places == high.offered or high.rank == low.rank


@given(offers, st.integers(0, 40))
def test_equal_ranks_that_share_get_as_equal_as_their_offers_allow(offered: list[PlacesOffered], wanted: int) -> None:
    found = allocate(offered, wanted, WaterfallRule(ties=Ties.SHARED))
    for one in found.lines:
        for other in found.lines:
            if one.rank == other.rank and one.places < one.offered:
                assert other.places <= one.places + 1


def test_the_block_of_fifteen_goes_down_the_ranking_and_says_what_is_left() -> None:
    offered = [
        PlacesOffered("SC1", 1, 5, 440_000),
        PlacesOffered("SC2", 2, 6, 450_000),
        PlacesOffered("SC3", 3, 2, 430_000),
    ]
    found = allocate(offered, 15, WaterfallRule())
    assert (got(found), found.unfilled) == ({"SC1": 5, "SC2": 6, "SC3": 2}, 2)
    found = allocate(offered, 10, WaterfallRule(least_places=3))
    assert got(found) == {"SC1": 5, "SC2": 5, "SC3": 0}
    assert found.lines[1].why == "5 of 6 offered: no more are left"
    assert found.lines[2].why == "offered 2, fewer than the least of 3"


def test_a_remainder_below_the_least_block_passes_on_to_whom_it_suits() -> None:
    offered = [PlacesOffered("SC1", 1, 5, 440_000), PlacesOffered("SC2", 2, 6, 450_000)]
    found = allocate(offered, 7, WaterfallRule(least_places=3))
    assert (got(found), found.unfilled) == ({"SC1": 5, "SC2": 0}, 2)
    assert found.lines[1].why == "2 were left, fewer than 3 for each of this rank"


@pytest.mark.parametrize(
    ("offered", "wanted", "rule"),
    [
        ([PlacesOffered("SC1", 0, 5, 1)], 5, WaterfallRule()),
        ([PlacesOffered("SC1", 1, -1, 1)], 5, WaterfallRule()),
        ([PlacesOffered("SC1", 1, 5, 1)] * 2, 5, WaterfallRule()),
        ([], -1, WaterfallRule()),
        ([], 5, WaterfallRule(least_places=0)),
        ([], 5, WaterfallRule(most_suppliers=0)),
    ],
)
def test_what_cannot_be_is_refused(offered: list[PlacesOffered], wanted: int, rule: WaterfallRule) -> None:
    with pytest.raises(ValueError, match=r"or more|once"):
        allocate(offered, wanted, rule)


ranked = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 5)), max_size=30).map(
    lambda rows: [RankedBid(f"SC{at}", *row) for at, row in enumerate(rows)]
)


@given(ranked, st.lists(st.integers(1, 6), max_size=3).map(tuple), st.randoms(use_true_random=False))
def test_a_better_rank_is_never_in_a_lower_tier_and_order_changes_nothing(
    bids: list[RankedBid], sizes: tuple[int, ...], shuffle: random.Random
) -> None:
    rule = TierRule(sizes)
    found = into_tiers(bids, rule)
    again = list(bids)
    shuffle.shuffle(again)
    assert into_tiers(again, rule) == found
    for one in found:
        better = sum(other.rank < one.rank for other in bids)
        assert one.place == better + 1
        # The tier, said the slow way: the first whose places, added up, reach the place.
        assert one.tier == next((at for at in range(1, len(sizes) + 1) if one.place <= sum(sizes[:at])), len(sizes) + 1)


@given(ranked, st.integers(1, 10))
def test_no_more_suppliers_are_admitted_than_the_lot_takes(bids: list[RankedBid], most: int) -> None:
    found = into_tiers(bids, TierRule((2,), most))
    assert sum(one.tier is not None for one in found) == min(most, len(bids))


def test_five_ten_and_all_others() -> None:
    found = into_tiers([RankedBid(f"SC{at:02}", at, 1) for at in range(1, 21)], TierRule())
    assert [sum(one.tier == tier for one in found) for tier in (1, 2, 3)] == [5, 10, 5]
    assert TierRule().words().startswith("Tier 1: the best 5; tier 2: the next 10; tier 3: all others.")


def test_bids_that_share_the_last_place_of_a_tier_are_all_in_it() -> None:
    found = into_tiers(
        [RankedBid("SC1", 1, 1), RankedBid("SC2", 2, 1), RankedBid("SC3", 2, 1), RankedBid("SC4", 4, 1)],
        TierRule((2, 1)),
    )
    assert [one.tier for one in found] == [1, 1, 1, 3]

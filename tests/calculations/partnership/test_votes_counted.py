"""Quorum, majority, abstentions, ties: in any order the same."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.partnership.calculations.voting import Choice, Count, Majority, Voter, VotingRules, count_votes

VOTERS = st.lists(st.integers(0, 50), min_size=1, max_size=8).map(
    lambda weights: [Voter(f"V{at}", weight) for at, weight in enumerate(weights)]
)
RULES = st.builds(VotingRules, st.integers(0, 100), st.sampled_from(Majority), st.booleans())
CAST = st.lists(st.sampled_from([*Choice, None]), min_size=8, max_size=8)


def votes_of(voters: Sequence[Voter], cast: Sequence[Choice | None]) -> dict[str, Choice]:
    return {voter.ref: choice for voter, choice in zip(voters, cast, strict=False) if choice}


def carried_the_long_way(rules: VotingRules, count: Count) -> bool:
    """Fractions instead of whole numbers."""
    took_part = count.in_favour + count.against + (count.abstained if rules.abstentions_make_quorum else 0)
    if not took_part or Fraction(took_part, count.in_all) < Fraction(rules.quorum_percent, 100):
        return False
    if not count.in_favour:
        return False
    part = Fraction(count.in_favour, count.in_favour + count.against)
    if rules.majority == Majority.SIMPLE:
        return part > Fraction(1, 2)
    least = {
        Majority.TWO_THIRDS: Fraction(2, 3),
        Majority.THREE_QUARTERS: Fraction(3, 4),
        Majority.UNANIMOUS: Fraction(1),
    }
    return part >= least[rules.majority]


@given(RULES, VOTERS, CAST)
def test_the_count_says_what_fractions_say(rules: VotingRules, voters: list[Voter], cast: list[Choice | None]) -> None:
    count = count_votes(rules, voters, votes_of(voters, cast))
    assert count.is_carried == carried_the_long_way(rules, count)
    assert count.in_all == sum(voter.weight for voter in voters)
    assert not count.is_carried or count.is_quorate


@given(RULES, VOTERS, CAST, st.randoms(use_true_random=False))
def test_order_makes_no_difference(
    rules: VotingRules, voters: list[Voter], cast: list[Choice | None], random: object
) -> None:
    votes, mixed = votes_of(voters, cast), list(voters)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    turned = dict(reversed(votes.items()))
    assert count_votes(rules, mixed, turned) == count_votes(rules, voters, votes)


@given(RULES, VOTERS, CAST)
def test_one_more_vote_for_it_never_defeats_it(
    rules: VotingRules, voters: list[Voter], cast: list[Choice | None]
) -> None:
    votes = votes_of(voters, cast)
    before = count_votes(rules, voters, votes)
    for voter in voters:
        after = count_votes(rules, voters, votes | {voter.ref: Choice.FOR})
        assert after.is_carried or not before.is_carried


FOUR = [Voter(name) for name in ("A", "B", "C", "D")]


def test_a_tie_is_not_carried() -> None:
    votes = {"A": Choice.FOR, "B": Choice.FOR, "C": Choice.AGAINST, "D": Choice.AGAINST}
    assert not count_votes(VotingRules(), FOUR, votes).is_carried


def test_abstentions_count_towards_the_quorum_only_if_the_agreement_says_so() -> None:
    votes = {"A": Choice.FOR, "B": Choice.ABSTAIN}
    assert count_votes(VotingRules(50), FOUR, votes).is_carried
    without = count_votes(VotingRules(50, abstentions_make_quorum=False), FOUR, votes)
    assert (without.is_quorate, without.is_carried) == (False, False)


def test_abstentions_are_neither_for_nor_against() -> None:
    votes = {"A": Choice.FOR, "B": Choice.ABSTAIN, "C": Choice.ABSTAIN, "D": Choice.ABSTAIN}
    assert count_votes(VotingRules(100, Majority.UNANIMOUS), FOUR, votes).is_carried


def test_exactly_two_thirds_is_enough_and_exactly_half_is_not() -> None:
    three = FOUR[:3]
    votes = {"A": Choice.FOR, "B": Choice.FOR, "C": Choice.AGAINST}
    assert count_votes(VotingRules(0, Majority.TWO_THIRDS), three, votes).is_carried
    assert not count_votes(VotingRules(0, Majority.THREE_QUARTERS), three, votes).is_carried


def test_nobody_voting_carries_nothing_even_without_a_quorum() -> None:
    count = count_votes(VotingRules(0), FOUR, {})
    assert (count.is_quorate, count.is_carried) == (False, False)


def test_a_stranger_or_a_voter_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="Not entitled to vote: Z"):
        count_votes(VotingRules(), FOUR, {"Z": Choice.FOR})
    with pytest.raises(ValueError, match="once"):
        count_votes(VotingRules(), [*FOUR, Voter("A")], {})


def test_absurd_rules_and_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="101%"):
        VotingRules(101)
    with pytest.raises(ValueError, match="0 or more"):
        Voter("A", -1)

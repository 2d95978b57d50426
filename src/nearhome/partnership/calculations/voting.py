"""Was there a quorum, and was the motion carried?

The rule is the partnership's own: its agreement says what makes a quorum, what majority carries and whether an
abstention counts as being there. No statute sets these for a partnership of authorities (derived: they act by contract
under an agreement). An abstention never counts for or against; a tie is not carried.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Choice(StrEnum):
    """How a member voted."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Majority(StrEnum):
    """Of the votes cast for and against, the part that carries."""

    SIMPLE = "simple"
    TWO_THIRDS = "two_thirds"
    THREE_QUARTERS = "three_quarters"
    UNANIMOUS = "unanimous"


# Numerator, denominator, and whether exactly that part is enough.
_NEEDED = {
    Majority.SIMPLE: (1, 2, False),
    Majority.TWO_THIRDS: (2, 3, True),
    Majority.THREE_QUARTERS: (3, 4, True),
    Majority.UNANIMOUS: (1, 1, True),
}


@dataclass(frozen=True, slots=True)
class VotingRules:
    """`quorum_percent` of all voting weight (0 to 100) must take part; `majority` of for and against carries."""

    quorum_percent: int = 50
    majority: Majority = Majority.SIMPLE
    abstentions_make_quorum: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.quorum_percent <= 100:
            raise ValueError(f"A quorum is between 0% and 100% of the votes, not {self.quorum_percent}%")


@dataclass(frozen=True, slots=True)
class Voter:
    """A member entitled to vote, and the weight of its vote (1 each, or by contribution; 0 or more)."""

    ref: str
    weight: int = 1

    def __post_init__(self) -> None:
        if self.weight < 0:
            raise ValueError(f"The weight of a vote must be 0 or more: look at {self.ref}")


@dataclass(frozen=True, slots=True)
class Count:
    """Voting weights by how they were used, and what follows."""

    in_favour: int
    against: int
    abstained: int
    not_voted: int
    is_quorate: bool
    is_carried: bool

    @property
    def in_all(self) -> int:
        """The weight of everybody entitled to vote."""
        return self.in_favour + self.against + self.abstained + self.not_voted


def count_votes(rules: VotingRules, voters: Sequence[Voter], votes: Mapping[str, Choice]) -> Count:
    """Count the votes of `voters`, given by their ref; the order of either makes no difference.

    Raises ValueError for a vote of somebody who has none, and for a voter listed twice.
    """
    refs = [voter.ref for voter in voters]
    if len(set(refs)) < len(refs):
        raise ValueError("Each voter may be listed once")
    strangers = sorted(set(votes) - set(refs))
    if strangers:
        raise ValueError(f"Not entitled to vote: {', '.join(strangers)}")
    weighed = dict.fromkeys(Choice, 0)
    for voter in voters:
        if voter.ref in votes:
            weighed[Choice(votes[voter.ref])] += voter.weight
    in_all = sum(voter.weight for voter in voters)
    for_, against, abstained = weighed[Choice.FOR], weighed[Choice.AGAINST], weighed[Choice.ABSTAIN]
    took_part = for_ + against + (abstained if rules.abstentions_make_quorum else 0)
    is_quorate = took_part > 0 and took_part * 100 >= rules.quorum_percent * in_all
    return Count(
        for_, against, abstained, in_all - for_ - against - abstained,
        is_quorate, is_quorate and _carries(rules.majority, for_, against),
    )  # fmt: skip


def _carries(majority: Majority, in_favour: int, against: int) -> bool:
    part, of, exactly_is_enough = _NEEDED[Majority(majority)]
    have, need = in_favour * of, (in_favour + against) * part
    return in_favour > 0 and (have > need or (exactly_is_enough and have == need))

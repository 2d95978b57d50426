"""How many must take part in a vote for it to decide anything?

The share is the framework's own. Half, where it says nothing, is this project's default: no law or published framework
was found that sets one.
"""

HALF = 50


def quorum(may_vote: int, percent: int) -> int:
    """The least number of voters, part votes counted as whole: 6 at 50% → 3, 5 at 50% → 3. At least one.

    Raises ValueError for a share that is not from 1 to 100.
    """
    if not 1 <= percent <= 100:
        raise ValueError("A quorum is from 1% to 100% of those who may vote")
    return max(1, -(-may_vote * percent // 100))


def quorum_problem(voted: int, may_vote: int, percent: int) -> str:
    """Why a vote cannot have carried, with the mend; "" if enough took part. Abstentions count as taking part."""
    least = quorum(may_vote, percent)
    if voted >= least:
        return ""
    return (
        f"{voted} of {may_vote} took part, and the vote carries with {least} or more ({percent}% of those who may vote)."
        " Vote again with enough of them, or say that it was not carried."
    )

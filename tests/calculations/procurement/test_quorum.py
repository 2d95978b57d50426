"""A vote in which too few took part carries nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.procurement.calculations.frameworks.quorum import quorum, quorum_problem


@given(may_vote=st.integers(1, 200), percent=st.integers(1, 100), voted=st.integers(0, 200))
def test_enough_took_part_when_their_share_is_the_quorum_or_more(may_vote: int, percent: int, voted: int) -> None:
    assert (quorum_problem(voted, may_vote, percent) == "") == (voted * 100 >= percent * may_vote and voted > 0)
    assert 1 <= quorum(may_vote, percent) <= may_vote


@pytest.mark.parametrize("percent", [0, 101, -5])
def test_a_share_that_is_none_is_refused(percent: int) -> None:
    with pytest.raises(ValueError, match="from 1% to 100%"):
        quorum(6, percent)

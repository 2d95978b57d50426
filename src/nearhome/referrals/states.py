"""How a referral moves. The diagram in docs/follow-the-data.md is drawn from this table."""

from enum import StrEnum


class ReferralState(StrEnum):
    DRAFT = "draft"
    AWAITING_PERMISSION = "awaiting_permission"
    SEARCHING = "searching"
    SELECTED = "selected"
    APPROVED = "approved"
    PLACED = "placed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


WORDS = {
    ReferralState.DRAFT: "Draft",
    ReferralState.AWAITING_PERMISSION: "Waiting for permission to search",
    ReferralState.SEARCHING: "Searching",
    ReferralState.SELECTED: "Waiting for approval of the choice",
    ReferralState.APPROVED: "Home agreed, not yet moved in",
    ReferralState.PLACED: "Living there",
    ReferralState.CLOSED: "Closed",
    ReferralState.WITHDRAWN: "Withdrawn",
}

MOVES: dict[ReferralState, frozenset[ReferralState]] = {
    ReferralState.DRAFT: frozenset(
        {ReferralState.AWAITING_PERMISSION, ReferralState.SEARCHING, ReferralState.WITHDRAWN}
    ),
    ReferralState.AWAITING_PERMISSION: frozenset(
        {ReferralState.SEARCHING, ReferralState.DRAFT, ReferralState.WITHDRAWN}
    ),
    ReferralState.SEARCHING: frozenset({ReferralState.SELECTED, ReferralState.DRAFT, ReferralState.WITHDRAWN}),
    ReferralState.SELECTED: frozenset({ReferralState.APPROVED, ReferralState.SEARCHING, ReferralState.WITHDRAWN}),
    ReferralState.APPROVED: frozenset({ReferralState.PLACED, ReferralState.SEARCHING, ReferralState.WITHDRAWN}),
    ReferralState.PLACED: frozenset({ReferralState.CLOSED}),
    ReferralState.CLOSED: frozenset(),
    ReferralState.WITHDRAWN: frozenset(),
}


CHOICES = [(state.value, words) for state, words in WORDS.items()]


def can_move(from_state: str, to_state: str) -> bool:
    """Whether the table allows this move."""
    return ReferralState(to_state) in MOVES[ReferralState(from_state)]

"""How an uplift round moves: nothing is applied that was not previewed, voted and approved by somebody else."""

from enum import StrEnum


class UpliftState(StrEnum):
    PROPOSED = "proposed"
    PREVIEWED = "previewed"
    VOTED = "voted"
    APPROVED = "approved"
    APPLIED = "applied"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


WORDS = {
    UpliftState.PROPOSED: "Proposed",
    UpliftState.PREVIEWED: "Previewed, waits for the vote",
    UpliftState.VOTED: "Carried, waits for approval",
    UpliftState.APPROVED: "Approved, not yet applied",
    UpliftState.APPLIED: "Applied",
    UpliftState.REJECTED: "Rejected",
    UpliftState.WITHDRAWN: "Withdrawn",
}
MOVES: dict[UpliftState, frozenset[UpliftState]] = {
    UpliftState.PROPOSED: frozenset({UpliftState.PREVIEWED, UpliftState.WITHDRAWN}),
    UpliftState.PREVIEWED: frozenset(
        {UpliftState.PREVIEWED, UpliftState.VOTED, UpliftState.REJECTED, UpliftState.WITHDRAWN}
    ),
    UpliftState.VOTED: frozenset({UpliftState.APPROVED, UpliftState.REJECTED, UpliftState.WITHDRAWN}),
    UpliftState.APPROVED: frozenset({UpliftState.APPLIED, UpliftState.WITHDRAWN}),
    UpliftState.APPLIED: frozenset(),
    UpliftState.REJECTED: frozenset(),
    UpliftState.WITHDRAWN: frozenset(),
}
CHOICES = [(state.value, words) for state, words in WORDS.items()]


def can_move_uplift(from_state: str, to_state: str) -> bool:
    """Whether the table allows this move."""
    return UpliftState(to_state) in MOVES[UpliftState(from_state)]

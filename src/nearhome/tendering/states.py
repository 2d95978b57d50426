"""How a procurement moves. The diagram in docs/follow-the-data.md is drawn from this table."""

from enum import StrEnum


class ProcurementState(StrEnum):
    PREPARING = "preparing"
    PUBLISHED = "published"
    EVALUATING = "evaluating"
    RECOMMENDED = "recommended"
    APPROVED = "approved"
    CONTRACTED = "contracted"
    ABANDONED = "abandoned"


WORDS = {
    ProcurementState.PREPARING: "Being prepared",
    ProcurementState.PUBLISHED: "Open for bids",
    ProcurementState.EVALUATING: "Bids are evaluated",
    ProcurementState.RECOMMENDED: "Award waits for approval",
    ProcurementState.APPROVED: "Award approved",
    ProcurementState.CONTRACTED: "Contract made",
    ProcurementState.ABANDONED: "Abandoned",
}

MOVES: dict[ProcurementState, frozenset[ProcurementState]] = {
    ProcurementState.PREPARING: frozenset(
        {ProcurementState.PUBLISHED, ProcurementState.RECOMMENDED, ProcurementState.ABANDONED}
    ),
    ProcurementState.PUBLISHED: frozenset({ProcurementState.EVALUATING, ProcurementState.ABANDONED}),
    ProcurementState.EVALUATING: frozenset({ProcurementState.RECOMMENDED, ProcurementState.ABANDONED}),
    ProcurementState.RECOMMENDED: frozenset(
        {ProcurementState.APPROVED, ProcurementState.EVALUATING, ProcurementState.PREPARING, ProcurementState.ABANDONED}
    ),
    ProcurementState.APPROVED: frozenset({ProcurementState.CONTRACTED, ProcurementState.ABANDONED}),
    ProcurementState.CONTRACTED: frozenset(),
    ProcurementState.ABANDONED: frozenset(),
}

CHOICES = [(state.value, words) for state, words in WORDS.items()]


def can_move(from_state: str, to_state: str) -> bool:
    """Whether the table allows this move. A direct award goes from preparing to recommended: nothing is tendered."""
    return ProcurementState(to_state) in MOVES[ProcurementState(from_state)]

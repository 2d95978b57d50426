"""How a recorded decision moves. The diagram in docs/methods/key-decisions.md is drawn from this table."""

from enum import StrEnum


class DecisionState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    CALLED_IN = "called_in"
    CONFIRMED = "confirmed"
    IMPLEMENTED = "implemented"
    WITHDRAWN = "withdrawn"


WORDS = {
    DecisionState.DRAFT: "Draft",
    DecisionState.PROPOSED: "Notice published",
    DecisionState.APPROVED: "Approved",
    DecisionState.REFUSED: "Refused",
    DecisionState.CALLED_IN: "Called in",
    DecisionState.CONFIRMED: "Confirmed after call-in",
    DecisionState.IMPLEMENTED: "Carried out",
    DecisionState.WITHDRAWN: "Withdrawn",
}

COLOURS = {
    DecisionState.DRAFT: "grey",
    DecisionState.PROPOSED: "yellow",
    DecisionState.APPROVED: "green",
    DecisionState.REFUSED: "red",
    DecisionState.CALLED_IN: "orange",
    DecisionState.CONFIRMED: "green",
    DecisionState.IMPLEMENTED: "blue",
    DecisionState.WITHDRAWN: "grey",
}

MOVES: dict[DecisionState, frozenset[DecisionState]] = {
    DecisionState.DRAFT: frozenset({DecisionState.PROPOSED, DecisionState.WITHDRAWN}),
    DecisionState.PROPOSED: frozenset(
        {DecisionState.APPROVED, DecisionState.REFUSED, DecisionState.DRAFT, DecisionState.WITHDRAWN}
    ),
    DecisionState.APPROVED: frozenset({DecisionState.CALLED_IN, DecisionState.IMPLEMENTED}),
    DecisionState.CALLED_IN: frozenset({DecisionState.CONFIRMED, DecisionState.WITHDRAWN}),
    DecisionState.CONFIRMED: frozenset({DecisionState.IMPLEMENTED}),
    DecisionState.REFUSED: frozenset(),
    DecisionState.IMPLEMENTED: frozenset(),
    DecisionState.WITHDRAWN: frozenset(),
}

CHOICES = [(state.value, words) for state, words in WORDS.items()]
ENDED = frozenset(state for state, onwards in MOVES.items() if not onwards)


def can_move(from_state: str, to_state: str) -> bool:
    """Whether the table allows this move."""
    return DecisionState(to_state) in MOVES[DecisionState(from_state)]

"""How a month moves. The database holds the same table against every change of a month (migration 0009)."""

from django.db import models


class MonthState(models.TextChoices):
    DRAFT = "draft", "Draft"
    CHECKED = "checked", "Checked"
    APPROVED = "approved", "Approved"
    CLOSING = "closing", "Being closed"
    CLOSED = "closed", "Closed"


# A close that finds something wrong goes back to approved; a person can send any month that is not closed to draft.
MOVES: dict[MonthState, frozenset[MonthState]] = {
    MonthState.DRAFT: frozenset({MonthState.CHECKED}),
    MonthState.CHECKED: frozenset({MonthState.APPROVED, MonthState.DRAFT}),
    MonthState.APPROVED: frozenset({MonthState.CLOSING, MonthState.DRAFT}),
    MonthState.CLOSING: frozenset({MonthState.CLOSED, MonthState.APPROVED, MonthState.DRAFT}),
    MonthState.CLOSED: frozenset(),
}


def can_move(from_state: str, to_state: str) -> bool:
    """Whether the table allows this move."""
    return MonthState(to_state) in MOVES[MonthState(from_state)]

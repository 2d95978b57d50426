"""Every read of the stage."""

from datetime import datetime
from typing import Any

from nearhome.tendering.queries import evaluation

__all__ = ["waiting_for"]

_TOPICS = (evaluation,)


def waiting_for(person: Any, *, now: datetime) -> tuple[Any, ...]:
    """What every topic of the stage asks of the person."""
    return tuple(row for topic in _TOPICS for row in topic.waiting_for(person, now=now))

"""Reading the record."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nearhome.audit.models import Event


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened, ready to show."""

    at: datetime
    words: str
    who: str
    organisation: str
    name: str


def history_of(thread: UUID, *, limit: int = 200) -> tuple[HistoryLine, ...]:
    """What happened on one journey, oldest first, as far as the acting organisation may know it."""
    rows = Event.objects.filter(thread=thread).order_by("at", "id")[:limit]
    return tuple(HistoryLine(row.at, row.words, row.by_name, row.by_organisation, row.name) for row in rows)

"""Reading the record."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
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


def history_of(thread: UUID, *, limit: int = 200, about: Collection[str] | None = None) -> tuple[HistoryLine, ...]:
    """What happened on one journey, oldest first, as far as the acting organisation may know it.

    `about` keeps only what is about these things, as events name them: "invitation 3f…".
    """
    events = Event.objects.filter(thread=thread)
    rows = (events if about is None else events.filter(about__in=about)).order_by("at", "id")[:limit]
    return tuple(HistoryLine(row.at, row.words, row.by_name, row.by_organisation, row.name) for row in rows)


def as_entries(lines: Iterable[HistoryLine]) -> list[dict[str, Any]]:
    """The same lines as the page's ``history`` macro takes them, in the order given."""
    return [{"what": one.words, "at": one.at, "who": one.who, "organisation": one.organisation} for one in lines]

"""The one way to record what a person did. Only actions call it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nearhome.audit.models import Event


@dataclass(frozen=True)
class Nearhome:
    """The software itself, acting for an organisation: a hold that expires, a month that is worked out."""

    organisation_id: int
    organisation: str = ""
    pk: None = None

    def __str__(self) -> str:
        return "Nearhome"


def record(
    name: str,
    words: str,
    *,
    about: Any,
    by: Any,
    at: datetime,
    thread: UUID | None = None,
    seen_by: tuple[int, ...] = (),
    **details: Any,
) -> Event:
    """Keep one sentence about what ``by`` did to ``about``; in the caller's transaction, or not at all."""
    return Event.objects.create(
        at=at,
        name=name,
        words=words,
        by_person_id=by.pk,
        by_name=str(by),
        by_organisation=str(by.organisation),
        organisation_id=by.organisation_id,
        seen_by=list(seen_by),
        about=f"{about._meta.model_name} {getattr(about, 'key', about.pk)}",
        thread=thread,
        details=details,
    )

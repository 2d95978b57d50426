"""What waits for a person in this stage: every topic names its own."""

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

_TOPICS = ("frameworks", "reopening", "uplifts", "blocks", "call_offs")


def waiting_for(person: Any, *, now: datetime) -> tuple[Any, ...]:
    """Each topic's ``waiting_for(person, now=)``, where it has one."""
    found: list[Any] = []
    for topic in _TOPICS:
        if find_spec(f"nearhome.procurement.queries.{topic}"):
            of_topic = getattr(import_module(f"nearhome.procurement.queries.{topic}"), "waiting_for", None)
            found.extend(of_topic(person, now=now) if of_topic else ())
    return tuple(found)

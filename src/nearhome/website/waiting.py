"""Gather what waits for a person from every stage that can name it."""

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

_STAGES = (
    "referrals", "matching", "placements", "settlement", "tendering", "procurement", "partnership", "needs", "market",
    "sufficiency",
)  # fmt: skip


def what_waits_for(person: Any, *, now: datetime) -> tuple[Any, ...]:
    """Each stage's ``queries.waiting_for(person, now=)`` gives design.waiting.Waiting rows; most urgent first."""
    found: list[Any] = []
    for stage in _STAGES:
        if find_spec(f"nearhome.{stage}.queries"):
            waiting_for = getattr(import_module(f"nearhome.{stage}.queries"), "waiting_for", None)
            found.extend(waiting_for(person, now=now) if waiting_for else ())
    return tuple(sorted(found, key=lambda one: (one.due_at is None, one.due_at, one.words)))

"""Reading for this stage. Every topic may name what waits for somebody; all of them are gathered here."""

from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules

from nearhome.design.waiting import Waiting
from nearhome.people.models import Person


def waiting_for(person: Person, *, now: datetime) -> tuple[Waiting, ...]:
    """What waits for the person in any topic: each module here may have a ``waiting_for(person, now=)`` of its own."""
    return tuple(_gathered(person, now))


def _gathered(person: Person, now: datetime) -> Iterator[Waiting]:
    for module in iter_modules(__path__):
        ask = getattr(import_module(f"{__name__}.{module.name}"), "waiting_for", None)
        if ask is not None:
            yield from ask(person, now=now)

"""Every read of register loads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.http import Http404
from django.urls import reverse

from nearhome.audit.queries import as_entries, history_of
from nearhome.design.waiting import Waiting
from nearhome.market.models import RegisterLoad, RegisterProblem
from nearhome.market.permissions import can_load_register
from nearhome.people.models import Person
from nearhome.tables.tally import Counted, counted


def loads_of(person: Person) -> QuerySet[RegisterLoad]:
    """The organisation's loads, newest first, without the files themselves; none for another role."""
    rows = RegisterLoad.objects.filter(organisation_id=person.organisation_id).defer("content")
    waits = Case(When(content__isnull=True, then=Value(False)), default=Value(True), output_field=BooleanField())
    ordered = rows.annotate(waits=waits).order_by("-read_at", "-pk")
    return ordered if can_load_register(person) else ordered.none()


def load_for(person: Person, key: UUID) -> RegisterLoad:
    """One load by its key. Raises Http404."""
    found = loads_of(person).filter(key=key).first()
    if found is None:
        raise Http404("No such load")
    return found


def state_of(load: RegisterLoad) -> str:
    """Loaded, waiting or set aside; `load` comes from `loads_of`."""
    if load.confirmed_at:
        return "Loaded"
    return "Waiting to be confirmed" if getattr(load, "waits", False) else "Set aside"


def problems_of(load: RegisterLoad) -> QuerySet[RegisterProblem]:
    """Every problem of a load, in the order of the file."""
    return RegisterProblem.objects.filter(load=load).order_by("id")


def problems_by(load: RegisterLoad, name: str) -> list[Counted]:
    """Problems grouped by "rule" or by "urn", most errors first."""
    return counted(list(problems_of(load)), name)


def history_shown(load: RegisterLoad) -> list[dict[str, Any]]:
    """Who did what with the load, newest first."""
    lines = reversed(history_of(load.key))
    return as_entries(lines)


def waiting_for(person: Person, *, now: datetime) -> tuple[Waiting, ...]:
    """Registers that nobody has confirmed or set aside yet."""
    rows = loads_of(person).filter(confirmed_at__isnull=True, content__isnull=False)
    words = "Confirm a provider register, or set it aside"
    return tuple(Waiting(words, row.file, reverse("market:load", args=[row.key])) for row in rows)

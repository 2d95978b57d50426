"""Tell PostgreSQL for whom a transaction acts; row security does the rest.

Nothing is visible until somebody acts: a forgotten filter in Python shows nothing, not everything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from django.db import connection, transaction


class ActingPerson(Protocol):
    """Anyone who signs in: they act for one organisation."""

    @property
    def pk(self) -> int: ...
    @property
    def organisation_id(self) -> int: ...


def _read_scope() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('nearhome.organisation', true), ''),"
            " coalesce(current_setting('nearhome.person', true), '')"
        )
        organisation, person = cursor.fetchone()
    return organisation, person


def _write_scope(organisation: str, person: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('nearhome.organisation', %s, true), set_config('nearhome.person', %s, true)",
            [organisation, person],
        )


@contextmanager
def acting_for(organisation_id: int | None, *, person_id: int | None = None) -> Iterator[None]:
    """Act for one organisation inside one transaction, then hand back whatever scope was there before."""
    with transaction.atomic():
        before = _read_scope()
        _write_scope(str(organisation_id or ""), str(person_id or ""))
        yield
        # A transaction that will be rolled back takes the scope with it.
        if not connection.needs_rollback:
            _write_scope(*before)


@contextmanager
def acting(person: ActingPerson) -> Iterator[None]:
    """Act as a signed-in person, for their organisation."""
    with acting_for(person.organisation_id, person_id=person.pk):
        yield

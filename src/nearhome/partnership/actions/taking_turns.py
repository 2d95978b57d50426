"""A second click waits for the first, where there is no row yet that both could lock."""

from django.db import connection

_LOCK = 705  # apart from the locks of other stages


def take_turns(number: int) -> None:
    """Until this transaction ends nobody else takes a turn with that number, such as an organisation's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, number])

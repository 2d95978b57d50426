"""Requests counted by the minute, so that no program sends or guesses more than it may. Nothing is kept for longer."""

from datetime import datetime

from django.core.cache import cache
from django.db import connection, transaction

A_MINUTE = 60


@transaction.atomic
def count_request(*, of: str, most: int, now: datetime) -> bool:
    """Count one request of a caller in this minute; True where there were `most` before it. Two at once count as two.

    The cache reads and writes in two steps, so whoever counts for the same caller waits for the other.
    """
    key = f"counted-{of}-{int(now.timestamp()) // A_MINUTE}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    before: int = cache.get(key, 0)
    cache.set(key, before + 1, 2 * A_MINUTE)
    return before >= most

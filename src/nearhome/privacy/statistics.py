"""After thousands of rows at once, tell PostgreSQL what the tables look like now, before the next question."""

from django.db import connection


def refresh_statistics(*tables: str) -> None:
    """Without this a plan made for empty tables can take minutes until the server notices by itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nearhome_refresh_statistics(%s)", [list(tables)])

"""The clock that seals bids: the database's own. Where time must pass in a story or a test, its owner may lend it another.

``nearhome_now()`` is what policies and triggers ask. As shipped it is PostgreSQL's clock and nothing else; only the
owner of the database can replace it, never the site's role, and ``nearhome doctor`` says when somebody did.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

REAL = """
CREATE OR REPLACE FUNCTION nearhome_now() RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$ SELECT now() $$;
"""
# A transaction may say which moment it plays in. For made-up regions and tests, while they are being made.
LENT = """
CREATE OR REPLACE FUNCTION nearhome_now() RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = public, pg_temp AS
$$ SELECT coalesce(nullif(current_setting('nearhome.clock', true), '')::timestamptz, now()) $$;
"""
REMOVED = "DROP FUNCTION nearhome_now();"
SOURCE_OF_REAL = "SELECT now()"


@contextmanager
def playing_at(moment: datetime) -> Iterator[None]:
    """Inside this transaction the database's clock shows that moment, if its owner has lent it another."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('nearhome.clock', true), '')")
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('nearhome.clock', %s, true)", [moment.isoformat()])
        yield
        if not connection.needs_rollback:
            cursor.execute("SELECT set_config('nearhome.clock', %s, true)", [before])

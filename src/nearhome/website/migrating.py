"""Bring the database to this version: create it, make the role, migrate, grant."""

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from nearhome.website import installation, lent_clock, roles_in_database

OLDEST = 15


def ensure_database() -> None:
    """Create the embedded server's database on first use; a server of the operator's own has one already."""
    if not installation.is_embedded():
        return
    name = connections["owner"].settings_dict["NAME"]
    with psycopg.connect(installation.owner_url(), autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def check_version() -> None:
    """Refuse a server that is too old, in one sentence."""
    with connections["owner"].cursor() as cursor:
        version = cursor.connection.info.server_version // 10000
    if version < OLDEST:
        raise SystemExit(f"PostgreSQL {OLDEST} or later is needed; this server is version {version}.")


def migrate(verbosity: int = 0) -> None:
    """Everything ``nearhome migrate`` does; safe to repeat."""
    ensure_database()
    check_version()
    roles_in_database.make_web_role()
    call_command("migrate", database="owner", verbosity=verbosity, interactive=False)
    call_command("createcachetable", database="owner", verbosity=0)
    roles_in_database.grant_web_role()
    lent_clock.take_back()
    connections["owner"].close()

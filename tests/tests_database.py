"""Databases for tests: a template migrated once for each state of the migrations, and cheap clones of it."""

import hashlib
import itertools
import os
from pathlib import Path

import psycopg
from psycopg import sql

from nearhome.website import installation

_SOURCE = Path(__file__).resolve().parent.parent / "src" / "nearhome"
_counter = itertools.count()


def _digest() -> str:
    files = [
        *sorted(_SOURCE.glob("*/migrations/*.py")),
        _SOURCE / "website" / "roles_in_database.py",
        _SOURCE / "privacy" / "clock.py",
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def _server() -> psycopg.Connection:
    return psycopg.connect(installation.owner_url(), autocommit=True)


def use_database(name: str) -> None:
    """Point both connections at a database."""
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _make_template(name: str) -> None:
    from django.core.management import call_command

    from nearhome.website import lent_clock, roles_in_database

    use_database(name)
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    call_command("createcachetable", database="owner", verbosity=0)
    roles_in_database.grant_web_role()
    lent_clock.lend()
    use_database(name)


def clone_of_template() -> str:
    """A fresh, migrated, empty database; two test processes never build the template at once."""
    from nearhome.website import roles_in_database

    template = f"nearhome_template_{_digest()}"
    name = f"nearhome_test_{os.getpid()}_{next(_counter)}"
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(20261122)")
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"{template}_new")))
            use_database(f"{template}_new")
            roles_in_database.make_web_role()
            _make_template(f"{template}_new")
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(f"{template}_new"), sql.Identifier(template)
                )
            )
        else:
            use_database(template)
            roles_in_database.make_web_role()
        use_database(name)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        server.execute("SELECT pg_advisory_unlock(20261122)")
    return name


def drop_database(name: str) -> None:
    """Remove it, whoever is still connected."""
    from django.db import connections

    for connection in connections.all():
        connection.close()
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

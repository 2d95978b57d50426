"""``nearhome migrate``: bring the database to this version."""

from nearhome.cli.django_setup import start_django
from nearhome.cli.progress import step


def migrate() -> None:
    """Create or update the database's tables, policies and roles. Safe to repeat."""
    with step("Bringing the database to this version"):
        start_django()
        from nearhome.website import migrating

        migrating.migrate()

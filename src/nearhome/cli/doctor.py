"""``nearhome doctor``: what is wrong with this installation, and the mend."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nearhome.cli.django_setup import start_django
from nearhome.cli.progress import terminal


@dataclass(frozen=True)
class Finding:
    """One thing looked at: fine, or wrong with a mend."""

    about: str
    is_fine: bool
    words: str


def _python() -> Finding:
    fine = sys.version_info >= (3, 11)
    return Finding("Python", fine, sys.version.split()[0] if fine else "Install Python 3.11 or later.")


def _disk() -> Finding:
    from nearhome.website.installation import data_folder

    folder = next(parent for parent in (data_folder(), *data_folder().parents) if parent.exists())
    free = shutil.disk_usage(folder).free // 2**20
    return Finding("Disk", free > 1024, f"{free:,} MB free" + ("" if free > 1024 else ": free at least 1 GB."))


def _postcodes() -> Finding:
    from nearhome.geography.postcodes import Postcodes

    known = Postcodes.open().find("ME14 1XX")
    return Finding("Postcodes", known is not None, "ready" if known else "Run: nearhome demo, or delete postcodes.dat.")


def _assets() -> Finding:
    start_django()
    from django.conf import settings

    fine = (settings.FETCHED_ASSETS / "vendor" / "govuk-frontend.min.css").exists()
    return Finding("Page assets", fine, "ready" if fine else "Run: nearhome demo (needs the network once).")


def _database() -> Finding:
    start_django()
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        version = cursor.connection.info.server_version // 10000
    return Finding(
        "PostgreSQL", version >= 15, f"version {version}" if version >= 15 else "Use PostgreSQL 15 or later."
    )


def _migrations() -> Finding:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Finding(
        "Tables", not waiting, "up to date" if not waiting else f"{len(waiting)} to apply. Run: nearhome migrate"
    )


def _web_role() -> Finding:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        bypasses = cursor.fetchone()[0]
    return Finding(
        "Web role",
        not bypasses,
        "held to row security" if not bypasses else "It bypasses row security: run nearhome migrate.",
    )


def _clock() -> Finding:
    from nearhome.website.lent_clock import is_real

    fine = is_real()
    mend = "It tells another time than the real one, so sealed bids may open early: run nearhome migrate."
    return Finding("Clock of the database", fine, "real" if fine else mend)


def _agreements() -> Finding:
    import typst

    pdf = typst.compile(b'#set document(title: "x")\n#set text(lang: "en")\nx', pdf_standards=["ua-1"])
    return Finding("PDF", bool(pdf), "ready")


CHECKS: tuple[Callable[[], Finding], ...] = (
    _python, _disk, _postcodes, _assets, _database, _migrations, _web_role, _clock, _agreements,
)  # fmt: skip


def findings() -> Iterator[Finding]:
    """Look at everything, even after something is wrong."""
    for check in CHECKS:
        try:
            yield check()
        except Exception as problem:  # a broken part must not hide the others
            yield Finding(
                check.__name__.strip("_").replace("_", " ").title(), False, f"{type(problem).__name__}: {problem}"
            )


def doctor() -> None:
    """Say what is wrong with this installation and how to mend it; exit 1 if anything is."""
    wrong = 0
    for finding in findings():
        wrong += not finding.is_fine
        mark = "[green]✓[/green]" if finding.is_fine else "[red]✗[/red]"
        terminal.print(f"{mark} {finding.about}: {finding.words}")
    raise SystemExit(1 if wrong else 0)

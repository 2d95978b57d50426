"""Build the made-up region in the database: once, whole, and again from the start if it was interrupted."""

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.db import connections

from nearhome.demo import analyses, contracts, counting, loading, people, story
from nearhome.people.models import Organisation
from nearhome.website import installation, lent_clock, migrating

Step = Callable[[str], AbstractContextManager[None]]
Bar = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
Stop = Callable[[str], SystemExit]
MARK = "Nearhome made-up region"


def ensure_region(*, region: str, seed: int, fresh: bool, bar: Bar, step: Step, stop: Stop) -> None:
    """Keep what is ready; otherwise build. A half-built region is thrown away, somebody's own records never are."""
    ready = f"{MARK}: {region}, seed {seed}"
    mark = _mark()
    if mark == ready and not fresh:
        return
    if mark.startswith(MARK) and mark != f"{MARK}: building" and not fresh:
        raise stop(f"The database holds another region ({mark}). Start over with: make demo FRESH=1")
    if not mark and _holds_records():
        raise stop("This database holds records that the demonstration did not make. Give it a database of its own.")
    if mark:
        _empty_database()
    _set_mark(f"{MARK}: building")
    _build(region=region, seed=seed, bar=bar, step=step)
    _set_mark(ready)


@contextmanager
def _seldom_tidying() -> Iterator[None]:
    """Python looks for unused rings of objects after every few hundred new ones; here that is a third of the time."""
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 1000)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@_seldom_tidying()
def _build(*, region: str, seed: int, bar: Bar, step: Step) -> None:
    folder = installation.data_folder() / "region" / f"{region}-{seed}"
    with bar(f"Drawing the made-up region ({region})") as progress:
        files = loading.write_files(folder, region=region, seed=seed, progress=progress)
    with step("Adding authorities and people"):
        loading.add_organisations(files)
    with bar("Reading the provider register") as progress:
        loading.read_registers(files, progress=progress)
    with bar("Reading the statutory returns") as progress:
        loading.read_returns(files, progress=progress)
    with bar("Opening homes, contracts and current placements") as progress:
        loading.open_homes(files, progress=progress)
    with bar("Working out what is needed and what will be") as progress:
        analyses.work_out(files, seed=seed, progress=progress)
    with bar("Telling one story for every state") as progress, lent_clock.lent():
        story.tell(files, progress=progress)


def _mark() -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database"
            " WHERE datname = current_database()"
        )
        mark = str(cursor.fetchone()[0])
    return mark if mark.startswith(MARK) else ""


def _set_mark(words: str) -> None:
    owner = connections["owner"]
    with owner.cursor() as cursor:
        name = owner.ops.quote_name(owner.settings_dict["NAME"])
        cursor.execute(f"COMMENT ON DATABASE {name} IS '{words}'")


def _holds_records() -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM people_organisation)")
        return bool(cursor.fetchone()[0])


def _empty_database() -> None:
    connections["default"].close()
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connections["owner"].close()
    migrating.migrate()


def counts() -> dict[str, Any]:
    """What the region holds, and the sum of all net positions in pence (0)."""
    return counting.counts()


def amiss(found: dict[str, Any]) -> tuple[str, ...]:
    """What is missing from a region with these counts, in words."""
    return counting.amiss(found)


def people_who_sign_in() -> list[tuple[str, str, str]]:
    """(role, e-mail address, organisation) for the terminal."""
    kent = Organisation.objects.get(kind="authority", name="Kent")
    return people.who_can_sign_in(people.SHOWN, contracts.block_provider(kent, contracts.KENT_BLOCK))

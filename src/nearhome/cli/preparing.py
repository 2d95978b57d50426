"""Prepare an installation: page assets, postcodes, database. Quick when it is done already."""

import shutil
from pathlib import Path

from nearhome.cli.django_setup import start_django
from nearhome.cli.progress import bar, step, stop

NEEDED_MB = 1500


def prepare() -> None:
    """Do what is missing; each part says what went wrong and the mend."""
    from nearhome.website.installation import data_folder

    check_disk(data_folder())
    fetch_page_assets()
    build_postcodes()
    with step("Starting PostgreSQL and bringing it to this version"):
        start_django()
        from nearhome.website import migrating

        migrating.migrate()


def check_disk(folder: Path) -> None:
    """A clear sentence beats a half-written database."""
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free // 2**20
    if free < NEEDED_MB:
        raise stop(
            f"Only {free:,} MB are free where {there} is; Nearhome needs {NEEDED_MB:,} MB. Free some and run again."
        )


def fetch_page_assets() -> None:
    """The design system's styles and scripts, from the locked packages."""
    from nearhome.design.assets import AssetsNotFetched, fetch_assets

    try:
        with step("Getting the page assets ready"):
            fetch_assets(Path(__file__).resolve().parents[3])
    except AssetsNotFetched as problem:
        raise stop(str(problem)) from None


def build_postcodes() -> None:
    """The postcode file, once."""
    from nearhome.geography.postcodes import Postcodes

    with bar("Getting 2.7 million postcodes ready") as progress:
        Postcodes.open(progress=progress)

"""Load the made-up region through the doors a real authority uses: the importers, then commissioners' work."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from nearhome.audit.record import Nearhome
from nearhome.demo import contracts, organisations
from nearhome.demo.region import RegionFiles, write_region
from nearhome.geography.postcodes import Postcodes
from nearhome.market.actions.profiles import load_profiles
from nearhome.market.actions.register import load_register
from nearhome.needs.actions.loading import load_return
from nearhome.people.models import AuthorityCode, Organisation
from nearhome.placements.actions.taking_on import take_on_current_placements
from nearhome.privacy.acting import acting_for
from nearhome.procurement.models import HomePrice

Progress = Callable[[int, int], None]
YEAR = 2026
LOADED_AT = dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.UTC)
SHOWN_ORGANISATIONS = ("Kent", "West Sussex", "Portsmouth", "Medway", contracts.BLOCK_PROVIDER_SHOWN)


def write_files(folder: Path, *, region: str, seed: int, progress: Progress) -> RegionFiles:
    """Draw the region and write it as the files its authorities would hold."""
    return write_region(
        folder,
        region=region,
        seed=seed,
        year=YEAR,
        postcodes=Postcodes.open(),
        progress=lambda done, of, doing: progress(done, of),
    )


def authorities_of(files: RegionFiles) -> dict[str, Organisation]:
    """The region's own authorities by DfE code, Kent first."""
    rows = AuthorityCode.objects.filter(scheme="dfe", code__in=list(files.returns)).select_related("organisation")
    found = {row.code: row.organisation for row in rows}
    return {code: found[code] for code in sorted(found, key=lambda code: (code != "886", code))}


def add_organisations(files: RegionFiles) -> None:
    """Authorities, their people, and the partnership."""
    everyone = organisations.add_authorities()
    codes = list(files.returns)
    organisations.add_people([everyone[code] for code in codes])
    organisations.form(everyone, codes, LOADED_AT)


def read_registers(files: RegionFiles, *, progress: Progress) -> None:
    """The provider register, as Kent's commissioner would read it for everybody."""
    kent = authorities_of(files)["886"]
    by = Nearhome(kent.pk, kent.name)
    for done, path in enumerate((files.providers, files.supported_accommodation)):
        progress(done, 2)
        with acting_for(kent.pk):
            load_register(path, by=by, now=LOADED_AT, organisation=kent)
    organisations.add_provider_people()


def read_returns(files: RegionFiles, *, progress: Progress) -> None:
    """Each authority reads its own return, in a transaction of its own."""
    everyone = authorities_of(files)
    for done, (code, authority) in enumerate(everyone.items()):
        progress(done, len(everyone))
        with acting_for(authority.pk):
            load_return(
                files.returns[code],
                authority=authority,
                year=YEAR,
                by=Nearhome(authority.pk, authority.name),
                now=LOADED_AT,
            )
    progress(1, 1)


def open_homes(files: RegionFiles, *, progress: Progress) -> None:
    """What providers say of their homes, contracts over them, and the children who live there now."""
    everyone = authorities_of(files)
    kent = everyone["886"]
    with acting_for(kent.pk):
        described = load_profiles(files.profiles, by=Nearhome(kent.pk, kent.name), now=LOADED_AT)
        HomePrice.objects.bulk_create(
            [
                HomePrice(
                    home_id=home_id, provider_id=provider_id, weekly_price_pence=pence, starts_on=dt.date(2025, 4, 1)
                )
                for home_id, provider_id, pence in described.prices
            ],
            batch_size=2000,
        )
    contracts.make_frameworks(everyone, LOADED_AT)
    for done, authority in enumerate(everyone.values()):
        progress(done, len(everyone) + 1)
        with acting_for(authority.pk):
            take_on_current_placements(authority=authority, by=Nearhome(authority.pk, authority.name), now=LOADED_AT)
    contracts.close_places_used_by_others(files.profiles, kent, LOADED_AT)
    contracts.make_blocks(everyone, LOADED_AT)
    progress(1, 1)

"""Load the made-up region through the doors a real authority uses: the importers, then commissioners' work."""

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

from nearhome.audit.record import Nearhome
from nearhome.demo import contracts, organisations
from nearhome.demo.history import write_region_with_history
from nearhome.demo.published import published_figures
from nearhome.demo.region import RegionFiles
from nearhome.geography.postcodes import Postcodes
from nearhome.market.actions.profiles import load_profiles
from nearhome.market.actions.register import load_register
from nearhome.needs.actions.loading import load_return
from nearhome.needs.importers.return_files import Source
from nearhome.needs.models import Child, ChildIdentity
from nearhome.people.models import AuthorityCode, Organisation
from nearhome.placements.actions.taking_on import take_on_current_placements
from nearhome.privacy.acting import acting_for
from nearhome.privacy.statistics import refresh_statistics
from nearhome.procurement.models import HomePrice

Progress = Callable[[int, int], None]
YEAR = 2026
YEARS = 3  # on record, the newest with them
# What an analysis reads of an earlier year; the other tables would only take time.
TABLES_OF_EARLIER_YEARS = ("header", "episodes", "uasc", "oc2", "missing")
CHILDREN_PER_VOTE = 400  # contributions follow the number of children in care
LOADED_AT = dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.UTC)


def write_files(folder: Path, *, region: str, seed: int, progress: Progress) -> RegionFiles:
    """Draw the region and write it as the files its authorities would hold, with the returns of earlier years."""
    return write_region_with_history(
        folder,
        region=region,
        seed=seed,
        years=YEARS,
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
    figures = published_figures().authorities
    weights = {code: max(1, round(figures[code].stock / CHILDREN_PER_VOTE)) for code in codes}
    organisations.form(everyone, codes, weights, LOADED_AT)


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
    """Each authority reads its own returns, the oldest first, each in a transaction of its own."""
    everyone = authorities_of(files)
    names = names_of_children(files.identities)
    sources = [(year, {code: _analysed(path) for code, path in some.items()}) for year, some in files.earlier.items()]
    years: list[tuple[int, Mapping[str, Source]]] = [*sources, (YEAR, files.returns)]
    steps = len(everyone) * len(years)
    for at, (code, authority) in enumerate(everyone.items()):
        for done, (year, returns) in enumerate(years):
            progress(at * len(years) + done, steps)
            _read_return(returns[code], authority, year)
        with acting_for(authority.pk):
            name_children(authority, names.get(code, {}))
    progress(1, 1)


def _read_return(source: Source, authority: Organisation, year: int) -> None:
    """A year's return, as if on the same day of the year it was for."""
    with acting_for(authority.pk):
        load_return(
            source,
            authority=authority,
            year=year,
            by=Nearhome(authority.pk, authority.name),
            now=LOADED_AT.replace(year=year),
        )


def _analysed(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in sorted(folder.glob("*.csv")) if path.stem in TABLES_OF_EARLIER_YEARS
    }


def names_of_children(path: Path) -> dict[str, dict[str, str]]:
    """The names each authority keeps beside its return, by authority and the child's reference."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names[row["authority"]][row["child_id"]] = row["name"]
    return names


def name_children(authority: Organisation, names: dict[str, str]) -> None:
    """A return names nobody; the authority's own records do."""
    children = Child.objects.filter(authority=authority).values_list("pk", "return_ref")
    rows = [ChildIdentity(child_id=pk, authority=authority, name=names.get(ref)) for pk, ref in children]
    ChildIdentity.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["child"], update_fields=["name"], batch_size=2000
    )


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
    contracts.make_blocks(everyone, LOADED_AT)
    contracts.close_places_used_by_others(files.profiles, kent)
    with acting_for(kent.pk):
        refresh_statistics("procurement_homeprice", "procurement_rateline", "market_occupancy")
    progress(1, 1)

"""Writes a made-up region as the files its authorities would hold, and works out its shares from those files."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Protocol

from nearhome.demo.calculations.days import Year
from nearhome.demo.calculations.homes import Spot, miles
from nearhome.demo.calculations.profiles import COLUMNS as PROFILE_COLUMNS
from nearhome.demo.calculations.region import IDENTITY_COLUMNS, MadeUpRegion, Place, draw_region
from nearhome.demo.calculations.registers import PROVIDER_COLUMNS, SUPPORTED_COLUMNS
from nearhome.demo.calculations.shares import Cells, Shares, achieved, targets
from nearhome.demo.calculations.tables import COLUMNS
from nearhome.demo.published import published_figures
from nearhome.geography.authorities import authority_by_dfe, authority_of_district

Progress = Callable[[int, int, str], None]


class Located(Spot, Protocol):
    """A postcode with its district."""

    @property
    def district_code(self) -> str: ...


class PostcodeSource(Protocol):
    """What we need of `nearhome.geography.postcodes.Postcodes`."""

    def find(self, postcode: str) -> Located | None: ...
    def in_authority(self, gss_code: str) -> Sequence[Located]: ...


@dataclass(frozen=True, slots=True)
class RegionFiles:
    """The files written; `returns` by DfE code is the folder of that authority's return.

    `earlier` holds the folders of earlier years' returns by collection year, the oldest first; see `history`.
    """

    folder: Path
    returns: Mapping[str, Path]
    providers: Path
    supported_accommodation: Path
    profiles: Path
    identities: Path
    children_in_care: int
    children: int
    homes: int
    earlier: Mapping[int, Mapping[str, Path]] = field(default_factory=dict)


def write_region(
    folder: Path,
    *,
    region: str,
    seed: int,
    year: int = 2026,
    postcodes: PostcodeSource,
    progress: Progress | None = None,
) -> RegionFiles:
    """Draws `founders` or `south-east` and writes it under `folder`: the same seed gives the same bytes.

    `progress` is told (done, of, what). Raises ValueError for another region.
    """
    steps = Steps(progress, len(published_figures().of_region(region)) + 3)
    drawn = draw(region, seed=seed, year=year, postcodes=postcodes, step=steps)
    steps("writing the files")
    return write_drawn(folder, drawn)


def draw(
    region: str, *, seed: int, year: int, postcodes: PostcodeSource, step: Callable[[str], None] = lambda doing: None
) -> MadeUpRegion:
    """Draws `founders` or `south-east` on real postcodes. Raises ValueError for another region."""
    figures = published_figures()
    codes = [*figures.authorities, *figures.outside_hosts]
    known = {code: authority_by_dfe(code) for code in codes}
    spots = {code: postcodes.in_authority(one.gss_code) for code, one in known.items()}
    places = {code: Place(one.name, one.region, (one.lat, one.lon)) for code, one in known.items()}
    rng = Random(seed)  # noqa: S311 made-up data, no secret hangs on it
    return draw_region(region, Year(year), figures, spots, places, rng, step)


class Steps:
    """Turns the steps of the drawing into progress."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def __call__(self, doing: str) -> None:
        if self.progress:
            self.progress(self.done, self.total, doing)
        self.done += 1


def write_drawn(folder: Path, drawn: MadeUpRegion) -> RegionFiles:
    """Writes a drawn region: the newest returns, the register, what providers say, and the made-up names."""
    returns = {code: folder / "903" / code for code in drawn.tables}
    for code, tables in drawn.tables.items():
        for table, rows in tables.items():
            write_csv(returns[code] / f"{table}.csv", COLUMNS[table], rows)
    files = RegionFiles(
        folder=folder,
        returns=returns,
        providers=folder / "register" / "providers.csv",
        supported_accommodation=folder / "register" / "supported_accommodation.csv",
        profiles=folder / "profiles" / "homes.csv",
        identities=folder / "identities.csv",
        children_in_care=sum(not row[7] for tables in drawn.tables.values() for row in tables["episodes"]),
        children=len(drawn.identities),
        homes=len(drawn.profiles),
    )
    write_csv(files.providers, PROVIDER_COLUMNS, drawn.providers)
    write_csv(files.supported_accommodation, SUPPORTED_COLUMNS, drawn.supported)
    write_csv(files.profiles, PROFILE_COLUMNS, [profile.row() for profile in drawn.profiles])
    write_csv(files.identities, IDENTITY_COLUMNS, drawn.identities)
    return files


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The whole file or none of it: written beside its place, then moved there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    unfinished.replace(path)


def read_returns(folder: Path) -> dict[str, dict[str, list[Cells]]]:
    """Every authority's tables as written under `folder`, row by row."""
    return {
        one.name: {path.stem: _read(path) for path in sorted(one.glob("*.csv"))}
        for one in sorted((folder / "903").iterdir())
    }


def _read(path: Path) -> list[Cells]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def region_shares(folder: Path, *, postcodes: PostcodeSource, year: int = 2026) -> Shares:
    """The region's shares in per cent, by measure and group, worked out from the written files alone."""
    found: dict[str, Located | None] = {}

    def place(postcode: str) -> Located:
        if postcode not in found:
            found[postcode] = postcodes.find(postcode)
        spot = found[postcode]
        if spot is None:
            raise ValueError(f"The postcode {postcode} is not known.")
        return spot

    def where(authority: str, home: str, placement: str) -> tuple[float, bool]:
        there = place(placement)
        return miles(place(home), there), authority_of_district(there.district_code) == authority

    return achieved(read_returns(folder), Year(year), where)


def region_targets(region: str) -> Shares:
    """The published shares for `founders` or `south-east`, in per cent."""
    figures = published_figures()
    return targets(figures.of_region(region), figures)

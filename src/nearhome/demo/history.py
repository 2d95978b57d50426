"""Writes the years before the made-up region's newest return: returns that join up, year by year and child by child."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from random import Random

from nearhome.demo.calculations.chance import Chance
from nearhome.demo.calculations.cross_year_faults import Fault, make_faults
from nearhome.demo.calculations.days import Year
from nearhome.demo.calculations.figures import AuthorityFigures
from nearhome.demo.calculations.history import Setup, lives_of
from nearhome.demo.calculations.lives import Life
from nearhome.demo.calculations.past_tables import Tables, episodes_in, in_codes_of, kept_of, leavers_then, tables_of
from nearhome.demo.calculations.region import IDENTITY_COLUMNS, MadeUpRegion, made_up_name
from nearhome.demo.calculations.tables import COLUMNS, Row
from nearhome.demo.calculations.trend import Past
from nearhome.demo.published import published_figures
from nearhome.demo.region import PostcodeSource, Progress, RegionFiles, Steps, draw, write_csv, write_drawn

FAULT_COLUMNS = ["year", "authority", "child", "kind", "done"]


@dataclass(frozen=True, slots=True)
class HistoryFiles:
    """The files written; `returns` by collection year and DfE code is the folder of that authority's return."""

    folder: Path
    returns: Mapping[int, Mapping[str, Path]]
    identities: Path
    children: int
    episodes: int
    faults: tuple[Fault, ...]


def trend() -> tuple[Past, ...]:
    """The years before, from the small table beside the code; the newest first."""
    text = files("nearhome.demo").joinpath("reference", "trend.csv").read_text(encoding="utf-8")
    return tuple(
        Past(int(row["years_before"]), *(float(value) for value in list(row.values())[1:]))
        for row in csv.DictReader(text.splitlines())
    )


def write_history(
    folder: Path,
    *,
    region: str,
    seed: int,
    years: int = 5,
    year: int = 2026,
    postcodes: PostcodeSource,
    progress: Progress | None = None,
    faults: bool = False,
) -> HistoryFiles:
    """Writes `<folder>/<collection year>/<DfE code>/*.csv` for the last `years` years: the same seed gives the same bytes.

    The newest year is what `write_region` writes. With `faults` a few mistakes across years are made on purpose and
    listed in `faults.csv`. `progress` is told (done, of, what). Raises ValueError for another region or no year.
    """
    steps = Steps(progress, 2 * len(published_figures().of_region(region)) + 3)
    drawn = draw(region, seed=seed, year=year, postcodes=postcodes, step=steps)
    setup = _setup(drawn, seed, Year(year), years)
    return _write(folder, drawn, setup, setup.rng if faults else None, steps)


def write_region_with_history(
    folder: Path, *, region: str, seed: int, years: int, year: int, postcodes: PostcodeSource, progress: Progress
) -> RegionFiles:
    """Writes what `write_region` writes, and the `years` - 1 returns before it under `<folder>/earlier`: drawn once.

    The names are of every child of every year. Raises ValueError as `write_history` does.
    """
    steps = Steps(progress, 2 * len(published_figures().of_region(region)) + 4)
    drawn = draw(region, seed=seed, year=year, postcodes=postcodes, step=steps)
    steps("writing the files")
    newest = write_drawn(folder, drawn)
    told = _write(folder / "earlier", drawn, _setup(drawn, seed, Year(year), years), None, steps, except_for=year)
    return replace(newest, identities=told.identities, children=told.children, earlier=told.returns)


def write_busy_history(folder: Path, *, seed: int, postcodes: PostcodeSource, respite_every: int) -> HistoryFiles:
    """Five years of the South East in which foster children move away and back every so many days, the newest year too.

    As many episodes as a measurement of speed needs, and no picture of care.
    """
    drawn = draw("south-east", seed=seed, year=2026, postcodes=postcodes)
    setup = replace(_setup(drawn, seed, Year(2026), 5), respite_every=respite_every)
    return _write(folder, drawn, setup, None, lambda doing: None)


def _setup(drawn: MadeUpRegion, seed: int, newest: Year, years: int) -> Setup:
    if years < 1:
        raise ValueError("A history has one year at least.")
    rng = Random(f"{seed}: the years before")  # noqa: S311 made-up data, no secret hangs on it
    earlier = [Year(newest.year - before) for before in range(1, years)]
    return Setup(published_figures(), trend(), drawn.placer, newest, earlier, rng)


def _write(
    folder: Path,
    drawn: MadeUpRegion,
    setup: Setup,
    spoil: Chance | None,
    step: Callable[[str], None],
    except_for: int = 0,
) -> HistoryFiles:
    writing = _Writing(folder, spoil, except_for)
    for code in drawn.tables:
        one = setup.figures.authorities[code]
        step(f"earlier years of {one.name}")
        writing.authority(one, *_told(one, drawn, setup))
    return writing.finish()


def _told(one: AuthorityFigures, drawn: MadeUpRegion, setup: Setup) -> tuple[dict[int, Tables], list[Life]]:
    """An authority's returns by collection year, the newest first, and the lives they tell of."""
    newest = drawn.tables[one.dfe_code]
    lives = lives_of(one, drawn.stories[one.dfe_code], newest, setup)
    by_child = {table: _by_child(newest[table]) for table in ("header", "sw_episodes")}
    kept = {life.child.child_id: kept_of(life, by_child, setup.since, setup.rng) for life in lives}
    number = max(int(row[0][-5:]) for row in newest["header"]) + len(lives) - len(drawn.stories[one.dfe_code]) + 1
    after: Tables = {table: list(rows) for table, rows in newest.items()}
    if setup.respite_every:
        after["episodes"] = episodes_in(lives, setup.newest)
    returns = {setup.newest.year: after}
    for year in setup.earlier:
        tables = tables_of(one, lives, kept, year, setup.rng)
        for table, rows in leavers_then(after, year, number, one.dfe_code, setup.rng).items():
            tables[table] += rows
        number += len(tables["oc3"])
        returns[year.year] = after = tables
    return returns, lives


def _by_child(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


class _Writing:
    """Writes authority after authority, so that only one is held at a time."""

    def __init__(self, folder: Path, spoil: Chance | None, except_for: int) -> None:
        self.folder, self.spoil, self.except_for = folder, spoil, except_for
        self.returns: dict[int, dict[str, Path]] = {}
        self.identities: list[Row] = []
        self.faults: list[Fault] = []
        self.children = self.episodes = 0

    def authority(self, one: AuthorityFigures, returns: Mapping[int, Tables], lives: Sequence[Life]) -> None:
        """The authority's returns in the codes of their years."""
        coded = {year: in_codes_of(tables, Year(year)) for year, tables in returns.items()}
        if self.spoil:
            self.faults += make_faults(one.dfe_code, coded, self.spoil)
        for year, tables in coded.items():
            if year == self.except_for:
                continue
            place = self.folder / str(year) / one.dfe_code
            self.returns.setdefault(year, {})[one.dfe_code] = place
            for table, rows in tables.items():
                write_csv(place / f"{table}.csv", COLUMNS[table], rows)
            self.episodes += len(tables["episodes"])
        self._name(one.dfe_code, coded, lives)

    def _name(self, authority: str, coded: Mapping[int, Tables], lives: Sequence[Life]) -> None:
        homes = {life.child.child_id: life.home.postcode for life in lives}
        headers = {row[0]: row for year in sorted(coded) for row in coded[year]["header"]}
        self.children += len(headers)
        for child, row in sorted(headers.items()):
            self.identities.append([authority, child, made_up_name(child), row[2], row[4], homes.get(child, "")])

    def finish(self) -> HistoryFiles:
        """The files about all authorities together."""
        identities = self.folder / "identities.csv"
        write_csv(identities, IDENTITY_COLUMNS, self.identities)
        if self.spoil:
            rows = [[str(one.year), one.authority, one.child, one.kind, one.done] for one in self.faults]
            write_csv(self.folder / "faults.csv", FAULT_COLUMNS, rows)
        found = {year: self.returns[year] for year in sorted(self.returns)}
        return HistoryFiles(self.folder, found, identities, self.children, self.episodes, tuple(self.faults))

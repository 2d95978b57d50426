"""Reading many returns at once for analysis: a table at a time, and with care where a row needs it.

Columns are read whole and checked whole. A child with any row that might be wrong is read again row by row by
`read_return`, which alone decides what is refused and says why; so both ways accept the same rows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from nearhome.geography.authorities import authority_by_dfe
from nearhome.geography.postcodes import Postcodes
from nearhome.needs.calculations.care_records import EPISODES, CareRecords, care_records
from nearhome.needs.calculations.problems import Problem, Severity
from nearhome.needs.calculations.standard import year_label
from nearhome.needs.calculations.stitching import Repair, newest_children, stitch
from nearhome.needs.importers.return_checks import CheckedRows, FoundProblem, check_rows
from nearhome.needs.importers.return_folders import find_returns, missing_years, passed_over
from nearhome.needs.importers.return_history import RETURN_COLUMNS, sound_history
from nearhome.needs.importers.return_places import with_places, without_places
from nearhome.needs.importers.return_pooled import pooled_rows
from nearhome.needs.importers.return_units import ANALYSED, OpenedReturn, Progress, Unit, open_returns, own_tables
from nearhome.needs.importers.return_yearly import yearly_facts
from nearhome.needs.importers.standard import FIRST_YEAR


@dataclass(frozen=True, slots=True)
class ReadReturns:
    """What was read of many returns, what was wrong with it and what was changed to join the years.

    `as_sent` has the columns of EPISODES, and authority, child and born_on, of every row whose cells can be read: before any
    check of one row against another, without joining of years. Its `child_no` is null where the child is not known.
    `years_of` are the collection years by authority: a return of which nothing could be used is not among them, so that
    nobody is taken to have left because of it. `digest` is the same whenever the same files are read, in whichever order and from whichever folders.
    """

    records: CareRecords
    as_sent: pl.DataFrame
    problems: tuple[FoundProblem, ...]
    repairs: tuple[Repair, ...]
    files: int
    rows_read: Mapping[str, int]
    rows_refused: Mapping[str, int]
    authorities: tuple[str, ...]
    years: tuple[int, ...]
    years_of: Mapping[str, tuple[int, ...]]
    notes: tuple[str, ...]
    digest: str


def read_returns(
    paths: Sequence[Path],
    *,
    authorities: Sequence[str] = (),
    postcodes: Postcodes | None = None,
    progress: Progress | None = None,
) -> ReadReturns:
    """Read every return in these folders, of these authorities (DfE codes) if any are given, and join the years.

    Nothing is dropped without a word: `problems` says what was refused or looks wrong, `repairs` what was mended,
    `notes` what was assumed or passed over. Without `postcodes` no place and no distance is derived.
    Raises ReturnFolderError if it is not clear which returns the folders hold.
    """
    found = find_returns(paths, authorities)
    opened, digest = open_returns(found, progress)
    rows = _load(opened, authorities)
    children = _children(rows)
    sent = _as_sent(rows, children, postcodes)
    names = {part: file.name for one in opened for part, file in one.tables.items()}
    stitched = stitch(children, _history(rows, sent, children), _latest(rows))
    sound, contradictions = sound_history(stitched.episodes, names)
    yearly = yearly_facts(rows.tables, children)
    years = _years(rows)
    told = (*rows.problems, *_sent_twice(rows), *contradictions, *_gaps(years))
    return ReadReturns(
        records=care_records(children, sound, yearly, tuple(sorted({year for _, year in years}))),
        as_sent=_shaped(sent, rows.births),
        problems=told,
        repairs=stitched.repairs,
        files=sum(len(one.found.files) for one in opened),
        rows_read=rows.read,
        rows_refused=_with_refused(rows.refused, contradictions),
        authorities=tuple(sorted({authority for authority, _ in years})),
        years=tuple(sorted({year for _, year in years})),
        years_of={code: tuple(sorted(year for of, year in years if of == code)) for code in sorted(dict(years))},
        notes=(*_unused(rows), *_notes(paths, opened, stitched.repeated, has_postcodes=postcodes is not None)),
        digest=digest,
    )


@dataclass(slots=True)
class _Loaded:
    """Own and pooled rows together: the good ones by table, all episodes whose cells can be read, what was wrong."""

    units: list[Unit]
    tables: dict[str, pl.DataFrame]
    episodes: pl.DataFrame
    with_gaps: pl.DataFrame
    births: pl.DataFrame
    problems: list[FoundProblem]
    read: dict[str, int]
    refused: dict[str, int]
    unused: list[Unit]


def _load(opened: Sequence[OpenedReturn], authorities: Sequence[str]) -> _Loaded:
    sources = [one for one in opened if not one.found.is_pooled]
    units = [Unit(number, one, one.found.authority, one.found.year or 0) for number, one in enumerate(sources)]
    own = own_tables(units)
    pooled = pooled_rows([one for one in opened if one.found.is_pooled], authorities, len(units))
    checked = [
        check_rows(own, units, is_pooled=False),
        check_rows(pooled.tables, pooled.units, is_pooled=True),
    ]
    for name, count in pooled.left_out.items():
        checked[1].read[name] = checked[1].read.get(name, 0) + count
        checked[1].refused[name] = checked[1].refused.get(name, 0) + count
    every = [*units, *pooled.units]
    own_episodes, pooled_episodes = own["Episodes"], pooled.tables["Episodes"]
    problems = [FoundProblem(one.found.authority, one.found.year or 0, said) for one in opened for said in one.problems]
    problems += [FoundProblem("", 0, said) for said in pooled.problems]
    return _Loaded(
        units=every,
        tables={name: _told(every, [one.tables[name] for one in checked]) for name in ANALYSED},
        episodes=_told(every, [rows.filter(~pl.col("is_refused")) for rows in (own_episodes, pooled_episodes)]),
        with_gaps=_told(every, [one.with_gaps for one in checked]).select("authority", "child").unique(),
        births=_births(_told(every, [own["Header"], pooled.tables["Header"]])),
        problems=[*problems, *(problem for one in checked for problem in one.problems)],
        read=_sum(one.read for one in checked),
        refused=_sum(one.refused for one in checked),
        unused=[*checked[0].not_readable, *_all_refused(units, own_episodes, checked[0])],
    )


def _all_refused(units: Sequence[Unit], sent: pl.DataFrame, checked: CheckedRows) -> list[Unit]:
    """The returns with episodes of which not one is good."""
    lost = {unit.number for unit in checked.not_readable}
    ill = {unit.number for unit in units if any(file.odd for file in unit.opened.tables.values())}
    of_none = (set(sent["unit"].unique()) | ill) - set(checked.tables["Episodes"]["unit"].unique()) - lost
    return [unit for unit in units if unit.number in of_none]


def _births(headers: pl.DataFrame) -> pl.DataFrame:
    """The newest date of birth sent of each child, also where the row of the Header table was refused."""
    sent = headers.select("authority", "child", "year", born_on="DOB").drop_nulls("born_on")
    return newest_children(sent).select("authority", "child", "born_on")


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return {name: total[name] for name in ANALYSED if total[name]}


def _told(units: Sequence[Unit], rows: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Own and pooled rows as one table that tells of each row its authority and whether it is pooled."""
    of = pl.DataFrame(
        [(unit.number, unit.authority, unit.opened.found.is_pooled) for unit in units],
        schema={"unit": pl.UInt32, "authority": pl.String, "is_pooled": pl.Boolean},
        orient="row",
    )
    return pl.concat(rows).join(of, on="unit", how="left", maintain_order="left")


def _children(rows: _Loaded) -> pl.DataFrame:
    headers = rows.tables["Header"].select(
        "authority", "child", "year", sex="SEX", born_on="DOB", ethnicity=pl.col("ETHNIC").fill_null("")
    )
    uasc = newest_children(rows.tables["UASC"].select("authority", "child", "year", uasc_ceased_on="DUC"))
    return newest_children(headers).join(
        uasc.select("authority", "child", "uasc_ceased_on", is_uasc=pl.lit(True)),
        on=("authority", "child"),
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("is_uasc").fill_null(False))  # fmt: skip


def _as_sent(rows: _Loaded, children: pl.DataFrame, postcodes: Postcodes | None) -> pl.DataFrame:
    """Every episode whose cells can be read, with the names of EPISODES, its place and its distance."""
    known = children.select("authority", "child", "child_no", "is_uasc", "uasc_ceased_on")
    texts = [
        pl.col(name).fill_null("") for name, kind in EPISODES.items() if kind == pl.String() and name in RETURN_COLUMNS
    ]
    named = rows.episodes.rename({column: name for name, column in RETURN_COLUMNS.items()}).with_columns(texts)
    joined = named.join(known, on=("authority", "child"), how="left", maintain_order="left")
    return with_places(joined, postcodes) if postcodes else without_places(joined)


def _history(rows: _Loaded, sent: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    """The good episodes among those sent, with what the last look at a history needs."""
    good = rows.tables["Episodes"].select("part", "row")
    gaps = rows.with_gaps.with_columns(has_gaps=pl.lit(True))
    return (
        sent.drop("is_uasc", "uasc_ceased_on")
        .join(good, on=("part", "row"), how="semi", maintain_order="left")
        .join(gaps, on=("authority", "child"), how="left", maintain_order="left")
        .join(children.select("child_no", "born_on"), on="child_no", how="left", maintain_order="left")
        .with_columns(pl.col("has_gaps").fill_null(False))
    )


def _years(rows: _Loaded) -> set[tuple[str, int]]:
    """The authorities and collection years that were read."""
    unused = {unit.number for unit in rows.unused}
    own = {
        (unit.authority, unit.year) for unit in rows.units if not (unit.opened.found.is_pooled or unit.number in unused)
    }
    told = pl.concat(
        [table.filter(~pl.col("unit").is_in(unused)).select("authority", "year") for table in rows.tables.values()]
    ).unique()
    return own | set(told.iter_rows())


def _latest(rows: _Loaded) -> dict[str, int]:
    return dict(sorted(_years(rows)))


def _sent_twice(rows: _Loaded) -> Iterator[FoundProblem]:
    """Is a year of an authority among its own returns and in pooled files too?"""
    told = pl.concat([table.select("authority", "year", "is_pooled") for table in rows.tables.values()]).unique()
    for authority, year in (
        told.group_by("authority", "year")
        .len()
        .filter(pl.col("len") > 1)
        .sort("authority", "year")[["authority", "year"]]
        .iter_rows()
    ):
        message = f"The {year_label(year)} return is here by itself and in pooled files; each episode is taken once"
        yield FoundProblem(authority, year, Problem("", 0, "", "", "files", message, Severity.WARNING))


def _gaps(years: Iterable[tuple[str, int]]) -> list[FoundProblem]:
    return [
        FoundProblem(authority, year, Problem("", 0, "", "", "missing year", _gap(year), Severity.WARNING))
        for authority, year in missing_years(list(years))
    ]


def _gap(year: int) -> str:
    label = year_label(year)
    return f"There is no return of {label} ({year}), though there are older and newer ones; add it, or read figures of that year with care"


def _with_refused(refused: Mapping[str, int], contradictions: Sequence[FoundProblem]) -> dict[str, int]:
    rows = {
        (one.authority, one.year, one.problem.file, one.problem.row)
        for one in contradictions
        if one.problem.refuses_row
    }
    return _sum([refused, {"Episodes": len(rows)}])


def _shaped(sent: pl.DataFrame, births: pl.DataFrame) -> pl.DataFrame:
    columns = [pl.col(name).cast(kind) for name, kind in EPISODES.items() if name != "repair"]
    shaped = sent.select(*columns, pl.lit("").alias("repair"), "authority", "child")
    born = shaped.join(births, on=("authority", "child"), how="left", maintain_order="left")
    return born.sort("authority", "child", "starts_on", maintain_order=True)


def _unused(rows: _Loaded) -> Iterator[str]:
    for unit in rows.unused:
        yield (
            f"Nothing of the {year_label(unit.year)} return of {authority_by_dfe(unit.authority).name} could be used; the "
            "figures are what the other returns say"
        )


def _notes(
    paths: Sequence[Path], opened: Sequence[OpenedReturn], repeated: int, *, has_postcodes: bool
) -> Iterator[str]:
    found = [one.found for one in opened]
    yield from (one.assumption for one in found if one.assumption)
    for left in passed_over(paths, found):
        which = f"The file {left} was" if left.is_file() else f"The files in {left} were"
        yield f"{which} not read: of no authority asked for, or no tables of a return"
    early = sorted({one.year for one in found if one.year and one.year < FIRST_YEAR})
    if early:
        years = ", ".join(year_label(year) for year in early)
        yield f"Returns of {years} were read by the rules of {year_label(FIRST_YEAR)}, the first year that is known"
    yield from _without_uasc(opened)
    unread = sorted({name for one in opened for name in one.unread})
    if unread:
        yield f"Not needed for an analysis, so not read: {', '.join(unread)}"
    for one in opened:
        if one.repeated:
            yield f"In {one.found.folder} another file has the same table, so not read: {', '.join(one.repeated)}"
    if repeated:
        yield f"{repeated} rows are said again by a newer return, which holds"
    if not has_postcodes:
        yield "Without the postcode file no place and no distance was derived"


def _without_uasc(opened: Sequence[OpenedReturn]) -> Iterator[str]:
    lacking: dict[str, list[str]] = {}
    for one in opened:
        if not one.found.is_pooled and "UASC" not in {file.table.name for file in one.tables.values()}:
            lacking.setdefault(one.found.authority, []).append(year_label(one.found.year or 0))
    for code, years in lacking.items():
        returns = f"{', '.join(years)} return{'s' if len(years) > 1 else ''} of {authority_by_dfe(code).name}"
        yield f"No UASC table is in the {returns}, so unaccompanied children are not known from there"

"""The headline figures: for everybody, for one authority, or side by side for the groups of any dimension."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import groups
from nearhome.sufficiency.calculations.children.measures import BASES, Base, Measure, measures
from nearhome.sufficiency.calculations.children.snapshot import Counted, Pairs, counted
from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Column, Indicator


@dataclass(frozen=True, slots=True)
class Dimension:
    """What children are grouped by: the snapshot's column, a title, and its values with their words, all shown."""

    name: str
    column: str
    title: str
    values: Mapping[str, str]


def _same(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in dict.fromkeys(names)}


DIMENSIONS: Final = {
    one.name: one
    for one in (
        Dimension("age_band", "age_band", "Age", _same(groups.AGE_BANDS)),
        Dimension("sex", "sex", "Sex", groups.SEXES),
        Dimension("need", "need", "Category of need", groups.NEEDS),
        Dimension("legal_status", "legal_group", "Legal status", _same(groups.LEGAL_GROUPS.values())),
        Dimension("ethnicity", "ethnic_group", "Ethnic group", _same(groups.ETHNIC_GROUPS.values())),
        Dimension(
            "uasc", "is_uasc", "Unaccompanied asylum-seeking child", {"true": "Yes", "false": "No"}
        ),
        Dimension(
            "provider_type", "provider_type", "Provider", _same((*groups.PROVIDER_TYPES.values(), groups.NOT_REPORTED))
        ),
        Dimension("authority", "authority", "Authority", {}),
        Dimension("setting", "setting", "Setting", groups.SETTING_TITLES),
    )
}  # fmt: skip


def headline(
    records: CareRecords,
    on: dt.date,
    adjoining: Pairs,
    population: Mapping[str, int] | None = None,
    reasons: Mapping[int, str] | None = None,
) -> tuple[Indicator, ...]:
    """Every headline figure of the day (see `measures`), with the rate per 10,000 when `population` is given.

    `population` is of children under 18 by DfE code; `reasons` as in `snapshot`.
    """
    return headline_of(counted(records, on, adjoining=adjoining, reasons=reasons), population)


def headline_of(day: Counted, population: Mapping[str, int] | None = None) -> tuple[Indicator, ...]:
    """The same from children already counted."""
    told = indicators_of(day, measures(day.on))
    return (*told, rate_per_10000(day, population)) if population else told


def indicators_of(day: Counted, chosen: Sequence[Measure]) -> tuple[Indicator, ...]:
    """These figures for everybody counted."""
    found = _figures(day, chosen, "").row(0, named=True)
    return tuple(_indicator(one, found) for one in chosen)


def rate_per_10000(day: Counted, population: Mapping[str, int]) -> Indicator:
    """How many of 10,000 children under 18 are looked after, over the authorities whose population is given."""
    asked = [code for code in day.authorities if population.get(code)]
    here = day.stock.filter(pl.col("authority").is_in(asked)).height
    people = sum(population[code] for code in asked)
    return Indicator(
        "rate_per_10000",
        "Rate per 10,000 children",
        10_000 * here / people if people else None,
        "per 10,000",
        "Children looked after on the day for every 10,000 children under 18 who live in the area. Authorities whose "
        "population is not given are left out.",
        here,
        people,
    )


def headline_by(
    dimension: str,
    day: Counted,
    chosen: Sequence[Measure] | None = None,
    names: Mapping[str, str] | None = None,
    prefix: str = "headline",
) -> Breakdown:
    """The figures for each group of a dimension (a key of DIMENSIONS), with the total; groups without a child too.

    `chosen` are the measures (all if not said), `names` the names of authorities by DfE code, `prefix` the first part
    of the table's name. Each share comes with the counts it rests on. Raises KeyError for an unknown dimension.
    """
    what = DIMENSIONS[dimension]
    chosen = tuple(measures(day.on) if chosen is None else chosen)
    columns = (Column(what.name, what.title), *columns_of(chosen))
    found = _figures(day, chosen, what.column)
    by_value = {row["value"]: row for row in found.iter_rows(named=True)}
    values = _values(what, day, by_value, names or {})
    empty = dict.fromkeys(found.columns)
    rows = tuple(_cells(label, by_value.get(value, empty), columns) for value, label in values.items())
    total = _cells("Total", _figures(day, chosen, "").row(0, named=True), columns)
    drawn = next((one for one in columns if one.kind == "share"), columns[1])
    return Breakdown(
        f"{prefix}_by_{what.name}",
        f"By {what.title.lower()}",
        " ".join(f"{one.title}: {one.definition}" for one in chosen),
        columns,
        rows,
        total,
        Chart("bars", what.name, (drawn.key,), words=f"{drawn.title} by {what.title.lower()}."),
    )


def columns_of(chosen: Sequence[Measure]) -> tuple[Column, ...]:
    """The columns of these measures: the counts first that shares rest on, then each measure."""
    bases = [base for base in BASES if any(one.base is base for one in chosen)]
    keys = {one.count_key for one in chosen} | {base.key for base in bases}
    asked = [*((base.key, base.title) for base in bases)]
    first = [Column(key, title, "count", _there("children_looked_after", keys)) for key, title in asked]
    return (*(one for measure in chosen for one in _columns_of(measure, keys, first)),)


def _columns_of(one: Measure, keys: set[str], bases: list[Column]) -> list[Column]:
    """A base's column comes with the first measure that needs it."""
    needed = [column for column in bases if one.base and column.key == one.base.key]
    for column in needed:
        bases.remove(column)
    if one.of:
        return [*needed, Column(one.name, one.title, "miles", one.base.key if one.base else "")]
    base_key = one.base.key if one.base else ""
    part_of = _there(one.part_of, keys - {one.count_key}) if one.part_of != "children_looked_after" else ""
    count = Column(one.count_key, one.title, "count", part_of or _there(base_key or one.part_of, keys))
    return [*needed, count, *([Column(one.name, f"{one.title}, share", "share", one.count_key)] if one.base else [])]


def _there(key: str, keys: set[str]) -> str:
    return key if key in keys else ""


def _cells(label: str, row: Mapping[str, Cell], columns: Sequence[Column]) -> tuple[Cell, ...]:
    return (label, *((row[one.key] or 0) if one.kind == "count" else row[one.key] for one in columns[1:]))


def _values(what: Dimension, day: Counted, found: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    values = dict(what.values) or {code: names.get(code, code) for code in day.authorities}
    return values if set(found) <= set(values) else values | {groups.NOT_KNOWN: groups.NOT_KNOWN}


def _figures(day: Counted, chosen: Sequence[Measure], column: str) -> pl.DataFrame:
    """One row for each value of the column, or one in all; the figures under their keys, shares worked out."""
    known = () if not column else _known_values(column, day)
    tables = {"stock": day.stock, "starts": day.starts, "ends": day.ends}
    found = None
    for whom, table in tables.items():
        wanted = [one for measure in chosen if measure.whom == whom for one in _expressions(measure)]
        if wanted:
            each = _grouped(table, column, known, list({one.meta.output_name(): one for one in wanted}.values()))
            found = each if found is None else found.join(each, on="value", how="full", coalesce=True)
    assert found is not None
    return found.with_columns(
        (pl.col(one.count_key) / pl.col(one.base.key)).fill_nan(None).alias(one.name)
        for one in chosen
        if one.base and not one.of
    )


def _known_values(column: str, day: Counted) -> tuple[str, ...]:
    [what] = [one for one in DIMENSIONS.values() if one.column == column]
    return tuple(what.values) or day.authorities


def _grouped(table: pl.DataFrame, column: str, known: Sequence[str], wanted: list[pl.Expr]) -> pl.DataFrame:
    if not column:
        return table.select(pl.lit("").first().alias("value"), *wanted)
    text = pl.col(column).cast(pl.String)
    value = pl.when(text.is_in(list(known))).then(text).otherwise(pl.lit(groups.NOT_KNOWN)).alias("value")
    return table.group_by(value).agg(wanted)


def _expressions(one: Measure) -> list[pl.Expr]:
    base: Base | None = one.base
    if one.of and base:
        return [pl.col(one.of).filter(base.rows).median().round(2).alias(one.name), _number(base.rows, base.key)]
    if base is None:
        return [_number(one.counts, one.count_key)]
    return [_number(one.counts & base.rows, one.count_key), _number(base.rows, base.key)]


def _number(rows: pl.Expr, key: str) -> pl.Expr:
    return (pl.lit(True).and_(rows) & pl.col("child_no").is_not_null()).sum().cast(pl.Int64).alias(key)


def _indicator(one: Measure, found: Mapping[str, int | float | None]) -> Indicator:
    counted_there = found[one.count_key] if not one.of else None
    base = found[one.base.key] if one.base else None
    return Indicator(
        one.name,
        one.title,
        found[one.name],
        one.unit,
        one.definition,
        None if counted_there is None else int(counted_there),
        None if base is None else int(base),
    )

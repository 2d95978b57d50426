"""The cells of many rows checked and settled at once, by the very rules that check one (`parse_cell`).

Each distinct text of a column is judged once; most are plainly right and are not even that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from nearhome.needs.calculations.fields import CellError, OtherYearError, parse_cell
from nearhome.needs.calculations.standard import Field, Table
from nearhome.needs.importers.standard import FIRST_YEAR, LAST_YEAR, nearest_standard

# Texts that need no second look: `parse_cell` accepts them and leaves them as they are.
_PLAINLY_RIGHT = {
    "postcode": r"^[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}$",
    "urn": r"^(?:[0-9]{7}|SC[0-9]{6}|XXXXXXX)$",
    "upn": r"^(?:[A-HJ-NP-RT-Z][0-9]{11}[0-9A-Z]|UN[1-5])$",
}
_FORMULA = r"^[=+@\-\t\r]"
_PLAIN_NUMBER = r"^[=+@\-\t\r](?:[0-9]+\.?[0-9]*|\.[0-9]+)$"
_SEX = {"1": "M", "2": "F"}


@dataclass(frozen=True, slots=True)
class _Verdicts:
    """What is to become of distinct (text, standard's year) pairs; `value` is None where the cell is not accepted.

    `wrong` says that there is something to say of the cell, also where its value is accepted.
    """

    text: list[str]
    year: list[int]
    value: list[str | None]
    wrong: list[bool]


def settled(rows: pl.DataFrame, table: Table, *, is_pooled: bool) -> pl.DataFrame:
    """The rows with each cell as `parse_row` settles it, dates as dates, SEX as M, F or U, CHILD as child.

    A null means that the file has no such column. `is_refused` marks rows which a cell refuses, `is_doubtful` rows with
    any problem of a cell; cells not accepted are empty.
    """
    years = rows["year"].cast(pl.Int64).clip(FIRST_YEAR, LAST_YEAR)
    refused = doubtful = _any(rows, (_is_formula(name) for name in _free_columns(rows, table)))
    columns = []
    for field in table.fields:
        given = rows[field.column] if field.column in rows.columns else pl.Series(field.column, [None] * rows.height)
        values, bad = _column(given.cast(pl.String), years, field, is_pooled=is_pooled)
        columns.append(values)
        if bad is not None:
            doubtful = doubtful | bad
            lost = bad & values.replace("", None).is_null() if values.dtype == pl.String() else bad
            refused = refused | (lost if field.refuses_row else _any(rows, [_is_formula(field.column)]))
    return rows.with_columns(*columns, refused.alias("is_refused"), doubtful.alias("is_doubtful")).rename(
        {"CHILD": "child"}
    )


def _free_columns(rows: pl.DataFrame, table: Table) -> list[str]:
    """The columns in which any text is right; in all others a formula is no good cell anyway."""
    strict = {field.column for field in table.fields if field.kind != "text"}
    return [name for name, kind in rows.schema.items() if kind == pl.String and name not in strict]


def _any(rows: pl.DataFrame, conditions: Iterable[pl.Expr]) -> pl.Series:
    return rows.select(pl.any_horizontal(*conditions).fill_null(False).alias("any"))["any"]


def _is_formula(column: str) -> pl.Expr:
    begins = pl.col(column).str.contains(_FORMULA)
    return begins & ~pl.col(column).str.contains(_PLAIN_NUMBER)


def _column(given: pl.Series, years: pl.Series, field: Field, *, is_pooled: bool) -> tuple[pl.Series, pl.Series | None]:
    if given.null_count() == len(given):
        return _empty(field, len(given)), None
    by_year = field.kind == "code" and not is_pooled
    pairs = pl.DataFrame(
        {"text": given, "year": years if by_year else pl.Series("year", [LAST_YEAR]).new_from_index(0, len(given))}
    )
    verdicts = _verdicts(_to_judge(pairs, field, is_pooled=is_pooled), field, is_pooled=is_pooled)
    if field.kind == "date":
        return _dates(given, verdicts)
    return _texts(given, pairs, verdicts, is_sex=field.column == "SEX")


def _empty(field: Field, height: int) -> pl.Series:
    kind = pl.Date() if field.kind == "date" else pl.String()
    return pl.Series(field.column, [None] * height, dtype=kind)


def _to_judge(pairs: pl.DataFrame, field: Field, *, is_pooled: bool) -> pl.DataFrame:
    pattern = _PLAINLY_RIGHT.get(field.kind)
    if field.kind == "text":
        pattern = "^.+$" if is_pooled or field.limit is None else f"^.{{1,{field.limit}}}$"
    if pattern:
        pairs = pairs.filter(~pl.col("text").str.contains(pattern))
    return pairs.drop_nulls().unique()


def _verdicts(distinct: pl.DataFrame, field: Field, *, is_pooled: bool) -> _Verdicts:
    verdicts = _Verdicts([], [], [], [])
    for text, year in distinct.iter_rows():
        verdicts.text.append(text)
        verdicts.year.append(year)
        value, is_wrong = _verdict(text, field, year, is_pooled=is_pooled)
        verdicts.value.append(value)
        verdicts.wrong.append(is_wrong)
    return verdicts


def _verdict(text: str, field: Field, year: int, *, is_pooled: bool) -> tuple[str | None, bool]:
    try:
        return parse_cell(text, field, nearest_standard(year), is_pooled=is_pooled), False
    except OtherYearError as other:
        return other.value, True
    except CellError:
        return None, True


def _dates(given: pl.Series, verdicts: _Verdicts) -> tuple[pl.Series, pl.Series | None]:
    known = [date.fromisoformat(value) if value else None for value in verdicts.value]
    bad = [text for text, value in zip(verdicts.text, verdicts.value, strict=True) if value is None]
    values = given.replace_strict(verdicts.text, known, default=None, return_dtype=pl.Date)
    return values, given.is_in(bad).fill_null(False) if bad else None


def _texts(
    given: pl.Series, pairs: pl.DataFrame, verdicts: _Verdicts, *, is_sex: bool
) -> tuple[pl.Series, pl.Series | None]:
    values = [_SEX.get(value or "", value) if is_sex else value for value in verdicts.value]
    if values == verdicts.text and not any(verdicts.wrong):
        return given, None
    judged = pl.DataFrame(
        {"text": verdicts.text, "year": verdicts.year, "value": values, "bad": verdicts.wrong},
        schema={"text": pl.String, "year": pl.Int64, "value": pl.String, "bad": pl.Boolean},
    )
    found = pairs.join(judged, on=("text", "year"), how="left", maintain_order="left")
    bad = found["bad"].fill_null(False)
    value = found.select(
        pl.when(pl.col("bad") & pl.col("value").is_null())
        .then(pl.lit(""))
        .otherwise(pl.coalesce("value", "text"))
        .alias(given.name)
    )[given.name]
    return value, bad if bad.any() else None

"""Which children of a return must be read with care, because a row of theirs might break a rule?

It may doubt a child whose rows are right; it never trusts one whose rows are not. What is wrong, and in which words, the
careful reading (`read_return`) alone says. Every table here has `unit` (a return, or an authority's part of a pooled
file), `child` and `year` beside the columns of the return, and `is_refused` and `is_doubtful` from reading its cells.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from nearhome.needs.calculations.standard import Table

KEY = ("unit", "child")
_PLACED = ("PLACE", "PL_POST", "URN", "PLACE_PROVIDER")
_OLDEST = 25


def doubtful_children(
    tables: Mapping[str, pl.DataFrame], shapes: Mapping[str, Table], *, is_pooled: bool
) -> pl.DataFrame:
    """The unit and child of every child with a row that might be refused or warned of."""
    headers = tables["Header"]
    doubts = [headers.filter(pl.col("is_doubtful") | (pl.col("DOB") > year_end())).select(KEY)]
    if not is_pooled:
        doubts.append(headers.filter(pl.struct(KEY).is_duplicated()).select(KEY))
    known = newest_headers(headers)
    for name, rows in tables.items():
        if name != "Header" and rows.height:
            doubts.append(_doubtful_rows(rows, known, shapes[name], is_pooled=is_pooled))
    if not is_pooled:
        doubts.append(doubtful_chains(tables["Episodes"].join(known.select(*KEY, "born_on"), on=KEY)))
    return pl.concat(doubts).unique()


def newest_headers(headers: pl.DataFrame) -> pl.DataFrame:
    """Of each child the header row that holds: the first of the newest year."""
    good = headers.filter(~pl.col("is_refused")).sort("year", descending=True, maintain_order=True)
    return good.unique(KEY, keep="first", maintain_order=True).select(
        *KEY, "part", "row", "year", born_on="DOB", sex="SEX", ethnicity="ETHNIC"
    )


def _doubtful_rows(rows: pl.DataFrame, known: pl.DataFrame, table: Table, *, is_pooled: bool) -> pl.DataFrame:
    columns = [name for name in ("DOB", "SEX") if name in table.columns]
    joined = rows.select(*KEY, "is_doubtful", *columns).join(
        known.select(*KEY, "born_on", "sex"), on=KEY, how="left", maintain_order="left"
    )
    doubt = pl.col("is_doubtful") | pl.col("sex").is_null()
    if "DOB" in columns:
        doubt |= (pl.col("DOB") != pl.col("born_on")).fill_null(False)
    if "SEX" in columns:
        doubt |= ((pl.col("SEX") != pl.col("sex")) & (pl.col("SEX") != "")).fill_null(False)
    doubts = joined.filter(doubt).select(KEY)
    if table.name == "Episodes" or is_pooled:
        return doubts
    own = KEY if table.one_row_per_child else (*KEY, *table.key)
    return pl.concat([doubts, rows.filter(pl.struct(own).is_duplicated()).select(KEY)])


def doubtful_chains(episodes: pl.DataFrame) -> pl.DataFrame:
    """The unit and child of every child with an episode that might be wrong alone or beside the one before it.

    `episodes` has `born_on` too. It looks for what `chain_problems` looks for.
    """
    chain = episodes.sort(*KEY, "DECOM", "DEC", nulls_last=True).with_columns(
        is_first=~_same_child(1), is_last=~_same_child(-1)
    )
    wrong = pl.any_horizontal(_wrong_alone(), _wrong_first_or_last(), _wrong_after_the_one_before())
    return chain.filter(wrong).select(KEY).unique()


def year_start() -> pl.Expr:
    """The first day of a row's collection year."""
    return pl.date(pl.col("year").cast(pl.Int32) - 1, 4, 1)


def year_end() -> pl.Expr:
    """The last day of a row's collection year."""
    return pl.date(pl.col("year").cast(pl.Int32), 3, 31)


def _same_child(step: int) -> pl.Expr:
    return pl.all_horizontal((pl.col(name) == pl.col(name).shift(step)).fill_null(False) for name in KEY)


def _is_empty(column: str) -> pl.Expr:
    return (pl.col(column) == "").fill_null(True)


def _wrong_alone() -> pl.Expr:
    start, end, born = pl.col("DECOM"), pl.col("DEC"), pl.col("born_on")
    too_old = start.dt.year() * 10_000 + start.dt.month() * 100 + start.dt.day() > (
        (born.dt.year() + _OLDEST) * 10_000 + born.dt.month() * 100 + born.dt.day()
    )
    return pl.any_horizontal(
        end.is_null() != _is_empty("REC"),
        start < date(1991, 10, 14),
        (start < born).fill_null(False),
        too_old.fill_null(False),
        (end <= start).fill_null(False),
        start > year_end(),
    )


def _wrong_first_or_last() -> pl.Expr:
    starts_care = (pl.col("RNE") == "S").fill_null(False)
    first = pl.col("is_first") & ~starts_care & (pl.col("DECOM") >= year_start())
    return first | (pl.col("is_last") & (pl.col("REC") == "X1").fill_null(False))


def _wrong_after_the_one_before() -> pl.Expr:
    ends, start = pl.col("DEC").shift(1), pl.col("DECOM")
    starts_care, went_on = (pl.col("RNE") == "S").fill_null(False), (pl.col("REC").shift(1) == "X1").fill_null(False)
    goes_on = (ends == start) & ~starts_care & went_on & ~_differs_wrongly()
    begins = (ends < start) & starts_care & ~went_on
    return ~pl.col("is_first") & ~(goes_on | begins).fill_null(False)


def _differs_wrongly() -> pl.Expr:
    legal = _changed("LS")
    place = pl.any_horizontal(_changed(name) for name in _PLACED)
    reason = pl.col("RNE")
    return pl.any_horizontal(
        (reason == "L") & (~legal | place),
        reason.is_in(("P", "T")) & (legal | ~place),
        reason.is_in(("B", "U")) & ~(legal & place),
        _changed("CIN"),
        _is_empty("RNE"),
    ).fill_null(True)


def _changed(column: str) -> pl.Expr:
    return pl.col(column).fill_null("") != pl.col(column).fill_null("").shift(1)

"""What the yearly tables say of each child: OC2 and Missing."""

from collections.abc import Mapping

import polars as pl

_KEY = ("child_no", "year")


def yearly_facts(tables: Mapping[str, pl.DataFrame], children: pl.DataFrame) -> pl.DataFrame:
    """One row for each child and collection year with a row in OC2 or Missing, with the columns of YEARLY.

    A child of OC2 without a row in Missing was missing no times if the authority sent that table for the year.
    """
    numbers = children.select("authority", "child", "child_no")
    oc2 = _numbered(tables["OC2"], numbers).unique(_KEY, keep="last", maintain_order=True).select(
        *_KEY,
        "authority",
        sdq_score=pl.col("SDQ_SCORE").cast(pl.Int16, strict=False),
        convicted=_yes("CONVICTED"),
        substance_misuse=_yes("SUBSTANCE_MISUSE"),
    )  # fmt: skip
    missing = _numbered(tables["Missing"], numbers)
    sent = missing.select("authority", "year").unique().with_columns(was_sent=pl.lit(True))
    times = missing.group_by(_KEY).agg(times_missing=(pl.col("MISSING") == "M").sum().cast(pl.Int16))
    return (
        oc2.join(sent, on=("authority", "year"), how="left")
        .join(times, on=_KEY, how="full", coalesce=True)
        .with_columns(
            pl.when(pl.col("was_sent").fill_null(False))
            .then(pl.col("times_missing").fill_null(0))
            .otherwise("times_missing")
            .alias("times_missing")
        )
        .drop("authority", "was_sent")
    )


def _numbered(rows: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    return rows.join(numbers, on=("authority", "child"), how="inner", maintain_order="left")


def _yes(column: str) -> pl.Expr:
    return pl.when(pl.col(column) == "1").then(pl.lit(True)).when(pl.col(column) == "0").then(pl.lit(False))

"""Who was looked after on each of many days? The days are the ends of months up to the day asked for."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import groups
from nearhome.sufficiency.calculations.children.placements import SHORT_BREAKS, first_day_of
from nearhome.sufficiency.calculations.figures import Column

LONGEST: Final = 60  # months


def month_ends(on: dt.date, months: int) -> tuple[dt.date, ...]:
    """`on` and the same day of the months before it, `months` in all, the oldest first; month's ends stay ends."""
    back = pl.Series([f"-{k}mo" for k in range(months - 1, -1, -1)])
    days = pl.select(first_day_of(pl.lit(back), pl.lit(on)).dt.offset_by("-1d"))
    return tuple(days.to_series())


def months_covered(records: CareRecords, on: dt.date, longest: int = LONGEST) -> int:
    """How many month's ends up to `on` the years read cover without a gap, at least 1 and at most `longest`.

    Of a year before the first return, only children who stayed into it are known: such months are left out.
    """
    collection_year = on.year + (on >= dt.date(on.year, 4, 1))
    first = min(collection_year, max(records.years, default=collection_year))
    while first - 1 in records.years:
        first -= 1
    since = dt.date(first - 1, 3, 31)
    months = (on.year - since.year) * 12 + on.month - since.month + 1
    return max(1, min(months, longest))


def counted_episodes(records: CareRecords) -> pl.DataFrame:
    """The episodes that figures count (no short breaks), with their setting and the child's authority and birth."""
    return (
        records.episodes.filter(~pl.col("legal_status").is_in(SHORT_BREAKS))
        .with_columns(setting=groups.setting_of())
        .join(
            records.children.select("child_no", "authority", "sex", "born_on"),
            on="child_no",
            how="left",
            maintain_order="left",
        )
    )


def stock_on(episodes: pl.DataFrame, days: Sequence[dt.date], rows: pl.Expr | None = None) -> list[int]:
    """How many of the episodes ran on each of the days (those of `rows`, all if not said)."""
    here = episodes if rows is None else episodes.filter(rows)
    return [
        begun - ended
        for begun, ended in zip(_until(here["starts_on"], days), _until(here["ends_before"], days), strict=True)
    ]


def happened_in(dates: pl.Series, days: Sequence[dt.date]) -> list[int]:
    """How many of the dates fall in the month that ends with each of the days, which follow month by month."""
    before = month_ends(days[0], 2)[0] if days else None
    until = _until(dates, [*([before] if before else []), *days])
    return [after - earlier for earlier, after in pairwise(until)]


def running_on(episodes: pl.DataFrame, days: Iterable[dt.date]) -> pl.DataFrame:
    """The episodes that ran on each of the days, with the day in the column `day`."""
    runs = (
        episodes.filter(
            (pl.col("starts_on") <= day) & (pl.col("ends_before").is_null() | (pl.col("ends_before") > day))
        ).with_columns(day=pl.lit(day))
        for day in days
    )
    return pl.concat(list(runs))


def years_back(on: dt.date, months: int, longest: int = 5) -> tuple[dt.date, ...]:
    """`on` and the same day of the years before it that lie within so many months, the oldest first."""
    all_days = month_ends(on, months)
    return all_days[::-1][::12][:longest][::-1]


def year_columns(days: Sequence[dt.date]) -> tuple[Column, ...]:
    """A column of counts for each of the days; the last is the day asked for and has the key other tables use."""
    keys = [*(f"on_{one:%Y_%m_%d}" for one in days[:-1]), "children_looked_after"]
    return tuple(Column(key, f"{one.day} {one:%B %Y}", "count") for key, one in zip(keys, days, strict=True))


def _until(dates: pl.Series, days: Sequence[dt.date]) -> list[int]:
    """How many of the dates are on or before each day."""
    ordered = dates.drop_nulls().sort()
    if not len(ordered):
        return [0] * len(days)
    return [int(one) for one in ordered.search_sorted(pl.Series(list(days), dtype=pl.Date), side="right")]

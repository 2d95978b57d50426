"""Who is in care on each month's counting day: the one table that the forecast learns from and starts from."""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.settings import SETTINGS

Array = np.ndarray[Any, Any]

AGE_BINS = ("0 to 1", "1 to 5", "5 to 10", "10 to 16", "16 to 18")
CATEGORIES = ("foster", "residential", "supported", "other")
AGE_MONTHS = 216  # a child leaves care on the 18th birthday
DURATIONS = 13  # whole months in the placement; the last is "12 or more"
NOT_THERE = -1
BIN_STARTS = np.array([0, 12, 60, 120, 192])
BIN_OF_AGE = np.searchsorted(BIN_STARTS, np.arange(AGE_MONTHS), side="right") - 1
BAND_OF_DURATION = np.array([0] * 3 + [1] * 9 + [2])  # first 3 months, 3 to 12, over 12
DAYS_A_MONTH = 30.4375
_OPEN = np.iinfo(np.int32).max
_EPOCH = dt.date(1970, 1, 1)
_CATEGORY = {code: CATEGORIES.index(setting) for code, setting in SETTINGS.items()}
_PLACE = ("place_type", "place_postcode", "urn", "place_provider")


@dataclass(frozen=True, slots=True)
class CountingDays:
    """Children (rows) on counting days (columns), oldest day first, the last the one the forecast starts from.

    `category` is the position in CATEGORIES, -1 when not in care or 18; `placed_on` the day (since 1970) the placement
    began; `age` whole months on the last day; `authority` the position in `authorities`; `uasc` 0 or 1.
    `starts` and `moves` are placements made in each month by (uasc, category, month), all of them, also those that
    began and ended between two counting days.
    """

    days: tuple[dt.date, ...]
    authorities: tuple[str, ...]
    category: Array
    placed_on: Array
    age: Array
    authority: Array
    uasc: Array
    starts: Array
    moves: Array
    without_birth_date: int
    over_18: int

    @property
    def months(self) -> int:
        """How many whole months lie between the first and the last counting day."""
        return len(self.days) - 1

    def stock(self) -> Array:
        """Children on each counting day by (authority, uasc, age bin, category, day)."""
        at = np.nonzero(self.category >= 0)
        age = self.age[at[0]] - (self.months - at[1])
        keys = (self.authority[at[0]], self.uasc[at[0]], BIN_OF_AGE[np.clip(age, 0, 215)], self.category[at], at[1])
        return counts(keys, (len(self.authorities), 2, len(AGE_BINS), len(CATEGORIES), len(self.days)))


def shifted(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the last day of a month stays the last day of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return dt.date(year, month + 1, last if is_last else min(day.day, last))


def whole_months(start: dt.date, end: dt.date) -> int:
    """How many whole months, counted back from the end of `end`, fit into the window; both days belong to it."""
    months = max((end.year - start.year) * 12 + end.month - start.month + 1, 0)
    while months > 0 and shifted(end, -months) < start - dt.timedelta(days=1):
        months -= 1
    return months


def counts(keys: tuple[Array, ...], shape: tuple[int, ...], weights: Array | None = None) -> Array:
    """How many (or how much weight) at each key, as an array of this shape."""
    flat = np.ravel_multi_index(keys, shape) if len(keys[0]) else np.zeros(0, np.int64)
    return np.bincount(flat, weights, int(np.prod(shape))).astype(float).reshape(shape)


def counting_days(records: CareRecords, authorities: tuple[str, ...], last: dt.date, months: int) -> CountingDays:
    """The children of these authorities on `last` and on the same day of each of so many months before.

    Episodes under V3 and V4 are left out; T0 to T4 belong to the placement before. A new placement begins with a period
    of care, with RNE P or B and another place, postcode, URN or provider, or with another category.
    """
    days = tuple(shifted(last, n - months) for n in range(months + 1))
    number = np.array([(day - _EPOCH).days for day in days])
    row_of, age, authority, uasc, without, over = _children(records, authorities, last)
    child, starts, ends, category, placed_on, first, new = _placements(records, row_of)
    lo, hi = np.searchsorted(number, starts), np.searchsorted(number, ends)
    length = np.maximum(hi - lo, 0)
    rows = np.repeat(child, length)
    columns = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length) + np.repeat(lo, length)
    held = np.full((len(age), len(days)), NOT_THERE, np.int8)
    since = np.full(held.shape, _OPEN, np.int32)
    held[rows, columns], since[rows, columns] = np.repeat(category, length), np.repeat(placed_on, length)
    held[age[:, None] - (months - np.arange(len(days))) >= AGE_MONTHS] = NOT_THERE
    made = (new) & (starts > number[0]) & (starts <= number[-1])
    keys = (uasc[child[made]], category[made], np.searchsorted(number, starts[made]) - 1)
    shape = (2, len(CATEGORIES), max(months, 1))
    begun = first[made]
    return CountingDays(
        days, authorities, held, since, age, authority, uasc,
        counts(tuple(key[begun] for key in keys), shape), counts(tuple(key[~begun] for key in keys), shape),
        without, over,
    )  # fmt: skip


def _children(
    records: CareRecords, authorities: tuple[str, ...], last: dt.date
) -> tuple[Array, Array, Array, Array, int, int]:
    """Row of each child_no (-1: not among them), and per row: age in months, authority, whether unaccompanied."""
    born = pl.col("born_on")
    table = records.children.select(
        "child_no",
        pl.col("authority").cast(pl.Enum(authorities), strict=False).to_physical().cast(pl.Int32).alias("at"),
        pl.col("is_uasc").fill_null(False).cast(pl.Int8),
        ((last.year - born.dt.year()) * 12 + last.month - born.dt.month().cast(pl.Int32)).alias("months"),
        born.dt.day().alias("day"),
    )
    here = table["at"].is_not_null()
    without = int(table.filter(here & table["day"].is_null()).height)
    kept = table.filter(here & table["day"].is_not_null())
    is_last = last.day == calendar.monthrange(last.year, last.month)[1]
    day = kept["day"].to_numpy()
    age = kept["months"].to_numpy() - ((day > last.day) if not is_last else np.zeros(len(day), bool))
    numbers = records.children["child_no"].to_numpy()
    row_of = np.full(int(numbers.max(initial=0)) + 1, NOT_THERE)
    row_of[kept["child_no"].to_numpy()] = np.arange(kept.height)
    over = int((age >= AGE_MONTHS).sum())
    return row_of, age.astype(np.int32), kept["at"].to_numpy(), kept["is_uasc"].to_numpy(), without, over


def _placements(records: CareRecords, row_of: Array) -> tuple[Array, ...]:
    """Per episode, in order: child's row, start, end, category, start of its placement, first of its care, is new."""
    table = _without_temporary(records.episodes.filter(~pl.col("legal_status").is_in(["V3", "V4"])))
    moved = pl.any_horizontal(pl.col(one) != pl.col(one).shift(1) for one in _PLACE)
    table = table.select(
        pl.col("child_no"),
        pl.col("starts_on").to_physical(),
        pl.col("ends_before").to_physical().fill_null(_OPEN),
        pl.col("place_type").replace_strict(_CATEGORY, default=3, return_dtype=pl.Int8).alias("category"),
        (moved & pl.col("reason_new").is_in(["P", "B"])).fill_null(True).alias("moved"),
    )
    child, starts, ends, category, moved_ = (one.to_numpy() for one in table.get_columns())
    first = np.ones(len(child), bool)
    first[1:] = (child[1:] != child[:-1]) | (ends[:-1] != starts[1:])
    new = first | moved_
    new[1:] |= category[1:] != category[:-1]
    placed_on = starts[np.maximum.accumulate(np.where(new, np.arange(len(new)), 0))] if len(new) else starts
    rows = row_of[child] if len(child) else child.astype(np.int64)
    here = rows >= 0
    return tuple(one[here] for one in (rows, starts, ends, category, placed_on, first, new))


def _without_temporary(table: pl.DataFrame) -> pl.DataFrame:
    """A temporary placement that continues care is read as the placement before it."""
    temporary = pl.col("place_type").is_in(["T0", "T1", "T2", "T3", "T4"])
    if table.is_empty() or not table.select(temporary.any()).item():
        return table
    follows = (pl.col("child_no") == pl.col("child_no").shift(1)) & (
        pl.col("ends_before").shift(1) == pl.col("starts_on")
    )
    skipped = (temporary & follows).fill_null(False)
    return table.with_columns(
        pl.when(skipped).then(None).otherwise(pl.col(one)).forward_fill().alias(one) for one in _PLACE
    )

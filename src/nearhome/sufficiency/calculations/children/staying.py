"""How long do placements last, by setting and by age, and how long until a child's first move?"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children.groups import AGE_BANDS, age_band, age_on
from nearhome.sufficiency.calculations.children.survival import (
    Curve,
    Wholes,
    cumulative_incidence,
    kaplan_meier,
    median,
)
from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Column, Indicator

MONTHS: Final = (0, 1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60)
FEWEST_WATCHED: Final = 10  # a curve is not read where fewer were watched: it would rest on one or two children
SETTING_TITLES: Final = {
    "foster": "Foster care", "residential": "Residential care", "supported": "Supported accommodation",
    "other": "Other settings",
}  # fmt: skip
AGE_TITLES: Final = {band: band for band in AGE_BANDS}
_WATCH: Final = (
    "A placement that began before the first year of the data counts only from 1 April of that year on, because one "
    "that ended earlier would not be in the data; a placement still open on the day counts until then. "
    f"Nothing is said where fewer than {FEWEST_WATCHED} placements were being followed."
)


@dataclass(frozen=True, slots=True)
class Followed:
    """Placements under watch: days from the start of each to when the watch began and ended, and how it ended.

    `how` is 0 still open, 1 moved, 2 left care.
    """

    entered: Wholes
    left: Wholes
    how: Wholes

    def watched_at(self, days: float) -> int:
        """How many are followed just after so many days."""
        return int(((self.entered <= days) & (self.left > days)).sum())

    def may_read(self, curve: Curve, days: float) -> bool:
        """Whether enough were followed, all the way and still at this time, for the curve to say anything."""
        fewest = curve.fewest_at_risk(days)
        return self.watched_at(days) >= FEWEST_WATCHED and (fewest is None or fewest >= FEWEST_WATCHED)

    def read(self, curve: Curve, months: float) -> tuple[float, float, float] | tuple[None, None, None]:
        """The share after so many months with its band, or three times nothing."""
        days = days_of(months)
        return curve.at(days) if self.may_read(curve, days) else (None, None, None)

    def staying(self) -> Curve:
        """The share still in the placement, whatever ended it."""
        return kaplan_meier(self.entered, self.left, self.how > 0)

    def endings(self) -> list[Curve]:
        """The shares that moved and that left care."""
        return cumulative_incidence(self.entered, self.left, self.how, 2)


def watch(lived: pl.DataFrame, known: CareRecords, on: dt.date) -> pl.DataFrame:
    """The placements with the days over which each is followed: columns entered, left, how (see Followed), age_band.

    The watch begins on 1 April of the first collection year of the child's authority and ends on the day, or on the
    last 31 March of the data if that is earlier.
    """
    until = min(on, dt.date(known.years[-1], 3, 31)) if known.years else on
    who = known.children.select("child_no", "authority", "born_on")
    since = (
        known.episodes.select("child_no", "year")
        .join(who.select("child_no", "authority"), on="child_no", how="left")
        .group_by("authority")
        .agg(watched_from=pl.date(pl.col("year").min().cast(pl.Int32) - 1, 4, 1))
    )
    ended = (pl.col("ends_before") <= until).fill_null(False)
    return (
        lived.filter(pl.col("starts_on") < until)
        .join(who, on="child_no", how="left", maintain_order="left")
        .join(since, on="authority", how="left", maintain_order="left")
        .with_columns(
            entered=(pl.col("watched_from") - pl.col("starts_on")).dt.total_days().clip(lower_bound=0),
            left=(pl.when(ended).then("ends_before").otherwise(pl.lit(until)) - pl.col("starts_on")).dt.total_days(),
            how=pl.when(ended).then(pl.col("ending").replace_strict(_HOW, default=0, return_dtype=pl.Int64())).otherwise(0),
            age=age_on(pl.col("starts_on")),
        )
        .with_columns(age_band=age_band())
    )  # fmt: skip


_HOW: Final = {"moved": 1, "left": 2}


def followed(watched: pl.DataFrame) -> Followed:
    """The rows of `watch` as numbers; those that were never under watch are left out."""
    seen = watched.filter(pl.col("left") > pl.col("entered").fill_null(0))
    return Followed(seen["entered"].fill_null(0).to_numpy(), seen["left"].to_numpy(), seen["how"].to_numpy())


def days_of(months: float) -> int:
    """So many months in days."""
    return round(months * 365.25 / 12)


def staying_by(watched: pl.DataFrame, column: str, titles: Mapping[str, str], name: str, title: str) -> Breakdown:
    """The share of placements that last so long, one line with a 95 % band for each group of the column."""
    groups = {key: followed(watched.filter(pl.col(column) == key)) for key in titles}
    groups = {key: group for key, group in groups.items() if len(group.left) >= FEWEST_WATCHED}
    columns, parts = [Column("months", "Months", "number")], [list[Cell](MONTHS)]
    for key, group in groups.items():
        columns += _band_columns(_plain(key), titles[key])
        parts += _band_cells(group, group.staying())
    return Breakdown(
        name,
        title,
        "Of placements that begin, the share still going on after so many months, whether they end in a move or in "
        f"leaving care (Kaplan–Meier, 95 % band). {_WATCH}",
        tuple(columns),
        tuple(zip(*parts, strict=True)) if groups else (),
        chart=_bands(
            "months",
            tuple(_plain(key) for key in groups),
            "Each line falls as placements end; a steep line means short placements.",
        ),
        when_empty=f"Fewer than {FEWEST_WATCHED} placements in every group: too few to say.",
    )


def _band_columns(key: str, title: str, verb: str = "still there") -> list[Column]:
    return [
        Column(f"{key}_followed", f"{title}: followed", "count"),
        Column(key, f"{title}: {verb}", "share", f"{key}_followed"),
        Column(f"{key}_low", f"{title}: at least", "share", f"{key}_followed"),
        Column(f"{key}_high", f"{title}: at most", "share", f"{key}_followed"),
    ]


def _band_cells(group: Followed, curve: Curve) -> list[list[Cell]]:
    points = [group.read(curve, months) for months in MONTHS]
    followed_on = [group.watched_at(days_of(months)) for months in MONTHS]
    return [followed_on, *(list(column) for column in zip(*points, strict=True))]


def _plain(key: str) -> str:
    return key.lower().replace(" ", "_")


def _bands(along: str, lines: tuple[str, ...], words: str) -> Chart | None:
    low, high = tuple(f"{line}_low" for line in lines), tuple(f"{line}_high" for line in lines)
    return Chart("bands", along, lines, low, high, words=words) if lines else None


def summary(watched: pl.DataFrame) -> Breakdown:
    """One row for each setting and age band: how many placements, how long half of them last, and how they end."""
    rows = [_summary_row("All placements", watched)]
    for column, titles in (("setting_at_start", SETTING_TITLES), ("age_band", AGE_TITLES)):
        rows += [_summary_row(title, watched.filter(pl.col(column) == key)) for key, title in titles.items()]
    return Breakdown(
        "placement_survival",
        "How long placements last and how they end",
        "Setting and age are those at the start of the placement. Moved and left care are endings that exclude each "
        f"other (Aalen–Johansen): with the share still there they make up the whole. {_WATCH}",
        (
            Column("group", "Placements"),
            Column("followed", "Placements followed", "count"),
            Column("median_days", "Half last at least", "days", "followed"),
            Column("after_6_months", "Still there after 6 months", "share", "followed"),
            Column("after_12_months", "After 12 months", "share", "followed"),
            Column("after_12_months_low", "At least", "share", "followed"),
            Column("after_12_months_high", "At most", "share", "followed"),
            Column("after_24_months", "After 24 months", "share", "followed"),
            Column("moved_12_months", "Moved within 12 months", "share", "followed"),
            Column("left_12_months", "Left care within 12 months", "share", "followed"),
        ),
        tuple(rows),
    )


def _summary_row(title: str, rows: pl.DataFrame) -> tuple[Cell, ...]:
    group = followed(rows)
    curve, (moved, left) = group.staying(), group.endings()
    half = median(curve)
    return (
        title,
        len(group.left),
        int(half) if half is not None and group.may_read(curve, half - 1) else None,
        group.read(curve, 6)[0],
        *group.read(curve, 12),
        group.read(curve, 24)[0],
        group.read(moved, 12)[0],
        group.read(left, 12)[0],
    )


def first_moves(watched: pl.DataFrame) -> tuple[Indicator, Breakdown]:
    """How long until a child who starts to be looked after first moves, or leaves care without any move?"""
    group = followed(watched.filter("is_first"))
    moved, left = group.endings()
    told = "Of children who start to be looked after, counted once for each period of care"
    within = group.read(moved, 12)[0]
    indicator = Indicator(
        "first_move_within_year", "Move within a year of coming into care", within, "share",
        f"{told}: the share expected to move from the first placement within 12 months (Aalen–Johansen; leaving care "
        "without a move excludes it). The denominator is how many first placements are followed.",
        denominator=len(group.left),
    )  # fmt: skip
    columns = (
        Column("months", "Months", "number"),
        Column("followed", "Followed", "count"),
        *_one_group("moved", "Moved"),
        *_one_group("left", "Left care"),
    )
    parts: Sequence[Sequence[Cell]] = [MONTHS, *_band_cells(group, moved), *_band_cells(group, left)[1:]]
    enough = len(group.left) >= FEWEST_WATCHED
    table = Breakdown(
        "time_to_first_move", "Time to the first move",
        f"{told}: the share who have moved from the first placement after so many months, and the share who have left "
        f"care without any move (Aalen–Johansen, 95 % band). {_WATCH}",
        columns, tuple(zip(*parts, strict=True)) if enough else (),
        chart=_bands("months", ("moved", "left"), "Both lines rise: more children have moved, or left care, as time goes by."),
        when_empty=f"Fewer than {FEWEST_WATCHED} first placements: too few to say.",
    )  # fmt: skip
    return indicator, table


def _one_group(key: str, title: str) -> list[Column]:
    return [
        Column(key, title, "share", "followed"),
        Column(f"{key}_low", f"{title}: at least", "share", "followed"),
        Column(f"{key}_high", f"{title}: at most", "share", "followed"),
    ]

"""Who is looked after on a day, where and how? The one table of which every headline figure is an aggregate."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import groups
from nearhome.sufficiency.calculations.children.placements import SHORT_BREAKS, first_day_of, placements
from nearhome.sufficiency.calculations.children.recorded_reasons import recorded_elsewhere, recorded_reason
from nearhome.sufficiency.calculations.children.stability import known_on, stability_from

Pairs = frozenset[frozenset[str]]
FAR_MILES: Final = 20.0  # more than this and outside the authority is far from home

SNAPSHOT: Final = (
    "child_no", "authority", "child", "sex", "age", "age_band", "born_on", "ethnicity", "ethnic_group", "is_uasc",
    "need", "legal_status", "legal_group", "place_type", "setting", "place_provider", "provider_type", "urn", "area",
    "relation", "is_outside", "miles", "has_distance", "is_far", "has_reason_for_distance", "care_starts_on",
    "starts_on", "placement_starts_on", "placements_in_year", "is_long_term", "is_long_term_stable",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """What the figures of a day are counted from, one row a child in each table and the same columns.

    `stock` are the children looked after on the day; `starts` and `ends` those whose care began or ended in the year
    up to and including it, each child once, as things stood at the first start and at the last end. `on` is the day,
    `since` the first day of that year, `authorities` the DfE codes the records are of.
    """

    on: dt.date
    since: dt.date
    stock: pl.DataFrame
    starts: pl.DataFrame
    ends: pl.DataFrame
    authorities: tuple[str, ...]


def counted(
    records: CareRecords, on: dt.date, *, adjoining: Pairs, reasons: Mapping[int, str] | None = None
) -> Counted:
    """The children to count for the day and the year up to it. `reasons` as in `snapshot`."""
    since = year_before(on)
    return Counted(
        on,
        since,
        snapshot(records, on, adjoining=adjoining, reasons=reasons),
        _at_first_start(records, since, on, adjoining),
        _at_last_end(records, since, on, adjoining),
        records.authorities,
    )


def snapshot(
    records: CareRecords, on: dt.date, *, adjoining: Pairs, reasons: Mapping[int, str] | None = None
) -> pl.DataFrame:
    """One row for each child looked after on the day, with the columns of SNAPSHOT, in the order of `child_no`.

    Children in short breaks (V3, V4) are left out. `adjoining` are the pairs of DfE codes of neighbours; `relation` is
    "in_area", "adjoining", "at_a_distance" or "" (not known), `is_outside` null when it is not known. `reasons` say
    by `child_no` why a child lives far from home where the authority has written it down elsewhere.
    """
    known = known_on(records, on)
    lived = placements(known)
    now = _last_of_each(known.episodes.filter(_runs_on(on)))
    return (
        _described(now.with_columns(day=pl.lit(on)), records, adjoining)
        .join(_present_placement(lived), on="child_no", how="left", maintain_order="left")
        .join(stability_from(lived, known, on), on="child_no", how="left", maintain_order="left")
        .with_columns(
            pl.col("is_long_term", "is_long_term_stable").fill_null(False),
            has_reason_for_distance=(recorded_reason("place_type", "moved_because") != "")
            | (recorded_elsewhere(reasons or {}) != ""),
        )
        .select(SNAPSHOT)
    )


def year_before(on: dt.date) -> dt.date:
    """The first day of the 12 months up to and including this one."""
    day: dt.date = pl.select(first_day_of("-12mo", pl.lit(on))).item()
    return day


def starts_of_care(records: CareRecords, since: dt.date, until: dt.date) -> pl.DataFrame:
    """The episodes in which a period of care began (RNE S) from `since` to `until`, both included."""
    return records.episodes.filter(
        _counted() & (pl.col("reason_new") == "S") & pl.col("starts_on").is_between(since, until)
    )


def ends_of_care(records: CareRecords, since: dt.date, until: dt.date) -> pl.DataFrame:
    """The episodes with which care ended (an end, and REC not X1) from `since` to `until`, both included."""
    ended = pl.col("ends_before").is_between(since, until)
    return records.episodes.filter(_counted() & ended & ~pl.col("reason_ceased").is_in(["X1", ""]))


def relation_of(adjoining: Pairs) -> pl.Expr:
    """Where `area` lies seen from `authority`: the vectorised form of `relation_between`, "" when not known.

    Source: SI 2010/959 regulation 11 as amended (D01 to D03, verified): adjacency, not miles.
    """
    pairs = [f"{a} {b}" for pair in adjoining if len(pair) == 2 for a, b in (sorted(pair), sorted(pair, reverse=True))]
    here = (pl.col("area") == pl.col("authority")) | ((pl.col("area") == "") & (pl.col("location") == "IN"))
    beside = pl.concat_str("authority", "area", separator=" ").is_in(pairs)
    return (
        pl.when(here)
        .then(pl.lit("in_area"))
        .when(pl.col("area") == "")
        .then(pl.lit(""))
        .when(beside)
        .then(pl.lit("adjoining"))
        .otherwise(pl.lit("at_a_distance"))
    )


def _counted() -> pl.Expr:
    return ~pl.col("legal_status").is_in(SHORT_BREAKS)


def _runs_on(on: dt.date) -> pl.Expr:
    """After `known_on` what runs on the day has no end yet."""
    return _counted() & pl.col("ends_before").is_null() & (pl.col("starts_on") <= on)


def _last_of_each(episodes: pl.DataFrame) -> pl.DataFrame:
    return episodes.unique("child_no", keep="last", maintain_order=True)


def _at_first_start(records: CareRecords, since: dt.date, on: dt.date, adjoining: Pairs) -> pl.DataFrame:
    first = starts_of_care(records, since, on).unique("child_no", keep="first", maintain_order=True)
    return _without_history(_described(first.with_columns(day=pl.col("starts_on")), records, adjoining))


def _at_last_end(records: CareRecords, since: dt.date, on: dt.date, adjoining: Pairs) -> pl.DataFrame:
    last = _last_of_each(ends_of_care(records, since, on))
    return _without_history(_described(last.with_columns(day=pl.col("ends_before")), records, adjoining))


def _without_history(table: pl.DataFrame) -> pl.DataFrame:
    return table.select(name for name in SNAPSHOT if name in table.columns)


def _present_placement(lived: pl.DataFrame) -> pl.DataFrame:
    """Since when the present period of care runs, and why the placement before the present one ended."""
    before = pl.when(~pl.col("is_first")).then(pl.col("ended_by").shift()).otherwise(pl.lit(""))
    return _last_of_each(
        lived.with_columns(moved_because=before)
        .filter(pl.col("ends_before").is_null())
        .select("child_no", "care_starts_on", "moved_because")
    )


def _described(episodes: pl.DataFrame, records: CareRecords, adjoining: Pairs) -> pl.DataFrame:
    """Each episode with what is known of the child on its `day`."""
    day = pl.col("day")
    joined = episodes.join(records.children, on="child_no", how="left", maintain_order="left")
    return (
        joined.with_columns(
            age=groups.age_on(day),
            ethnic_group=groups.grouped(groups.ETHNIC_GROUPS, "ethnicity"),
            is_uasc=pl.col("is_uasc").fill_null(False)
            & (pl.col("uasc_ceased_on").is_null() | (pl.col("uasc_ceased_on") > day)),
            legal_group=groups.grouped(groups.LEGAL_GROUPS, "legal_status"),
            setting=groups.setting_of(),
            provider_type=groups.grouped(groups.PROVIDER_TYPES, "place_provider", groups.NOT_REPORTED),
            relation=relation_of(adjoining),
            has_distance=pl.col("miles").is_not_null(),
        )
        .with_columns(
            age_band=groups.age_band(),
            is_outside=pl.when(pl.col("relation") != "")
            .then(pl.col("relation") != "in_area")
            .when(pl.col("location") == "OUT")
            .then(True),
        )
        .with_columns(is_far=(pl.col("is_outside") & (pl.col("miles") > FAR_MILES)).fill_null(False))
    )

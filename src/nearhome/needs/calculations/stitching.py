"""How do the returns of several years become one history of each child?

A return says again what the year before already said, and sometimes leaves an episode open for ever. The newest word
holds, and seven rules (docs/methods/joining-years.md) mend what is left, each mended row named. Source: the cross-year
repair of the regional pipelines that pool these returns; it is for analysis alone, never for a return to be sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

# Values that no return may hold: they mark an end and a reason which the repair put in.
SYSTEM_REASON_CEASED = "E99"
SYSTEM_REASON_PLACE_CHANGE = "LIIAF"

_SAME_STAY = ("reason_new", "legal_status", "place_type", "place_provider", "place_postcode", "urn")
_DELETED = ("3", "3A")
_WORDS = {
    "3": "It had no end, and the episode beside it is the same stay with another first day; left out",
    "3A": "It had no end, and a later return, which no longer has it, puts other episodes in its place; left out",
    "2": "It had no end, and later returns no longer have the child; taken to end with its year",
    "1A": "It had no end, but a new period of care starts later; taken to end before that, or with its year",
    "1": "It had no end, but another episode follows; taken to end when that starts",
    "4": "It ended after the next one, from a later return, starts; taken to end when that starts",
    "5": "It ended before the next one, which goes on from it in a later return, starts; taken to end when that starts",
}


@dataclass(frozen=True, slots=True)
class Repair:
    """One row that the joining of years changed or left out (`after` is then empty), by which rule and why."""

    authority: str
    child: str
    starts_on: date
    rule: str
    before: str
    after: str
    words: str


@dataclass(frozen=True, slots=True)
class Stitched:
    """Episodes of all years as one history, in the order of child and start, and what was changed to get there."""

    episodes: pl.DataFrame
    repairs: tuple[Repair, ...]
    repeated: int  # rows left out because a newer return says the same episode again


def newest_children(headers: pl.DataFrame) -> pl.DataFrame:
    """Each child once, as the newest year has it, numbered from 0 in the order of authority and child.

    `headers` has authority, child, year and whatever else is known of a child.
    """
    return (
        headers.sort("authority", "child", "year", maintain_order=True)
        .unique(("authority", "child"), keep="last", maintain_order=True)
        .with_row_index("child_no")
        .with_columns(pl.col("child_no").cast(pl.UInt32))
    )


def stitch(children: pl.DataFrame, episodes: pl.DataFrame, latest: Mapping[str, int] | None = None) -> Stitched:
    """One history of each child from the episodes of all years.

    `children` has child_no, authority and child; `episodes` the columns of EPISODES up to urn, and year; further
    columns are kept. Of rows with the same child and first day the newest year holds (the last of them if there are
    several). `latest` is each authority's newest collection year; if it is not given, the newest among its episodes.
    """
    rows = episodes.join(children.select("child_no", "authority", "child"), on="child_no", how="inner")
    rows = rows.with_columns(_latest(latest))
    rows = rows.sort("child_no", "starts_on", "year", maintain_order=True)
    newest = rows.unique(("child_no", "starts_on"), keep="last", maintain_order=True)
    first = _with_rules(newest, _first_rule())
    mended = _mended(first).filter(~pl.col("_rule").is_in(_DELETED))
    second = _with_rules(mended.with_columns(repair=pl.col("_rule")), _second_rule())
    done = _mended(second).with_columns(
        repair=pl.when(pl.col("_rule") == "").then(pl.col("repair")).otherwise(pl.col("_rule"))
    )
    kept = [name for name in episodes.columns if name != "repair"]
    return Stitched(
        done.select(*kept, "repair"), (*_repairs(first), *_repairs(second)), episodes.height - newest.height
    )


def _latest(latest: Mapping[str, int] | None) -> pl.Expr:
    newest = pl.col("year").max().over("authority")
    if latest:
        newest = pl.col("authority").replace_strict(
            list(latest), list(latest.values()), default=newest, return_dtype=pl.Int64
        )
    return newest.cast(pl.Int64).alias("_latest")


def _with_rules(rows: pl.DataFrame, rule: pl.Expr) -> pl.DataFrame:
    """The rows with the rule that applies to each, judged by its neighbours; no rule is an empty text."""
    follows, precedes = (pl.col("child_no").shift(step) == pl.col("child_no") for step in (-1, 1))
    wanted = ("starts_on", "year", *_SAME_STAY)
    neighbours = [
        pl.when(is_same).then(pl.col(name).shift(step)).alias(f"_{side}_{name}")
        for side, step, is_same in (("next", -1, follows), ("prev", 1, precedes))
        for name in wanted
    ]
    return rows.with_columns(neighbours).with_columns(rule.alias("_rule"))


def _first_rule() -> pl.Expr:
    is_open = pl.col("ends_before").is_null() & (pl.col("year") < pl.col("_latest"))
    return (
        pl.when(~is_open)
        .then(pl.lit(""))
        .when(_is_same_stay("next") | _is_same_stay("prev"))
        .then(pl.lit("3"))
        .when((pl.col("_prev_year") > pl.col("year")).fill_null(False))
        .then(pl.lit("3A"))
        .when(pl.col("_next_starts_on").is_null())
        .then(pl.lit("2"))
        .when(pl.col("_next_reason_new") == "S")
        .then(pl.lit("1A"))
        .otherwise(pl.lit("1"))
    )


def _is_same_stay(side: str) -> pl.Expr:
    same = [(pl.col(name) == pl.col(f"_{side}_{name}")).fill_null(False) for name in _SAME_STAY]
    return pl.all_horizontal(same)


def _second_rule() -> pl.Expr:
    is_later = (pl.col("_next_year") > pl.col("year")).fill_null(False)
    ends, next_starts = pl.col("ends_before"), pl.col("_next_starts_on")
    return (
        pl.when(is_later & (ends > next_starts).fill_null(False))
        .then(pl.lit("4"))
        .when(is_later & (pl.col("reason_ceased") == "X1") & (ends < next_starts).fill_null(False))
        .then(pl.lit("5"))
        .otherwise(pl.lit(""))
    )


def _mended(rows: pl.DataFrame) -> pl.DataFrame:
    rule, next_starts = pl.col("_rule"), pl.col("_next_starts_on")
    year_end = pl.date(pl.col("year").cast(pl.Int32), 3, 31)
    ends = (
        pl.when(rule == "2")
        .then(year_end)
        .when(rule == "1A")
        .then(pl.min_horizontal(year_end, next_starts.dt.offset_by("-1d")))
        .when(rule.is_in(("1", "4", "5")))
        .then(next_starts)
        .otherwise(pl.col("ends_before"))
    )
    reason = (
        pl.when(rule.is_in(("2", "1A")))
        .then(pl.lit(SYSTEM_REASON_CEASED))
        .when(rule == "1")
        .then(pl.lit("X1"))
        .otherwise(pl.col("reason_ceased"))
    )
    has_moved = (rule == "1") & pl.col("_next_reason_new").is_in(("P", "B", "T", "U")).fill_null(False)
    change = pl.when(has_moved).then(pl.lit(SYSTEM_REASON_PLACE_CHANGE)).otherwise(pl.col("reason_place_change"))
    was = {"_was_ends": "ends_before", "_was_reason": "reason_ceased"}
    return rows.with_columns(**{name: pl.col(of) for name, of in was.items()}).with_columns(
        ends_before=ends, reason_ceased=reason, reason_place_change=change
    )


def _repairs(judged: pl.DataFrame) -> tuple[Repair, ...]:
    found = _mended(judged.filter(pl.col("_rule") != ""))
    rule, year = pl.col("_rule"), pl.col("year").cast(pl.Int32)
    label = pl.format("{}/{}", year - 1, (year % 100).cast(pl.String).str.zfill(2))
    after = _end_in_words("ends_before", "reason_ceased")
    told = found.select(
        "authority",
        "child",
        "starts_on",
        "_rule",
        before=_end_in_words("_was_ends", "_was_reason"),
        after=pl.when(rule.is_in(_DELETED)).then(pl.lit("")).otherwise(after),
        words=pl.format("{} (from the {} return)", rule.replace_strict(_WORDS, return_dtype=pl.String), label),
    )
    return tuple(Repair(*row) for row in told.rows())


def _end_in_words(ends: str, reason: str) -> pl.Expr:
    day = pl.col(ends).dt.strftime("%d/%m/%Y")
    return (
        pl.when(pl.col(ends).is_null())
        .then(pl.lit("no end"))
        .when(pl.col(reason) == "")
        .then(pl.format("ended {}", day))
        .otherwise(pl.format("ended {}, {}", day, pl.col(reason)))
    )

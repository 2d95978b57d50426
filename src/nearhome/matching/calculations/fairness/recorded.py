"""An authority's own placements as rows of the fairness report: what its returns say, and what was chosen here."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

from nearhome.matching.calculations.fairness.records import OUTCOMES_RECORDED, PLACEMENTS
from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import groups
from nearhome.sufficiency.calculations.children.placements import TEMPORARY, placements

# One row for each choice of a home that was approved.
CHOICES: Final = {
    "choice": pl.Int64(),
    "child": pl.String(),  # CHILD of the return
    "offered_on": pl.Date(),  # the first day that was offered
    "chosen_urn": pl.String(),  # of the home, "" if it has none
    "rank": pl.Float64(),
    "needs_met": pl.Float64(),
    "siblings_together": pl.Boolean(),
    "days_waited": pl.Float64(),
}
# How the chosen home stood on each criterion: 0 to 1, null where not known; a criterion in parts has several rows.
SCALES: Final = {
    "choice": pl.Int64(),
    "criterion": pl.String(),
    "scale": pl.Float64(),
    "share": pl.Float64(),
}
WITHIN: Final = dt.timedelta(days=28)  # a child moves in on about the day that was offered, or it was another placement
NO_HOME_SOUGHT: Final = ("parents", "adoption")


@dataclass(frozen=True, slots=True)
class Window:
    """Placements that began from `since` to `until`; what happened is known up to and including `known_until`."""

    since: dt.date
    until: dt.date
    known_until: dt.date


@dataclass(frozen=True, slots=True)
class Recorded:
    """The rows of the report, each criterion of the homes chosen (None without any choice), and how many were chosen."""

    placements: pl.DataFrame
    contributions: pl.DataFrame | None
    chosen_here: int


def recorded(
    records: CareRecords, choices: pl.DataFrame, scales: pl.DataFrame, *, window: Window, authority: str
) -> Recorded:
    """The placements of one authority that began in the window, with what is known of how each was chosen.

    `choices` and `scales` have the columns of CHOICES and SCALES. A placement that began at most 28 days from the day
    offered, in the home chosen if both have a number, is that choice's. Placements with parents and for adoption are
    left out, as no home was looked for; so are periods of temporary moves alone and short breaks.
    """
    began = _began(records, window)
    joined = _with_choices(began, choices, records).with_row_index("row")
    joined = joined.with_columns(placement=pl.col("row").cast(pl.String), authority=pl.lit(authority))
    rows = joined.select(pl.col(name).cast(kind) for name, kind in (PLACEMENTS | OUTCOMES_RECORDED).items() if name in joined.columns)  # fmt: skip
    return Recorded(rows, _contributions(joined, scales), joined["choice"].count())


def _began(records: CareRecords, window: Window) -> pl.DataFrame:
    """Placements of the window with the child's groups and what the return says of how they turned out."""
    first = records.episodes.select("child_no", "starts_on", "need", "location").unique(
        ["child_no", "starts_on"], keep="first", maintain_order=True
    )
    children = records.children.rename({"authority": "own_code"})
    lived = placements(records).filter(
        pl.col("starts_on").is_between(window.since, window.until)
        & ~groups.setting_of().is_in(NO_HOME_SOUGHT)
        & ~pl.col("place_type").is_in(TEMPORARY)
    )
    return (
        lived.join(first, on=["child_no", "starts_on"], how="left", maintain_order="left")
        .join(children, on="child_no", how="left", maintain_order="left")
        .with_columns(*_groups(), in_own_area=_in_own_area(), moved_in_year=_moved_in_year(window.known_until))
    )


def _groups() -> tuple[pl.Expr, ...]:
    day, ethnicity = pl.col("starts_on"), groups.grouped(groups.ETHNIC_GROUPS, "ethnicity")
    age = groups.age_on(day)
    lasts = pl.col("uasc_ceased_on").is_null() | (pl.col("uasc_ceased_on") > day)
    return (
        pl.when(age >= 0).then(age).alias("age"),
        pl.col("sex").replace_strict(groups.SEXES, default=None, return_dtype=pl.String()),
        pl.when(ethnicity != groups.NOT_KNOWN).then(ethnicity).alias("ethnicity"),
        pl.lit(None, pl.Boolean()).alias("disability"),  # the return does not say
        (pl.col("is_uasc").fill_null(False) & lasts).alias("uasc"),
        groups.grouped(groups.NEEDS, "need").alias("need"),
    )


def _in_own_area() -> pl.Expr:
    return (
        pl.when(pl.col("area") != "")
        .then(pl.col("area") == pl.col("own_code"))
        .when(pl.col("location") != "")
        .then(pl.col("location") == "IN")
    )


def _moved_in_year(known_until: dt.date) -> pl.Expr:
    """Null until a year has passed, and where care ended or the ending is not known: there was no year to move in."""
    year_on = pl.col("starts_on").dt.offset_by("12mo")
    ended_before = (pl.col("ends_before") < year_on).fill_null(False)
    return (
        pl.when(year_on > pl.lit(known_until).dt.offset_by("1d"))
        .then(None)
        .when(ended_before & (pl.col("ending") == "moved"))
        .then(True)
        .when(~ended_before)
        .then(False)
    )


def _with_choices(began: pl.DataFrame, choices: pl.DataFrame, records: CareRecords) -> pl.DataFrame:
    """Each choice at the one placement it led to: in its home, nearest to the day offered."""
    numbered = choices.join(records.children.select("child", "child_no"), on="child", how="inner").drop("child")
    pairs = began.select("child_no", "starts_on", "urn").join(numbered, on="child_no", how="inner")
    apart = (pl.col("starts_on") - pl.col("offered_on")).abs()
    same_home = (pl.col("urn") == "") | (pl.col("chosen_urn") == "") | (pl.col("urn") == pl.col("chosen_urn"))
    led_to = (
        pairs.with_columns(apart=apart)
        .filter(same_home & (pl.col("apart") <= WITHIN))
        .sort("apart", "starts_on", "choice")
        .unique("choice", keep="first", maintain_order=True)
        .unique(["child_no", "starts_on"], keep="first", maintain_order=True)
        .drop("urn", "apart", "offered_on", "chosen_urn")
    )
    return began.join(led_to, on=["child_no", "starts_on"], how="left", maintain_order="left")


def _contributions(joined: pl.DataFrame, scales: pl.DataFrame) -> pl.DataFrame | None:
    """A row for each placement chosen here, a column for each criterion; parts weigh as their shares."""
    chosen = joined.filter(pl.col("choice").is_not_null()).select("placement", "choice")
    known = chosen.join(scales, on="choice", how="inner")
    if not known.height:
        return None
    weight = pl.when(pl.col("scale").is_not_null()).then("share")
    mean = (pl.col("scale") * pl.col("share")).sum() / weight.sum()
    whole = known.group_by("choice", "criterion").agg(pl.when(weight.sum() > 0).then(mean).alias("scale"))
    wide = whole.sort("criterion").pivot("criterion", index="choice", values="scale")
    return chosen.join(wide, on="choice", how="left", maintain_order="left").drop("choice")

"""What is recorded of the circumstances of each child in care, as levels that a model of resemblance may use."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl
from polars.expr.whenthen import ChainedThen, Then

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children.groups import age_on
from nearhome.sufficiency.calculations.children.placements import first_day_of, placements
from nearhome.sufficiency.calculations.children.stability import known_on

YOUNGEST: Final = 5  # hardly any younger child lives in residential care, and an SDQ is not asked for
RESIDENTIAL: Final = ("K2", "R1", "S1")  # not K1: a secure home is a court's decision


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One recorded circumstance: its levels by key with their words; the others are compared with the first."""

    key: str
    title: str
    levels: Mapping[str, str]


CIRCUMSTANCES: Final = (
    Circumstance("age", "Age", {
        "5_to_9": "aged 5 to 9", "10_to_12": "aged 10 to 12", "13_to_15": "aged 13 to 15", "16_and_over": "aged 16 or over",
    }),
    Circumstance("need", "Main need", {
        "abuse": "abuse or neglect", "family": "family illness, stress, dysfunction or low income", "behaviour": "socially unacceptable behaviour",
        "absent": "absent parenting",
    }),
    Circumstance("legal_status", "Legal status", {
        "care_order": "on a full care order", "interim": "on an interim care order", "agreed": "cared for by agreement (section 20)",
        "other": "another legal status",
    }),
    Circumstance("uasc", "Unaccompanied", {"no": "no unaccompanied status", "yes": "came as an unaccompanied asylum-seeker"}),
    Circumstance("sdq", "Strengths and difficulties score", {
        "normal": "SDQ 0 to 13", "borderline": "SDQ 14 to 16", "concern": "SDQ 17 or more", "not_recorded": "no SDQ recorded",
    }),
    Circumstance("missing", "Times missing in the year", {
        "never": "never recorded missing", "once_or_twice": "missing once or twice", "more": "missing three times or more",
    }),
    Circumstance("convicted", "Convicted or cautioned", {"no": "no conviction recorded", "yes": "convicted or cautioned"}),
    Circumstance("substance", "Substance misuse", {"no": "no substance misuse recorded", "yes": "substance misuse recorded"}),
    Circumstance("time_in_care", "Time in care", {
        "1_to_2": "in care 1 to 2 years", "2_to_4": "in care 2 to 4 years", "4_or_more": "in care 4 years or more",
    }),
    Circumstance("placements_before", "Placements before this one", {
        "none": "in the first placement", "one": "one placement before this one", "two_or_more": "two or more placements before",
    }),
)  # fmt: skip
_NEEDS: Final = {
    "N1": "abuse", "N3": "family", "N4": "family", "N5": "family", "N6": "behaviour", "N7": "family", "N8": "absent",
}  # fmt: skip
_LEGAL: Final = {"C2": "care_order", "C1": "interim", "V2": "agreed"}


def circumstances(records: CareRecords, on: dt.date) -> pl.DataFrame:
    """One row for each child compared: in foster or residential care, 5 or over, 12 months or more in care on the day.

    Columns: child_no, authority, child, place_type, placement_starts_on; group: "settled" (in the same foster
    placement for 12 months or more), "foster" (other foster care) or "residential"; and one column for each of
    CIRCUMSTANCES with the key of a level, null where it is not known. Neither sex nor ethnicity nor disability nor any
    other protected characteristic but age is used: where the main need is a disability (N2) the need is not known here.

    Only children in care for 12 months or more are compared, since no other can have lived in one place so long and
    SDQ, convictions and substance misuse are asked for these alone. Time in care and earlier placements are known
    only if the data reach back to the start of care (first episode RNE S).
    """
    known = known_on(records, on)
    year_ago = first_day_of("-12mo", pl.lit(on))
    here = (
        _present(placements(known))
        .filter(pl.col("care_starts_on") <= year_ago)
        .with_columns(group=_group(pl.col("starts_on") <= year_ago))
        .filter(pl.col("group").is_not_null())
    )
    return (
        here.join(_episode_today(known), on="child_no", how="left", maintain_order="left")
        .join(known.children, on="child_no", how="left", maintain_order="left")
        .join(_recorded(known, on), on="child_no", how="left", maintain_order="left")
        .join(_starts(known), on=["child_no", "care_starts_on"], how="left", maintain_order="left")
        .with_columns(age_years=age_on(pl.lit(on)), seen=pl.col("seen").fill_null(False))
        .filter(pl.col("age_years") >= YOUNGEST)
        .select(
            "child_no", "authority", "child", "place_type", pl.col("starts_on").alias("placement_starts_on"), "group",
            *_levels(on),
        )
    )  # fmt: skip


def _present(lived: pl.DataFrame) -> pl.DataFrame:
    """The placement of each child on the day, with how many came before it in the period of care."""
    row = pl.int_range(pl.len())
    first = pl.when("is_first").then(row).forward_fill()
    return (
        lived.with_columns(before=row - first)
        .filter(pl.col("ends_before").is_null())
        .select("child_no", "care_starts_on", "starts_on", "place_type", "setting", "before")
    )


def _group(is_settled: pl.Expr) -> pl.Expr:
    foster = pl.col("setting") == "foster"
    return (
        pl.when(foster & is_settled)
        .then(pl.lit("settled"))
        .when(foster)
        .then(pl.lit("foster"))
        .when(pl.col("place_type").is_in(RESIDENTIAL))
        .then(pl.lit("residential"))
    )


def _episode_today(known: CareRecords) -> pl.DataFrame:
    open_now = known.episodes.filter(pl.col("ends_before").is_null()).unique("child_no", keep="last")
    return open_now.select("child_no", pl.col("need").alias("cin"), pl.col("legal_status").alias("ls"))


def _starts(known: CareRecords) -> pl.DataFrame:
    starts = known.episodes.filter(pl.col("reason_new") == "S")
    return starts.select("child_no", pl.col("starts_on").alias("care_starts_on"), seen=pl.lit(True)).unique()


def _recorded(known: CareRecords, on: dt.date) -> pl.DataFrame:
    """The last that is recorded of each yearly fact, in the collection year of the day or the one before it."""
    year = on.year + ((on.month, on.day) >= (4, 1))
    rows = known.yearly.filter(pl.col("year").is_between(year - 1, year)).sort("child_no", "year")
    last = [
        pl.col(name).drop_nulls().last() for name in ("sdq_score", "convicted", "substance_misuse", "times_missing")
    ]
    return rows.group_by("child_no", maintain_order=True).agg(last)


def _levels(on: dt.date) -> list[pl.Expr]:
    in_care = (pl.lit(on + dt.timedelta(days=1)) - pl.col("care_starts_on")).dt.total_days() / 365.25
    uasc = pl.col("is_uasc").fill_null(False)
    return [
        _banded(pl.col("age_years"), (10, 13, 16), CIRCUMSTANCES[0]).alias("age"),
        pl.col("cin").replace_strict(_NEEDS, default=None, return_dtype=pl.String()).alias("need"),
        pl.col("ls").replace_strict(_LEGAL, default="other", return_dtype=pl.String()).alias("legal_status"),
        _yes_no(uasc).alias("uasc"),
        _banded(pl.col("sdq_score"), (14, 17), CIRCUMSTANCES[4]).fill_null("not_recorded").alias("sdq"),
        _banded(pl.col("times_missing").fill_null(0), (1, 3), CIRCUMSTANCES[5]).alias("missing"),
        _yes_no(pl.col("convicted").fill_null(False)).alias("convicted"),
        _yes_no(pl.col("substance_misuse").fill_null(False)).alias("substance"),
        pl.when("seen").then(_banded(in_care, (2, 4), CIRCUMSTANCES[8])).alias("time_in_care"),
        pl.when("seen").then(_banded(pl.col("before"), (1, 2), CIRCUMSTANCES[9])).alias("placements_before"),
    ]


def _banded(value: pl.Expr, edges: tuple[float, ...], circumstance: Circumstance) -> pl.Expr:
    """The level of a value: the first below the first edge, the second from it on, and so on; null if there is none."""
    names = list(circumstance.levels)
    level: Then | ChainedThen = pl.when(value < edges[0]).then(pl.lit(names[0]))
    for edge, name in zip(edges[1:], names[1:], strict=False):
        level = level.when(value < edge).then(pl.lit(name))
    return level.when(value >= edges[-1]).then(pl.lit(names[len(edges)]))


def _yes_no(value: pl.Expr) -> pl.Expr:
    return pl.when(value).then(pl.lit("yes")).otherwise(pl.lit("no"))

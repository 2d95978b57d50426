"""How steady are the homes of children in care: how many placements, for how long, and why do they end?"""

import datetime as dt

import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import groups
from nearhome.sufficiency.calculations.children.placements import PLACED_FOR_ADOPTION, first_day_of, placements
from nearhome.sufficiency.calculations.children.stability_tables import (
    by_length,
    moves_by_reason,
    moves_over_time,
    stability_by,
)
from nearhome.sufficiency.calculations.children.staying import (
    AGE_TITLES,
    SETTING_TITLES,
    first_moves,
    staying_by,
    summary,
    watch,
)
from nearhome.sufficiency.calculations.figures import Breakdown, Indicator, Section, count, share


def known_on(records: CareRecords, on: dt.date) -> CareRecords:
    """The records as they could be known at the end of the day: nothing that began or ended later."""
    runs = pl.col("ends_before") > on
    blank = [pl.when(~runs.fill_null(False)).then(name).otherwise(pl.lit("")).alias(name) for name in _SAID_AT_END]
    episodes = records.episodes.filter(pl.col("starts_on") <= on).with_columns(
        *blank, pl.when(~runs).then("ends_before").alias("ends_before")
    )
    return CareRecords(records.children, episodes, records.yearly, records.authorities, records.years)


_SAID_AT_END = ("reason_ceased", "reason_place_change")


def stability_of(records: CareRecords, on: dt.date) -> pl.DataFrame:
    """How settled is each child who is looked after on the day? One row each, children in short breaks left out.

    Columns: child_no; placement_starts_on (of the placement on the day); placements_in_year (placements open at any
    time in the 12 months up to and including the day, over all periods of care); is_long_term (under 16 on the day
    and looked after without a break for the last 2.5 years); is_long_term_stable (of those, in the same placement for
    the last 2 years, or placed for adoption and in that placement and the one before it for the last 2 years).
    Source: the published indicators of placement stability (Department for Education; verified).
    """
    known = known_on(records, on)
    return stability_from(placements(known), known, on)


def stability_from(lived: pl.DataFrame, known: CareRecords, on: dt.date) -> pl.DataFrame:
    """The same from placements already worked out of records as known on the day (see `stability_of`)."""
    in_year = (
        lived.filter(pl.col("ends_before").is_null() | (pl.col("ends_before") > _back("-12mo", on)))
        .group_by("child_no")
        .agg(placements_in_year=pl.len())
    )
    before = pl.when(~pl.col("is_first")).then(pl.col("starts_on").shift())
    for_adoption = pl.col("place_type").is_in(PLACED_FOR_ADOPTION)
    counted_from = pl.when(for_adoption).then(pl.coalesce(before, "starts_on")).otherwise("starts_on")
    under_16 = pl.col("born_on").dt.offset_by("16y") > on
    return (
        lived.with_columns(counted_from=counted_from)
        .filter(pl.col("ends_before").is_null())
        .join(in_year, on="child_no", how="left", maintain_order="left")
        .join(known.children.select("child_no", "born_on"), on="child_no", how="left", maintain_order="left")
        .with_columns(is_long_term=(under_16 & (pl.col("care_starts_on") <= _back("-30mo", on))).fill_null(False))
        .select(
            "child_no",
            pl.col("starts_on").alias("placement_starts_on"),
            "placements_in_year",
            "is_long_term",
            is_long_term_stable=pl.col("is_long_term") & (pl.col("counted_from") <= _back("-24mo", on)),
        )
    )


def _back(months: str, on: dt.date) -> pl.Expr:
    return first_day_of(months, pl.lit(on))


def section(records: CareRecords, on: dt.date) -> Section:
    """Section 4 of the picture: how settled children are, why they move, and how long placements last."""
    known = known_on(records, on)
    lived = placements(known)
    settled = _with_groups(stability_from(lived, known, on), lived, known, on)
    watched = watch(lived, known, on)
    first_move, first_move_table = first_moves(watched)
    reasons = moves_by_reason(lived, known, on)
    return Section(
        "stability",
        "Stability",
        "How often children move, why, and how long the places they live in last.",
        (
            *_indicators(settled),
            _not_known(settled),
            count("moves_in_year", "Moves in the year", _moves(reasons), _MOVES, "number"),
            first_move,
        ),
        (
            stability_by(settled),
            reasons,
            moves_over_time(lived, known, on),
            by_length(lived, on),
            first_move_table,
            summary(watched),
            staying_by(watched, "setting_at_start", SETTING_TITLES, "staying_by_setting", "How long placements last, by setting"),
            staying_by(watched, "age_band", AGE_TITLES, "staying_by_age", "How long placements last, by age at the start"),
        ),
        _LIMITS,
    )  # fmt: skip


_MOVES = (
    "Moves from one placement to the next in the 12 months to the day, within a period of care. A change of legal "
    "status, a change with the same carer and a temporary move (hospital, holidays) are not moves."
)
_LIMITS = (
    "A move is not always bad: a planned move to a long-term family counts like any other.",
    "Data of one year show few placements from start to end; the curves rest on more with every year added.",
    "Long-term stability needs about three years of data: see how many children’s time in care is not known.",
    "Bands treat placements as independent. One child can have several, so the true uncertainty is somewhat larger.",
    "Postcodes shortened to the sector hide a move to another home of the same provider in the same sector.",
)


def _indicators(settled: pl.DataFrame) -> tuple[Indicator, Indicator]:
    three, long_term = int((settled["placements_in_year"] >= 3).sum()), int(settled["is_long_term"].sum())
    return (
        share("three_or_more_placements", "Three or more placements in the year", three, settled.height,
              "Of children looked after on the day, short breaks (V3, V4) left out, those with three or more placements "
              "at any time in the 12 months up to and including it. A placement goes on while the carer stays the same; "
              "temporary moves (T0 to T4) are not placements."),
        share("long_term_stable", "Long-term stability", int(settled["is_long_term_stable"].sum()), long_term,
              "Of children under 16 on the day who have been looked after without a break for 2.5 years or more, those in "
              "the same placement for 2 years or more, or placed for adoption and in that placement and the one before "
              "it for 2 years or more together."),
    )  # fmt: skip


def _not_known(settled: pl.DataFrame) -> Indicator:
    unknown = settled.filter((pl.col("age") < 16) & ~pl.col("is_long_term") & pl.col("reaches_back").is_null())
    return count(
        "long_term_not_known",
        "Time in care not known",
        unknown.height,
        "Children under 16 whose care began before the data do (no episode with RNE S) and who may have been looked after "
        "for 2.5 years or more. They are left out of long-term stability, which looks better for it when data of few "
        "years are read: of children who have lived in one place for long the time in care is known more often.",
    )


def _reach_back(lived: pl.DataFrame, known: CareRecords) -> pl.DataFrame:
    """The children whose present period of care is in the data from its start."""
    starts = known.episodes.filter(pl.col("reason_new") == "S").select("child_no", care_starts_on="starts_on")
    now = lived.filter(pl.col("ends_before").is_null()).select("child_no", "care_starts_on")
    there = now.join(starts, on=["child_no", "care_starts_on"], how="semi")
    return there.select("child_no", reaches_back=pl.lit(True)).unique("child_no")


def _moves(reasons: Breakdown) -> int:
    return sum(int(cell) for cell in reasons.column("moves") if isinstance(cell, int))


def _with_groups(settled: pl.DataFrame, lived: pl.DataFrame, known: CareRecords, on: dt.date) -> pl.DataFrame:
    now = known.episodes.filter(pl.col("ends_before").is_null()).unique("child_no", keep="last", maintain_order=True)
    unaccompanied = pl.col("is_uasc").fill_null(False) & (pl.col("uasc_ceased_on") > on).fill_null(True)
    return (
        settled.join(now, on="child_no", how="left", maintain_order="left")
        .join(known.children, on="child_no", how="left", maintain_order="left")
        .join(_reach_back(lived, known), on="child_no", how="left", maintain_order="left")
        .with_columns(
            setting=groups.setting_of().replace_strict(groups.SETTING_TITLES, return_dtype=pl.String()),
            age=groups.age_on(pl.lit(on)),
            sex=groups.grouped(groups.SEXES, "sex"),
            need=groups.grouped(groups.NEEDS, "need"),
            legal_group=groups.grouped(groups.LEGAL_GROUPS, "legal_status", "Other"),
            ethnic_group=groups.grouped(groups.ETHNIC_GROUPS, "ethnicity"),
            is_uasc=pl.when(unaccompanied).then(pl.lit("Unaccompanied asylum-seeking")).otherwise(pl.lit("Not unaccompanied")),
            provider_type=groups.grouped(groups.PROVIDER_TYPES, "place_provider", groups.NOT_REPORTED),
        )
        .with_columns(age_band=groups.age_band())
    )  # fmt: skip

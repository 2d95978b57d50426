"""Tables about how settled children are and why they move."""

import datetime as dt
from itertools import pairwise
from typing import Final

import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import groups
from nearhome.sufficiency.calculations.children.placements import first_day_of
from nearhome.sufficiency.calculations.children.staying import SETTING_TITLES
from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Column

# Labels of the Department's published table of placement changes.
REASONS: Final = {
    "CARPL": "Change to or implementation of the care plan",
    "CREQB": "Carer asks to end it: child's behaviour",
    "CREQO": "Carer asks to end it: another reason",
    "CHILD": "Child asks to end it",
    "LAREQ": "Responsible or area authority asks to end it",
    "ALLEG": "Allegation (section 47)",
    "STAND": "Standards of care",
    "APPRR": "Approval removed",
    "CLOSE": "Carer resigns or provision closes",
    "CUSTOD": "Custody",
    "PLACE": "Change in the status of the placement only",
    "OTHER": "Other",
    "LIIAF": "Not known (end supplied when the years were joined)",
    "X1": "No reason recorded",
}
LENGTHS: Final = ((0, "Under 3 months"), (3, "3 to 6 months"), (6, "6 to 12 months"), (12, "1 to 2 years"),
                  (24, "2 to 5 years"), (60, "5 years or more"))  # fmt: skip
DAYS_OF_100_YEARS: Final = 36525


_DIMENSIONS: Final = (
    ("Setting", "setting", tuple(groups.SETTING_TITLES.values())),
    ("Age", "age_band", groups.AGE_BANDS),
    ("Sex", "sex", tuple(groups.SEXES.values())),
    ("Need", "need", tuple(groups.NEEDS.values())),
    ("Legal status", "legal_group", tuple(dict.fromkeys(groups.LEGAL_GROUPS.values()))),
    ("Ethnicity", "ethnic_group", tuple(dict.fromkeys(groups.ETHNIC_GROUPS.values()))),
    ("Unaccompanied", "is_uasc", ("Unaccompanied asylum-seeking", "Not unaccompanied")),
    ("Provider", "provider_type", tuple(groups.PROVIDER_TYPES.values())),
    ("Authority", "authority", ()),
)


def stability_by(settled: pl.DataFrame) -> Breakdown:
    """Both indicators for each group of children: what `settled` holds is in `_DIMENSIONS` beside `stability_of`."""
    rows: list[tuple[Cell, ...]] = []
    for title, column, order in _DIMENSIONS:
        parts = {group[0]: part for group, part in settled.group_by(column)}
        names = [*(name for name in order if name in parts), *sorted(str(name) for name in parts if name not in order)]
        rows += [(f"{title}: {name}", *_group_row(parts[name])) for name in names if len(parts) > 1]
    return Breakdown(
        "stability_by_group",
        "Three or more placements, and long-term stability",
        "Of children looked after on the day, short breaks left out: how many had three or more placements in the 12 "
        "months to it; and of those under 16 looked after for 2.5 years or more, how many were in the same placement "
        "for 2 years or more, or placed for adoption and there and in the placement before for 2 years together.",
        (
            Column("group", "Children"),
            Column("looked_after", "Looked after", "count"),
            Column("three_or_more", "Three or more placements", "count", "looked_after"),
            Column("three_or_more_share", "Share", "share", "three_or_more"),
            Column("long_term", "Under 16, 2.5 years or more in care", "count", "looked_after"),
            Column("stable", "Of those, settled 2 years or more", "count", "long_term"),
            Column("stable_share", "Share settled", "share", "stable"),
        ),
        tuple(rows),
        ("All children", *_group_row(settled)),
        Chart("bars", "group", ("three_or_more_share",), words="The share with three or more placements in the year."),
    )  # fmt: skip


def _group_row(group: pl.DataFrame) -> tuple[Cell, ...]:
    three = int((group["placements_in_year"] >= 3).sum())
    long_term, stable = int(group["is_long_term"].sum()), int(group["is_long_term_stable"].sum())
    return (group.height, three, _part(three, group.height), long_term, stable, _part(stable, long_term))


def _part(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def moves_by_reason(lived: pl.DataFrame, known: CareRecords, on: dt.date) -> Breakdown:
    """Why did placements change in the year to the day, and how many of the changes were moves to another carer?"""
    since = first_day_of("-12mo", pl.lit(on))
    in_year = (pl.col("ends_before") >= since) & (pl.col("ends_before") <= on)
    moved = lived.filter((pl.col("ending") == "moved") & in_year)["ended_by"].alias("reason").value_counts(name="moves")
    given = (pl.col("reason_place_change") != "") & ~pl.col("legal_status").is_in(["V3", "V4"])
    said = known.episodes.filter(in_year & given)["reason_place_change"].alias("reason").value_counts(name="changes")
    counted = (
        said.join(moved, on="reason", how="full", coalesce=True)
        .with_columns(pl.col("moves").fill_null(0).cast(pl.Int64), pl.col("changes").cast(pl.Int64))
        .with_columns(pl.coalesce("changes", "moves").alias("changes"))
        .sort("changes", "reason", descending=[True, False])
    )
    changes, moves = int(counted["changes"].sum()), int(counted["moves"].sum())
    rows = [
        (REASONS.get(reason, f"{reason} (not in the guide)"), n, _part(n, changes), m, _part(m, moves))
        for reason, n, m in counted.select("reason", "changes", "moves").iter_rows()
    ]
    return Breakdown(
        "moves_by_reason",
        "Why placements changed in the year",
        "Changes of placement in the 12 months to the day by the reason given (REASON_PLACE_CHANGE), with moves for "
        "which none was given. Moves are the changes to another carer or home; the others keep the carer and change "
        "the status or kind of the placement, and are no placement of their own elsewhere here.",
        (
            Column("reason", "Reason"),
            Column("changes", "Changes", "count"),
            Column("changes_share", "Share of changes", "share", "changes"),
            Column("moves", "Moves", "count"),
            Column("moves_share", "Share of moves", "share", "moves"),
        ),
        tuple(rows),
        total=("All", changes, _part(changes, changes), moves, _part(moves, moves)) if rows else None,
        chart=Chart("bars", "reason", ("changes",), words="The number of changes for each reason.") if rows else None,
        when_empty="No placement changed in the year.",
    )


def moves_over_time(lived: pl.DataFrame, known: CareRecords, on: dt.date) -> Breakdown:
    """How many moves were there in each quarter, and how many for every 100 children in care for a year?"""
    moved = lived.filter(pl.col("ending") == "moved")["ends_before"]
    rows = []
    for first, after in _quarters(known.years, on):
        moves = int(((moved >= first) & (moved < after)).sum())
        begins, ends = pl.max_horizontal("starts_on", pl.lit(first)), pl.min_horizontal("ends_before", pl.lit(after))
        days = lived.select((ends - begins).dt.total_days().clip(lower_bound=0).sum()).item() or 0
        rows.append(
            (f"{first:%b %Y}", moves, round(days / 365.25, 1), moves * DAYS_OF_100_YEARS / days if days else None)
        )
    return Breakdown(
        "moves_over_time",
        "Moves over time",
        "Moves from one placement to the next in each three months, and their rate: moves divided by the time that "
        "children spent in care, for every 100 years of it (100 children in care for a year). Only whole quarters of "
        "the collection years in the data are shown.",
        (
            Column("quarter", "Quarter from"),
            Column("moves", "Moves", "count"),
            Column("care_years", "Years in care", "number"),
            Column("rate", "Moves for every 100 years in care", "number", "moves"),
        ),
        tuple(rows),
        chart=Chart("lines", "quarter", ("rate",), words="Moves for every 100 years in care, by quarter.") if rows else None,
        when_empty="The data do not hold a whole quarter before the day.",
    )  # fmt: skip


def _quarters(years: tuple[int, ...], on: dt.date) -> list[tuple[dt.date, dt.date]]:
    """The quarters of these collection years that are over by the end of the day, each with the day after it."""
    found = []
    for year in years:
        edges = [dt.date(year - 1, month, 1) for month in (4, 7, 10)] + [dt.date(year, 1, 1), dt.date(year, 4, 1)]
        found += [pair for pair in pairwise(edges) if pair[1] <= on + dt.timedelta(days=1)]
    return found


def by_length(lived: pl.DataFrame, on: dt.date) -> Breakdown:
    """How long have children been in the placement they are in, and how long had those lasted that ended?"""
    since = first_day_of("-12mo", pl.lit(on))
    ended = (pl.col("ends_before") >= since) & (pl.col("ends_before") <= on)
    kept = lived.filter(pl.col("ends_before").is_null() | ended)
    counts = (
        kept.with_columns(length=_length(on))
        .group_by("length")
        .agg(
            *(((pl.col("setting") == key) & pl.col("ends_before").is_null()).sum().alias(key) for key in SETTING_TITLES),
            all=pl.col("ends_before").is_null().sum(),
            ended=pl.col("ends_before").is_not_null().sum(),
        )
    )  # fmt: skip
    keys = ("all", *SETTING_TITLES, "ended")
    found = {row["length"]: row for row in counts.iter_rows(named=True)}
    numbers = [[int(found.get(place, {}).get(key, 0)) for key in keys] for place in range(len(LENGTHS))]
    rows: list[tuple[Cell, ...]] = [(title, *row) for (_, title), row in zip(LENGTHS, numbers, strict=True)]
    titles = {"all": "All open placements", **SETTING_TITLES, "ended": "Ended in the year"}
    return Breakdown(
        "placements_by_length",
        "Placements by length",
        "Placements open on the day by how long they have lasted so far, by the setting the child is in now; and "
        "placements that ended in the 12 months to it, by how long they had lasted.",
        (Column("length", "Length"), *(Column(key, titles[key], "count", _part_of(key)) for key in keys)),
        tuple(rows),
        total=("All", *map(sum, zip(*numbers, strict=True))),
        chart=Chart("bars", "length", ("all",), words="Open placements by how long they have lasted."),
    )


def _part_of(key: str) -> str:
    return "all" if key in SETTING_TITLES else ""


def _length(on: dt.date) -> pl.Expr:
    until = pl.coalesce("ends_before", pl.lit(on + dt.timedelta(days=1)))
    reached = [(pl.col("starts_on").dt.offset_by(f"{months}mo") <= until).cast(pl.Int8) for months, _ in LENGTHS[1:]]
    return pl.sum_horizontal(reached)

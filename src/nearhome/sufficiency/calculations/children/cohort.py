"""How many children are like this, where do they live, and how has that changed month by month?"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import groups
from nearhome.sufficiency.calculations.children.history import counted_episodes, month_ends, months_covered, running_on
from nearhome.sufficiency.calculations.children.placements import first_day_of, placements
from nearhome.sufficiency.calculations.children.snapshot import FAR_MILES, known_on
from nearhome.sufficiency.calculations.figures import Breakdown, Chart, Column, Section, count, share

COMPLEX_FROM: Final = 2  # points
SDQ_HIGH: Final = 17
MISSING_OFTEN: Final = 3
OFTEN: Final = 3  # placements
CIRCUMSTANCES: Final = (
    f"a strengths and difficulties score of {SDQ_HIGH} or more",
    f"missing {MISSING_OFTEN} times or more in the year",
    "convicted in the year",
    "substance misuse in the year",
    "three or more placements in 12 months",
    "living in residential or secure care",
    "came into care for socially unacceptable behaviour (N6)",
)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Which children: ages in completed years (both ends belong), and sets of codes; an empty set means any.

    `settings` and `legal_groups` are names of `groups`; `is_uasc` and `is_complex` None mean either.
    """

    name: str
    title: str
    youngest: int = 0
    oldest: int = 17
    sexes: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    legal_groups: frozenset[str] = frozenset()
    is_uasc: bool | None = None
    is_complex: bool | None = None

    def rows(self) -> pl.Expr:
        """Does a row (columns age, sex, need, setting, legal_group, is_uasc, is_complex) belong?"""
        sets = {"sex": self.sexes, "need": self.needs, "setting": self.settings, "legal_group": self.legal_groups}
        flags = {"is_uasc": self.is_uasc, "is_complex": self.is_complex}
        belongs = pl.col("age").is_between(self.youngest, self.oldest)
        for name, wanted in sets.items():
            belongs = belongs & pl.col(name).is_in(sorted(wanted)) if wanted else belongs
        for name, asked in flags.items():
            belongs = belongs & (pl.col(name) == asked) if asked is not None else belongs
        return belongs


TEN_TO_SIXTEEN_COMPLEX: Final = Cohort("complex_10_to_16", "10 to 16, complex", 10, 16, is_complex=True)
_KEYS: Final = ("size", "male", "female", "residential", "distance_known", "far")


def section(
    records: CareRecords, on: dt.date, *, cohort: Cohort = TEN_TO_SIXTEEN_COMPLEX, longest: int = 60
) -> Section:
    """The cohort on the day and month by month: size, boys and girls, in residential care, over 20 miles from home."""
    days = month_ends(on, months_covered(records, on, longest))
    found = followed(records, days, cohort)
    last = found.row(-1, named=True)
    words = f"the cohort “{cohort.title}”"
    return Section(
        "cohort",
        f"Children {cohort.title}",
        f"How many children belong to {words}, and how they have lived, month by month.",
        (
            count("cohort_size", "Children in the cohort", last["size"], f"Children looked after on the day who belong to {words}."),
            share("cohort_male", "Boys", last["male"], last["male"] + last["female"],
                  f"Of {words}, the share who are boys. Children of unknown sex are left out."),
            share("cohort_residential", "In residential care", last["residential"], last["size"],
                  f"Of {words}, the share in residential care."),
            share("cohort_over_20_miles", "Over 20 miles from home", last["far"], last["distance_known"],
                  f"Of {words}, the share placed more than 20 miles from home. Unknown distances are left out."),
        ),
        (_by_month(found, cohort),),
        (
            f"“Complex” means {COMPLEX_FROM} or more of: {'; '.join(CIRCUMSTANCES)}. It is a sum of what returns "
            "record, made to count, not to judge a child: it has not been validated and says nothing about any one child.",
            "Scores, convictions and substance misuse are returned only for children looked after for 12 months or more, so "
            "newcomers are undercounted. Where the year’s facts are missing, those of the year before are used; in the first "
            "year read there are none before it, so its months show too few.",
            "Living in residential care is itself one of the circumstances, so the share in residential care is higher than "
            "need alone would make it.",
        ),
    )  # fmt: skip


def followed(records: CareRecords, days: Sequence[dt.date], cohort: Cohort) -> pl.DataFrame:
    """The counts of the cohort on each of the days: size, male, female, residential, distance_known, far."""
    rows = circumstances(records, days).filter(cohort.rows())
    known = pl.col("miles").is_not_null()
    found = rows.group_by("day").agg(
        size=pl.len(),
        male=(pl.col("sex") == "M").sum(),
        female=(pl.col("sex") == "F").sum(),
        residential=(pl.col("setting") == "residential").sum(),
        distance_known=known.sum(),
        far=(known & (pl.col("miles") > FAR_MILES)).sum(),
    )
    every = pl.DataFrame({"day": list(days)}, schema={"day": pl.Date})
    return every.join(found, on="day", how="left", maintain_order="left").with_columns(
        pl.col(_KEYS).fill_null(0).cast(pl.Int64)
    )


def circumstances(records: CareRecords, days: Sequence[dt.date]) -> pl.DataFrame:
    """Each child looked after on each of the days, with how many circumstances are recorded and `is_complex`."""
    people = records.children.select("child_no", "is_uasc", "uasc_ceased_on")
    year = pl.col("day").dt.year() + (pl.col("day").dt.month() >= 4).cast(pl.Int32)
    rows = (
        running_on(_of_the_placement(records), days)
        .with_columns(year=year.cast(pl.Int16), age=groups.age_on(pl.col("day")))
        .join(people, on="child_no", how="left", maintain_order="left")
        .join(_of_the_year(records), on=["child_no", "year"], how="left", maintain_order="left")
        .join(_moved_often(records, days), on=["child_no", "day"], how="left", maintain_order="left")
    )
    ceased = pl.col("uasc_ceased_on")
    return rows.with_columns(
        is_uasc=pl.col("is_uasc").fill_null(False) & (ceased.is_null() | (ceased > pl.col("day"))),
        points=pl.sum_horizontal(pl.col("of_the_placement", "of_the_year", "of_the_moves").fill_null(0)),
    ).with_columns(is_complex=pl.col("points") >= COMPLEX_FROM)


def _of_the_placement(records: CareRecords) -> pl.DataFrame:
    """The episodes with what a cohort asks of them and the points they bring."""
    residential, behaviour = pl.col("setting") == "residential", pl.col("need") == "N6"
    return counted_episodes(records).select(
        "child_no", "starts_on", "ends_before", "born_on", "sex", "need", "setting", "miles",
        legal_group=groups.grouped(groups.LEGAL_GROUPS, "legal_status"),
        of_the_placement=residential.cast(pl.Int32) + behaviour.cast(pl.Int32),
    )  # fmt: skip


def _of_the_year(records: CareRecords) -> pl.DataFrame:
    """The points of the yearly facts, for each child and collection year."""
    recorded = (
        pl.col("sdq_score") >= SDQ_HIGH, pl.col("times_missing") >= MISSING_OFTEN, pl.col("convicted"), pl.col("substance_misuse"),
    )  # fmt: skip
    points = pl.sum_horizontal(one.fill_null(False).cast(pl.Int32) for one in recorded)
    return _yearly(records).select("child_no", "year", of_the_year=points)


def _yearly(records: CareRecords) -> pl.DataFrame:
    """The facts of each year, and those of the year before where the year's are missing."""
    facts = ("sdq_score", "convicted", "substance_misuse", "times_missing")
    each = records.yearly.unique(["child_no", "year"], keep="last", maintain_order=True)
    before = each.with_columns(year=(pl.col("year") + 1).cast(pl.Int16))
    return each.join(before, on=["child_no", "year"], how="full", coalesce=True, suffix="_before").select(
        "child_no", "year", *(pl.coalesce(name, f"{name}_before").alias(name) for name in facts)
    )


def _moved_often(records: CareRecords, days: Sequence[dt.date]) -> pl.DataFrame:
    """A point on each of the days for who lived in three placements or more in the 12 months up to and including it."""
    lived = placements(known_on(records, max(days))).select("child_no", "starts_on", "ends_before")
    since = first_day_of("-12mo", pl.lit(pl.Series(list(days), dtype=pl.Date)))
    windows = zip(days, pl.select(since).to_series(), strict=True)
    each = (
        lived.filter((pl.col("starts_on") <= day) & (pl.col("ends_before").is_null() | (pl.col("ends_before") > first)))
        .group_by("child_no")
        .len()
        .filter(pl.col("len") >= OFTEN)
        .select("child_no", day=pl.lit(day), of_the_moves=pl.lit(1, pl.Int32))
        for day, first in windows
    )
    return pl.concat(list(each))


def _by_month(found: pl.DataFrame, cohort: Cohort) -> Breakdown:
    told = found.with_columns(
        (pl.col(part) / pl.col(whole)).fill_nan(None).alias(name) for name, part, whole in _SHARES
    ).with_columns((pl.col("male") / (pl.col("male") + pl.col("female"))).fill_nan(None).alias("share_male"))
    columns = (
        Column("day", "Month to", "date"),
        Column("size", "Children", "count"),
        Column("male", "Boys", "count", "size"),
        Column("female", "Girls", "count", "size"),
        Column("share_male", "Boys, share", "share", "male"),
        Column("residential", "In residential care", "count", "size"),
        Column("share_residential", "In residential care, share", "share", "residential"),
        Column("distance_known", "Distance known", "count", "size"),
        Column("far", "Over 20 miles from home", "count", "distance_known"),
        Column("share_far", "Over 20 miles from home, share", "share", "far"),
    )
    return Breakdown(
        "cohort_by_month",
        f"{cohort.title}, by month",
        f"Children of the cohort “{cohort.title}” looked after at the end of each month. Unknown distances are left out of "
        "the share over 20 miles.",
        columns,
        tuple(told.select(one.key for one in columns).iter_rows()),
        chart=Chart(
            "lines", "day", ("size", "residential"), words="The cohort, and those of it in residential care, by month."
        ),
    )


_SHARES: Final = (("share_residential", "residential", "size"), ("share_far", "far", "distance_known"))

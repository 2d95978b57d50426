"""What do placements cost a week, by kind, provider, need and authority? Medians, quartiles and means as they stand."""

import datetime as dt
from collections.abc import Mapping
from math import floor

import polars as pl

from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Column, Indicator, Section, count, share
from nearhome.sufficiency.calculations.prices.costs import KIND_TITLES, KINDS
from nearhome.sufficiency.calculations.prices.price_model import factors

FEWEST_FOR_QUARTILES = 5
HIGH_COST_PENCE = 1_000_000
NEED_TITLES = {
    "N1": "Abuse or neglect",
    "N2": "Child’s disability",
    "N3": "Parental illness or disability",
    "N4": "Family in acute stress",
    "N5": "Family dysfunction",
    "N6": "Socially unacceptable behaviour",
    "N7": "Low income",
    "N8": "Absent parenting",
    "": "Not known",
}
PROVIDER_TYPES = {
    "PR0": "Parent or person with parental responsibility",
    "PR1": "Own provision",
    "PR2": "Another authority",
    "PR3": "Other public body",
    "PR4": "Private",
    "PR5": "Voluntary or third sector",
    "": "Not known",
}
AUTHORITY = (Column("authority", "Code"), Column("name", "Authority"))
_NUMBERS = (
    Column("placements", "Placements", "count"),
    Column("children", "Children", "count"),
    Column("nights", "Nights", "number", "children"),
    Column("median", "Median", "weekly", "children"),
    Column("lower_quartile", "Lower quartile", "weekly", "children"),
    Column("upper_quartile", "Upper quartile", "weekly", "children"),
    Column("mean", "Mean", "weekly", "children"),
    Column("mean_by_nights", "Mean by nights", "weekly", "children"),
)
_DEFINITION = (
    "Weekly price of each placement in the files. Quartiles are given from 5 placements up. The mean by nights counts"
    " each price as often as nights were spent at it in the 12 months; placements without a start date have no nights."
)
_LIMITS = (
    "A price is what the file says is paid each week. Files differ in whether education, transport or therapy is in it.",
    "Prices are not adjusted for inflation; a price agreed years ago counts like one agreed last month.",
    "These figures do not allow for how different the children are: see the comparison for the same children.",
)


def pence(value: float | None) -> int | None:
    """Whole pence, half a penny away from nought; None stays None."""
    if value is None or value != value:
        return None
    return floor(abs(value) + 0.5) * (1 if value >= 0 else -1)


def with_nights(costs: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """The costs with `nights` spent in the 12 months up to and including `on`; None without a start date."""
    first, after = pl.lit(a_year_before(on)), pl.lit(on + dt.timedelta(days=1))
    until = pl.min_horizontal(pl.col("ends_before").fill_null(after), after)
    spent = (until - pl.max_horizontal("starts_on", first)).dt.total_days().clip(lower_bound=0)
    return costs.with_columns(
        pl.when(pl.col("starts_on").is_not_null()).then(spent).cast(pl.Int64).alias("nights")
    )  # fmt: skip


def a_year_before(on: dt.date) -> dt.date:
    """The first of the 12 months up to and including `on`."""
    after = on + dt.timedelta(days=1)
    day = 28 if (after.month, after.day) == (2, 29) else after.day
    return dt.date(after.year - 1, after.month, day)


def summaries(costs: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """One row a group: the columns of `by`, then placements, children, nights and the prices in pence, not rounded."""
    price, nights = pl.col("weekly_pence"), pl.col("nights")
    enough = pl.len() >= FEWEST_FOR_QUARTILES
    return (
        costs.group_by(by, maintain_order=True)
        .agg(
            pl.len().alias("placements"),
            pl.struct("authority", "child").n_unique().alias("children"),
            nights.sum().alias("spent"),
            price.median().alias("median"),
            pl.when(enough).then(price.quantile(0.25, "linear")).alias("lower_quartile"),
            pl.when(enough).then(price.quantile(0.75, "linear")).alias("upper_quartile"),
            price.mean().alias("mean"),
            ((price * nights).sum() / nights.sum()).fill_nan(None).alias("mean_by_nights"),
        )
        .sort(by)
    )


def numbers(row: Mapping[str, object]) -> tuple[Cell, ...]:
    """The cells of the number columns of one summary."""
    whole = (row["placements"], row["children"], row["spent"])
    prices = (row["median"], row["lower_quartile"], row["upper_quartile"], row["mean"], row["mean_by_nights"])
    return (*(int(one) for one in whole), *(pence(one) for one in prices))  # type: ignore[call-overload,arg-type]


def in_order_of_kind(costs: pl.DataFrame) -> pl.DataFrame:
    """With `rank`, the kind's place in the usual order."""
    return costs.with_columns(pl.col("kind").replace_strict(dict(zip(KINDS, range(4), strict=True))).alias("rank"))


def price_section(costs: pl.DataFrame, on: dt.date, names: Mapping[str, str]) -> Section:
    """The section "Weekly prices" of these costs for the 12 months up to and including `on`."""
    rows = in_order_of_kind(with_nights(costs, on))
    said = _labelled(rows, names)
    return Section(
        "prices",
        "What placements cost a week",
        f"{costs.height:,} placements with a price, in the 12 months to {on:%-d %B %Y}.",
        _indicators(rows),
        (
            _by_kind(rows),
            _table(said, "age", "Weekly price by age", "Age", ["kind_title", "age_band"]),
            _table(said, "need", "Weekly price by need", "Need", ["kind_title", "need_title"]),
            _table(said, "provider_type", "Weekly price by type of provider", "Type of provider", ["kind_title", "pr_title"]),
            _table(said, "authority", "Weekly price by authority", "Authority", ["kind_title", "authority", "name"]),
            _table(said, "provider", "Weekly price by provider", "Provider", ["kind_title", "provider_title"]),
        ),
        _LIMITS,
    )  # fmt: skip


def _indicators(rows: pl.DataFrame) -> tuple[Indicator, ...]:
    undated = int(rows["nights"].null_count())
    high = int((rows["weekly_pence"] >= HIGH_COST_PENCE).sum())
    words = "Placements whose weekly price is £10,000 or more, of all with a price."
    return (
        count("placements_priced", "Placements with a price", rows.height, "Every usable row of the files.", "number"),
        count("placements_without_start", "No start date", undated, "Left out of means by nights.", "number"),
        share("share_at_10000_or_more", "At £10,000 a week or more", high, rows.height, words),
        *(one for kind in KINDS for one in _typical(kind, rows.filter(pl.col("kind") == kind)["weekly_pence"])),
    )


def _typical(kind: str, prices: pl.Series) -> tuple[Indicator, Indicator]:
    title, size = KIND_TITLES[kind], len(prices)
    words = f"Of all placements of the kind “{title.lower()}” with a price, each counted once."
    middle, mean = pence(prices.cast(pl.Float64).median()), pence(prices.cast(pl.Float64).mean())  # type: ignore[arg-type]
    return (
        Indicator(f"median_weekly_{kind}", f"{title}: median weekly price", middle, "pence a week", words, None, size),
        Indicator(f"mean_weekly_{kind}", f"{title}: mean weekly price", mean, "pence a week", words, None, size),
    )


def _by_kind(rows: pl.DataFrame) -> Breakdown:
    found = summaries(rows, ["rank", "kind"])
    high = rows.filter(pl.col("weekly_pence") >= HIGH_COST_PENCE).group_by("kind", maintain_order=True).len("high")
    found = found.join(high, on="kind", how="left", maintain_order="left").with_columns(pl.col("high").fill_null(0))
    return Breakdown(
        "weekly_price_by_kind",
        "Weekly price by kind of placement",
        _DEFINITION,
        (
            Column("kind", "Kind"),
            *_NUMBERS,
            Column("high", "At £10,000 or more", "count", "placements"),
            Column("share_high", "Share at £10,000 or more", "share", "high"),
        ),
        tuple(
            (KIND_TITLES[row["kind"]], *numbers(row), row["high"], row["high"] / row["placements"])
            for row in found.iter_rows(named=True)
        ),
        chart=Chart("bars", "kind", ("median",), words="The median weekly price of each kind of placement."),
        when_empty="There are no placements with a price.",
    )


def _labelled(rows: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    return rows.with_columns(
        pl.col("kind").replace_strict(KIND_TITLES).alias("kind_title"),
        pl.col("need").replace(NEED_TITLES).alias("need_title"),
        pl.col("provider_type").replace(PROVIDER_TYPES).alias("pr_title"),
        pl.col("authority").replace(dict(names)).alias("name"),
        pl.col("provider").replace("", "Not known").alias("provider_title"),
        factors(rows)["age"].alias("age_band"),
    )


def _table(rows: pl.DataFrame, name: str, title: str, heading: str, by: list[str]) -> Breakdown:
    labels = by[1:]
    order = _AGE_ORDER if "age_band" in labels else {}
    found = (
        summaries(rows, ["rank", *by])
        .with_columns(pl.col(labels[0]).replace(order).alias("at"))
        .sort("rank", "at", *by)
    )
    columns = AUTHORITY if name == "authority" else (Column(name, heading),)
    return Breakdown(
        f"weekly_price_by_{name}",
        title,
        _DEFINITION,
        (Column("kind", "Kind"), *columns, *_NUMBERS),
        tuple((*(row[label] for label in by), *numbers(row)) for row in found.iter_rows(named=True)),
        when_empty="There are no placements with a price.",
    )


_AGE_ORDER = {"under 1": "0", "1 to 4": "1", "5 to 9": "2"}

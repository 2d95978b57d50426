"""What does each authority pay for the same children? The comparison that benchmarking is for."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Column, Indicator, Section
from nearhome.sufficiency.calculations.prices.costs import KIND_TITLES, KINDS
from nearhome.sufficiency.calculations.prices.price_model import (
    FEWEST_OF_AN_AUTHORITY,
    FEWEST_ROWS,
    ROWS_PER_COLUMN,
    AuthorityEffects,
    Whole,
    authority_effects,
    is_enough,
    matched_effects,
    mix_of,
)
from nearhome.sufficiency.calculations.prices.price_tables import AUTHORITY, pence

DEAREST = 20
_UNUSUAL = 2.0
_COLUMNS = (
    *AUTHORITY,
    Column("placements", "Placements", "count"),
    Column("children", "Children", "count"),
    Column("mean", "Mean as paid", "weekly", "children"),
    Column("pounds", "More or less a week than the region for the same children", "weekly", "children"),
    Column("pounds_low", "95 % from", "weekly", "children"),
    Column("pounds_high", "95 % to", "weekly", "children"),
    Column("ratio", "Price against the region", "number", "children"),
    Column("ratio_low", "Price: 95 % from", "number", "children"),
    Column("ratio_high", "Price: 95 % to", "number", "children"),
    Column("matched", "Placements matched exactly", "count"),
    Column("matched_ratio", "Price against others, matched exactly", "number", "matched"),
)
_DEFINITION = (
    "The weekly price an authority pays against what the region would pay for the same mix of children and placements:"
    " age, need, recorded circumstances, code of placement and type of provider. A ratio of 1.10 is 10 % dearer than"
    " the region; the pounds are that difference for this authority’s average placement. If the 95 % limits of the"
    " ratio include 1, the data do not show a difference. Authorities with fewer than 5 placements or children get no"
    " estimate. The last two columns check it without a model: only placements for which another authority has one that"
    " agrees in all of these, compared with those others."
)
_LIMITS = (
    "Only what the files record is allowed for. What they do not record (behaviour, history, staffing) stays in the difference.",
    "“The region” is the authorities in the files, each counted by its placements; it changes with who takes part.",
    "The difference includes which providers an authority uses. The effect with the same provider is under “Why prices differ”.",
    "Placements of one child are counted as depending on each other; placements in one home are not.",
)


def comparison_section(costs: pl.DataFrame, names: Mapping[str, str]) -> Section:
    """The section "For the same children": one table a kind of placement, and the placements to look at."""
    told, tables, marks, unusual = [], [], [], []
    for kind in KINDS:
        some = costs.filter(pl.col("kind") == kind)
        why_not = _too_few(some)
        if not some.height:
            continue
        if why_not:
            told.append(f"{KIND_TITLES[kind]}: no estimate, because {why_not}.")
            continue
        found = _effects(some)
        tables.append(_table(kind, some, found, names))
        marks.append(_explained(kind, some, found))
        unusual.append(_unusual(some, found))
    listed = (_list(pl.concat(unusual), names),) if unusual else ()
    opening = "What each authority pays a week for the same children, by kind of placement."
    return Section(
        "same_children", "For the same children", " ".join((opening, *told)), tuple(marks), (*tables, *listed), _LIMITS
    )


def _too_few(costs: pl.DataFrame) -> str:
    counts = costs["authority"].value_counts()["count"]
    if (counts >= FEWEST_OF_AN_AUTHORITY).sum() < 2:
        return f"fewer than two authorities have {FEWEST_OF_AN_AUTHORITY} placements with a price"
    columns = mix_of(costs).matrix.shape[1] + len(counts)
    if not is_enough(costs.height, columns):
        return (
            f"{costs.height} placements are too few for {columns} things to allow for"
            f" (at least {max(FEWEST_ROWS, ROWS_PER_COLUMN * columns)} are needed)"
        )
    return ""


def numbered(column: pl.Series) -> tuple[list[str], Whole]:
    """The different values in order, and each row's place among them."""
    values = column.unique().sort()
    return values.to_list(), column.replace_strict(values, list(range(len(values))), return_dtype=pl.Int64).to_numpy()


def child_numbers(costs: pl.DataFrame) -> Whole:
    """A number for each child; children of two authorities are different even if called the same."""
    return numbered(costs.select(pl.concat_str("authority", "child", separator="\t")).to_series())[1]


def _effects(costs: pl.DataFrame) -> AuthorityEffects:
    log_price = np.log(costs["weekly_pence"].to_numpy().astype(float))
    return authority_effects(log_price, mix_of(costs), numbered(costs["authority"])[1], child_numbers(costs))


def _table(kind: str, costs: pl.DataFrame, found: AuthorityEffects, names: Mapping[str, str]) -> Breakdown:
    matched = {row[0]: (row[1], row[2]) for row in matched_effects(costs).iter_rows()}
    own = (
        costs.group_by("authority", maintain_order=True)
        .agg(pl.col("weekly_pence").mean(), pl.col("child").n_unique())
        .sort("authority")
    )
    rows = tuple(
        (
            code, names.get(code, code), int(found.placements[at]), children, pence(mean),
            *_estimates(found, at, mean), *_matched(*matched.get(code, (0, 0.0))),
        )
        for at, (code, mean, children) in enumerate(own.iter_rows())
    )  # fmt: skip
    title = KIND_TITLES[kind]
    chart = Chart(
        "bars", "name", ("pounds",), words=f"How much more or less a week each authority pays: {title.lower()}."
    )
    return Breakdown(f"same_children_{kind}", f"{title}: the same children", _DEFINITION, _COLUMNS, rows, chart=chart)


def _estimates(found: AuthorityEffects, at: int, mean: float) -> tuple[Cell, ...]:
    if np.isnan(found.low[at]):
        return (None,) * 6
    ratios = [float(np.exp(one[at])) for one in (found.effects, found.low, found.high)]
    return *(pence(mean * (1 - 1 / ratio)) for ratio in ratios), *ratios


def _matched(placements: int, effect: float) -> tuple[Cell, Cell]:
    enough = placements >= FEWEST_OF_AN_AUTHORITY
    return placements, float(np.exp(effect)) if enough else None


def _explained(kind: str, costs: pl.DataFrame, found: AuthorityEffects) -> Indicator:
    log_price = np.log(costs["weekly_pence"].to_numpy().astype(float))
    whole = float(np.sum((log_price - log_price.mean()) ** 2))
    value = 1 - float(np.sum(found.residuals**2)) / whole if whole > 0 else None
    words = "Share of the variance of the logarithm of price that the mix of children and placements and the authority explain."
    title = f"{KIND_TITLES[kind]}: share of the differences in price explained"
    return Indicator(f"explained_{kind}", title, value, "share", words, denominator=costs.height)


def _unusual(costs: pl.DataFrame, found: AuthorityEffects) -> pl.DataFrame:
    effect = found.effects[numbered(costs["authority"])[1]]
    beyond = found.residuals + effect
    return costs.with_columns(
        pl.Series("expected", costs["weekly_pence"].to_numpy() / np.exp(beyond)),
        pl.Series("times", np.exp(beyond)),
        pl.Series("odd", beyond / max(float(np.std(found.residuals)), 1e-9)),
    )


def _list(rows: pl.DataFrame, names: Mapping[str, str]) -> Breakdown:
    shown = rows.filter(pl.col("odd") > _UNUSUAL).sort("times", "authority", "child", descending=[True, False, False])
    return Breakdown(
        "placements_to_look_at",
        "Placements far dearer than the region pays for such a child",
        f"Up to {DEAREST} placements whose price is more than {_UNUSUAL:g} standard deviations above what the region pays for a child of the same"
        " age, need and circumstances in the same kind of placement, dearest for their mix first. A list to look at: the"
        " files may not record why.",
        (
            *AUTHORITY, Column("child", "Child"), Column("kind", "Kind"), Column("provider", "Provider"),
            Column("weekly", "Weekly price", "weekly"), Column("expected", "The region’s typical price", "weekly"),
            Column("times", "Times that price", "number"),
        ),
        tuple(
            (row["authority"], names.get(row["authority"], row["authority"]), row["child"], KIND_TITLES[row["kind"]],
             row["provider"], row["weekly_pence"], pence(row["expected"]), row["times"])
            for row in shown.head(DEAREST).iter_rows(named=True)
        ),
        about_single_children=True,
        when_empty="No placement is that far above what the region pays for such a child.",
    )  # fmt: skip

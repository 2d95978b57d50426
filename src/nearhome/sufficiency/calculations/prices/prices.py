"""Benchmarking the price of placements: what is paid, by whom, to whom, and for the same children."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

from nearhome.sufficiency.calculations.figures import Breakdown, Chart, Column, Section
from nearhome.sufficiency.calculations.prices.costs import KIND_TITLES, KINDS, in_fixed_order
from nearhome.sufficiency.calculations.prices.price_comparison import comparison_section, numbered
from nearhome.sufficiency.calculations.prices.price_model import mix_of
from nearhome.sufficiency.calculations.prices.price_providers import by_provider, provider_tables
from nearhome.sufficiency.calculations.prices.price_tables import AUTHORITY, price_section
from nearhome.sufficiency.calculations.prices.price_variance import VarianceShares, is_enough, variance_shares

_PARTS = (
    "The child: age, need and circumstances",
    "The placement: its code, and own, private or voluntary",
    "The provider",
    "The authority",
    "What is left",
)
_LIMITS = (
    "Shares are of the variance of the logarithm of price, so they are about differences in per cent.",
    "Dear providers may take the children with the greatest needs; what two causes share is given to neither alone.",
    "What is left is what the files do not record, and the price of the day the placement was found.",
    "The 95 % limits rest on effects that are spread normally; a single very dear provider stretches them.",
    "A provider’s price includes the authorities that buy from it; limits of the funnel take placements as independent.",
)


def benchmark(
    costs: pl.DataFrame, *, seed: int, on: dt.date | None = None, names: Mapping[str, str] | None = None
) -> tuple[Section, ...]:
    """What do placements cost, and what would others pay for the same children?

    `costs` has the columns of COSTS and any circumstances; `on` is the last of the 12 months over which nights are
    counted (the latest date in the costs if left out); `names` are the authorities' names by code; `seed` starts the
    draws behind the intervals of the variance shares. The order of the rows does not matter. Where there are too few
    placements for an estimate the section says so and gives none.
    """
    rows, known = in_fixed_order(costs), names or {}
    return (
        price_section(rows, on or last_day_known(rows), known),
        comparison_section(rows, known),
        *_differences(rows, known, seed),
    )


def last_day_known(costs: pl.DataFrame) -> dt.date:
    """The last day of which the costs know something: the latest start, or the last night of the latest end."""
    ends = costs["ends_before"].dt.offset_by("-1d").max()
    days = [day for day in (costs["starts_on"].max(), ends) if isinstance(day, dt.date)]
    return max(days, default=dt.date(2000, 1, 1))


def _differences(costs: pl.DataFrame, names: Mapping[str, str], seed: int) -> tuple[Section, Section]:
    shares: list[Breakdown] = []
    effects: list[Breakdown] = []
    tables: list[Breakdown] = []
    told: list[str] = []
    for kind in KINDS:
        some = costs.filter((pl.col("kind") == kind) & (pl.col("provider") != ""))
        providers, authorities = some["provider"].n_unique(), some["authority"].n_unique()
        if not is_enough(some.height, providers, authorities):
            told.extend([_not_enough(kind, some.height, providers, authorities)] if some.height else [])
            continue
        found, of_providers = _of_kind(some, seed)
        shares.append(_share_table(kind, found))
        effects.append(_same_provider(kind, some, found, names))
        tables.extend(of_providers)
    said = " ".join(told)
    return (
        Section("providers", "Providers’ prices", f"Providers compared for the same children. {said}".strip(), (), tuple(tables), _LIMITS[4:]),
        Section("variance", "Why prices differ", f"How much of the differences in price is need, placement, provider, authority. {said}".strip(), (), (*shares, *effects), _LIMITS[:4]),
    )  # fmt: skip


def _not_enough(kind: str, rows: int, providers: int, authorities: int) -> str:
    return (
        f"{KIND_TITLES[kind]}: no estimate, because {rows:,} placements with a known provider, of {providers:,} providers"
        f" and {authorities:,} authorities, are too few to tell them apart."
    )


def _of_kind(costs: pl.DataFrame, seed: int) -> tuple[VarianceShares, tuple[Breakdown, ...]]:
    providers, provider = numbered(costs["provider"])
    log_price = np.log(costs["weekly_pence"].to_numpy().astype(float))
    draws = np.random.default_rng(seed)
    found = variance_shares(log_price, mix_of(costs), provider, numbered(costs["authority"])[1], draws)
    estimates = by_provider(costs, providers, provider, found.coefficients)
    return found, provider_tables(costs["kind"][0], estimates) if estimates else ()


def _share_table(kind: str, found: VarianceShares) -> Breakdown:
    columns = (
        Column("part", "Part"),
        Column("share", "Share", "share"),
        Column("low", "95 % from", "share"),
        Column("high", "95 % to", "share"),
    )
    rows = zip(_PARTS, found.shares, found.low, found.high, strict=True)
    title = KIND_TITLES[kind]
    return Breakdown(
        f"variance_{kind}",
        f"{title}: where differences in price come from",
        "Share of the variance of the logarithm of weekly price that belongs to each part, from a model with all of them"
        " at once (crossed random effects of providers and authorities).",
        columns,
        tuple((name, *(float(one) for one in numbers)) for name, *numbers in rows),
        chart=Chart("bars", "part", ("share",), words=f"What differences in the price of {title.lower()} come from."),
    )  # fmt: skip


def _same_provider(kind: str, costs: pl.DataFrame, found: VarianceShares, names: Mapping[str, str]) -> Breakdown:
    title = KIND_TITLES[kind]
    sizes = costs.group_by("authority").agg(pl.len(), pl.col("child").n_unique()).sort("authority")
    return Breakdown(
        f"same_provider_{kind}",
        f"{title}: the same children with the same provider",
        "What an authority pays against the region for the same mix with the same provider: how well it buys, apart from"
        " whom it buys from. It can be told only where providers serve several authorities; limits that include 1 show no"
        " difference.",
        (
            *AUTHORITY,
            Column("placements", "Placements", "count"),
            Column("children", "Children", "count"),
            Column("ratio", "Price against the region", "number", "children"),
            Column("low", "95 % from", "number", "children"),
            Column("high", "95 % to", "number", "children"),
        ),
        tuple(
            (code, names.get(code, code), placements, children, *map(float, np.exp(found.authority[:, at])))
            for at, (code, placements, children) in enumerate(sizes.iter_rows())
        ),
    )

"""Which providers are dearer than others for the same children, and is it more than luck?"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Column
from nearhome.sufficiency.calculations.prices.costs import KIND_TITLES
from nearhome.sufficiency.calculations.prices.price_model import Floats, Whole, mix_of
from nearhome.sufficiency.calculations.prices.shrinkage import Shrunken, funnel_limits, shrunken

_ESTIMATES = (
    Column("provider", "Provider"),
    Column("placements", "Placements", "count"),
    Column("children", "Children", "count"),
    Column("raw", "Price as it stands, against the centre", "number", "children"),
    Column("shrunken", "Price, allowing for how little is known", "number", "children"),
    Column("low", "95 % from", "number", "children"),
    Column("high", "95 % to", "number", "children"),
    Column("weight", "Weight of its own prices", "share", "children"),
)
_FUNNEL = (
    Column("provider", "Provider"),
    Column("placements", "Placements", "count"),
    Column("children", "Children", "count"),
    Column("ratio", "Price against the mean", "number", "children"),
    Column("low_95", "95 % lower", "number"),
    Column("high_95", "95 % upper", "number"),
    Column("low_998", "99.8 % lower", "number"),
    Column("high_998", "99.8 % upper", "number"),
    Column("says", "Outside the limits?", "text", "children"),
)


@dataclass(frozen=True, slots=True)
class ByProvider:
    """Providers of one kind in order of name; `means` are mean log prices after the mix of children is allowed for."""

    providers: list[str]
    placements: Floats
    children: list[int]
    means: Floats
    shrunken: Shrunken


def by_provider(costs: pl.DataFrame, names: list[str], provider: Whole, coefficients: Floats) -> ByProvider | None:
    """Providers' prices for the same mix; None where there are too few to tell luck from habit.

    `names` and `provider` are the providers and each row's place among them; `coefficients` those of the mix, found
    with providers and authorities in the model, so that a provider's own price is not taken for its children's need.
    """
    log_price = np.log(costs["weekly_pence"].to_numpy().astype(float))
    values = log_price - mix_of(costs).matrix @ coefficients
    found = shrunken(values, provider)
    if found is None:
        return None
    counts = np.bincount(provider).astype(float)
    children = (
        costs.group_by("provider", maintain_order=True).agg(pl.struct("authority", "child").n_unique()).sort("provider")
    )
    return ByProvider(names, counts, children["authority"].to_list(), np.bincount(provider, values) / counts, found)


def provider_tables(kind: str, found: ByProvider) -> tuple[Breakdown, Breakdown]:
    """The shrunken estimates, dearest first, and the funnel, in order of size."""
    return _estimates(kind, found), _funnel(kind, found)


def _estimates(kind: str, found: ByProvider) -> Breakdown:
    one = found.shrunken
    ratios = [np.exp(each - one.centre) for each in (found.means, one.estimates, one.low, one.high)]
    order = sorted(range(len(found.providers)), key=lambda at: (-one.estimates[at], found.providers[at]))
    return Breakdown(
        f"providers_{kind}",
        f"{KIND_TITLES[kind]}: providers’ prices for the same children",
        "Each provider’s price against the typical provider (1.00), the mix of children allowed for. A provider with few"
        " placements is pulled towards the typical one, because a few prices say little; the weight is how much of its own"
        " prices is kept. Limits that include 1 show no difference.",
        _ESTIMATES,
        tuple(
            (found.providers[at], int(found.placements[at]), found.children[at],
             *(float(ratio[at]) for ratio in ratios), float(one.weights[at]))
            for at in order
        ),
    )  # fmt: skip


def _funnel(kind: str, found: ByProvider) -> Breakdown:
    centre = float(found.placements @ found.means / found.placements.sum())
    reach = {limit: funnel_limits(found.placements, found.shrunken.within, limit) for limit in ("95", "998")}
    apart = found.means - centre
    order = sorted(range(len(found.providers)), key=lambda at: (found.placements[at], found.providers[at]))
    words = "Each provider’s price against the mean of all placements, by number of placements, with control limits."
    return Breakdown(
        f"funnel_{kind}",
        f"{KIND_TITLES[kind]}: funnel of providers",
        "A provider outside the 99.8 % limits differs by more than chance between its placements would give; one of twenty"
        " is outside the 95 % limits by chance alone. The limits come from how much prices differ within a provider.",
        _FUNNEL,
        tuple(
            (found.providers[at], int(found.placements[at]), found.children[at], float(np.exp(apart[at])),
             *(float(np.exp(sign * reach[limit][at])) for limit in ("95", "998") for sign in (-1, 1)),
             _says(apart[at], reach["95"][at], reach["998"][at]))
            for at in order
        ),
        chart=Chart("funnel", "placements", ("ratio",), ("low_95", "low_998"), ("high_95", "high_998"), words=words),
    )  # fmt: skip


def _says(apart: float, likely: float, certain: float) -> Cell:
    if abs(apart) <= likely:
        return "within"
    limit = "99.8 %" if abs(apart) > certain else "95 %"
    return f"{'dearer' if apart > 0 else 'cheaper'}, outside {limit}"

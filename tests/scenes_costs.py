"""Invented prices of placements for tests: rows said briefly, and prices drawn from effects that are known."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from nearhome.sufficiency.calculations.prices.costs import COSTS

_ROW = {
    "authority": "886", "provider": "Madeup Meadow Care Ltd", "urn": "", "kind": "residential", "place_type": "K2",
    "provider_type": "PR4", "age": 14, "need": "N1", "starts_on": None, "ends_before": None, "weekly_pence": 700_000,
}  # fmt: skip


def priced(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """Costs from what is said of each row; what is not said is ordinary: residential in Kent at £7,000 a week."""
    extra = {name: pl.Boolean() for row in rows for name in row if name not in COSTS}
    whole = [_ROW | {"child": f"Test Child {at:04d}"} | dict(row) for at, row in enumerate(rows)]
    return pl.DataFrame(
        [{name: row.get(name) for name in (*COSTS, *extra)} for row in whole], schema=dict(COSTS) | extra
    )


def drawn(
    seed: int, *, size: int = 600, authorities: Mapping[str, float], providers: int = 50, of_provider: float = 0.2,
    of_chance: float = 0.25, of_solo: float = 0.4, of_age: float = 0.1,
) -> tuple[pl.DataFrame, dict[str, float]]:  # fmt: skip
    """Residential prices drawn from these effects on log price, and the true variance of each part.

    A third of children live alone; a third are 16 or over, the others 10 to 15.
    """
    rng = np.random.default_rng(seed)
    effects, codes = rng.normal(0, of_provider, providers), list(authorities)
    provider, authority = rng.integers(0, providers, size), rng.integers(0, len(codes), size)
    solo, older = rng.random(size) < 1 / 3, rng.random(size) < 1 / 3
    need, by_authority = of_solo * solo + of_age * older, np.array(list(authorities.values()))[authority]
    log = 13.4 + need + effects[provider] + by_authority + rng.normal(0, of_chance, size)
    rows = priced(*(
        {
            "authority": codes[authority[at]], "provider": f"Madeup Provider {provider[at]:03d} Ltd",
            "age": 16 if older[at] else 12, "has_solo": bool(solo[at]), "weekly_pence": round(float(np.exp(log[at]))),
        }
        for at in range(size)
    ))  # fmt: skip
    true = {
        "need": float(np.var(need)), "placement": 0.0, "provider": float(np.var(effects[provider])),
        "authority": float(np.var(by_authority)), "left": of_chance**2,
    }  # fmt: skip
    return rows, {part: value / sum(true.values()) for part, value in true.items()}

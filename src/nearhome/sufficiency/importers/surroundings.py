"""What a picture needs beside the children, from the small tables that come with the software."""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from nearhome.geography.authorities import adjoining_pairs, all_authorities
from nearhome.sufficiency.calculations.picture import Around
from nearhome.sufficiency.importers.population import population

OUTSIDE_ENGLAND = {"WAL": "Wales", "SCO": "Scotland", "NIR": "Northern Ireland"}


def authority_names() -> dict[str, str]:
    """Every authority's name by DfE code, and the other nations'."""
    return {one.dfe_code: one.name for one in all_authorities()} | OUTSIDE_ENGLAND


def surroundings(
    *,
    market: pl.DataFrame | None = None,
    costs: pl.DataFrame | None = None,
    homes: pl.DataFrame | None = None,
    repairs: pl.DataFrame | None = None,
    reasons: Mapping[int, str] = MappingProxyType({}),
) -> Around:
    """Neighbours, names and published populations, with the market, prices and reasons for distance if given."""
    return Around(adjoining_pairs(), authority_names(), population(), market, costs, homes, repairs, dict(reasons))

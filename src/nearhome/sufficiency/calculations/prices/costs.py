"""What a placement costs: the table every price analysis reads, one row a placement."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from nearhome.sufficiency.calculations.settings import SETTINGS

COSTS: Final[Mapping[str, pl.DataType]] = {
    "child": pl.String(),
    "authority": pl.String(),  # three-digit DfE code of the authority that pays
    "provider": pl.String(),  # empty when not known
    "urn": pl.String(),
    "kind": pl.String(),  # residential, foster, supported or other
    "place_type": pl.String(),  # code of the statutory return, empty when only the kind is known
    "provider_type": pl.String(),  # PR0 to PR5, empty when not known
    "age": pl.Int32(),  # completed years, None when not known
    "need": pl.String(),  # N1 to N8, empty when not known
    "starts_on": pl.Date(),
    "ends_before": pl.Date(),
    "weekly_pence": pl.Int64(),
}
CIRCUMSTANCE: Final = "has_"  # columns of yes, no or not known that begin so are circumstances of the child
KINDS: Final = ("residential", "foster", "supported", "other")
KIND_TITLES: Final[Mapping[str, str]] = {
    "residential": "Residential",
    "foster": "Foster care",
    "supported": "Supported accommodation",
    "other": "Other placements",
}


def kind_of_place(place_type: str) -> str:
    """The kind of placement of a code of the statutory return: foster, residential, supported or other."""
    return SETTINGS.get(place_type, "other")


def circumstances_of(costs: pl.DataFrame) -> tuple[str, ...]:
    """The circumstance columns of a table of costs, in order of name."""
    return tuple(sorted(name for name in costs.columns if name.startswith(CIRCUMSTANCE)))


def in_fixed_order(costs: pl.DataFrame) -> pl.DataFrame:
    """The same rows in one order, whatever order they came in, so that every sum comes out to the last digit."""
    return costs.select(*COSTS, *circumstances_of(costs)).sort(pl.all(), nulls_last=True)

"""A kept analysis run once more over the tables that were kept with it, whatever its kind."""

from collections.abc import Callable, Mapping

import polars as pl

from nearhome.sufficiency.calculations.worked import Worked
from nearhome.sufficiency.models import KeptAnalysis
from nearhome.sufficiency.queries.comparing import compared_again
from nearhome.sufficiency.queries.forecasting import forecast_again
from nearhome.sufficiency.queries.later_kinds import LATER
from nearhome.sufficiency.queries.picturing import picture_again

_AGAIN: dict[str, Callable[[KeptAnalysis, Mapping[str, pl.DataFrame]], Worked]] = {
    KeptAnalysis.Kind.PICTURE: picture_again,
    KeptAnalysis.Kind.FORECAST: forecast_again,
    KeptAnalysis.Kind.BENCHMARK: compared_again,
}


def worked_again(kept: KeptAnalysis, tables: Mapping[str, pl.DataFrame]) -> Worked:
    """The same question asked of the same tables. Raises KeyError for a kind that nothing works out."""
    return (_AGAIN | LATER)[kept.kind](kept, tables)

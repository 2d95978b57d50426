"""What is needed and what is there, in the terms of a gap, from a forecast and from where the children live today."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl

from nearhome.sufficiency.calculations.children.placements import setting
from nearhome.sufficiency.calculations.forecasting.counting_days import AGE_BINS
from nearhome.sufficiency.calculations.forecasting.forecast import Forecast
from nearhome.sufficiency.calculations.forecasting.spread import quantiles
from nearhome.sufficiency.calculations.requirements.gap import Change, OpenPlaces
from nearhome.sufficiency.calculations.requirements.need_forecast import ANY_NEED, NeedForecast, NeedKey

KIND_OF_CATEGORY: Final = {
    "foster": "fostering_agency",
    "residential": "childrens_home",
    "supported": "supported_accommodation",
}
_FUTURES: Final = 200


def need_from_forecast(forecast: Forecast, *, by_age: bool = False) -> NeedForecast:
    """The children each authority will have in each kind of place at the end of each month, in 200 futures.

    One key for each kind and authority, or with `by_age` for each kind, age bin of the forecast and authority. The kind is
    that of the forecast's category (residential stands for children's homes, R1 and S1 with them). Each key has the
    forecast's own spread; keys and months are high together or low together.
    """
    bins = AGE_BINS if by_age else (ANY_NEED,)
    keys, at = [], []
    for code in forecast.authorities:
        for category, kind in KIND_OF_CATEGORY.items():
            for need in bins:
                keys.append(NeedKey(kind, need, code))
                at.append(forecast.at(code, age_bin=need or "all", category=category))
    rows = tuple(np.array(at).T)
    levels = tuple(((np.arange(_FUTURES) + 0.5) / _FUTURES).tolist())
    draws = quantiles(forecast.mean[rows][:, 1:], forecast.variance[rows][:, 1:], levels)
    return NeedForecast(tuple(keys), draws.astype(np.float64))


def places_now(
    placed: pl.DataFrame,
    free: Mapping[NeedKey, int],
    changes: Mapping[NeedKey, tuple[Change, ...]] | None = None,
) -> tuple[OpenPlaces, ...]:
    """The places that each authority's children (PLACED) can live in, in its own area and by kind.

    Filled are those its own children live in inside its area, of whatever need; `free` are places free and open to its
    referral, `changes` those that will open or close. Without `free` no free place is counted.
    """
    planned = changes or {}
    kind = setting().replace_strict(KIND_OF_CATEGORY, default="", return_dtype=pl.String())
    filled = {
        NeedKey(kind_there, ANY_NEED, area): number
        for kind_there, area, number in (
            placed.filter(pl.col("area") == pl.col("authority"))
            .group_by(kind.alias("kind"), "area")
            .len()
            .filter(pl.col("kind") != "")
            .iter_rows()
        )
    }
    return tuple(
        OpenPlaces(key, filled.get(key, 0), free.get(key, 0), planned.get(key, ()))
        for key in sorted({*filled, *free, *planned})
    )

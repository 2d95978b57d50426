"""What the fairness report is told: one row for each placement, with the child's groups and how it turned out."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl

from nearhome.matching.calculations.planning.instance import Ints
from nearhome.sufficiency.calculations.children.groups import AGE_BANDS

MILES_TO_BE_NEAR: Final = 20.0
NOT_KNOWN: Final = "Not known"

# A row is one placement that was made. Null is "not known" everywhere, and in an outcome also "does not apply".
PLACEMENTS: Final = {
    "placement": pl.String,  # its reference, once
    "authority": pl.String,  # the child's authority, by name
    "age": pl.Int64,  # completed years on the day it began
    "sex": pl.String,  # as shown: "Female", "Male"
    "ethnicity": pl.String,  # broad group as published: "White", "Mixed", "Asian", "Black", "Other"
    "disability": pl.Boolean,
    "uasc": pl.Boolean,  # came as an unaccompanied asylum-seeking child
    "need": pl.String,  # a level of need, any words; used to compare like with like
}
OUTCOMES_RECORDED: Final = {
    "miles": pl.Float64,  # straight line from the child's home
    "in_own_area": pl.Boolean,  # in the area of the child's own authority
    "moved_in_year": pl.Boolean,  # on to another placement within a year; null until a year has passed
    "needs_met": pl.Float64,  # share of essential needs among the home's skills, 0 to 1
    "siblings_together": pl.Boolean,  # with all brothers and sisters who were referred; null if nobody else was
    "days_waited": pl.Float64,  # from the referral to the day it began (of choices made here: until the choice)
    "rank": pl.Float64,  # of the chosen home on the child's ranking, 1 is the first
    "regret": pl.Float64,  # points between the best place for this child alone and the one in the plan
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that may turn out differently; `key` is its column. A share is of yes and no, a mean of amounts."""

    key: str
    title: str
    sort: Literal["share", "mean_share", "mean"]
    definition: str


OUTCOMES: Final = (
    Outcome("near", "Placed within 20 miles of home", "share", "Placements whose straight-line miles from home are known."),
    Outcome("in_own_area", "Placed in the authority’s own area", "share", "Placements where it is known in whose area they are."),
    Outcome("moved_in_year", "Moved within a year", "share", "Placements that began at least a year before the last day known, care not ended: the child moved on within that year."),
    Outcome("needs_met", "Needs met", "mean_share", "Mean share of a child's essential needs that are among the home's skills."),
    Outcome("siblings_together", "Brothers and sisters together", "share", "Children referred with brothers or sisters: placed with all of them."),
    Outcome("days_waited", "Days waited", "mean", "Mean days from the referral to the first day of the placement; of choices made with Nearhome, from the start of the search to the choice."),
    Outcome("rank", "Rank of the chosen home", "mean", "Mean place of the chosen home on the child's own ranking; 1 is the first."),
    Outcome("regret", "Points given up in the plan", "mean", "Mean difference between the best place for this child alone and the place in the plan."),
)  # fmt: skip
DIMENSIONS: Final = {
    "sex": "Sex",
    "age_band": "Age",
    "ethnicity": "Ethnicity",
    "disability": "Disability",
    "uasc": "Unaccompanied",
    "authority": "Authority",
}
_YES_NO: Final = {
    "disability": ("Disabled children", "Children not disabled"),
    "uasc": ("Unaccompanied children", "Other children"),
}


class RecordsError(ValueError):
    """A table of placements lacks a column, or names a placement twice; says which."""


def prepared(placements: pl.DataFrame) -> pl.DataFrame:
    """The table ready to be compared: age bands, yes and no in words, the strata of age and need, nearness.

    Columns of `PLACEMENTS` must be there, those of `OUTCOMES_RECORDED` may. Raises RecordsError.
    """
    if missing := [name for name in PLACEMENTS if name not in placements.columns]:
        raise RecordsError(f"the placements have no column {', '.join(missing)}")
    twice = placements.filter(pl.col("placement").is_duplicated())
    if twice.height:
        raise RecordsError(f"placement {twice['placement'][0]} is there more than once")
    types = {name: kind for name, kind in (PLACEMENTS | OUTCOMES_RECORDED).items() if name in placements.columns}
    table = placements.cast(types).with_columns(  # type: ignore[arg-type]
        pl.col("age").cut([0, 4, 9, 15], labels=list(AGE_BANDS)).cast(pl.String).alias("age_band"),
        *(_in_words(key, *words) for key, words in _YES_NO.items()),
        pl.col("need").fill_null(NOT_KNOWN),
    )
    near = [(pl.col("miles") <= MILES_TO_BE_NEAR).alias("near")] if "miles" in table.columns else []
    return table.with_columns(*near)


def levels_of(table: pl.DataFrame, dimension: str) -> list[str]:
    """The groups of one dimension that occur, in their order; children whose group is not known are in none."""
    found = set(table[dimension].drop_nulls().to_list())
    order = {"age_band": list(AGE_BANDS), **{key: list(words) for key, words in _YES_NO.items()}}.get(dimension, [])
    levels = [one for one in order if one in found] + sorted(found - set(order))
    return levels[:1] if dimension in _YES_NO and len(levels) > 1 else levels


def strata_of(table: pl.DataFrame, dimension: str) -> Ints:
    """Numbers that are the same for children alike in age band and need (for age groups: in need). Shape [rows]."""
    keys = ["need"] if dimension == "age_band" else ["age_band", "need"]
    numbered = table.select(pl.struct(pl.col(keys).fill_null(NOT_KNOWN)).rank("dense").alias("stratum"))
    strata: Ints = numbered["stratum"].to_numpy().astype(np.int32) - 1
    return strata


def _in_words(key: str, yes: str, no: str) -> pl.Expr:
    return pl.when(pl.col(key)).then(pl.lit(yes)).when(~pl.col(key)).then(pl.lit(no)).otherwise(None).alias(key)

"""Placements played in the made-up region as rows of the fairness report."""

from typing import Final

import numpy as np
import polars as pl

from nearhome.matching.calculations.playing.children import ETHNIC_GROUPS
from nearhome.matching.calculations.playing.play import Played
from nearhome.matching.calculations.playing.worth import fit_of

_SEXES: Final = np.array(["", "Male", "Female"])
_NEEDS: Final = np.array(["No particular need", "One need", "Two needs", "Three or more"])
_BITS: Final = np.array([number.bit_count() for number in range(64)])


def placements_played(played: Played) -> pl.DataFrame:
    """The placements made after the warm-up, as `records.PLACEMENTS` with miles, needs met, siblings and days waited."""
    made = np.flatnonzero(played.placed_on >= played.region.settings.warm_up_days)
    children, child, home = played.region.children, played.child[made], played.home[made]
    fit = fit_of(children, played.region.homes, child, home)
    ages = children.age_then[child] + (played.placed_on[made] - children.arrives_on[child]) / 365.25
    names = np.array([f"Authority {chr(65 + one)}" for one in range(len(played.region.settings.sizes))])
    together = pl.Series(played.together[made])
    return pl.DataFrame({
        "placement": [f"played {one}" for one in made.tolist()],
        "authority": names[children.authority[child]],
        "age": np.floor(ages).astype(np.int64),
        "sex": _SEXES[children.sex[child]],
        "ethnicity": np.array(ETHNIC_GROUPS)[children.ethnicity[child]],
        "disability": children.is_disabled[child],
        "uasc": children.is_uasc[child],
        "need": _NEEDS[np.minimum(_BITS[children.needs[child]], 3)],
        "miles": fit.miles,
        "needs_met": fit.needs_met,
        "siblings_together": pl.select(pl.when(together >= 0).then(together == 1)).to_series(),
        "days_waited": (played.placed_on - played.referred_on)[made].astype(np.float64),
    })  # fmt: skip

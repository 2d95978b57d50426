"""How did the children fare, and what did it cost? One number for each question and each replication."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from nearhome.matching.calculations.planning.instance import Flags, Floats, Ints
from nearhome.matching.calculations.playing.assumptions import DAYS_A_YEAR
from nearhome.matching.calculations.playing.play import BROKE_DOWN, Played
from nearhome.matching.calculations.playing.worth import MILES_TO_BE_NEAR, fit_of
from nearhome.sufficiency.calculations.figures import Kind

_YEAR: Final = 365


@dataclass(frozen=True, slots=True)
class Measure:
    """A question asked of what was played: its words, its kind of figure, and which way is better (+1 more, -1 less)."""

    key: str
    title: str
    kind: Kind
    better: Literal[1, -1]
    definition: str


MEASURES: Final = (
    Measure("near", "Placed within 20 miles of home", "share", 1, "of the placements made"),
    Measure("needs_met", "Needs met", "share", 1, "mean share of a child's needs that are among the home's skills"),
    Measure("together", "Brothers and sisters placed together", "share", 1, "of the children referred with others who were placed"),
    Measure("in_area", "Placed in the authority's own area", "share", 1, "of the placements made"),
    Measure("days_waited", "Days waited", "number", -1, "mean from referral to placement, or to the end where there was none"),
    Measure("moved", "Moved on within a year", "share", -1, "of the placements made a year or more before the end that did not end by leaving care within the year: those that broke down within the year"),
    Measure("spend", "Spend a year", "money", -1, "own and block places every night, others when used, and the arrangements for those who wait"),
    Measure("empty_nights", "Empty nights paid, a year", "number", -1, "nights a year in own and block places where nobody lived"),
    Measure("unplaced", "Without a place at the end", "number", -1, "children who wait on the last day"),
    Measure("withdrawn", "Left care while waiting, a year", "number", -1, "children a year who left care before there was a place"),
)  # fmt: skip


def measures_of(played: Played, only: int | None = None) -> dict[str, float]:
    """Every measure of one play, counted after the warm-up; those of one authority's children with `only`.

    An authority's spend is what its children's nights cost wherever they live, and its own places' empty nights.
    """
    of = played.region.children.authority
    mine = np.ones(len(of), dtype=bool) if only is None else of == only
    made = (played.placed_on >= played.region.settings.warm_up_days) & mine[played.child]
    return {**_placed(played, made), **_waited(played, made, mine), **_paid(played, only)}


def _placed(played: Played, made: Flags) -> dict[str, float]:
    region, end = played.region, played.region.settings.last_day
    child, home = played.child[made], played.home[made]
    fit = fit_of(region.children, region.homes, child, home)
    together = played.together[made]
    lasted = (played.ended_on - played.placed_on)[made]
    broke = (played.ended_by[made] == BROKE_DOWN) & (lasted <= _YEAR)
    followed = (played.placed_on[made] <= end - _YEAR) & (broke | (lasted >= _YEAR))
    return {
        "near": _mean(fit.miles <= MILES_TO_BE_NEAR),
        "needs_met": _mean(fit.needs_met),
        "together": _mean(together[together >= 0] == 1),
        "in_area": _mean(region.homes.area[home] == region.children.authority[child]),
        "moved": _mean(broke[followed]),
    }


def _waited(played: Played, made: Flags, mine: Flags) -> dict[str, float]:
    settings = played.region.settings
    waits, gone = mine[played.waiting], mine[played.withdrawn] & (played.withdrawn_on >= settings.warm_up_days)
    days = np.concatenate([
        (played.placed_on - played.referred_on)[made],
        settings.last_day - played.waiting_since[waits],
        (played.withdrawn_on - played.withdrawn_from)[gone],
    ])  # fmt: skip
    years = settings.days / DAYS_A_YEAR
    return {"days_waited": _mean(days), "unplaced": float(waits.sum()), "withdrawn": float(gone.sum()) / years}


def _paid(played: Played, only: int | None) -> dict[str, float]:
    settings, homes = played.region.settings, played.region.homes
    nights = nights_by_authority(played)
    used = nights if only is None else nights[only : only + 1]
    empty = np.where(homes.is_paid_empty, homes.places * settings.days - nights.sum(axis=0), 0)
    if only is not None:
        empty = np.where(homes.owner == only, empty, 0)
    waiting = _nights_waited(played, only) * settings.waiting_weekly_pence
    spend = float(((used.sum(axis=0) + empty) * homes.weekly_pence.astype(np.float64)).sum() + waiting) / 7
    years = settings.days / DAYS_A_YEAR
    return {"spend": round(spend / years), "empty_nights": float(empty.sum()) / years}


def nights_by_authority(played: Played) -> Ints:
    """After the warm-up: nights in each home of the children of each authority. Shape [authorities, homes]."""
    settings, homes = played.region.settings, len(played.region.homes.places)
    from_day = np.maximum(played.placed_on, settings.warm_up_days)
    nights = np.clip(np.minimum(played.ended_on, settings.last_day) - from_day, 0, None)
    cell = played.region.children.authority[played.child] * homes + played.home
    table = np.bincount(cell, weights=nights, minlength=len(settings.sizes) * homes)
    return table.reshape(len(settings.sizes), homes).astype(np.int64)


def _nights_waited(played: Played, only: int | None) -> float:
    settings, end = played.region.settings, played.region.settings.last_day
    who = np.concatenate([played.child, played.waiting, played.withdrawn])
    since = np.concatenate([played.referred_on, played.waiting_since, played.withdrawn_from])
    until = np.concatenate([played.placed_on, np.full(len(played.waiting), end), played.withdrawn_on])
    nights = np.clip(until - np.maximum(since, settings.warm_up_days), 0, None)
    mine = played.region.children.authority[who] == only if only is not None else np.ones(len(who), dtype=bool)
    return float(nights[mine].sum())


def _mean(values: Flags | Floats | Ints) -> float:
    return float(values.mean()) if len(values) else float("nan")

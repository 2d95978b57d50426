"""Policies side by side over the same seeds: figures with intervals, and the differences pair by pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from nearhome.matching.calculations.planning.instance import Floats
from nearhome.matching.calculations.playing.measures import MEASURES, Measure
from nearhome.sufficiency.calculations.figures import Analysis, Breakdown, Cell, Column, Section

# Student's t, 0.975, for 1, 2, … degrees of freedom; beyond the table its last value is a little too wide.
_T: Final = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
             2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042)  # fmt: skip
BETTER, WORSE, NO_DIFFERENCE = "better", "worse", "no difference seen"
LIMITS: Final = (
    "The region, its children and its prices are made up, and so is the law by which placements break down: it makes "
    "unmet needs, distance and separation matter because we wrote that they do. The comparison shows what follows "
    "from who sees which places and who plans; it does not foretell what a partnership would gain.",
    "Every policy meets the same children with the same luck, measures places by the same points and pays the same "
    "prices. Moves that nobody had to make (a better place that falls free later) are not played.",
    "A child whose placement breaks down leaves that day and is referred again at once; in life there is often notice.",
)


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over replications with its 95 % interval (Student's t; None where there are fewer than two)."""

    mean: float | None
    low: float | None
    high: float | None


def interval_of(values: Sequence[float] | Floats) -> Interval:
    """The mean of replications and its interval; what could not be measured (nan) is left out."""
    known = np.array([value for value in values if value == value], dtype=np.float64)
    if not len(known):
        return Interval(None, None, None)
    mean = float(known.mean())
    if len(known) < 2:
        return Interval(mean, None, None)
    reach = _T[min(len(known) - 1, len(_T)) - 1] * float(known.std(ddof=1)) / len(known) ** 0.5
    return Interval(mean, mean - reach, mean + reach)


def compared(
    outcomes: Mapping[str, Sequence[Mapping[str, float]]],
    against: str,
    by_authority: Mapping[str, Sequence[Sequence[Mapping[str, float]]]] | None = None,
    data: Mapping[str, Any] | None = None,
) -> Analysis:
    """Policies side by side. `outcomes[policy][replication]` are `measures_of` with the same seeds in the same order.

    `by_authority[policy][replication][authority]` the same for each authority's children. Differences are to the
    policy `against`, replication by replication, so that what chance does to both falls out.
    """
    name = "played_forward"
    tables = [_side_by_side(outcomes), _differences(outcomes, against)]
    if by_authority:
        tables.append(_by_authority(by_authority, against))
    section = Section(
        name,
        "Ways of placing children, played forward",
        f"Each policy places the same made-up children in the same made-up homes; {len(outcomes[against])} regions "
        "were drawn, and the interval says how far the mean over many such regions could lie from ours.",
        breakdowns=tuple(tables),
        limits=LIMITS,
    )
    return Analysis(name, section.title, "A made-up region", (section,), dict(data or {}))


def word_for(measure: Measure, difference: Interval) -> str:
    """Better, worse, or no difference seen: only when the whole interval lies on one side of nought."""
    if difference.low is None or difference.high is None or difference.low <= 0 <= difference.high:
        return NO_DIFFERENCE
    return BETTER if (difference.low > 0) == (measure.better > 0) else WORSE


def _side_by_side(outcomes: Mapping[str, Sequence[Mapping[str, float]]]) -> Breakdown:
    columns = [Column("policy", "Policy")]
    for one in MEASURES:
        columns += [Column(one.key, one.title, one.kind), Column(f"{one.key}_low", "from", one.kind),
                    Column(f"{one.key}_high", "to", one.kind)]  # fmt: skip
    rows = tuple((policy, *_cells(runs)) for policy, runs in outcomes.items())
    words = "; ".join(f"{one.title}: {one.definition}" for one in MEASURES)
    return Breakdown(
        "policies", "What each policy comes to", f"Means with 95 % intervals. {words}.", tuple(columns), rows
    )


def _cells(runs: Sequence[Mapping[str, float]]) -> tuple[Cell, ...]:
    found = [interval_of([run[one.key] for run in runs]) for one in MEASURES]
    return tuple(cell for one in found for cell in (one.mean, one.low, one.high))


def _differences(outcomes: Mapping[str, Sequence[Mapping[str, float]]], against: str) -> Breakdown:
    rows: list[tuple[Cell, ...]] = []
    for one in MEASURES:
        for policy, runs in outcomes.items():
            if policy != against:
                change = paired(runs, outcomes[against], one.key)
                rows.append((one.title, policy, *_in_plain_units(one, change), word_for(one, change)))
    return Breakdown(
        "differences",
        f"How each differs from “{against}”",
        "Mean of the differences region by region with its 95 % interval; shares in percentage points, money in "
        "pounds. Of twenty comparisons where there is nothing to see, one is expected to look like a difference.",
        (Column("measure", "Measure"), Column("policy", "Policy"), Column("difference", "Difference", "number"),
         Column("low", "from", "number"), Column("high", "to", "number"), Column("word", "In a word")),
        tuple(rows),
    )  # fmt: skip


def paired(runs: Sequence[Mapping[str, float]], others: Sequence[Mapping[str, float]], key: str) -> Interval:
    """The mean difference in one measure between two policies played with the same seeds."""
    return interval_of([run[key] - other[key] for run, other in zip(runs, others, strict=True)])


def _in_plain_units(measure: Measure, change: Interval) -> tuple[Cell, ...]:
    factor = {"share": 100.0, "money": 0.01}.get(measure.kind, 1.0)
    return tuple(None if one is None else one * factor for one in (change.mean, change.low, change.high))


def _by_authority(runs: Mapping[str, Sequence[Sequence[Mapping[str, float]]]], against: str) -> Breakdown:
    keys = [one for one in MEASURES if one.key in ("near", "needs_met", "days_waited", "spend")]
    rows: list[tuple[Cell, ...]] = []
    for policy, played in runs.items():
        for number in range(len(played[0]) if policy != against else 0):
            mine, theirs = [run[number] for run in played], [run[number] for run in runs[against]]
            for one in keys:
                change = paired(mine, theirs, one.key)
                cells = _in_plain_units(one, change)
                rows.append((policy, f"Authority {chr(65 + number)}", one.title, *cells, word_for(one, change)))
    return Breakdown(
        "by_authority",
        f"The same for each authority's children, against “{against}”",
        "Is any authority worse off? Differences and words as above, for the children of each authority apart.",
        (Column("policy", "Policy"), Column("authority", "Authority"), Column("measure", "Measure"),
         Column("difference", "Difference", "number"), Column("low", "from", "number"),
         Column("high", "to", "number"), Column("word", "In a word")),
        tuple(rows),
    )  # fmt: skip

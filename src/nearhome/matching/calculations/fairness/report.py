"""Outcomes of groups of children side by side: differences with intervals, like compared with like, no verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from nearhome.matching.calculations.fairness.intervals import (
    NOTHING,
    Adjusted,
    Estimate,
    adjusted_mean,
    adjusted_share,
    differing,
    mean_of,
    newcombe,
    welch,
    wilson,
)
from nearhome.matching.calculations.fairness.proxies import proxies, proxy_section
from nearhome.matching.calculations.fairness.records import (
    DIMENSIONS,
    OUTCOMES,
    Outcome,
    levels_of,
    prepared,
    strata_of,
)
from nearhome.matching.calculations.planning.instance import Flags, Floats
from nearhome.sufficiency.calculations.figures import (
    HIDDEN,
    Analysis,
    Breakdown,
    Cell,
    Chart,
    Column,
    Kind,
    Section,
    count,
)

DIFFERS, NO_DIFFERENCE, TOO_FEW = "differs", "no difference seen", "too few to say"
FEWEST: Final = 10
MOST_OF_FEW: Final = 5
_FEW: Final = Column("few", "Rests on 1 to 5 children", "yes_no")  # not to be published
LIMITS: Final = (
    "A difference is not unfairness, and no difference seen is not fairness: it says where to look, and people must.",
    "Like is compared with like in age band and level of need only. What else differs between groups (where they live, "
    "who offers homes there) is still in the difference; and if need itself is recorded unevenly, comparing within "
    "levels of need hides that.",
    "Only placements that were made are here: children for whom no place was found, and who was never referred, are not.",
    "These are administrative records, and nothing in them was allotted by chance: no figure here says why groups differ.",
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One group against all others whose group is known, in one outcome."""

    outcome: Outcome
    dimension: str
    level: str
    children: int
    others: int
    group: Estimate
    rest: Estimate
    difference: Estimate
    adjusted: Adjusted
    word: str = ""

    @property
    def is_too_few(self) -> bool:
        """Fewer than FEWEST on either side, or in strata where both groups are present."""
        return min(self.children, self.others, self.adjusted.compared) < FEWEST

    @property
    def is_of_few(self) -> bool:
        """Did it happen to 1 to 5 children of either side, or to all but 1 to 5?"""
        sides = ((self.children, self.group.value or 0.0), (self.others, self.rest.value or 0.0))
        parts = [(whole, round(whole * share)) for whole, share in sides]
        return any(1 <= number <= MOST_OF_FEW for whole, part in parts for number in (part, whole - part))

    @property
    def title(self) -> str:
        """The group with its dimension."""
        return f"{DIMENSIONS[self.dimension]}: {self.level}"


def fairness_report(
    placements: pl.DataFrame,
    contributions: pl.DataFrame | None = None,
    data: Mapping[str, Any] | None = None,
    *,
    names: Mapping[str, str] | None = None,
) -> Analysis:
    """How do the outcomes of placements differ between groups, and which ranking criteria stand in for a group?

    `placements` has a row for each placement with the columns of records.PLACEMENTS and any of OUTCOMES_RECORDED;
    `contributions` (optional) a row for each placement: `placement`, and for each criterion its scale 0 to 1 for the
    chosen home, null where not known; `names` say the criteria in words. Raises RecordsError. Method: docs/methods/fairness.md.
    """
    table = prepared(placements)
    found = comparisons(table)
    sections = [_outcomes_section(table, found)]
    if contributions is not None:
        sections.append(proxy_section(proxies(contributions, table), names))
    return Analysis(
        "fairness", "Fairness", "Outcomes by group, and criteria that stand in", tuple(sections), dict(data or {})
    )


def comparisons(table: pl.DataFrame) -> list[Comparison]:
    """Every group in every outcome that is recorded, with its word. `table` comes from `prepared`."""
    outcomes = [one for one in OUTCOMES if one.key in table.columns and table[one.key].count()]
    found = [
        _compared(table, outcome, dimension, level)
        for outcome in outcomes
        for dimension in DIMENSIONS
        for level in levels_of(table.filter(pl.col(outcome.key).is_not_null()), dimension)
    ]
    found = [one for one in found if one.others]
    differs = differing([None if one.is_too_few else one.adjusted.p_value for one in found])
    return [_with_word(one, is_different) for one, is_different in zip(found, differs, strict=True)]


def _compared(table: pl.DataFrame, outcome: Outcome, dimension: str, level: str) -> Comparison:
    known = table.filter(pl.col(outcome.key).is_not_null() & pl.col(dimension).is_not_null())
    values = known[outcome.key].cast(pl.Float64).to_numpy()
    is_group = (known[dimension] == level).to_numpy()
    strata = strata_of(known, dimension)
    measured = _share_compared(values, is_group) if outcome.sort == "share" else _mean_compared(values, is_group)
    is_yes_no = outcome.sort == "share"
    alike = adjusted_share(values > 0.5, is_group, strata) if is_yes_no else adjusted_mean(values, is_group, strata)
    return Comparison(outcome, dimension, level, int(is_group.sum()), int((~is_group).sum()), *measured, alike)


def _share_compared(values: Floats, is_group: Flags) -> tuple[Estimate, Estimate, Estimate]:
    mine, others = values[is_group], values[~is_group]
    return (
        wilson(float(mine.sum()), len(mine)),
        wilson(float(others.sum()), len(others)),
        newcombe(float(mine.sum()), len(mine), float(others.sum()), len(others)),
    )


def _mean_compared(values: Floats, is_group: Flags) -> tuple[Estimate, Estimate, Estimate]:
    mine, others = values[is_group], values[~is_group]
    return mean_of(mine), mean_of(others), welch(mine, others)


def _with_word(one: Comparison, is_different: bool) -> Comparison:
    word = TOO_FEW if one.is_too_few else DIFFERS if is_different else NO_DIFFERENCE
    return Comparison(one.outcome, one.dimension, one.level, one.children, one.others, one.group, one.rest,
                      one.difference, one.adjusted, word)  # fmt: skip


def _outcomes_section(table: pl.DataFrame, found: list[Comparison]) -> Section:
    words = [one.word for one in found]
    outcomes = [one for one in OUTCOMES if any(each.outcome is one for each in found)]
    return Section(
        "fairness_outcomes",
        "Do outcomes differ between groups of children?",
        "Each group is compared with all other children whose group is known. The last difference compares only "
        f"children alike in age band and level of need. {DIFFERS.capitalize()}: that difference is more than chance "
        f"would often make, allowing for the {len(found)} comparisons made at once: of those said to differ, about one "
        f"in twenty does so by chance. An interval may leave out nought without the word, when so many are made. "
        f"{TOO_FEW.capitalize()}: fewer than {FEWEST} children on one side.",
        (
            count("fairness_placements", "Placements looked at", table.height, "Rows of the table of placements.", "number"),
            count("fairness_comparisons", "Comparisons made", len(found), "Groups times outcomes.", "number"),
            count("fairness_differs", "Comparisons that differ", words.count(DIFFERS), "Those said to differ.", "number"),
            count("fairness_too_few", "Too few to say", words.count(TOO_FEW), f"Fewer than {FEWEST} children on one side.", "number"),
        ),
        (_what_differs(found), *(_outcome_table(one, [each for each in found if each.outcome is one]) for one in outcomes)),
        LIMITS,
    )  # fmt: skip


def _what_differs(found: list[Comparison]) -> Breakdown:
    rows = tuple(
        (
            one.outcome.title,
            one.title,
            _said(one, one.group.value),
            _said(one, one.rest.value),
            _change_said(one),
            _rests_on_few(one, found),
        )
        for one in found
        if one.word == DIFFERS
    )
    return Breakdown(
        "fairness_differs",
        "What differs",
        "The comparisons said to differ, in the order of the tables. What rests on 1 to 5 children is not published.",
        (Column("outcome", "Outcome"), Column("group", "Group"), Column("value", "The group"),
         Column("rest", "All others"), Column("change", "Among children alike in age and need"), _FEW),
        rows,
        when_empty="No difference seen in any comparison.",
    )  # fmt: skip


def _said(one: Comparison, value: float | None) -> str:
    if value is None:
        return "not known"
    return f"{value:.1f}" if one.outcome.sort == "mean" else f"{100 * value:.0f} %"


def _change_said(one: Comparison) -> str:
    value, low, high = _points(one.outcome, one.adjusted.difference)
    if one.outcome.sort == "mean":
        return f"{value:+.1f} ({low:+.1f} to {high:+.1f})"
    return f"{value:+.0f} percentage points ({low:+.0f} to {high:+.0f})"


def _points(outcome: Outcome, one: Estimate) -> tuple[float | None, float | None, float | None]:
    factor = 1.0 if outcome.sort == "mean" else 100.0
    value, low, high = (None if each is None else factor * each for each in (one.value, one.low, one.high))
    return value, low, high


def _outcome_table(outcome: Outcome, found: list[Comparison]) -> Breakdown:
    kind: Kind = "number" if outcome.sort == "mean" else "share"
    unit = "" if outcome.sort == "mean" else " (percentage points)"
    return Breakdown(
        f"fairness_{outcome.key}",
        outcome.title,
        f"{outcome.definition} Intervals are 95 %, one comparison at a time. What rests on 1 to 5 children is not published.",
        (
            Column("group", "Group"),
            Column("children", "Placements", "count"),
            Column("value", "The group", kind, "children"), Column("low", "from", kind, "children"), Column("high", "to", kind, "children"),
            Column("rest", "All others", kind, "children"),
            Column("difference", f"Difference{unit}", "number", "children"),
            Column("difference_low", "from", "number", "children"), Column("difference_high", "to", "number", "children"),
            Column("alike", f"Difference among children alike{unit}", "number", "children"),
            Column("alike_low", "from", "number", "children"), Column("alike_high", "to", "number", "children"),
            _FEW, Column("word", "In a word"),
        ),
        tuple(_row(one, found) for one in found),
        chart=Chart("bars", "group", ("value",), words=f"{outcome.title}: each group's figure."),
    )  # fmt: skip


def _row(one: Comparison, found: list[Comparison]) -> tuple[Cell, ...]:
    if one.children < FEWEST:
        return (one.title, HIDDEN, *([HIDDEN] * 10), _rests_on_few(one, found), one.word)
    alike = NOTHING if one.is_too_few else one.adjusted.difference
    return (
        one.title, HIDDEN if _would_tell(one, found) else one.children,
        one.group.value, one.group.low, one.group.high, one.rest.value,
        *_points(one.outcome, one.difference), *_points(one.outcome, alike), _rests_on_few(one, found), one.word,
    )  # fmt: skip


def _rests_on_few(one: Comparison, found: list[Comparison]) -> bool:
    """Would a share of this kind of group tell of 1 to 5 children, in the group or by what is left over?"""
    same = [each for each in found if each.dimension == one.dimension and each.outcome is one.outcome]
    return one.outcome.sort == "share" and any(each.is_of_few for each in same)


def _would_tell(one: Comparison, found: list[Comparison]) -> bool:
    """Would this group's number tell that of the only small group of its dimension, by taking it from the whole?"""
    same = [each for each in found if each.dimension == one.dimension]
    if sum(each.children < FEWEST for each in same) != 1:
        return False
    smallest = min((each for each in same if each.children >= FEWEST), key=lambda each: each.children)
    return smallest.level == one.level

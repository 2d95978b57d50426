"""The missing places and what to buy, as a part of the picture."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Column, Section
from nearhome.sufficiency.calculations.market.market import KINDS
from nearhome.sufficiency.calculations.requirements.gap import Gap, GapRow
from nearhome.sufficiency.calculations.requirements.requirement import Requirement, confidence_in_words

_WITHIN: Final = 0.8
_OPENING: Final = (
    "How many children will need a place, how many places these children can live in, and what is missing. From it come "
    "requirements that a tender can be written from."
)
_LIMITS: Final = (
    "The forecast carries on what has been recorded; it does not know of new homes, new rules or a change of practice "
    "unless a scenario says so.",
    "Places open to referral are counted as the providers say them; a place may still not fit a child.",
    "A place that one of these children leaves may be filled by another authority’s child; then more is missing.",
    "Wishes such as “near a secondary school” are written into the requirement and tested by nothing: school places are "
    "not in these data.",
)


def requirement_section(
    gap: Gap, requirements: Sequence[Requirement], *, months: Sequence[int], names: Mapping[str, str] | None = None
) -> Section:
    """The gap at the end of these months, the course of it for each requirement, and the requirements in words.

    `names` are the names of areas by DfE code.
    """
    named = names or {}
    return Section(
        "requirement",
        "What is missing and what to buy",
        _OPENING,
        breakdowns=(
            _requirements(requirements, named),
            _steps(requirements, named),
            _gap_table(gap, months, named),
            *(_course(gap, one, named) for one in requirements),
        ),
        limits=_LIMITS,
    )


def _requirements(requirements: Sequence[Requirement], names: Mapping[str, str]) -> Breakdown:
    return Breakdown(
        "requirements",
        "Requirements",
        "What the forecast supports buying. The confidence is how sure it has to be that every place bought is needed: "
        "in 8 of 10 futures, for example, at least so many are missing from that month to the end of the forecast.",
        (
            Column("kind", "Kind"), Column("area", "Area"), Column("need", "Need"),
            Column("requirement", "Requirement"), Column("low", "Supported, at least", "number"),
            Column("high", "At most", "number"), Column("confidence", "Confidence"), Column("reasons", "Why"),
        ),
        tuple(
            (
                *_what(one.kind, one.area, one.need, names), one.sentence, *one.supported,
                confidence_in_words(one.confidence), " ".join(one.reasons),
            )
            for one in requirements
        ),
        when_empty="No requirement was asked for.",
    )  # fmt: skip


def _steps(requirements: Sequence[Requirement], names: Mapping[str, str]) -> Breakdown:
    return Breakdown(
        "steps",
        "Places by month",
        "The steps of each requirement: places to open by the end of a month, counted from the end of the data, and how "
        "many that makes in all.",
        (
            Column("kind", "Kind"), Column("area", "Area"), Column("need", "Need"),
            Column("by_month", "By month", "number"), Column("places", "Places", "number"),
            Column("in_all", "In all", "number"),
        ),
        tuple(
            (*_what(one.kind, one.area, one.need, names), step.by_month, step.places, step.in_all)
            for one in requirements
            for step in one.steps
        ),
        when_empty="The forecast supports no places.",
    )  # fmt: skip


def _gap_table(gap: Gap, months: Sequence[int], names: Mapping[str, str]) -> Breakdown:
    return Breakdown(
        "gap",
        "Children and places",
        "Children who need a place in the area at the end of the month, the places these children can live in, and the "
        "places missing (spare if below 0) so that no service has to be fuller than its occupancy target. Low and high "
        f"hold {100 * _WITHIN:.0f} % of the futures. The chance is that at least one place is missing.",
        (
            Column("kind", "Kind"), Column("area", "Area"), Column("need", "Need"),
            Column("month", "Month", "number"), Column("children", "Children", "number"),
            Column("children_low", "Low", "number"), Column("children_high", "High", "number"),
            Column("places", "Places", "number"), Column("missing", "Missing", "number"),
            Column("missing_low", "Missing, low", "number"), Column("missing_high", "Missing, high", "number"),
            Column("chance", "Chance of a shortage", "share"),
        ),
        tuple(_gap_row(row, names) for row in gap.rows(months, _WITHIN)),
    )  # fmt: skip


def _gap_row(row: GapRow, names: Mapping[str, str]) -> tuple[Cell, ...]:
    return (
        *_what(row.key.kind, row.key.area, row.key.need, names), row.month, *_middle_first(row.need),
        round(row.places, 1), *_middle_first(row.missing), row.chance_short,
    )  # fmt: skip


def _course(gap: Gap, one: Requirement, names: Mapping[str, str]) -> Breakdown:
    kind, area, need = _what(one.kind, one.area, one.need, names)
    levels = ((1 - _WITHIN) / 2, 0.5, (1 + _WITHIN) / 2)
    course = np.quantile(gap.of(one.kind, one.area, one.need), levels, axis=0).T
    rows = [(month, *_middle_first(values)) for month, values in enumerate(course.tolist(), start=1)]
    return Breakdown(
        f"missing_{one.kind}_{one.area}" + (f"_{one.need}" if one.need else ""),
        f"{kind} missing in {area} ({need.lower()})",
        f"Places missing at the end of each month (spare if below 0); {100 * _WITHIN:.0f} % of the futures lie between "
        "low and high.",
        (Column("month", "Month", "number"), Column("missing", "Missing", "number"), Column("low", "Low", "number"),
         Column("high", "High", "number")),
        tuple(rows),
        chart=Chart(
            "bands", "month", ("missing",), ("low",), ("high",),
            words=f"Places missing in {area} month by month, with the range of most futures.",
        ),
    )  # fmt: skip


def _what(kind: str, area: str, need: str, names: Mapping[str, str]) -> tuple[str, str, str]:
    return KINDS.get(kind, kind), names.get(area, area), need or "Any need"


def _middle_first(values: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = (round(value, 1) for value in values)
    return middle, low, high

"""What do partners' shared figures say next to one another, and together?"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from nearhome.sufficiency.calculations.figures import HIDDEN, Analysis, Breakdown, Cell, Chart, Column, Indicator, Kind

_KINDS: dict[str, Kind] = {
    "children": "count",
    "share": "share",
    "miles": "miles",
    "per 10,000": "rate",
    "days": "days",
    "places": "count",
}


@dataclass(frozen=True, slots=True)
class Shared:
    """The figures one authority shares: its name, the day they are of, and the figures, small numbers hidden."""

    authority: str
    on: dt.date
    analysis: Analysis


def side_by_side(shared: Sequence[Shared]) -> tuple[Breakdown, ...]:
    """One table for each headline indicator that any of them shares: authorities down, the region's own figure last.

    The region's figure is the sum of numerators over the sum of denominators. Where one authority's figure is hidden
    there is none: a sum would give the hidden number away.
    """
    names: dict[str, Indicator] = {}
    for one in shared:
        for indicator in _headlines(one.analysis):
            names.setdefault(indicator.name, indicator)
    return tuple(_table(indicator, shared) for indicator in names.values())


def _headlines(analysis: Analysis) -> tuple[Indicator, ...]:
    """The indicators of the first section, which is the picture at a glance."""
    return analysis.sections[0].indicators if analysis.sections else ()


def _table(indicator: Indicator, shared: Sequence[Shared]) -> Breakdown:
    kind = _KINDS.get(indicator.unit, "number")
    columns = [Column("authority", "Authority"), Column("on", "On", "date"), Column("value", indicator.title, kind)]
    is_share = indicator.unit == "share"
    if is_share:
        columns += [Column("numerator", "Of them", "count"), Column("denominator", "Out of", "count")]
    found = [(one, _of(one.analysis, indicator.name)) for one in shared]
    rows = tuple(_row(one, each, is_share=is_share) for one, each in found)
    return Breakdown(
        indicator.name,
        indicator.title,
        indicator.definition,
        tuple(columns),
        rows,
        total=_total([each for _, each in found], indicator.unit),
        chart=Chart("bars", "authority", ("value",), words=f"{indicator.title}, by authority."),
    )


def _of(analysis: Analysis, name: str) -> Indicator | None:
    return next((one for one in analysis.indicators() if one.name == name), None)


def _row(one: Shared, indicator: Indicator | None, *, is_share: bool) -> tuple[Cell, ...]:
    figures: tuple[Cell, ...] = (None, None, None)
    if indicator is not None and indicator.suppressed:
        figures = (HIDDEN, HIDDEN, HIDDEN)
    elif indicator is not None:
        figures = (indicator.value, indicator.numerator, indicator.denominator)
    return (one.authority, one.on, *(figures if is_share else figures[:1]))


def _total(found: Sequence[Indicator | None], unit: str) -> tuple[Cell, ...] | None:
    """The region's own figure; of medians and rates there is no sum."""
    if unit not in ("share", "children"):
        return None
    known = [one for one in found if one is not None]
    if not known or any(one.suppressed for one in known):
        return ("All together", None, HIDDEN, *((HIDDEN, HIDDEN) if unit == "share" else ())) if known else None
    numerator = sum(one.numerator or 0 for one in known)
    if unit == "children":
        return ("All together", None, numerator)
    denominator = sum(one.denominator or 0 for one in known)
    return ("All together", None, numerator / denominator if denominator else None, numerator, denominator)

"""Draws a table of figures as its chart asks, on the server, without style or script."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from nearhome.design import wording
from nearhome.design.charts import Say, Series, bar_chart, line_chart, plain
from nearhome.design.interval_charts import Band, Funnel, FunnelPoint, band_chart, funnel_chart
from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Kind
from nearhome.sufficiency.exporters.flow_map import flow_map
from nearhome.sufficiency.exporters.words import cell_words

_SAY: dict[Kind, Say] = {
    "share": lambda value: wording.share(value).replace(".0%", "%"),
    "weekly": lambda pence: wording.pounds(round(pence)),
    "money": lambda pence: wording.pounds(round(pence)),
    "rate": lambda value: f"{value:,.1f}".removesuffix(".0"),
    "miles": lambda value: f"{value:,.1f}".removesuffix(".0"),
    "number": lambda value: f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}",
}
FEWEST_BARS, MOST_BARS = 2, 30  # one bar compares nothing, and very many nobody reads: the table says it better
_LONGEST_SCALE = 240


def chart_of(table: Breakdown) -> Markup | None:
    """The chart of a table, or None where it has none, or nothing that can be drawn or is worth drawing."""
    if table.chart is None or not table.rows:
        return None
    if table.chart.kind == "bars" and not FEWEST_BARS <= len(table.rows) <= MOST_BARS:
        return None
    if table.chart.kind == "flows":
        return flow_map(table)
    return _DRAWN[table.chart.kind](table, table.chart)


def _bars(table: Breakdown, chart: Chart) -> Markup:
    values = [_figure(cell) for cell in table.column(chart.lines[0])]
    return bar_chart(_labels(table, chart), values, _say(table, chart.lines[0]))


def _lines(table: Breakdown, chart: Chart) -> Markup:
    along = _Along(table, chart)
    names = _names(table, chart.lines)
    series = [Series(name, along.spread(table.column(key))) for name, key in zip(names, chart.lines, strict=True)]
    return line_chart(along.labels, series, _say(table, chart.lines[0]), along.title)


def _bands(table: Breakdown, chart: Chart) -> Markup:
    along = _Along(table, chart)
    names = _names(table, chart.lines)
    bands = [
        Band(name, *(along.spread(table.column(one)) for one in (key, low, high)))
        for name, key, low, high in zip(names, chart.lines, chart.low, chart.high, strict=True)
    ]
    return band_chart(along.labels, bands, _say(table, chart.lines[0]), along.title)


class _Along:
    """What a line runs along: labels as they are, or whole numbers (months) set as far apart as they are."""

    def __init__(self, table: Breakdown, chart: Chart) -> None:
        cells = table.column(chart.along)
        self.at = _uneven(cells)
        self.labels = [str(at) for at in range(self.at[-1] + 1)] if self.at else _labels(table, chart)
        is_dated = any(isinstance(cell, dt.date) for cell in cells)
        self.title = "" if is_dated or not any(label.isdigit() for label in self.labels) else _title(table, chart.along)

    def spread(self, cells: Sequence[Cell]) -> list[float | None]:
        """The figures, one for each label; between two that are known they change evenly."""
        figures = [_figure(cell) for cell in cells]
        if not self.at:
            return figures
        spread: list[float | None] = [None] * len(self.labels)
        for (start, low), (end, high) in pairwise(zip(self.at, figures, strict=True)):
            for place in range(start, end + 1):
                if low is not None and high is not None:
                    spread[place] = low + (high - low) * (place - start) / (end - start)
        return spread


def _uneven(cells: Sequence[Cell]) -> list[int]:
    """The cells as places on a scale from nought if they are rising whole numbers, else nothing."""
    at = [
        int(cell)
        for cell in cells
        if isinstance(cell, int | float) and not isinstance(cell, bool) and cell == int(cell)
    ]
    rises = len(at) == len(cells) > 1 and all(one < other for one, other in pairwise(at))
    return at if rises and at[0] == 0 and at[-1] <= _LONGEST_SCALE else []


def _names(table: Breakdown, keys: Sequence[str]) -> list[str]:
    """The titles of the columns, without the words after a colon that all of them share."""
    titles = [_title(table, key) for key in keys]
    shared = {title.partition(": ")[2] for title in titles}
    return [title.partition(": ")[0] for title in titles] if len(titles) > 1 and len(shared) == 1 else titles


def _funnel(table: Breakdown, chart: Chart) -> Markup:
    """Curves are read from the rows' own limits, by size, around their geometric middle; outliers are named."""
    sizes = [_figure(cell) or 0.0 for cell in table.column(chart.along)]
    values = [_figure(cell) or 0.0 for cell in table.column(chart.lines[0])]
    names = [str(cell) for cell in table.column(table.columns[0].key)]
    order = sorted(range(len(sizes)), key=lambda row: sizes[row])
    limits = [
        tuple([_figure(cell) or 0.0 for cell in table.column(key)] for key in pair)
        for pair in zip(chart.low, chart.high, strict=True)
    ]
    funnels = [
        Funnel([sizes[row] for row in order], [low[row] for row in order], [high[row] for row in order], middle)
        for low, high in limits
        for middle in [(max(0.0, low[order[-1]]) * high[order[-1]]) ** 0.5]
    ]
    low, high = limits[-1]
    points = [
        FunnelPoint(name, size, value, not low[row] <= value <= high[row])
        for row, (name, size, value) in enumerate(zip(names, sizes, values, strict=True))
    ]
    return funnel_chart(points, funnels, _title(table, chart.along), _say(table, chart.lines[0]))


_DRAWN = {"bars": _bars, "lines": _lines, "bands": _bands, "funnel": _funnel}


def _labels(table: Breakdown, chart: Chart) -> list[str]:
    kind = next(column.kind for column in table.columns if column.key == chart.along)
    return [_short(kind, cell) for cell in table.column(chart.along)]


def _short(kind: Kind, cell: Cell) -> str:
    return f"{cell:%b %y}" if isinstance(cell, dt.date) else cell_words(kind, cell)


def _title(table: Breakdown, key: str) -> str:
    return next(column.title for column in table.columns if column.key == key)


def _say(table: Breakdown, key: str) -> Say:
    return _SAY.get(next(column.kind for column in table.columns if column.key == key), plain)


def _figure(cell: Any) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None

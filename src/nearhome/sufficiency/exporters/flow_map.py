"""The map of who places children where: authorities as squares of our own outlines, flows as curves between them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from nearhome.geography.authorities import authority_by_dfe
from nearhome.geography.base_map import base_cells
from nearhome.sufficiency.calculations.figures import Breakdown

WIDTH = 720
DRAWN = 40
_MARGIN = 6  # squares around what is shown
_FROM, _OTHERS, _LINE = ("#cfe3e3", "#c3dada", "#d9ebe9"), ("#e4e7ea", "#dcdfe6", "#eae6de"), "#0b5c5c"
_TEXT = 'font-family="arial, sans-serif" font-size="13" fill="#0b0c0c" text-anchor="middle"'

Runs = Sequence[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Flow:
    """So many children of one authority placed in the area of another (DfE codes)."""

    origin: str
    area: str
    children: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """The squares shown, and how large one is in pixels."""

    left: float
    top: float
    size: float
    height: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.left) * self.size, (y - self.top) * self.size


def flow_map(table: Breakdown) -> Markup | None:
    """The largest flows of a table whose chart is of the kind "flows"; None if no authority can be placed."""
    flows = flows_of(table)
    cells = base_cells()
    middles = {code: _middle(cells[code]) for flow in flows for code in (flow.origin, flow.area) if code in cells}
    drawn = [flow for flow in flows if flow.origin in middles and flow.area in middles and flow.origin != flow.area]
    if not drawn:
        return None
    drawn = sorted(drawn, key=lambda flow: -flow.children)[:DRAWN]
    shown = list(dict.fromkeys([*(flow.origin for flow in drawn), *(flow.area for flow in drawn)]))  # largest first
    frame = _frame([cells[code] for code in shown])
    most = drawn[0].children
    body = [
        *_base(cells, frame, {flow.origin for flow in flows}),
        *(_curve(flow, middles, frame, most) for flow in reversed(drawn)),
        *_names(shown, middles, frame),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {frame.height:.0f}">'
    return Markup(f"{head}{''.join(body)}</svg>")  # noqa: S704 figures and escaped names only


def flows_of(table: Breakdown) -> list[Flow]:
    """The flows in a table's rows; a hidden number is no flow that can be drawn."""
    chart = table.chart
    if chart is None:
        return []
    rows = zip(table.column(chart.along), table.column(chart.to), table.column(chart.lines[0]), strict=True)
    return [Flow(str(origin), str(area), number) for origin, area, number in rows if isinstance(number, int) and number]


def _middle(runs: Runs) -> tuple[float, float]:
    count = sum(width for _, _, width in runs)
    x = sum((x + width / 2) * width for x, _, width in runs) / count
    return x, sum((y + 0.5) * width for _, y, width in runs) / count


def _frame(shown: Sequence[Runs]) -> _Frame:
    runs = [run for some in shown for run in some]
    left, right = min(x for x, _, _ in runs) - _MARGIN, max(x + width for x, _, width in runs) + _MARGIN
    top, bottom = min(y for _, y, _ in runs) - _MARGIN, max(y for _, y, _ in runs) + 1 + _MARGIN
    size = WIDTH / (right - left)
    return _Frame(left, top, size, (bottom - top) * size)


def _base(cells: Mapping[str, Runs], frame: _Frame, origins: set[str]) -> Iterable[str]:
    yield f'<g transform="scale({frame.size:.4f}) translate({-frame.left:g} {-frame.top:g})">'
    for code, runs in cells.items():
        path = "".join(f"M{x} {y}h{width}v1h-{width}z" for x, y, width in runs if _in_sight(x, y, width, frame))
        if path:
            tints = _FROM if code in origins else _OTHERS
            yield f'<path d="{path}" fill="{tints[sum(map(ord, code)) % 3]}"/>'
    yield f'<path d="{_borders(cells, frame)}" fill="none" stroke="#7d868c" stroke-width="{0.8 / frame.size:.3f}"/></g>'


def _borders(cells: Mapping[str, Runs], frame: _Frame) -> str:
    """A line wherever a square and the one beside or below it belong to two authorities."""
    whose = {
        (at, y): code
        for code, runs in cells.items()
        for x, y, width in runs
        if _in_sight(x, y, width, frame)
        for at in range(x, x + width)
    }
    lines = []
    for (x, y), code in whose.items():
        if whose.get((x + 1, y), code) != code:
            lines.append(f"M{x + 1} {y}v1")
        if whose.get((x, y + 1), code) != code:
            lines.append(f"M{x} {y + 1}h1")
    return "".join(lines)


def _in_sight(x: int, y: int, width: int, frame: _Frame) -> bool:
    return x + width > frame.left and x < frame.left + WIDTH / frame.size and y * frame.size < (
        frame.top * frame.size + frame.height
    ) and y + 1 > frame.top  # fmt: skip


def _curve(flow: Flow, middles: Mapping[str, tuple[float, float]], frame: _Frame, most: int) -> str:
    """Bent to the left of its direction, so that the two directions between a pair do not hide one another."""
    (x1, y1), (x2, y2) = frame.at(*middles[flow.origin]), frame.at(*middles[flow.area])
    bend_x, bend_y = (x1 + x2) / 2 + (y2 - y1) * 0.18, (y1 + y2) / 2 - (x2 - x1) * 0.18
    wide = 1 + 9 * flow.children / most
    name = escape(f"{_name(flow.origin)} to {_name(flow.area)}: {flow.children:,}")
    return (
        f'<path d="M{x1:.1f} {y1:.1f}Q{bend_x:.1f} {bend_y:.1f} {x2:.1f} {y2:.1f}" fill="none" stroke="{_LINE}"'
        f' stroke-opacity="0.55" stroke-width="{wide:.1f}"><title>{name}</title></path>'
        f'<circle cx="{x2:.1f}" cy="{y2:.1f}" r="{2 + wide / 2:.1f}" fill="{_LINE}"/>'
    )


def _names(shown: Iterable[str], middles: Mapping[str, tuple[float, float]], frame: _Frame) -> Iterable[str]:
    """Names in the order given; one that would lie over another is left to the table."""
    taken: list[tuple[float, float, float]] = []
    for code in shown:
        x, y = frame.at(*middles[code])
        half = 3.6 * len(_name(code))
        x = min(max(x, half + 2), WIDTH - half - 2)
        if all(abs(y - other_y) > 14 or abs(x - other_x) > half + other_half for other_x, other_y, other_half in taken):
            taken.append((x, y, half))
            yield (
                f'<text x="{x:.1f}" y="{y - 8:.1f}" {_TEXT} stroke="#ffffff" stroke-width="3" paint-order="stroke">'
                f"{escape(_name(code))}</text>"
            )


def _name(code: str) -> str:
    return authority_by_dfe(code).name if code.isdigit() else {"WAL": "Wales", "SCO": "Scotland"}.get(code, code)

"""Small charts drawn on the server as SVG, with no style and no script. Show each beside its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from markupsafe import Markup, escape

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 150, 16, 40
COLOURS = ("#0b5c5c", "#b3460f", "#54319f", "#0b0c0c")  # each at least 4.5 to 1 on white
DASHES = ("", "8 4", "2 4", "12 4 2 4")  # so that lines differ without colour too
TEXT = 'font-family="arial, sans-serif" font-size="14" fill="#0b0c0c"'


@dataclass(frozen=True)
class Series:
    """One line of a chart; a None is a gap."""

    name: str
    values: Sequence[float | None]


def bar_chart(labels: Sequence[str], values: Sequence[float]) -> Markup:
    """One bar for each label with its figure above it. Values are zero or more."""
    top = rounded_top(max(values, default=0))
    step = (WIDTH - LEFT - 16) / max(1, len(values))
    drawn = [_grid(top, WIDTH - 16)]
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        x, y = LEFT + place * step, _y(value, top)
        middle = x + step / 2
        drawn.append(f'<rect x="{x + step * 0.15:.1f}" y="{y:.1f}" width="{step * 0.7:.1f}"')
        drawn.append(f'height="{HEIGHT - BOTTOM - y:.1f}" fill="{COLOURS[0]}"/>')
        drawn.append(_text(middle, y - 5, f"{value:,.10g}", "middle"))
        drawn.append(_text(middle, HEIGHT - BOTTOM + 20, label, "middle"))
    return _svg(drawn)


def line_chart(labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """A line for each series, named at its end, different by colour and by dashes."""
    top = rounded_top(max((value for one in series for value in one.values if value is not None), default=0))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels) - 1)
    drawn = [_grid(top, WIDTH - RIGHT)]
    every = ceil(len(labels) / 8) or 1
    for place in range(0, len(labels), every):
        drawn.append(_text(LEFT + place * step, HEIGHT - BOTTOM + 20, labels[place], "middle"))
    for number, one in enumerate(series):
        drawn.append(_line(one, step, top, number % len(COLOURS)))
    drawn.extend(_names(series, len(labels), step, top))
    return _svg(drawn)


def rounded_top(most: float) -> float:
    """The end of the scale: the next figure above that gives four plain steps."""
    if most <= 0:
        return 1.0
    power = 10.0 ** int(log10(most) if most >= 1 else log10(most) - 1)
    return next(step * power for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10, 12) if step * power >= most)


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - max(0.0, value) / top)


def _grid(top: float, right: float) -> str:
    lines = []
    for part in range(5):
        value = top * part / 4
        y = _y(value, top)
        lines.append(f'<line x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dcdfdf"/>')
        lines.append(_text(LEFT - 8, y + 5, f"{value:,.10g}", "end"))
    return "".join(lines)


def _line(one: Series, step: float, top: float, number: int) -> str:
    path, pen = [], "M"
    for place, value in enumerate(one.values):
        if value is not None:
            path.append(f"{pen}{LEFT + place * step:.1f} {_y(value, top):.1f}")
        pen = "M" if value is None else "L"
    dash = f' stroke-dasharray="{DASHES[number]}"' if DASHES[number] else ""
    return f'<path d="{" ".join(path)}" fill="none" stroke="{COLOURS[number]}" stroke-width="3"{dash}/>'


def _names(series: Sequence[Series], count: int, step: float, top: float) -> list[str]:
    """Each line's name at its end, moved down until it overlaps no other."""
    ends = [(next((v for v in reversed(one.values) if v is not None), 0), one.name) for one in series]
    drawn, free = [], float(TOP)
    for value, name in sorted(ends, reverse=True):
        y = max(_y(value, top) + 5, free)
        free = y + 18
        drawn.append(_text(LEFT + max(0, count - 1) * step + 8, y, name, "start"))
    return drawn


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {TEXT}>{escape(words)}</text>'


def _svg(drawn: Sequence[str]) -> Markup:
    body = " ".join(drawn)
    return Markup(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{body}</svg>')  # noqa: S704

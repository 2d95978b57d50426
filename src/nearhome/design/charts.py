"""Small charts drawn on the server as SVG, with no style and no script. Show each beside its table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10
from textwrap import wrap

from markupsafe import Markup, escape

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 150, 16, 40
COLOURS = ("#0b5c5c", "#b3460f", "#54319f", "#0b0c0c", "#8f1650", "#1d5fa8")  # each at least 4.5 to 1 on white
DASHES = ("", "8 4", "2 4", "12 4 2 4", "18 5", "3 3 9 3")  # so that lines differ without colour too
TEXT = 'font-family="arial, sans-serif" font-size="14" fill="#0b0c0c"'

Say = Callable[[float], str]
_ROOM_FOR_LABELS = 88  # letters that fit below the bars
_ROW, _SECOND_LINE, _NAMES_WIDTH, _NAME_LETTERS = 26, 16, 250, 32
_SAMPLE, _END_LETTERS, _END_LINE = 24, 15, 16  # a line's name beside the chart
_EVERY = (1, 2, 3, 4, 6, 12, 24, 36, 60, 120, 240)  # steps of labels that months and years fall into
_MOST_LABELS = 8


def plain(value: float) -> str:
    """A figure as it is: 1,234.5."""
    return f"{value:,.10g}"


@dataclass(frozen=True)
class Series:
    """One line of a chart; a None is a gap."""

    name: str
    values: Sequence[float | None]


def bar_chart(labels: Sequence[str], values: Sequence[float | None], say: Say = plain) -> Markup:
    """One bar for each label with its figure, lying down where the labels are long; None has no bar and is a dash.

    Where a value is below zero, bars run to both sides of a line.
    """
    if min((value for value in values if value is not None), default=0) < 0:
        return _bars_both_ways(labels, values, say)
    if max(map(len, labels), default=0) * len(labels) > _ROOM_FOR_LABELS:
        return _bars_across(labels, values, say)
    top = rounded_top(max((value or 0 for value in values), default=0))
    step = (WIDTH - LEFT - 16) / max(1, len(values))
    drawn = [grid(top, WIDTH - 16, say)]
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        x, y = LEFT + place * step, height_of(value or 0, top)
        middle = x + step / 2
        drawn.append(f'<rect x="{x + step * 0.15:.1f}" y="{y:.1f}" width="{step * 0.7:.1f}"')
        drawn.append(f'height="{HEIGHT - BOTTOM - y:.1f}" fill="{COLOURS[0]}"/>')
        drawn.append(text(middle, y - 5, _said(value, say), "middle"))
        drawn.append(text(middle, HEIGHT - BOTTOM + 20, label, "middle"))
    return drawing(drawn)


def _said(value: float | None, say: Say) -> str:
    return "–" if value is None else say(value)


def _bars_across(labels: Sequence[str], values: Sequence[float | None], say: Say) -> Markup:
    top = rounded_top(max((value or 0 for value in values), default=0))
    wide = WIDTH - _NAMES_WIDTH - 80
    drawn, y = [], float(TOP)
    for label, value in zip(labels, values, strict=True):
        high, long = _row_height(label), wide * (value or 0) / top
        drawn.append(_row_name(label, y))
        drawn.append(bar(_NAMES_WIDTH, y, long, high - 6))
        drawn.append(text(_NAMES_WIDTH + long + 6, y + high / 2 + 2, _said(value, say), "start"))
        y += high
    return drawing(drawn, int(y) + 8)


def _bars_both_ways(labels: Sequence[str], values: Sequence[float | None], say: Say) -> Markup:
    known = [value for value in values if value is not None]
    most = rounded_top(max(abs(value) for value in known))
    one = (WIDTH - _NAMES_WIDTH - 160) / 2
    zero = _NAMES_WIDTH + 80 + one
    drawn, y = [], float(TOP)
    for label, value in zip(labels, values, strict=True):
        high, long = _row_height(label), one * abs(value or 0) / most
        below = value is not None and value < 0
        drawn.append(_row_name(label, y))
        drawn.append(bar(zero - long if below else zero, y, long, high - 6, COLOURS[1] if below else COLOURS[0]))
        drawn.append(
            text(
                zero + (-long - 6 if below else long + 6),
                y + high / 2 + 2,
                _said(value, say),
                "end" if below else "start",
            )
        )
        y += high
    drawn.append(f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="{TOP - 4}" y2="{y:.1f}" stroke="#0b0c0c"/>')
    return drawing(drawn, int(y) + 8)


def _row_height(label: str) -> int:
    return _ROW + (_SECOND_LINE if len(label) > _NAME_LETTERS else 0)


def _row_name(label: str, y: float) -> str:
    lines = wrapped(label, _NAME_LETTERS, 2)
    return "".join(text(_NAMES_WIDTH - 8, y + 15 + at * _SECOND_LINE, line, "end") for at, line in enumerate(lines))


def bar(x: float, y: float, wide: float, high: float, colour: str = COLOURS[0]) -> str:
    """One bar that lies down."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:g}" fill="{colour}"/>'


def wrapped(words: str, letters: int, most: int) -> list[str]:
    """The words in at most so many lines of so many letters; what does not fit ends in an ellipsis."""
    lines = wrap(words, letters) or [""]
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][: letters - 1]}…"]


def line_chart(labels: Sequence[str], series: Sequence[Series], say: Say = plain, along: str = "") -> Markup:
    """A line for each series, named at its end, different by colour and by dashes; `along` says what the labels are."""
    top = rounded_top(max((value for one in series for value in one.values if value is not None), default=0))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels) - 1)
    drawn = [grid(top, WIDTH - RIGHT, say), *labels_along(labels, step, along)]
    for number, one in enumerate(series):
        drawn.append(line_path(one.values, step, top, number % len(COLOURS)))
    drawn.extend(end_names([(one.name, last_height(one.values, top)) for one in series]))
    return drawing(drawn, HEIGHT + (_SECOND_LINE if along else 0))


def labels_along(labels: Sequence[str], step: float, along: str = "") -> list[str]:
    """As many labels below the chart as there is room for, evenly, and below them what they are."""
    every = next((every for every in _EVERY if len(labels) <= every * _MOST_LABELS), len(labels))
    drawn = [text(LEFT + at * step, HEIGHT - BOTTOM + 20, labels[at], "middle") for at in range(0, len(labels), every)]
    if along:
        drawn.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 42, along, "middle"))
    return drawn


def last_height(values: Sequence[float | None], top: float, floor: float = 0) -> float:
    """How far down the line ends."""
    return height_of(next((value for value in reversed(values) if value is not None), 0), top, floor)


def end_names(ends: Sequence[tuple[str, float]]) -> list[str]:
    """Each line's name with a sample of the line, beside the end of it, moved until none overlaps another."""
    drawn, free = [], float(TOP)
    told = [(y, number, wrapped(name, _END_LETTERS, 3)) for number, (name, y) in enumerate(ends)]
    below = sum(_END_LINE * len(lines) + 3 for _, _, lines in told)
    for y, number, lines in sorted(told):
        high = _END_LINE * len(lines) + 3
        at = max(free, min(y - 8, HEIGHT - BOTTOM + 6 - below))
        drawn.append(_end_name(number % len(COLOURS), lines, at))
        free, below = at + high, below - high
    return drawn


def _end_name(number: int, lines: Sequence[str], at: float) -> str:
    x = WIDTH - RIGHT + 8
    dash = f' stroke-dasharray="{DASHES[number]}"' if DASHES[number] else ""
    sample = f'<path d="M{x} {at + 8:.1f}h{_SAMPLE}" stroke="{COLOURS[number]}" stroke-width="3"{dash}/>'
    return sample + "".join(
        text(x + _SAMPLE + 4, at + 13 + place * _END_LINE, line, "start") for place, line in enumerate(lines)
    )


def rounded_top(most: float) -> float:
    """The end of the scale: the next figure above that gives four plain steps."""
    if most <= 0:
        return 1.0
    power = 10.0 ** int(log10(most) if most >= 1 else log10(most) - 1)
    return next(step * power for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10, 12) if step * power >= most)


def rounded_floor(least: float) -> float:
    """The beginning of the scale: nothing, or a plain figure below the least one where that is below nothing."""
    return -rounded_top(-least) if least < 0 else 0.0


def height_of(value: float, top: float, floor: float = 0) -> float:
    """Where a figure lies on a scale from `floor` to `top`, counted from above; what lies outside is drawn at the edge."""
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (min(max(floor, value), top) - floor) / (top - floor))


def grid(top: float, right: float, say: Say = plain, floor: float = 0) -> str:
    """Four steps from the floor, nothing unless figures lie below it, to the top, each with its figure."""
    lines = []
    for part in range(5):
        value = floor + (top - floor) * part / 4
        y = height_of(value, top, floor)
        lines.append(f'<line x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dcdfdf"/>')
        lines.append(text(LEFT - 8, y + 5, say(value), "end"))
    return "".join(lines)


def line_path(values: Sequence[float | None], step: float, top: float, number: int, floor: float = 0) -> str:
    """One line of a chart, in the colour and dashes of its number."""
    path, pen = [], "M"
    for place, value in enumerate(values):
        if value is not None:
            path.append(f"{pen}{LEFT + place * step:.1f} {height_of(value, top, floor):.1f}")
        pen = "M" if value is None else "L"
    dash = f' stroke-dasharray="{DASHES[number]}"' if DASHES[number] else ""
    return f'<path d="{" ".join(path)}" fill="none" stroke="{COLOURS[number]}" stroke-width="3"{dash}/>'


def text(x: float, y: float, words: str, anchor: str) -> str:
    """Words in a chart; `anchor` is start, middle or end."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {TEXT}>{escape(words)}</text>'


def drawing(drawn: Sequence[str], height: int = HEIGHT) -> Markup:
    """The chart of these parts."""
    body = " ".join(drawn)
    return Markup(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}">{body}</svg>')  # noqa: S704

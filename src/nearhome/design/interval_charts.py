"""Charts of what is uncertain: a middle line in its band, and points between the curves that chance would allow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10

from markupsafe import Markup

from nearhome.design.charts import (
    BOTTOM,
    COLOURS,
    DASHES,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Say,
    drawing,
    end_names,
    grid,
    height_of,
    labels_along,
    last_height,
    line_path,
    plain,
    rounded_floor,
    rounded_top,
    text,
)

_MOST_SHADED = 3
_ALONG = 16  # room below for what the labels are
_STEPS = 4
_LETTER, _LINE = 7.2, 15  # how wide a letter and how high a line is


@dataclass(frozen=True, slots=True)
class Band:
    """One line with its interval; a None is a gap. The three have one value for each label."""

    name: str
    middle: Sequence[float | None]
    low: Sequence[float | None]
    high: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """One point: its size along the bottom, its value, its name (shown when it lies outside the curves)."""

    name: str
    size: float
    value: float
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Funnel:
    """The curves by size: sizes rising, and the low and high value that chance alone allows at each."""

    sizes: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    middle: float


def band_chart(labels: Sequence[str], bands: Sequence[Band], say: Say = plain, along: str = "") -> Markup:
    """A line for each band, its interval shaded in the same colour, its name at its end; `along` as in a line chart."""
    every = [value for band in bands for value in (*band.high, *band.middle) if value is not None]
    least = min((value for band in bands for value in (*band.low, *band.middle) if value is not None), default=0)
    top, floor = rounded_top(max(every, default=0)), rounded_floor(least)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels) - 1)
    drawn = [grid(top, WIDTH - RIGHT, say, floor), *labels_along(labels, step, along)]
    for number, band in enumerate(bands[:_MOST_SHADED]):
        drawn.append(_shade(band, step, (top, floor), COLOURS[number % len(COLOURS)]))
    for number, band in enumerate(bands):
        drawn.append(line_path(band.middle, step, top, number % len(COLOURS), floor))
    drawn.extend(end_names([(band.name, last_height(band.middle, top, floor)) for band in bands]))
    return drawing(drawn, HEIGHT + (_ALONG if along else 0))


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a size and a value lie on the chart."""

    least: float
    top: float
    most: float

    def x(self, size: float) -> float:
        return LEFT + (WIDTH - LEFT - 16) * size / self.most

    def y(self, value: float) -> float:
        part = (min(max(value, self.least), self.top) - self.least) / (self.top - self.least)
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - part)


def funnel_chart(points: Sequence[FunnelPoint], funnels: Sequence[Funnel], along: str, say: Say = plain) -> Markup:
    """Points by size between pairs of curves; those furthest outside the last pair are named, as far as there is room.

    The scale need not begin at nought. `along` names the sizes.
    """
    scale = _scale(points, funnels)
    drawn = [*_scale_lines(scale, say), *_sizes_along(scale, along)]
    for number, one in enumerate(funnels):
        drawn.extend(_curves(one, number, scale))
    for point in sorted(points, key=lambda point: point.is_outside):
        colour = COLOURS[1] if point.is_outside else COLOURS[0]
        x, y = scale.x(point.size), scale.y(point.value)
        drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}" stroke="#ffffff"/>')
    middle = funnels[-1].middle if funnels else 0.0
    drawn.extend(_outside_names(points, scale, middle))
    return drawing(drawn, HEIGHT + _ALONG)


def _scale(points: Sequence[FunnelPoint], funnels: Sequence[Funnel]) -> _Scale:
    sizes = [point.size for point in points] + [size for one in funnels for size in one.sizes]
    values = [point.value for point in points] + [value for one in funnels for value in (*one.low, *one.high)]
    lowest, highest = min(values, default=0.0), max(values, default=1.0)
    step, least = next(
        (step, least) for step in _plain_steps((highest - lowest) / _STEPS) for least in [max(0.0, floor(lowest / step) * step)]
        if least + _STEPS * step >= highest
    )  # fmt: skip
    return _Scale(least, least + _STEPS * step, rounded_top(max(sizes, default=1)))


def _plain_steps(least: float) -> Iterator[float]:
    """Steps of 1, 2, 2.5 and 5 times a power of ten from the given one up."""
    power = 10.0 ** floor(log10(max(least, 1e-6)))
    while True:
        yield from (part * power for part in (1, 2, 2.5, 5) if part * power >= least)
        power *= 10


def _scale_lines(scale: _Scale, say: Say) -> list[str]:
    drawn = []
    for part in range(_STEPS + 1):
        value = scale.least + (scale.top - scale.least) * part / _STEPS
        y = scale.y(value)
        drawn.append(f'<line x1="{LEFT}" x2="{WIDTH - 16}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dcdfdf"/>')
        drawn.append(text(LEFT - 8, y + 5, say(round(value, 4)), "end"))
    return drawn


def _sizes_along(scale: _Scale, along: str) -> list[str]:
    parts = [scale.most * part / _STEPS for part in range(_STEPS + 1)]
    told = [text(scale.x(size), HEIGHT - BOTTOM + 20, f"{size:,.10g}", "middle") for size in parts]
    return [*told, text((LEFT + WIDTH - 16) / 2, HEIGHT - BOTTOM + 42, along, "middle")]


def _outside_names(points: Sequence[FunnelPoint], scale: _Scale, middle: float) -> list[str]:
    """Names of those outside, furthest first; one with no room beside it is left to the table."""
    outside = sorted((point for point in points if point.is_outside), key=lambda point: -abs(point.value - middle))
    taken = [(scale.x(one.size) - 5, scale.x(one.size) + 5, scale.y(one.value)) for one in points]
    drawn = []
    for point in outside:
        x, y, wide = scale.x(point.size), scale.y(point.value), _LETTER * len(point.name)
        left = next((left for left in (x + 8, x - 8 - wide) if _has_room(left, left + wide, y, taken)), None)
        if left is not None:
            taken.append((left, left + wide, y))
            drawn.append(text(left, y + 4, point.name, "start"))
    return drawn


def _has_room(left: float, right: float, y: float, taken: Sequence[tuple[float, float, float]]) -> bool:
    is_free = all(abs(y - other) > _LINE or left > end or right < start for start, end, other in taken)
    return left > LEFT and right < WIDTH and is_free


def _curves(one: Funnel, number: int, scale: _Scale) -> list[str]:
    dash = DASHES[number + 1 if number + 1 < len(DASHES) else 1]
    middle = scale.y(one.middle)
    drawn = [f'<line x1="{LEFT}" x2="{WIDTH - 16}" y1="{middle:.1f}" y2="{middle:.1f}" stroke="#0b0c0c"/>']
    for values in (one.low, one.high):
        at = [f"{scale.x(size):.1f} {scale.y(value):.1f}" for size, value in zip(one.sizes, values, strict=True)]
        drawn.append(f'<path d="M{"L".join(at)}" fill="none" stroke="#0b0c0c" stroke-dasharray="{dash}"/>')
    return drawn


def _shade(band: Band, step: float, scale: tuple[float, float], colour: str) -> str:
    sure = [
        (LEFT + place * step, height_of(low, *scale), height_of(high, *scale))
        for place, (low, high) in enumerate(zip(band.low, band.high, strict=True))
        if low is not None and high is not None
    ]
    if not sure:
        return ""
    there = "L".join(f"{x:.1f} {high:.1f}" for x, _, high in sure)
    back = "L".join(f"{x:.1f} {low:.1f}" for x, low, _ in reversed(sure))
    return f'<path d="M{there}L{back}z" fill="{colour}" fill-opacity="0.15"/>'

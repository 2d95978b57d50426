"""The map of the ranked homes, drawn on the server: base squares, rings of miles, numbers as in the list."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from nearhome.geography.authorities import authority_by_dfe
from nearhome.geography.base_map import CELL_METRES, WHOLE, base_cells
from nearhome.geography.calculations.distance import Point
from nearhome.matching.calculations.map import Bounds, choose_bounds, miles_to_show, position_on_map, ring_radii
from nearhome.referrals.calculations.profile import NeedsProfile

WIDTH, HEIGHT = 720.0, 560.0
LABELLED_CELLS = 40
DRAWN_HOMES = 200
HALF_A_LETTER = 4
TEXT = 'font-family="arial, sans-serif"'
OWN, OTHERS = "#cfe3e3", ("#e4e7ea", "#dcdfe6", "#eae6de")
LETTERS = {"home": "H", "school": "S", "family": "F"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A home to draw: its number in the list, and its place."""

    number: int
    point: Point


@dataclass(frozen=True)
class DrawnMap:
    """The drawing, and in words what it shows and what it leaves out."""

    svg: Markup
    summary: str


def draw_map(
    marks: Sequence[Mark], numbered: Collection[int], profile: NeedsProfile, centre: Point | None, authority_code: str
) -> DrawnMap | None:
    """Homes as marks, those of the page shown with their numbers; None where nothing is known to draw.

    The places that matter to the child are letters. They are read by the child's own authority only.
    """
    if not marks and centre is None:
        return None
    every, marks = len(marks), [mark for mark in marks if mark.number <= DRAWN_HOMES or mark.number in numbered]
    middle = centre or _middle(marks)
    reach = miles_to_show((mark.point for mark in marks if mark.number in numbered), middle)
    bounds = choose_bounds({str(mark.number): mark.point for mark in marks}, middle, reach)
    inside = [mark for mark in marks if _is_inside(mark.point, bounds)]
    drawn = [
        *_base(bounds, authority_code),
        *(_rings(bounds, centre) if centre else ()),
        *(_dot(mark, bounds) for mark in reversed(inside) if mark.number not in numbered),
        *(_number(mark, bounds) for mark in reversed(inside) if mark.number in numbered),
        *_places(profile, bounds),
    ]
    body = "".join(drawn)
    svg = Markup(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}">{body}</svg>')  # noqa: S704
    return DrawnMap(svg, _summary(every, inside, numbered, has_rings=centre is not None))


def _summary(every: int, inside: Sequence[Mark], numbered: Collection[int], *, has_rings: bool) -> str:
    rings = " Rings are 10, 20 and 50 miles from the child's home." if has_rings else ""
    shown = sum(1 for mark in inside if mark.number in numbered)
    away = every - len(inside)
    further = f" The other {away:,}, further away or further down the list, are not on the map." if away else ""
    return (
        f"{len(inside):,} homes that could take the child; {shown} carry the numbers of this page of the list.{rings}"
        f"{further} The list says the same in words. Fostering households are drawn to the nearest kilometre."
    )


def _middle(marks: Sequence[Mark]) -> Point:
    count = len(marks)
    return Point(
        sum(mark.point.easting for mark in marks) // count, sum(mark.point.northing for mark in marks) // count
    )


def _is_inside(point: Point, bounds: Bounds) -> bool:
    return bounds.west <= point.easting <= bounds.east and bounds.south <= point.northing <= bounds.north


def _base(bounds: Bounds, authority_code: str) -> Iterable[str]:
    """The squares in sight, in whole squares from the west and north, scaled to pixels by the drawing itself."""
    left, top = position_on_map(Point(WHOLE.west, WHOLE.north), bounds, WIDTH, HEIGHT)
    right, _ = position_on_map(Point(WHOLE.west + 100 * CELL_METRES, WHOLE.north), bounds, WIDTH, HEIGHT)
    size = (right - left) / 100
    names = []
    yield f'<g transform="translate({left:.1f} {top:.1f}) scale({size:.4f})">'
    for code, runs in _in_sight(bounds).items():
        colour = OWN if code == authority_code else OTHERS[sum(map(ord, code)) % len(OTHERS)]
        path = "".join(f"M{x} {y}h{width}v1h-{width}z" for x, y, width in runs)
        yield f'<path d="{path}" fill="{colour}"/>'
        names.append(_name(code, runs, left, top, size))
    yield "</g>"
    yield from names


def _in_sight(bounds: Bounds) -> Mapping[str, list[tuple[int, int, int]]]:
    margin = max(bounds.east - bounds.west, bounds.north - bounds.south) / 2
    first, last = (bounds.west - margin - WHOLE.west) // CELL_METRES, (bounds.east + margin - WHOLE.west) // CELL_METRES
    top = (WHOLE.north - bounds.north - margin) // CELL_METRES
    bottom = (WHOLE.north - bounds.south + margin) // CELL_METRES
    found = {
        code: [run for run in runs if top <= run[1] <= bottom and run[0] <= last and run[0] + run[2] >= first]
        for code, runs in base_cells().items()
    }
    return {code: runs for code, runs in found.items() if runs}


def _name(code: str, runs: Sequence[tuple[int, int, int]], left: float, top: float, size: float) -> str:
    count = sum(width for _, _, width in runs)
    if count < LABELLED_CELLS or not code.isdigit():
        return ""
    x = left + size * sum((x + width / 2) * width for x, _, width in runs) / count
    y = top + size * sum((y + 0.5) * width for _, y, width in runs) / count
    name = authority_by_dfe(code).name
    half = HALF_A_LETTER * len(name)
    if not (half < x < WIDTH - half and 15 < y < HEIGHT - 15):
        return ""
    return _text(x, y, name, "#484949", 13)


def _rings(bounds: Bounds, centre: Point) -> Iterable[str]:
    x, y = position_on_map(centre, bounds, WIDTH, HEIGHT)
    for ring in ring_radii(bounds, WIDTH, HEIGHT):
        yield (
            f'<circle cx="{x}" cy="{y}" r="{ring.radius}" fill="none" stroke="#484949" stroke-dasharray="5 5"'
            ' stroke-width="1.5"/>'
        )
        if y - ring.radius > 12:
            yield _text(x, y - ring.radius - 4, f"{ring.miles} miles", "#0b0c0c", 13)


def _dot(mark: Mark, bounds: Bounds) -> str:
    x, y = position_on_map(mark.point, bounds, WIDTH, HEIGHT)
    return f'<circle cx="{x}" cy="{y}" r="3.5" fill="#5a6b6b" stroke="#ffffff"/>'


def _number(mark: Mark, bounds: Bounds) -> str:
    x, y = position_on_map(mark.point, bounds, WIDTH, HEIGHT)
    circle = f'<circle cx="{x}" cy="{y}" r="12" fill="#0b5c5c" stroke="#ffffff" stroke-width="1.5"/>'
    return circle + _text(x, y + 4.5, str(mark.number), "#ffffff", 13, bold=True)


def _places(profile: NeedsProfile, bounds: Bounds) -> Iterable[str]:
    for place in profile.important_places:
        letter = LETTERS.get(place.kind)
        if letter is None or place.easting is None or place.northing is None:
            continue
        x, y = position_on_map(Point(place.easting, place.northing), bounds, WIDTH, HEIGHT)
        yield f'<rect x="{x - 10:.1f}" y="{y - 10:.1f}" width="20" height="20" fill="#0b0c0c" stroke="#ffffff"/>'
        yield _text(x, y + 5, letter, "#ffffff", 14, bold=True)


def _text(x: float, y: float, words: str, colour: str, size: int, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{colour}"'
    return f'<text {place} font-size="{size}" {TEXT}{weight}>{escape(words)}</text>'

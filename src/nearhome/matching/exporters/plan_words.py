"""A bare plan in plain English, for somebody at a terminal."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from nearhome.matching.calculations.planning.bare import BareAnswer, BareProblem
from nearhome.matching.calculations.planning.bare_plan import HeldBack, WorkedPlan

SHOWN_HOMES = 20


def plan_in_words(problem: BareProblem, worked: WorkedPlan, seconds: float) -> str:
    """Who goes where, what each authority gets against alone, how sure the plan is, and who is left over."""
    answer = worked.answer
    parts = [_heading(problem, answer, seconds), _placed(problem, answer), _not_placed(worked), _authorities(answer)]
    if worked.held_back is not None:
        parts.append(_held_back(worked.held_back))
    parts += [f"Note: {note}." for note in worked.notes]
    return "\n\n".join(part for part in parts if part) + "\n"


def how_sure(answer: BareAnswer) -> str:
    """The gap in a sentence."""
    if answer.status == "optimal":
        return "No other plan is worth more: this is proven."
    most = number(answer.bound - answer.value)
    share = f"{answer.gap:.3%}" if answer.gap >= 0.00001 else "less than 0.001%"
    return f"This is the best plan that was found: another may be worth up to {most} more ({share})."


def _heading(problem: BareProblem, answer: BareAnswer, seconds: float) -> str:
    placed, asked = len(answer.placements), len(problem.children)
    first = f"{placed:,} of {asked:,} children have a place; the plan is worth {number(answer.value)} in all."
    lines = [first, how_sure(answer)]
    if answer.price_of_promise is not None:
        lines.append(_promise(answer.price_of_promise))
    return "\n".join([*lines, f"Worked out in {seconds:.1f} seconds."])


def _promise(price: float) -> str:
    kept = "No authority is worse off than alone"
    return f"{kept}; that costs the plan {number(price)}." if price > 0 else f"{kept}, at no cost to the plan."


def _placed(problem: BareProblem, answer: BareAnswer) -> str:
    if not answer.placements:
        return ""
    child_at = {name: at for at, name in enumerate(problem.children)}
    home_at = {name: at for at, name in enumerate(problem.homes)}
    rows = []
    for child, home in answer.placements:
        group = problem.group_of[child_at[child]]
        rows.append(
            (
                child,
                home,
                number(_value(problem, child_at[child], home_at[home])),
                problem.groups[group] if group >= 0 else "",
            )
        )
    has_groups = any(row[3] for row in rows)
    titles = ("Child", "Home", "Value", "Group")
    return table(titles, rows) if has_groups else table(titles[:3], [row[:3] for row in rows])


def _value(problem: BareProblem, child: int, home: int) -> float:
    first, last = np.searchsorted(problem.option_child, [child, child + 1])
    return float(problem.value[first + np.searchsorted(problem.option_home[first:last], home)])


def _not_placed(worked: WorkedPlan) -> str:
    if not worked.unplaced:
        return ""
    by_reason = sorted(worked.unplaced, key=lambda one: (one.why, one.child))
    lines = ["Without a place:"]
    for why, those in groupby(by_reason, key=lambda one: one.why):
        lines.append(f"  {why}: {', '.join(one.child for one in those)}")
    return "\n".join(lines)


def _authorities(answer: BareAnswer) -> str:
    rows = [
        (name, number(one.value), number(one.alone), number(one.value - one.alone, signed=True))
        for name, one in answer.by_authority.items()
    ]
    return table(("Authority", "In this plan", "Alone", "Difference"), rows) if rows else ""


def _held_back(held: HeldBack) -> str:
    times = "1 sampled future" if held.trajectories == 1 else f"{held.trajectories} sampled futures"
    said = f"Later children are expected to bring {number(held.expected_later)} more, over {times}."
    places = sorted((one for one in held.places if one.places_left), key=lambda one: (-one.worth, one.home))
    if not places:
        return said
    rows = [(one.home, f"{one.places_left}", number(one.worth), number(one.spread)) for one in places[:SHOWN_HOMES]]
    shown = table(("Home with places left", "Left", "Worth of a place later", "Spread"), rows)
    more = len(places) - SHOWN_HOMES
    return f"{said}\n\n{shown}" + (f"\nand {more:,} more homes" if more > 0 else "")


def number(value: float, *, signed: bool = False) -> str:
    """A value as a person writes it."""
    sign = "+" if signed else ""
    if value == 0:
        return "0"
    if value == int(value) or abs(value) >= 1000:
        return f"{value:{sign},.0f}"
    return f"{value:{sign},.2f}" if abs(value) >= 0.1 else f"{value:{sign}.3g}"


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns under their titles; nothing is cut short."""
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    is_number = [all(cell[:1] in "+-0123456789" for cell in column) and title not in ("Child", "Home") for title, column in zip(titles, zip(*rows, strict=True), strict=True)]  # fmt: skip
    lines = [titles, ["-" * width for width in widths], *rows]
    return "\n".join(_line(cells, widths, is_number) for cells in lines)


def _line(cells: Sequence[str], widths: Sequence[int], is_number: Sequence[bool]) -> str:
    padded = [
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, is_number, strict=True)
    ]
    return "  ".join(padded).rstrip()

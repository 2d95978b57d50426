"""In which order a reader meets the tables of a section: what matters first, the same by age, sex, need … together after."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from nearhome.sufficiency.calculations.figures import Analysis, Breakdown, Indicator, Section
from nearhome.sufficiency.exporters.charts import chart_of

FEWEST_ALIKE = 3


@dataclass(frozen=True, slots=True)
class Arranged:
    """The tables of a section; those that count the same by one thing after another, and what they all count."""

    tables: tuple[Breakdown, ...]
    alike: tuple[Breakdown, ...]
    alike_title: str
    alike_definition: str


def arranged(section: Section) -> Arranged:
    """Three tables or more with the same columns but the first are put together: “By age, sex, …”."""
    shapes = Counter(_shape(table) for table in section.breakdowns if table.title.startswith("By "))
    most, number = shapes.most_common(1)[0] if shapes else ((), 0)
    alike = tuple(
        table
        for table in section.breakdowns
        if number >= FEWEST_ALIKE and _shape(table) == most and table.title.startswith("By ")
    )
    rest = tuple(table for table in section.breakdowns if table not in alike)
    definitions = {table.definition for table in alike}
    return Arranged(rest, alike, _together(alike), definitions.pop() if len(definitions) == 1 else "")


def charts_once(analysis: Analysis) -> dict[tuple[str, str], Markup]:
    """The drawing of each table that has one, by section and table; a drawing that was shown before is left out."""
    drawn: dict[tuple[str, str], Markup] = {}
    shown: set[str] = set()
    for section in analysis.sections:
        for table in section.breakdowns:
            drawing = chart_of(table)
            if drawing and drawing not in shown:
                shown.add(drawing)
                drawn[section.name, table.name] = drawing
    return drawn


def told_later(analysis: Analysis) -> dict[str, str]:
    """Indicators of the first section that a later one has too, by name: the section that says what they count."""
    first, *later = analysis.sections or (Section("", "", ""),)
    names = {one.name for one in first.indicators}
    return {
        one.name: section.name for section in reversed(later) for one in section.indicators if one.name in names
    }  # fmt: skip


def only_here(section: Section, later: dict[str, str]) -> tuple[Indicator, ...]:
    """The indicators of a section that no later one has."""
    return tuple(one for one in section.indicators if later.get(one.name, section.name) == section.name)


def _shape(table: Breakdown) -> tuple[str, ...]:
    return tuple(column.key for column in table.columns[1:])


def _together(tables: Sequence[Breakdown]) -> str:
    names = [table.title.removeprefix("By ") for table in tables]
    return f"By {', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else ""

"""``nearhome fairness``: do groups of children fare differently when homes are found for them? Without a server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nearhome.cli.analysing import AsHtml, AsJson, AsXlsx, Publish, give

if TYPE_CHECKING:
    from nearhome.matching.importers.fairness_files import ReadPlacements
    from nearhome.sufficiency.calculations.figures import Analysis

File = Annotated[Path, typer.Argument(metavar="PLACEMENTS.csv", help="A row for each placement: placement, authority, age, sex, ethnicity, disability, uasc, need, and outcomes such as miles. Empty is not known.")]  # fmt: skip
Contributions = Annotated[Path | None, typer.Option(metavar="FILE.csv", help="A row for each placement: placement, and for each ranking criterion its scale from 0 to 1 for the home chosen.")]  # fmt: skip


def fairness(
    file: File,
    contributions: Contributions = None,
    json: AsJson = False,
    html: AsHtml = None,
    xlsx: AsXlsx = None,
    publish: Publish = False,
) -> None:
    """Outcomes of placements by sex, age, ethnicity, disability, UASC and authority; criteria that stand in for a group."""
    from nearhome.cli.quick_plan import refused
    from nearhome.matching.calculations.fairness.report import fairness_report
    from nearhome.matching.importers.fairness_files import FairnessFileError, read_contributions, read_placements
    from nearhome.sufficiency.calculations.publishing.publishing import published

    try:
        found = read_placements(file)
        criteria = read_contributions(contributions, found.table) if contributions else None
    except FairnessFileError as wrong:
        raise refused(wrong.name, wrong.sentences) from None
    analysis = fairness_report(found.table, criteria, _rests_on(found, criteria))
    analysis = published(analysis) if publish else analysis
    _tell(found)
    give(analysis, json=json, html=html, xlsx=xlsx)
    if not (json or html or xlsx):
        _show_what_differs(analysis)


def _rests_on(found: "ReadPlacements", criteria: Any) -> dict[str, Any]:
    """What the figures rest on. No placement is named."""
    from nearhome import __version__
    from nearhome.matching.calculations.fairness.records import OUTCOMES_RECORDED

    return {
        "placements": found.table.height,
        "authorities": found.table["authority"].drop_nulls().unique().sort().to_list(),
        "outcomes": [name for name in OUTCOMES_RECORDED if name in found.table.columns],
        "criteria": [] if criteria is None else [name for name in criteria.columns if name != "placement"],
        "columns_not_used": list(found.not_used),
        "version": __version__,
    }


def _tell(found: "ReadPlacements") -> None:
    from nearhome.cli.progress import terminal

    if found.not_used:
        terminal.print(f"Nothing is made of these columns: {', '.join(found.not_used)}", markup=False)


def _show_what_differs(analysis: "Analysis") -> None:
    """The comparisons that differ and the criteria that stand in for a group, a line each, and what they cannot say."""
    import sys

    lines = []
    for section in analysis.sections:
        table = section.breakdowns[0]
        lines += [f"\n{table.title}", *(_line(table.name, row) for row in table.rows)]
        lines += [] if table.rows else [table.when_empty]
    lines += ["", *(f"- {limit}" for limit in analysis.sections[0].limits)]
    sys.stdout.write("\n".join(lines) + "\n")


def _line(name: str, row: tuple[Any, ...]) -> str:
    from nearhome.sufficiency.exporters.words import cell_words

    if name == "fairness_proxies":
        return f"  {row[0]}"
    outcome, group, mine, rest, change = (cell_words("text", cell) for cell in row[:5])
    return f"  {outcome}: {group} {mine}, all others {rest}; alike in age and need {change}"

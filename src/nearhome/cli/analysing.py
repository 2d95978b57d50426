"""What every analysing verb gives: figures on the terminal, JSON on standard output, a page or a workbook as files."""

import json as json_text
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from nearhome.sufficiency.calculations.figures import Analysis

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON; `nearhome schema` describes it.")]
AsHtml = Annotated[Path | None, typer.Option("--html", help="Write the result as one HTML file.")]
AsXlsx = Annotated[Path | None, typer.Option("--xlsx", help="Write the result as an Excel workbook.")]
Publish = Annotated[
    bool, typer.Option("--publish", help="Hide small numbers and leave out single children, so that it may be sent on.")
]


def give(analysis: "Analysis", *, json: bool, html: Path | None, xlsx: Path | None, publish: bool = False) -> None:
    """Print or write the analysis. Each file appears whole or not at all."""
    if publish:
        from nearhome.sufficiency.calculations.publishing.publishing import published

        analysis = published(analysis)
    if html:
        from nearhome.sufficiency.exporters.web_page import web_page

        _write(html, web_page(analysis).encode())
    if xlsx:
        from nearhome.sufficiency.exporters.workbook import workbook

        _write(xlsx, workbook(analysis))
    if json:
        from nearhome.sufficiency.exporters.plain import as_plain

        json_text.dump(as_plain(analysis), sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif not (html or xlsx):
        _show(analysis)


def _write(path: Path, content: bytes) -> None:
    from nearhome.cli.progress import stop, terminal

    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise stop(
            f"{path} cannot be written: {error.strerror}. Give a folder that exists and may be written"
        ) from error
    terminal.print(f"[green]✓[/green] {path}")


def _show(analysis: "Analysis") -> None:
    from rich.console import Console
    from rich.table import Table

    from nearhome.sufficiency.exporters.words import indicator_words, out_of

    console = Console(highlight=False)
    console.print(f"[bold]{analysis.title}[/bold]\n{analysis.subtitle}")
    for section in analysis.sections:
        if not section.indicators:
            continue
        table = Table("", "", "", title=section.title, title_justify="left", show_header=False, box=None)
        for one in section.indicators:
            table.add_row(one.title, indicator_words(one), out_of(one))
        console.print(table)
    console.print("Every table and definition: --html FILE, --xlsx FILE or --json.")

"""``nearhome needs``: from statutory returns to what children need and what is missing, without a server."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nearhome.cli.analysing import AsHtml, AsJson, AsXlsx, Publish, give

if TYPE_CHECKING:
    from nearhome.needs.importers.return_tables import ReadReturns

Folders = Annotated[list[Path], typer.Argument(help="Folders with the CSV files of returns: one authority or several, one year or many.")]  # fmt: skip
Authorities = Annotated[
    list[str] | None,
    typer.Option("--authority", help="DfE code, ONS code or name; may be repeated. Whose return it is, or which to look at."),
]  # fmt: skip
Problems = Annotated[Path | None, typer.Option("--problems", help="Write every problem of the files to this CSV file.")]


def needs(  # noqa: PLR0913 one argument a flag
    folders: Folders,
    on: Annotated[str, typer.Option(help="The day, such as 2026-03-31 or 31/03/2026.")],
    authority: Authorities = None,
    register: Annotated[list[Path] | None, typer.Option(help="Provider register (CSV or workbook), for market share; may be repeated.")] = None,
    costs: Annotated[list[Path] | None, typer.Option(help="Prices of placements (CSV), to compare them; may be repeated.")] = None,
    problems: Problems = None,
    json: AsJson = False,
    html: AsHtml = None,
    xlsx: AsXlsx = None,
    publish: Publish = False,
    seed: Annotated[int, typer.Option(help="Start of every random draw; the same seed gives the same figures.")] = 1,
) -> None:  # fmt: skip
    """What children need: how many, where, in what, how stable, who resembles whom, the market, the cohort, prices."""
    from nearhome.cli.reading import (
        a_day,
        read_market_files,
        read_price_files,
        read_return_folders,
        where_they_come_from,
    )
    from nearhome.sufficiency.calculations.children.repairs import repairs_table
    from nearhome.sufficiency.calculations.picture import Around, picture
    from nearhome.sufficiency.importers.surroundings import surroundings

    day = a_day(on, "--on")
    found = read_return_folders(folders, authority or [], problems)
    market = read_market_files(register or [])
    around: Around = surroundings(
        market=market,
        costs=read_price_files(costs or [], authority or [], day),
        homes=where_they_come_from(found, day) if market is not None else None,
        repairs=repairs_table(found.repairs),
    )
    analysis = picture(found.records, day, around=around, data=what_was_read(found, day), seed=seed)
    give(analysis, json=json, html=html, xlsx=xlsx, publish=publish)


def what_was_read(found: "ReadReturns", on: date) -> dict[str, Any]:
    """What the figures rest on, as the report says it."""
    from nearhome.cli.reading import rests_on

    return {"date": on.isoformat(), **rests_on(found, on)}

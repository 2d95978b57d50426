"""``nearhome commitment``: what a block commits its authorities to over its term. No server, no database."""

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path | None, typer.Argument(metavar="FILE.json", help="Beds, fees, shares and printed totals; `nearhome schema commitment-case` describes it.")]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON; `nearhome schema commitment-result` describes it.")]  # fmt: skip
Example = Annotated[bool, typer.Option("--example", help="Print the shipped case, decision 21/00094, to begin from.")]


def commitment(file: File = None, json: Json = False, example: Example = False) -> None:
    """Add a block contract up over its term, by year and authority, and check printed totals against it."""
    from nearhome.cli.quick_commitment import give_commitment, give_example

    if example:
        give_example()
    elif file is None:
        raise typer.BadParameter("Name a file, or ask for --example.")
    else:
        give_commitment(file, json=json)

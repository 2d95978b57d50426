"""``nearhome tender``: bids scored, priced and ranked by a published rule. No server, no database."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Score and rank the bids of a tender.")

File = Annotated[Path | None, typer.Argument(metavar="FILE.json", help="Criteria, lots, scores and prices; `nearhome schema tender-case` describes it.")]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON; `nearhome schema tender-result` describes it.")]  # fmt: skip
Example = Annotated[bool, typer.Option("--example", help="Print a made-up tender that can be scored, and stop.")]


@app.callback()
def tender() -> None:
    """Score and rank the bids of a tender."""


@app.command()
def score(file: File = None, json: Json = False, example: Example = False) -> None:
    """Rank the bids of every lot, and say what would change who is first."""
    from nearhome.cli import quick_tender

    if example:
        sys.stdout.write(quick_tender.example())
        return
    if file is None:
        raise quick_tender.refused("nearhome tender score", ("no file is given; give FILE.json, or --example for one",))
    quick_tender.give_score(file, json=json)

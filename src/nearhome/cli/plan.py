"""``nearhome plan``: the best plan for children, homes and values that somebody else has given. No server, no database."""

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path, typer.Argument(metavar="PLAN.json", help="Children, homes, options with their values, conflicts; `nearhome schema plan` describes it.")]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON; `nearhome schema plan-answer` describes it.")]  # fmt: skip
Future = Annotated[Path | None, typer.Option(metavar="FUTURE.json", help="Sampled later arrivals (`nearhome schema plan-future`): places are kept back where that is worth it.")]  # fmt: skip
Limit = Annotated[
    float | None, typer.Option(help="Seconds after which the best plan so far is given, with its gap; 20 if not said.")
]
Everybody = Annotated[bool, typer.Option("--place-all-possible", help="With --future: no child is left without a home only because a place is kept back.")]  # fmt: skip


def plan(
    file: File,
    json: Json = False,
    future: Future = None,
    time_limit: Limit = None,
    place_all_possible: Everybody = False,
) -> None:
    """The plan of greatest total value: exact, with its proof, or with its gap said."""
    from nearhome.cli.quick_plan import give_plan

    give_plan(file=file, json=json, future=future, time_limit=time_limit, nobody_waits=place_all_possible)

"""``nearhome schema``: the JSON Schema of what a verb writes or reads."""

import sys
from importlib.resources import files
from typing import Annotated

import typer

KEPT_IN = (
    "nearhome.sufficiency", "nearhome.procurement", "nearhome.tendering", "nearhome.matching", "nearhome.settlement",
)  # fmt: skip


def schema(name: Annotated[str, typer.Argument(help="Its name; without one, the names.")] = "") -> None:
    """Print the JSON Schema of a verb's result or input, such as needs, forecast, plan or plan-answer."""
    known = {
        entry.name.removesuffix(".json"): entry
        for stage in KEPT_IN
        for entry in files(stage).joinpath("reference", "schemas").iterdir()
        if entry.name.endswith(".json")
    }
    if not name:
        sys.stdout.write("\n".join(sorted(known)) + "\n")
        return
    if name not in known:
        from nearhome.cli.progress import stop

        raise stop(f"There is no schema “{name}”. There are: {', '.join(sorted(known))}")
    sys.stdout.write(known[name].read_text(encoding="utf-8"))

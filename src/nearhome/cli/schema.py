"""``nearhome schema``: the JSON Schema of what a verb writes or reads."""

import sys
from importlib.resources import files
from typing import Annotated

import typer


def schema(name: Annotated[str, typer.Argument(help="Its name; without one, the names.")] = "") -> None:
    """Print the JSON Schema of a verb's result or input, such as needs, forecast or benchmark."""
    folder = files("nearhome.sufficiency").joinpath("reference", "schemas")
    known = sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json"))
    if not name:
        sys.stdout.write("\n".join(known) + "\n")
        return
    if name not in known:
        from nearhome.cli.progress import stop

        raise stop(f"There is no schema “{name}”. There are: {', '.join(known)}")
    sys.stdout.write(folder.joinpath(f"{name}.json").read_text(encoding="utf-8"))

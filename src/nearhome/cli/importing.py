"""``nearhome import``: read a statutory return or a provider register into the records."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Read a statutory return or a provider register.")

"""``nearhome import``: read a statutory return or a provider register into the records."""

import typer

app = typer.Typer(no_args_is_help=True, help="Read a statutory return or a provider register.")

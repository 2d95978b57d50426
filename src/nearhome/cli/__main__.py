"""``python -m nearhome.cli``: the same command, wherever it is installed."""

from nearhome.cli.main import app

app()

"""``python -m nearhome.cli``: the same command, wherever it is installed."""

from nearhome.cli.start import start

start()

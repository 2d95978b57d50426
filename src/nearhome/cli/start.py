"""Where ``nearhome`` begins: a question that needs nothing large is answered at once, any other by its verb."""

import sys


def start() -> None:
    """The command on the terminal."""
    from nearhome.cli.quick_forecast import answered

    if not answered(sys.argv[1:]):
        from nearhome.cli.main import app

        app()

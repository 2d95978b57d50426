"""Where ``nearhome`` begins: a question that needs nothing large is answered at once, any other by its verb."""

import sys


def start() -> None:
    """The command on the terminal."""
    from nearhome.cli.quick_forecast import answered

    if answered(sys.argv[1:]):
        return
    from nearhome.cli.quick_commitment import answered as commitment_answered

    if commitment_answered(sys.argv[1:]):
        return
    from nearhome.cli.quick_plan import answered as plan_answered

    if plan_answered(sys.argv[1:]):
        return
    from nearhome.cli.quick_tender import answered as tender_answered

    if not tender_answered(sys.argv[1:]):
        from nearhome.cli.main import app

        app()

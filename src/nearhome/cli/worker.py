"""``nearhome worker``: do what waits in the queue and what the clock brings."""

from nearhome.cli.django_setup import start_django
from nearhome.cli.progress import terminal


def worker() -> None:
    """Run background work until Ctrl-C: expire holds and offers, lapse invitations, work out and close months."""
    start_django()
    from django.core.management import call_command

    terminal.print("The worker is running (Ctrl-C stops it)")
    call_command("procrastinate", "worker")

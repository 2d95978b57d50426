"""``nearhome demo``: a made-up region, ready to click through."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from nearhome.cli.progress import bar, step, stop, terminal
from nearhome.cli.serve import answer_browsers, check_port


def demo(
    region: Annotated[str, typer.Option(help="founders (four authorities) or south-east (all 19).")] = "founders",
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw the made-up region away and start over.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Do all but serve; print one line of JSON and fail if something is missing.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Another seed makes another region.")] = 2026,
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Make a region of made-up children, homes and people, then serve it."""
    if region not in ("founders", "south-east"):
        raise stop(f"There is no region called {region}. Choose founders or south-east.")
    os.environ["NEARHOME_DEMO"] = "1"
    if not check:
        check_port("127.0.0.1", port)
    _prepare()
    from nearhome.demo import building

    building.ensure_region(region=region, seed=seed, fresh=fresh, bar=bar, step=step, stop=stop)
    if check:
        _check(building.counts())
        return
    _introduce(building.people_who_sign_in())
    _serve_with_worker(port)


def _prepare() -> None:
    """What any first run needs: assets, postcodes, database."""
    from nearhome.cli.preparing import prepare

    prepare()


def _check(counts: dict[str, Any]) -> None:
    """Print what the region holds; fails where something a whole region has is not there."""
    from nearhome.demo import building

    print(json.dumps(counts))
    if amiss := building.amiss(counts):
        raise stop(f"The made-up region is not whole: it has {', '.join(amiss)}. Start over with: make demo FRESH=1")


def _introduce(people: list[tuple[str, str, str]]) -> None:
    from nearhome.demo.people import PASSWORD, WHERE_TO_LOOK

    terminal.print(f"\nSign in as any of these; the password is [bold]{PASSWORD}[/bold] (demonstration only):")
    for role, email, organisation in people:
        terminal.print(f"  {role:<20} {email:<44} {organisation}")
    terminal.print(f"{WHERE_TO_LOOK}\n")


def _serve_with_worker(port: int) -> None:
    # Being told to end is like Ctrl-C: the worker and the database must not be left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    worker = subprocess.Popen([sys.executable, "-m", "nearhome.cli", "worker"], env={**os.environ}, cwd=Path.cwd())
    try:
        answer_browsers("127.0.0.1", port, threads=8)
    finally:
        worker.terminate()
        worker.wait(timeout=15)

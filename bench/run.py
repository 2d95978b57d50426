"""What is claimed about speed, measured on this machine: ``make bench``. Results go to bench/results.md."""

import platform
import sys
from collections.abc import Callable
from pathlib import Path

from closing import measure_closing
from forecasting import measure_forecasting
from keeping_back import measure_keeping_back
from matching import measure_matching
from needs import measure_needs
from pages import measure_pages
from planning import measure_planning
from playing import measure_playing
from ranking import measure_ranking
from reading import measure_reading
from settling import measure_settling
from tender import measure_tender
from transfers import measure_transfers

RESULTS = Path(__file__).with_name("results.md")
PARTS: tuple[Callable[[], str], ...] = (
    measure_pages,
    measure_reading,
    measure_needs,
    measure_forecasting,
    measure_playing,
    measure_ranking,
    measure_matching,
    measure_keeping_back,
    measure_planning,
    measure_tender,
    measure_settling,
    measure_transfers,
    measure_closing,
)


def main(*names: str) -> None:
    """Run the parts named (all if none is), and write one report; the sections of parts not run stay as they were."""
    sections = _sections(RESULTS.read_text()) if names and RESULTS.exists() else {}
    for part in PARTS:
        if names and part.__name__.removeprefix("measure_") not in names:
            continue
        measured = part()
        print(measured)
        sections |= _sections(measured)
    title = f"# Measured on {platform.machine()}, Python {platform.python_version()}"
    RESULTS.write_text("\n\n".join([title, *sections.values()]) + "\n")


def _sections(report: str) -> dict[str, str]:
    """Each section of a report by its heading, in order."""
    parts = [part.strip() for part in report.split("## ")[1:]]
    return {part.splitlines()[0]: f"## {part}" for part in parts}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

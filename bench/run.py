"""What is claimed about speed, measured on this machine: ``make bench``. Results go to bench/results.md."""

import platform
import sys
from collections.abc import Callable
from pathlib import Path

from forecasting import measure_forecasting
from keeping_back import measure_keeping_back
from matching import measure_matching
from needs import measure_needs
from pages import measure_pages
from planning import measure_planning
from playing import measure_playing
from ranking import measure_ranking
from reading import measure_reading

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
)


def main() -> None:
    """Run every part and write one report."""
    report = [f"# Measured on {platform.machine()}, Python {platform.python_version()}\n"]
    for part in PARTS:
        section = part()
        print(section)
        report.append(section)
    RESULTS.write_text("\n".join(report))


if __name__ == "__main__":
    sys.exit(main())

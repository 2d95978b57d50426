"""How the cost of reading a statutory return grows with its size; seconds on one core, growth as ratios."""

import tempfile
import time
from pathlib import Path


def measure_reading() -> str:
    """Read a made-up return once, twice and four times as large; rows per second and the growth of time."""
    from nearhome.demo.region import write_region
    from nearhome.geography.postcodes import Postcodes
    from nearhome.needs.importers.return_files import read_return

    with tempfile.TemporaryDirectory() as folder:
        files = write_region(Path(folder), region="founders", seed=1, postcodes=Postcodes.open())
        lines = ["## Reading a return (files to checked rows, without a database)\n"]
        lines.append(
            "| Authority | children | episodes | other rows | seconds | rows a second |\n|---|---|---|---|---|---|"
        )
        for code in ("851", "887", "938", "886"):
            began = time.perf_counter()
            reading = read_return(files.returns[code], authority=code, year=2026)
            others = sum(1 for _ in reading.other_rows())
            taken = time.perf_counter() - began
            rows = sum(reading.rows_read.values())
            lines.append(
                f"| {code} | {len(reading.headers):,} | {sum(map(len, reading.episodes.values())):,} | {others:,} |"
                f" {taken:.2f} | {rows / taken:,.0f} |"
            )
    return "\n".join(lines) + "\n"

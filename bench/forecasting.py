"""A 12-month forecast as a whole command, ours and the public demand model's, on the same files in the same run."""

import os
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FROM, TO, AUTHORITY = "2021-09-27", "2022-03-27", "826"
RUNS, TIMES = 7, 30


def measure_forecasting() -> str:
    """Medians of whole commands, start-up included, after one run each to warm the disk and compile the modules."""
    peer = runpy.run_path(str(ROOT / "setup" / "peer.py"))["ready"]()
    with tempfile.TemporaryDirectory() as folder:
        sample = unpacked(peer, Path(folder) / "sample")
        environment = as_installed(Path(folder) / "compiled")
        quick = our_command(sample)
        predict = [str(peer.parent / "demand-model"), "predict", str(sample), "-s", FROM, "-e", TO]
        in_full = [word for word in quick if word != "--json"]
        own = ["nearhome" if word == "daily-rates" else word for word in quick]
        bare = [sys.executable, "-c", "import numpy, polars, typer"]
        ours, theirs, long_way, own_way, loading = seconds([quick, predict, in_full, own, bare], environment)
    times = statistics.median(theirs) / statistics.median(ours)
    return "\n".join(
        [
            "## A 12-month forecast of the public demand model's own sample (whole commands)\n",
            "| Command | seconds, median | fastest | runs |\n|---|---|---|---|",
            f"| `nearhome forecast --method daily-rates --json` | {row(ours)} |",
            f"| the same without `--json`: every check, then figures for the terminal | {row(long_way)} |",
            f"| `nearhome forecast --method nearhome --json`, our own method | {row(own_way)} |",
            f"| `demand-model predict` (cs-demand-model 0.5.1) | {row(theirs)} |",
            f"| only starting Python with polars, numpy and typer | {row(loading)} |",
            f"\nClaim: the public model's own method at least {TIMES} times as fast: {times:.0f} times,"
            f" {'met' if times >= TIMES else 'NOT met'}. With our own method, whose start-up loads more libraries, the whole"
            f" command is {statistics.median(theirs) / statistics.median(own_way):.1f} times as fast.\n",
        ]
    )


def our_command(sample: Path) -> list[str]:
    """The command a person types, with the same window and horizon as the peer's."""
    nearhome = [sys.executable, "-c", "from nearhome.cli.start import start; start()", "forecast", str(sample)]
    return [
        *nearhome,
        "--authority",
        AUTHORITY,
        "--reference",
        FROM,
        TO,
        "--months",
        "12",
        "--method",
        "daily-rates",
        "--json",
    ]


def unpacked(peer: Path, folder: Path) -> Path:
    """The sample the package carries."""
    where = "import cs_demand_model_samples as it; print(it.__path__[0])"
    package = subprocess.run([str(peer), "-c", where], capture_output=True, text=True, check=True).stdout.strip()
    with zipfile.ZipFile(Path(package) / "v1.zip") as sample:
        sample.extractall(folder)
    return folder


def as_installed(compiled: Path) -> dict[str, str]:
    """The environment with compiled modules, as an installed package has them, for both commands alike."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(compiled), "PYTHONWARNINGS": "ignore"}


def seconds(commands: list[list[str]], environment: dict[str, str]) -> list[list[float]]:
    """What each run of each command took, turn by turn, so that whatever else the machine does falls on all alike.

    The first turn, which compiles, does not count. A command that fails ends the measurement.
    """
    taken: list[list[float]] = [[] for _ in commands]
    for _ in range(RUNS + 1):
        for command, found in zip(commands, taken, strict=True):
            began = time.perf_counter()
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            found.append(time.perf_counter() - began)
            if done.returncode:
                sys.exit(f"{' '.join(command)} failed: {done.stderr.strip()[-400:]}")
    return [found[1:] for found in taken]


def row(taken: list[float]) -> str:
    """Cells of one row."""
    return f"{statistics.median(taken):.2f} | {min(taken):.2f} | {len(taken)}"


if __name__ == "__main__":
    print(measure_forecasting())

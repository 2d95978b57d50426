"""What it costs to read five years of a whole region's returns and to answer every question of the needs picture."""

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

SHARES = (8, 4, 2, 1)  # one part in so many
RUNS = 2
RESPITE_DAYS = 290
SECOND_DRAWING = 4  # of a second drawing every fourth child is added, so that there are 55,000
SECONDS, GIGABYTES = 10.0, 2.0


@dataclass(frozen=True, slots=True)
class Run:
    """One size of the history: how much there is to read, and what reading it took."""

    authorities: int
    children: int
    episodes: int
    seconds: float
    megabytes: float


def measure_needs() -> str:
    """The whole command on 1/8, 1/4, 1/2 and all of 19 authorities' five years; seconds, memory and growth."""
    history = volume_history()
    runs = [_measured(part) for part in _parts(history)]
    lines = [
        "## Knowing the need (`nearhome needs FOLDER --on 2026-03-31 --json`, the whole command)\n",
        f"Nineteen made-up authorities, five years; the better of {RUNS} runs, one after another.\n",
        "| Authorities | children | episodes | seconds | peak memory MB | times the episodes | times the seconds |",
        "|---|---|---|---|---|---|---|",
    ]
    for before, run in zip([runs[0], *runs], runs, strict=False):
        lines.append(
            f"| {run.authorities} | {run.children:,} | {run.episodes:,} | {run.seconds:.2f} | {run.megabytes:,.0f} |"
            f" {run.episodes / before.episodes:.2f} | {run.seconds / before.seconds:.2f} |"
        )
    whole = runs[-1]
    met = whole.seconds < SECONDS and whole.megabytes < GIGABYTES * 1024
    lines.append(f"\nClaim: the whole in under {SECONDS:.0f} s and {GIGABYTES:.0f} GB: {'met' if met else 'NOT met'}.")
    return "\n".join(lines) + "\n"


def volume_history() -> Path:
    """The history to measure on, made once and kept: `<collection year>/<DfE code>/*.csv`.

    The honest made-up region has 45,000 children and 153,000 rows of episodes. Short stays away and back for foster
    children bring the rows to 300,000; every fourth child of a second drawing, marked B, the children to 55,000.
    """
    from nearhome.website.installation import data_folder

    folder = data_folder() / "bench" / f"needs-history-{RESPITE_DAYS}-{SECOND_DRAWING}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=_made(folder.parent)) as draft:
            made = Path(draft)
            _write(made / "first", seed=1)
            _write(made / "second", seed=2)
            _add_second(made / "first", made / "second")
            (made / "first" / "identities.csv").unlink()
            (made / "first").replace(folder)
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(folder: Path, *, seed: int) -> None:
    from nearhome.demo.history import write_busy_history
    from nearhome.geography.postcodes import Postcodes

    write_busy_history(folder, seed=seed, postcodes=Postcodes.open(), respite_every=RESPITE_DAYS)


def _add_second(first: Path, second: Path) -> None:
    for path in sorted(second.glob("*/*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = [[f"{row[0]}B", *row[1:]] for row in list(csv.reader(file))[1:] if _is_added(row[0])]
        with (first / path.relative_to(second)).open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def _is_added(child: str) -> bool:
    return int(child[-5:]) % SECOND_DRAWING == 0


def _parts(history: Path) -> list[Path]:
    """Folders with about 1/8, 1/4, 1/2 and all of the episodes, by whole authorities; links, not copies."""
    sizes = {code.name: _bytes_of(history, code.name) for code in sorted(next(history.iterdir()).iterdir())}
    parts = []
    for share in SHARES:
        part = history.with_name(f"{history.name}-1-of-{share}")
        if not part.exists():
            _link(history, part, _chosen(sizes, sum(sizes.values()) / share))
        parts.append(part)
    return parts


def _bytes_of(history: Path, code: str) -> int:
    return sum(path.stat().st_size for path in history.glob(f"*/{code}/episodes.csv"))


def _chosen(sizes: dict[str, int], wanted: float) -> list[str]:
    """The smallest first, each that still fits."""
    chosen: list[str] = []
    for code in sorted(sizes, key=lambda one: sizes[one]):
        if sum(sizes[one] for one in chosen) + sizes[code] <= wanted * 1.02:
            chosen.append(code)
    return chosen


def _link(history: Path, part: Path, codes: Iterable[str]) -> None:
    for code in codes:
        for path in history.glob(f"*/{code}/*.csv"):
            place = _made(part / path.parent.relative_to(history)) / path.name
            try:
                os.link(path, place)
            except OSError:  # a file system without links
                shutil.copy(path, place)


def _measured(part: Path) -> Run:
    children, episodes = set(), 0
    for path in part.glob("*/*/episodes.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = [(path.parent.name, row[0]) for row in list(csv.reader(file))[1:]]
        children |= set(rows)
        episodes += len(rows)
    authorities = len({code.name for code in part.glob("*/*")})
    command = [str(Path(sys.executable).with_name("nearhome")), "needs", str(part), "--on", "2026-03-31", "--json"]
    seconds, megabytes = min(run_whole(command) for _ in range(RUNS))
    return Run(authorities, len(children), episodes, seconds, megabytes)


# Run apart: a process reports the memory of the one that started it, if that was larger.
_WATCH = """
import resource, subprocess, sys, time
began = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
sys.exit(done.returncode)
"""


def run_whole(command: Sequence[str]) -> tuple[float, float]:
    """Seconds by the clock and peak memory in MB of a whole command. Raises RuntimeError with its words if it fails."""
    watched = [sys.executable, "-c", _WATCH, *command]
    done = subprocess.run(watched, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr[-2000:]}")
    seconds, megabytes = done.stdout.split()
    return float(seconds), float(megabytes)

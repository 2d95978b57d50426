"""What the best regional plan costs: five sizes, a tight one, and the plain programme as the peer."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from instances import FIVE_SIZES, TIGHT, Size, drawn_problem

from nearhome.matching.calculations.planning.bare import BareProblem

SEEDS = (1, 2, 3, 4, 5)
PEER_SIZES = (*FIVE_SIZES[:3], TIGHT)
PEER_SECONDS = 60
LIMIT_SECONDS = 30
MEASURED = (
    "import resource, subprocess, sys, time; began = time.perf_counter();"
    "done = subprocess.run(sys.argv[1:], capture_output=True, text=True);"
    "took = time.perf_counter() - began;"
    "peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024;"
    "sys.stderr.write(done.stderr) if done.returncode else None;"
    "print(f'{took} {peak}'); print(done.stdout)"
)


@dataclass(frozen=True, slots=True)
class Run:
    """One whole command: its seconds, its peak memory, and what it answered."""

    seconds: float
    megabytes: float
    value: float
    gap: float
    status: str


def measure_planning() -> str:
    """The whole `nearhome plan` command and, beside it, the plain model of the same problems."""
    lines = [
        "## The best regional plan (`nearhome plan PLAN.json --json`, the whole command)\n",
        "Made-up regions: 5 % of the pairs of a child and a place possible, a third of the children in sibling groups,"
        f" two conflicts a child. Median over the seeds; the plain home-level HiGHS model has {PEER_SECONDS} s, counts"
        " only building and solving (no start-up, no reading), and runs right after.\n",
        "| Children × places | options | seeds | seconds, median | slowest | proven | widest gap | peak memory MB |"
        " the solver alone, s | plain model, s | plain ÷ solver | times the options | times the seconds |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    before: tuple[int, float] | None = None
    for size in (*FIVE_SIZES, TIGHT):
        line, options, seconds = _line(size, before if size != TIGHT else None)
        lines.append(line)
        before = (options, seconds)
    lines.append(
        "\nClaims: 500 × 2,000 proven in under 2 s and at least 3 times as fast as the plain model;"
        " 5,000 × 20,000 within 0.1 % in under 60 s and 3 GB."
    )
    return "\n".join(lines) + "\n"


def _line(size: Size, before: tuple[int, float] | None) -> tuple[str, int, float]:
    """A row of the table, its options and its seconds."""
    seeds = SEEDS if size.children <= 500 else SEEDS[:2] if size.children < 5_000 else SEEDS[:1]
    problems = [drawn_problem(size, seed) for seed in seeds]
    runs = [whole_command(problem) for problem in problems]
    alone = [solver_seconds(size, seed, "solve") for seed in seeds]
    peers = [solver_seconds(size, seed, "plain_plan") for seed in seeds] if size in PEER_SIZES else []
    options, seconds = len(problems[0].value), statistics.median(run.seconds for run in runs)
    growth = ("–", "–") if before is None else (f"{options / before[0]:.1f}", f"{seconds / before[1]:.1f}")
    proven = sum(run.status == "optimal" for run in runs)
    words = (
        f"| {size.words} | {options:,} | {len(seeds)} | {seconds:.2f} | {max(run.seconds for run in runs):.2f} |"
        f" {proven} of {len(runs)} | {100 * max(run.gap for run in runs):.4f} % |"
        f" {max(run.megabytes for run in runs):,.0f} | {statistics.median(alone):.2f} | {_peer(peers, alone)} |"
        f" {growth[0]} | {growth[1]} |"
    )
    return words, options, seconds


def _peer(peers: Sequence[float], alone: Sequence[float]) -> str:
    if not peers:
        return "not run | –"
    middle = statistics.median(peers)
    over = "over " if max(peers) >= PEER_SECONDS else ""
    ratio = statistics.median(peer / own for peer, own in zip(peers, alone, strict=True))
    return f"{over}{middle:.2f} | {ratio:.1f}"


def whole_command(problem: BareProblem) -> Run:
    """`nearhome plan` in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        path.write_text(json.dumps(as_json(problem)))
        nearhome = str(Path(sys.executable).with_name("nearhome"))
        command = [nearhome, "plan", str(path), "--json", "--time-limit", str(LIMIT_SECONDS)]
        ran = subprocess.run([sys.executable, "-c", MEASURED, *command], capture_output=True, text=True, check=True)
    first, rest = ran.stdout.split("\n", 1)
    seconds, peak = map(float, first.split())
    answer = json.loads(rest)
    return Run(seconds, peak, answer["value"], answer["gap"], answer["status"])


def as_json(problem: BareProblem) -> dict[str, object]:
    """The problem as a file says it."""
    groups = [problem.groups[group] if group >= 0 else None for group in problem.group_of.tolist()]
    named = problem.authorities
    return {
        "children": [
            {"id": child, "authority": named[authority], "group": group}
            for child, authority, group in zip(problem.children, problem.child_authority, groups, strict=True)
        ],
        "homes": [
            {"id": home, "authority": named[authority], "capacity": int(places)}
            for home, authority, places in zip(problem.homes, problem.home_authority, problem.capacity, strict=True)
        ],
        "options": [
            {"child": problem.children[child], "home": problem.homes[home], "value": value}
            for child, home, value in zip(
                problem.option_child.tolist(), problem.option_home.tolist(), problem.value.tolist(), strict=True
            )
        ],
        "conflicts": [[problem.children[one], problem.children[other]] for one, other in problem.apart.tolist()],
    }


def solver_seconds(size: Size, seed: int, solver: str) -> float:
    """Building and solving alone, the arrays given, in a process of its own: `solve` or `plain_plan`."""
    command = [sys.executable, __file__, str(FIVE_SIZES.index(size) if size in FIVE_SIZES else -1), str(seed), solver]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(ran.stdout)


def _alone(size: Size, seed: int, solver: str) -> float:
    from nearhome.matching.calculations.planning.plain import plain_plan
    from nearhome.matching.calculations.planning.posing_bare import instance_of
    from nearhome.matching.calculations.planning.solving import solve

    instance = instance_of(drawn_problem(size, seed))
    began = time.perf_counter()
    if solver == "solve":
        solve(instance, clock=time.perf_counter, seconds=LIMIT_SECONDS)
    else:
        plain_plan(instance, seconds=PEER_SECONDS)
    return time.perf_counter() - began


if __name__ == "__main__":
    number, seed, solver = sys.argv[1:]
    print(_alone(TIGHT if number == "-1" else FIVE_SIZES[int(number)], int(seed), solver))

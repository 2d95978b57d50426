"""A tender scored with everything that would change it, by the whole command; beside the obvious way in decimals."""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from nearhome.tendering.calculations.evaluation.effects import effects_of
from nearhome.tendering.calculations.evaluation.ranking import rank_bids
from nearhome.tendering.importers.tender_file import tender_from
from plainly_evaluated import plain_by_means, plain_ranks, plain_single_scores

# bids, lots, questions, evaluators
SIZES = ((75, 12, 40, 5), (150, 12, 40, 5), (300, 12, 40, 5), (600, 12, 40, 5))
CLAIMED, CLAIMED_SECONDS = (300, 12, 40, 5), 5.0
PLAIN = ((10, 1, 10, 5), (20, 1, 20, 5), (30, 1, 40, 5))
FORMULAS = ("weighted_basket", "lowest_ratio", "min_max", "mean_deviation", "cap_gate", "quality_per_pound")


@dataclass(frozen=True, slots=True)
class Timed:
    """One size: megabytes of the file, seconds of the whole command, and of them those that the processor worked for it."""

    size: tuple[int, int, int, int]
    megabytes: float
    seconds: float
    of_processor: float


def made_up(size: tuple[int, int, int, int], seed: int = 7) -> bytes:
    """A tender file: every formula in turn, thresholds on every second question, close prices, a few bids out."""
    bids, lots, questions, evaluators = size
    chance = random.Random(seed)
    names = [f"q{at:02d}" for at in range(questions)]
    people = [f"evaluator {at}" for at in range(evaluators)]
    asked = [
        {"id": name, "kind": "question", "weight": 100 / questions} | ({"least_score": 1} if at % 2 else {})
        for at, name in enumerate(names)
    ]
    criteria = [
        {"id": "quality", "kind": "section", "weight": 60, "children": asked},
        {"id": "price", "kind": "price", "weight": 40},
    ]
    bands = [{"id": f"band {at}", "weeks": weeks, "cap_pence": 900_000} for at, weeks in enumerate((520, 260.5, 52))]

    def bid(at: int) -> dict[str, object]:
        agreed = {name: chance.choices(range(6), (1, 2, 10, 30, 30, 10))[0] for name in names}
        scores = {who: {name: min(5, max(0, given + chance.randint(-1, 1))) for name, given in agreed.items()} for who in people}  # fmt: skip
        prices = {str(band["id"]): chance.randint(380_000, 560_000) for band in bands}
        return {"id": f"bid {at:03d}", "agreed": agreed, "scores": scores, "prices": prices} | ({"out": "withdrawn"} if at % 60 == 59 else {})  # fmt: skip

    made = [
        {"id": str(lot + 1), "formula": FORMULAS[lot % 6], "least_quality": 50, "bands": bands, "bids": [bid(at) for at in range(bids)]}
        for lot in range(lots)
    ]  # fmt: skip
    return json.dumps({"criteria": criteria, "evaluators": people, "lots": made}).encode()


def measure_tender() -> str:
    """The whole command at four sizes; the plain way at three small ones, in the same run."""
    timed = [_command(size) for size in SIZES]
    rows = [_row(one, timed[at - 1] if at else None) for at, one in enumerate(timed)]
    claimed = next(one for one in timed if one.size == CLAIMED)
    met = "met" if claimed.seconds < CLAIMED_SECONDS else f"NOT met: {claimed.seconds:.2f} s"
    return "\n".join([
        "## A tender scored with full sensitivity (`nearhome tender score FILE.json --json`, the whole command)",
        "",
        "Made-up tenders, two lots of each price formula; start-up, reading, checking, ranking, every effect and writing are all in"
        " the seconds; the better of two runs.",
        "",
        "| Bids × lots × questions × evaluators | scores in the file | file MB | seconds | of processor | times the scores | times the processor |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
        "The obvious way: the same ranking and single scores in plain Python decimals, the whole lot ranked again for each score"
        " (`tests/plainly_evaluated.py`, the same answer). One lot, pro rata to the lowest, seconds.",
        "",
        "| Bids × questions | plain decimals | here | times faster |",
        "|---|---|---|---|",
        *[_plain_row(size) for size in PLAIN],
        "",
        f"Claim: {' × '.join(map(str, CLAIMED))} with full sensitivity in under {CLAIMED_SECONDS:.0f} s: {met} ({claimed.of_processor:.2f} s of processor).",
    ])  # fmt: skip


def _command(size: tuple[int, int, int, int]) -> Timed:
    content = made_up(size)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tender.json"
        file.write_bytes(content)
        seconds, of_processor = min(_run(file) for _ in range(2))
    return Timed(size, len(content) / 1e6, seconds, of_processor)


def _run(file: Path) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "nearhome.cli", "tender", "score", str(file), "--json"]
    done = subprocess.run(command, capture_output=True, check=True)
    seconds = time.perf_counter() - began
    assert len(json.loads(done.stdout)["lots"]) == 12
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _row(one: Timed, before: Timed | None) -> str:
    scores = one.size[0] * one.size[1] * one.size[2] * (one.size[3] + 1)
    ratios = f"{one.size[0] / before.size[0]:.2f} | {one.of_processor / before.of_processor:.2f}" if before else "– | –"
    return f"| {' × '.join(map(str, one.size))} | {scores:,} | {one.megabytes:.1f} | {one.seconds:.2f} | {one.of_processor:.2f} | {ratios} |"


def _plain_row(size: tuple[int, int, int, int]) -> str:
    case = tender_from(made_up(size), "made-up.json")[0]
    began = time.perf_counter()
    slow = plain_ranks(case), plain_single_scores(case), plain_by_means(case)
    plain = time.perf_counter() - began
    began = time.perf_counter()
    ranking, effects = rank_bids(case), effects_of(case)
    here = time.perf_counter() - began
    assert {one.bid: one.rank for one in ranking.ranking} == slow[0]
    assert effects.single is not None
    assert (effects.single.tried, effects.single.move_a_rank) == slow[1][:2]
    return f"| {size[0]} × {size[2]} | {plain:.2f} | {here:.4f} | {plain / here:,.0f} |"

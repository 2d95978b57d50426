"""``nearhome plan`` itself. A plain question is answered before the library of the command line is loaded.

Anything unusual in the arguments, such as ``--help``, goes the long way, which explains.
"""

import gc
import os
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nearhome.matching.calculations.planning.bare import BareProblem
    from nearhome.matching.calculations.planning.bare_plan import WorkedPlan

# Long enough to prove all but the largest regions; the answer says when it is not proven.
USUAL_SECONDS = 20.0
VALUES = ("--future", "--time-limit")
SWITCHES = ("--json", "--place-all-possible")


def answered(arguments: list[str]) -> bool:
    """Whether the question was a plain one and its answer is printed; if not, nothing is."""
    question = _asked(arguments[1:]) if arguments[:1] == ["plan"] else None
    if question is None:
        return False
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        give_plan(**question)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        raise SystemExit(130) from None
    return True


def _asked(words: list[str]) -> dict[str, Any] | None:
    """The file, and what was said besides; None if it is not plain."""
    given: dict[str, str] = {}
    files, rest = [], iter(words)
    for word in rest:
        if word in (*VALUES, *SWITCHES) and word not in given:
            given[word] = next(rest, "") if word in VALUES else "yes"
        elif word.startswith("-") or not word:
            return None
        else:
            files.append(word)
    if len(files) != 1 or "" in given.values():
        return None
    try:
        limit = float(given["--time-limit"]) if "--time-limit" in given else None
    except ValueError:
        return None
    future = Path(given["--future"]) if "--future" in given else None
    return {
        "file": Path(files[0]), "json": "--json" in given, "future": future, "time_limit": limit,
        "nobody_waits": "--place-all-possible" in given,
    }  # fmt: skip


def give_plan(
    *, file: Path, json: bool, future: Path | None, time_limit: float | None, nobody_waits: bool = False
) -> None:
    """Print the answer. Ends the command with exit code 2, every fault told, if something given is wrong."""
    began = monotonic()
    if time_limit is not None and not 0 < time_limit < float("inf"):
        raise refused("nearhome plan", (f"--time-limit {time_limit:g} cannot be kept; give seconds above 0",))
    gc.disable()  # millions of records are made at once, none in a circle
    try:
        problem, worked = _worked(file, future, began, time_limit, nobody_waits)
    finally:
        gc.enable()
    if json:
        import msgspec

        answer = msgspec.json.encode(_plain(worked, monotonic() - began))
        sys.stdout.write(msgspec.json.format(answer, indent=1).decode() + "\n")
    else:
        from nearhome.matching.exporters.plan_words import plan_in_words

        sys.stdout.write(plan_in_words(problem, worked, monotonic() - began))


def _worked(
    file: Path, future: Path | None, began: float, time_limit: float | None, nobody_waits: bool
) -> "tuple[BareProblem, WorkedPlan]":
    from nearhome.matching.calculations.planning.bare_plan import plan_bare
    from nearhome.matching.importers.plan_complaints import PlanFileError
    from nearhome.matching.importers.plan_files import read_plan

    try:
        problem, later = read_plan(file), None
        if future is not None:
            from nearhome.matching.importers.plan_futures import read_future

            later = read_future(future, problem)
    except PlanFileError as wrong:
        raise refused(wrong.name, wrong.sentences) from None
    seconds = max(0.01, (time_limit or USUAL_SECONDS) - (monotonic() - began))
    return problem, plan_bare(problem, clock=monotonic, seconds=seconds, later=later, nobody_waits=nobody_waits)


def refused(name: str, sentences: tuple[str, ...]) -> SystemExit:
    """An ending with what is to be mended, a line for each fault: ``raise refused(…)``. The exit code is 2."""
    for sentence in sentences:
        line = f"{name}: {sentence}"
        sys.stderr.write(line.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")
    return SystemExit(2)


def _plain(worked: "WorkedPlan", seconds: float) -> dict[str, Any]:
    answer = worked.answer
    given: dict[str, Any] = {
        "status": answer.status,
        "value": answer.value,
        "bound": answer.bound,
        "gap": answer.gap,
        "placements": [{"child": child, "home": home} for child, home in answer.placements],
        "by_authority": answer.by_authority,
        "seconds": round(seconds, 4),
        "unplaced": worked.unplaced,
    }
    if answer.price_of_promise is not None:
        given["price_of_promise"] = answer.price_of_promise
    if worked.notes:
        given["notes"] = worked.notes
    if worked.held_back is not None:
        given["held_back"] = worked.held_back
    return given

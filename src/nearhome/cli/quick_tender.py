"""``nearhome tender score`` itself. A plain question is answered before the library of the command line is loaded."""

import gc
import os
import sys
from pathlib import Path

from nearhome.cli.quick_plan import refused

_EXAMPLE = "tender-example.json"


def answered(arguments: list[str]) -> bool:
    """Whether the question was a plain one and its answer is printed; if not, nothing is."""
    words = arguments[2:] if arguments[:2] == ["tender", "score"] else None
    if words is None:
        return False
    files = [word for word in words if word != "--json"]
    if len(files) != 1 or files[0].startswith("-") or words.count("--json") > 1:
        return False
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        give_score(Path(files[0]), json="--json" in words)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        raise SystemExit(130) from None
    return True


def give_score(file: Path, *, json: bool) -> None:
    """Print the result. Ends the command with exit code 2, every fault told, if the file is wrong."""
    from nearhome.tendering.importers.tender_file import TenderFileError, read_tender

    gc.disable()  # hundreds of thousands of scores are read at once, none in a circle
    try:
        try:
            lots = read_tender(file)
        except TenderFileError as wrong:
            raise refused(wrong.name, wrong.sentences) from None
        from nearhome.tendering.calculations.evaluation.effects import effects_of
        from nearhome.tendering.calculations.evaluation.ranking import rank_bids
        from nearhome.tendering.exporters.tender_result import lot_as_values, result_in_words

        scored = [(case, rank_bids(case), effects_of(case)) for case in lots]
        if not json:
            sys.stdout.write(result_in_words(scored))
            return
        import msgspec

        answer = msgspec.json.encode({"lots": [lot_as_values(*one) for one in scored]})
        sys.stdout.write(msgspec.json.format(answer, indent=1).decode() + "\n")
    finally:
        gc.enable()


def example() -> str:
    """A worked case: the tender of docs/methods/tender-evaluation.md."""
    from importlib.resources import files

    return files("nearhome.tendering").joinpath("reference", _EXAMPLE).read_text(encoding="utf-8")

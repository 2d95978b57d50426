"""``nearhome match``: every child against every home in a region, with reasons. No server, no database."""

import gc
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from nearhome.matching.calculations.region.case import Case

File = Annotated[Path | None, typer.Argument(metavar="PROBLEM.json", help="Children, homes, groups, conflicts, rights, weights; `nearhome schema match-problem` describes it.")]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON; `nearhome schema match-answer` describes it.")]  # fmt: skip
Planned = Annotated[bool, typer.Option("--plan", help="The best plan for all children at once, as advice to work through.")]  # fmt: skip
Explain = Annotated[str | None, typer.Option(metavar="CHILD", help="Why this child has this place in the plan, and what else there is.")]  # fmt: skip
Limit = Annotated[float | None, typer.Option(help="Seconds after which the best plan so far is given, with its gap.")]
All = Annotated[bool, typer.Option("--all", help="Every possible home in full in the JSON, not only the first 20 of each child.")]  # fmt: skip
Example = Annotated[bool, typer.Option("--example", help="Print a made-up PROBLEM.json that uses every feature.")]


def match(
    file: File = None,
    json: Json = False,
    plan: Planned = False,
    explain: Explain = None,
    time_limit: Limit = None,
    all_homes: All = False,
    example: Example = False,
) -> None:
    """Which homes suit each child, in order, with reasons; with --plan who goes where, all at once."""
    import sys

    from nearhome.cli.quick_plan import refused

    began = monotonic()
    if example:
        from nearhome.matching.importers.match_problem import example as shipped

        sys.stdout.write(shipped())
        return
    if file is None:
        raise refused("nearhome match", ("give a PROBLEM.json; `nearhome match --example` prints one to begin from",))
    if time_limit is not None and not 0 < time_limit < float("inf"):
        raise refused("nearhome match", (f"--time-limit {time_limit:g} cannot be kept; give seconds above 0",))
    gc.disable()  # very many records are made at once, none in a circle
    try:
        case = _case(file)
        if explain is not None:
            _refuse_stranger(case, file.name, explain)
        is_planned = plan or explain is not None
        answer = _planned(case, file.name, explain, time_limit) if is_planned else _ranked(case, json, all_homes)
        _give(answer, json, monotonic() - began)
    finally:
        gc.enable()


def _case(file: Path) -> "Case":
    from nearhome.cli.quick_plan import refused
    from nearhome.matching.importers.match_problem import read_case
    from nearhome.matching.importers.plan_complaints import PlanFileError

    try:
        return read_case(file)
    except PlanFileError as wrong:
        raise refused(wrong.name, wrong.sentences) from None


def _refuse_stranger(case: "Case", name: str, child: str) -> None:
    from nearhome.cli.quick_plan import refused

    children = [one.waiting.child_ref for one in case.children]
    if child not in children:
        raise refused(name, (f"there is no child “{child}”; there are {', '.join(children[:20]) or 'none'}",))


def _ranked(case: "Case", json: bool, all_homes: bool) -> Any:
    from nearhome.matching.calculations.region.answered import IN_FULL, ranked_answer

    if not json:
        from nearhome.matching.exporters.match_words import SHOWN

        return ranked_answer(case, clock=monotonic, in_full=SHOWN)
    return ranked_answer(case, clock=monotonic, in_full=None if all_homes else IN_FULL)


def _planned(case: "Case", name: str, child: str | None, seconds: float | None) -> Any:
    from nearhome.cli.quick_plan import refused
    from nearhome.matching.calculations.planning.instance import NoPlanError
    from nearhome.matching.calculations.region.answered import planned_answer

    try:
        return planned_answer(case, explain=child, clock=monotonic, seconds=seconds)
    except NoPlanError as none:
        raise refused(name, (f"there is no plan: {none}",)) from None


def _give(answer: Any, json: bool, seconds: float) -> None:
    import sys

    if json:
        import msgspec

        from nearhome.matching.exporters.match_answer import plain_answer

        content = msgspec.json.encode(plain_answer(answer, seconds))
        sys.stdout.write(msgspec.json.format(content, indent=1).decode() + "\n")
        return
    from nearhome.matching.exporters.match_words import in_words

    sys.stdout.write(in_words(answer, seconds))

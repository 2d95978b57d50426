"""``nearhome settle``: who pays whom for a self-contained case of contracts, rules, stays and prices. No server, no database."""

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path | None, typer.Argument(metavar="CASE.json", help="The case; `nearhome schema settle-case` describes it. - reads standard input.")]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON; `nearhome schema settle-result` describes it.")]  # fmt: skip
Example = Annotated[bool, typer.Option("--example", help="Print a worked case: the regional block of Kent's decision 21/00094.")]  # fmt: skip


def settle(file: File = None, json: Json = False, example: Example = False) -> None:
    """Nights, charges, recharges, net positions and the fewest payments, to the penny."""
    from nearhome.settlement.importers.settle_files import SettleFileError, example_case, read_case

    if example:
        sys.stdout.write(example_case().decode())
        return
    if file is None:
        from nearhome.cli.progress import stop

        raise stop("Give the file of a case. `nearhome settle --example` prints one.")
    gc.disable()  # hundreds of thousands of records are made at once, none in a circle
    try:
        _give(read_case(file), as_json=json)
    except SettleFileError as wrong:
        from nearhome.cli.quick_plan import refused

        raise refused(wrong.name, wrong.sentences) from None
    finally:
        gc.enable()


def _give(case: object, *, as_json: bool) -> None:
    from nearhome.settlement.calculations.cases import Case
    from nearhome.settlement.calculations.settling import settle_case
    from nearhome.settlement.importers.settle_files import SettleFileError

    assert isinstance(case, Case)
    try:
        settled = settle_case(case)
    except ValueError as contradiction:
        raise SettleFileError(case.title, (str(contradiction),)) from None
    if as_json:
        import msgspec

        from nearhome.settlement.exporters.settle_answer import answer_given

        sys.stdout.write(msgspec.json.format(msgspec.json.encode(answer_given(settled)), indent=1).decode() + "\n")
    else:
        from nearhome.settlement.exporters.settle_words import settled_in_words

        sys.stdout.write(settled_in_words(settled))

"""``nearhome benchmark``: what placements cost, and what others pay for the same children, without a server."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nearhome.cli.analysing import AsHtml, AsJson, AsXlsx, Publish, give

if TYPE_CHECKING:
    from nearhome.needs.calculations.problems import Problem
    from nearhome.sufficiency.importers.costs import ReadCosts

Files = Annotated[list[Path], typer.Argument(help="CSV files of placement costs, or folders with them.")]
Authority = Annotated[
    str, typer.Option(help="DfE code, ONS code or name, for files that do not say whose placements they hold.")
]
On = Annotated[str, typer.Option(help="Last of the 12 months over which nights are counted, and day up to which accrued costs run.")]  # fmt: skip
Seed = Annotated[int, typer.Option(help="Start of the random draws; the same seed gives the same figures.")]
Problems = Annotated[Path | None, typer.Option("--problems", help="Write every problem of the files to this CSV file.")]
_SHOWN = 5


def benchmark(  # noqa: PLR0913 one argument a flag
    costs: Files,
    authority: Authority = "",
    on: On = "",
    seed: Seed = 1,
    problems: Problems = None,
    json: AsJson = False,
    html: AsHtml = None,
    xlsx: AsXlsx = None,
    publish: Publish = False,
) -> None:
    """Weekly prices by kind, provider and need; authorities compared for the same children; why prices differ."""
    from nearhome.geography.authorities import all_authorities
    from nearhome.sufficiency.calculations.figures import Analysis
    from nearhome.sufficiency.calculations.prices.prices import benchmark as compared
    from nearhome.sufficiency.calculations.prices.prices import last_day_known
    from nearhome.sufficiency.importers.costs import read_costs

    day = _day(on)
    found = read_costs(costs, authority=_known(authority), on=day)
    _tell(found, problems)
    names = {one.dfe_code: one.name for one in all_authorities()}
    sections = compared(found.costs, seed=seed, on=day, names=names)
    subtitle = f"{found.costs.height:,} placements of {found.costs['authority'].n_unique():,} authorities"
    analysis = Analysis(
        "benchmark",
        "Prices of placements compared",
        subtitle,
        sections,
        _rests_on(found, seed, day or last_day_known(found.costs)),
    )
    give(analysis, json=json, html=html, xlsx=xlsx, publish=publish)


def _day(text: str) -> date | None:
    from nearhome.cli.reading import a_day

    return a_day(text, "--on") if text else None


def _known(text: str) -> str:
    from nearhome.cli.progress import stop
    from nearhome.needs.calculations.fields import CellError
    from nearhome.sufficiency.importers.cost_cells import authority

    try:
        return authority(text.strip()) if text else ""
    except CellError as error:
        raise stop(f"--authority: {error}") from None


def _tell(found: "ReadCosts", path: Path | None) -> None:
    """Say how the files were read; stop if nothing can be used."""
    from nearhome.cli.progress import stop, terminal

    for note in found.notes:
        terminal.print(note, markup=False)
    for (rule, words), some in _by_rule(found.problems).items():
        terminal.print(
            f"{len(some):,} × {rule} ({words}), for example {_where(some[0])}: {some[0].message}", markup=False
        )
    if path:
        _write(path, found.problems)
    terminal.print(f"{found.rows_read:,} rows read, {found.rows_refused:,} left out.")
    if not found.is_readable:
        first = "; ".join(f"{_where(one)}: {one.message}" for one in found.problems[:_SHOWN])
        raise stop(f"No placement could be read. {first or 'The files hold no rows'}")


def _where(one: "Problem") -> str:
    return f"{one.file}, row {one.row}" if one.row else one.file


def _by_rule(problems: Sequence["Problem"]) -> "dict[tuple[str, str], list[Problem]]":
    found: dict[tuple[str, str], list[Problem]] = {}
    for one in problems:
        words = "left out" if one.refuses_row else "look at it"
        found.setdefault((one.rule, words), []).append(one)
    return found


def _write(path: Path, problems: Sequence["Problem"]) -> None:
    from nearhome.cli.progress import stop, terminal
    from nearhome.cli.reading import disarmed

    names = ("file", "row", "child", "field", "rule", "severity", "message")
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([name.capitalize() for name in names])
            writer.writerows([disarmed(str(getattr(one, name) or "")) for name in names] for one in problems)
    except OSError as error:
        raise stop(f"The problems cannot be written to {path}: {error.strerror}. Choose another file.") from None
    terminal.print(f"{len(problems):,} problems were written to {path}", markup=False)


def _rests_on(found: "ReadCosts", seed: int, on: date) -> dict[str, Any]:
    """What the figures rest on. No child is named, so that it may go with a published report."""
    problems = {f"{rule} ({words})": len(some) for (rule, words), some in _by_rule(found.problems).items()}
    from nearhome import __version__

    return {
        "rows_read": found.rows_read,
        "rows_left_out": found.rows_refused,
        "placements": found.costs.height,
        "authorities": found.costs["authority"].unique().sort().to_list(),
        "seed": seed,
        "date": on.isoformat(),
        "notes": list(found.notes),
        "problems": problems,
        "version": __version__,
    }

"""What analysing verbs read: days, folders of returns, registers, prices; everything wrong is said, nothing is dropped."""

import csv
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from nearhome.cli.progress import stop, terminal

if TYPE_CHECKING:
    import polars as pl

    from nearhome.needs.calculations.problems import Problem
    from nearhome.needs.importers.return_tables import ReadReturns

_FORMS = ("%Y-%m-%d", "%d/%m/%Y")
_YEARS = (1992, 2100)  # the return began in October 1991
_SHOWN = 8


def a_day(typed: str, option: str) -> date:
    """The day that was typed. Ends the command with a sentence if it is none."""
    for form in _FORMS:
        try:
            day = datetime.strptime(typed.strip(), form).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
        if _YEARS[0] <= day.year <= _YEARS[1]:
            return day
        raise stop(f"{option} {typed} is too far off; give a day from {_YEARS[0]} to {_YEARS[1]}")
    raise stop(f"{option} {typed} is not a date; write it as 2026-03-31 or 31/03/2026")


def dfe_codes(typed: Sequence[str]) -> tuple[str, ...]:
    """The DfE codes of authorities named by code, ONS code or name. Ends the command with a sentence at an unknown one."""
    from nearhome.geography.authorities import authority_called

    found = {text: authority_called(text) for text in typed}
    unknown = [text for text, one in found.items() if one is None]
    if unknown:
        raise stop(
            f"--authority {unknown[0]} is not an authority of England; give its DfE code (886), ONS code or name"
        )
    return tuple(one.dfe_code for one in found.values() if one)


def read_return_folders(
    folders: Sequence[Path], authorities: Sequence[str], problems: Path | None = None
) -> "ReadReturns":
    """Every return in the folders, years joined; what was wrong goes to the terminal, whole to `problems` if given.

    Ends the command with a sentence where nothing can be read.
    """
    from nearhome.geography.postcodes import Postcodes
    from nearhome.needs.importers.return_tables import read_returns

    codes = dfe_codes(authorities)
    try:
        found = read_returns(folders, authorities=codes, postcodes=Postcodes.open())
    except ValueError as reason:
        raise stop(str(reason)) from reason
    except OSError as error:
        raise stop(f"{error.filename} cannot be read: {error.strerror}. Check who may open it") from error
    if problems:
        _write_problems(problems, found)
    _say_problems(found, problems)
    if not found.years:
        raise stop("Nothing of these returns could be used, so there are no figures. Mend what is said above first")
    return found


def read_market_files(files: Sequence[Path]) -> "pl.DataFrame | None":
    """Every place of the registers given; None without one."""
    if not files:
        return None
    import polars as pl

    from nearhome.geography.postcodes import Postcodes
    from nearhome.sufficiency.importers.market_files import read_market_with_problems

    try:
        found = [read_market_with_problems(file, Postcodes.open()) for file in files]
    except ValueError as reason:
        raise stop(str(reason)) from reason
    for problem in [problem for one in found for problem in one.problems][:_SHOWN]:
        terminal.print(f"  {problem.file} row {problem.row} {problem.field}: {problem.message}", markup=False)
    if not any(one.places.height for one in found):
        raise stop("No place could be read from the files given with --register. Mend them, or leave them out")
    return pl.concat([one.places for one in found])


def where_they_come_from(found: "ReadReturns", on: date) -> "pl.DataFrame":
    """The positions of the homes that children looked after on the day come from, for the distance to places."""
    from nearhome.geography.postcodes import Postcodes
    from nearhome.sufficiency.calculations.market.market import placed_on
    from nearhome.sufficiency.importers.home_positions import read_home_positions

    return read_home_positions(placed_on(found.records, on)["home_postcode"], found.authorities, Postcodes.open())


def read_price_files(files: Sequence[Path], authorities: Sequence[str], on: date) -> "pl.DataFrame | None":
    """Every usable price of the files given; None without one. A single authority is that of rows that name none."""
    if not files:
        return None
    from nearhome.sufficiency.importers.costs import read_costs

    codes = dfe_codes(authorities)
    try:
        found = read_costs(list(files), authority=codes[0] if len(codes) == 1 else "", on=on)
    except ValueError as reason:
        raise stop(str(reason)) from reason
    for one in found.problems[:_SHOWN]:
        terminal.print(f"  {_at(one)}: {one.message}", markup=False)
    if not found.is_readable:
        raise stop("No price could be read from the files given with --costs. Mend them, or leave them out")
    return found.costs


def _at(problem: "Problem") -> str:
    """The file, the row and the field, as far as the problem is of one."""
    return " ".join(word for word in (problem.file, f"row {problem.row}" if problem.row else "", problem.field) if word)


def rests_on(found: "ReadReturns", on: date | None = None) -> dict[str, Any]:
    """What was read, counted and repaired, as every result says it; with a day, also what the returns lack for it."""
    from nearhome import __version__
    from nearhome.geography.authorities import authority_by_dfe

    rules = Counter(one.rule for one in found.repairs)
    wrong = Counter(one.problem.severity.value for one in found.problems)
    return {
        "authorities": [f"{authority_by_dfe(code).name} ({code})" for code in found.authorities],
        "collection_years": list(found.years),
        "children": found.records.children.height,
        "episodes": found.records.episodes.height,
        "rows_read": dict(found.rows_read),
        "rows_refused": dict(found.rows_refused),
        "problems": {"errors": wrong["error"], "warnings": wrong["warning"]},
        "episodes_repaired_across_years": {f"rule {rule}": number for rule, number in sorted(rules.items())},
        "notes": [*(_lacking(found, on) if on else ()), *found.notes],
        "files": found.digest,
        "version": __version__,
    }


def _lacking(found: "ReadReturns", on: date) -> tuple[str, ...]:
    from nearhome.geography.authorities import authority_by_dfe
    from nearhome.needs.calculations.covered_years import beyond_the_returns

    lacking = beyond_the_returns(on, {authority_by_dfe(code).name: years for code, years in found.years_of.items()})
    for sentence in lacking:
        terminal.print(f"[yellow]•[/yellow] {escape(sentence)}")
    return lacking


def _say_problems(found: "ReadReturns", problems: Path | None) -> None:
    for note in found.notes:
        terminal.print(f"[yellow]•[/yellow] {escape(note)}")
    if not found.problems:
        return
    refused = sum(one.problem.refuses_row for one in found.problems)
    counted = f"{len(found.problems):,} problems in the files, of which {refused:,} leave something out"
    terminal.print(f"[yellow]![/yellow] {counted}:")
    # What left rows out comes first: eight warnings must not hide that a whole file is missing.
    for one in sorted(found.problems, key=lambda one: (not one.problem.refuses_row, one.problem.row > 0))[:_SHOWN]:
        place = " ".join(word for word in (one.authority, str(one.year or ""), _at(one.problem)) if word)
        terminal.print(f"  {place}: {one.problem.message}", markup=False)
    if len(found.problems) > _SHOWN and not problems:
        terminal.print(f"  … and {len(found.problems) - _SHOWN:,} more; write them all with --problems FILE.csv")


def _write_problems(path: Path, found: "ReadReturns") -> None:
    try:
        _problems_as_csv(path, found)
    except OSError as error:
        raise stop(f"{path} cannot be written: {error.strerror}. Choose another file") from error


def disarmed(text: str) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text


def _problems_as_csv(path: Path, found: "ReadReturns") -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ("authority", "year", "file", "row", "child", "field", "rule", "severity", "what and how to mend it")
        )
        for one in found.problems:
            said = one.problem
            cells = (one.authority, one.year, said.file, said.row or "", said.child, said.field, said.rule, said.severity.value, said.message)  # fmt: skip
            writer.writerow([disarmed(str(cell)) for cell in cells])
        for repair in found.repairs:
            row = (
                repair.authority,
                "",
                "",
                "",
                repair.child,
                "DECOM",
                f"repair {repair.rule}",
                "repaired",
                repair.words,
            )
            writer.writerow(row)

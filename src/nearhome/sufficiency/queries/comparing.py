"""Prices from files that were sent, compared across authorities; and compared again from what was kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.core.exceptions import ValidationError

from nearhome import __version__
from nearhome.needs.calculations.problems import Problem
from nearhome.people.models import Organisation
from nearhome.sufficiency.calculations.figures import Analysis
from nearhome.sufficiency.calculations.prices.price_files import files_section, own_lists, own_section, problem_table
from nearhome.sufficiency.calculations.prices.prices import benchmark, last_day_known
from nearhome.sufficiency.calculations.worked import Worked
from nearhome.sufficiency.importers.costs import ReadCosts, read_costs
from nearhome.sufficiency.importers.surroundings import authority_names
from nearhome.sufficiency.models import KeptAnalysis
from nearhome.sufficiency.queries.records import dfe_code_of

SEED = 1


@dataclass(frozen=True, slots=True)
class ComparedFiles:
    """The comparison, None if no row could be read; and every problem of the files."""

    worked: Worked | None
    problems: tuple[Problem, ...]


def compared_files(files: Mapping[str, bytes], authority: Organisation, on: date | None) -> ComparedFiles:
    """The prices in CSV files compared; `on` is the last of the 12 months over which nights are counted.

    Raises ValidationError, with the mend, where `on` lies before every placement of the files.
    """
    code = dfe_code_of(authority)
    found = read_costs(files, authority=code, on=on)
    if not found.is_readable:
        return ComparedFiles(None, found.problems)
    _check_day(found, on)
    day = on or last_day_known(found.costs)
    asked = {"on": day.isoformat(), "seed": SEED, "authority": code, "files": sorted(files)}
    tables = {"costs": found.costs, "problems": problem_table(found.problems)}
    return ComparedFiles(Worked("benchmark", asked, tables, _compared(tables, asked, _rests_on(found))), found.problems)


def compared_again(kept: KeptAnalysis, tables: Mapping[str, pl.DataFrame]) -> Worked:
    """A kept comparison run once more over the prices that were kept with it."""
    return Worked(kept.kind, kept.asked, tables, _compared(tables, kept.asked, kept.result["data"]))


def _check_day(found: ReadCosts, on: date | None) -> None:
    first = found.costs["starts_on"].min()
    if on and isinstance(first, date) and on < first:
        raise ValidationError(
            {"on": f"Every placement in the files starts after this day. Give a day from {first:%-d %B %Y} on."}
        )


def _compared(tables: Mapping[str, pl.DataFrame], asked: Mapping[str, Any], rests: Mapping[str, Any]) -> Analysis:
    costs, on, code = tables["costs"], date.fromisoformat(asked["on"]), asked["authority"]
    sections = (
        *own_lists(benchmark(costs, seed=asked["seed"], on=on, names=authority_names()), authority=code),
        own_section(costs, authority=code),
        files_section(
            tables["problems"], costs, authority=code, read=rests["rows_read"], refused=rests["rows_left_out"]
        ),
    )
    authorities = costs["authority"].n_unique()
    subtitle = f"{costs.height:,} placements of {authorities:,} {'authority' if authorities == 1 else 'authorities'}."
    return Analysis("benchmark", f"Prices compared, 12 months to {on:%-d %B %Y}", subtitle, sections, rests)


def _rests_on(found: ReadCosts) -> dict[str, Any]:
    """What the figures rest on. No child is named, so that it may go with a published report."""
    return {
        "rows_read": found.rows_read,
        "rows_left_out": found.rows_refused,
        "placements": found.costs.height,
        "authorities": found.costs["authority"].unique().sort().to_list(),
        "seed": SEED,
        "notes": list(found.notes),
        "version": __version__,
    }

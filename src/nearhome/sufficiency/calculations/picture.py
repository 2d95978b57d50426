"""The whole picture of need on a day: every section of it, over one authority's records or several authorities'."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import cohort, repairs, settings_of_care, stability, stock, where
from nearhome.sufficiency.calculations.children.indicators import headline_of
from nearhome.sufficiency.calculations.children.snapshot import Counted, counted
from nearhome.sufficiency.calculations.figures import Analysis, Section
from nearhome.sufficiency.calculations.market.market import placed_on
from nearhome.sufficiency.calculations.market.market_share import market_share
from nearhome.sufficiency.calculations.prices.prices import benchmark
from nearhome.sufficiency.calculations.resemblance import resemblance


@dataclass(frozen=True, slots=True)
class Around:
    """What a picture needs beside the children: neighbours, names, populations, and the market and prices if known.

    `adjoining` are pairs of DfE codes, `names` names by DfE code (and of Wales and Scotland), `population` children
    under 18 by DfE code where published; `market`, `costs` and `homes` (where children come from, for the distance to
    places) are the tables of their own calculations, or None.
    `repairs` is what was mended to join the years (columns of REPAIRS), None where that is not asked.
    `reasons` are reasons for distance recorded elsewhere, by child_no.
    """

    adjoining: frozenset[frozenset[str]]
    names: Mapping[str, str]
    population: Mapping[str, int]
    market: pl.DataFrame | None = None
    costs: pl.DataFrame | None = None
    homes: pl.DataFrame | None = None
    repairs: pl.DataFrame | None = None
    reasons: Mapping[int, str] = field(default_factory=dict)


def picture(records: CareRecords, on: date, *, around: Around, data: Mapping[str, Any], seed: int = 1) -> Analysis:
    """Every section of the picture of these records on a day. The same records, day and seed give the same figures.

    `data` says what was read, and is passed on as it is.
    """
    day = counted(records, on, adjoining=around.adjoining, reasons=around.reasons)
    there = {code: around.population[code] for code in records.authorities if code in around.population}
    return Analysis(
        "needs",
        f"Need on {on.day} {on:%B %Y}",
        _whose(records, around.names),
        (
            _at_a_glance(day, there),
            stock.section(records, day, population=there, names=around.names),
            where.section(day, names=around.names),
            settings_of_care.section(records, day, names=around.names),
            stability.section(records, on),
            resemblance.section(records, on, seed=seed),
            *_of_the_market(records, on, around),
            cohort.section(records, on),
            *(benchmark(around.costs, seed=seed, on=on, names=around.names) if around.costs is not None else ()),
            *((repairs.section(around.repairs, names=around.names),) if around.repairs is not None else ()),
        ),
        {**data, "seed": seed},
    )


def _at_a_glance(day: Counted, population: Mapping[str, int]) -> Section:
    return Section(
        "glance",
        "At a glance",
        "The headline figures of the day, and of the 12 months up to it, each with what it counts.",
        headline_of(day, population),
    )


def _of_the_market(records: CareRecords, on: date, around: Around) -> tuple[Section, ...]:
    if around.market is None:
        return ()
    areas = tuple(code for code in records.authorities if code)
    return (
        market_share(placed_on(records, on), around.market, on=on, areas=areas, homes=around.homes, names=around.names),
    )


def _whose(records: CareRecords, names: Mapping[str, str]) -> str:
    known = [names.get(code, code) for code in records.authorities]
    return (
        f"Children of {', '.join(known[:-1])} and {known[-1]}." if len(known) > 1 else f"Children of {''.join(known)}."
    )

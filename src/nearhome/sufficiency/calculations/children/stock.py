"""How many children are looked after, how has that changed, and how many come, move and leave?"""

import datetime as dt
from collections.abc import Mapping, Sequence

import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import measures
from nearhome.sufficiency.calculations.children.history import (
    counted_episodes,
    happened_in,
    month_ends,
    months_covered,
    stock_on,
    year_columns,
    years_back,
)
from nearhome.sufficiency.calculations.children.indicators import DIMENSIONS, headline_by, indicators_of, rate_per_10000
from nearhome.sufficiency.calculations.children.placements import placements
from nearhome.sufficiency.calculations.children.snapshot import Counted, ends_of_care, known_on, starts_of_care
from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Column, Section


def section(
    records: CareRecords,
    day: Counted,
    *,
    population: Mapping[str, int] | None = None,
    names: Mapping[str, str] | None = None,
    longest: int = 60,
) -> Section:
    """The stock on a day and its history by month, starts, ends and moves, and the rate per 10,000.

    `population` are children under 18 by DfE code, `names` the authorities' names, `longest` the most months shown.
    """
    months = months_covered(records, day.on, longest)
    told = indicators_of(day, measures.STOCK)
    rate = (rate_per_10000(day, population),) if population else ()
    by_rate = (rates(day, population, names or {}),) if population else ()
    by_dimension = (headline_by(one, day, measures.STOCK, names, "stock") for one in DIMENSIONS)
    return Section(
        "stock",
        "How many children are looked after",
        "Children looked after on the day, those who started and ceased in the year up to it, and how the number has moved.",
        (*told, *rate),
        (by_month(records, day.on, months), by_year(records, day, months, names or {}), *by_rate, *by_dimension),
        (
            "Children in a series of short breaks are left out of every figure.",
            "A child who starts or ceases more than once in the year is counted once in the year’s figures, but each time "
            "in the figures by month.",
            "Months before the first return read are left out: only children who stayed into that year are known.",
        ),
    )


def by_month(records: CareRecords, on: dt.date, months: int) -> Breakdown:
    """Stock at the end of each month, and the starts, ends and moves in it, for so many months up to `on`."""
    days = month_ends(on, months)
    since = month_ends(days[0], 2)[0] + dt.timedelta(days=1)
    lived = placements(known_on(records, on)).filter(~pl.col("is_first"))
    counts = (
        stock_on(counted_episodes(records), days),
        happened_in(starts_of_care(records, since, on)["starts_on"], days),
        happened_in(ends_of_care(records, since, on)["ends_before"], days),
        happened_in(lived["starts_on"], days),
    )
    return Breakdown(
        "stock_by_month",
        "By month",
        "Children looked after at the end of each month, with the starts, the ends and the moves from one placement to "
        "another in that month. A child can start, end or move more than once.",
        (
            Column("month_to", "Month to", "date"),
            Column("children_looked_after", "Looked after", "count"),
            Column("starts", "Starts", "count"),
            Column("ends", "Ends", "count"),
            Column("moves", "Moves", "count"),
        ),
        tuple(zip(days, counts[0], *(_unknown_at_first(each) for each in counts[1:]), strict=True)),
        chart=Chart(
            "lines", "month_to", ("children_looked_after",), words="Children looked after at each month’s end."
        ),
    )


def _unknown_at_first(counts: Sequence[int]) -> tuple[int | None, ...]:
    """The first month may lie before the first return, of which only the children who stayed are known."""
    return None, *counts[1:]


def by_year(records: CareRecords, day: Counted, months: int, names: Mapping[str, str]) -> Breakdown:
    """The stock of each authority on the day and on the same day of the years before."""
    days = years_back(day.on, months)
    episodes = counted_episodes(records)
    each = {code: stock_on(episodes, days, pl.col("authority") == code) for code in day.authorities}
    columns = year_columns(days)
    return Breakdown(
        "stock_by_year",
        "By authority and year",
        "Children looked after on the same day of each year by the authority that looks after them.",
        (Column("authority", "Authority"), *columns),
        tuple((names.get(code, code), *counts) for code, counts in each.items()),
        ("Total", *(sum(column) for column in zip(*each.values(), strict=True))) if each else None,
        Chart("bars", "authority", (columns[-1].key,), words="Children looked after on the day by authority."),
    )


def rates(day: Counted, population: Mapping[str, int], names: Mapping[str, str]) -> Breakdown:
    """Children looked after for every 10,000 who live in the area of each authority."""
    here = dict(day.stock.group_by("authority").len().iter_rows())
    rows = tuple(_rate(names.get(code, code), here.get(code, 0), population.get(code)) for code in day.authorities)
    return Breakdown(
        "rate_by_authority",
        "Rate per 10,000 children",
        "Children looked after on the day for every 10,000 children under 18 who live in the area of the authority.",
        (
            Column("authority", "Authority"),
            Column("children_looked_after", "Looked after", "count"),
            Column("population", "Children under 18", "number"),
            Column("rate_per_10000", "Rate per 10,000", "rate", "children_looked_after"),
        ),
        rows,
        chart=Chart("bars", "authority", ("rate_per_10000",), words="Rate per 10,000 children by authority."),
    )


def _rate(name: str, children: int, people: int | None) -> tuple[Cell, ...]:
    return name, children, people, 10_000 * children / people if people else None

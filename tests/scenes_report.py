"""A made-up analysis with everything a report can hold: every chart, a hidden figure, long and wide tables, children."""

import datetime as dt
from functools import cache

from nearhome.sufficiency.calculations.figures import Analysis, Breakdown, Chart, Column, Section, share
from nearhome.sufficiency.calculations.picture import picture
from nearhome.sufficiency.calculations.prices.prices import benchmark
from nearhome.sufficiency.importers.surroundings import authority_names, surroundings
from scenes_care import care
from scenes_costs import drawn

ON = dt.date(2026, 3, 31)
HOSTILE = '=HYPERLINK("http://madeup.example","Test Child") <b>bold</b>'
CHILDREN = 260


@cache
def made_up_report() -> Analysis:
    """Kent's made-up children and prices, and a part with a long list, a wide table and words that look like code."""
    children = [_child(number) for number in range(CHILDREN)]
    records = care(children, [_episode(number) for number in range(CHILDREN)])
    need = picture(records, ON, around=surroundings(), data={"collection_years": [2026], "version": "made up"})
    costs, _ = drawn(3, authorities={"886": 0.0, "851": 0.1, "887": -0.05}, providers=30)
    prices = benchmark(costs, seed=1, on=ON, names=authority_names())
    sections = (*need.sections, *prices, _odd())
    return Analysis("needs", "Need on 31 March 2026", "Made-up children of Kent.", sections, need.data)


def _child(number: int) -> dict[str, object]:
    return {
        "child": f"TC{number:04d}",
        "sex": "MF"[number % 2],
        "born_on": dt.date(2009 + number % 15, 5, 1 + number % 28),
    }


def _episode(number: int) -> dict[str, object]:
    far = number % 5 == 0
    place = {"place_type": "K2", "place_provider": "PR4"} if number % 4 == 0 else {}
    where = {"area": "352", "location": "OUT", "miles": 190.0, "place_postcode": "M1 1AA"} if far else {}
    ends = dt.date(2026, 1, 1 + number % 28) if number % 9 == 0 else None
    starts = dt.date(2025, 4 + number % 8, 1 + number % 28)
    return {"child": f"TC{number:04d}", "starts_on": starts, "ends_before": ends, **place, **where}


def _odd() -> Section:
    long = Breakdown(
        "long_list", "A long list", "Two hundred and fifty made-up rows.",
        (Column("child", "Child"), Column("words", "Words"), Column("number", "Number", "count")),
        tuple((f"Test Child {number:04d}", HOSTILE, number) for number in range(250)), about_single_children=True,
    )  # fmt: skip
    wide = Breakdown(
        "wide", "A wide table", "Twenty columns of made-up numbers.",
        (Column("area", "Area"), *(Column(f"c{at}", f"Column {at}", "number") for at in range(20))),
        (("Here", *range(20)), ("There", *range(20, 40))),
    )  # fmt: skip
    fan = Breakdown(
        "fan", "A forecast", "Made-up numbers with their intervals.",
        (Column("day", "Month to", "date"), Column("middle", "Children expected", "number"), Column("low", "From", "number"),
         Column("high", "To", "number")),
        tuple((dt.date(2026, month, 28), 50 + month, 48 - month, 54 + 3 * month) for month in range(4, 13)),
        chart=Chart("bands", "day", ("middle",), ("low",), ("high",), words="Children expected, month by month."),
    )  # fmt: skip
    told = (share("odd_share", "A small share", 2, 40, "Of forty made-up children, two."),)
    return Section(
        "odd",
        "Odd things",
        "What is rare in a report but must be shown rightly.",
        told,
        (long, wide, fan),
        ("It is made up.",),
    )

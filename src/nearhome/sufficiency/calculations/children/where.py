"""Where do children live: in whose area, how far from home, and who is far with no recorded reason?"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from nearhome.sufficiency.calculations.children import groups, measures
from nearhome.sufficiency.calculations.children.indicators import DIMENSIONS, headline_by, indicators_of
from nearhome.sufficiency.calculations.children.snapshot import Counted
from nearhome.sufficiency.calculations.figures import Breakdown, Chart, Column, Section

ELSEWHERE: Final = {"WAL": "Wales", "SCO": "Scotland", "NIR": "Northern Ireland"}
_MEASURES: Final = (measures.STOCK[0], *measures.WHERE)


def section(day: Counted, *, names: Mapping[str, str] | None = None) -> Section:
    """Inside and outside the authority, miles from home, the flows between authorities, and the list of the far.

    `names` are the authorities' names by DfE code.
    """
    known = ELSEWHERE | dict(names or {})
    by_dimension = (headline_by(one, day, _MEASURES, names, "where") for one in DIMENSIONS)
    return Section(
        "where",
        "Where children live",
        "Whose area children live in, how far from home, and which of them live far from home with no recorded reason.",
        indicators_of(day, measures.WHERE),
        (flows(day, known), far_with_no_reason(day, known), *by_dimension),
        (
            "Miles are in a straight line from the home the child came from to the placement. They are not travel time.",
            "“At a distance” is the legal test: neither in the authority’s own area nor in one that adjoins it. Authorities "
            "that touch a Welsh or Scottish one are not counted as adjoining it.",
            "The return has no field for why a placement is far. A reason counts as recorded if the kind of placement says "
            "it (relatives or friends, adoption, parents, secure, custody, hospital, mother and baby, temporary), if the "
            "child asked for the last move, or if the authority gave one. Everybody else is listed: most will have a good "
            "reason that is only in the file.",
        ),
    )


def flows(day: Counted, names: Mapping[str, str]) -> Breakdown:
    """From each authority to each area: how many of its children live there."""
    found = (
        day.stock.filter(pl.col("relation") != "")
        .with_columns(area=pl.when(pl.col("relation") == "in_area").then("authority").otherwise("area"))
        .group_by("authority", "area")
        .len()
        .sort("authority", "area")
    )
    return Breakdown(
        "flows",
        "From authority to area",
        "Children looked after on the day by the authority that looks after them and the area they live in, its own too. "
        "Children whose area is not known are left out.",
        (
            Column("authority", "Looked after by"),
            Column("from_code", "Code"),
            Column("to", "Live in"),
            Column("to_code", "Code of area"),
            Column("area_known", "Children", "count"),
        ),
        tuple((names.get(a, a), a, names.get(b, b), b, n) for a, b, n in found.iter_rows()),
        chart=Chart("flows", "from_code", ("area_known",), to="to_code", words="Where each authority’s children live."),
    )


def far_with_no_reason(day: Counted, names: Mapping[str, str]) -> Breakdown:
    """The children placed over 20 miles from home and outside the authority for whom nothing recorded says why."""
    found = day.stock.filter(pl.col("is_far") & ~pl.col("has_reason_for_distance")).sort(
        "miles", "authority", "child", descending=[True, False, False]
    )
    rows = found.select(
        "authority", "child", "age_band", "place_type", "area", "miles", "placement_starts_on"
    ).iter_rows()
    return Breakdown(
        "far_with_no_recorded_reason",
        "Far from home with no recorded reason",
        "Children placed more than 20 miles from home and outside the authority for whom neither the kind of placement, the "
        "reason for the last move nor a note of the authority says why.",
        (
            Column("authority", "Authority"),
            Column("child", "Child"),
            Column("age_band", "Age"),
            Column("placement", "Placement"),
            Column("area", "Area"),
            Column("miles", "Miles", "miles"),
            Column("since", "Since", "date"),
        ),
        tuple(
            (
                names.get(code, code),
                child,
                age,
                groups.PLACE_TITLES.get(place, place),
                names.get(area, area),
                miles,
                since,
            )
            for code, child, age, place, area, miles, since in rows
        ),
        about_single_children=True,
        when_empty="No child is far from home without a recorded reason.",
    )

"""Which episodes were changed or left out so that the years of returns join, each with its rule?"""

from collections.abc import Iterable, Mapping

import polars as pl

from nearhome.needs.calculations.stitching import Repair
from nearhome.sufficiency.calculations.figures import Breakdown, Column, Section, count

REPAIRS: Mapping[str, pl.DataType] = {
    "authority": pl.String(),
    "child": pl.String(),
    "starts_on": pl.Date(),
    "rule": pl.String(),
    "before": pl.String(),
    "after": pl.String(),  # empty where the row was left out
    "words": pl.String(),
}


def repairs_table(repairs: Iterable[Repair]) -> pl.DataFrame:
    """The repairs as a table with the columns of REPAIRS, in their order."""
    rows = [tuple(getattr(one, name) for name in REPAIRS) for one in repairs]
    return pl.DataFrame(rows, schema=dict(REPAIRS), orient="row")


def section(repairs: pl.DataFrame, *, names: Mapping[str, str]) -> Section:
    """Every repair, row by row. `repairs` has the columns of REPAIRS, `names` the authorities' names by DfE code."""
    rows = tuple((names.get(code, code), *rest) for code, *rest in repairs.select(*REPAIRS).iter_rows())
    listed = Breakdown(
        "repairs",
        "Episodes mended to join the years",
        "Every episode that was changed or left out, because the returns of different years do not meet.",
        (
            Column("authority", "Authority"), Column("child", "Child"), Column("starts_on", "Episode from", "date"),
            Column("rule", "Rule"), Column("before", "Was"), Column("after", "Is"), Column("words", "Why"),
        ),
        rows,
        about_single_children=True,
        when_empty="Nothing had to be mended.",
    )  # fmt: skip
    return Section(
        "repairs",
        "What was mended to join the years",
        "A return tells one year. Where two years do not meet, an episode was mended by a published rule; mend it in your "
        "case system too.",
        (
            count(
                "episodes_repaired",
                "Episodes mended",
                len(rows),
                "Rows changed or left out by a rule of repair.",
                "number",
            ),
        ),
        (listed,),
        ("E99 and LIIAF mark an end or a reason that a repair put in. They are not codes of the return.",),
    )

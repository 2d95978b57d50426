"""What was wrong with files of prices, and an authority's own dearest placements: what it looks at before the figures."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from nearhome.needs.calculations.problems import Problem
from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Column, Section, count
from nearhome.sufficiency.calculations.prices.costs import KIND_TITLES
from nearhome.sufficiency.calculations.prices.price_tables import HIGH_COST_PENCE, NEED_TITLES

MOST_LISTED: Final = 1000
PROBLEMS: Final = {
    "file": pl.String(), "row": pl.Int64(), "child": pl.String(), "field": pl.String(), "rule": pl.String(),
    "message": pl.String(), "refuses_row": pl.Boolean(),
}  # fmt: skip
_EFFECTS: Final = {True: "Left out", False: "Look at it"}


def problem_table(problems: Sequence[Problem]) -> pl.DataFrame:
    """The problems of files as a table with the columns of PROBLEMS, in the order in which they were found."""
    return pl.DataFrame(
        {name: [getattr(one, name) for one in problems] for name in PROBLEMS}, schema=PROBLEMS, strict=False
    )


def files_section(problems: pl.DataFrame, costs: pl.DataFrame, *, authority: str, read: int, refused: int) -> Section:
    """How were the files read: rows used and left out, and every problem with its row and mend?

    A child's reference is shown only where it is one of `authority`'s (DfE code) and of no other in the costs.
    """
    return Section(
        "files",
        "What was read from the files",
        f"{read:,} rows were read and {refused:,} of them left out. Mend what is wrong in the files and send them again.",
        (
            count("rows_read", "Rows read", read, "Rows of the files that hold anything, under their headings.", "number"),
            count("rows_left_out", "Rows left out", refused, "Rows that could not be used, each with its reason below.", "number"),
        ),
        (_by_rule(problems), _listed(problems, _own_only(costs, authority))),
    )  # fmt: skip


def own_section(costs: pl.DataFrame, *, authority: str) -> Section:
    """Which of the authority's own placements cost £10,000 a week or more? Listed for the authority alone."""
    mine = costs.filter((pl.col("authority") == authority) & (pl.col("weekly_pence") >= HIGH_COST_PENCE))
    mine = mine.sort("weekly_pence", "child", "starts_on", descending=[True, False, False])
    return Section(
        "own_high_cost",
        "Our own placements at £10,000 a week or more",
        "The dearest placements, to be looked at one by one beside what others pay for the same children.",
        (),
        (
            Breakdown(
                "own_placements_at_10000_or_more",
                "Placements at £10,000 a week or more, dearest first",
                "Your own authority’s placements whose weekly price is £10,000 or more. Those of other authorities in the"
                " files are not listed.",
                (
                    Column("child", "Child"),
                    Column("kind", "Kind"),
                    Column("provider", "Provider"),
                    Column("age", "Age", "number"),
                    Column("need", "Need"),
                    Column("starts_on", "Since", "date"),
                    Column("weekly_pence", "A week", "weekly"),
                ),
                tuple(_placement(row) for row in mine.iter_rows(named=True)),
                about_single_children=True,
                when_empty="None of your own placements in these files costs £10,000 a week or more.",
            ),
        ),
        (
            "A high price is not a bad price: it may buy what the child needs. The list says nothing about any one child.",
        ),
    )


def own_lists(sections: Sequence[Section], *, authority: str) -> tuple[Section, ...]:
    """The sections with other authorities' placements taken out of every list of single children."""
    return tuple(
        replace(one, breakdowns=tuple(_own_rows(table, authority) for table in one.breakdowns)) for one in sections
    )


def _own_rows(table: Breakdown, authority: str) -> Breakdown:
    if not table.about_single_children:
        return table
    own = tuple(
        row for row, code in zip(table.rows, table.column("authority"), strict=True) if code == authority
    )  # fmt: skip
    words = "Of these, your own authority’s are shown."
    return replace(table, rows=own, definition=f"{table.definition} {words}")


def _placement(row: dict[str, Cell]) -> tuple[Cell, ...]:
    return (
        row["child"], KIND_TITLES[str(row["kind"])], row["provider"] or "Not known", row["age"],
        NEED_TITLES.get(str(row["need"]), str(row["need"])), row["starts_on"], row["weekly_pence"],
    )  # fmt: skip


def _own_only(costs: pl.DataFrame, authority: str) -> frozenset[str]:
    is_own = pl.col("authority") == authority
    return frozenset(costs.filter(is_own)["child"]) - frozenset(costs.filter(~is_own)["child"])


def _by_rule(problems: pl.DataFrame) -> Breakdown:
    found = problems.group_by("rule", "refuses_row", maintain_order=True).agg(pl.len(), pl.col("message").first())
    found = found.sort("refuses_row", "len", "rule", descending=[True, True, False])
    return Breakdown(
        "problems_by_rule",
        "Problems by kind",
        "How often each kind of problem was found, with the words of the first. “Left out” rows are in no figure.",
        (Column("rule", "Kind"), Column("effect", "What was done"), Column("number", "Problems", "number"), Column("example", "For example")),
        tuple(
            (row["rule"].capitalize(), _EFFECTS[row["refuses_row"]], row["len"], row["message"])
            for row in found.iter_rows(named=True)
        ),
        about_single_children=True,  # the example may quote a row
        when_empty="Nothing was wrong with the files.",
    )  # fmt: skip


def _listed(problems: pl.DataFrame, own: frozenset[str]) -> Breakdown:
    shown = problems.sort("refuses_row", descending=True, maintain_order=True).head(MOST_LISTED)
    left = problems.height - shown.height
    more = f" The first {MOST_LISTED:,} are listed, {left:,} are not." if left else ""
    return Breakdown(
        "problems",
        "What was wrong with the files",
        f"Each problem with its file, row, field and mend. A child is named only if it is your own.{more}",
        (
            Column("file", "File"),
            Column("row", "Row", "number"),
            Column("child", "Child"),
            Column("field", "Field"),
            Column("effect", "What was done"),
            Column("message", "What to mend"),
        ),
        tuple(
            (
                row["file"], row["row"] or None, row["child"] if row["child"] in own else "", row["field"],
                _EFFECTS[row["refuses_row"]], row["message"],
            )
            for row in shown.iter_rows(named=True)
        ),
        about_single_children=True,
        when_empty="Nothing was wrong with the files.",
    )  # fmt: skip

"""Results as tables."""

from nearhome.design.tables import Column, Table
from nearhome.tendering.queries import result_charts as rows_of
from nearhome.tendering.queries.results import ShownResult

_RANKING = [
    Column("Establishment"), Column("Provider"), Column("Rank", "number"), Column("Total", "number"), Column("Quality", "number"), Column("Price", "number"),
    Column("Mean a week", "money"), Column("Look into"),
]  # fmt: skip


def ranking_table(shown: ShownResult) -> Table:
    """Every bid, best first; those that do not stand, with why, come last."""
    rows = [
        (
            shown.bids[row.bid].registration.name, shown.bids[row.bid].provider.name, row.rank, row.total, row.quality,
            row.price, row.weekly_pence, "; ".join(row.fails or row.low),
        )
        for row in shown.ranking.ranking
    ]  # fmt: skip
    return Table("Ranking", _RANKING, rows, when_empty="No bid was made for this lot.")


def marks_table(shown: ShownResult) -> Table:
    """Marks by question for every bid that stands."""
    names, rows = rows_of.marks_by_question(shown)
    columns = [Column("Question"), Column("Weight", "number"), *(Column(name, "number") for name in names)]
    return Table("Marks by question", columns, rows, is_wide=len(names) > 3)


def effect_tables(shown: ShownResult) -> dict[str, Table]:
    """One table for each kind of choice."""
    first = Column("First")
    return {
        "rules": Table(
            "Other rules and evaluators", [Column("Choice"), first, Column("Ranks that change", "number")],
            rows_of.other_rules(shown), when_empty="There is no other rule to try.",
        ),
        "splits": Table(
            "Splits of quality and price", [Column("From, per cent quality"), Column("To"), first], rows_of.splits(shown),
            when_empty="Quality and price are not weighed against each other here.",
        ),
        "overtakes": Table(
            "Where another bid equals the first", [Column("Bid"), Column("Per cent quality")], rows_of.overtakes(shown),
            when_empty="At no split does another bid equal the first.",
        ),
        "weights": Table(
            "Weights of questions", [Column("Question"), Column("Per cent of quality"), Column("First stays from"), Column("To")],
            rows_of.weight_rooms(shown), when_empty="There is no weight to change.",
        ),
        "single": Table(
            "Single scores that would change the first",
            [Column("Bid"), Column("Question"), Column("Score", "number"), Column("Would be", "number"), first],
            rows_of.single_changes(shown), when_empty="No single score, one higher or lower, would change the first.",
        ),
    }  # fmt: skip


def totals_table(shown: ShownResult) -> Table:
    """What the drawing of totals shows."""
    names, marks = rows_of.totals(shown)
    return Table("Totals", [Column("Establishment"), Column("Total", "number")], list(zip(names, marks, strict=True)))

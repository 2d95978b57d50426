"""An options appraisal as tables and a chart, from its plain content and result: a draft and a completed version alike."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from nearhome.design.charts import bar_chart
from nearhome.design.tables import Column, Table, Tag
from nearhome.design.wording import money

Plain = Mapping[str, Any]
LAWFUL_COLOURS = {"lawful": "green", "doubtful": "yellow", "unlawful": "red", "unasked": "grey"}


def tables_of(content: Plain, result: Plain) -> dict[str, Table]:
    """Every table of an appraisal by a short name; those of the result only once it can be ranked."""
    found = {
        "matrix": matrix_table(content, result), "options": options_table(content),
        "reasons": reasons_table(content), "evidence": evidence_table(content),
    }  # fmt: skip
    if not result:
        return found
    return found | {
        "marks": marks_table(result), "ranges": ranges_table(result), "shares": shares_table(result),
        "changes": changes_table(result),
    }  # fmt: skip


def matrix_table(content: Plain, result: Plain) -> Table:
    """Points of every option, by its number, in every criterion; below them the marks and the rank."""
    numbers = range(1, len(content["options"]) + 1)
    columns = [
        Column("Criterion"),
        Column("Weight, %", "number"),
        *(Column(f"Option {at}", "number") for at in numbers),
    ]
    rows: list[tuple[Any, ...]] = []
    for at, criterion in enumerate(content["criteria"]):
        points = [_points(one["points"][at]) for one in content["options"]]
        rows.append((criterion["name"], criterion["weight"], *points))
    totals = None
    if rows and result:
        totals = ("Marks of 100, and rank", "100", *(_mark(one["name"], result) for one in content["options"]))
    empty = "No criteria have been set yet."
    table = Table(
        "Scores", columns, rows, totals if rows and result else None, when_empty=empty, is_wide=len(columns) > 9
    )
    return table


def _points(given: int | None) -> str:
    return "–" if given is None else str(given)


def _mark(name: str, result: Plain) -> str:
    found = next((one for one in result["marks"] if one["name"] == name), None)
    if found:
        return f"{found['total']}, rank {found['rank']}"
    out = next(one for one in result["ruled_out"] if one["name"] == name)
    return f"{out['total']}, ruled out" if out["total"] else "Ruled out"


def _numbered(content: Plain) -> dict[str, str]:
    return {one["name"]: f"{at}. {one['name']}" for at, one in enumerate(content["options"], start=1)}


def options_shown(content: Plain, addresses: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each option with its number, as pairs to read; `addresses` leads to where one is changed."""
    return [
        {
            "title": f"Option {at}: {one['name']}", "name": one["name"], "href": addresses.get(one["key"], ""),
            "law": one["lawful_words"], "colour": LAWFUL_COLOURS[one["lawful"]],
            "rows": [
                ("What would be done", one["words"]), ("Legal view", one["legal_view"]),
                ("Cost over the term", money(one["cost_pence"]) or "Not known"), ("About the cost", one["cost_words"]),
                ("What could go wrong", one["risk"]),
            ],
        }
        for at, one in enumerate(content["options"], start=1)
    ]  # fmt: skip


def options_table(content: Plain) -> Table:
    """What each option is, its law, its cost and its risk."""
    rows = [
        (
            one["name"],
            one["words"],
            Tag(one["lawful_words"], LAWFUL_COLOURS[one["lawful"]]),
            one["legal_view"],
            "Not known" if one["cost_pence"] is None else one["cost_pence"],
            one["cost_words"],
            one["risk"],
        )
        for one in content["options"]
    ]
    columns = [
        Column("Option"), Column("What would be done"), Column("Law"), Column("Legal view"),
        Column("Cost over the term", "money"), Column("About the cost"), Column("What could go wrong"),
    ]  # fmt: skip
    return Table("Options side by side", columns, rows, when_empty="There are no options yet.", is_wide=True)


def evidence_table(content: Plain) -> Table:
    """Every score with its evidence."""
    rows = [
        (one["name"], criterion["name"], _points(points), evidence)
        for one in content["options"]
        for criterion, points, evidence in zip(content["criteria"], one["points"], one["evidence"], strict=True)
    ]
    columns = [Column("Option"), Column("Criterion"), Column("Points of 5", "number"), Column("Evidence")]
    return Table("Evidence for the scores", columns, rows, when_empty="Nothing has been scored yet.")


def reasons_table(content: Plain) -> Table:
    """Which option is recommended, and why each of the others is not."""
    numbered = _numbered(content)
    rows = [
        (
            numbered[one["name"]],
            Tag("Recommended", "green") if one["is_recommended"] else Tag("Rejected", "grey"),
            one["reason"],
        )
        for one in content["options"]
        if one["is_recommended"] or one["reason"]
    ]
    columns = [Column("Option"), Column("Outcome"), Column("Why")]
    return Table("Recommendation", columns, rows, when_empty="No option has been recommended yet.")


def ranges_table(result: Plain) -> Table:
    """How far each weight may move before another option is first."""
    rows = [(one["criterion"], one["weight"], one["lowest"], one["highest"], one["words"]) for one in result["ranges"]]
    columns = [
        Column("Criterion"), Column("Weight, %", "number"), Column("Holds from", "number"),
        Column("Holds up to", "number"), Column("Beyond that"),
    ]  # fmt: skip
    empty = "With one criterion there is no other weight to change it against."
    return Table("If a weight were different", columns, rows, when_empty=empty)


def changes_table(result: Plain) -> Table:
    """Single scores whose change would end the lead, fewest points first."""
    rows = [(str(at), words) for at, words in enumerate(result["changes"], start=1)]
    empty = "No single score changes the first place, whatever it is from 0 to 5."
    return Table("If a single score were different", [Column("Order"), Column("Change")], rows, when_empty=empty)


def shares_table(result: Plain) -> Table:
    """Of all weightings, the share under which each option comes first."""
    rows = [(one["name"], one["words"]) for one in result["shares"]]
    columns = [Column("Option"), Column("First under this share of all weightings", "number")]
    return Table("If any weights were as likely as any others", columns, rows)


def marks_table(result: Plain) -> Table:
    """Marks and rank, best first: the figures of the chart."""
    rows = [(one["name"], one["total"], one["rank"]) for one in result["marks"]]
    return Table("Marks", [Column("Option"), Column("Marks of 100", "number"), Column("Rank", "number")], rows)


def marks_chart(result: Plain) -> Markup:
    """The marks as bars, best first."""
    return bar_chart([one["name"] for one in result["marks"]], [float(one["total"]) for one in result["marks"]])

"""A completed options appraisal as a tagged PDF in English, for publication with the decision."""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Any

from nearhome.design import wording
from nearhome.design.typeset import pdf_from

Plain = Mapping[str, Any]
METHOD = (
    "Each option is scored from 0 to 5 in each criterion. Its marks are the sum of weight × score / 5, out of 100. An option "
    "that is not lawful is ruled out and not ranked."
)


def options_pdf(content: Plain, result: Plain, *, name: str, ref: str, lead: str, completed_on: date) -> bytes:
    """Recommendation, options, scores with their evidence, and sensitivity, as PDF/UA-1.

    `content` and `result` are those of a completed version. The same input makes the same bytes. Raises CannotTypesetError where a
    character cannot be shown.
    """
    template = (files(__package__) / "options.typ").read_bytes()
    data = {
        "title": f"Options appraisal: {name}",
        "author": lead,
        "made_on": [completed_on.year, completed_on.month, completed_on.day],
        "footer": f"{ref}, options appraisal, version {content['number']}",
        "introduction": _introduction(content, lead, completed_on),
        "sections": [
            _recommendation(content), _options(content), _law_and_cost(content), _scores(content, result), _evidence(content),
            *(_sensitivity(result) if result else []),
        ],
    }  # fmt: skip
    return pdf_from(template, data, made_on=completed_on)


def _introduction(content: Plain, lead: str, completed_on: date) -> list[str]:
    found = [content["question"], f"{lead}. Version {content['number']}, completed on {wording.date(completed_on)}."]
    if content["why"]:
        found.append(f"Why there is this version: {content['why']}")
    return [*found, *([content["source"]] if content["source"] else []), METHOD]


def _recommendation(content: Plain) -> dict[str, Any]:
    chosen = next(one for one in content["options"] if one["is_recommended"])
    rows = [[one["name"], one["reason"]] for one in content["options"] if not one["is_recommended"]]
    words = [f"Recommended: {chosen['name']}.", chosen["reason"], "Why the others were rejected:"]
    return _section("Recommendation", words) | _table(["Option", "Why it was rejected"], [1, 2], rows)


def _options(content: Plain) -> dict[str, Any]:
    rows = [[one["name"], one["words"], one["risk"]] for one in content["options"]]
    return _section("Options") | _table(["Option", "What would be done", "What could go wrong"], [1, 2, 2], rows)


def _law_and_cost(content: Plain) -> dict[str, Any]:
    rows = [
        [one["name"], f"{one['lawful_words']}. {one['legal_view']}".strip(), _cost(one), one["cost_words"]]
        for one in content["options"]
    ]
    return _section("Law and cost") | _table(
        ["Option", "Legal view", "Cost over the term", "About the cost"], [2, 3, 1, 3], rows
    )


def _cost(option: Plain) -> str:
    return "Not known" if option["cost_pence"] is None else wording.money(option["cost_pence"])


def _scores(content: Plain, result: Plain) -> dict[str, Any]:
    options = content["options"]
    rows = [
        [
            one["name"],
            one["weight"],
            *("–" if each["points"][at] is None else str(each["points"][at]) for each in options),
        ]
        for at, one in enumerate(content["criteria"])
    ]
    totals = {one["name"]: f"{one['total']} (rank {one['rank']})" for one in result.get("marks", [])}
    rows.append(["Marks of 100", "100", *(totals.get(one["name"], "Ruled out") for one in options)])
    header = ["Criterion", "Weight, %", *(one["name"] for one in options)]
    words = [result["order"]] if result else []
    return _section("Scores", words) | _table(header, [2, 1, *[1] * len(options)], rows)


def _evidence(content: Plain) -> dict[str, Any]:
    rows = [
        [one["name"], criterion["name"], "–" if points is None else str(points), evidence]
        for one in content["options"]
        for criterion, points, evidence in zip(content["criteria"], one["points"], one["evidence"], strict=True)
    ]
    return _section("Evidence") | _table(["Option", "Criterion", "Points", "Evidence"], [3, 3, 1, 6], rows)


def _sensitivity(result: Plain) -> list[dict[str, Any]]:
    ranges = [[one["criterion"], one["weight"], one["words"]] for one in result["ranges"]]
    shares = [[one["name"], one["words"]] for one in result["shares"]]
    worse = [
        f"{one} is better than {other} in no criterion and worse in at least one." for one, other in result["dominated"]
    ]
    found = [_section("What would change the order", [*result["firmest"], *worse])]
    if ranges:
        header = ["Criterion", "Weight, %", "Another option is first"]
        found.append(_section("If a weight were different") | _table(header, [2, 1, 4], ranges))
    method = "worked out exactly" if result["shares_exact"] else "counted over 40,000 evenly spread weightings"
    words = [f"If any weights were as likely as any others, {method}:"]
    found.append(_section("Under other weights", words) | _table(["Option", "First under"], [3, 1], shares))
    return found


def _table(header: list[str], columns: list[int], rows: list[list[str]]) -> dict[str, Any]:
    return {"header": header, "columns": columns, "numbers": [], "rows": rows}


def _section(heading: str, paragraphs: list[str] | None = None) -> dict[str, Any]:
    return {"heading": heading, "paragraphs": paragraphs or [], **_table([], [], [])}

"""A feedback letter as a tagged PDF in English."""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Any

from nearhome.design.typeset import pdf_from

_MARKS = {
    "header": ["Question", "Weight", "Your score", "Your marks", "Successful bid’s score", "Reason"],
    "columns": [3, 1.2, 1.4, 1.3, 1.6, 5],
    "numbers": [1, 3],
}
_SUMS = {"header": ["Marks", "Yours", "Successful bid’s"], "columns": [3, 1, 1], "numbers": [1, 2]}


def feedback_pdf(words: Mapping[str, Any], *, made_on: date) -> bytes:
    """The letter as PDF/UA-1; `words` are those of the kept letter. The same input makes the same bytes.

    Raises CannotTypesetError where a character cannot be shown.
    """
    template = (files(__package__) / "feedback.typ").read_bytes()
    data = {
        "title": f"Feedback on your bid: {words['title']}",
        "author": words["from"],
        "made_on": [made_on.year, made_on.month, made_on.day],
        "footer": f"{words['from']}, tender {words['ref']}",
        "introduction": [f"To {words['to']}.", *words["opening"]],
        "sections": [_sums(words), _marks(words), _section("About these marks", list(words["closing"]))],
    }
    return pdf_from(template, data, made_on=made_on)


def _sums(words: Mapping[str, Any]) -> dict[str, Any]:
    rows = [[name, own or "–", other or "–"] for name, own, other in words["sums"]]
    return _section("Your marks out of 100") | _SUMS | {"rows": rows}


def _marks(words: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        [one["title"], one["weight"], one["score"], one["marks"] or "–", one["successful"] or "–", one["reason"] or "–"]
        for one in words["marks"]
    ]
    return _section("Your answers") | _MARKS | {"rows": rows}


def _section(heading: str, paragraphs: list[str] | None = None) -> dict[str, Any]:
    empty: dict[str, Any] = {"rows": [], "header": [], "columns": [], "numbers": []}
    return {"heading": heading, "paragraphs": paragraphs or [], **empty}

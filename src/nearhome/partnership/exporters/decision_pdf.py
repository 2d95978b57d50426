"""A recorded decision as a tagged PDF in English: what is published."""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Any

from nearhome.design.typeset import pdf_from


def decision_pdf(document: Mapping[str, Any]) -> bytes:
    """The document of a decision as PDF/UA-1. The same input makes the same bytes.

    Raises CannotTypesetError where a character cannot be shown.
    """
    template = (files(__package__) / "decision.typ").read_bytes()
    return pdf_from(template, document, made_on=date(*document["made_on"]))

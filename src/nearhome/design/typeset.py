"""Turns a Typst template and plain data into a tagged PDF that meets PDF/UA-1.

Data reaches the template as JSON and is only ever shown as text: nothing a person typed is read as markup.
"""

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import typst


class CannotTypesetError(Exception):
    """The PDF could not be made; the message says why and what would mend it."""


def pdf_from(template: bytes, data: Mapping[str, Any], *, made_on: date) -> bytes:
    """The PDF of a template with this data. The same input makes the same bytes on any day.

    Raises CannotTypesetError, for example for a character that no font on this computer can show.
    """
    inputs = {"data": json.dumps(_shown(data))}
    try:
        return _compiled(template, inputs, made_on, only_our_fonts=True)
    except typst.TypstError:
        pass  # a name may need a font of the computer: try again with those
    try:
        return _compiled(template, inputs, made_on, only_our_fonts=False)
    except typst.TypstError as error:
        raise CannotTypesetError(
            f"The PDF could not be made: {error}. If it names a character, install a font that has it, or spell the "
            "word with other letters."
        ) from error


def _compiled(template: bytes, inputs: dict[str, str], made_on: date, *, only_our_fonts: bool) -> bytes:
    made = typst.compile(
        template,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs=inputs,
        ignore_system_fonts=only_our_fonts,
        timestamp=datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC),
    )
    if not isinstance(made, bytes):
        raise CannotTypesetError("The PDF could not be made: it came out as several files.")
    return made


def _shown(value: Any) -> Any:
    """The same data with control characters, which no font shows, turned into spaces."""
    if isinstance(value, str):
        return "".join(" " if unicodedata.category(sign) in {"Cc", "Cs"} and sign != "\n" else sign for sign in value)
    if isinstance(value, Mapping):
        return {name: _shown(item) for name, item in value.items()}
    return [_shown(item) for item in value] if isinstance(value, list | tuple) else value

"""A case file for the export: one procurement with its call-offs as JSON, described by `nearhome schema ocds-case`."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from nearhome.tendering.calculations.ocds.case import OcdsCase, Party
from nearhome.tendering.calculations.ocds.sound import faults
from nearhome.tendering.calculations.ocds.words import suspicion, word_faults

MOST_BYTES = 50 * 1024 * 1024
SHOWN = 20


class CaseFileError(ValueError):
    """The file is not a case; `sentences` say everything that is to be mended."""

    def __init__(self, name: str, sentences: tuple[str, ...]) -> None:
        super().__init__("; ".join(sentences))
        self.name, self.sentences = name, sentences


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case, who publishes it, and where the packages will be found."""

    publisher: Party
    uri: str
    published_at: datetime
    case: OcdsCase


def read_case(path: Path) -> CaseFile:
    """The case in a file. Raises CaseFileError with what is to be mended.

    A field that the format does not have is refused by its name; what stood in it is not repeated.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CaseFileError(path.name, ("is larger than 50 MB. Split it into several cases",))
        content = path.read_bytes()
    except OSError as error:
        raise CaseFileError(path.name, (f"cannot be read: {error.strerror}",)) from None
    return case_from_bytes(content, path.name)


def case_from_bytes(content: bytes, name: str) -> CaseFile:
    """The case in the bytes of a file. Raises CaseFileError."""
    try:
        raw = msgspec.json.decode(content)
    except msgspec.DecodeError as wrong:
        raise CaseFileError(name, (f"is not JSON: {wrong}",)) from None
    strangers = tuple(_strangers(raw, CaseFile, ""))
    if strangers:
        refused = [f"{where} is not a field of a case, so nothing was written. Remove it" for where in strangers]
        raise CaseFileError(name, tuple(refused[:SHOWN]))
    try:
        read = msgspec.json.decode(content, type=CaseFile)
    except msgspec.ValidationError as wrong:
        raise CaseFileError(name, (str(wrong).replace("`", "“", 1).replace("`", "”", 1),)) from None
    found = (*_unsound(read), *word_faults(read.publisher, "publisher"), *faults(read.case))
    if found:
        raise CaseFileError(name, found[:SHOWN])
    return read


def _unsound(read: CaseFile) -> Iterator[str]:
    if not read.uri.startswith(("https://", "http://")):
        yield "uri must be the address where the package will be found, beginning with https://"
    if suspicion(read.uri):
        yield f"uri looks as if it held {suspicion(read.uri)}: give an address that points to nobody"
    call_offs = (one for call_off in read.case.call_offs for one in call_off.notices)
    if any(one.on > read.published_at.date() for one in (*read.case.notices, *call_offs)):
        yield "a notice lies after published_at: only what has been published is released"
    named = (("published_at", read.published_at), ("tendered_at", read.case.tendered_at))
    for name, at in (
        *named,
        ("deadline_at", read.case.deadline_at),
        ("questions_until_at", read.case.questions_until_at),
    ):
        if at is not None and at.tzinfo is None:
            yield f"{name} must say its zone, like 2027-05-01T09:00:00Z"


def _strangers(value: Any, kind: Any, where: str) -> Iterator[str]:
    """Names of fields that the records do not have, wherever they stand."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    if get_origin(kind) is tuple and isinstance(value, list):
        for number, one in enumerate(value):
            yield from _strangers(one, get_args(kind)[0], f"{where}[{number}]")
    elif is_dataclass(kind) and isinstance(value, dict):
        known = {one.name for one in fields(kind)}
        hints = get_type_hints(kind)
        for name, inner in value.items():
            here = f"{where}.{name}" if where else str(name)
            if name not in known:
                yield here[:120]
            else:
                yield from _strangers(inner, hints[name], here)


def case_schema() -> dict[str, Any]:
    """The JSON Schema of a case file, in which nothing that is not named may stand."""
    schema = msgspec.json.schema(CaseFile)
    for one in schema["$defs"].values():
        if one.get("type") == "object":
            one["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A case for nearhome ocds export",
        **schema,
    }

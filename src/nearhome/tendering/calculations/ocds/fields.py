"""The fields an export may have, as records, and as a patch for the standard's own JSON Schema."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
# Lists of objects without identity, which a later release replaces whole (so the criteria extension marks them).
WHOLE = frozenset({"criteria", "numbers"})
PLAIN = ("text", "moment", "yes_no", "number", "whole", "address")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of one object: what it holds, whether as a list, whether it must be there, and where it is defined."""

    kind: str
    is_list: bool
    is_required: bool
    source: str


@dataclass(frozen=True, slots=True)
class FieldTable:
    """Every object with its fields, and every closed list of words."""

    objects: Mapping[str, Mapping[str, Field]]
    words: Mapping[str, tuple[str, ...]]

    def of(self, name: str) -> Mapping[str, Field]:
        """The fields of an object."""
        return self.objects[name]


def table_from_mapping(table: Mapping[str, Any]) -> FieldTable:
    """The table as `reference/ocds_fields.toml` writes it. Raises ValueError naming a type that is nowhere explained."""
    words = {name: tuple(values) for name, values in table["words"].items()}
    objects = {
        name: {field: _field(kind, source) for source, fields in sources.items() for field, kind in fields.items()}
        for name, sources in table["objects"].items()
    }
    for name, fields in objects.items():
        for field, made in fields.items():
            if made.kind not in (*PLAIN, *words, *objects):
                raise ValueError(f"{name}.{field} has the type “{made.kind}”, which the table does not explain.")
    return FieldTable(objects, words)


def _field(written: str, source: str) -> Field:
    kind = written.removesuffix("!")
    return Field(kind.strip("[]"), kind.startswith("["), written.endswith("!"), source)


_PLAIN_SCHEMAS: Mapping[str, Json] = {
    "text": {"type": ["string", "null"]},
    "moment": {"type": ["string", "null"], "format": "date-time"},
    "yes_no": {"type": ["boolean", "null"]},
    "number": {"type": ["number", "null"]},
    "whole": {"type": ["integer", "null"]},
    "address": {"type": ["string", "null"], "format": "uri"},
}


def schema_patch(table: FieldTable) -> Json:
    """What the extensions add, as a JSON merge patch of the standard's release schema: our table, not their files."""
    definitions: Json = {}
    for name, field, made in _extensions(table):
        into = {} if name == "Release" else definitions.setdefault(name, {"type": "object", "properties": {}})
        if into:
            into["properties"][field] = _as_schema(made, table) | ({"wholeListMerge": True} if field in WHOLE else {})
    at_the_top = {field: _as_schema(made, table) for name, field, made in _extensions(table) if name == "Release"}
    return {"properties": at_the_top, "definitions": definitions}


def _extensions(table: FieldTable) -> Iterator[tuple[str, str, Field]]:
    for name, fields in table.objects.items():
        for field, made in fields.items():
            if made.source != "standard":
                yield name, field, made


def _as_schema(field: Field, table: FieldTable) -> Json:
    if field.kind in table.objects:
        one: Json = {"$ref": f"#/definitions/{'Classification' if field.kind == 'Rating' else field.kind}"}
    elif field.kind in table.words:
        one = {"type": ["string", "null"], "enum": [*table.words[field.kind], None]}
    else:
        one = dict(_PLAIN_SCHEMAS[field.kind])
    if not field.is_list:
        return one
    return {"type": "array", "items": {"type": "string"} if "type" in one else one}

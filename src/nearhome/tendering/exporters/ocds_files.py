"""Packages of open contracting data as bytes: amounts as numbers with every penny, never through a float."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from nearhome.tendering.calculations.ocds.case import OcdsCase, Party
from nearhome.tendering.calculations.ocds.checking import complaints
from nearhome.tendering.calculations.ocds.fields import table_from_mapping
from nearhome.tendering.calculations.ocds.packages import record_package, release_package
from nearhome.tendering.calculations.ocds.releases import releases
from nearhome.tendering.reference import read_ocds_fields

_ENCODER = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Packages:
    """Both packages of the same releases; `complaints` is empty where nothing is wrong."""

    releases: bytes
    records: bytes
    complaints: tuple[str, ...]


def packages_of_case(case: OcdsCase, publisher: Party, *, uri: str, at: datetime) -> Packages:
    """Packages of a procurement and its call-offs."""
    return packages_of_releases(list(releases(case)), publisher, uri=uri, at=at)


def packages_of_releases(rows: Sequence[Mapping[str, Any]], publisher: Party, *, uri: str, at: datetime) -> Packages:
    """Packages of releases as they were published."""
    made = [dict(one) for one in rows]
    whole = release_package(made, publisher, uri=uri, at=at), record_package(made, publisher, uri=uri, at=at)
    if not made:
        return Packages(b"", b"", ("No notice that makes a release has been published, so there is nothing to export",))
    table = table_from_mapping(read_ocds_fields())
    found = [fault for package in whole for fault in complaints(msgspec.json.decode(_ENCODER.encode(package)), table)]
    return Packages(json_bytes(whole[0]), json_bytes(whole[1]), tuple(dict.fromkeys(found)))


def json_bytes(value: Any) -> bytes:
    """JSON to read, with two spaces; numbers as they are."""
    return msgspec.json.format(_ENCODER.encode(value), indent=2) + b"\n"


def plain(value: Any) -> Any:
    """The same with nothing but JSON's own kinds of value, for a column of the database."""
    return msgspec.json.decode(_ENCODER.encode(value))


def faults_of_package(content: bytes) -> tuple[str, ...]:
    """What is wrong with the bytes of a package, in sentences; () if nothing is."""
    try:
        package = msgspec.json.decode(content)
    except msgspec.DecodeError as wrong:
        return (f"is not JSON: {wrong}",)
    return complaints(package, table_from_mapping(read_ocds_fields()))

"""Release and record packages, and a compiled record: the newest word of every release on one process.

The compiling follows the standard's merging rules for what is written here: objects merge field by field, lists of
objects by their `id`, other lists are replaced whole (OCDS 1.1 documentation, "Merging"). Tests hold it against the
standard's own reference program.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from nearhome.tendering.calculations.ocds.case import Party
from nearhome.tendering.calculations.ocds.fields import WHOLE
from nearhome.tendering.calculations.ocds.values import Json, given, moment


def release_package(releases: Sequence[Json], publisher: Party, *, uri: str, at: datetime) -> Json:
    """A package of releases. Raises ValueError for a moment without a zone."""
    return {**_head(publisher, uri, at), "releases": list(releases)}


def record_package(releases: Iterable[Json], publisher: Party, *, uri: str, at: datetime) -> Json:
    """A package with one record for each process: its releases, and what they come to."""
    by_process: dict[str, list[Json]] = {}
    for one in releases:
        by_process.setdefault(one["ocid"], []).append(one)
    records = [
        {"ocid": ocid, "releases": rows, "compiledRelease": compiled_release(rows)} for ocid, rows in by_process.items()
    ]
    return {**_head(publisher, uri, at), "records": records}


def _head(publisher: Party, uri: str, at: datetime) -> Json:
    named = given(name=publisher.name, scheme=publisher.scheme, uid=publisher.number)
    return {"uri": uri, "version": "1.1", "publishedDate": moment(at), "publisher": named, "license": LICENCE}


LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"


def compiled_release(releases: Sequence[Json]) -> Json:
    """The releases of one process, merged in the order of their dates. Raises ValueError for none, or for two processes."""
    rows = sorted(releases, key=lambda one: one["date"])
    if len({one["ocid"] for one in rows}) != 1:
        raise ValueError("A compiled release needs releases of exactly one process.")
    merged: Json = {}
    for one in rows:
        _merge(merged, {name: part for name, part in one.items() if name not in ("id", "date", "tag")})
    last = rows[-1]["date"]
    return {**merged, "id": f"{rows[-1]['ocid']}-{last}", "date": last, "tag": ["compiled"]}


def _merge(into: Json, part: Json) -> None:
    for name, new in part.items():
        into[name] = _merged(name, into.get(name), new)


def _merged(name: str, old: Any, new: Any) -> Any:
    if isinstance(new, dict):
        made = dict(old) if isinstance(old, dict) else {}
        _merge(made, new)
        return made
    if isinstance(new, list) and name not in WHOLE and all(isinstance(one, dict) and "id" in one for one in new):
        return _merged_list(old if isinstance(old, list) else [], new)
    return new


def _merged_list(old: Sequence[Json], new: Sequence[Json]) -> list[Json]:
    rows = {one["id"]: one for one in old}
    for one in new:
        rows[one["id"]] = _merged("", rows.get(one["id"]), one)
    return list(rows.values())

"""Invented care records for tests: children and episodes said in a line each."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from nearhome.needs.calculations.care_records import CHILDREN, EPISODES, YEARLY, CareRecords, care_records

_CHILD = {"authority": "886", "sex": "M", "born_on": date(2010, 6, 15), "ethnicity": "WBRI", "is_uasc": False}
_EPISODE = {
    "ends_before": None, "reason_new": "S", "legal_status": "C2", "need": "N1", "place_type": "U6",
    "place_provider": "PR1", "home_postcode": "ME14 1XX", "place_postcode": "ME14 2XX", "area": "886",
    "location": "IN", "miles": 3.0, "year": 2026,
}  # fmt: skip


def care(
    children: Iterable[Mapping[str, Any]] = (),
    episodes: Iterable[Mapping[str, Any]] = (),
    yearly: Iterable[Mapping[str, Any]] = (),
    years: tuple[int, ...] = (2026,),
) -> CareRecords:
    """Records from what is said of each child ({"child": "A1", …}) and episode ({"child": "A1", "starts_on": …}).

    What is not said is ordinary: a boy of Kent born on 15 June 2010, in foster care three miles from home. A child
    that only episodes name is made. An ended episode that another follows that day has REC X1, otherwise E8.
    """
    said = [dict(one) for one in episodes]
    named = {one["child"]: _CHILD | dict(one) for one in children}
    for one in said:
        named.setdefault(one["child"], _CHILD | {"child": one["child"]})
    number = {child: place for place, child in enumerate(named)}
    starts = {(one["child"], one["starts_on"]) for one in said}
    for one in said:
        follows = (one["child"], one.get("ends_before")) in starts
        one.setdefault("reason_ceased", "" if not one.get("ends_before") else "X1" if follows else "E8")
    return care_records(
        _table([named[child] | {"child_no": number[child]} for child in named], CHILDREN),
        _table([_EPISODE | one | {"child_no": number[one["child"]]} for one in said], EPISODES),
        _table([dict(one) | {"child_no": number[one["child"]]} for one in yearly], YEARLY),
        years,
    )


def _table(rows: list[dict[str, Any]], columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=dict(columns))

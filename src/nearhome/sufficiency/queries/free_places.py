"""Places that providers say are free and open to referral on a day, and homes that will open or close, by kind and area."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db import connection

from nearhome.sufficiency.calculations.forecasting.counting_days import shifted
from nearhome.sufficiency.calculations.requirements.gap import Change
from nearhome.sufficiency.calculations.requirements.need_forecast import ANY_NEED, NeedKey

KIND_OF_HOME = {
    "childrens_home": "childrens_home",
    "foster": "fostering_agency",
    "supported_accommodation": "supported_accommodation",
}
# Each home with the capacity that held on the day (the first said later, where none was said by then), and how many of
# its places were taken. A hold past its time takes nothing.
_HOMES = """
SELECT registration.urn, home.kind, home.opens_on, home.closes_before, capacity.open_to_referrals AS open,
       (SELECT count(DISTINCT place.id) FROM market_place AS place
        JOIN market_occupancy AS taken ON taken.place_id = place.id
        WHERE place.home_id = home.id AND taken.days @> %(on)s::date AND taken.freed_at IS NULL
          AND (taken.expires_at IS NULL OR taken.expires_at > now())) AS taken
FROM market_home AS home
JOIN market_registration AS registration ON registration.id = home.registration_id
JOIN LATERAL (SELECT open_to_referrals FROM market_capacity WHERE home_id = home.id
              ORDER BY starts_on <= %(on)s DESC, abs(starts_on - %(on)s::date) LIMIT 1) AS capacity ON true
WHERE home.area_code = %(area)s AND (home.closes_before IS NULL OR home.closes_before > %(on)s)
ORDER BY registration.urn, home.ref
"""


@dataclass(frozen=True, slots=True)
class FreePlaces:
    """What `places_now` asks for: places free on the day, and what opens or closes after it, by kind and area."""

    free: Mapping[NeedKey, int]
    changes: Mapping[NeedKey, tuple[Change, ...]]


def free_places_on(on: date, area: str, placed: pl.DataFrame, *, months: int) -> FreePlaces:
    """Places of homes in an area that are free and open to referral on a day, and what opens or closes in so many months.

    A place counts as taken where the service says so, or where one of the children of `placed` (PLACED) lives under
    the home's registration; whichever are more.
    """
    own = dict(placed.filter(pl.col("urn") != "").group_by("urn").len().iter_rows())
    free: dict[NeedKey, int] = defaultdict(int)
    changes: dict[NeedKey, list[Change]] = defaultdict(list)
    for urn, homes in _by_urn(_homes(on, area)).items():
        key = NeedKey(KIND_OF_HOME[homes[0]["kind"]], ANY_NEED, area)
        there = [home for home in homes if not _opens_after(home, on)]
        taken = max(sum(home["taken"] for home in there), own.get(urn, 0))
        free[key] += max(sum(home["open"] for home in there) - taken, 0)
        changes[key] += _changes(homes, on, months)
    return FreePlaces(dict(free), {key: tuple(rows) for key, rows in changes.items() if rows})


def _homes(on: date, area: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, {"on": on, "area": area})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _by_urn(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["urn"]].append(row)
    return found


def _opens_after(home: Mapping[str, Any], on: date) -> bool:
    return home["opens_on"] is not None and home["opens_on"] > on


def _changes(homes: list[dict[str, Any]], on: date, months: int) -> list[Change]:
    found = []
    for home in homes:
        opens, closes = home["opens_on"], home["closes_before"]
        if _opens_after(home, on) and opens <= shifted(on, months):
            found.append(Change(_month(on, opens), home["open"]))
        if closes is not None and closes <= shifted(on, months):
            found.append(Change(_month(on, closes), -home["open"]))
    return found


def _month(on: date, day: date) -> int:
    """The first month at whose end the day has come."""
    months = max((day.year - on.year) * 12 + day.month - on.month, 1)
    return months if shifted(on, months) >= day else months + 1

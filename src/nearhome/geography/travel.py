"""Travel minutes between places, from a routing service that the authority runs itself.

The service answers OSRM's table request (github.com/Project-OSRM/osrm-backend). It is sent coordinates and nothing
else: no reference, no name, not which place is a child's and which a home.
"""

import json
from collections.abc import Sequence
from http.client import HTTPException
from time import monotonic
from typing import Any
from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

from nearhome.geography.calculations.distance import Point
from nearhome.geography.calculations.longitude import longitude_latitude

MOST_PLACES = 100  # what OSRM takes in one table request unless it is told otherwise
SECONDS_PER_REQUEST, SECONDS_IN_ALL, SECONDS_OF_REST = 3.0, 10.0, 60.0
_resting_until: dict[str, float] = {}

Minutes = tuple[tuple[float | None, ...], ...]


class _NoRedirect(HTTPRedirectHandler):
    """Coordinates go to the address that was set and to no other."""

    def redirect_request(self, *args: object) -> None:
        return None


_opener = build_opener(_NoRedirect, ProxyHandler({}))


def travel_minutes(address: str, starts: Sequence[Point], ends: Sequence[Point]) -> Minutes | None:
    """Whole minutes from each start to each end, None where there is no way; starts are rows, ends columns.

    None for all if the service gives no proper answer or takes too long; it is then left alone for a minute, so that
    one that is down makes nobody wait twice.
    """
    if not 0 < len(starts) < MOST_PLACES or not ends or monotonic() < _resting_until.get(address, 0.0):
        return None
    stop_at, columns = monotonic() + SECONDS_IN_ALL, MOST_PLACES - len(starts)
    rows: list[list[float | None]] = [[] for _ in starts]
    try:
        for first in range(0, len(ends), columns):
            found = _table(address, starts, ends[first : first + columns], stop_at - monotonic())
            for row, more in zip(rows, found, strict=True):
                row.extend(more)
    except (OSError, HTTPException, ArithmeticError, ValueError, KeyError, TypeError):
        _resting_until[address] = monotonic() + SECONDS_OF_REST
        return None
    return tuple(tuple(row) for row in rows)


def _table(address: str, starts: Sequence[Point], ends: Sequence[Point], seconds: float) -> list[list[float | None]]:
    if seconds <= 0 or not address.startswith(("http://", "https://")):
        raise ValueError("no time left, or no address")
    answer = _asked(_request(address, starts, ends), min(seconds, SECONDS_PER_REQUEST))
    durations = answer["durations"]
    if answer["code"] != "Ok" or [len(row) for row in durations] != [len(ends)] * len(starts):
        raise ValueError("not the table that was asked for")
    return [[None if one is None else float(round(one / 60)) for one in row] for row in durations]


def _request(address: str, starts: Sequence[Point], ends: Sequence[Point]) -> str:
    places = ";".join("{:.5f},{:.5f}".format(*longitude_latitude(point)) for point in (*starts, *ends))
    sources = ";".join(str(number) for number in range(len(starts)))
    targets = ";".join(str(number) for number in range(len(starts), len(starts) + len(ends)))
    return f"{address.rstrip('/')}/table/v1/driving/{places}?sources={sources}&destinations={targets}"


def _asked(url: str, seconds: float) -> dict[str, Any]:
    with _opener.open(url, timeout=seconds) as response:
        read: dict[str, Any] = json.load(response)
        return read

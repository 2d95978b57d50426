"""A quick look at one authority's returns, when every file of them is plain; nothing large is loaded for it.

Only what the daily rates need is read: child and date of birth of the Header, child, days and PLACE of the Episodes.
Whatever is unusual (a missing table or column, a date in another form, a short row, two encodings, an unknown folder)
is left to `read_returns`, which knows what to do and says so: then the answer here is None.
"""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from os import listdir  # pathlib takes longer to load than these files to read
from typing import NamedTuple

MOST_BYTES = 20_000_000
FEW, MANY = 20, 0.1


class PlainEpisodes(NamedTuple):
    """Rows of (child, first day, day of the end or 0, PLACE) as sent, oldest year first; days as ordinals.

    `born_on` is of the newest year; `headers` counts the rows of all Header tables.
    """

    episodes: list[tuple[str, int, int, str]]
    born_on: dict[str, int]
    headers: int
    years: tuple[int, ...]
    digest: str


class _NotPlain(Exception):
    """Somebody else has to read this."""


def plain_episodes(folder: str) -> PlainEpisodes | None:
    """Every episode in the folder, which holds a folder for each collection year; None if anything is unusual."""
    try:
        return _read(folder)
    except (_NotPlain, OSError, ValueError, csv.Error):
        return None


def _read(folder: str) -> PlainEpisodes:
    days: dict[str, int] = {"": 0}
    born_on: dict[str, int] = {}
    episodes: list[tuple[str, int, int, str]] = []
    years = sorted((_year(name), f"{folder}/{name}") for name in listdir(folder))  # noqa: PTH208
    if not years or [year for year, _ in years] != list(range(years[0][0], years[0][0] + len(years))):
        raise _NotPlain
    told, headers = hashlib.sha256(), 0
    named_by_its_beginning = []
    for year, path in years:
        sent = len(episodes)
        files = {name.lower(): f"{path}/{name}" for name in listdir(path)}  # noqa: PTH208
        for child, born in _rows(files.get("header.csv", ""), ("CHILD", "DOB"), told):
            born_on[child], headers = _day(born, days), headers + 1
        for child, starts, ends, place in _rows(
            files.get("episodes.csv", ""), ("CHILD", "DECOM", "DEC", "PLACE"), told
        ):
            episodes.append((child, _day(starts, days), _day(ends, days), place))
        named_by_its_beginning.append(_goes_on_after(year, episodes[sent:]))
    if not all(born_on.values()) or not all(0 < row[1] <= (row[2] or row[1]) and row[0] in born_on for row in episodes):
        raise _NotPlain
    if len(set(named_by_its_beginning)) > 1:
        raise _NotPlain
    collection_years = tuple(year + named_by_its_beginning[0] for year, _ in years)
    return PlainEpisodes(episodes, born_on, headers, collection_years, told.hexdigest())


def _goes_on_after(year: int, rows: Sequence[tuple[str, int, int, str]]) -> bool:
    """Do many of its dates lie after the collection year its folder is named by, as the long way judges it too?"""
    ends = date(year, 3, 31).toordinal()
    dates = [day for _, first, last, _ in rows for day in (first, last) if day]
    return sum(day > ends for day in dates) > max(FEW, len(dates) * MANY)


def _year(name: str) -> int:
    if not (len(name) == 4 and name.isdecimal()):
        raise _NotPlain
    return int(name)


def _rows(path: str, columns: Sequence[str], told: "hashlib._Hash") -> Iterator[tuple[str, ...]]:
    with open(path, "rb") as file:  # noqa: PTH123
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _NotPlain
    told.update(content)
    lines = csv.reader(content.decode("utf-8-sig").splitlines(), strict=True)
    header = [name.strip().upper() for name in next(lines, [])]
    places = [header.index(name) for name in columns]
    for row in lines:
        if len(row) != len(header):
            raise _NotPlain
        cells = tuple([row[at] for at in places])
        if not cells[0].isalnum() or not cells[-1]:
            raise _NotPlain
        yield cells


def _day(text: str, known: dict[str, int]) -> int:
    found = known.get(text)
    if found is None:
        if len(text) != 10 or text[2] != "/" or text[5] != "/":
            raise _NotPlain
        found = known[text] = date(int(text[6:]), int(text[3:5]), int(text[:2])).toordinal()
    return found

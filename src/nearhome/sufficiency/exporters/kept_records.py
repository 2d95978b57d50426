"""The records an analysis ran over, as bytes to be kept, and back; the same records make the same bytes."""

import hashlib
import io
from collections.abc import Mapping

import msgpack
import polars as pl

from nearhome.needs.calculations.care_records import CareRecords


def kept_tables(tables: Mapping[str, pl.DataFrame]) -> bytes:
    """Tables by name as compressed bytes."""
    return bytes(msgpack.packb({name: _bytes(table) for name, table in sorted(tables.items())}))


def tables_kept(content: bytes) -> dict[str, pl.DataFrame]:
    """The tables that `kept_tables` kept."""
    return {name: pl.read_ipc(io.BytesIO(part)) for name, part in msgpack.unpackb(content).items()}


def digest_of_tables(tables: Mapping[str, pl.DataFrame]) -> str:
    """A fingerprint of what the tables say, whatever version wrote their bytes."""
    digest = hashlib.sha256()
    for name, table in sorted(tables.items()):
        digest.update(name.encode() + b"\0" + table.write_csv().encode())
    return digest.hexdigest()


def tables_of(records: CareRecords) -> dict[str, pl.DataFrame]:
    """The three tables of care records by name."""
    return {"children": records.children, "episodes": records.episodes, "yearly": records.yearly}


def _bytes(table: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    table.write_ipc(out, compression="zstd")
    return out.getvalue()

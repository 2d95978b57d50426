"""Rules and figures of procurement law as rows that a lawyer can correct without a release of the software."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_notices() -> dict[str, Any]:
    """The table of notices as it stands in `notices.toml`, for `rules.rules_from_mapping`."""
    return tomllib.loads((files(__package__) / "notices.toml").read_text("utf-8"))


@cache
def read_ocds_fields() -> dict[str, Any]:
    """The fields an export may have as they stand in `ocds_fields.toml`, for `fields.table_from_mapping`."""
    return tomllib.loads((files(__package__) / "ocds_fields.toml").read_text("utf-8"))

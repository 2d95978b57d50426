"""Grounds, thresholds and standstill rules as the table holds them. Reading a file is not pure, so it happens here."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def read_award_rules() -> dict[str, list[dict[str, Any]]]:
    """`standstill`, `threshold`, `ground`, `not_awarded` and `abandoning` rows of `awards.toml`."""
    return tomllib.loads((Path(__file__).parent / "awards.toml").read_text("utf-8"))

"""Small dated tables this stage reads: the statutory clocks. Reading a file is not pure, so it happens here."""

import tomllib
from importlib.resources import files
from typing import Any


def read_clocks() -> dict[str, Any]:
    """The table of statutory clocks as it stands in `clocks.toml`, for `clocks.rules_from_mapping`."""
    return tomllib.loads((files(__package__) / "clocks.toml").read_text("utf-8"))

"""Small dated tables this stage reads: statutory clocks, usual terms. Reading a file is not pure, so it happens here."""

import tomllib
from importlib.resources import files
from typing import Any


def read_clocks() -> dict[str, Any]:
    """The table of statutory clocks as it stands in `clocks.toml`, for `clocks.rules_from_mapping`."""
    return tomllib.loads((files(__package__) / "clocks.toml").read_text("utf-8"))


def read_agreement_terms() -> dict[str, Any]:
    """What an agreement says unless the two sides agree otherwise, as it stands in `agreement.toml`."""
    return tomllib.loads((files(__package__) / "agreement.toml").read_text("utf-8"))

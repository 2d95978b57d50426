"""Small dated tables this stage reads: statutory clocks, usual terms. Reading a file is not pure, so it happens here."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import holidays


def read_clocks() -> dict[str, Any]:
    """The table of statutory clocks as it stands in `clocks.toml`, for `clocks.rules_from_mapping`."""
    return tomllib.loads((files(__package__) / "clocks.toml").read_text("utf-8"))


def bank_holidays(first: date, last: date) -> frozenset[date]:
    """The bank holidays of England in the years of a period, and in the year after it."""
    return _bank_holidays(first.year, max(first, last).year + 1)


@cache
def _bank_holidays(first_year: int, last_year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=range(first_year, last_year + 1)))


def read_agreement_terms() -> dict[str, Any]:
    """What an agreement says unless the two sides agree otherwise, as it stands in `agreement.toml`."""
    return tomllib.loads((files(__package__) / "agreement.toml").read_text("utf-8"))

"""Reads the published figures this package carries."""

import csv
from functools import cache
from importlib.resources import files
from typing import Any

from nearhome.demo.calculations.figures import AuthorityFigures, Figures

_TEXT = {"dfe_code", "name"}
_FRACTIONS = {"pct_missing", "sdq_mean", "pct_three_placements", "pct_far_outside", "pct_long_term_stable"}


@cache
def published_figures() -> Figures:
    """Every figure of `demo/reference`, whose README names publisher, date and licence."""
    authorities = [
        AuthorityFigures(**{key: _value(key, text) for key, text in row.items()}) for row in _rows("authorities")
    ]
    shares: dict[tuple[str, str], dict[str, float]] = {}
    for row in _rows("shares"):
        shares.setdefault((row["population"], row["measure"]), {})[row["group"]] = float(row["number"])
    hosts = {row["dfe_code"]: float(row["pull"]) for row in _rows("hosts")}
    return Figures({one.dfe_code: one for one in authorities}, shares, hosts)


def _value(key: str, text: str) -> Any:
    if key in _TEXT:
        return text
    if text == "c":
        return None
    return float(text) if key in _FRACTIONS else int(text)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("nearhome.demo").joinpath("reference", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))

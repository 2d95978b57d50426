"""A lot as plain values and back again, so that a kept result can be worked out anew from exactly what went in."""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from nearhome.tendering.calculations.evaluation.case import Band, Bid, LotCase, LowRule, Question


def case_as_values(case: LotCase) -> dict[str, Any]:
    """The lot with fractions and decimals as text, bids in the order of their keys: equal lots give equal values."""
    values: dict[str, Any] = _plain(asdict(case))
    values["bids"].sort(key=lambda bid: bid["key"])
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction | Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def case_from_values(values: Mapping[str, Any]) -> LotCase:
    """The lot of `case_as_values`. Raises KeyError or ValueError for values that are not of a lot."""
    least = values["least_quality"]
    return LotCase(
        values["key"], tuple(_question(one) for one in values["questions"]), Fraction(values["price_share"]),
        tuple(_band(one) for one in values["bands"]), tuple(_bid(one) for one in values["bids"]), values["formula"],
        tuple(values["evaluators"]), None if least is None else Decimal(least), values["places"],
        tuple(values["tie_break"]), LowRule(**{name: Decimal(one) for name, one in values["low"].items()}),
        values["benchmark_pence"],
    )  # fmt: skip


def _question(one: Mapping[str, Any]) -> Question:
    return Question(one["key"], one["title"], Fraction(one["share"]), one["is_pass"], one["least_score"])


def _band(one: Mapping[str, Any]) -> Band:
    return Band(one["key"], one["title"], Decimal(one["weeks"]), one["cap_pence"], Decimal(one["least_weeks"]))


def _bid(one: Mapping[str, Any]) -> Bid:
    scores = tuple(tuple(row) for row in one["scores"])
    return Bid(one["key"], tuple(one["agreed"]), tuple(one["prices"]), scores, one["out"])

"""What part of a whole does each authority bear, so that the parts add up to the whole?

Method: the largest remainder (Hamilton's method, as for seats in an assembly; standard, described in any text on
apportionment). Each gets the whole units of its exact part; the units left over go, one each, to the largest
remainders. Equal remainders are settled by name, so that the same weights always give the same parts.
"""

from collections.abc import Mapping
from decimal import Decimal

HUNDREDTHS_IN_ALL = 10_000  # hundredths of a per cent


def apportioned(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """`total` whole units (such as pence) divided by weight; the parts add up to `total` exactly.

    `weights` are whole numbers of 0 or more by name, not all 0. Raises ValueError otherwise, or for a total below 0.
    """
    whole = _whole(total, weights)
    parts = {name: total * weight // whole for name, weight in weights.items()}
    left = total - sum(parts.values())
    by_remainder = sorted(weights, key=lambda name: (-(total * weights[name] % whole), name))
    for name in by_remainder[:left]:
        parts[name] += 1
    return parts


def shares(weights: Mapping[str, int]) -> dict[str, Decimal]:
    """Shares in per cent with two decimals, by name, that add up to 100.00. Raises ValueError as `apportioned` does."""
    parts = apportioned(HUNDREDTHS_IN_ALL, weights)
    return {name: Decimal(part).scaleb(-2) for name, part in parts.items()}


def _whole(total: int, weights: Mapping[str, int]) -> int:
    if total < 0:
        raise ValueError(f"The amount to divide must be 0 or more, not {total}")
    below = sorted(name for name, weight in weights.items() if weight < 0)
    if below:
        raise ValueError(f"A weight must be 0 or more: look at {', '.join(below)}")
    whole = sum(weights.values())
    if not whole:
        raise ValueError("At least one weight must be more than 0, or there is nobody to share with")
    return whole

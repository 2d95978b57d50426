"""How far apart are two postcodes, and what does a postcode look like?"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from math import hypot

# The statutory return divides kilometres by 1.6093, not by the exact 1.609344; a difference of one tenth of a
# mile at long distances would make our figure disagree with the published one.
KILOMETRES_PER_MILE = 1.6093
UNKNOWN_MILES = Decimal("999.9")

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")
_SECTOR = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9]")


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the national grid, in metres east and north of its origin."""

    easting: int
    northing: int


def straight_line_miles(a: Point, b: Point) -> Decimal:
    """How many miles apart are two grid references, as the SSDA903 return counts them?

    Straight line, one decimal. It is a statistic: neither road distance nor the legal test "at a distance".
    Source: the derived field PL_DISTANCE of the return (rule checked against published examples).
    """
    kilometres = hypot(a.easting - b.easting, a.northing - b.northing) / 1000
    return Decimal(repr(kilometres / KILOMETRES_PER_MILE)).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)


def normalise_postcode(text: str) -> str:
    """The postcode in capitals without any spaces, the form in which two postcodes are compared."""
    return "".join(text.split()).upper()


def is_postcode_shaped(text: str) -> bool:
    """Could this be a full United Kingdom postcode? Says nothing about whether it exists."""
    return _POSTCODE.fullmatch(normalise_postcode(text)) is not None


def is_sector_shaped(text: str) -> bool:
    """Could this be a postcode sector such as "BN1 1", the form used when data are pooled?"""
    return _SECTOR.fullmatch(text.strip().upper()) is not None


def written_postcode(postcode: str) -> str:
    """The postcode as people write it: "bn11ee" becomes "BN1 1EE"."""
    compact = _full(postcode)
    return f"{compact[:-3]} {compact[-3:]}"


def sector(postcode: str) -> str:
    """The postcode sector: "BN1 1EE" becomes "BN1 1". Raises ValueError if it is not a full postcode."""
    return written_postcode(postcode)[:-2]


def outward(postcode: str) -> str:
    """The first half of a postcode: "BN1 1EE" becomes "BN1". Raises ValueError if it is not a full postcode."""
    return _full(postcode)[:-3]


def _full(postcode: str) -> str:
    compact = normalise_postcode(postcode)
    if not _POSTCODE.fullmatch(compact):
        raise ValueError(f"“{postcode}” is not a full postcode; write it like BN1 1EE")
    return compact

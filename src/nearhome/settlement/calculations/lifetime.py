"""What has a child's care cost so far, and for which nights is no cost known?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from nearhome.placements.calculations.pence import NIGHTS_IN_A_WEEK, nearest_penny


@dataclass(frozen=True, slots=True)
class Nights:
    """Half-open: from the first night up to the day before `ends_before`."""

    starts_on: date
    ends_before: date

    @property
    def count(self) -> int:
        """How many nights; never below nought."""
        return max(0, (self.ends_before - self.starts_on).days)


def joined(spans: Iterable[Nights]) -> tuple[Nights, ...]:
    """The same nights as spans that neither meet nor touch, in order."""
    found: list[Nights] = []
    for one in sorted((span for span in spans if span.count), key=lambda span: span.starts_on):
        if found and one.starts_on <= found[-1].ends_before:
            found[-1] = Nights(found[-1].starts_on, max(found[-1].ends_before, one.ends_before))
        else:
            found.append(one)
    return tuple(found)


def unknown(in_care: Iterable[Nights], known: Iterable[Nights]) -> tuple[Nights, ...]:
    """Nights in care that are not among those whose cost is known."""
    known, left = joined(known), []
    for span in joined(in_care):
        first = span.starts_on
        for one in known:
            if one.ends_before > first and one.starts_on < span.ends_before:
                left.append(Nights(first, one.starts_on))
                first = one.ends_before
        left.append(Nights(first, span.ends_before))
    return tuple(one for one in left if one.count)


def average_week(pence: int, nights: int) -> int | None:
    """Pence a week over so many nights, to the nearest penny; None without a night."""
    return nearest_penny(Fraction(pence * NIGHTS_IN_A_WEEK, nights)) if nights else None

"""Which stays of a place bear on its nights from a day on? So that a year is worked out from few facts, however old a block is.

Empty nights are counted from the last departure, so of the stays that were over before the day only the last one matters.
"""

from collections.abc import Iterable
from datetime import date

from nearhome.settlement.calculations.nights import Stay


def bearing_on(stays: Iterable[Stay], since: date) -> tuple[Stay, ...]:
    """Of one place's stays those that reach the night of `since` or come after it, and the last one before them."""
    kept: list[Stay] = []
    before: list[Stay] = []
    for stay in stays:
        is_over = stay.departed_on is not None and stay.departed_on <= since
        (before if is_over else kept).append(stay)
    real = [stay for stay in before if stay.departed_on != stay.arrived_on]
    last = max(real, key=lambda stay: stay.arrived_on, default=None)
    return (last, *kept) if last else tuple(kept)

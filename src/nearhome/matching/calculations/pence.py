"""How is money counted, rounded and said?

Money is whole pence. What is not whole (a night is a seventh of a week) stays an exact fraction until one published
rounding: half a penny goes up, away from nought. A seventh of whole pence is never exactly half a penny, so for nights
every rule that rounds to the nearest penny gives the same answer.
"""

from fractions import Fraction

NIGHTS_IN_A_WEEK = 7


def nearest_penny(pence: Fraction) -> int:
    """The nearest whole penny; exactly half a penny goes away from nought."""
    size = int(abs(pence) + Fraction(1, 2))
    return size if pence >= 0 else -size


def price_of_nights(weekly_pence: int, nights: int) -> Fraction:
    """What do so many nights cost at this weekly price, before rounding, in pence?"""
    return Fraction(weekly_pence * nights, NIGHTS_IN_A_WEEK)


def pounds(pence: int) -> str:
    """Pence in words for people: 441000 is "£4,410.00", -5 is "−£0.05"."""
    whole, part = divmod(abs(pence), 100)
    return f"{'−' if pence < 0 else ''}£{whole:,}.{part:02d}"

"""Do the sums that a text states follow from the figures it rests on?

Own method (derived). A stated sum agrees with a figure if the figure, rounded to the last digit printed, is what is
printed: "£3.564m" agrees with anything from £3,563,500 to £3,564,500. Decision 21/00094 prints "£30,564m" for ten
years at £3.564m a year: read as printed it is 857.6 times that, and it is said so.

Like is held against like: a sum "a week" against weekly prices, any other against sums over a time. A sum below a tenth of
the figure that a text is about is some other kind of sum (a bed's price, a fee), and nothing is said of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from nearhome.procurement.calculations.amount_words import MOST_PENCE, pounds_in_figures, pounds_in_words

_AMOUNT = re.compile(
    r"£\s?(?P<figures>\d[\d,]*(?:\.\d+)?)(?:\s?(?P<scale>thousand|million|billion|bn|[km])\b)?"
    r"(?P<weekly>\s(?:(?:a|per|each|every)\s(?:bed\s(?:a|per|each)\s)?week\b|weekly\b))?",
    re.I,
)
_TOO_SMALL = Decimal("0.1")
_SCALE = {"k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum that is known: what it is, in mid-sentence words, how many pence, and whether it is for a week."""

    label: str
    pence: int
    is_weekly: bool = False


@dataclass(frozen=True, slots=True)
class StatedAmount:
    """A sum as a text prints it: its pence, half of the last digit printed, also in pence, and whether it is for a week."""

    text: str
    pence: Decimal
    half_digit_pence: Decimal
    is_weekly: bool = False

    def agrees_with(self, pence: int) -> bool:
        """Whether this many pence, rounded to the last digit printed, is what is printed."""
        return abs(self.pence - pence) <= self.half_digit_pence


@dataclass(frozen=True, slots=True)
class StatedCheck:
    """One stated sum held against the figures: which it agrees with, or how it differs from the first of them."""

    amount: StatedAmount
    agrees_with: str
    words: str


def amounts_in(text: str) -> tuple[StatedAmount, ...]:
    """Every sum in pounds that a text prints, in order: "£1,234.56", "£3.564m", "£2 million", "£30k"."""
    found = []
    for match in _AMOUNT.finditer(text):
        figures = Decimal(match["figures"].replace(",", ""))
        times = 100 * _SCALE.get((match["scale"] or "").lower(), 1)
        exponent = figures.as_tuple().exponent
        digit = Decimal(times).scaleb(int(exponent))
        found.append(StatedAmount(match[0].strip().rstrip(","), figures * times, digit / 2, bool(match["weekly"])))
    return tuple(found)


def check_stated(text: str, figures: Iterable[Figure]) -> tuple[StatedCheck, ...]:
    """Each sum in a text, held against the figures of its kind in their order; the first is the one the text is about.

    Left out are weekly sums where no weekly price is known, and sums too small to be of the kind of the figures.
    """
    known = tuple(figures)
    checks = (_checked(amount, known) for amount in amounts_in(text))
    return tuple(check for check in checks if check)


def _checked(amount: StatedAmount, every: tuple[Figure, ...]) -> StatedCheck | None:
    known = tuple(figure for figure in every if figure.is_weekly == amount.is_weekly)
    if every and not known:
        return None
    same = next((figure for figure in known if amount.agrees_with(figure.pence)), None)
    if same:
        return StatedCheck(amount, same.label, f"{amount.text} is {same.label}.")
    main = next((figure for figure in known if figure.pence > 0), None)
    said = f"{amount.text} is {_said(amount.pence)}"
    if main is None:
        return StatedCheck(amount, "", f"{said}; there is no figure here to hold it against.")
    if amount.pence < _TOO_SMALL * main.pence:
        return None
    times = (amount.pence / main.pence).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return StatedCheck(
        amount,
        "",
        f"{said}. It does not follow from {main.label}, {pounds_in_figures(main.pence)}: it is {times:,} times that.",
    )


def _said(pence: Decimal) -> str:
    whole = int(pence.to_integral_value(ROUND_HALF_UP))
    return f"{pounds_in_figures(whole)} ({pounds_in_words(whole)})" if whole <= MOST_PENCE else pounds_in_figures(whole)

"""Does a printed total follow from the figures? Checked to the precision in which it was printed.

The published paper on a regional block prints its ten-year figure as "£30,564m" beside £3.564m a year (Kent County Council
decision 21/00094, 2021, section 5.7), and notices have values that disagree with their own text: totals are checked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from nearhome.procurement.calculations.amount_words import pounds_in_words

_TIMES = {"": 1, "k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}
_TOTAL = re.compile(r"£?\s*([0-9][0-9,]*(?:\.[0-9]+)?)\s*(k|thousand|million|m|billion|bn)?", re.IGNORECASE)
_MOST_PENCE = 10**15
_TIMES_OF_A_SLIP = 500


@dataclass(frozen=True, slots=True)
class Stated:
    """A total as printed, in pence, and the worth in pence of one in its last printed digit."""

    text: str
    pence: int
    unit_pence: Fraction


@dataclass(frozen=True, slots=True)
class Computed:
    """A total worked out, in pence, and what it is, such as "15 beds for a year of 365 days"."""

    what: str
    pence: int


@dataclass(frozen=True, slots=True)
class Check:
    """A printed total held against worked out ones: those it agrees with, the nearest, and how many times as large it is.

    `as_thousandth`: the same check of a thousandth of it, where a misplaced comma or "m" could have made it so large.
    """

    stated: Stated
    agrees_with: tuple[Computed, ...]
    nearest: Computed
    times: Fraction | None
    as_thousandth: "Check | None" = None


def read_total(text: str) -> Stated:
    """A printed total, such as "£3.564m", "£30,564m", "£35.64 million" or "3,564,225". Raises ValueError with the mend."""
    match = _TOTAL.fullmatch(text.strip())
    try:
        if match is None:
            raise InvalidOperation
        figure = Decimal(match[1].replace(",", ""))
    except InvalidOperation:
        raise ValueError(f"“{text[:40]}” is not a total. Write it like £3.564m, £35.64 million or £3,564,225") from None
    times = _TIMES[(match[2] or "").lower()] * 100
    places = len(match[1].partition(".")[2])
    pence = Fraction(figure) * times
    if pence > _MOST_PENCE:
        raise ValueError(f"“{text[:40]}” is more than £10,000 billion. Check the figure")
    return Stated(text.strip(), int(pence + Fraction(1, 2)), max(Fraction(times, 10**places), Fraction(1)))


def check_total(stated: Stated, computed: Sequence[Computed]) -> Check:
    """Hold a printed total against worked out ones (at least one, else ValueError).

    It agrees where the difference is at most half of one in its last printed digit.
    """
    if not computed:
        raise ValueError("There is nothing to hold the total against.")
    found = _held_against(stated, computed)
    if found.agrees_with or found.times is None or found.times < _TIMES_OF_A_SLIP:
        return found
    less = Stated(stated.text, stated.pence // 1000, stated.unit_pence / 1000)
    return replace(found, as_thousandth=_held_against(less, computed))


def _held_against(stated: Stated, computed: Sequence[Computed]) -> Check:
    nearest = min(computed, key=lambda one: abs(one.pence - stated.pence))
    agrees = tuple(one for one in computed if abs(one.pence - stated.pence) * 2 <= stated.unit_pence)
    return Check(stated, agrees, nearest, Fraction(stated.pence, nearest.pence) if nearest.pence else None)


def words_agree(pence: int, words: str) -> bool:
    """Whether a total in words says the same amount as the figures; hyphens, commas, "and" and capitals do not matter."""
    return _bare(words) == _bare(pounds_in_words(pence))


def _bare(words: str) -> list[str]:
    said = [word for word in re.split(r"[\s,\-]+", words.lower().strip(" .")) if word and word != "and"]
    said = ["one" if word == "a" else word for word in said]
    return [{"pound": "pounds", "penny": "pence"}.get(word, word) for word in said]

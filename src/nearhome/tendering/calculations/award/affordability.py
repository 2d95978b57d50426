"""Is an award affordable against buying the same places singly?

Decision 21/00094, section 5.6 (verified): the average cost of a bed is at the very least not higher than bought
singly, with up to 10 % less hoped for; and authorities reserve the right not to award if the price is unaffordable.
The same place-weeks are priced at the award and at the spot benchmark; shares are exact until they are shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from nearhome.tendering.calculations.award.value import nearest_penny

HOPED_FOR = Fraction(1, 10)


class Verdict(StrEnum):
    """What the comparison comes to."""

    AFFORDABLE = "affordable"
    DEARER = "dearer"
    NO_BENCHMARK = "no_benchmark"


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One line of an award: its weekly price and how many weeks of a place are bought at it."""

    ref: str
    weekly_pence: int
    weeks: Fraction


@dataclass(frozen=True, slots=True)
class Affordability:
    """The award against spot. `cheaper` is the share saved: 0.035 is 3.5 % cheaper, below nought is dearer."""

    verdict: Verdict
    awarded_pence: int
    spot_pence: int | None
    cheaper: Fraction | None
    dearer_lines: tuple[str, ...]

    @property
    def words(self) -> str:
        """The verdict in a sentence."""
        if self.verdict == Verdict.NO_BENCHMARK or self.cheaper is None:
            return "There is no spot benchmark, so nothing can be said."
        share = per_cent(abs(self.cheaper))
        if self.verdict == Verdict.DEARER:
            return f"{share} dearer than buying the same singly: unaffordable by the test that it is never dearer."
        hoped = " That is the 10% hoped for, or more." if self.cheaper >= HOPED_FOR else ""
        said = f"{share} cheaper than buying the same singly." if self.cheaper else "As dear as buying the same singly."
        return said + hoped


def affordability(lines: Iterable[PricedLine], spot_weekly_pence: int | None) -> Affordability:
    """Hold the lines of a lot against its spot benchmark, in pence a week; None: there is no benchmark.

    Raises ValueError for a benchmark that is not a price.
    """
    given = tuple(lines)
    awarded = sum((line.weekly_pence * line.weeks for line in given), Fraction(0))
    if spot_weekly_pence is None:
        return Affordability(Verdict.NO_BENCHMARK, nearest_penny(awarded), None, None, ())
    if spot_weekly_pence <= 0:
        raise ValueError("A spot benchmark is more than £0.00 a week")
    spot = sum((spot_weekly_pence * line.weeks for line in given), Fraction(0))
    dearer = tuple(line.ref for line in given if line.weekly_pence > spot_weekly_pence)
    return _judged(awarded, spot, dearer)


def per_cent(share: Fraction) -> str:
    """A share to one decimal, half up: 7/200 → "3.5%"; a share that is not nought is never shown as 0.0%."""
    tenths = nearest_penny(share * 1000)
    return "less than 0.1%" if share > 0 and not tenths else f"{tenths // 10}.{tenths % 10}%"


def together(lots: Iterable[Affordability]) -> Affordability:
    """Several lots in all. Without a benchmark for every one of them nothing is said of the whole."""
    given = tuple(lots)
    awarded = sum(one.awarded_pence for one in given)
    spots = [one.spot_pence for one in given if one.spot_pence is not None]
    if not given or len(spots) < len(given):
        return Affordability(Verdict.NO_BENCHMARK, awarded, None, None, ())
    return _judged(Fraction(awarded), Fraction(sum(spots)), tuple(ref for one in given for ref in one.dearer_lines))


def _judged(awarded: Fraction, spot: Fraction, dearer: tuple[str, ...]) -> Affordability:
    cheaper = (spot - awarded) / spot if spot else Fraction(0)
    verdict = Verdict.DEARER if awarded > spot else Verdict.AFFORDABLE
    return Affordability(verdict, nearest_penny(awarded), nearest_penny(spot), cheaper, dearer)

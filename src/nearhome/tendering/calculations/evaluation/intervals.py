"""Straight lines compared over a share from 0 to 1, exactly: where the highest changes, and for how long one stays highest."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

ONE = Fraction(1)
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Course:
    """Marks of a bid as (at_none + x times rise) / under, while x goes from 0 to 1; `under` is above 0."""

    at_none: int
    rise: int
    under: int

    def at(self, share: Fraction) -> Fraction:
        """The marks at a share."""
        return (self.at_none + share * self.rise) / self.under


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one share to another, `first` (numbers of courses) are highest; several only where they are equal throughout."""

    starts: Fraction
    ends: Fraction
    first: tuple[int, ...]


def crossing(one: Course, other: Course) -> Fraction | None:
    """The share at which two courses are equal; None where they never cross or are the same."""
    rise = one.rise * other.under - other.rise * one.under
    if not rise:
        return None
    return Fraction(other.at_none * one.under - one.at_none * other.under, rise)


def stretches(courses: Sequence[Course]) -> list[Stretch]:
    """Who is highest from 0 to 1, stretch by stretch: the upper envelope of the lines, exact."""
    found: list[Stretch] = []
    at = ZERO
    while courses and at < ONE:
        first = _highest_from(courses, at)
        ends = _overtaken_at(courses, courses[first], at)
        same = tuple(place for place, one in enumerate(courses) if _is_same(one, courses[first]))
        found.append(Stretch(at, ends, same))
        at = ends
    return found


def _highest_from(courses: Sequence[Course], share: Fraction) -> int:
    """The highest at a share; of equals the one that rises most, as it is highest just after."""
    over, below = share.numerator, share.denominator
    best = 0
    for place in range(1, len(courses)):
        one, other = courses[place], courses[best]
        gap = (one.at_none * below + over * one.rise) * other.under - (
            other.at_none * below + over * other.rise
        ) * one.under
        if gap > 0 or (gap == 0 and one.rise * other.under > other.rise * one.under):
            best = place
    return best


def _overtaken_at(courses: Sequence[Course], first: Course, share: Fraction) -> Fraction:
    """The first share after this one at which another course becomes higher; 1 if none does."""
    above, below = 1, 1
    for one in courses:
        rise = one.rise * first.under - first.rise * one.under
        if rise <= 0:
            continue
        gap = first.at_none * one.under - one.at_none * first.under
        if gap * below < above * rise and gap * share.denominator > share.numerator * rise:
            above, below = gap, rise
    return Fraction(above, below)


def _is_same(one: Course, other: Course) -> bool:
    return one.rise * other.under == other.rise * one.under and one.at_none * other.under == other.at_none * one.under


def stays_highest(courses: Sequence[Course], first: int, at: Fraction) -> tuple[Fraction, Fraction]:
    """The shares around `at` between which no other course is higher than `first`, which is highest there."""
    mine = courses[first]
    low, low_under, high, high_under = 0, 1, 1, 1
    for one in courses:
        rise = one.rise * mine.under - mine.rise * one.under
        gap = mine.at_none * one.under - one.at_none * mine.under
        if rise > 0 and gap * high_under < high * rise:
            high, high_under = gap, rise
        elif rise < 0 and gap * low_under < low * rise:
            low, low_under = -gap, -rise
    return min(Fraction(low, low_under), at), max(Fraction(high, high_under), at)

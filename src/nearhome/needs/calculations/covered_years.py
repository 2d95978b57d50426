"""Do the returns that were read say anything of this day, and of the whole year up to it?"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence


def beyond_the_returns(on: dt.date, years: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    """What a day and the 12 months up to it lack, in sentences, authority by authority; none if the returns tell all.

    `years` are the collection years read, in order, by the name of the authority.
    """
    said: dict[str, list[str]] = {}
    for name, read in years.items():
        for words in _lacking(on, read):
            said.setdefault(words, []).append(name)
    return tuple(f"{', '.join(names)}: {words}" for words, names in said.items())


def _lacking(on: dt.date, years: Sequence[int]) -> Iterator[str]:
    if not years:
        return
    first, last = dt.date(years[0] - 1, 4, 1), dt.date(years[-1], 3, 31)
    if on > last:
        yield (
            f"the newest return read ends on {_day(last)}, before {_day(on)}; whoever started, moved or ceased since is not "
            "known, so children looked after then are counted as if nothing had changed"
        )
    elif on < first:
        yield (
            f"the oldest return read begins on {_day(first)}, after {_day(on)}; of children looked after before it only "
            "those who were still looked after then are known, so the figures are too low"
        )
    elif on < dt.date(first.year + 1, 3, 31):
        yield (
            f"the oldest return read begins on {_day(first)}, within the 12 months up to {_day(on)}; who ceased or moved "
            "before it is not known, so the figures of that year are too low"
        )


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"

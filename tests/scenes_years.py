"""An authority with three made-up years of returns on record: children who come, move, stay or leave, month by month."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from cast import NOW, Cast
from nearhome.audit.record import Nearhome
from nearhome.needs.actions.loading import load_return
from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting, acting_for
from nearhome.sufficiency.actions.forecasting import work_out_forecast
from nearhome.sufficiency.models import KeptAnalysis
from nearhome.sufficiency.queries.forecasting import Question
from scenes_needs import EPISODES, HEADER, table

YEARS = (2024, 2025, 2026)
FIRST, LAST = dt.date(2023, 4, 1), dt.date(2026, 3, 31)
OWN, FAR = "ME14 1XX", "M1 1AA"
HOME_URN = "SC900777"
_SEX_THEN = {"M": "1", "F": "2"}  # the codes of returns before 2024/25


@dataclass(frozen=True)
class _Stay:
    child: str
    sex: str
    born: str
    starts_on: dt.date
    ends_before: dt.date | None
    place: str
    where: str
    urn: str


def _stays(prefix: str, each_month: int) -> Iterator[_Stay]:
    """So many children come each month of three years; every third stays for good, the others four to eleven months."""
    number = 0
    for month in range(36):
        for _ in range(each_month):
            number += 1
            starts_on = dt.date(2023 + (month + 3) // 12, (month + 3) % 12 + 1, number % 27 + 1)
            stay = dt.timedelta(days=120 + 31 * (number % 8))
            ends_before = None if number % 3 == 0 else starts_on + stay
            is_home = number % 4 == 0
            yield _Stay(
                f"{prefix}{number:03d}", "MF"[number % 2], f"{number % 28 + 1:02d}/05/{2009 + number % 11}", starts_on,
                ends_before, "K2,PR4" if is_home else "U6,PR1", FAR if number % 8 == 0 else OWN,
                HOME_URN if is_home else f"{7_000_000 + number}",
            )  # fmt: skip


def returns_of(prefix: str, each_month: int) -> dict[int, dict[str, bytes]]:
    """The return of each year: whoever was looked after on any day of it, as known on its last day."""
    found = {}
    for year in YEARS:
        first, last = dt.date(year - 1, 4, 1), dt.date(year, 3, 31)
        there = [
            one
            for one in _stays(prefix, each_month)
            if one.starts_on <= last and (one.ends_before is None or one.ends_before > first)
        ]
        header = [
            f"{one.child},{_SEX_THEN[one.sex] if year < 2025 else one.sex},{one.born},WBRI,UN1,," for one in there
        ]
        found[year] = {
            "header.csv": table(HEADER, header),
            "episodes.csv": table(EPISODES, (_row(one, last) for one in there)),
        }
    return found


def _row(one: _Stay, last: dt.date) -> str:
    has_left = one.ends_before is not None and one.ends_before <= last
    end = f"{one.ends_before:%d/%m/%Y},E8" if has_left else ","
    return f"{one.child},{one.starts_on:%d/%m/%Y},S,C2,N1,{one.place},{end},,{OWN},{one.where},{one.urn}"


def load_years(authority: Organisation, prefix: str, each_month: int = 3) -> None:
    """Put the three years on the authority's record."""
    by = Nearhome(authority.pk, authority.name)
    with acting_for(authority.pk):
        for year, files in returns_of(prefix, each_month).items():
            result = load_return(files, authority=authority, year=year, by=by, now=NOW)
            assert not result.tally.total("refused"), result.problems[0]


def question(**changed: object) -> Question:
    """The last 12 months, a year ahead, by Nearhome's own method; whatever is given is asked instead."""
    asked = {"starts_on": dt.date(2025, 4, 1), "ends_on": LAST, "months": 12, "method": "nearhome", **changed}
    return Question(**asked)  # type: ignore[arg-type]


def forecast_kept(person: Person, **changed: object) -> KeptAnalysis:
    """A forecast worked out and kept for the person's authority."""
    with acting(person):
        return work_out_forecast(
            authority=person.organisation, question=question(**changed), by=person, now=NOW
        )  # fmt: skip


def load_three_years(cast: Cast) -> None:
    """Kent with three children coming each month, Portsmouth with two."""
    load_years(cast.kent, "KEN", 3)
    load_years(cast.portsmouth, "POR", 2)


def there_on(day: dt.date, each_month: int = 3) -> int:
    """How many of such an authority's children are in care at the end of a day."""
    stays = _stays("", each_month)
    return sum(one.starts_on <= day and (one.ends_before is None or one.ends_before > day) for one in stays)

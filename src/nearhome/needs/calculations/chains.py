"""Do a child's episodes follow one another as the return's rules ask?

Rule numbers are those of the DfE validation rules of the SSDA903 return (checked against a public implementation).
Every rule looks at all rows as they were sent, also those another rule refuses, so that one mistake is said once.
"""

from calendar import isleap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise

from nearhome.needs.calculations.fields import written_date
from nearhome.needs.calculations.problems import Problem, Severity
from nearhome.needs.calculations.rows import EpisodeRow, HeaderRow, OtherRow
from nearhome.needs.calculations.standard import year_bounds

_EARLIEST_START = date(1991, 10, 14)
_OLDEST = 25
_CONTINUES = "X1"
_STARTS_CARE = "S"


def header_problems(header: HeaderRow) -> list[Problem]:
    """Is the child born before the year ends (301)?"""
    _, last = year_bounds(header.origin.year)
    if header.born_on <= last:
        return []
    return [_problem(header, "DOB", "301", f"The date of birth {_say(header.born_on)} is after the year ends")]


def chain_problems(born_on: date | None, episodes: Iterable[EpisodeRow], *, has_gaps: bool = False) -> list[Problem]:
    """What is wrong with one child's episodes, each alone and one after another?

    `born_on` is the date of birth in the Header table, None if that is not known. `has_gaps` says that rows of this
    child could not be read: then a row is not blamed for the one that is missing beside it.
    """
    chain = sorted(episodes, key=lambda row: (row.starts_on, row.ends_before or date.max))
    problems = [problem for row in chain for problem in _alone(row, born_on)]
    problems.extend(_overlaps(chain))
    if not has_gaps:
        problems.extend(_sequence(chain))
    return problems


def _sequence(chain: Sequence[EpisodeRow]) -> Iterator[Problem]:
    yield from _first(chain)
    for before, after in pairwise(chain):
        if before.ends_before and before.ends_before <= after.starts_on:
            yield from _continues(before, after, same_day=before.ends_before == after.starts_on)
        yield from _differs(before, after)
    yield from _last(chain)


def agreement_problems(row: OtherRow, header: HeaderRow) -> list[Problem]:
    """Do date of birth and sex in another table agree with the Header?"""
    problems = []
    born = row.values.get("DOB", "")
    if born and born != header.born_on.isoformat():
        problems.append(_disagrees(row, "DOB", f"date of birth is {_say(header.born_on)}"))
    sex = {"1": "M", "2": "F"}.get(row.values.get("SEX", ""), row.values.get("SEX", ""))
    if sex and sex != header.sex:
        problems.append(_disagrees(row, "SEX", f"sex is {header.sex}"))
    return problems


def _disagrees(row: OtherRow, field: str, said: str) -> Problem:
    return _problem(row, field, "agreement", f"In the Header table this child's {said}; make the two agree")


def _alone(row: EpisodeRow, born_on: date | None) -> Iterator[Problem]:
    start, end = row.starts_on, row.ends_before
    if (end is None) != (not row.reason_ceased):
        lacks = "REC" if end else "DEC"
        yield _problem(row, lacks, "148", f"{lacks} is missing; give both DEC and REC, or neither while it runs")
    if start < _EARLIEST_START:
        yield _problem(row, "DECOM", "353", f"The start {_say(start)} is before 14/10/1991; check the year")
    if born_on and start < born_on:
        yield _problem(row, "DECOM", "302", f"The start {_say(start)} is before the child was born, {_say(born_on)}")
    if born_on and _is_too_old(born_on, start):
        message = f"The child would be over {_OLDEST} on {_say(start)}; check the date of birth, {_say(born_on)}"
        yield _warning(row, "DECOM", "age", message)
    if start > year_bounds(row.origin.year)[1]:
        yield _warning(row, "DECOM", "year", f"The start {_say(start)} is after the year of this return ends")
    yield from _wrong_end(row)


def _is_too_old(born_on: date, on: date) -> bool:
    # Who was born on 29 February has the birthday on 1 March in other years.
    moved = (born_on.month, born_on.day) == (2, 29) and not isleap(on.year)
    birthday = (3, 1) if moved else (born_on.month, born_on.day)
    return (on.year - _OLDEST, on.month, on.day) > (born_on.year, *birthday)


def _wrong_end(row: EpisodeRow) -> Iterator[Problem]:
    start, end = row.starts_on, row.ends_before
    if end and end == start:
        yield _problem(row, "DEC", "355", f"It ends on the day it starts, {_say(end)}; leave it out or mend the dates")
    if end and end < start:
        yield _problem(row, "DEC", "356", f"It ends on {_say(end)}, before it starts on {_say(start)}")


def _first(chain: Sequence[EpisodeRow]) -> Iterator[Problem]:
    # A child already in care when the year began comes with an episode that started earlier, for any reason.
    if chain and chain[0].reason_new != _STARTS_CARE and chain[0].starts_on >= year_bounds(chain[0].origin.year)[0]:
        yield _warning(chain[0], "RNE", "357", "The child's first episode should have RNE S; is one before it missing?")


def _last(chain: Sequence[EpisodeRow]) -> Iterator[Problem]:
    if chain and chain[-1].reason_ceased == _CONTINUES:
        yield _problem(chain[-1], "REC", "388", "REC X1 says that another episode starts the same day; it is missing")


def _overlaps(chain: Sequence[EpisodeRow]) -> Iterator[Problem]:
    """Each row against the last one that stands: what is left after refusing never overlaps."""
    standing: EpisodeRow | None = None
    for row in chain:
        end = standing.ends_before if standing else None
        if standing and end and row.starts_on < end:
            message = f"It starts on {_say(row.starts_on)}, before the episode in row {standing.origin.row} ends"
            yield _problem(row, "DECOM", "501", f"{message} on {_say(end)}")
            continue
        if standing and not end:
            message = f"It has no end, but another starts on {_say(row.starts_on)}; give DEC"
            yield _problem(standing, "DEC", "142", message)
        standing = row


def _continues(before: EpisodeRow, after: EpisodeRow, *, same_day: bool) -> Iterator[Problem]:
    starts_care, goes_on = after.reason_new == _STARTS_CARE, before.reason_ceased == _CONTINUES
    if goes_on and not same_day:
        yield _problem(before, "REC", "388", "REC X1 says that another episode starts the same day; none does")
    if starts_care and same_day:
        yield _problem(after, "RNE", "431", "RNE S cannot follow an episode that ended the same day; give what changed")
    elif not starts_care and before.reason_ceased and not goes_on:
        yield _problem(after, "RNE", "432", "The episode before it ended care; RNE must be S")
    elif not starts_care and not same_day:
        message = f"RNE {after.reason_new} goes on from the episode before, but that ended on another day"
        yield _problem(after, "DECOM", "433", f"{message}, {_say(before.ends_before)}")


def _differs(before: EpisodeRow, after: EpisodeRow) -> Iterator[Problem]:
    """What changed should be what RNE says changed (434 to 436), and the need stays within a period of care (504)."""
    if after.reason_new in (_STARTS_CARE, "") or before.ends_before != after.starts_on:
        return
    legal, place = before.legal_status != after.legal_status, _placed(before) != _placed(after)
    says = f"RNE is {after.reason_new}, "
    if after.reason_new == "L" and (not legal or place):
        yield _warning(after, "RNE", "434", says + "so the legal status alone should change")
    if after.reason_new in "PT" and (legal or not place):
        yield _warning(after, "RNE", "435", says + "so the placement, and not the legal status, should change")
    if after.reason_new in "BU" and not (legal and place):
        yield _warning(after, "RNE", "436", says + "so legal status and placement should both change")
    if before.need != after.need:
        yield _warning(after, "CIN", "504", f"The need was {before.need}; it stays the same during a period of care")


def _placed(row: EpisodeRow) -> tuple[str, ...]:
    return row.place_type, row.place_postcode, row.urn, row.place_provider


def _say(day: date | None) -> str:
    return written_date(day)


def _problem(row: HeaderRow | EpisodeRow | OtherRow, field: str, rule: str, message: str) -> Problem:
    return Problem(row.origin.file, row.origin.row, row.child, field, rule, message)


def _warning(row: EpisodeRow, field: str, rule: str, message: str) -> Problem:
    return Problem(row.origin.file, row.origin.row, row.child, field, rule, message, Severity.WARNING)

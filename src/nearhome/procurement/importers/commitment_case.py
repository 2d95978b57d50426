"""Reads a case of `nearhome commitment`: a block, its beds, fees and printed totals, from JSON."""

from datetime import date
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from nearhome.procurement.calculations.blocks.capacity import Step, months_after, payable_steps
from nearhome.procurement.calculations.blocks.case import Case
from nearhome.procurement.calculations.blocks.commitment import Nomination, Terms
from nearhome.procurement.calculations.blocks.fees import Fee
from nearhome.procurement.calculations.blocks.stated_total import read_total

EXAMPLE = "commitment-21-00094.json"
_MOST_BYTES = 1_000_000
Months = Annotated[int, Meta(ge=0, le=720)]
Beds = Annotated[int, Meta(ge=0, le=10_000)]
Pence = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Percent = Annotated[float, Meta(ge=0, le=100)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Few = Meta(max_length=500)


class CaseFileError(ValueError):
    """A file that cannot be used, with one sentence for each fault."""

    def __init__(self, name: str, sentences: tuple[str, ...]) -> None:
        super().__init__(f"{name}: {'; '.join(sentences)}")
        self.name = name
        self.sentences = sentences


class _Record(msgspec.Struct, forbid_unknown_fields=True):
    pass


class BedsFrom(_Record):
    """So many beds in all from a day, or from a month after the start."""

    beds: Beds
    month: Months | None = None
    from_on: date | None = None


class FeeFrom(_Record):
    """A fee from a day, or from the start."""

    fixed_pence: Pence = 0
    variable_pence: Pence = 0
    guaranteed_percent: Percent = 0
    from_on: date | None = None


class Called(_Record):
    """So many beds of one authority from a day, or from the start."""

    authority: Name
    places: Beds
    from_on: date | None = None


class Share(_Record):
    """The weight of one authority."""

    authority: Name
    weight: Annotated[int, Meta(ge=0, le=1_000_000)]


class CaseFile(_Record):
    """The file as it is written; `nearhome schema commitment-case` describes it."""

    name: Name
    starts_on: date
    capacity: Annotated[list[BedsFrom], Meta(min_length=1, max_length=500)]
    fees: Annotated[list[FeeFrom], Meta(min_length=1, max_length=500)]
    term_months: Annotated[int, Meta(ge=1, le=720)] | None = None
    ends_before: date | None = None
    ready: Annotated[list[BedsFrom], Few] | None = None
    occupancy_percent: Percent = 100
    indexation_percent: Annotated[float, Meta(ge=0, le=50)] = 0
    breaks: Annotated[list[date], Few] = []
    nominations: Annotated[list[Called], Few] = []
    shares: Annotated[list[Share], Few] = []
    spot_weekly_pence: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None
    stated: Annotated[list[Name], Few] = []
    note: str = ""


def example_text() -> str:
    """The shipped example, decision 21/00094, as it is written."""
    return files("nearhome.procurement").joinpath("reference", "examples", EXAMPLE).read_text(encoding="utf-8")


def read_case(path: Path) -> Case:
    """The case in a file. Raises CaseFileError with what is wrong, where, and how to mend it."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CaseFileError(path.name, ("the file is larger than 1 MB; a case is a few kilobytes",))
        content = path.read_bytes()
    except OSError as error:
        raise CaseFileError(str(path), (f"the file cannot be read: {error.strerror}; check its name",)) from None
    return case_of(content, path.name)


def case_of(content: bytes | str, name: str) -> Case:
    """The same from what the file holds."""
    try:
        file = msgspec.json.decode(content, type=CaseFile)
    except msgspec.ValidationError as wrong:
        raise CaseFileError(name, (_in_words(str(wrong)),)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise CaseFileError(name, (f"this is not JSON: {wrong}",)) from None
    faults = _faults(file)
    if faults:
        raise CaseFileError(name, tuple(faults))
    try:
        return _case(file)
    except (ValueError, OverflowError) as wrong:
        raise CaseFileError(name, (str(wrong),)) from None


def _in_words(complaint: str) -> str:
    """msgspec's complaint with its place in front: "fees[0].fixed_pence: Expected `int`, got `str`; mend it"."""
    what, _, where = complaint.partition(" - at `$")
    place = where.rstrip("`").lstrip(".")
    return f"{place}: {what}. `nearhome schema commitment-case` says what belongs there" if place else what


def _faults(file: CaseFile) -> list[str]:
    """What the shape alone cannot say."""
    said = []
    if (file.term_months is None) == (file.ends_before is None):
        said.append("give either “term_months” or “ends_before”, one of the two")
    for key, rows in (("capacity", file.capacity), ("ready", file.ready or [])):
        for at, row in enumerate(rows):
            if (row.month is None) == (row.from_on is None):
                said.append(f"{key}[{at}]: give either “month” or “from_on”, one of the two")
    for key, named in (("shares", [one.authority for one in file.shares]),):
        said += [f"{key}: “{name}” is there twice; keep one" for name in dict.fromkeys(named) if named.count(name) > 1]
    pairs = [(one.authority, one.from_on) for one in file.nominations]
    said += [
        f"nominations: “{name}” has two rows from one day; keep one"
        for name, day in dict.fromkeys(pairs)
        if pairs.count((name, day)) > 1
    ]
    said += _too_fine(file)
    for at, text in enumerate(file.stated):
        try:
            read_total(text)
        except ValueError as wrong:
            said.append(f"stated[{at}]: {wrong}")
    return said


def _too_fine(file: CaseFile) -> list[str]:
    percents = [("occupancy_percent", file.occupancy_percent), ("indexation_percent", file.indexation_percent)]
    percents += [(f"fees[{at}].guaranteed_percent", fee.guaranteed_percent) for at, fee in enumerate(file.fees)]
    return [
        f"{key}: {value:g} has more than 2 numbers after the point; give at most 2"
        for key, value in percents
        if round(value * 100) != round(value * 100, 6)
    ]


def _case(file: CaseFile) -> Case:
    starts_on = file.starts_on
    ends_before = file.ends_before or months_after(starts_on, file.term_months or 0)
    plan = _steps(starts_on, file.capacity)
    payable = plan if file.ready is None else payable_steps(plan, _steps(starts_on, file.ready))
    fees = tuple(
        Fee(one.from_on or starts_on, one.fixed_pence, one.variable_pence, _bp(one.guaranteed_percent))
        for one in file.fees
    )
    terms = Terms(
        starts_on, ends_before, payable, fees, _bp(file.indexation_percent), tuple(sorted(set(file.breaks))),
        tuple(Nomination(one.authority, one.from_on or starts_on, one.places) for one in file.nominations),
        tuple((one.authority, one.weight) for one in file.shares),
    )  # fmt: skip
    occupancy = Fraction(_bp(file.occupancy_percent), 10_000)
    return Case(file.name, terms, occupancy, file.spot_weekly_pence, tuple(read_total(text) for text in file.stated))


def _steps(starts_on: date, rows: list[BedsFrom]) -> tuple[Step, ...]:
    return tuple(
        Step(row.from_on or months_after(starts_on, row.month or 0), row.beds, at) for at, row in enumerate(rows)
    )


def _bp(percent: float) -> int:
    return round(percent * 100)

"""Is this cell what its column asks for, and what does it mean?"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date

from nearhome.geography.calculations.distance import is_postcode_shaped, is_sector_shaped, written_postcode
from nearhome.needs.calculations.standard import Field, Standard, year_label

_SLASHED = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?")
_PARTIAL = re.compile(r"(?:(?:ZZ|\d{2})/\d{2}/\d{4}|ZZ/ZZ/(?:\d{4}|ZZZZ))")
_URN = re.compile(r"\d{7}|SC\d{6}|XXXXXXX")
_UPN = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[\dA-Z]|UN[1-5]")
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


class CellError(ValueError):
    """The cell is not what its column asks for; the message says how to mend it, `rule` which check it was."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class OtherYearError(CellError):
    """The code is one of another collection year: what it means is plain, so that `value` may be read all the same."""

    def __init__(self, message: str, value: str) -> None:
        super().__init__("code", message)
        self.value = value


def parse_date(text: str, *, iso: bool = False) -> date:
    """The date in a cell: DD/MM/YYYY, or YYYY-MM-DD in a pooled file. Raises CellError if it is none."""
    found = (_ISO if iso else _SLASHED).fullmatch(text)
    if not found:
        raise CellError("date", f"“{text}” is not a date; write it as {'YYYY-MM-DD' if iso else 'DD/MM/YYYY'}")
    parts = [int(part) for part in found.groups()]
    year, month, day = parts if iso else reversed(parts)
    if not 1 <= month <= 12 or year < 1900:
        raise CellError("date", f"“{text}” is not a date; check the {'month' if year >= 1900 else 'year'}")
    if not 1 <= day <= monthrange(year, month)[1]:
        last = monthrange(year, month)[1]
        raise CellError("date", f"“{text}” is not a date; {_MONTHS[month - 1]} {year} has {last} days")
    return date(year, month, day)


def written_date(day: date | None) -> str:
    """The date as the return writes it: DD/MM/YYYY, empty for None."""
    return day.strftime("%d/%m/%Y") if day else ""


def latest_of_partial(text: str) -> date | None:
    """The latest date that agrees with a partly unknown one: ZZ/05/2020 is 31 May 2020; None if nothing is known.

    Raises CellError if it is neither a date nor a partly unknown one.
    """
    if not _PARTIAL.fullmatch(text):
        raise CellError("date", f"“{text}” is not a date; write DD/MM/YYYY, with ZZ for a day or month not known")
    day, month, year = text.split("/")
    if year == "ZZZZ":
        return None
    if month == "ZZ":
        return date(int(year), 12, 31)
    if day == "ZZ":
        first = parse_date(f"01/{month}/{year}")
        return first.replace(day=monthrange(first.year, first.month)[1])
    return parse_date(text)


def parse_code(text: str, codes: str, column: str, standard: Standard) -> str:
    """The code, if its set has it in this collection year. Raises CellError saying what to use instead.

    Raises OtherYearError if only another year has it.
    """
    known = standard.codes[codes].get(text)
    if known is None:
        allowed = ", ".join(standard.valid_codes(codes))
        raise CellError("code", f"“{text[:20]}” is not a code of {column}; use one of {allowed}")
    if not known.valid_in(standard.year):
        mend = f"; use {known.instead}" if known.instead else ""
        raise OtherYearError(f"{text} is not valid in the {year_label(standard.year)} return{mend}", text)
    return text


def parse_cell(text: str, field: Field, standard: Standard, *, is_pooled: bool = False) -> str:
    """The cell in its settled form: capitals, dates as YYYY-MM-DD, postcodes with one space; empty stays empty.

    Raises CellError if the cell is missing though required, too long, or not what the column holds.
    """
    value = text if field.kind == "text" else text.upper()
    if not value:
        if field.required:
            raise CellError("required", f"{field.column} is missing")
        return ""
    if field.kind == "number":
        return _number(value, field)
    # A pooled file marks each child with its authority, so that the length of the return does not hold there.
    if field.limit is not None and len(value) > field.limit and not is_pooled:
        raise CellError("length", f"{field.column} has {len(value)} characters; at most {field.limit} are allowed")
    # A pooled file mixes collection years, so that a code of any year may stand in it.
    if field.kind == "code" and is_pooled and value in standard.codes[field.codes]:
        return value
    if field.kind == "code":
        return parse_code(value, field.codes, field.column, standard)
    if field.kind == "date":
        return parse_date(value, iso=is_pooled).isoformat()
    return _CHECKS[field.kind](value, is_pooled)


def _number(value: str, field: Field) -> str:
    if not value.isdecimal() or int(value) > (field.limit or 0):
        raise CellError("number", f"“{value[:20]}” is not a whole number from 0 to {field.limit}")
    return str(int(value))


def _text(value: str, is_pooled: bool) -> str:
    return value


def _partial_date(value: str, is_pooled: bool) -> str:
    if is_pooled and _ISO.fullmatch(value):
        return written_date(parse_date(value, iso=True))
    latest_of_partial(value)
    return value


def _postcode(value: str, is_pooled: bool) -> str:
    if is_postcode_shaped(value):
        return written_postcode(value)
    if is_pooled and is_sector_shaped(value):
        return value
    raise CellError("postcode", f"“{value}” is not a postcode; write it like BN1 1EE")


def _urn(value: str, is_pooled: bool) -> str:
    if not _URN.fullmatch(value):
        raise CellError("urn", f"“{value}” is not a URN; it has seven digits, or SC and six digits")
    return value


def _upn(value: str, is_pooled: bool) -> str:
    if not _UPN.fullmatch(value):
        raise CellError("upn", f"“{value}” is not a UPN; it has a letter and 12 digits, or is UN1 to UN5 if not known")
    return value


_CHECKS: dict[str, Callable[[str, bool], str]] = {
    "text": _text,
    "partial_date": _partial_date,
    "postcode": _postcode,
    "urn": _urn,
    "upn": _upn,
}

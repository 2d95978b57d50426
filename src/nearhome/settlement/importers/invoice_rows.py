"""Rows of an invoice as somebody typed them or a spreadsheet holds them, made into lines, or into what is wrong with them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from nearhome.placements.calculations.pence import pounds
from nearhome.settlement.calculations.charges import GAIN_SHARE
from nearhome.settlement.calculations.invoices.lines import ALL, ALL_WORDS, DIFFERENCE, MOST_LETTERS, NIGHTS, Span

MOST_LINES, MOST_NIGHTS, MOST_PENCE = 2000, 400, 10**9
_MOST_DIGITS = 100  # beyond them no whole number is made, which would take half a minute
_EARLIEST, _LATEST = date(2015, 1, 1), date(2100, 1, 1)
_SHAPES = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y")
_KINDS = {
    "": "", "nights": NIGHTS, "difference": DIFFERENCE, "correction": DIFFERENCE, "credit": DIFFERENCE,
}  # fmt: skip
_WHOLE = ("", ALL, ALL_WORDS, ALL_WORDS.removeprefix("the "))
_EXCEL_FIRST = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class SentLine:
    """One line of an invoice. `element` ALL: the whole price. No child reference: a bed without a child. Pence may be below zero in a difference."""

    number: int
    child_ref: str
    home: str
    place: str
    element: str
    kind: str
    span: Span
    weekly_pence: int | None
    pence: int


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a cell, and the mend. `row` counts as the spreadsheet does; 0 is the whole file."""

    row: int
    field: str
    words: str

    def __str__(self) -> str:
        return f"Row {self.row}: {self.words}" if self.row else self.words


class _Wrong(ValueError):
    """What is wrong with one cell."""


def lines_from_rows(
    rows: Iterable[tuple[int, Mapping[str, str]]], payer: str = ""
) -> tuple[tuple[SentLine, ...], tuple[RowFault, ...]]:
    """(row number, cells by name) → lines numbered from 1, or every fault. Never both: nothing half read is used.

    `payer`: the name of the authority the invoice is to; a row that names another in "paid_by" is a fault.
    """
    lines: list[SentLine] = []
    faults: list[RowFault] = []
    differences: dict[tuple[object, ...], int] = {}
    for row, cells in rows:
        if _is_total(cells):
            continue
        line, wrong = _line(len(lines) + 1, row, cells, payer)
        faults += wrong
        if line:
            lines.append(line)
            faults += _told_before(differences, row, line)
    if not lines and not faults:
        faults.append(RowFault(0, "", "There is no line in it. An invoice has at least one."))
    if len(lines) > MOST_LINES:
        faults.append(
            RowFault(0, "", f"It has {len(lines):,} lines. At most {MOST_LINES:,} can be sent: make two of it.")
        )
    return ((), tuple(faults)) if faults else (_beds_added_up(lines), ())


def _told_before(differences: dict[tuple[object, ...], int], row: int, line: SentLine) -> list[RowFault]:
    """One difference for each child or bed, element and month: many small ones would each be set against the others."""
    if line.kind != DIFFERENCE:
        return []
    about = (
        line.child_ref.lower() or (line.home.lower(), line.place.lower()),
        line.element,
        line.span.starts_on.replace(day=1),
    )
    first = differences.setdefault(about, row)
    words = (
        f"Row {first} is a difference of the same child or bed, element and month. Send one line with the sum of them."
    )
    return [] if first == row else [RowFault(row, "amount", words)]


def _is_total(cells: Mapping[str, str]) -> bool:
    return cells.get("child_ref", "").lower().startswith(("total", "sum")) and not cells.get("first_night")


def _line(number: int, row: int, cells: Mapping[str, str], payer: str) -> tuple[SentLine | None, list[RowFault]]:
    faults: list[RowFault] = []

    def read(name: str, reader: object, *more: object) -> object:
        try:
            return reader(cells.get(name, "").strip(), *more)  # type: ignore[operator]
        except _Wrong as wrong:
            faults.append(RowFault(row, name, str(wrong)))
            return None

    first, last = read("first_night", date_of, "first night"), read("last_night", date_of, "last night")
    pence = read("amount", pence_of, "amount")
    weekly = read("weekly_price", optional_pence)
    kind = read("kind", _kind, pence, cells.get("nights"))
    child = read("child_ref", _child, cells)
    read("paid_by", _payer, payer)
    if faults or not isinstance(first, date) or not isinstance(last, date) or not isinstance(pence, int):
        return None, faults
    span = Span(first, last + timedelta(days=1))
    line = SentLine(
        number, str(child), cells.get("home", "").strip()[:200], cells.get("place", "").strip()[:100],
        _element(cells.get("element", "")), str(kind), span,
        weekly if isinstance(weekly, int) else None, pence,
    )  # fmt: skip
    words = _at_odds(line, cells.get("nights", "").strip())
    return (None, [RowFault(row, *words)]) if words else (line, [])


def _at_odds(line: SentLine, nights: str) -> tuple[str, str] | None:
    """What does not fit together in a line whose cells can each be read."""
    count = line.span.nights
    if not count:
        return "last_night", "The last night is before the first. Mend one of them."
    if count > MOST_NIGHTS:
        return "last_night", f"It runs over {count:,} nights. At most {MOST_NIGHTS} fit in a line: check the years."
    if line.kind == DIFFERENCE:
        # Over several months nobody could say how much of it each month still has left, and money might be paid twice.
        last = line.span.ends_before - timedelta(days=1)
        one_month = (line.span.starts_on.year, line.span.starts_on.month) == (last.year, last.month)
        may_span = one_month or line.element == GAIN_SHARE  # posted once for a whole contract year
        return None if may_span else ("last_night", "A difference is of one month. Send one line for each month.")
    if nights and nights.removesuffix(".0") != str(count):
        return (
            "nights",
            f"It says {nights} nights, but the dates hold {count}. Both the first and the last night count.",
        )
    if line.pence < 0:
        return "amount", "Nights cannot cost less than nothing. To give money back, write “difference” as the kind."
    due = None if line.weekly_pence is None or not line.child_ref else (2 * line.weekly_pence * count + 7) // 14
    if due is not None and abs(due - line.pence) > count:
        made = f"{count} nights at {pounds(line.weekly_pence or 0)} a week come to {pounds(due)}"
        return "amount", f"{made}, but the amount is {pounds(line.pence)}. Mend one, or leave the price out."
    return None


def date_of(typed: str, name: str) -> date:
    """2026-06-01, 01/06/2026, 1 June 2026, or the number a spreadsheet keeps for it."""
    if not typed:
        raise _Wrong(f"The {name} is missing. Write it like 01/06/2026.")
    if re.fullmatch(r"[345][0-9]{4}(\.0+)?", typed):
        return _EXCEL_FIRST + timedelta(days=int(float(typed)))
    text = typed.split("T")[0].removesuffix(" 00:00:00").removesuffix(" 00:00")
    for shape in _SHAPES:
        try:
            found = datetime.strptime(text, shape).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if _EARLIEST <= found < _LATEST:
            return found
        raise _Wrong(f"The {name} “{typed[:30]}” is not in our time. Check the year.")
    raise _Wrong(f"The {name} “{typed[:30]}” is not a date. Write it like 01/06/2026.")


def pence_of(typed: str, name: str) -> int:
    """£1,234.50, 1234.5, -12 or (12.00) → pence. Raises where it is missing, 0, absurd or finer than a penny."""
    found = optional_pence(typed)
    if found is None:
        raise _Wrong(f"The {name} is missing. Write it like 1,234.56.")
    if not found:
        raise _Wrong(f"The {name} is 0. Leave the line out, or write what it costs.")
    return found


def optional_pence(typed: str) -> int | None:
    """The same, but nothing is nothing."""
    if not typed:
        return None
    text = re.sub(r"[£,\s]", "", typed).replace("\N{MINUS SIGN}", "-")
    text = f"-{text[1:-1]}" if text.startswith("(") and text.endswith(")") else text
    try:
        amount = Decimal(text) * 100
    except ArithmeticError:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount.adjusted() > _MOST_DIGITS:
        raise _Wrong(f"“{typed[:30]}” is not an amount of money. Write it like 1,234.56.")
    pence = amount.to_integral_value()
    # A spreadsheet keeps 19530.1 as 19530.099999999998: what is far finer than a penny is its noise.
    if abs(amount - pence) > Decimal("0.0001"):
        raise _Wrong(f"“{typed[:30]}” is finer than a penny. Round it.")
    if abs(pence) > MOST_PENCE:
        raise _Wrong(f"“{typed[:30]}” is more than {pounds(MOST_PENCE)}. Check the amount.")
    return int(pence)


def _kind(typed: str, pence: object, nights: str | None) -> str:
    if typed.lower() not in _KINDS:
        raise _Wrong(f"The kind “{typed[:30]}” is not known. Leave it empty, or write “nights” or “difference”.")
    named = _KINDS[typed.lower()]
    if named:
        return named
    is_money_only = nights is not None and not nights.strip()
    return DIFFERENCE if is_money_only or (isinstance(pence, int) and pence < 0) else NIGHTS


def _element(typed: str) -> str:
    """The part of the price; a line that names none is for the whole price."""
    named = " ".join(typed.lower().split())[:MOST_LETTERS]
    return ALL if named in _WHOLE else named


def _child(typed: str, cells: Mapping[str, str]) -> str:
    ref = "" if typed.lower() in ("no child", "-", "none") else typed
    if len(ref) > 30:
        raise _Wrong("A child’s reference has at most 30 characters. Never write a name.")
    if not ref and not (cells.get("home", "").strip() and cells.get("place", "").strip()):
        raise _Wrong("Write the child’s reference, or the home and the place of a bed without a child.")
    return ref


def _payer(typed: str, payer: str) -> None:
    if typed and payer and typed.lower() != payer.lower():
        raise _Wrong(f"It is paid by {typed[:60]}, but the invoice is to {payer}. Send each authority its own invoice.")


def _beds_added_up(lines: list[SentLine]) -> tuple[SentLine, ...]:
    """Several authorities may bear the same empty bed: its lines are one, so that no night is billed twice."""
    same: dict[tuple[object, ...], list[SentLine]] = defaultdict(list)
    for line in lines:
        bed = (line.home.lower(), line.place.lower(), line.element, line.kind, line.span)
        same[(line.number,) if line.child_ref else bed].append(line)
    added = [replace(each[0], pence=sum(one.pence for one in each)) for each in same.values()]
    return tuple(replace(line, number=number) for number, line in enumerate(added, start=1))

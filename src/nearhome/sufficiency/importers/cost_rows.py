"""One row of a table of placement costs: a placement with its price, or what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from nearhome.needs.calculations.fields import CellError
from nearhome.needs.calculations.problems import Problem, Severity
from nearhome.sufficiency.importers import cost_cells
from nearhome.sufficiency.importers.cost_columns import PARTS, Layout, Shape
from nearhome.tables.csv_files import Row, formula_in

T = TypeVar("T")
_A_POUND = 100
_MONTHLY_PENCE: Final = {"residential": 2_500_000, "foster": 300_000, "supported": 900_000, "other": 2_500_000}


@dataclass(slots=True)
class RowReader:
    """Reads the rows of one file; `default_authority` is for rows that name none, `on` the day costs accrued to."""

    file: str
    layout: Layout
    default_authority: str
    on: date | None
    problems: list[Problem] = field(default_factory=list)
    _row: Row = field(default_factory=lambda: Row(0, ()))
    _child: str = ""
    _refused: bool = False

    def read(self, row: Row) -> dict[str, Any] | None:
        """The placement by the columns of COSTS and circumstances, or None if the row is refused."""
        self._row, self._child, self._refused = row, "", False
        self._child = self._cell("child")
        if self._is_formula():
            return None
        if not self._child:
            self._say("child", "child", "The row names no child; write the child’s reference")
        found = self._who_and_when() | self._what()
        found["weekly_pence"] = self._price(found["starts_on"], found["ends_before"])
        self._say_if_monthly(found)
        return None if self._refused else found

    def refuse(self, row: Row, child: str, name: str, rule: str, message: str) -> None:
        """Say why a row that could be read is left out all the same."""
        self._row, self._child = row, child
        self._say(name, rule, message)

    def _is_formula(self) -> bool:
        cells = tuple("" if cost_cells.is_money_shaped(cell) else cell for cell in self._row.cells)
        at = formula_in(tuple("" if cell == "-" else cell for cell in cells))
        if at is None:
            return False
        name = self.layout.headings[at] if at < len(self.layout.headings) else f"column {at + 1}"
        self._say(name, "formula", "The cell begins like a formula of a spreadsheet; write its value as plain text")
        return True

    def _cell(self, name: str) -> str:
        at = self.layout.at.get(name)
        text = self._row.cells[at] if at is not None and at < len(self._row.cells) else ""
        return "" if cost_cells.is_absent(text) else text

    def _say(self, name: str, rule: str, message: str, severity: Severity = Severity.ERROR) -> None:
        self._refused = self._refused or severity == Severity.ERROR
        self.problems.append(Problem(self.file, self._row.number, self._child, name, rule, message, severity))

    def _take(self, name: str, read: Callable[[str], T], severity: Severity = Severity.ERROR) -> T | None:
        text = self._cell(name)
        if not text:
            return None
        try:
            return read(text)
        except CellError as error:
            self._say(self._heading(name), error.rule, str(error), severity)
            return None

    def _heading(self, name: str) -> str:
        at = self.layout.at.get(name)
        return name if at is None else self.layout.headings[at]

    def _who_and_when(self) -> dict[str, Any]:
        authority = self._take("authority", cost_cells.authority) or (
            "" if self._cell("authority") else self.default_authority
        )
        if not authority and not self._cell("authority"):
            self._say("authority", "authority", "The row names no authority; add the column, or say --authority 886")
        starts, ends = self._take("starts_on", cost_cells.day), self._take("ends_before", cost_cells.day)
        if starts and ends and ends <= starts:
            words = f"The placement ends on {ends:%d/%m/%Y}, not after it starts ({starts:%d/%m/%Y}); check both dates"
            self._say(self._heading("ends_before"), "dates", words)
        return {
            "child": self._child,
            "authority": authority,
            "starts_on": starts,
            "ends_before": ends,
            "age": self._age(starts),
        }

    def _age(self, starts: date | None) -> int | None:
        years, born = self._take("age", cost_cells.age), self._take("born_on", cost_cells.day)
        day = starts or self.on
        if years is not None or born is None or day is None:
            return years
        try:
            return cost_cells.checked_age(cost_cells.age_on(born, day))
        except CellError as error:
            self._say(self._heading("born_on"), error.rule, str(error))
            return None

    def _what(self) -> dict[str, Any]:
        if not self._cell("place_type"):
            self._say(
                self._heading("place_type"),
                "placement-type",
                "The row has no placement type; write a code such as K2, or foster",
            )
        kind, code = self._take("place_type", cost_cells.place) or ("", "")
        found: dict[str, Any] = {"kind": kind, "place_type": code, "urn": self._cell("urn").upper()}
        found["provider_type"] = self._take("provider_type", cost_cells.provider_type, Severity.WARNING) or ""
        found["need"] = self._take("need", cost_cells.need, Severity.WARNING) or ""
        found["provider"] = " ".join(self._cell("provider").split())
        for name in self.layout.circumstances:
            found[name] = self._take(name, cost_cells.yes_or_no, Severity.WARNING)
        return found

    def _price(self, starts: date | None, ends: date | None) -> int | None:
        name = "accrued" if self.layout.shape == Shape.ACCRUED else "weekly"
        try:
            if name == "accrued":
                return cost_cells.weekly_amount(self._from_accrued(starts, ends))
            return cost_cells.weekly_amount(self._from_parts(self._total()))
        except CellError as error:
            self._say(self._heading(name), error.rule, str(error))
            return None

    def _total(self) -> int | None:
        text = self._cell("weekly")
        return cost_cells.amount(text, "the weekly price") if text else None

    def _from_parts(self, total: int | None) -> int:
        """The total, held against the sum of its parts; the sum where there is no total."""
        given = {part: self._cell(part) for part in PARTS if self._cell(part)}
        added = sum(cost_cells.amount(text, self._heading(part)) for part, text in given.items())
        if total is None and "core" not in given:
            raise CellError("cost-blank", "The row has no weekly price; write what is paid a week, in pounds")
        if total is None:
            self._say(
                self._heading("weekly"),
                "cost-total",
                f"No total; £{added / 100:,.2f}, the sum of the parts, is taken",
                Severity.WARNING,
            )
            return added
        if given and abs(added - total) > _A_POUND:
            self._say_parts_differ(total, added, is_whole=len(given) == len(PARTS) or added > total)
        return total

    def _say_parts_differ(self, total: int, added: int, *, is_whole: bool) -> None:
        words = (
            f"The parts come to £{added / 100:,.2f}, the total is £{total / 100:,.2f}; they must agree within a pound"
        )
        if is_whole:
            raise CellError("cost-parts", words)
        self._say(
            self._heading("weekly"),
            "cost-parts",
            f"{words}. Some parts are blank, so the total is taken",
            Severity.WARNING,
        )

    def _from_accrued(self, starts: date | None, ends: date | None) -> int:
        """A week's price from a cost accrued since 1 April, with the days in the period and never without them."""
        text = self._cell("accrued")
        if not text:
            raise CellError("cost-blank", "The row has no cost; write what accrued in the financial year to date")
        accrued, as_at = cost_cells.amount(text, "the accrued cost"), self._take("as_at", cost_cells.day) or self.on
        if as_at is None or starts is None:
            lacking = "the start date" if as_at else "the day up to which it accrued (--on DATE, or a column “as at”)"
            raise CellError(
                "period", f"A cost for part of a year is no weekly price without the days in it; give {lacking}"
            )
        first = date(as_at.year - (as_at < date(as_at.year, 4, 1)), 4, 1)
        days = (min(ends or date.max, as_at + timedelta(days=1)) - max(starts, first)).days
        if days <= 0:
            raise CellError(
                "period", f"The placement has no nights between {first:%d/%m/%Y} and {as_at:%d/%m/%Y}; check the dates"
            )
        return (accrued * 14 + days) // (2 * days)

    def _say_if_monthly(self, found: dict[str, Any]) -> None:
        pence, most = found["weekly_pence"], _MONTHLY_PENCE.get(found["kind"])
        if pence and most and pence > most:
            words = f"£{pence / 100:,.2f} a week is very high for {found['kind']}; check that it is not for a month. Taken as it is"
            self._say(self._heading("weekly"), "cost-monthly", words, Severity.WARNING)

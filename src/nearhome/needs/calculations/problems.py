"""What can be wrong with a row of a return, said so that somebody can mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error refuses the row; a warning lets it in and asks somebody to look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: `file` and `row` say where (row 0: the whole file), `rule` is the return's rule number or a word."""

    file: str
    row: int
    child: str
    field: str
    rule: str
    message: str
    severity: Severity = Severity.ERROR

    @property
    def refuses_row(self) -> bool:
        """Was the row left out because of it?"""
        return self.severity == Severity.ERROR

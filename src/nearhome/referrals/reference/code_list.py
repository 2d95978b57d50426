"""A list of codes with the words people see."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One code as it is exchanged, its label on a page, and a hint in plain words."""

    code: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class CodeList:
    """Every code that may answer one question, in the order a page offers them."""

    name: str
    codes: tuple[Code, ...]

    def __iter__(self) -> Iterator[Code]:
        return iter(self.codes)

    def __contains__(self, code: object) -> bool:
        return any(entry.code == code for entry in self.codes)

    def label_for(self, code: str) -> str:
        """The words for a code; the code itself when the list does not hold it."""
        return next((entry.label for entry in self.codes if entry.code == code), code)

    def matching(self, text: str) -> str | None:
        """The code a person or a file meant, whatever its capitals and spaces, or None."""
        wanted = _folded(text)
        return next((entry.code for entry in self.codes if _folded(entry.code) == wanted), None)


def code_list(name: str, *rows: tuple[str, str, str]) -> CodeList:
    """A code list from (code, label, hint) rows."""
    return CodeList(name, tuple(Code(*row) for row in rows))


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()

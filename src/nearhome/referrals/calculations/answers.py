"""Reading one saved answer: codes whatever their capitals, yes and no, whole numbers, and rows."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from nearhome.referrals.calculations.plain import from_plain
from nearhome.referrals.reference.code_list import CodeList
from nearhome.referrals.reference.questions import Question

T = TypeVar("T")
_YES_AND_NO = {"yes": True, "true": True, "no": False, "false": False}


class AnswerError(ValueError):
    """An answer that is none of those the question allows; says which field, what it said and what it may say."""

    def __init__(self, field: str, answer: Any, allowed: str) -> None:
        self.field, self.answer, self.allowed = field, answer, allowed
        super().__init__(f"“{answer}” is not an answer to “{field}”. Use {allowed}.")


def read_answer(question: Question, answer: Any) -> Any:
    """The answer in its proper type, None if it is empty. Raises AnswerError."""
    if answer is None or answer in ("", [], ()):
        return None
    if question.kind == "yes_no":
        return _yes_or_no(question.field, answer)
    if question.kind == "count":
        return _count(question.field, answer)
    if question.kind == "many":
        chosen = [answer] if isinstance(answer, str) else list(answer)
        return tuple(dict.fromkeys(_code(question.field, one, question.codes) for one in chosen))
    return _code(question.field, answer, question.codes)


def read_mapping(field: str, answer: Any, keys: CodeList, values: CodeList) -> dict[str, str]:
    """Pairs of codes from {key: value}; an empty value is a key not chosen. Raises AnswerError."""
    if not isinstance(answer, Mapping):
        raise AnswerError(field, answer, "pairs such as self_harm: essential")
    return {_code(field, key, keys): _code(field, value, values) for key, value in answer.items() if value}


def read_rows(kind: type[T], field: str, answer: Any, codes: Mapping[str, CodeList]) -> tuple[T, ...]:
    """Rows of a small dataclass from a list of dicts; codes are checked, unknown keys of a row are left out.

    An empty text is no answer where one may be left out. Raises AnswerError naming the row when it is no row, misses a
    field, or holds an unknown code or a number that is none.
    """
    return tuple(_row(kind, f"{field} {number}", row, codes) for number, row in enumerate(answer or (), start=1))


def _row(kind: type[T], name: str, row: Any, codes: Mapping[str, CodeList]) -> T:
    if not isinstance(row, Mapping):
        raise AnswerError(name, row, "one answer for each of its questions")
    checked = {key: _code(f"{name}, {key}", row[key], allowed) for key, allowed in codes.items() if row.get(key)}
    blank = {one.name: one.default is None for one in fields(kind)}  # type: ignore[arg-type]
    given = {key: None if value == "" and blank[key] else value for key, value in row.items() if key in blank}
    try:
        return from_plain(kind, given | checked)
    except (TypeError, ValueError) as wrong:
        raise AnswerError(name, row, f"proper answers for {', '.join(blank)}") from wrong


def _code(field: str, answer: Any, allowed: CodeList) -> str:
    found = allowed.matching(answer) if isinstance(answer, str) else None
    if found is None:
        raise AnswerError(field, answer, "one of: " + "; ".join(entry.code for entry in allowed))
    return found


def _yes_or_no(field: str, answer: Any) -> bool:
    meant = answer if isinstance(answer, bool) else _YES_AND_NO.get(str(answer).strip().lower())
    if meant is None:
        raise AnswerError(field, answer, "yes or no")
    return bool(meant)


def _count(field: str, answer: Any) -> int:
    text = str(answer).strip()
    if isinstance(answer, bool) or not (text.isascii() and text.isdigit()):
        raise AnswerError(field, answer, "a whole number, 0 or more")
    return int(text)

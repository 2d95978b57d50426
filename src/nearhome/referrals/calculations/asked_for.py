"""Reading what a child asks for of who they are, and the conditions that bail or a court has set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nearhome.referrals.calculations.answers import AnswerError, read_rows
from nearhome.referrals.reference.asked_for import ASKED_FOR, CONDITION_KINDS


@dataclass(frozen=True, slots=True)
class ConditionSaid:
    """A condition in words; one about an area is a place to stay away from instead."""

    kind: str
    words: str


def conditions_from(answer: Any) -> tuple[ConditionSaid, ...]:
    """The conditions in rows of kind and words. Raises AnswerError (a ValueError) naming the row."""
    return read_rows(ConditionSaid, "conditions", answer, {"kind": CONDITION_KINDS})


def require_known_parts(answer: Any) -> None:
    """Raise AnswerError unless what is asked for is {'language', 'faith', 'culture': code}; nothing is fine."""
    if not answer:
        return
    if not isinstance(answer, Mapping):
        raise AnswerError("asked_for", answer, "pairs such as language: polish")
    for part, code in answer.items():
        known = ASKED_FOR.get(part)
        if known is None:
            raise AnswerError("asked_for", part, ", ".join(ASKED_FOR))
        if code not in known:
            raise AnswerError(part, code, "one of: " + "; ".join(entry.code for entry in known))

"""What every form field of ours shares: how it looks, which template draws it, and what it says when left empty."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar


@dataclass(frozen=True)
class Look:
    """How a field is drawn. Given to a field as plain arguments: CharField(label="Town", width=20)."""

    width: int | None = None  # characters: 2, 3, 4, 5, 10, 20 or 30; None is the full width
    prefix: str = ""
    suffix: str = ""
    inputmode: str = ""
    autocomplete: str = ""
    rows: int = 5
    as_heading: bool = False  # the label is the page's heading: one question per page
    inline: bool = False  # radios side by side: only for two short choices
    small: bool = False  # smaller radios and checkboxes, for filters
    choice_hints: Mapping[str, str] = field(default_factory=dict)


QUESTION_WORDS = frozenset({"who", "what", "when", "where", "which", "why", "how", "is", "does", "can", "should"})
SAYS_WHOSE = frozenset({"a", "an", "the", "any", "your", "their", "this", "each", "one"})
LOOKS = frozenset(each.name for each in fields(Look))


class GovukField:
    """Draw this field with one of our templates, and ask for it in plain words when it is left empty."""

    field_template: ClassVar[str] = "design/input.html"
    field_look: ClassVar[Mapping[str, Any]] = {}
    asks: ClassVar[str] = "Enter"
    label: Any
    error_messages: dict[str, Any]

    def __init__(self, **kwargs: Any) -> None:
        given = {name: kwargs.pop(name) for name in LOOKS & kwargs.keys()}
        self.look = Look(**{**self.field_look, **given})
        kwargs.setdefault("template_name", self.field_template)  # a class attribute would be overwritten
        own_messages = {**self.plain_messages(kwargs.get("label")), **(kwargs.pop("error_messages", None) or {})}
        super().__init__(**kwargs, error_messages=own_messages)  # type: ignore[call-arg]

    def plain_messages(self, label: Any) -> dict[str, str]:
        name = str(label or "an answer")
        start = name.removesuffix(" (optional)")
        return {
            "required": f"{self.asks} {asked_for(start)}",
            "max_length": f"{subject(start)} must be %(limit_value)d characters or fewer",
            "min_length": f"{subject(start)} must be %(limit_value)d characters or more",
            "min_value": f"{subject(start)} must be %(limit_value)s or more",
            "max_value": f"{subject(start)} must be %(limit_value)s or fewer",
        }


def asked_for(label: str) -> str:
    """ "Weekly fee" is asked for as "the weekly fee"; a question is repeated: several may be open on one page."""
    first = label.split(" ", 1)[0].lower()
    if label.endswith("?") or first in QUESTION_WORDS:
        return f"an answer to “{label}”"
    return mid_sentence(label) if first in SAYS_WHOSE else f"the {mid_sentence(label)}"


def mid_sentence(label: str) -> str:
    """ "Weekly fee" inside a sentence is "weekly fee"; an abbreviation such as "IPA number" stays as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def subject(label: str) -> str:
    """What an error is about; a question cannot start a statement, so it becomes "Your answer"."""
    return "Your answer" if label.endswith("?") else label

"""Form fields made from the questions and code lists of the placements standard."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from nearhome.design.fields import BooleanField, ChoiceField, GovukForm, IntegerField, MultiChoiceField
from nearhome.referrals.reference.code_list import CodeList
from nearhome.referrals.reference.questions import QUESTION_FOR

NOT_WITH_OTHERS = ("None", "NA")


class QuestionForm(GovukForm):
    """A page of questions. `today` is there for pages that need it."""

    def __init__(self, *args: Any, today: dt.date | None = None, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    @classmethod
    def initial_from(cls, saved: Mapping[str, Any]) -> dict[str, Any]:
        """The first values of the page from what is saved."""
        return {name: saved[name] for name in cls.base_fields if name in saved}

    def answers(self) -> dict[str, Any]:
        """What can be saved of the page, under the names of the profile's fields."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}

    def clean(self) -> dict[str, Any]:
        """“None of these” stands alone."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in list(given.items()):
            if isinstance(value, list) and len(value) > 1 and set(value) & set(NOT_WITH_OTHERS):
                self.add_error(name, "Select “none” only if you select nothing else")
        return given


def choices(codes: CodeList) -> list[tuple[str, str]]:
    """(code, label) pairs as a form field wants them."""
    return [(entry.code, entry.label) for entry in codes]


def hints(codes: CodeList) -> dict[str, str]:
    """The hints of a code list by code."""
    return {entry.code: entry.hint for entry in codes if entry.hint}


def field_for(name: str, *, is_alone: bool) -> Any:
    """The form field of one question of the standard; alone on its page its label is the heading."""
    question = QUESTION_FOR[name]
    look: dict[str, Any] = {
        "label": question.question,
        "as_heading": is_alone,
        "help_text": question.why if is_alone else "",
    }
    if question.kind == "yes_no":
        return BooleanField(**look)
    if question.kind == "count" or question.codes is None:
        return IntegerField(min_value=0, max_value=12, width=2, **look)
    shown: dict[str, Any] = {
        "choices": choices(question.codes),
        "choice_hints": hints(question.codes) if is_alone else {},
    }
    return (MultiChoiceField if question.kind == "many" else ChoiceField)(**look, **shown)


def form_of(*names: str) -> type[QuestionForm]:
    """A page of these questions of the standard."""
    return type(
        "StandardQuestions", (QuestionForm,), {name: field_for(name, is_alone=len(names) == 1) for name in names}
    )

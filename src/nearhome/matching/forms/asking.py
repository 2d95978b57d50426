"""What somebody asks the plan."""

from collections.abc import Sequence
from typing import Any

from nearhome.design.fields import ChoiceField, GovukForm, IntegerField
from nearhome.matching.queries.what_if import CLOSES, COMES, GOES, KINDS, NOT_THERE, OPENS, Question

NEEDS_CHILD = (GOES, NOT_THERE, COMES)
NEEDS_HOME = (GOES, NOT_THERE, CLOSES, OPENS)


class WhatIfForm(GovukForm):
    """One change: what happens, to which child, at which home."""

    def __init__(
        self, *args: Any, children: Sequence[tuple[str, str]], homes: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = ChoiceField(label="What if", choices=KINDS)
        self.fields["child"] = ChoiceField(
            label="Child (optional when you ask about a home only)",
            choices=[("", "Choose one of yours"), *children],
            select=True,
            required=False,
        )
        self.fields["home"] = ChoiceField(
            label="Home (optional when you ask about another child)",
            choices=[("", "Choose a home"), *homes],
            select=True,
            required=False,
        )
        self.fields["places"] = IntegerField(
            label="Places in the new home (optional)", min_value=1, max_value=20, required=False, initial=1, width=3
        )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        kind = found.get("kind")
        if kind in NEEDS_CHILD and not found.get("child"):
            self.add_error("child", "Choose the child")
        if kind in NEEDS_HOME and not found.get("home"):
            self.add_error("home", "Choose the home")
        return found

    def questions(self) -> list[Question]:
        """The change as it is asked."""
        said = self.cleaned_data
        return [Question(said["kind"], said.get("child") or "", said.get("home") or "", said.get("places") or 1)]

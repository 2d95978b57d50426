"""What is typed about a published notice, and about what notices count from."""

from datetime import date
from typing import Any

from nearhome.design.fields import CharField, ChoiceField, ConfirmField, DateField, GovukForm
from nearhome.tendering.actions.recording_notices import FIRST_DAY, FURTHEST, OF_AUTHORITY
from nearhome.tendering.queries.notices import KINDS_OF_FACT


class PublishedForm(GovukForm):
    """The day, the reference, and the process number if there is one; why, where it replaces a record."""

    published_on = DateField(label="Published on")
    reference = CharField(
        label="Reference",
        help_text="As the place of publication numbers the notice, like 012345-2027",
        max_length=60,
        width=20,
    )
    ocid = CharField(
        label="Process number (optional)",
        help_text="The OCID that Find a Tender gave the process, like ocds-h6vhtk-04fe75. Needed once.",
        required=False,
        max_length=90,
        width=20,
    )
    words_read = ConfirmField(
        label="I have read the words that leave as data, titles of lots among them: nothing in them points to a child"
    )
    why = CharField(label="Why does this replace what is on record?", max_length=300)

    def __init__(
        self, *args: Any, today: date, replaces: bool, is_process: bool, has_data: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["published_on"].earliest, fields["published_on"].latest = FIRST_DAY, today
        if not replaces:
            del self.fields["why"]
        if not is_process:
            del self.fields["ocid"]
        if not has_data:
            del self.fields["words_read"]

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"]).strip()

    def published(self) -> tuple[date, str, str]:
        """What was typed, as the action takes it."""
        typed = self.cleaned_data
        return typed["published_on"], typed["reference"], str(typed.get("ocid") or "").strip()


class HappenedForm(GovukForm):
    """One thing that notices count from, and its day."""

    kind = ChoiceField(label="What happened, or will happen?")
    on = DateField(
        label="On which day?", help_text="For a question about the coming year, the day on which it was answered"
    )

    def __init__(self, *args: Any, today: date, of_authority: bool, is_market: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [
            (kind, words)
            for kind, words in KINDS_OF_FACT
            if (kind in OF_AUTHORITY) is of_authority and (is_market or not kind.startswith("market_"))
        ]
        if not of_authority:
            fields["on"].help_text = ""
        fields["on"].earliest, fields["on"].latest = FIRST_DAY, today + FURTHEST

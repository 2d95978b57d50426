"""Sending a return."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nearhome.design.fields import ChoiceField, FileField, GovukForm
from nearhome.needs.queries import collection_years

MOST_MEGABYTES = 60


class ManyFilesInput(forms.FileInput):
    """A file control that takes several files at once."""

    allow_multiple_selected = True


class ManyFilesField(FileField):
    """Several files → a list, all of them together within the limit."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"accept": kwargs.get("accept", ""), "multiple": "multiple"}
        super().__init__(widget=ManyFilesInput(attrs=attributes), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        sent = data if isinstance(data, list | tuple) else [data]
        files = [super(ManyFilesField, self).clean(one, initial) for one in sent or [None]]
        if sum(one.size for one in files) > MOST_MEGABYTES * 1024 * 1024:
            raise ValidationError(f"The files together must be smaller than {MOST_MEGABYTES} MB", code="too_big")
        names = [one.name for one in files]
        if len(set(names)) < len(names):
            raise ValidationError("Two of the files have the same name. Send each table once", code="twice")
        return files


class ReturnUploadForm(GovukForm):
    """The year and the files."""

    year = ChoiceField(label="Year of the return", choices=collection_years, coerce=int, select=True)
    tables = ManyFilesField(
        label="The files of the return",
        help_text="Choose all the CSV files at once. Header and Episodes must be among them. At most 20 MB each.",
        accept=".csv",
        max_megabytes=20,
    )

    def contents(self) -> dict[str, bytes]:
        """Each file's bytes by its name."""
        return {one.name: one.read() for one in self.cleaned_data["tables"]}

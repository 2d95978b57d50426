"""Form fields in the GOV.UK style. Each says in plain words what is wrong, and keeps what was typed."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nearhome.design.date_fields import DateField, MomentField
from nearhome.design.look import GovukField, mid_sentence, subject

__all__ = [
    "BooleanField", "CharField", "ChoiceField", "ConfirmField", "DateField", "DecimalField", "EmailField", "FileField",
    "GovukForm", "IntegerField", "LongTextField", "MomentField", "MoneyField", "MultiChoiceField", "PostcodeField",
]  # fmt: skip

POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_MOST_DIGITS = 100
MOST_PENCE = 10**13  # keeps a slip of the finger inside a database integer


class GovukForm(forms.Form):
    """A form of these fields: no browser messages, errors one per field."""

    use_required_attribute = False


class CharField(GovukField, forms.CharField):
    """One line of text → str."""


class EmailField(GovukField, forms.EmailField):
    """An email address → str."""

    field_look = {"autocomplete": "email"}

    def plain_messages(self, label: Any) -> dict[str, str]:
        return super().plain_messages(label) | {
            "invalid": "Enter an email address in the right form, like name@example.org"
        }


class LongTextField(GovukField, forms.CharField):
    """Several lines → str; with `max_length` the characters left are shown."""

    widget = forms.Textarea
    field_template = "design/textarea.html"

    def __init__(self, **kwargs: Any) -> None:
        if kwargs.get("max_length"):
            kwargs.setdefault("template_name", "design/character_count.html")
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text  # a line break counts once


class IntegerField(GovukField, forms.IntegerField):
    """A whole number → int; commas are allowed."""

    widget = forms.TextInput
    field_look = {"inputmode": "numeric", "width": 5}

    def plain_messages(self, label: Any) -> dict[str, str]:
        name = subject(str(label or "The number"))
        return super().plain_messages(label) | {"invalid": f"{name} must be a whole number, like 12"}

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", "") if isinstance(value, str) else value)


class DecimalField(GovukField, forms.DecimalField):
    """A number with decimals → Decimal."""

    widget = forms.TextInput
    field_look = {"inputmode": "decimal", "width": 5}

    def plain_messages(self, label: Any) -> dict[str, str]:
        name = subject(str(label or "The number"))
        return super().plain_messages(label) | {"invalid": f"{name} must be a number, like 12.5"}


class MoneyField(GovukField, forms.Field):
    """Pounds and pence → int pence. `min_pence` and `max_pence` are allowed themselves."""

    widget = forms.TextInput
    field_look = {"prefix": "£", "inputmode": "decimal", "width": 10}

    def __init__(self, *, min_pence: int = 0, max_pence: int = MOST_PENCE, **kwargs: Any) -> None:
        self.min_pence, self.max_pence = min_pence, max_pence
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        pence = value if isinstance(value, int) else self.pence(str(value))
        if not self.min_pence <= pence <= self.max_pence:
            raise ValidationError(f"{self.name} must be {self.allowed()}", code="out_of_range")
        return pence

    def pence(self, typed: str) -> int:
        try:
            amount = Decimal(re.sub(r"[£,\s]", "", typed).replace("\N{MINUS SIGN}", "-")) * 100
        except ArithmeticError:
            amount = Decimal("NaN")
        # An exponent of six digits is not money, and making a whole number of it would take half a minute.
        if not amount.is_finite() or amount.adjusted() > _MOST_DIGITS:
            raise ValidationError(f"{self.name} must be an amount of money, like 1,234.56", code="invalid")
        if amount != amount.to_integral_value():
            raise ValidationError(f"{self.name} must have no more than 2 numbers after the point", code="too_fine")
        return int(amount)

    def allowed(self) -> str:
        low, high = (f"£{pence / 100:,.2f}" for pence in (self.min_pence, self.max_pence))
        return f"{low} or more" if self.max_pence == MOST_PENCE else f"between {low} and {high}"

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / 100:.2f}" if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True

    @property
    def name(self) -> str:
        return subject(str(self.label or "The amount"))


class ChoiceField(GovukField, forms.TypedChoiceField):
    """One of several: radios, or a list to choose from with `select=True`. `coerce` makes the value of the string."""

    widget = forms.RadioSelect
    asks = "Select"

    def __init__(self, *, select: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Select if select else forms.RadioSelect)
        kwargs.setdefault("template_name", "design/select.html" if select else "design/radios.html")
        super().__init__(**kwargs)

    def plain_messages(self, label: Any) -> dict[str, str]:
        return super().plain_messages(label) | {"invalid_choice": "Select one of the choices shown"}


class MultiChoiceField(GovukField, forms.TypedMultipleChoiceField):
    """Any number of several: checkboxes → a list."""

    widget = forms.CheckboxSelectMultiple
    field_template = "design/checkboxes.html"
    asks = "Select"

    def plain_messages(self, label: Any) -> dict[str, str]:
        return super().plain_messages(label) | {"invalid_choice": "Select only from the choices shown"}


class BooleanField(GovukField, forms.TypedChoiceField):
    """Yes or no → True or False; None when not required and left empty."""

    widget = forms.RadioSelect
    field_template = "design/radios.html"
    field_look = {"inline": True}

    def __init__(self, *, yes: str = "Yes", no: str = "No", **kwargs: Any) -> None:
        choices = (("yes", yes), ("no", no))
        super().__init__(**kwargs, choices=choices, coerce=lambda value: value == "yes", empty_value=None)

    def plain_messages(self, label: Any) -> dict[str, str]:
        about = "" if not label or str(label).endswith("?") else f" for {mid_sentence(str(label))}"
        return {"required": f"Select yes or no{about}", "invalid_choice": "Select yes or no"}

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (data or "")


class ConfirmField(GovukField, forms.BooleanField):
    """One box to tick → bool; when required it must be ticked."""

    field_template = "design/checkboxes.html"

    def plain_messages(self, label: Any) -> dict[str, str]:
        return {"required": f"Tick the box to say: {label}" if label else "Tick the box to go on"}


class PostcodeField(GovukField, forms.CharField):
    """A full UK postcode → "AB1 2CD"."""

    field_look = {"width": 10, "autocomplete": "postal-code"}

    def to_python(self, value: Any) -> Any:
        text = re.sub(r"[^A-Za-z0-9]", "", super().to_python(value) or "").upper()
        if not text:
            return ""
        match = POSTCODE.fullmatch(text)
        if not match:
            raise ValidationError("Enter a full UK postcode, like AB1 2CD", code="invalid")
        return f"{match[1]} {match[2]}"


class FileField(GovukField, forms.FileField):
    """A file to upload. `accept` is the list of endings shown first, such as ".csv,.xlsx"; `max_megabytes` is kept."""

    field_template = "design/file_upload.html"
    asks = "Choose"

    def __init__(self, *, accept: str = "", max_megabytes: int = 20, **kwargs: Any) -> None:
        self.max_megabytes = max_megabytes
        self.endings = tuple(part.strip().lower() for part in accept.split(",") if part.strip())
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": accept} if accept else None))
        super().__init__(**kwargs)

    def plain_messages(self, label: Any) -> dict[str, str]:
        return super().plain_messages(label) | {"empty": "The file is empty. Choose a file with something in it"}

    def to_python(self, data: Any) -> Any:
        made = super().to_python(data)
        if made and self.endings and not (made.name or "").lower().endswith(self.endings):
            raise ValidationError(f"The file must end in {' or '.join(self.endings)}", code="ending")
        if made and made.size > self.max_megabytes * 1024 * 1024:
            raise ValidationError(f"The file must be smaller than {self.max_megabytes} MB", code="too_big")
        return made

"""Fields of block forms: rising numbers, several dates, and percentages kept as basis points."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nearhome.design.date_fields import month_number
from nearhome.design.fields import CharField, DecimalField

MOST_ROWS = 24


class NumbersField(CharField):
    """Whole numbers with commas between them → a tuple; () when left empty."""

    def to_python(self, value: Any) -> Any:
        parts = [part for part in re.split(r"[,;\s]+", super().to_python(value) or "") if part]
        if not all(part.isdecimal() and len(part) < 6 for part in parts):
            raise ValidationError(f"{self.label} must be whole numbers with commas between them, like 12, 18, 24")
        if len(parts) > MOST_ROWS:
            raise ValidationError(f"{self.label} must be at most {MOST_ROWS} numbers")
        return tuple(int(part) for part in parts)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(one) for one in value) if isinstance(value, tuple | list) else value


class DatesField(CharField):
    """Dates with commas between them → a tuple of dates; () when left empty."""

    def to_python(self, value: Any) -> Any:
        parts = [part.strip() for part in re.split(r"[,;\n]", super().to_python(value) or "") if part.strip()]
        if len(parts) > MOST_ROWS:
            raise ValidationError(f"{self.label} must be at most {MOST_ROWS} dates")
        return tuple(self._date(part) for part in parts)

    def _date(self, typed: str) -> date:
        found = re.split(r"[\s/.\-]+", typed)
        try:
            if len(found) != 3 or len(found[2]) != 4:
                raise ValueError
            return date(int(found[2]), month_number(found[1]), int(found[0]))
        except ValueError:
            raise ValidationError(f"“{typed[:30]}” must be a real date, like 1 4 2029") from None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, tuple | list):
            return ", ".join(f"{day.day} {day.month} {day.year}" for day in value)
        return value


class PercentField(DecimalField):
    """A percentage with at most two decimals → basis points as an int."""

    def __init__(self, *, most: int = 100, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=most, decimal_places=2, suffix="%", **kwargs)

    def plain_messages(self, label: Any) -> dict[str, str]:
        return super().plain_messages(label) | {
            "max_decimal_places": f"{label} must have no more than 2 numbers after the point"
        }

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return None if found is None else int(found * 100)

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / 100:g}" if isinstance(value, int) else value


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """Give a choice of the form its choices, known only now."""
    form.fields[name].choices = list(choices)  # type: ignore[attr-defined]

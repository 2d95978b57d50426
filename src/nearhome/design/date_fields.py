"""Dates and moments typed in separate boxes, kept as typed after an error."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nearhome.design.look import GovukField, subject
from nearhome.design.wording import LONDON, date, nice_list

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
Typed = tuple[str, ...]


class DateParts(forms.Widget):
    """Day, month and year. The first box has the field's own id, so that a link to the field can take focus."""

    parts: tuple[str, ...] = ("day", "month", "year")
    use_fieldset = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        return tuple(str(data.get(f"{name}-{part}") or "").strip() for part in self.parts)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return all(f"{name}-{part}" not in data for part in self.parts)

    def part_id(self, own_id: str, part: str) -> str:
        return own_id if part == self.parts[0] else f"{own_id}-{part}"

    def wrong_parts(self, typed: Typed) -> Typed:
        """The boxes to mark after an error: the empty ones if only some are filled, else all of them."""
        empty = tuple(part for part, text in zip(self.parts, typed, strict=False) if not text)
        return empty if empty and len(empty) < len(self.parts) else self.parts


class MomentParts(DateParts):
    parts = ("day", "month", "year", "time")


class DateField(GovukField, forms.Field):
    """A date in three boxes → datetime.date. `earliest` and `latest` are allowed themselves."""

    widget = DateParts
    field_template = "design/date_input.html"

    def __init__(self, *, earliest: dt.date | None = None, latest: dt.date | None = None, **kwargs: Any) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        if value is None or isinstance(value, dt.date):
            return value
        if not any(value):
            return None
        day = self.real_date(value)
        if self.earliest and day < self.earliest:
            raise ValidationError(f"{self.name} must be on or after {date(self.earliest)}", code="min_value")
        if self.latest and day > self.latest:
            raise ValidationError(f"{self.name} must be on or before {date(self.latest)}", code="max_value")
        return day

    def real_date(self, typed: Typed) -> dt.date:
        boxes = self.widget.parts
        missing = [part for part, text in zip(boxes, typed, strict=True) if not text]
        if missing:
            raise ValidationError(f"{self.name} must include a {nice_list(missing)}", code="incomplete")
        if not (typed[2].isdecimal() and len(typed[2]) == 4):
            raise ValidationError(f"{self.name} must have a year of 4 numbers, for example 2026", code="year")
        try:
            return dt.date(int(typed[2]), month_number(typed[1]), int(typed[0]))
        except ValueError:
            raise ValidationError(f"{self.name} must be a real date, for example 27 3 2026", code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        return (str(value.day), str(value.month), str(value.year)) if isinstance(value, dt.date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return tuple(self.prepare_value(initial) or ("",) * 3) != tuple(data or ("",) * 3)

    @property
    def name(self) -> str:
        return subject(str(self.label or "The date").removesuffix(" (optional)"))


class MomentField(DateField):
    """A date and a time on the London clock → an aware datetime."""

    widget = MomentParts

    def to_python(self, value: Any) -> dt.datetime | None:
        if value is None or isinstance(value, dt.datetime):
            return value
        day = super().to_python(value)
        if day is None:
            return None
        return self.real_moment(day, clock_time(value[3]))

    def real_moment(self, day: dt.date, clock: dt.time | None) -> dt.datetime:
        if clock is None:
            raise ValidationError(f"{self.name} must have a time such as 9:30am or 15:45", code="time")
        made = dt.datetime.combine(day, clock, LONDON)
        if made.astimezone(dt.UTC).astimezone(LONDON).time() != clock:
            raise ValidationError(f"{self.name} falls in the hour the clocks skip; choose another time", code="time")
        return made

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dt.datetime):
            return value
        local = value.astimezone(LONDON)
        return (str(local.day), str(local.month), str(local.year), f"{local:%H:%M}")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return tuple(self.prepare_value(initial) or ("",) * 4) != tuple(data or ("",) * 4)


def month_number(typed: str) -> int:
    """3, 03, Mar and March are all 3."""
    word = typed.lower()[:3]
    return MONTHS.index(word) + 1 if word in MONTHS else int(typed)


def clock_time(typed: str) -> dt.time | None:
    """9:30am, 9.30 am, 3pm, 15:45, midday and midnight; anything else is None."""
    text = typed.lower().replace(" ", "").replace(".", ":")
    named = {"midday": dt.time(12), "midnight": dt.time(0)}
    if text in named:
        return named[text]
    half = text[-2:] if text[-2:] in {"am", "pm"} else ""
    hour, _, minute = text.removesuffix(half).partition(":")
    if not (hour.isdecimal() and ((minute.isdecimal() and len(minute) == 2) or (half and not minute))):
        return None
    return _time(int(hour), int(minute or 0), half)


def _time(hour: int, minute: int, half: str) -> dt.time | None:
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None

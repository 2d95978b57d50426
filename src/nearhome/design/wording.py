"""How money, dates, distances and lists are written. Pure: values in, text out."""

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeGuard, TypeVar
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
T = TypeVar("T")
Day = TypeVar("Day", bound=dt.date)
MINUS = "\N{MINUS SIGN}"


def money(pence: int | None) -> str:
    """123456 → £1,234.56; nothing stays nothing; below zero is written −£12.00."""
    if not _has(pence):
        return ""
    sign = MINUS if pence < 0 else ""
    pounds, odd = divmod(abs(pence), 100)
    return f"{sign}£{pounds:,}.{odd:02d}"


def weekly(pence: int | None) -> str:
    """450000 → £4,500.00 a week."""
    return f"{money(pence)} a week" if _has(pence) else ""


def pounds(pence: int | None) -> str:
    """Whole pounds for headlines: 123456 → £1,235."""
    if not _has(pence):
        return ""
    whole = int((Decimal(abs(pence)) / 100).quantize(Decimal(1), ROUND_HALF_UP))
    return f"{MINUS if pence < 0 and whole else ''}£{whole:,}"


def date(day: dt.date | None) -> str:
    """22 November 2026. A moment is taken on its London date."""
    if not _has(day):
        return ""
    day = _local(day)
    return f"{day.day} {day:%B %Y}"


def short_date(day: dt.date | None) -> str:
    """22 Nov 2026, for tables."""
    if not _has(day):
        return ""
    day = _local(day)
    return f"{day.day} {day:%b %Y}"


def clock(moment_at: dt.datetime | None) -> str:
    """3:04pm, midnight or midday, on the London clock."""
    if not _has(moment_at):
        return ""
    local = _local(moment_at)
    if (local.hour, local.minute) in {(0, 0), (12, 0)}:
        return "midday" if local.hour else "midnight"
    return f"{local.hour % 12 or 12}:{local.minute:02d}{'am' if local.hour < 12 else 'pm'}"


def moment(moment_at: dt.datetime | None) -> str:
    """22 November 2026 at 3:04pm, on the London clock."""
    return f"{date(moment_at)} at {clock(moment_at)}" if _has(moment_at) else ""


def deadline(moment_at: dt.datetime | None) -> str:
    """A moment, or only its date when the deadline is the end of that day."""
    return date(moment_at) if _has(moment_at) and clock(moment_at) in ("11:59pm", "midnight") else moment(moment_at)


def miles(distance: float | None) -> str:
    """12.34 → 12.3 miles; exactly one is 1 mile; under a tenth is said so."""
    if not _has(distance):
        return ""
    if 0 < distance < 0.1:
        return "less than 0.1 miles"
    text = f"{distance:,.1f}".removesuffix(".0")
    return f"{text} {'mile' if text == '1' else 'miles'}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """(1, "child", "children") → 1 child; (1200, …) → 1,200 children."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def nice_list(parts: Iterable[object], joiner: str = "and") -> str:
    """["a", "b", "c"] → a, b and c."""
    words = [str(part) for part in parts]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joiner} {words[-1]}"


def percent(share: float | None, places: int = 0) -> str:
    """0.256 → 26%."""
    return f"{share * 100:.{places}f}%" if _has(share) else ""


def share(fraction: float | None) -> str:
    """0.125 → 12.5%: where a decimal matters."""
    return percent(fraction, 1)


def _has(value: T | None) -> TypeGuard[T]:
    """False for None, an empty string and a missing template value, so that templates need no guard."""
    return value is not None and value != "" and value.__class__.__name__ != "ChainableUndefined"


def _local(day: Day) -> Day:
    if isinstance(day, dt.datetime) and day.tzinfo is not None:
        return day.astimezone(LONDON)
    return day

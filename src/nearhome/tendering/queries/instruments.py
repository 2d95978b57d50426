"""The published rules about instruments, read once, and what they say of a case."""

import tomllib
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from nearhome.calendars.calculations.working_days import london_date
from nearhome.tendering.calculations.instruments.checking import (
    AgainstThreshold,
    Case,
    Finding,
    against_threshold,
    check,
)
from nearhome.tendering.calculations.instruments.rules import Rules, rules_from_mapping
from nearhome.tendering.models import Procurement


@cache
def instrument_rules() -> Rules:
    """The rules as they are shipped with this version."""
    text = (files("nearhome.tendering") / "reference" / "instruments.toml").read_text(encoding="utf-8")
    return rules_from_mapping(tomllib.loads(text))


def case_of(terms: Any, commences_on: date) -> Case:
    """A procurement, or terms that have its columns, as the rules take them."""
    return Case(
        instrument=terms.instrument, regime=terms.regime, light_touch=terms.light_touch, commences_on=commences_on,
        starts_on=terms.term_starts_on, months=terms.term_months, extension_months=terms.extension_months,
        value_pence=terms.estimated_value_pence,
    )  # fmt: skip


def commences_on(procurement: Procurement, *, now: datetime) -> date:
    """The day it commenced elsewhere or was published here; today if neither has happened."""
    return procurement.commenced_on or london_date(procurement.published_at or now)


def findings_for(procurement: Procurement, *, now: datetime) -> tuple[Finding, ...]:
    """What every published rule that applies says of it."""
    return check(case_of(procurement, commences_on(procurement, now=now)), instrument_rules())


def threshold_for(procurement: Procurement, *, now: datetime) -> AgainstThreshold | None:
    """Its value held against the threshold of the day it commences; None outside the Procurement Act 2023."""
    return against_threshold(case_of(procurement, commences_on(procurement, now=now)), instrument_rules())

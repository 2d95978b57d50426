"""Which column of somebody's table of placement costs is which? Names match without regard to case, space or sign."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from nearhome.sufficiency.calculations.prices.costs import CIRCUMSTANCE

_NAMES: Final[Mapping[str, str]] = {
    "child": "child, child id, child ref, child reference, child identifier",
    "authority": "authority, la, la code, local authority, placing authority, placing la, dfe code, authority code",
    "provider": "provider, provider name, organisation, name of provider",
    "urn": "urn, ofsted urn, provider urn, urn of home",
    "place_type": "placement type, place type, place, type of placement, placement code",
    "provider_type": "provider type, place provider, type of provider, pr code",
    "age": "age, age at placement, age in years, age at start",
    "born_on": "date of birth, dob, born on",
    "need": "need, cin, category of need, primary need, need code",
    "starts_on": "starts on, start date, placement start date, placement start, decom, start, started on",
    "ends_before": "ends before, end date, placement end date, placement end, dec, end, ended on",
    "weekly": "weekly cost, weekly price, weekly fee, weekly rate, cost total weekly, total weekly cost, cost per week, price per week, total cost per week, total weekly fee",
    "core": "core, core cost, cost core weekly, core weekly cost, core weekly, weekly core cost",
    "additional": "additional, additional cost, additional support, additional support cost, cost additional support weekly, additional support weekly cost",
    "education": "education, education cost, cost education weekly, education weekly cost",
    "other": "other, other cost, other costs, cost other weekly, other weekly cost",
    "accrued": "total committed cost accrued in fy to date, total committed cost, accrued cost, cost to date",
    "as_at": "as at, accrued to, cost as at, period end",
    "has_solo": "solo, solo placement, who can the child be cared for alongside, living companions",
    "has_dol": "dol, dols, deprivation of liberty, dol order",
    "has_ehcp": "ehcp, ehc plan, does the child have an ehcp",
    "has_uasc": "uasc, uasc status, is the child uasc",
    "has_disability": "disability, disabled",
    "has_autism": "autism, autistic spectrum condition",
    "has_learning_disability": "learning disability",
    "has_section_117": "section 117",
    "has_therapeutic_placement": "therapeutic placement",
}
PARTS: Final = ("core", "additional", "education", "other")
_NOT_A_WEEK = ("month", "annual", "annum", "year", "daily", "perday", "night", "hour", "fortnight")


class Shape(StrEnum):
    """The kind of table: weekly prices one row a placement, the national placements standard, or accrued costs."""

    PLAIN = "weekly prices"
    STANDARD = "national placements standard"
    ACCRUED = "costs accrued in the financial year"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each field is among the cells, and the headings that were not understood or stand twice."""

    headings: tuple[str, ...]
    at: Mapping[str, int]
    not_understood: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def shape(self) -> Shape:
        """Weekly prices win where a table has both."""
        if "weekly" not in self.at and "core" not in self.at:
            return Shape.ACCRUED
        is_standard = any(normalised(one) == "childid" for one in self.headings) and "provider_type" not in self.at
        return Shape.STANDARD if is_standard and any("suitability" in one for one in self.headings) else Shape.PLAIN

    @property
    def missing(self) -> tuple[str, ...]:
        """What a table of costs cannot do without and this one lacks."""
        price = any(one in self.at for one in ("weekly", "core", "accrued"))
        wanted = {"child": "child" in self.at, "placement_type": "place_type" in self.at, "weekly_cost": price}
        return tuple(name for name, there in wanted.items() if not there)

    @property
    def circumstances(self) -> tuple[str, ...]:
        """The circumstance fields there are."""
        return tuple(sorted(name for name in self.at if name.startswith(CIRCUMSTANCE)))

    @property
    def not_weekly(self) -> tuple[str, ...]:
        """Headings of money for another time than a week, which is never turned into a week's by guess."""
        return tuple(
            one for one in self.not_understood if any(word in normalised(one) for word in _NOT_A_WEEK)
            and any(word in normalised(one) for word in ("cost", "price", "fee", "rate"))
        )  # fmt: skip


def normalised(heading: str) -> str:
    """Letters and digits alone, in small letters: "Weekly cost (£)" is weeklycost."""
    return re.sub(r"[^a-z0-9]", "", heading.casefold())


_FIELD_OF: Final = {normalised(name): field for field, names in _NAMES.items() for name in names.split(",")}


def layout_of(headings: Iterable[str]) -> Layout:
    """Which column is which; the first of two of one meaning is taken."""
    known: dict[str, int] = {}
    strange, twice = [], []
    written = tuple(headings)
    for place, heading in enumerate(written):
        field = _field(normalised(heading))
        if not heading:
            continue
        if not field:
            strange.append(heading)
        elif field in known:
            twice.append(heading)
        else:
            known[field] = place
    return Layout(written, known, tuple(strange), tuple(twice))


def _field(name: str) -> str:
    if name in _FIELD_OF:
        return _FIELD_OF[name]
    if name.startswith("risk") and len(name) > len("risk"):
        return f"{CIRCUMSTANCE}risk_{name.removeprefix('risk').removeprefix('tochild')}"
    return ""

"""A cohort of an authority's children, chosen by filters and followed over time. Nothing is kept of it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError

from nearhome.design.wording import date as in_words
from nearhome.people.models import Person
from nearhome.sufficiency.calculations.children import cohort as cohorts
from nearhome.sufficiency.calculations.children import groups
from nearhome.sufficiency.calculations.children.cohort import TEN_TO_SIXTEEN_COMPLEX, Cohort
from nearhome.sufficiency.calculations.figures import Section
from nearhome.sufficiency.permissions import require_can_read_analyses
from nearhome.sufficiency.queries.records import care_records_of, last_day_on_record

YOUNGEST, OLDEST = 0, 17
SEXES: Final = list(groups.SEXES.items())
NEEDS: Final = list(groups.NEEDS.items())
SETTINGS: Final = list(groups.SETTING_TITLES.items())
LEGAL_GROUPS: Final = [(name, name) for name in dict.fromkeys(groups.LEGAL_GROUPS.values())]
EITHER: Final = [("", "Either"), ("yes", "Yes"), ("no", "No")]
_FLAGS: Final = {"yes": True, "no": False}
_BOYS_AND_GIRLS: Final = {"M": "boys", "F": "girls"}


def shipped_choice(person: Person) -> dict[str, Any]:
    """The filters of the cohort that comes with the software: 10 to 16, complex, on the last day on record."""
    require_can_read_analyses(person)
    shipped = TEN_TO_SIXTEEN_COMPLEX
    return {
        "youngest": shipped.youngest, "oldest": shipped.oldest, "complex": "yes",
        "on": last_day_on_record(person.organisation),
    }  # fmt: skip


def cohort_of(chosen: Mapping[str, Any]) -> Cohort:
    """The cohort of these filters; an empty one leaves everybody in."""
    youngest, oldest = chosen.get("youngest"), chosen.get("oldest")
    return Cohort(
        "chosen", _title(chosen),
        YOUNGEST if youngest is None else youngest, OLDEST if oldest is None else oldest,
        frozenset(chosen.get("sexes") or ()), frozenset(chosen.get("needs") or ()),
        frozenset(chosen.get("settings") or ()), frozenset(chosen.get("legal_groups") or ()),
        _FLAGS.get(chosen.get("uasc") or ""), _FLAGS.get(chosen.get("complex") or ""),
    )  # fmt: skip


def cohort_followed(person: Person, chosen: Mapping[str, Any]) -> Section | None:
    """The cohort of these filters among the authority's own children, month by month; None without a return.

    Raises PermissionDenied for another role, and ValidationError where the day is not on record.
    """
    require_can_read_analyses(person)
    last = last_day_on_record(person.organisation)
    if last is None:
        return None
    on = chosen.get("on") or last
    records, _ = care_records_of(person.organisation)
    first = date(min(records.years) - 1, 4, 1)
    if not first <= on <= last:
        words = f"The returns on record speak of {in_words(first)} to {in_words(last)}. Choose a day among these."
        raise ValidationError({"on": words})
    return cohorts.section(records, on, cohort=cohort_of(chosen))


def _title(chosen: Mapping[str, Any]) -> str:
    youngest, oldest = chosen.get("youngest"), chosen.get("oldest")
    youngest, oldest = YOUNGEST if youngest is None else youngest, OLDEST if oldest is None else oldest
    flags = {"uasc": ("unaccompanied", "not unaccompanied"), "complex": ("complex", "not complex")}
    told = [f"{youngest} to {oldest}" if youngest != oldest else f"aged {youngest}"]
    told += [_either(_named(chosen.get("sexes"), _BOYS_AND_GIRLS))]
    told += [
        _either(_named(chosen.get("needs"), groups.NEEDS)),
        _either(_named(chosen.get("settings"), groups.SETTING_TITLES)),
    ]
    told += [_either(_named(chosen.get("legal_groups"), dict(LEGAL_GROUPS)))]
    told += [words[0 if _FLAGS[chosen[name]] else 1] for name, words in flags.items() if chosen.get(name)]
    return ", ".join(part for part in told if part)


def _named(codes: Iterable[str] | None, titles: Mapping[str, str]) -> list[str]:
    return [title[:1].lower() + title[1:] for code, title in titles.items() if code in set(codes or ())]


def _either(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)

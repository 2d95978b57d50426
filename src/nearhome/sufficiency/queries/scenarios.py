"""Saved scenarios of an authority, and what each of their changes says in words."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from nearhome.people.models import Person
from nearhome.sufficiency.models import Scenario
from nearhome.sufficiency.permissions import require_can_read_analyses

PLACEMENTS = {
    "foster": "foster care",
    "residential": "children’s homes",
    "supported": "supported accommodation",
    "other": "other placements",
}
WHO = {"unaccompanied": "unaccompanied children", "not unaccompanied": "children who are not unaccompanied"}


def scenarios_of(person: Person) -> QuerySet[Scenario]:
    """The authority's scenarios by name. Raises PermissionDenied for another role."""
    require_can_read_analyses(person)
    return Scenario.objects.filter(authority_id=person.organisation_id).order_by("name")


def scenario_for(person: Person, key: UUID) -> Scenario:
    """One of them. Raises PermissionDenied for another role and Http404 for another authority's."""
    found = scenarios_of(person).filter(key=key).first()
    if found is None:
        raise Http404("No such scenario")
    return found


def changes_in_words(changes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each change as a sentence: "From month 4, 10 % fewer children start"."""
    return [f"From month {one.get('from_month', 1)}, {_SAID[one['kind']](one)}" for one in changes]


def _entries(one: Mapping[str, Any]) -> str:
    there = f" in {PLACEMENTS[one['category']]}" if one.get("category") else ""
    return f"{_factor(one)} {_who(one)} start being looked after{there}"


def _leaving(one: Mapping[str, Any]) -> str:
    there = f" from {PLACEMENTS[one['category']]}" if one.get("category") else ""
    return f"{_who(one)} leave care{there} {_rate(one)}"


def _moves(one: Mapping[str, Any]) -> str:
    there = f" from {PLACEMENTS[one['category']]}" if one.get("category") else ""
    to = f" to {PLACEMENTS[one['to']]}" if one.get("to") else ""
    return f"{_who(one)} move{there}{to} {_rate(one)}"


def _open(one: Mapping[str, Any]) -> str:
    instead = f"{one['places']:g} more places open in {PLACEMENTS[one['category']]}"
    return f"{instead}, for {_who(one)} who would go to {PLACEMENTS[one['to']]}"


def _cap(one: Mapping[str, Any]) -> str:
    most = f"at most {one['places']:g} {_who(one)} in {PLACEMENTS[one['category']]}"
    return f"{most}; the others go to {PLACEMENTS[one['to']]}"


_SAID = {"entries": _entries, "leaving": _leaving, "moves": _moves, "open": _open, "cap": _cap}


def _who(one: Mapping[str, Any]) -> str:
    if one.get("age_bin"):
        return f"children aged {one['age_bin']}"
    return WHO.get(one.get("who", ""), "children")


def _percent(one: Mapping[str, Any]) -> float:
    return round((float(one["times"]) - 1) * 100, 6)


def _factor(one: Mapping[str, Any]) -> str:
    percent = _percent(one)
    return f"{abs(percent):g} % {'fewer' if percent < 0 else 'more'}"


def _rate(one: Mapping[str, Any]) -> str:
    percent = _percent(one)
    return f"{abs(percent):g} % {'less' if percent < 0 else 'more'} often"

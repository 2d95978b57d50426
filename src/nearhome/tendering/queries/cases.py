"""Procurements an authority leads or buys with, and what one may begin from."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from nearhome.audit.queries import as_entries, history_of
from nearhome.calendars.calculations.working_days import london_date
from nearhome.market.models import KINDS
from nearhome.partnership.models import Membership
from nearhome.people.models import Organisation, Person
from nearhome.people.roles import Role
from nearhome.sufficiency.models import Requirement
from nearhome.tendering.models import Procurement, ProcurementParty
from nearhome.tendering.permissions.cases import require_can_begin, require_can_lead, require_can_read_procurements
from nearhome.tendering.states import WORDS, ProcurementState

# What may be chosen: (value, words).
KINDS_BOUGHT = tuple(KINDS)
BUYS, INSTRUMENTS, REGIMES = Procurement.Buys.choices, Procurement.Instrument.choices, Procurement.Regime.choices
# A requirement speaks of agencies, a procurement of the homes that children live in.
KIND_BOUGHT = {"fostering_agency": "foster"}
REQUIREMENT_READERS = (Role.ANALYST, Role.COMMISSIONER, Role.APPROVER)


def procurements_of(person: Person) -> QuerySet[Procurement]:
    """What the person's authority leads or buys with others, newest first. Raises PermissionDenied for another role."""
    require_can_read_procurements(person)
    with_others = ProcurementParty.objects.filter(organisation_id=person.organisation_id).values("procurement_id")
    rows = Procurement.objects.filter(Q(lead_id=person.organisation_id) | Q(pk__in=with_others))
    return rows.select_related("lead", "requirement").order_by("-made_at", "-pk")


def procurement_for(person: Person, key: UUID) -> Procurement:
    """One of them. Raises PermissionDenied for another role, Http404 for one that the authority does not buy with."""
    found = procurements_of(person).filter(key=key).first()
    if found is None:
        raise Http404("No such procurement")
    return found


def procurement_to_lead(person: Person, key: UUID) -> Procurement:
    """One that the person may change: a commissioner of its lead."""
    found = procurement_for(person, key)
    require_can_lead(person, found)
    return found


def parties_of(procurement: Procurement) -> list[tuple[Organisation, int]]:
    """The lead and who buys with it, each with its weight."""
    rows = procurement.parties.select_related("organisation").order_by("organisation__name")
    return [(procurement.lead, procurement.lead_weight), *((row.organisation, row.weight) for row in rows)]


def state_words(procurement: Procurement) -> str:
    """Its state in words."""
    return WORDS[ProcurementState(procurement.state)]


def requirements_to_begin_from(person: Person, *, also: int | None = None) -> list[Requirement]:
    """The newest requirements of a commissioner's authority, and `also` the one of that number."""
    require_can_begin(person)
    rows = Requirement.objects.filter(authority_id=person.organisation_id).order_by("-saved_at", "-pk")
    newest = list(rows[:20])
    return newest + [row for row in rows.filter(pk__in=[also or 0]) if row not in newest]


def requirement_to_begin_from(person: Person, key: UUID) -> Requirement:
    """One of them. Raises Http404 for another authority's."""
    require_can_begin(person)
    rows = Requirement.objects.filter(authority_id=person.organisation_id, key=key).select_related("forecast")
    found = rows.defer("forecast__inputs", "forecast__result").first()
    if found is None:
        raise Http404("No such requirement")
    return found


@dataclass(frozen=True, slots=True)
class PlacesBy:
    """Places wanted by a day: how many more, and how many in all."""

    by_on: date
    places: int
    in_all: int


def places_by_date(requirement: Requirement) -> tuple[PlacesBy, ...]:
    """A requirement's steps as places by dates, counted from the last day of its forecast's data."""
    end = date.fromisoformat(requirement.forecast.asked["to"])
    return tuple(
        PlacesBy(_months_after(end, step["by_month"]), step["places"], step["in_all"]) for step in requirement.steps
    )


def _months_after(end: date, months: int) -> date:
    """So many months later; the last day of a month leads to the last day of a month."""
    years, month = divmod(end.month - 1 + months, 12)
    year = end.year + years
    longest = monthrange(year, month + 1)[1]
    was_last = end.day == monthrange(end.year, end.month)[1]
    return date(year, month + 1, longest if was_last else min(end.day, longest))


def own_requirement(person: Person, procurement: Procurement) -> Requirement | None:
    """The requirement a procurement began from, if the person may read it: it is the lead's own."""
    if procurement.requirement_id is None or person.organisation_id != procurement.lead_id:
        return None
    rows = Requirement.objects.filter(pk=procurement.requirement_id).select_related("forecast")
    return rows.defer("forecast__inputs", "forecast__result").first() if person.has_role(*REQUIREMENT_READERS) else None


def partners_to_choose(lead: Organisation, *, now: datetime) -> list[tuple[int, str]]:
    """(id, name) of the authorities that share a partnership with the lead today, by name."""
    today = london_date(now)
    current = Membership.objects.filter(starts_on__lte=today).exclude(ends_before__lte=today)
    mine = current.filter(organisation=lead).values("partnership_id")
    rows = Organisation.objects.filter(memberships__in=current.filter(partnership_id__in=mine))
    return list(rows.exclude(pk=lead.pk).distinct().order_by("name").values_list("pk", "name"))


def other_authorities(lead: Organisation, besides: set[int], *, now: datetime) -> list[tuple[int, str]]:
    """(id, name) of every other authority that still exists, by name."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY).exclude(pk__in={lead.pk, *besides})
    return list(rows.exclude(ends_before__lte=london_date(now)).order_by("name").values_list("pk", "name"))


def history_shown(procurement: Procurement) -> list[dict[str, Any]]:
    """What happened, newest first: what was done, with every move of its state and why."""
    moves = [
        {
            "what": f"It became “{WORDS[ProcurementState(row.to_state)]}”.", "why": row.why, "at": row.at,
            "who": row.by_name, "organisation": "",
        }
        for row in procurement.moves.exclude(from_state="")
    ]  # fmt: skip
    events = as_entries(reversed(history_of(procurement.key)))
    return sorted([*events, *moves], key=lambda one: one["at"], reverse=True)

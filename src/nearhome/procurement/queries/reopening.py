"""Reading applications to a framework: the lead's to decide, the provider's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse

from nearhome.design.waiting import Waiting
from nearhome.people.models import Person
from nearhome.procurement.calculations.frameworks.reopening import LineOf
from nearhome.procurement.models import ApplicationDecision, Framework, FrameworkApplication
from nearhome.procurement.permissions import can_commission, can_lead, sells
from nearhome.procurement.queries.frameworks import admission_of, card_on, framework_for, today_at


@dataclass(frozen=True, slots=True)
class ApplicationShown:
    """One application: what is asked, what the card says now, what became of it, and who may do what next."""

    row: FrameworkApplication
    lines: Mapping[LineOf, int]
    now: Mapping[LineOf, int]
    decision: ApplicationDecision | None
    decides: bool
    withdraws: bool


def applications_of(person: Person) -> QuerySet[FrameworkApplication]:
    """The person's own provider's, and those to frameworks they lead as a commissioner."""
    if not (sells(person) or can_commission(person)):
        raise PermissionDenied("Only the provider that applied and the lead of the framework read an application.")
    own = Q(pk__in=[])
    if sells(person):
        own |= Q(provider_id=person.organisation_id)
    if can_commission(person):
        own |= Q(framework__lead_id=person.organisation_id)
    rows = FrameworkApplication.objects.select_related("framework__lead", "provider", "registration", "decision")
    return rows.filter(own).order_by("-at")


def applications_to(person: Person, framework: Framework) -> list[FrameworkApplication]:
    """Those to one framework that the person may read, newest first; none for others."""
    if not (sells(person) or can_lead(person, framework.lead_id)):
        return []
    return list(applications_of(person).filter(framework=framework))


def application_for(person: Person, key: UUID) -> FrameworkApplication:
    """One of them. Raises PermissionDenied for another role and Http404 for what is not theirs."""
    found = applications_of(person).filter(key=key).first()
    if found is None:
        raise Http404("No such application")
    return found


def application_shown(person: Person, key: UUID, *, now: datetime) -> ApplicationShown:
    """The page of one application."""
    row = application_for(person, key)
    framework_for(person, row.framework.key)
    admission = admission_of(row.framework, row.registration, today_at(now))
    lines = {(one["category"], one["min_age"], one["before_age"]): one["weekly_price_pence"] for one in row.lines}
    decision = ApplicationDecision.objects.filter(application=row).first()
    waits = decision is None
    return ApplicationShown(
        row, lines, card_on(admission, today_at(now)) if admission else {}, decision,
        waits and can_lead(person, row.framework.lead_id), waits and person.organisation_id == row.provider_id and sells(person),
    )  # fmt: skip


def waiting_for(person: Person, *, now: datetime) -> list[Waiting]:
    """Of the lead's commissioner: applications not decided."""
    if not can_lead(person, person.organisation_id):
        return []
    rows = FrameworkApplication.objects.filter(framework__lead_id=person.organisation_id, decision=None)
    return [
        Waiting(
            f"Decide the application of {one.provider}",
            one.framework.name,
            reverse("procurement:application", args=[one.key]),
        )
        for one in rows.select_related("provider", "framework").order_by("at")
    ]

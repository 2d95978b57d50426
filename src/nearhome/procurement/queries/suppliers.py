"""Reading one supplier of a framework: its prices over time, its tiers, its suspensions, where it came from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from nearhome.market.models import Registration
from nearhome.people.models import Person
from nearhome.procurement.models import (
    Framework,
    FrameworkSupplier,
    RateLine,
    SupplierTransfer,
    Suspension,
    TierMove,
)
from nearhome.procurement.permissions import buys, can_lead
from nearhome.procurement.queries.frameworks import (
    Standing,
    framework_for,
    suppliers_shown,
    suspensions_of,
    today_at,
)

REGISTERED_AS = {"foster": "fostering_agency"}


@dataclass(frozen=True, slots=True)
class SupplierShown:
    """Everything the page of one supplier says."""

    framework: Framework
    standing: Standing
    today: date
    rates: tuple[RateLine, ...]
    moves: tuple[TierMove, ...]
    suspensions: tuple[Suspension, ...]
    transfer: SupplierTransfer | None
    leads: bool

    @property
    def running(self) -> Suspension | None:
        """The suspension without a return, if there is one."""
        return next((one for one in self.suspensions if one.ends_before is None), None)


def supplier_for(person: Person, key: UUID, number: int) -> FrameworkSupplier:
    """One supplier of a framework the person reads; to a provider only its own exists."""
    framework = framework_for(person, key)
    rows = FrameworkSupplier.objects.select_related("framework__lead", "registration", "provider")
    if not buys(person):
        rows = rows.filter(provider_id=person.organisation_id)
    found = rows.filter(framework=framework, pk=number).first()
    if found is None:
        raise Http404("No such supplier")
    return found


def supplier_to_lead(person: Person, key: UUID, number: int) -> FrameworkSupplier:
    """The same, for the authority that leads its framework."""
    found = supplier_for(person, key, number)
    if not can_lead(person, found.framework.lead_id):
        raise PermissionDenied("Only a commissioner of the authority that leads the framework can change it.")
    return found


def supplier_shown(person: Person, key: UUID, number: int, *, now: datetime) -> SupplierShown:
    """The page of one supplier."""
    row, today = supplier_for(person, key, number), today_at(now)
    standing = next(one for one in suppliers_shown(person, row.framework, today) if one.row.pk == row.pk)
    rates = RateLine.objects.filter(supplier=row).order_by("category", "min_age", "-starts_on")
    transfer = SupplierTransfer.objects.filter(Q(supplier=row) | Q(successor=row)).select_related(
        "supplier__provider", "successor__provider", "successor__registration"
    )
    return SupplierShown(
        row.framework, standing, today, tuple(rates), tuple(TierMove.objects.filter(supplier=row).order_by("-starts_on")),
        tuple(suspensions_of(row)), transfer.first(), can_lead(person, row.framework.lead_id),
    )  # fmt: skip


def suspension_running(supplier: FrameworkSupplier) -> Suspension:
    """The suspension without a return. Raises Http404 where there is none."""
    found = suspensions_of(supplier).filter(ends_before=None).select_related("supplier__framework").first()
    if found is None:
        raise Http404("It is not suspended")
    return found


def registration_named(urn: str) -> Registration | None:
    """The registration with this number of the register, as far as the person may see it."""
    return Registration.objects.select_related("provider").filter(urn__iexact=urn.strip()).first()


def own_registrations(person: Person, framework: Framework) -> list[Registration]:
    """Registrations of the person's provider of the kind that a framework is for."""
    kind = REGISTERED_AS.get(framework.kind, framework.kind)
    rows = Registration.objects.filter(provider_id=person.organisation_id, kind=kind, closed_on=None)
    return list(rows.select_related("provider").order_by("name", "pk"))


def bands_of(rates: Iterable[RateLine], on: date) -> list[tuple[int, int, int]]:
    """The standard bands in force on a day: first age, age before which it ends, pence a week."""
    return sorted(
        (one.min_age, one.before_age, one.weekly_price_pence)
        for one in rates
        if one.category == "standard" and one.starts_on <= on and (one.ends_before is None or on < one.ends_before)
    )

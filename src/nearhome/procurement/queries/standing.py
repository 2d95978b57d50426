"""How a supplier stands on a day: in which tier, suspended or not, still admitted. Pieces for other reads."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from nearhome.procurement.models import FrameworkSupplier, Suspension, TierMove


def holding(on: date, **names: str) -> Q:
    """A period that holds on a day: begun, and not over. Columns as named, else `starts_on` and `ends_before`."""
    start, end = names.get("start", "starts_on"), names.get("end", "ends_before")
    begun, open_ended = Q(**{f"{start}__lte": on}), Q(**{f"{end}__isnull": True})
    return begun & (open_ended | Q(**{f"{end}__gt": on}))


def admitted_on(on: date) -> Q:
    """Suppliers whose own admission holds on a day; without a first day it holds from the start of the framework."""
    return (Q(admitted_from__isnull=True) | Q(admitted_from__lte=on)) & (
        Q(ends_before__isnull=True) | Q(ends_before__gt=on)
    )


def is_suspended(on: date) -> Exists:
    """For a query of suppliers: whether each is suspended on a day."""
    return Exists(Suspension.objects.filter(holding(on), supplier=OuterRef("pk")))


def tier_on(on: date) -> Coalesce:
    """For a query of suppliers: the tier of each on a day, that of its admission until it was moved."""
    moved = TierMove.objects.filter(supplier=OuterRef("pk"), starts_on__lte=on).order_by("-starts_on")
    return Coalesce(Subquery(moved.values("tier")[:1]), F("tier"))


def suppliers_on(on: date) -> QuerySet[Any]:
    """Suppliers that may be offered placements on a day, each with its `tier_now`: admitted and not suspended."""
    return FrameworkSupplier.objects.filter(admitted_on(on)).exclude(is_suspended(on)).annotate(tier_now=tier_on(on))


def suspended_among(supplier_ids: Collection[int], on: date) -> set[int]:
    """Which of these suppliers are suspended on a day."""
    rows = Suspension.objects.filter(holding(on), supplier_id__in=list(supplier_ids))
    return set(rows.values_list("supplier_id", flat=True))


def registrations_suspended(registration_ids: Collection[int], authority_id: int, on: date) -> set[int]:
    """Which establishments are suspended on a day from a framework that holds and that the authority is party to."""
    rows = Suspension.objects.filter(
        holding(on),
        holding(on, start="supplier__framework__starts_on", end="supplier__framework__ends_before"),
        supplier__registration_id__in=list(registration_ids),
        supplier__framework__parties__organisation_id=authority_id,
    )
    return set(rows.values_list("supplier__registration_id", flat=True))

"""How a supplier stands on a day: in which tier, suspended or not, still admitted. Pieces for other reads."""

from collections import defaultdict
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


# About the home itself, so it holds whatever contract would buy there. The database's guard of call-offs says the same.
BARS_EVERY_CONTRACT = frozenset({Suspension.Ground.JUDGEMENT, Suspension.Ground.CONDUCT})


def suspended_grounds(registration_ids: Collection[int], authority_id: int, on: date) -> dict[int, set[str]]:
    """On what grounds establishments are suspended on a day, from frameworks that hold and that the authority is party to.

    On any ground a place there is not bought singly. On one of `BARS_EVERY_CONTRACT` it is not bought at all: by no
    framework of the authority's and by no block. On another ground its other contracts stand.
    """
    rows = Suspension.objects.filter(
        holding(on),
        holding(on, start="supplier__framework__starts_on", end="supplier__framework__ends_before"),
        supplier__registration_id__in=list(registration_ids),
        supplier__framework__parties__organisation_id=authority_id,
    )
    found: dict[int, set[str]] = defaultdict(set)
    for registration_id, ground in rows.values_list("supplier__registration_id", "ground"):
        found[registration_id].add(ground)
    return dict(found)


def bars_route(grounds: Collection[str], kind: str) -> bool:
    """Whether suspensions on these grounds bar a kind of route: `suspended_grounds` states the rule."""
    if kind == "own":
        return False
    return bool(grounds) if kind == "spot" else not BARS_EVERY_CONTRACT.isdisjoint(grounds)

"""Places of blocks kept for one authority, free for longer than the rules keep them: whether to offer them to partners."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from nearhome.design import wording
from nearhome.design.waiting import Waiting
from nearhome.market.models import Occupancy
from nearhome.people.roles import Role
from nearhome.procurement.models import BlockPlace
from nearhome.settlement.calculations.rules.releases import free_since, release_due_on
from nearhome.settlement.queries.agreed import terms_from


def waiting_releases(person: Any, today: date) -> Iterator[Waiting]:
    """For commissioners of the host."""
    if not person.has_role(Role.COMMISSIONER):
        return
    rows = BlockPlace.objects.filter(
        Q(ends_before__isnull=True) | Q(ends_before__gt=today),
        contract__host_id=person.organisation_id, nominated__isnull=False, released_from__isnull=True,
        available_from__lte=today,
    ).select_related("contract", "place__home", "nominated").prefetch_related("contract__rules__shares__organisation")  # fmt: skip
    for row in rows.order_by("contract__name", "place__home__name", "place__label"):
        due = _due(row, today)
        if due:
            words = f"Think about offering a free place to partners: first refusal of {row.nominated} ended"
            about = f"{row.place.label} at {row.place.home.name}, {row.contract.name}, {wording.date(due)}"
            yield Waiting(
                words, about, reverse("procurement:release_block_place", args=[row.contract.key, row.place.key])
            )


def _due(row: BlockPlace, today: date) -> date | None:
    terms = [terms_from(one) for one in row.contract.rules.all() if one.is_agreed]
    if not any(one.first_refusal_days for one in terms):
        return None
    spans = Occupancy.objects.filter(place=row.place_id, freed_at__isnull=True).values_list("days", flat=True)
    since = free_since(row.available_from or today, [(one.lower, one.upper) for one in spans], today)
    return release_due_on(terms, since, today) if since else None

"""Keeping what a regional plan found another place would be worth, as evidence for a requirement."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from nearhome.people.models import Organisation
from nearhome.sufficiency.calculations.requirements.place_worth import PlaceWorth
from nearhome.sufficiency.models import PlaceWanted
from nearhome.sufficiency.permissions import require_can_keep_places_wanted


@transaction.atomic
def keep_places_wanted(
    *, authority: Organisation, plan_key: UUID, places: Iterable[PlaceWorth], by: Any, now: datetime
) -> int:
    """Keep, for an authority, what its partnership's plan says of places that are missing; how many kinds.

    The plan's own record says that it was made; the same plan told twice is kept once. Raises PermissionDenied.
    """
    require_can_keep_places_wanted(by, authority)
    rows = [
        PlaceWanted(
            authority=authority, plan_key=plan_key, planned_at=now, area_code=one.area_code, kind=one.kind,
            worth=one.worth, children=one.children,
        )
        for one in places
    ]  # fmt: skip
    return len(PlaceWanted.objects.bulk_create(rows, ignore_conflicts=True))

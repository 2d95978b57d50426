"""What a walk over every address has in common: roles, who is who, and everybody's rows with whoever may read them."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from nearhome.privacy.acting import acting_for
from scenes_whole import Whole

READERS = {"placement_officer", "approver", "commissioner"}
PROVIDERS = {"provider"}
COMMISSIONERS = {"commissioner"}
BUYERS = READERS | {"finance_officer", "analyst"}
EVERYBODY = READERS | PROVIDERS | {"finance_officer", "analyst", "administrator"}

KENT = {"Kent placement_officer", "Kent approver", "Kent commissioner"}
KENT_BUYERS = KENT | {"Kent finance_officer", "Kent analyst"}
PORTSMOUTH, HAMPSHIRE = {"Portsmouth"}, {"Hampshire"}
MEADOW, HARBOUR, IN_HOUSE = {"chosen provider"}, {"invited provider"}, {"Kent in-house provider"}

Objects = dict[str, list[tuple[dict[str, Any], set[int]]]]


def everybodys(
    model: Any, owners: Callable[[Any], set[int]], whole: Whole, *related: str
) -> list[tuple[Any, set[int]]]:
    """Every row of a kind, read for each organisation in turn, with whoever may read it."""
    found: dict[int, Any] = {}
    owned: dict[int, set[int]] = defaultdict(set)
    for organisation in sorted({person.organisation_id for person in whole.people.values()}):
        with acting_for(organisation):
            # With no names at all select_related would follow every key to the fifth table.
            for row in model.objects.select_related(*related) if related else model.objects.all():
                found[row.pk] = row
                owned[row.pk] |= owners(row)
    # In the order in which they were made, whatever numbers the organisations have: the newest are walked first.
    return [(found[pk], owned[pk]) for pk in sorted(found)]


def keyed(rows: list[tuple[Any, set[int]]]) -> list[tuple[dict[str, Any], set[int]]]:
    return [({"key": row.key}, owners) for row, owners in rows]

"""Who records notices and what they count from. ``can_…`` for pages, ``require_…`` for actions: one rule behind both."""

from typing import Any

from nearhome.people.models import Organisation, Person
from nearhome.tendering.models import Procurement
from nearhome.tendering.permissions.cases import can_begin, can_lead, require_can_begin, require_can_lead


def can_record(person: Person, procurement: Procurement | None) -> bool:
    """Whether the person records notices of this procurement, or of their authority's own where it is None."""
    return can_begin(person) if procurement is None else can_lead(person, procurement)


def require_can_record(by: Any, procurement: Procurement | None) -> Organisation:
    """The authority for which a commissioner records. Raises PermissionDenied for anybody else."""
    if procurement is None:
        return require_can_begin(by)
    require_can_lead(by, procurement)
    return procurement.lead

"""Who bids: somebody who answers for a provider's registered establishments, an authority's own among them."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.people.models import Organisation, Person
from nearhome.people.roles import Role


def can_bid(person: Person) -> bool:
    """Whether the person answers tenders for their organisation."""
    return person.has_role(Role.PROVIDER)


def require_can_bid(by: Any) -> Organisation:
    """The organisation the person bids for. Raises PermissionDenied for anybody else."""
    if not can_bid(by):
        raise PermissionDenied("Only somebody who answers for a provider reads and answers its tenders.")
    organisation: Organisation = by.organisation
    return organisation

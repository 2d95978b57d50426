"""A child who is in no return yet: recorded with a sealed identity so that a referral can begin."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.needs.models import Child, ChildIdentity
from nearhome.people.models import Person
from nearhome.referrals.permissions import require_can_record_referrals


@dataclass(frozen=True, slots=True)
class NewChild:
    """What is known on the first day. `ref` is the authority's own reference, as its return uses it."""

    ref: str
    name: str
    sex: str
    born_on: date
    home_postcode: str = ""
    is_uasc: bool = False


@transaction.atomic
def record_child(*, child: NewChild, by: Person, now: datetime) -> Child:
    """Keep a new child of the person's own authority. Raises ValidationError if the reference is somebody's already."""
    require_can_record_referrals(by)
    if Child.objects.filter(authority_id=by.organisation_id, return_ref__iexact=child.ref).exists():
        raise ValidationError(
            {"ref": f"There is a child {child.ref} already. Go back and search for that reference, or enter another."}
        )
    made = Child.objects.create(
        authority_id=by.organisation_id,
        return_ref=child.ref,
        sex=child.sex,
        born_month=child.born_on.replace(day=1),
        is_uasc=child.is_uasc,
    )
    ChildIdentity.objects.create(
        child=made,
        authority_id=by.organisation_id,
        name=child.name,
        born_on=child.born_on.isoformat(),
        home_postcode=child.home_postcode or None,
    )
    record("child.recorded", f"Recorded child {made.return_ref}.", about=made, by=by, at=now)
    return made

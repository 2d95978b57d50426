"""Places that matter to the child, and places to stay away from. Addresses are sealed; only the point is not."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.needs.models import ChildIdentity
from nearhome.people.models import Person
from nearhome.referrals.actions.moving import keep_changes, lock_draft
from nearhome.referrals.models import ImportantPlace, Referral
from nearhome.referrals.queries.postcodes import Located, locate
from nearhome.referrals.reference.skills import PLACE_KINDS

FURTHEST_MILES = 200


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place as the officer gives it; `keep_away_miles` and `is_condition` only for the kind 'avoid'."""

    kind: str
    label: str
    postcode: str
    keep_away_miles: int | None = None
    is_condition: bool = False


@transaction.atomic
def add_important_place(*, referral: Referral, place: NewPlace, by: Person, now: datetime) -> ImportantPlace:
    """Keep a place with its point on the map; the same place twice is kept once.

    Raises ValidationError for a postcode nobody knows and for a place to avoid without miles.
    """
    locked = lock_draft(referral, by=by)
    _require_sense(place)
    found = locate(place.postcode)
    if found is None:
        raise ValidationError(
            {"postcode": f"{place.postcode} is not a postcode we know. Check it, or use one from the same street."}
        )
    same = (one for one in locked.important_places.all() if _is_same(one, place, found))
    already = next(same, None)
    if already:
        return already
    made = _keep(locked, place, found)
    keep_changes(locked, referral)
    words = f"Added a place to referral {locked.ref}: {PLACE_KINDS.label_for(place.kind).lower()}."
    record("referral.place_added", words, about=locked, by=by, at=now, thread=locked.key, kind=place.kind)
    return made


@transaction.atomic
def remove_important_place(*, referral: Referral, place_id: int, by: Person, now: datetime) -> None:
    """Take a place off the referral; one that is gone already is no error."""
    locked = lock_draft(referral, by=by)
    place = locked.important_places.filter(pk=place_id).first()
    if place is None:
        return
    words = f"Removed a place from referral {locked.ref}: {PLACE_KINDS.label_for(place.kind).lower()}."
    kind = place.kind
    place.delete()
    keep_changes(locked, referral)
    record("referral.place_removed", words, about=locked, by=by, at=now, thread=locked.key, kind=kind)


def remember_family_home(referral: Referral) -> None:
    """Begin with the family home from the child's sealed record, if its postcode is known."""
    identity = ChildIdentity.objects.filter(child_id=referral.child_id).first()
    found = locate(identity.home_postcode) if identity and identity.home_postcode else None
    if found:
        _keep(referral, NewPlace("home", "Family home", found.postcode), found)


def _require_sense(place: NewPlace) -> None:
    if place.kind not in PLACE_KINDS:
        raise ValidationError({"kind": "Choose one of the kinds of place shown."})
    if not place.label.strip():
        raise ValidationError({"label": "Enter what the place is, such as the name of the school."})
    if place.kind != "avoid":
        return
    if place.keep_away_miles is None or not 0 <= place.keep_away_miles <= FURTHEST_MILES:
        raise ValidationError({"keep_away_miles": f"Enter how many miles to stay away, from 0 to {FURTHEST_MILES}."})


def _is_same(one: ImportantPlace, place: NewPlace, found: Located) -> bool:
    is_place = (one.kind, one.postcode, one.label) == (place.kind, found.postcode, place.label.strip())
    is_place = is_place and one.is_condition == (place.is_condition and place.kind == "avoid")
    return is_place and one.keep_away_miles == (place.keep_away_miles if place.kind == "avoid" else None)


def _keep(referral: Referral, place: NewPlace, found: Located) -> ImportantPlace:
    return ImportantPlace.objects.create(
        referral_id=referral.pk,
        authority_id=referral.authority_id,
        kind=place.kind,
        label=place.label.strip(),
        postcode=found.postcode,
        easting=found.easting,
        northing=found.northing,
        area_code=found.authority_code,
        keep_away_miles=place.keep_away_miles if place.kind == "avoid" else None,
        is_condition=place.is_condition and place.kind == "avoid",
    )

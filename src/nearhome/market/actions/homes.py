"""What a provider says of its homes: whom they take, how many places they can offer, new fostering households."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.geography.authorities import authority_of_district
from nearhome.geography.postcodes import Postcodes
from nearhome.market.actions.fitting_places import WantedPlaces, fit_places
from nearhome.market.models import Capacity, Home, Registration
from nearhome.market.permissions import require_can_describe
from nearhome.market.reference.skills import SKILLS

OLDEST = 17


@dataclass(frozen=True, slots=True)
class Description:
    """Whom a home takes and what it can do; `skills` are codes of market.reference.skills."""

    min_age: int
    max_age: int
    sexes: str
    skills: Sequence[str]
    has_pets: bool | None
    school_on_site: bool
    takes_solo: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Places a home is registered for, has staff for, and is open to referrals for."""

    registered: int
    staffed: int
    open_to_referrals: int


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """A fostering household as its agency names it; `ref` is the agency's own."""

    ref: str
    name: str
    postcode: str
    places: int


@transaction.atomic
def describe_home(*, home: Home, description: Description, by: Any, now: datetime) -> Home:
    """Say whom the home takes and what it can do. The same again changes nothing."""
    require_can_describe(by, home)
    _require_sound(description)
    kept = Home.objects.select_for_update(of=("self",)).get(pk=home.pk)
    differs = [name for name, value in asdict(description).items() if _differs(getattr(kept, name), value)]
    if differs:
        for name in differs:
            setattr(kept, name, getattr(description, name))
        kept.skills = sorted(kept.skills)
        kept.save(update_fields=differs)
        words = f"{kept.name} was described: children aged {kept.min_age} to {kept.max_age}, {_said(kept.skills)}."
        record("home.described", words, about=kept, by=by, at=now, thread=kept.key)
    return kept


@transaction.atomic
def set_capacity(*, home: Home, starts_on: date, figures: Figures, reason: str, by: Any, now: datetime) -> Capacity:
    """Say how many places the home can offer from a day. A figure below the one before it needs a reason.

    Only a fostering household's registered places are the provider's to say; the register says the others.
    """
    require_can_describe(by, home)
    kept = Home.objects.select_for_update(of=("self",)).select_related("registration").get(pk=home.pk)
    before = Capacity.objects.filter(home=kept, starts_on__lte=starts_on).order_by("-starts_on").first()
    _require_figures(kept, figures, before, reason)
    if before and (before.registered, before.staffed, before.open_to_referrals, before.reason) == (
        figures.registered, figures.staffed, figures.open_to_referrals, reason,
    ):  # fmt: skip
        return before
    if Capacity.objects.filter(home=kept, starts_on__gt=starts_on).exists():
        raise ValidationError({"starts_on": "A later capacity is already recorded. Choose a day after it begins."})
    made, _ = Capacity.objects.update_or_create(
        home=kept, starts_on=starts_on,
        defaults={**asdict(figures), "provider_id": kept.provider_id, "reason": reason.strip()[:300]},
    )  # fmt: skip
    if before is None or before.registered != figures.registered:
        today = timezone.localdate(now, wording.LONDON)
        fit_places([WantedPlaces(kept, figures.registered, starts_on)], today=today, now=now)
    words = (
        f"{kept.name} has {figures.registered} registered places from {wording.date(starts_on)}, {figures.staffed}"
        f" staffed, {figures.open_to_referrals} open to referrals."
    )
    record("home.capacity_set", words, about=kept, by=by, at=now, thread=kept.key)
    return made


@transaction.atomic
def add_household(*, registration: Registration, household: NewHousehold, by: Any, now: datetime) -> Home:
    """Open a fostering household of this agency, with its places. The same reference again is refused."""
    if by.organisation_id != registration.provider_id:
        raise PermissionDenied("Only the fostering service itself can add a household.")
    if registration.kind != "fostering_agency":
        raise ValidationError("Only a fostering service has households. Choose a fostering registration.")
    if Home.objects.filter(registration=registration, ref=household.ref).exists():
        raise ValidationError({"ref": f"The household {household.ref} is already recorded. Choose another reference."})
    where = Postcodes.open().find(household.postcode)
    if where is None:
        raise ValidationError({"postcode": f"The postcode {household.postcode} is not known. Check it."})
    home = Home.objects.create(
        registration=registration, provider_id=registration.provider_id, ref=household.ref[:30],
        name=household.name[:200], kind="foster", area_code=authority_of_district(where.district_code) or "",
        postcode=where.postcode, easting=where.easting, northing=where.northing,
    )  # fmt: skip
    fit_places([WantedPlaces(home, household.places)], today=timezone.localdate(now, wording.LONDON), now=now)
    words = f"The household {home.name} was added with {wording.plural(household.places, 'place')}."
    record("home.added", words, about=home, by=by, at=now, thread=home.key)
    return home


def _require_sound(description: Description) -> None:
    if not 0 <= description.min_age <= description.max_age <= OLDEST:
        raise ValidationError({"max_age": f"The ages must go upwards, from 0 to {OLDEST}. Check both."})
    if description.sexes not in ("any", "M", "F"):
        raise ValidationError({"sexes": "Choose boys, girls or any."})
    unknown = [code for code in description.skills if code not in SKILLS]
    if unknown:
        raise ValidationError({"skills": f"{', '.join(unknown)} is not a skill that is known. Choose from the list."})


def _require_figures(home: Home, figures: Figures, before: Capacity | None, reason: str) -> None:
    if not 0 <= figures.open_to_referrals <= figures.staffed <= figures.registered:
        raise ValidationError(
            {"open_to_referrals": "Open places cannot be more than staffed ones, nor staffed more than registered."}
        )
    if home.kind != "foster" and before and figures.registered != before.registered:
        raise ValidationError(
            {"registered": f"The register says {before.registered} places. It changes when the register is loaded."}
        )
    if figures.open_to_referrals < figures.registered and not reason.strip():
        raise ValidationError(
            {"reason": "Say why not every registered place is open, for example: Two staff have left."}
        )


def _differs(before: Any, after: Any) -> bool:
    return sorted(before) != sorted(after) if isinstance(before, list) else bool(before != after)


def _said(skills: Sequence[str]) -> str:
    return wording.nice_list(SKILLS[code].lower() for code in skills) if skills else "no special skills"

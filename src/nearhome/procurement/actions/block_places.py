"""What happens to one place of a block: it becomes ready, is somebody's first call, or is offered to the partners."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.people.models import Organisation
from nearhome.procurement.actions.block_locking import block_readers, lock_block, require_reason, require_within_term
from nearhome.procurement.models import BlockPlace, BlockReadiness, BlockRelease
from nearhome.procurement.permissions import require_leads
from nearhome.procurement.queries.block_places import payable_day, places_ready_on
from nearhome.procurement.queries.block_records import has_capacities
from nearhome.procurement.queries.block_terms import contracted_on


@transaction.atomic
def mark_block_place_ready(
    *, block_place: BlockPlace, registered_on: date, accepts_from: date, by: Any, now: datetime
) -> BlockReadiness:
    """A place is registered and can accept a child from a day: payment starts with the later of the two, never before."""
    require_leads(by, block_place.contract.host_id)
    locked = lock_block(block_place.contract)
    place = BlockPlace.objects.select_related("place__home__registration").get(pk=block_place.pk)
    kept = place.readinesses.order_by("-pk").first()
    if kept and (kept.registered_on, kept.accepts_from) == (registered_on, accepts_from):
        return kept
    today, pays_from = timezone.localdate(now), payable_day(registered_on, accepts_from)
    if place.available_from and place.available_from <= today:
        raise ValidationError(
            f"{place.place} is paid for since {wording.date(place.available_from)}; that cannot be changed here."
        )
    _require_registered(place, registered_on, today)
    require_within_term(locked, pays_from, "The first day that is paid for")
    beds = contracted_on(locked, pays_from)
    if has_capacities(locked) and places_ready_on(locked, pays_from, without=[place.pk]) >= beds:
        raise ValidationError(
            f"{wording.plural(beds, 'bed is', 'beds are')} contracted on {wording.date(pays_from)}, and as many places are"
            " ready already. Choose a day on which more are contracted, or ask for an adjustment."
        )
    made = BlockReadiness.objects.create(
        contract=locked, block_place=place, registered_on=registered_on, accepts_from=accepts_from, set_at=now, set_by=str(by)
    )  # fmt: skip
    place.available_from = pays_from
    place.save(update_fields=["available_from"])
    words = f"{place.place} at {place.place.home} is ready; it is paid for from {wording.date(pays_from)}."
    record("block.place_ready", words, about=locked, by=by, at=now, thread=locked.key, seen_by=block_readers(locked))
    return made


def _require_registered(place: BlockPlace, registered_on: date, today: date) -> None:
    """The day of registration is past, and not before the register's own."""
    entry = place.place.home.registration
    if registered_on > today:
        raise ValidationError("The day of registration cannot be in the future. Mark the place once it is registered.")
    if entry.registered_on and registered_on < entry.registered_on:
        raise ValidationError(
            f"The register says that {entry} was registered on {wording.date(entry.registered_on)}. Enter that day or later."
        )
    if entry.closed_on or entry.suspended_on:
        raise ValidationError(f"The register says that {entry} is closed or suspended, so no place in it is ready.")


@transaction.atomic
def nominate_block_place(
    *, block_place: BlockPlace, authority: Organisation | None, by: Any, now: datetime
) -> BlockPlace:
    """Say which authority has first call on a place that is not paid for yet; None: every party from the first."""
    require_leads(by, block_place.contract.host_id)
    locked = lock_block(block_place.contract)
    place = BlockPlace.objects.select_related("place__home").get(pk=block_place.pk)
    if place.nominated_id == (authority.pk if authority else None):
        return place
    if place.available_from and place.available_from <= timezone.localdate(now):
        raise ValidationError(
            f"{place.place} is paid for already, and its empty nights were charged by its nomination. Release it to the"
            " partners instead."
        )
    if authority and not locked.parties.filter(organisation=authority).exists():
        raise ValidationError(f"{authority} may not use this block. Choose one of its parties.")
    place.nominated = authority
    place.save(update_fields=["nominated"])
    whose = f"{authority} has first call on" if authority else "Every party may use"
    words = f"{whose} {place.place} at {place.place.home}."
    record(
        "block.place_nominated", words, about=locked, by=by, at=now, thread=locked.key, seen_by=block_readers(locked)
    )
    return place


@transaction.atomic
def release_block_place(
    *, block_place: BlockPlace, starts_on: date, reason: str, by: Any, now: datetime
) -> BlockRelease:
    """Offer a nominated place to the partners from a day, today or later."""
    require_leads(by, block_place.contract.host_id)
    said = require_reason(reason, "The reason")[:300]
    locked = lock_block(block_place.contract)
    place = BlockPlace.objects.select_related("place__home").get(pk=block_place.pk)
    latest = place.releases.order_by("-pk").first()
    if latest and latest.is_released and latest.starts_on == starts_on:
        return latest
    if place.nominated_id is None:
        raise ValidationError(f"{place.place} is nobody’s in particular, so the partners may use it already.")
    if place.released_from and place.released_from <= timezone.localdate(now):
        raise ValidationError(f"{place.place} is offered to the partners since {wording.date(place.released_from)}.")
    if starts_on < timezone.localdate(now):
        raise ValidationError("A place is released from today or a later day.")
    require_within_term(locked, starts_on, "The first day of a release")
    words = f"{place.place} at {place.place.home} is offered to the partners from {wording.date(starts_on)}."
    return _changed(place, starts_on, True, said, words, by=by, now=now)


@transaction.atomic
def take_back_block_place(*, block_place: BlockPlace, reason: str, by: Any, now: datetime) -> BlockRelease:
    """Keep a released place again for the authority it is nominated to, from today. Who lives there stays."""
    require_leads(by, block_place.contract.host_id)
    said = require_reason(reason, "The reason")[:300]
    lock_block(block_place.contract)
    place = BlockPlace.objects.select_related("place__home", "nominated").get(pk=block_place.pk)
    latest = place.releases.order_by("-pk").first()
    if place.released_from is None:
        if latest and not latest.is_released:
            return latest
        raise ValidationError(f"{place.place} is not released.")
    words = f"{place.place} at {place.place.home} is kept for {place.nominated} again."
    return _changed(place, timezone.localdate(now), False, said, words, by=by, now=now)


def _changed(
    place: BlockPlace, starts_on: date, is_released: bool, reason: str, words: str, *, by: Any, now: datetime
) -> BlockRelease:
    contract = place.contract
    made = BlockRelease.objects.create(
        contract=contract, block_place=place, starts_on=starts_on, is_released=is_released, reason=reason, set_at=now,
        set_by=str(by),
    )  # fmt: skip
    place.released_from = starts_on if is_released else None
    place.save(update_fields=["released_from"])
    name = "block.place_released" if is_released else "block.place_taken_back"
    record(name, words, about=contract, by=by, at=now, thread=contract.key, seen_by=block_readers(contract))
    return made

"""Reading block contracts: those somebody may see, one of them whole, and what waits in them for whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from nearhome.design import wording
from nearhome.design.waiting import Waiting
from nearhome.market.models import Place
from nearhome.partnership.models import Membership
from nearhome.people.models import Organisation, Person
from nearhome.procurement.calculations.blocks.capacity import beds_on, months_after, ready_steps, standing
from nearhome.procurement.models import BlockContract, BlockPlace, BlockTerms
from nearhome.procurement.permissions import (
    can_answer_for_provider,
    can_decide_block,
    can_host,
    can_read_blocks,
    is_within_limit,
    require_can_read_blocks,
    require_leads,
)
from nearhome.procurement.queries.block_changes import (
    adjustments_of,
    endings_of,
    is_decided,
    state_of,
)
from nearhome.procurement.queries.block_places import PlaceShown, places_shown, to_release
from nearhome.procurement.queries.block_records import contracted_steps, latest_terms, ready_places


def blocks_of(person: Person) -> QuerySet[BlockContract]:
    """Blocks the person's authority hosts or may use, or that the provider provides; the newest first."""
    require_can_read_blocks(person)
    return BlockContract.objects.select_related("host", "provider").order_by("-starts_on", "name", "pk")


def block_for(person: Person, key: UUID) -> BlockContract:
    """One of them. Raises PermissionDenied for another role and Http404 for another authority's."""
    found = blocks_of(person).filter(key=key).first()
    if found is None:
        raise Http404("No such block")
    return found


def hosted_block_for(person: Person, key: UUID) -> BlockContract:
    """One that the person's authority hosts, for its commissioner. Raises as `block_for`, or PermissionDenied."""
    found = block_for(person, key)
    require_leads(person, found.host_id)
    return found


def block_place_for(person: Person, key: UUID, place: UUID) -> BlockPlace:
    """A place of a block that the person's authority hosts, by the place's key."""
    contract = hosted_block_for(person, key)
    rows = BlockPlace.objects.filter(contract=contract, place__key=place)
    found = rows.select_related(
        "contract__host", "contract__provider", "place__home__registration", "nominated"
    ).first()
    if found is None:
        raise Http404("No such place in this block")
    return found


def place_to_add(contract: BlockContract, key: str) -> Place:
    """A place of the provider by its key. Raises Http404."""
    found = Place.objects.filter(home__provider=contract.provider_id, key=key).select_related("home").first()
    if found is None:
        raise Http404("No such place")
    return found


def running_places(contract: BlockContract) -> list[BlockPlace]:
    """Places of the block without an end of their own, by home."""
    rows = BlockPlace.objects.filter(contract=contract, ends_before__isnull=True).select_related("place__home")
    return list(rows.order_by("place__home__name", "place__label", "pk"))


@dataclass(frozen=True, slots=True)
class BedsToday:
    """Beds of a block on a day: contracted, ready (to be paid for), and of those occupied, held or closed, and free."""

    contracted: int
    ready: int
    occupied: int
    free: int


def beds_today(contract: BlockContract, places: list[PlaceShown], today: date) -> BedsToday:
    """The beds of a block on a day."""
    ready = beds_on(standing(ready_steps(ready_places(contract))), today)
    states = [one.state for one in places if one.is_payable]
    return BedsToday(beds_on(contracted_steps(contract), today), ready, states.count("Occupied"), states.count("Free"))


def parties_of(contract: BlockContract) -> list[Organisation]:
    """The authorities that may use a block, by name; nothing to a provider."""
    rows = contract.parties.select_related("organisation").order_by("organisation__name")
    return [row.organisation for row in rows]


def partners_of(person: Person, today: date) -> list[Organisation]:
    """Authorities in a partnership with the person's own, which may share a block with it."""
    running = Q(ends_before__isnull=True) | Q(ends_before__gt=today)
    mine = Membership.objects.filter(running, organisation=person.organisation_id).values("partnership")
    rows = Membership.objects.filter(running, partnership__in=mine).exclude(organisation=person.organisation_id)
    return list(Organisation.objects.filter(pk__in=rows.values("organisation")).order_by("name"))


def providers_with_homes() -> list[Organisation]:
    """Providers that have a home with places, by name."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.PROVIDER, homes__places__isnull=False)
    return list(rows.distinct().order_by("name"))


def waiting_for(person: Any, *, now: datetime) -> tuple[Waiting, ...]:
    """Adjustments to answer or decide, ends to decide, empty places to offer, and beds that should be ready."""
    if not can_read_blocks(person):
        return ()
    today = timezone.localdate(now)
    running = Q(ends_before__isnull=True) | Q(ends_before__gt=today)
    concerned = BlockContract.objects.filter(running).filter(
        Q(host=person.organisation_id) | Q(provider=person.organisation_id)
    )
    return tuple(
        one
        for contract in concerned.select_related("host", "provider").order_by("name")
        for one in (*_answers(person, contract, today), *_host_work(person, contract, today))
    )


def _answers(person: Any, contract: BlockContract, today: date) -> Iterator[Waiting]:
    for one in adjustments_of(contract):
        state, href = state_of(one, today), reverse("procurement:block_adjustment", args=[one.key])
        about = f"{contract.name}: {one.beds} beds from {wording.date(one.starts_on)}"
        if state == "Waits for the provider" and can_answer_for_provider(person, contract.provider_id):
            yield Waiting("Say whether you agree to other beds", about, href)
        decides = can_decide_block(person, contract.host_id, one.asked_by_person_id)
        if state == "Waits for an approver" and decides and is_within_limit(person, one.change_pence):
            yield Waiting("Decide on other beds of a block", about, href)
    for end in endings_of(contract):
        if not is_decided(end) and can_decide_block(person, contract.host_id, end.asked_by_person_id):
            about = f"{contract.name}: before {wording.date(end.ends_before)}"
            yield Waiting(
                "Decide whether a block ends early", about, reverse("procurement:block_ending", args=[end.key])
            )


def _host_work(person: Any, contract: BlockContract, today: date) -> Iterator[Waiting]:
    if not can_host(person, contract.host_id):
        return
    href, terms = reverse("procurement:block", args=[contract.key]), latest_terms(contract)
    places = places_shown(contract, today)
    for shown in places if terms else ():
        if terms and to_release(shown, terms.first_refusal_days, today):
            days = wording.plural((today - shown.empty_since).days, "day") if shown.empty_since else ""
            release = reverse("procurement:release_block_place", args=[contract.key, shown.row.place.key])
            yield Waiting(
                "Offer an empty place to the partners", f"{contract.name}: {shown.name}, empty for {days}", release
            )
    beds = beds_today(contract, places, today)
    if beds.contracted > beds.ready:
        late = f"{wording.plural(beds.contracted - beds.ready, 'bed')} contracted by now {'is' if beds.contracted - beds.ready == 1 else 'are'} not ready"
        yield Waiting("Ask the provider when places will be ready", f"{contract.name}: {late}", href)


def waiting_about(person: Any, contract: BlockContract, today: date) -> tuple[Waiting, ...]:
    """What waits in one block for somebody that leads to another page than the block's own."""
    here = reverse("procurement:block", args=[contract.key])
    found = (*_answers(person, contract, today), *_host_work(person, contract, today))
    return tuple(one for one in found if one.href != here)


def end_of_term(starts_on: date, months: int) -> date:
    """The day after the last of a term of so many months. Raises ValidationError if that is beyond any calendar."""
    try:
        return months_after(starts_on, months)
    except (ValueError, OverflowError):
        raise ValidationError("That term ends too far away. Enter fewer months.") from None


def opens_by(contract: BlockContract, terms: BlockTerms | None) -> date | None:
    """The day by which the first beds were to open, as the terms limit mobilisation."""
    return months_after(contract.starts_on, terms.mobilisation_months) if terms else None

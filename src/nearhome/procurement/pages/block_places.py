"""One place of a block: it joins, becomes ready, is somebody's first call, is offered to the partners or kept again."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.people.permissions import SignedInRequest
from nearhome.procurement.actions.block_places import (
    mark_block_place_ready,
    nominate_block_place,
    release_block_place,
    take_back_block_place,
)
from nearhome.procurement.actions.blocks import add_block_place
from nearhome.procurement.forms.block_places import (
    AddPlaceForm,
    NominatePlaceForm,
    ReadyForm,
    ReleaseForm,
    TakeBackForm,
)
from nearhome.procurement.pages.block_form_page import Asked, form_page, sent
from nearhome.procurement.queries.block_places import places_to_add
from nearhome.procurement.queries.blocks import block_place_for, hosted_block_for, parties_of, place_to_add


@login_required
@require_http_methods(["GET", "POST"])
def add(request: SignedInRequest, key: UUID) -> HttpResponse:
    """A place of the provider joins the block; nothing is paid for it yet."""
    contract = hosted_block_for(request.user, key)
    form = AddPlaceForm(sent(request), places=places_to_add(contract), parties=parties_of(contract))
    asked = Asked(
        "Add a place", f"A place of {contract.provider} joins the block. It is paid for only once it is marked as ready.",
        "Add the place", "The place is part of the block.",
    )  # fmt: skip
    return form_page(
        request, contract, form, asked,
        lambda: add_block_place(
            contract=contract, place=place_to_add(contract, form.cleaned_data["place"]), available_from=None,
            nominated=form.authority(), by=request.user, now=timezone.now(),
        ),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def ready(request: SignedInRequest, key: UUID, place: UUID) -> HttpResponse:
    """A place is registered and able to accept a child."""
    row = block_place_for(request.user, key, place)
    form = ReadyForm(sent(request))
    asked = Asked(
        f"{row.place} at {row.place.home} is ready",
        "Payment starts on the later of the two days, never before.", "Mark as ready", "The place is ready.",
    )  # fmt: skip
    return form_page(
        request, row.contract, form, asked,
        lambda: mark_block_place_ready(block_place=row, **form.cleaned_data, by=request.user, now=timezone.now()),
        other=("Change who has first call on it", "procurement:nominate_block_place", place),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def nominate(request: SignedInRequest, key: UUID, place: UUID) -> HttpResponse:
    """Which authority has first call on a place."""
    row = block_place_for(request.user, key, place)
    form = NominatePlaceForm(
        sent(request),
        parties=parties_of(row.contract),
        initial={"nominated": str(row.nominated.key) if row.nominated else "nobody"},
    )
    asked = Asked(
        f"First call on {row.place} at {row.place.home}",
        "It can be changed until the place is paid for; from then on its empty nights are charged by it.",
        "Record first call", "First call is on record.",
    )  # fmt: skip
    return form_page(
        request, row.contract, form, asked,
        lambda: nominate_block_place(block_place=row, authority=form.authority(), by=request.user, now=timezone.now()),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def release(request: SignedInRequest, key: UUID, place: UUID) -> HttpResponse:
    """A place is offered to the partners."""
    row = block_place_for(request.user, key, place)
    form = ReleaseForm(sent(request), initial={"starts_on": timezone.localdate()})
    asked = Asked(
        f"Offer {row.place} at {row.place.home} to the partners",
        "From that day every party may place a child there, and is charged for the stay. Its own authority may use it as before.",
        "Offer it", "The place is offered to the partners.",
    )  # fmt: skip
    return form_page(
        request, row.contract, form, asked,
        lambda: release_block_place(block_place=row, **form.cleaned_data, by=request.user, now=timezone.now()),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def take_back(request: SignedInRequest, key: UUID, place: UUID) -> HttpResponse:
    """A place is kept for its own authority again."""
    row = block_place_for(request.user, key, place)
    form = TakeBackForm(sent(request))
    asked = Asked(
        f"Keep {row.place} at {row.place.home} again", "From today only the authority it is nominated to may place a child there. A child who lives there stays.",
        "Keep it", "The place is kept again.",
    )  # fmt: skip
    return form_page(
        request, row.contract, form, asked,
        lambda: take_back_block_place(block_place=row, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now()),
    )  # fmt: skip

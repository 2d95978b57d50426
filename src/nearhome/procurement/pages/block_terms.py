"""Recording what a block's contract says: each a form, each by a commissioner of the host."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.people.permissions import SignedInRequest
from nearhome.procurement.actions.block_terms import (
    nominate_block_beds,
    set_block_benchmark,
    set_block_fee,
    set_block_ramp,
    set_block_terms,
)
from nearhome.procurement.forms.blocks import BenchmarkForm, FeeForm, NominationForm, RampForm, TermsForm
from nearhome.procurement.pages.block_form_page import Asked, form_page, sent
from nearhome.procurement.queries.block_initial import ramp_as_recorded, terms_as_recorded
from nearhome.procurement.queries.blocks import hosted_block_for, parties_of


@login_required
@require_http_methods(["GET", "POST"])
def terms(request: SignedInRequest, key: UUID) -> HttpResponse:
    """A new version of the terms."""
    contract = hosted_block_for(request.user, key)
    version, initial = terms_as_recorded(contract)
    form = TermsForm(sent(request), initial=initial)
    asked = Asked(
        "Set the terms", "A change is a new version; what stood before stays on record. How the contract was bought cannot change its regime.",
        "Set the terms", "The terms are set.", kept=(("version", str(version)),),
    )  # fmt: skip
    given = request.POST.get("version", "")
    before = int(given) if given.isdecimal() and len(given) < 5 else None
    return form_page(
        request, contract, form, asked,
        lambda: set_block_terms(contract=contract, wanted=form.wanted(), version=before, by=request.user, now=timezone.now()),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def beds(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Contracted beds in all, by month after the start."""
    contract = hosted_block_for(request.user, key)
    form = RampForm(sent(request), initial=ramp_as_recorded(contract))
    asked = Asked(
        "Beds as they open",
        "How many beds are contracted in all, from which month. Nothing is paid for a bed before it is registered and able to accept a child."
        " Once the first beds have begun, beds change only by an adjustment that both sides agree.",
        "Record the beds", "The beds are on record.",
    )  # fmt: skip
    return form_page(
        request, contract, form, asked,
        lambda: set_block_ramp(
            contract=contract, by_month=form.steps(), reason=form.cleaned_data["reason"], by=request.user, now=timezone.now()
        ),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def fee(request: SignedInRequest, key: UUID) -> HttpResponse:
    """A fee from a day."""
    contract = hosted_block_for(request.user, key)
    form = FeeForm(sent(request))
    asked = Asked(
        "Set the fee",
        "For a week: the fixed fee for each available bed, and the variable fee for each occupied bed or for the guaranteed share, whichever"
        " is more. The month’s bill charges a price per bed only: settling a variable fee cannot be done here yet.",
        "Set the fee", "The fee is set.",
    )  # fmt: skip
    return form_page(
        request, contract, form, asked,
        lambda: set_block_fee(
            contract=contract, starts_on=form.cleaned_data["starts_on"], fee=form.wanted(), reason=form.cleaned_data["reason"],
            by=request.user, now=timezone.now(),
        ),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def nominations(request: SignedInRequest, key: UUID) -> HttpResponse:
    """First call on beds by authority."""
    contract = hosted_block_for(request.user, key)
    form = NominationForm(sent(request), parties=parties_of(contract))
    asked = Asked(
        "First call on beds",
        "On how many beds each authority has first call, from a day. The rest is shared by weight. The commitment is divided so; whose place a"
        " bed is, is said place by place.",
        "Record first calls", "First calls are on record.",
    )  # fmt: skip
    return form_page(
        request, contract, form, asked,
        lambda: nominate_block_beds(
            contract=contract, starts_on=form.cleaned_data["starts_on"], places=form.places(), by=request.user, now=timezone.now()
        ),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def benchmark(request: SignedInRequest, key: UUID) -> HttpResponse:
    """What such a placement costs bought by itself."""
    contract = hosted_block_for(request.user, key)
    form = BenchmarkForm(sent(request))
    asked = Asked(
        "The price of spot", "The block is held against it. The provider does not see it.", "Record the price",
        "The spot price is on record.",
    )  # fmt: skip
    return form_page(
        request, contract, form, asked,
        lambda: set_block_benchmark(contract=contract, **form.cleaned_data, by=request.user, now=timezone.now()),
    )  # fmt: skip

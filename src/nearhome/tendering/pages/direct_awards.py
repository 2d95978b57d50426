"""Awarding without a competition, letting a framework go on, and giving a procurement up."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.fields import GovukForm
from nearhome.people.permissions import SignedInRequest
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.tendering.actions.abandoning import abandon_procurement
from nearhome.tendering.actions.awarding_directly import DirectReasons, DirectTerms, award_directly, extend_directly
from nearhome.tendering.forms.awards import AbandonForm, DirectForm, ExtensionForm
from nearhome.tendering.queries.awards import choices_of, procurement_to_lead
from nearhome.tendering.queries.direct_awards import (
    buys_block,
    framework_choices,
    ground_choices,
    is_open,
    is_preparing,
)


@login_required
@require_http_methods(["GET", "POST"])
def direct(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Recommend an award to one establishment, on a ground."""
    procurement = procurement_to_lead(request.user, key)
    if not is_preparing(procurement):
        return _too_late(request, key)
    grounds, hints = ground_choices(procurement.regime, to_extend=False)
    form = DirectForm(
        request.POST or None, grounds=grounds, hints=hints, buys_block=buys_block(procurement),
        initial={"starts_on": procurement.term_starts_on, "months": procurement.term_months},
    )  # fmt: skip

    def step() -> None:
        typed = form.cleaned_data
        terms = DirectTerms(typed["urn"], typed["weekly"], typed["starts_on"], typed["months"], typed.get("places"))
        award_directly(
            procurement=procurement, reasons=_reasons(typed), terms=terms, by=request.user, now=timezone.now()
        )

    return _asked(
        request, procurement, form, step, "direct_award", "The direct award is recommended. Another person decides."
    )


@login_required
@require_http_methods(["GET", "POST"])
def extend(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Recommend that a framework goes on for some months on its existing terms."""
    procurement = procurement_to_lead(request.user, key)
    if not is_preparing(procurement):
        return _too_late(request, key)
    grounds, hints = ground_choices(procurement.regime, to_extend=True)
    form = ExtensionForm(
        request.POST or None, grounds=grounds, hints=hints, frameworks=framework_choices(procurement), initial={"months": 2}
    )  # fmt: skip

    def step() -> None:
        typed = form.cleaned_data
        extend_directly(
            procurement=procurement, reasons=_reasons(typed), framework_key=UUID(typed["framework"]),
            months=typed["months"], by=request.user, now=timezone.now(),
        )  # fmt: skip

    return _asked(request, procurement, form, step, "extend", "The extension is recommended. Another person decides.")


@login_required
@require_http_methods(["GET", "POST"])
def abandon(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Give the procurement up, with the ground and the reason."""
    procurement = procurement_to_lead(request.user, key)
    if not is_open(procurement):
        return _too_late(request, key)
    was_tendered = procurement.published_at is not None
    form = AbandonForm(request.POST or None, grounds=choices_of("abandoning"), was_tendered=was_tendered)

    def step() -> None:
        typed, version = form.cleaned_data, request.POST.get("version", "")
        abandon_procurement(
            procurement=procurement, ground=typed["ground"], reason=typed["reason"], by=request.user, now=timezone.now(),
            transparency_published=bool(typed.get("transparency_published")),
            version=int(version) if version.isdecimal() else None,
        )  # fmt: skip

    return _asked(request, procurement, form, step, "abandon", "The procurement is abandoned.")


def _reasons(typed: dict[str, Any]) -> DirectReasons:
    return DirectReasons(
        typed["ground"], typed["narrative"], typed["legal_approver"], typed["value"], typed.get("exception", ""),
        typed.get("original_value"),
    )  # fmt: skip


def _too_late(request: SignedInRequest, key: UUID) -> HttpResponse:
    messages.info(request, "The procurement has gone on since, so this cannot be done now.")
    return redirect("tendering:award", key)


def _asked(
    request: SignedInRequest, procurement: Any, form: GovukForm, step: Callable[[], None], name: str, done: str
) -> HttpResponse:
    """Show the form; when it is sent and sound take the step, and say so or say why not."""
    if request.method == "POST" and form.is_valid():
        try:
            step()
        except (ValidationError, ChangedMeanwhile) as refused:
            form.add_error(None, refused if isinstance(refused, ValidationError) else str(refused))
        else:
            messages.success(request, done)
            return redirect("tendering:award", procurement.key)
    return render(request, f"tendering/{name}.html", {"procurement": procurement, "form": form})

"""Opening a framework again; a provider applies, the lead decides."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.procurement.actions.reopening import (
    apply_to_framework,
    decide_application,
    open_again,
    withdraw_application,
)
from nearhome.procurement.calculations.frameworks.reopening import line_words
from nearhome.procurement.forms.frameworks import WindowForm
from nearhome.procurement.forms.suppliers import LowerPricesForm, NewcomerForm
from nearhome.procurement.forms.uplifts import VerdictForm
from nearhome.procurement.pages.answering import answered, asked, form_page, posted
from nearhome.procurement.pages.frameworks import BOTH, GET, outcome_of, way_to
from nearhome.procurement.permissions import require_sells
from nearhome.procurement.queries import frameworks as read
from nearhome.procurement.queries.reopening import application_for, application_shown, applications_to
from nearhome.procurement.queries.suppliers import own_registrations


@login_required
@BOTH
def reopen(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Open it again."""
    row = read.framework_to_lead(request.user, key)
    form = WindowForm(posted(request))

    def act() -> Any:
        typed = form.cleaned_data
        return open_again(
            framework=row, opens_on=typed["opens_on"], closes_before=typed["last_day"] + timedelta(days=1),
            admits=typed["admits"], words=typed["words"], by=request.user, now=timezone.now(),
        )  # fmt: skip

    return asked(
        request, form, act, "The reopening is on record.", back=("procurement:framework", row.key), title="Open it again",
        caption=row.name, crumbs=way_to(row, "Open it again"), button="Open it again",
        lead="Publish the notice your framework promises for this. Prices of those admitted can only fall while it is open.",
    )  # fmt: skip


@login_required
@GET
def apply(request: SignedInRequest, key: UUID) -> HttpResponse:
    """A provider’s registrations, and what each may apply for today."""
    require_sells(request.user)
    row, today = read.framework_for(request.user, key), timezone.localdate()
    sent = {
        one.registration_id: one for one in applications_to(request.user, row) if outcome_of(one).colour == "yellow"
    }
    rows = []
    for one in own_registrations(request.user, row):
        admitted = read.admission_of(row, one, today) is not None
        waiting = sent.get(one.pk)
        page = (
            reverse("procurement:application", args=[waiting.key])
            if waiting
            else reverse("procurement:apply_with", args=[key, one.key])
        )
        what = "An application waits" if waiting else "Offer lower prices" if admitted else "Apply for admission"
        rows.append(
            (one.name, one.urn, "Admitted" if admitted else "Not admitted", Link(what, page, f"with {one.name}"))
        )
    columns = [Column("Registration"), Column("Number"), Column("Now"), Column("Next step")]
    nothing = f"None of your registrations is for: {row.get_kind_display().lower()}."
    table = Table("Your registrations", columns, rows, when_empty=nothing)
    shown = {"table": table, "row": row, "crumbs": way_to(row, "Apply"), "windows": _open(row, today)}
    return table_response(request, table) or render(request, "procurement/apply.html", shown)


def _open(row: Any, today: Any) -> list[Any]:
    return [one for one in row.windows.order_by("closes_before") if one.opens_on <= today < one.closes_before]


@login_required
@BOTH
def apply_with(request: SignedInRequest, key: UUID, registration: UUID) -> HttpResponse:
    """Apply with one registration: for admission with prices, or with lower prices."""
    require_sells(request.user)
    row, today = read.framework_for(request.user, key), timezone.localdate()
    own = next((one for one in own_registrations(request.user, row) if one.key == registration), None)
    if own is None:
        raise Http404("No such registration")
    admission = read.admission_of(row, own, today)
    card = read.card_on(admission, today) if admission else {}
    form = LowerPricesForm(posted(request), card=card) if admission else NewcomerForm(posted(request))

    def act() -> Any:
        return apply_to_framework(
            framework=row, registration=own, lines=form.lines(), words=form.cleaned_data["words"], by=request.user,
            now=timezone.now(),
        )  # fmt: skip

    made = answered(request, form, act, "Your application is sent. The lead decides it.")
    if made is not None:
        return redirect("procurement:application", made.key)
    title = "Offer lower prices" if admission else "Apply for admission"
    lead = (
        "Lower at least one price. None can rise. Children who live with you stay on the terms agreed for them."
        if admission
        else "Say what each age would cost a week: every age you take once, none left out between them."
    )
    return form_page(
        request, form, title=title, caption=f"{row.name}: {own.name}", crumbs=way_to(row, title), button="Send",
        lead=f"{lead} Only you and {row.lead}, which leads the framework, read it.",
        template="procurement/form.html" if admission else "procurement/bands.html",
    )  # fmt: skip


@login_required
@BOTH
def application(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One application; the lead decides it here."""
    page = application_shown(request.user, key, now=timezone.now())
    row = page.row
    form = VerdictForm(posted(request), is_newcomer=row.kind == "admission")
    if request.method == "POST" and not page.decides:
        raise PermissionDenied("Only a commissioner of the lead decides an application, and only once.")

    def act() -> Any:
        return decide_application(application=row, verdict=form.verdict(), by=request.user, now=timezone.now())

    if answered(request, form, act, "The decision is on record.") is not None:
        return redirect("procurement:application", key)
    columns = [Column("For"), Column("Now", "money"), Column("Offered", "money")]
    rows = [(line_words(line), page.now.get(line), pence) for line, pence in page.lines.items()]
    table = Table("Prices a week", columns, rows, when_empty="No price was offered.")
    shown = {
        "page": page, "row": row, "form": form, "table": table, "outcome": outcome_of(row),
        "crumbs": way_to(row.framework, "Application"),
    }  # fmt: skip
    return table_response(request, table) or render(request, "procurement/application.html", shown)


@login_required
@require_POST
def withdraw(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The provider takes its application back."""
    require_sells(request.user)
    row = application_for(request.user, key)
    try:
        withdraw_application(application=row, by=request.user, now=timezone.now())
    except (ValidationError, ChangedMeanwhile) as refused:
        messages.error(request, " ".join(getattr(refused, "messages", [str(refused)])))
    else:
        messages.success(request, "Your application is withdrawn.")
    return redirect("procurement:application", key)

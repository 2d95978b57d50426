"""The agreement: a new version, one version with what changed, and accepting it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import Column, Table, table_response
from nearhome.partnership import actions
from nearhome.partnership.forms.partnerships import AgreementForm
from nearhome.partnership.pages.sending import pressed, sent
from nearhome.partnership.permissions import can_accept, require_can_lead
from nearhome.partnership.queries import agreements as terms
from nearhome.partnership.queries import partnerships as queries
from nearhome.people.permissions import SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def new_agreement(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Write a new version, beginning with the words of the newest."""
    row = queries.partnership_for(request.user, key)
    require_can_lead(request.user, row)
    form = AgreementForm(request.POST or None, initial=terms.first_terms(row))
    if request.method == "POST" and form.is_valid():
        starts_on, wanted = form.cleaned_data["starts_on"], form.terms()
        made = sent(
            form,
            lambda: actions.write_agreement(
                partnership=row, starts_on=starts_on, terms=wanted, by=request.user, now=timezone.now()
            ),
        )
        if made:
            messages.success(request, f"Version {made.version} is written. Each authority is asked to accept it.")
            return redirect("partnership:agreement", key, made.version)
    shown = {"form": form, "title": "Write a version of the agreement", "button": "Write this version", "back": row}
    return render(request, "partnership/form.html", shown)


@login_required
@require_http_methods(["GET"])
def agreement(request: SignedInRequest, key: UUID, version: int) -> HttpResponse:
    """One version: its terms, what changed, who accepted it, and the button to accept."""
    row = queries.partnership_for(request.user, key)
    found = queries.version_for(request.user, key, version, timezone.localdate())
    changes = terms.changes_in(found.agreement)
    tables = (
        Table(
            "What changed", [Column("Term"), Column("Before"), Column("In this version")], changes,
            when_empty="Nothing but its date." if found.agreement.version > 1 else "This is the first version.",
        ),
        Table(
            "Who accepted it", [Column("Authority"), Column("Accepted by"), Column("When", "moment")],
            [(str(one.organisation), one.person_name, one.at) for one in found.accepted],
            when_empty="Nobody has accepted it yet.",
        ),
    )  # fmt: skip
    waits = request.user.organisation_id in {one.pk for one in found.missing}
    shown: dict[str, Any] = {
        "row": row, "found": found, "terms": terms.terms_in_words(found.agreement), "changes": tables[0],
        "accepted": tables[1], "waits_for_us": waits, "may_accept": waits and can_accept(request.user),
    }  # fmt: skip
    return table_response(request, *tables) or render(request, "partnership/agreement.html", shown)


@login_required
@require_POST
def accept(request: SignedInRequest, key: UUID, version: int) -> HttpResponse:
    """Accept a version for one's own authority."""
    found = queries.version_for(request.user, key, version, timezone.localdate())
    pressed(
        request,
        lambda: actions.accept_agreement(agreement=found.agreement, by=request.user, now=timezone.now()),
        f"{request.user.organisation} accepts this version.",
    )
    return redirect("partnership:agreement", key, version)

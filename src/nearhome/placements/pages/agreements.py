"""The placement agreement: issue, read, sign, download."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from nearhome.design.tables import Column, Table
from nearhome.placements.actions import agreeing
from nearhome.placements.forms import AgreementForm, SignForm, agreement_initial
from nearhome.placements.pages.answering import answered, person_of
from nearhome.placements.permissions import can_work_on, require_can_work_on
from nearhome.placements.queries.documents import agreement_document, agreement_for, agreement_shown
from nearhome.placements.queries.placements import agreements_of, booking_for, history_shown, placement_shown
from nearhome.placements.queries.terms import answers_to_begin_with, draft_terms

SIGNED_DONE = "You have signed. The agreement is in force once both sides have signed."


@login_required
def agreements(request: HttpRequest, key: UUID) -> HttpResponse:
    """Every version of the agreement; with one version, straight to it."""
    booking = booking_for(person_of(request), key)
    versions = agreements_of(booking)
    if len(versions) == 1:
        return redirect("placements:agreement", booking.key, versions[0].version)
    shown = {"booking": booking, "versions": versions, "may_issue": can_work_on(person_of(request), booking)}
    return render(request, "placements/agreements.html", shown)


@login_required
def issue(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write what only people know, and issue the next version."""
    booking = booking_for(person_of(request), key)
    require_can_work_on(person_of(request), booking)
    versions = agreements_of(booking)
    is_short = booking.is_emergency and not versions
    begin = answers_to_begin_with(booking)
    form = AgreementForm(request.POST or None, is_short=is_short, notice=begin.notice, initial=agreement_initial(begin))

    def act(said: dict[str, Any]) -> Any:
        return agreeing.issue_agreement(
            booking=booking, by=person_of(request), now=timezone.now(), answers=form.answers(),
            form="emergency" if is_short else "full",
        )  # fmt: skip

    made = answered(form, act) if request.method == "POST" else None
    if made:
        messages.success(request, f"Version {made.version} is issued. Both sides can now read and sign it.")
        return redirect("placements:agreement", booking.key, made.version)
    page = {
        "form": form, "booking": booking, "is_short": is_short, "version": len(versions) + 1,
        "known": draft_terms(booking, begin, version=len(versions) + 1, is_short=is_short),
        "shown": placement_shown(person_of(request), booking, now=timezone.now()),
    }  # fmt: skip
    return render(request, "placements/issue.html", page)


@login_required
def agreement(request: HttpRequest, key: UUID, version: int) -> HttpResponse:
    """Read one version, see what changed, sign it."""
    booking = booking_for(person_of(request), key)
    found = agreement_for(person_of(request), booking, version)
    form = SignForm(request.POST or None, initial={"digest": found.digest, "name": person_of(request).name})

    def act(said: dict[str, Any]) -> Any:
        return agreeing.sign_agreement(
            agreement=found, by=person_of(request), now=timezone.now(), name=said["name"], digest=said["digest"]
        )

    if request.method == "POST" and answered(form, act):
        messages.success(request, SIGNED_DONE)
        return redirect("placements:agreement", booking.key, version)
    shown = agreement_shown(person_of(request), booking, found)
    changes = Table(
        "What changed since the version before", (Column("Term"), Column("Before"), Column("Now")), shown.changes
    )
    page = {
        "booking": booking, "shown": shown, "terms": shown.terms, "form": form, "changes": changes,
        "versions": agreements_of(booking), "may_issue": can_work_on(person_of(request), booking),
        "lines": history_shown(booking, inside=shown.side == "authority"),
    }  # fmt: skip
    return render(request, "placements/agreement.html", page)


@login_required
def document(request: HttpRequest, key: UUID, version: int) -> HttpResponse:
    """The version as a PDF; its file name says nothing about the child."""
    booking = booking_for(person_of(request), key)
    found = agreement_for(person_of(request), booking, version)
    response = HttpResponse(agreement_document(found), content_type="application/pdf")
    name = f"placement-agreement-{str(booking.key)[:8]}-version-{version}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

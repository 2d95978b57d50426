"""The panel: who sits, who joins, who leaves, who chairs."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions.panel import add_panel_member, change_chair, leave_panel
from nearhome.tendering.forms.evaluation import LeavingForm, SeatForm
from nearhome.tendering.permissions.cases import can_lead, require_can_lead
from nearhome.tendering.queries.panel import evaluated_for, may_join, panel_of, seat_for


@login_required
@require_http_methods(["GET", "POST"])
def panel(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Who is on the panel; the lead's commissioner adds to it."""
    procurement = evaluated_for(request.user, key)
    leads = can_lead(request.user, procurement)
    if request.method == "POST":
        require_can_lead(request.user, procurement)
    form = SeatForm(request.POST if request.method == "POST" else None, people=may_join(procurement) if leads else [])
    if request.method == "POST" and form.is_valid():
        try:
            seat = add_panel_member(
                procurement=procurement, person=form.chosen(), is_chair=bool(form.cleaned_data["is_chair"]), by=request.user,
                now=timezone.now(),
            )  # fmt: skip
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"{seat.person} is on the panel.")
            return redirect("tendering:panel", key)
    rows = [
        (
            one.person.name, one.person.organisation.name, "Chair" if one.is_chair else "Member", one.joined_at,
            one.left_at, one.left_reason,
            Link("Change", reverse("tendering:seat", args=[key, one.pk]), one.person.name) if leads and not one.left_at else "",
        )
        for one in panel_of(procurement)
    ]  # fmt: skip
    columns = [
        Column("Name"), Column("Of"), Column("Seat"), Column("Joined", "date"), Column("Left", "date"), Column("Why"),
        Column("Change"),
    ]  # fmt: skip
    table = Table("The panel", columns, rows, when_empty="Nobody is on the panel yet.", hides_title=True)
    shown = {"procurement": procurement, "table": table, "form": form, "may_lead": leads}
    return table_response(request, table) or render(request, "tendering/panel.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def seat(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """One member: let them leave, with the reason, or chair."""
    member = seat_for(request.user, key, number)
    require_can_lead(request.user, member.procurement)
    form = LeavingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        leave_panel(member=member, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        messages.success(request, f"{member.person} has left the panel. What they scored stays on record.")
        return redirect("tendering:panel", key)
    return render(request, "tendering/seat.html", {"procurement": member.procurement, "member": member, "form": form})


@login_required
@require_POST
def chair(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Let a member chair."""
    member = seat_for(request.user, key, number)
    try:
        change_chair(member=member, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"{member.person} chairs the panel.")
    return redirect("tendering:panel", key)

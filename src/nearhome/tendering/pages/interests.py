"""Interests in a lot: what a member declares, what each has declared, and the clearing of one by somebody else."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import Column, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions.panel import clear_interest, declare_interest
from nearhome.tendering.forms.evaluation import ClearingForm, InterestForm
from nearhome.tendering.permissions.evaluation import can_clear_interest, require_can_clear_interest, sits
from nearhome.tendering.queries.evaluation_case import bids_in
from nearhome.tendering.queries.panel import declarations_of, interests_of, lot_for, seat_for


@login_required
@require_http_methods(["GET", "POST"])
def interest(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """A member declares whether they have an interest in a lot."""
    lot = lot_for(request.user, key, number)
    if not sits(request.user, lot.procurement):
        raise PermissionDenied("Only a member of the panel declares an interest.")
    before = next(one for one in interests_of(request.user, lot.procurement) if one.lot.pk == lot.pk)
    started = {"has_interest": before.has_interest, "words": before.words if before.has_interest else ""}
    form = InterestForm(
        request.POST if request.method == "POST" else None, initial={} if before.has_interest is None else started
    )
    if request.method == "POST" and form.is_valid():
        has = bool(form.cleaned_data["has_interest"])
        words = form.cleaned_data["words"] if has else ""
        try:
            declare_interest(lot=lot, has_interest=has, words=words, by=request.user, now=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"Your declaration for lot {lot.number} is kept.")
            return redirect("tendering:evaluation", key) if has else redirect("tendering:scores", key, number)
    shown = {"procurement": lot.procurement, "lot": lot, "form": form, "before": before, "bidders": bids_in(lot)}
    return render(request, "tendering/interest.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def interest_of(request: SignedInRequest, key: UUID, number: int, seat: int) -> HttpResponse:
    """What a member has declared of a lot, in order; the chair or the lead clears an interest, with the reason."""
    lot, member = lot_for(request.user, key, number), seat_for(request.user, key, seat)
    if request.method == "POST":
        require_can_clear_interest(request.user, member.person_id, lot)
    declared = declarations_of(member.person, lot)
    form = ClearingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            clear_interest(lot=lot, person=member.person, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())  # fmt: skip
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"The interest of {member.person} in lot {lot.number} is cleared.")
            return redirect("tendering:evaluation", key)
    rows = [
        (one.at, "An interest" if one.has_conflict else "Cleared" if one.cleared_by else "No interest", one.words,
         str(one.cleared_by or member.person))
        for one in declared
    ]  # fmt: skip
    columns = [Column("When", "moment"), Column("What"), Column("Words"), Column("By")]
    table = Table("What was declared", columns, rows, when_empty="Nothing has been declared yet.", hides_title=True)
    has_interest = bool(declared) and declared[-1].has_conflict
    may = has_interest and can_clear_interest(request.user, member.person_id, lot)
    shown = {"procurement": lot.procurement, "lot": lot, "member": member, "table": table, "form": form, "may": may, "has_interest": has_interest}  # fmt: skip
    return table_response(request, table) or render(request, "tendering/interest_of.html", shown)

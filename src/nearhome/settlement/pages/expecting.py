"""Placements that nobody has booked, to be counted on: said, seen, withdrawn."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.people.permissions import SignedInRequest
from nearhome.settlement.actions.expecting import expect_placements, withdraw_expected
from nearhome.settlement.forms.budgets import ExpectedForm
from nearhome.settlement.permissions.budgets import require_can_set_budgets
from nearhome.settlement.queries import service_lines


@login_required
@require_http_methods(["GET", "POST"])
def expected(request: SignedInRequest, key: UUID) -> HttpResponse:
    """What a line counts on, each to be withdrawn, and a form for more."""
    require_can_set_budgets(request.user)
    line = service_lines.line_row(request.user, key)
    form = ExpectedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            expect_placements(line=line, expected=form.new_expected(), by=request.user, now=timezone.now())
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "The line counts on these placements. They are in the column “Assumed”.")
            return redirect("settlement:budget", line.key)
    shown = {"form": form, "line": line, "stands": service_lines.expected_of(line), "kinds": service_lines.KINDS}
    return render(request, "settlement/expected.html", shown)


@login_required
@require_POST
def withdraw(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Count on them no longer."""
    row = service_lines.expected_row(request.user, key)
    withdraw_expected(expected=row, by=request.user, now=timezone.now())
    messages.success(request, "The line no longer counts on these placements.")
    return redirect("settlement:expected", row.line.key)

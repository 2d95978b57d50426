"""What a finance officer does with an invoice: match it again, hold and release lines, approve, return."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.wording import money
from nearhome.settlement.actions import approving, invoicing
from nearhome.settlement.forms.invoices import ApproveForm, ReasonForm
from nearhome.settlement.queries import invoices as queries


@login_required
@require_POST
def approve_invoice(request: HttpRequest, key: UUID) -> HttpResponse:
    """Approve every line that is not held, at the sum that was on the screen."""
    row = queries.invoice_to_decide(request.user, key)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Look at the invoice, then approve it with the button below.")
        return redirect("settlement:invoice", key)
    shown = form.cleaned_data["shown_pence"]
    try:
        pence = approving.approve_invoice(invoice=row, shown_pence=shown, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("settlement:invoice", key)
    if pence is None:
        messages.error(
            request, "What is due changed since you opened the page, so nothing was approved. Look at it again."
        )
    else:
        messages.success(request, f"{money(pence)} approved for payment." if pence else "It was approved already.")
    return redirect("settlement:invoice", key)


@login_required
@require_POST
def match_invoice(request: HttpRequest, key: UUID) -> HttpResponse:
    """Set the invoice against what is due today."""
    row = queries.invoice_to_decide(request.user, key)
    try:
        invoicing.match_again(invoice=row, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, "The invoice was set against what is due today.")
    return redirect("settlement:invoice", key)


@login_required
@require_http_methods(["GET", "POST"])
def return_invoice(request: HttpRequest, key: UUID) -> HttpResponse:
    """Send the invoice back unpaid."""
    row = queries.invoice_to_decide(request.user, key)

    def step(reason: str) -> Any:
        return invoicing.return_invoice(invoice=row, reason=reason, by=request.user, now=timezone.now())

    return _asking_why(request, row, f"Return invoice {row.number}", step, "The invoice was returned.")


@login_required
@require_http_methods(["GET", "POST"])
def hold_line(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """Keep a line from being paid."""
    line = queries.line_to_hold(request.user, key, number)

    def step(reason: str) -> Any:
        return approving.hold_line(line=line, reason=reason, by=request.user, now=timezone.now())

    return _asking_why(request, line.invoice, f"Hold line {number}", step, f"Line {number} is held.")


@login_required
@require_http_methods(["GET", "POST"])
def release_hold(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a line be paid that was held."""
    hold = queries.hold_to_release(request.user, key)
    number = hold.line.number

    def step(reason: str) -> Any:
        return approving.release_hold(hold=hold, reason=reason, by=request.user, now=timezone.now())

    payable = money(hold.line.match.payable_pence)
    title = f"Release line {number}, to be paid {payable}"
    return _asking_why(
        request, hold.line.invoice, title, step, f"Line {number} was released. A colleague can approve it."
    )


def _asking_why(request: HttpRequest, invoice: Any, title: str, step: Callable[[str], Any], done: str) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            step(form.cleaned_data["reason"])
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, done)
            return redirect("settlement:invoice", invoice.key)
    return render(request, "settlement/invoice_reason.html", {"form": form, "invoice": invoice, "title": title})

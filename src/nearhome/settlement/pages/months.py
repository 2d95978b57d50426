"""The list of months and the page of one, with what the finance lead does to it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from nearhome.design.tables import table_response
from nearhome.settlement import actions
from nearhome.settlement.forms import ReturnForm, WorkOutForm
from nearhome.settlement.pages import tables
from nearhome.settlement.pages.closing import closing_table
from nearhome.settlement.pages.dispute_tables import held_table
from nearhome.settlement.queries import months as queries
from nearhome.settlement.queries.closing import closing_of
from nearhome.settlement.queries.periods import in_words


@login_required
def months(request: HttpRequest) -> HttpResponse:
    """Every month of the person's partnerships, and the months that may be worked out."""
    shown = tables.months_tables(queries.months_of(request.user))
    to_work_out = queries.months_to_work_out(request.user, today=timezone.localdate())
    forms = [(one, WorkOutForm(months=one.months, auto_id=f"{one.partnership_key}-%s")) for one in to_work_out]
    download = table_response(request, *shown)
    return download or render(request, "settlement/months.html", {"tables": shown, "forms": forms})


@login_required
@require_POST
def work_out(request: HttpRequest, key: UUID) -> HttpResponse:
    """Work out the month that was chosen."""
    partnership = queries.partnership_to_settle(request.user, key)
    starts_on = _month_chosen(request.POST.get("month", ""))
    if starts_on is None:
        messages.error(request, "Select a month to work out.")
        return redirect("settlement:months")
    try:
        month = actions.work_out_month(
            partnership=partnership, starts_on=starts_on, by=request.user, now=timezone.now()
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("settlement:months")
    messages.success(request, f"{in_words(starts_on)} has been worked out. Nothing was posted twice.")
    return redirect("settlement:month", month.key)


@login_required
def month(request: HttpRequest, key: UUID) -> HttpResponse:
    """One month: positions, transfers, what could not be charged, and the next step."""
    return _month(request, key, ReturnForm())


@login_required
@require_POST
def check(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that the month is right."""
    return _step(request, key, actions.check_month, "has been checked. Somebody else approves it.")


@login_required
@require_POST
def approve(request: HttpRequest, key: UUID) -> HttpResponse:
    """Approve what somebody else checked."""
    return _step(request, key, actions.approve_month, "has been approved. It can be closed now.")


@login_required
@require_POST
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask the worker to close the month for good."""
    return _step(request, key, actions.ask_to_close, "is being closed. Look again in a moment to see how far it is.")


@login_required
@require_POST
def return_to_draft(request: HttpRequest, key: UUID) -> HttpResponse:
    """Send the month back to draft."""
    queries.month_to_settle(request.user, key)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _month(request, key, form)
    reason = form.cleaned_data["reason"]

    def step(**named: Any) -> Any:
        return actions.return_month(reason=reason, **named)

    return _step(request, key, step, "is a draft again.")


def _month(request: HttpRequest, key: UUID, form: ReturnForm) -> HttpResponse:
    page = queries.month_page(request.user, key)
    closing, held = closing_of(request.user, page.month), held_table(page)
    shown = tables.positions_table(page), tables.transfers_table(page), tables.problems_table(page)
    parts = closing_table(closing)
    download = table_response(request, *shown, held, parts)
    context = {
        "page": page, "positions": shown[0], "transfers": shown[1], "problems": shown[2], "held": held, "form": form,
        "closing": closing, "parts": parts,
    }  # fmt: skip
    return download or render(request, "settlement/month.html", context)


def _step(request: HttpRequest, key: UUID, step: Callable[..., Any], done: str) -> HttpResponse:
    row = queries.month_row(request.user, key)
    try:
        step(month=row, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"{in_words(row.starts_on)} {done}")
    return redirect("settlement:month", key)


def _month_chosen(typed: str) -> date | None:
    """2026-10 → 1 October 2026. Anything but a month was not offered by the page."""
    if not typed:
        return None
    try:
        return date.fromisoformat(f"{typed}-01")
    except ValueError:
        raise Http404 from None

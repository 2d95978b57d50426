"""Invoices: the list, sending one as a file or typed in, and one of them line by line; the statement of account."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import table_response
from nearhome.settlement.actions.invoicing import submit_invoice
from nearhome.settlement.forms.invoices import TYPED_LINES, ApproveForm, InvoiceFileForm, InvoiceForm, TypedLineForm
from nearhome.settlement.importers.invoice_files import read_invoice
from nearhome.settlement.importers.invoice_rows import RowFault, SentLine, lines_from_rows
from nearhome.settlement.pages import invoice_tables as tables
from nearhome.settlement.permissions import can_see_settlement
from nearhome.settlement.queries import invoices as queries
from nearhome.settlement.queries.provider_accounts import accounts_with

FAULTS_SHOWN = 20


@login_required
@require_http_methods(["GET"])
def invoices(request: HttpRequest) -> HttpResponse:
    """Every invoice the person's organisation sent, or was sent."""
    rows = queries.invoices_of(request.user, today=timezone.localdate())
    is_provider = not can_see_settlement(request.user)
    table = tables.invoices_table(rows, is_provider=is_provider)
    shown = {"table": table, "is_provider": is_provider, "late": sum(one.is_late for one in rows)}
    return table_response(request, table) or render(request, "settlement/invoices.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def new_invoice(request: HttpRequest) -> HttpResponse:
    """Send an invoice as a file."""
    authorities = {str(one.key): one for one in queries.authorities_to_bill(request.user)}
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = InvoiceFileForm(*posted, authorities=_choices(authorities))
    if posted and form.is_valid():
        sent = form.cleaned_data["file"]
        authority = authorities[form.cleaned_data["authority"]]
        read = read_invoice(sent.name, sent.read(), authority.name)
        done = _submit(request, form, authority, read, "file")
        if done:
            return done
    layout = tables.layout_table()
    shown = {"form": form, "layout": layout, "authorities": authorities}
    return table_response(request, layout) or render(request, "settlement/new_invoice.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def type_invoice(request: HttpRequest) -> HttpResponse:
    """Send an invoice of a few lines by typing it in."""
    authorities = {str(one.key): one for one in queries.authorities_to_bill(request.user)}
    posted = request.POST if request.method == "POST" else None
    form = InvoiceForm(posted, authorities=_choices(authorities))
    lines = [TypedLineForm(posted, prefix=f"line{number}") for number in range(1, TYPED_LINES + 1)]
    # All of them are asked, so that every fault is shown at once.
    if posted is not None and all([form.is_valid(), *(line.is_valid() for line in lines)]):
        typed = [
            (number, line.cleaned_data) for number, line in enumerate(lines, start=1) if any(line.cleaned_data.values())
        ]
        authority = authorities[form.cleaned_data["authority"]]
        done = _submit(request, form, authority, lines_from_rows(typed), "form", lines)
        if done:
            return done
    shown = {"form": form, "lines": lines, "authorities": authorities}
    return render(request, "settlement/type_invoice.html", shown)


@login_required
@require_http_methods(["GET"])
def invoice(request: HttpRequest, key: UUID) -> HttpResponse:
    """One invoice beside what is due, with what can be done about it."""
    page = queries.invoice_page(request.user, key, today=timezone.localdate())
    table = tables.lines_table(page)
    approve = ApproveForm(initial={"shown_pence": page.to_approve_pence})
    shown = {"page": page, "table": table, "approve": approve}
    return table_response(request, tables.lines_download(page)) or render(request, "settlement/invoice.html", shown)


@login_required
@require_http_methods(["GET"])
def account(request: HttpRequest) -> HttpResponse:
    """The statement of account with each authority, or each provider."""
    accounts = accounts_with(request.user)
    shown = [(one, tables.account_table(one)) for one in accounts]
    found = table_response(request, *(table for _, table in shown))
    return found or render(request, "settlement/account.html", {"accounts": shown})


def _choices(authorities: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((key, one.name) for key, one in authorities.items())


def _submit(
    request: HttpRequest,
    form: InvoiceForm,
    authority: Any,
    read: tuple[tuple[SentLine, ...], tuple[RowFault, ...]],
    source: str,
    typed: list[TypedLineForm] | None = None,
) -> HttpResponse | None:
    lines, faults = read
    for fault in faults[:FAULTS_SHOWN]:
        _say(form, typed, fault)
    if len(faults) > FAULTS_SHOWN:
        form.add_error(None, f"And {len(faults) - FAULTS_SHOWN:,} more. Mend these first, then send it again.")
    if faults:
        return None
    number, dated_on = form.cleaned_data["number"], form.cleaned_data["dated_on"]
    try:
        row = submit_invoice(
            authority=authority, number=number, dated_on=dated_on, lines=lines, source=source, by=request.user,
            now=timezone.now(),
        )  # fmt: skip
    except ValidationError as refused:
        form.add_error(None, refused)
        return None
    messages.success(request, f"Invoice {row.number} was sent to {authority}. Below is how each line was matched.")
    return redirect("settlement:invoice", row.key)


def _say(form: InvoiceForm, typed: list[TypedLineForm] | None, fault: RowFault) -> None:
    """Beside the box that is wrong, where there is one."""
    if typed and fault.row and fault.field in typed[fault.row - 1].fields:
        typed[fault.row - 1].add_error(fault.field, fault.words)
        return
    words = str(fault) if not typed else f"Line {fault.row}: {fault.words}" if fault.row else fault.words
    form.add_error("file" if "file" in form.fields else None, words)

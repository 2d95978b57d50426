"""Payment runs: what can be paid, making, sending and cancelling a run, its files; bank accounts and the tolerance."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import table_response
from nearhome.settlement.actions import bank_accounts, paying
from nearhome.settlement.forms.payment_runs import AccountForm, CancelForm, RunForm, ToleranceForm
from nearhome.settlement.pages import invoice_tables as tables
from nearhome.settlement.queries import payment_runs as queries

FILES = {"csv": ("text/csv; charset=utf-8", "csv"), "bacs": ("text/plain; charset=us-ascii", "txt")}


@login_required
@require_http_methods(["GET", "POST"])
def runs(request: HttpRequest) -> HttpResponse:
    """What is approved and not paid, and every run; a POST makes one."""
    ready = queries.ready_to_pay(request.user)
    earliest = queries.earliest_pay_day(timezone.localdate())
    form = RunForm(request.POST if request.method == "POST" else None, initial={"pay_on": earliest})
    if request.method == "POST" and form.is_valid():
        try:
            run = paying.make_run(pay_on=form.cleaned_data["pay_on"], by=request.user, now=timezone.now())
        except ValidationError as refused:
            form.add_error("pay_on", refused)
        else:
            messages.success(request, f"Payment run {run.number} was made. A colleague must send it.")
            return redirect("settlement:run", run.key)
    shown = tables.to_pay_table(ready), tables.runs_table(queries.runs_of(request.user))
    context = {"ready": shown[0], "runs": shown[1], "form": form, "can_make": any(not one.obstacle for one in ready)}
    return table_response(request, *shown) or render(request, "settlement/runs.html", context)


@login_required
@require_http_methods(["GET"])
def run(request: HttpRequest, key: UUID) -> HttpResponse:
    """One run with its payments, and the next step."""
    page = queries.run_page(request.user, key, today=timezone.localdate())
    shown = tables.payments_table(page), tables.run_lines_table(page)
    context = {"page": page, "payments": shown[0], "lines": shown[1]}
    return table_response(request, *shown) or render(request, "settlement/run.html", context)


@login_required
@require_POST
def send_run(request: HttpRequest, key: UUID) -> HttpResponse:
    """Approve the run and make its files."""
    row = queries.run_row(request.user, key)
    try:
        paying.send_run(run=row, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, "The run was sent. Download its file and load it into your bank’s software.")
    return redirect("settlement:run", key)


@login_required
@require_http_methods(["GET", "POST"])
def cancel_run(request: HttpRequest, key: UUID) -> HttpResponse:
    """Free the lines of a run that was not sent."""
    row = queries.run_row(request.user, key)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            paying.cancel_run(run=row, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The run was cancelled. Its lines can be paid in another.")
            return redirect("settlement:run", key)
    return render(request, "settlement/cancel_run.html", {"form": form, "run": row})


@login_required
@require_http_methods(["GET"])
def run_file(request: HttpRequest, key: UUID, kind: str) -> HttpResponse:
    """The file of a run that was sent: the same bytes every time."""
    body = queries.run_file(request.user, key, kind)
    content_type, ending = FILES[kind]
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="payment-run-{kind}.{ending}"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def bank(request: HttpRequest) -> HttpResponse:
    """Bank accounts and the tolerance; a POST enters an account."""
    holders = {str(one.key): one for one in queries.holders(request.user)}
    choices = tuple((key, one.name) for key, one in holders.items())
    form = AccountForm(request.POST if request.method == "POST" else None, holders=choices)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "holder": holders[form.cleaned_data["holder"]]}
        try:
            bank_accounts.enter_account(**given, by=request.user, now=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The account was entered. A colleague must confirm it.")
            return redirect("settlement:bank")
    return _bank(request, form, None)


@login_required
@require_POST
def set_tolerance(request: HttpRequest) -> HttpResponse:
    """Say how far an invoice may differ from a day on."""
    form = ToleranceForm(request.POST)
    queries.tolerance_of(request.user, today=timezone.localdate())
    if form.is_valid():
        given = form.cleaned_data
        bank_accounts.set_tolerance(
            pence=given["pounds"], basis_points=given["basis_points"], starts_on=given["starts_on"], by=request.user,
            now=timezone.now(),
        )  # fmt: skip
        messages.success(request, "The tolerance was set.")
        return redirect("settlement:bank")
    return _bank(request, None, form)


@login_required
@require_POST
def confirm_account(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that an account is right."""
    row = queries.account_row(request.user, key)
    try:
        bank_accounts.confirm_account(account=row, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"The account of {row.holder} is in use.")
    return redirect("settlement:bank")


def _bank(request: HttpRequest, form: AccountForm | None, tolerance: ToleranceForm | None) -> HttpResponse:
    rows = queries.accounts_of(request.user)
    table = tables.accounts_table(rows)
    choices = tuple((str(one.key), one.name) for one in queries.holders(request.user))
    context = {
        "table": table, "to_confirm": [one for one in rows if one.may_confirm],
        "form": form or AccountForm(holders=choices), "tolerance_form": tolerance or ToleranceForm(),
        "tolerance": queries.tolerance_of(request.user, today=timezone.localdate()),
    }  # fmt: skip
    return table_response(request, table) or render(request, "settlement/bank.html", context)

"""Tokens for a provider's own software: made, shown once, ended."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import Column, Table, table_response
from nearhome.settlement.actions.invoice_tokens import end_token as end
from nearhome.settlement.actions.invoice_tokens import make_token
from nearhome.settlement.forms.invoices import TokenForm
from nearhome.settlement.queries import invoice_tokens as queries


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens that stand; a POST makes one and shows it this once."""
    queries.tokens_of(request.user)
    form, made = TokenForm(request.POST if request.method == "POST" else None), ""
    if request.method == "POST" and form.is_valid():
        try:
            made = make_token(label=form.cleaned_data["label"], by=request.user, now=timezone.now())
        except ValidationError as refused:
            form.add_error("label", refused)
        else:
            form = TokenForm()
    rows = queries.tokens_of(request.user)
    columns = (Column("Used by"), Column("Made by"), Column("Made", "moment"))
    cells = [(one.label, str(one.made_by), one.made_at) for one in rows]
    table = Table("Tokens", columns, cells, when_empty="There is no token yet.")
    shown = {"table": table, "rows": rows, "form": form, "made": made}
    return table_response(request, table) or render(request, "settlement/invoice_tokens.html", shown)


@login_required
@require_POST
def end_token(request: HttpRequest, key: UUID) -> HttpResponse:
    """Accept nothing with it any more."""
    row = end(token=queries.token_row(request.user, key), by=request.user, now=timezone.now())
    messages.success(request, f"The token of {row.label} was ended.")
    return redirect("settlement:invoice_tokens")

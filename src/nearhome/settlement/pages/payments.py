"""What a provider will be paid, and why."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nearhome.design.tables import table_response
from nearhome.settlement.pages import tables
from nearhome.settlement.queries import payments as queries

LINES_ON_A_PAGE = 100


@login_required
def payments(request: HttpRequest) -> HttpResponse:
    """Every month in which the person's organisation is paid."""
    table = tables.payment_months_table(queries.payment_months(request.user))
    return table_response(request, table) or render(request, "settlement/payments.html", {"table": table})


@login_required
def payment_month(request: HttpRequest, key: UUID) -> HttpResponse:
    """One month's payments, line by line."""
    month = queries.payment_month(request.user, key)
    lines = queries.payment_lines(request.user, month)
    download = table_response(request, tables.payments_download(month, lines))
    if download:
        return download
    shown = Paginator(lines, LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    table = tables.payments_table(month, tuple(shown.object_list), with_total=shown.paginator.num_pages == 1)
    return render(request, "settlement/payment_month.html", {"month": month, "table": table, "shown": shown})

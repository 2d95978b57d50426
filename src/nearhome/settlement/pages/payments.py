"""What a provider will be paid, and why."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify

from nearhome.design import wording
from nearhome.design.tables import table_response
from nearhome.settlement.exporters.account_pdf import account_pdf
from nearhome.settlement.pages import tables
from nearhome.settlement.queries import payments as queries

LINES_ON_A_PAGE = 100
TERM = (
    "The 30 days of the payment term are counted here from the day the month was closed, that day included. Where your"
    " invoice arrived later, they are counted from its arrival."
)


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
    return render(
        request, "settlement/payment_month.html", {"month": month, "table": table, "shown": shown, "term": TERM}
    )


@login_required
def remittance_document(request: HttpRequest, key: UUID) -> HttpResponse:
    """The remittance advice as a tagged PDF: what each authority pays, line by line."""
    advice = queries.remittance(request.user, key, today=timezone.localdate())
    month = advice.month
    when = (
        f"Expected by {wording.date(month.expected_by)}."
        if month.expected_by
        else "The month is not closed: lines may change."
    )
    body = account_pdf(
        f"Remittance advice for {advice.provider}, {month.name}",
        advice.provider,
        made_on=advice.made_on,
        introduction=[f"{when} In all {wording.money(month.pence)}.", TERM],
        tables=tables.remittance_tables(advice),
    )
    response = HttpResponse(body, content_type="application/pdf")
    name = slugify(f"remittance advice {advice.provider} {month.starts_on:%Y-%m}")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response

"""The statement between two authorities, on the page and as files."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from nearhome.design import wording
from nearhome.design.tables import Column, Table, table_response
from nearhome.settlement.exporters.account_pdf import account_pdf
from nearhome.settlement.pages.dispute_tables import pair_table, pair_tables
from nearhome.settlement.queries.pairs import PairPage, pair_page


@login_required
@require_safe
def pair(request: HttpRequest, key: UUID, other: UUID) -> HttpResponse:
    """Every line both ways; ?download= answers with one table or with all of it."""
    page = pair_page(request.user, key, other)
    shown, whole = pair_tables(page), pair_table(page)
    download = table_response(request, whole, *shown)
    context = {"page": page, "tables": shown, "whole": whole, "sums": _sums(page), "transfers": _transfers(page)}
    return download or render(request, "settlement/pair.html", context)


@login_required
@require_safe
def pair_document(request: HttpRequest, key: UUID, other: UUID) -> HttpResponse:
    """The same as a tagged PDF."""
    page = pair_page(request.user, key, other)
    one, other_name = page.statement.organisation.name, page.partner.name
    title = f"Statement between {one} and {other_name} for {page.month}"
    amounts = [(name, pence) for name, pence in _sums(page)]
    summary = Table("Summary", [Column("Sum"), Column("Amount", "money")], amounts)
    introduction = [
        f"Issued on {wording.date(page.made_on)}. A night is exactly a seventh of the weekly price. Lines in dispute stand"
        " here with all others; what is held of them is left out of the payments until the dispute has ended."
    ]
    tables = (summary, *pair_tables(page), _transfers(page))
    body = account_pdf(title, one, made_on=page.made_on, introduction=introduction, tables=tables)
    response = HttpResponse(body, content_type="application/pdf")
    name = slugify(f"statement {one} and {other_name} {page.starts_on:%Y-%m}")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def _sums(page: PairPage) -> tuple[tuple[str, int], ...]:
    one, other, account = page.statement.organisation.name, page.partner.name, page.partner.account
    return (
        (f"Owed to {one} by {other}", account.owed_to),
        (f"Less: owed by {one} to {other}", -account.owed_by),
        (f"Net (minus: {one} owes)", account.net),
        ("Less: held because it is in dispute", -account.held),
        ("Plus: held in earlier months and paid with this one", account.released),
        ("Left to settle between the two", account.to_settle),
    )


def _transfers(page: PairPage) -> Table:
    columns = (Column("From"), Column("To"), Column("Amount", "money"))
    empty = (
        "The two pay one another nothing. Payments of a month settle what each authority owes all others together, with"
        " as few payments as are found, so they need not run between these two."
    )
    return Table("Payments between the two in this month", columns, page.transfers, when_empty=empty)

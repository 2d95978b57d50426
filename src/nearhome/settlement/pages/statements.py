"""One authority's statement: read, downloaded, agreed or disputed."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from nearhome.design.tables import table_response
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.settlement import actions
from nearhome.settlement.exporters.statement_pdf import statement_pdf
from nearhome.settlement.forms import AnswerForm, DisputeForm
from nearhome.settlement.pages import tables
from nearhome.settlement.pages.dispute_tables import partners_table, whole_slug, whole_statement_table
from nearhome.settlement.queries import statements as queries

LINES_ON_A_PAGE = 100


@login_required
def statement(request: HttpRequest, key: UUID) -> HttpResponse:
    """Every line with its reason; ?download= answers with a table."""
    return _statement(request, key)


@login_required
def statement_document(request: HttpRequest, key: UUID) -> HttpResponse:
    """The statement as a tagged PDF."""
    row = queries.statement_row(request.user, key)
    made = queries.statement_for_pdf(row, made_on=timezone.localdate(row.issued_at))
    body = statement_pdf(
        made.statement,
        period=made.period,
        names=made.names,
        made_on=made.made_on,
        transfers=made.transfers,
        children=made.children,
        position=made.position,
    )
    response = HttpResponse(body, content_type="application/pdf")
    name = slugify(f"statement {row.organisation} {made.period.starts_on:%Y-%m}")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


@login_required
@require_POST
def agree(request: HttpRequest, key: UUID) -> HttpResponse:
    """Agree the statement as it was on the screen."""
    row = queries.statement_to_answer(request.user, key)
    issued_at = _issued_at(AnswerForm(request.POST))
    if issued_at is None:
        messages.error(request, "Look at the statement, then agree it with the button below.")
        return redirect("settlement:statement", key)
    try:
        actions.agree_statement(statement=row, issued_at=issued_at, by=request.user, now=timezone.now())
    except (ValidationError, ChangedMeanwhile) as refused:
        messages.error(request, " ".join(getattr(refused, "messages", [str(refused)])))
    else:
        messages.success(request, "You agreed this statement.")
    return redirect("settlement:statement", key)


@login_required
@require_POST
def dispute(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say what is wrong with the statement as it was on the screen."""
    row = queries.statement_to_answer(request.user, key)
    form = DisputeForm(request.POST)
    issued_at = _issued_at(form)
    if issued_at is None:
        return _statement(request, key, form)
    words = form.cleaned_data["words"]
    try:
        actions.dispute_statement(statement=row, issued_at=issued_at, words=words, by=request.user, now=timezone.now())
    except (ValidationError, ChangedMeanwhile) as refused:
        form.add_error("words", " ".join(getattr(refused, "messages", [str(refused)])))
        return _statement(request, key, form)
    messages.success(request, "Your dispute has been recorded. The finance lead will see it.")
    return redirect("settlement:statement", key)


def _statement(request: HttpRequest, key: UUID, form: DisputeForm | None = None) -> HttpResponse:
    page = queries.statement_page(request.user, key)
    row, sums = page.statement, page.sums
    from_others, to_others = tables.from_others_table(page), tables.to_others_table(page)
    partners, whole = partners_table(page), whole_slug(page)
    if request.GET.get("table") == tables.ALL_LINES:
        every = tables.all_lines_table(queries.lines_borne(row), sums.own_cost)
        download = table_response(request, every)
    elif request.GET.get("table") == whole:
        every = whole_statement_table(page, queries.whole_statement(row))
        download = table_response(request, every)
    else:
        download = table_response(request, *tables.recharged_downloads(page), partners)
    if download:
        return download
    own = Paginator(queries.own_lines(row), LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    lines = queries.lines_of(own.object_list)
    context = {
        "page": page, "from_others": from_others, "to_others": to_others, "own": own,
        "own_table": tables.own_table(lines, sums.own_cost - sums.recharged_by_others, own.paginator.num_pages == 1),
        "partners": partners, "whole": whole,
        "issued_at": row.issued_at.isoformat(), "form": _fresh(form, row.issued_at),
    }  # fmt: skip
    return render(request, "settlement/statement.html", context)


def _fresh(form: DisputeForm | None, issued_at: datetime) -> DisputeForm:
    """The form to show: what was typed is kept, the issue it answers is the one now on the screen."""
    if form is None:
        return DisputeForm(initial={"issued_at": issued_at.isoformat()})
    form.data = {**form.data.dict(), "issued_at": issued_at.isoformat()}  # type: ignore[attr-defined]
    return form


def _issued_at(form: AnswerForm | DisputeForm) -> datetime | None:
    if not form.is_valid():
        return None
    try:
        return datetime.fromisoformat(form.cleaned_data["issued_at"])
    except ValueError:
        return None

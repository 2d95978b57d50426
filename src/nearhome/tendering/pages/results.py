"""Results: each lot's ranking with its marks, and what would have changed who is first."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.charts import Series, bar_chart, line_chart
from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions.results import work_out_results
from nearhome.tendering.pages.result_tables import effect_tables, marks_table, ranking_table, totals_table
from nearhome.tendering.permissions.cases import can_lead
from nearhome.tendering.permissions.evaluation import can_chair
from nearhome.tendering.queries.feedback import letters_of
from nearhome.tendering.queries.interests import interests_after_judging
from nearhome.tendering.queries.panel import evaluated_for, lot_for
from nearhome.tendering.queries.progress import is_open, lot_progress, progress_of
from nearhome.tendering.queries.result_charts import split_lines, totals
from nearhome.tendering.queries.results import replays_the_same, rule_of, shown_result
from nearhome.tendering.states import ProcurementState

SENDABLE = (ProcurementState.APPROVED, ProcurementState.CONTRACTED, ProcurementState.ABANDONED)


@login_required
@require_http_methods(["GET"])
def results(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Every lot's first, and the feedback letters."""
    procurement = evaluated_for(request.user, key)
    lots = progress_of(procurement) if is_open(procurement, timezone.now()) else []
    rows = []
    for lot in lots:
        first = [row for row in lot.result.result["ranking"] if row["rank"] == 1] if lot.result else []
        href = reverse("tendering:lot_result", args=[key, lot.lot.number])
        total = first[0]["total"] if first else ""
        rows.append(
            (Link(str(lot.lot), href), lot.stage, lot.bids, total, lot.result.worked_out_at if lot.result else None)
        )
    columns = [
        Column("Lot"),
        Column("Stands"),
        Column("Bids", "number"),
        Column("Best total"),
        Column("Worked out", "moment"),
    ]
    table = Table("Lots", columns, rows, when_empty="Nothing is ranked before bids are open.", hides_title=True)
    letters = [
        (
            Link(one.bid.registration.name, reverse("tendering:feedback", args=[one.key]), f"lot {one.bid.lot.number}"),
            one.bid.lot.number, one.made_at, one.sent_at,
        )
        for one in letters_of(procurement)
    ]  # fmt: skip
    of_letters = Table("Feedback letters", [Column("To"), Column("Lot", "number"), Column("Drafted", "moment"), Column("Sent", "moment")], letters, when_empty="No letter has been drafted yet.")  # fmt: skip
    shown = {
        "procurement": procurement, "table": table, "letters": of_letters, "may_lead": can_lead(request.user, procurement),
        "has_results": any(lot.result for lot in lots), "may_send": procurement.state in SENDABLE and bool(letters),
        "all_sent": bool(letters) and all(row[3] for row in letters),
    }  # fmt: skip
    return table_response(request, table, of_letters) or render(request, "tendering/results.html", shown)


@login_required
@require_http_methods(["GET"])
def lot_result(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """One lot: ranking, marks by question, and the effect of each choice in words, tables and drawings."""
    lot = lot_for(request.user, key, number)
    shown, may = shown_result(lot), can_lead(request.user, lot.procurement) or can_chair(request.user, lot.procurement)
    page = {
        "procurement": lot.procurement,
        "lot": lot,
        "may_work_out": may,
        "progress": lot_progress(lot),
        "late": interests_after_judging(lot),
    }
    if shown is None:
        return render(request, "tendering/no_result.html", page)
    ranking, marks, effects = ranking_table(shown), marks_table(shown), effect_tables(shown)
    names, marked = totals(shown)
    labels, lines = split_lines(shown)
    page |= {
        "shown": shown, "ranking": ranking, "marks": marks, "effects": effects, "same": replays_the_same(shown), "rule": rule_of(shown),
        "charted": totals_table(shown),
        "totals_svg": bar_chart(names, marked) if names else None,
        "split_svg": line_chart(labels, [Series(name, values) for name, values in lines], along="per cent quality") if lines else None,
    }  # fmt: skip
    return table_response(request, ranking, marks, totals_table(shown), *effects.values()) or render(
        request, "tendering/lot_result.html", page
    )


@login_required
@require_POST
def work_out(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Work the results of a lot out, or again."""
    lot = lot_for(request.user, key, number)
    try:
        work_out_results(lot=lot, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("tendering:lot_prices", key, number)
    messages.success(request, f"The results of lot {number} are worked out from the bids as they stand.")
    return redirect("tendering:lot_result", key, number)

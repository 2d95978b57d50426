"""How bids will be judged: the tree with its weights, and one page for each criterion."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions.criteria import remove_criterion as remove
from nearhome.tendering.actions.criteria import save_criterion, start_tree
from nearhome.tendering.forms.shaping import CriterionForm
from nearhome.tendering.pages.sending import asking, done, posted, removing
from nearhome.tendering.permissions.cases import can_lead
from nearhome.tendering.queries import tenders
from nearhome.tendering.queries.publishing import weights_to_mend


@login_required
@require_http_methods(["GET"])
def criteria(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The tree: what each part weighs in its section and of the whole, and what does not add up."""
    tender = tenders.tender_for(request.user, key)
    may_shape = can_lead(request.user, tender) and tenders.is_being_shaped(tender)
    table = _table(tender, may_shape)
    shown = {
        "tender": tender, "table": table, "may_shape": may_shape, "to_mend": weights_to_mend(tender),
        "trees": tenders.starting_trees(),
    }  # fmt: skip
    return table_response(request, table) or render(request, "tendering/criteria.html", shown)


def _table(tender: Any, may_shape: bool) -> Table:
    columns = [
        Column("Criterion"), Column("Kind"), Column("Per cent of its section", "number"), Column("Per cent of the whole", "number"),
        Column("Least score", "number"), *([Column("Change")] if may_shape else []),
    ]  # fmt: skip
    rows = []
    for one in tenders.tree_shown(tender):
        href = reverse("tendering:change_criterion", args=[tender.key, one.number])
        link = [Link("Change or remove", href, one.title)] if may_shape else []
        rows.append((one.path, one.kind, one.weight, one.share, one.least_score, *link))
    return Table("Criteria", columns, rows, when_empty="There are no criteria yet.")


@login_required
@require_http_methods(["GET", "POST"])
def criterion(request: SignedInRequest, key: UUID, pk: int | None = None) -> HttpResponse:
    """Add a criterion or change one."""
    tender = tenders.led_tender_for(request.user, key)
    kept = tenders.criterion_of(tender, pk) if pk is not None else None
    names = ("kind", "title", "words", "weight", "least_score", "most_words")
    initial = {name: getattr(kept, name) for name in names} | {"parent": str(kept.parent_id or 0)} if kept else {}
    form = CriterionForm(posted(request), initial=initial, sections=tenders.sections_to_choose(tender))

    def save() -> None:
        save_criterion(
            procurement=tender, terms=form.terms(), parent=int(form.cleaned_data["parent"]), criterion=kept,
            by=request.user, now=timezone.now(),
        )  # fmt: skip

    back = reverse("tendering:criteria", args=[key])
    if request.method == "POST" and form.is_valid() and done(form, save):
        return redirect(back)
    href = reverse("tendering:remove_criterion", args=[key, pk]) if kept else ""
    return asking(request, tender, form, "Change a criterion" if kept else "Add a criterion", back, remove=href)


@login_required
@require_http_methods(["GET", "POST"])
def remove_criterion(request: SignedInRequest, key: UUID, pk: int) -> HttpResponse:
    """Remove a criterion with its parts."""
    tender = tenders.led_tender_for(request.user, key)
    kept = tenders.criterion_of(tender, pk)
    return removing(request, tender, f"“{kept.title}” with its parts", reverse("tendering:criteria", args=[key]),
                    lambda: remove(procurement=tender, pk=pk, by=request.user, now=timezone.now()))  # fmt: skip


@login_required
@require_POST
def start_criteria(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Begin with a shipped tree."""
    tender = tenders.led_tender_for(request.user, key)
    try:
        start_tree(procurement=tender, example=request.POST.get("example", ""), by=request.user, now=timezone.now())
        messages.success(request, "The criteria were added. Change what does not fit.")
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("tendering:criteria", key)

"""Writing the parts of a draft: one form for each, and lists of options, delegations and risks."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import Table, table_response
from nearhome.partnership.actions import drafting
from nearhome.partnership.forms import decisions as forms
from nearhome.partnership.pages import tables
from nearhome.partnership.pages.sending import pressed, sent, with_version
from nearhome.partnership.permissions import require_can_write
from nearhome.partnership.queries import decisions as queries
from nearhome.partnership.states import DecisionState
from nearhome.people.permissions import SignedInRequest

# slug: title, form, columns
PARTS: dict[str, tuple[str, Any, tuple[str, ...]]] = {
    "proposal": (
        "What is proposed, and why", forms.ProposalForm, ("reference", "title", "proposed", "reasons"),
    ),
    "scope": ("Value, divisions and who decides", forms.ScopeForm, ("value_pence", "divisions", "decider")),
    "implications": ("Financial and legal implications", forms.ImplicationsForm, ("financial", "legal")),
    "screening": (
        "Equality and data protection", forms.ScreeningForm,
        ("equality", "equality_words", "data_protection_needed", "data_protection_done", "data_protection_words"),
    ),
}  # fmt: skip
# name: title, form, table, button
LISTS: dict[str, tuple[str, Any, Callable[..., Table], str]] = {
    "options": ("Options considered", forms.OptionForm, tables.options_table, "Add this option"),
    "delegations": ("Delegations", forms.DelegationForm, tables.delegations_table, "Add this delegation"),
}


@login_required
@require_http_methods(["GET", "POST"])
def part(request: SignedInRequest, key: UUID, slug: str) -> HttpResponse:
    """One part of a draft."""
    row = queries.decision_for(request.user, key)
    require_can_write(request.user, row)
    if slug not in PARTS:
        raise Http404("No such part")
    title, form_class, columns = PARTS[slug]
    form = form_class(request.POST or None, initial=_first(row, columns))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        changes = form.changes() if slug == "scope" else {name: form.cleaned_data[name] for name in columns}
        changed = sent(
            form,
            lambda: drafting.change_decision(
                decision=row, changes=changes, version=version, by=request.user, now=timezone.now()
            ),
        )
        if changed:
            messages.success(request, f"“{title}” is saved.")
            return redirect("partnership:decision", key)
        row = queries.decision_for(request.user, key)
    shown = {"row": row, "title": title, "form": with_version(form, row.version)}
    return render(request, "partnership/decision_part.html", shown)


def _first(row: Any, columns: tuple[str, ...]) -> dict[str, Any]:
    first = {name: getattr(row, name) for name in columns}
    if "divisions" in columns:
        first["reach"] = "all" if row.all_divisions else "some"
    return first | {"version": row.version}


@login_required
@require_http_methods(["GET", "POST"])
def entries(request: SignedInRequest, key: UUID, name: str) -> HttpResponse:
    """The options or delegations of a draft, with a form to add one."""
    row = queries.decision_for(request.user, key)
    require_can_write(request.user, row)
    if name not in LISTS:
        raise Http404("No such list")
    title, form_class, table_of, button = LISTS[name]
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        entry = form.cleaned_data
        if sent(
            form,
            lambda: drafting.add_to_list(decision=row, name=name, entry=entry, by=request.user, now=timezone.now()),
        ):
            messages.success(request, "It is added. Add another, or go back to the decision.")
            return redirect("partnership:entries", key, name)
    table = table_of(row, may_change=row.state == DecisionState.DRAFT)
    shown = {"row": row, "title": title, "form": form, "button": button, "table": table}
    return table_response(request, table) or render(request, "partnership/decision_list.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def entry(request: SignedInRequest, key: UUID, name: str, place: int) -> HttpResponse:
    """One option or delegation of a draft, to be changed or removed."""
    row = queries.decision_for(request.user, key)
    require_can_write(request.user, row)
    if name not in LISTS or not 1 <= place <= len(getattr(row, name)):
        raise Http404("No such entry")
    title, form_class, *_ = LISTS[name]
    form = form_class(request.POST or None, initial=getattr(row, name)[place - 1])
    typed = forms.VersionedForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid() and typed.is_valid():
        wanted, version = form.cleaned_data, typed.cleaned_data["version"]
        changed = sent(
            form,
            lambda: drafting.change_in_list(
                decision=row, name=name, place=place, entry=wanted, version=version, by=request.user, now=timezone.now()
            ),
        )
        if changed:
            messages.success(request, "It is changed.")
            return redirect("partnership:entries", key, name)
        row = queries.decision_for(request.user, key)
    shown = {"row": row, "name": name, "place": place, "title": title, "form": form}
    return render(request, "partnership/decision_entry.html", shown)


@login_required
@require_POST
def remove_entry(request: SignedInRequest, key: UUID, name: str, place: int) -> HttpResponse:
    """Take one out of a draft."""
    row = queries.decision_for(request.user, key)
    require_can_write(request.user, row)
    if name not in LISTS:
        raise Http404("No such list")
    typed = forms.VersionedForm(request.POST)
    version = typed.cleaned_data["version"] if typed.is_valid() else -1
    pressed(
        request,
        lambda: drafting.remove_from_list(
            decision=row, name=name, place=place, version=version, by=request.user, now=timezone.now()
        ),
        "It is removed.",
    )
    return redirect("partnership:entries", key, name)


@login_required
@require_http_methods(["GET", "POST"])
def risks(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The risks of a decision, with a form to add one."""
    row = queries.decision_for(request.user, key)
    require_can_write(request.user, row)
    form = forms.RiskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        risk = form.cleaned_data
        if sent(form, lambda: drafting.add_risk(decision=row, risk=risk, by=request.user, now=timezone.now())):
            messages.success(request, "The risk is added. Add another, or go back to the decision.")
            return redirect("partnership:risks", key)
    table = tables.risks_table(row, may_write=True)
    shown = {"row": row, "title": "Risks", "form": form, "button": "Add this risk", "table": table}
    return table_response(request, table) or render(request, "partnership/decision_list.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def risk(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Look at one risk again."""
    row = queries.risk_for(request.user, key, number)
    require_can_write(request.user, row.decision)
    first = {name: getattr(row, name) for name in ("mitigation", "owner", "likelihood", "impact")}
    form = forms.ReviewForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        review = form.review()
        if sent(form, lambda: drafting.review_risk(risk=row, review=review, by=request.user, now=timezone.now())):
            messages.success(request, f"Risk {number} is reviewed.")
            return redirect("partnership:decision", key)
    shown = {
        "row": row, "decision": row.decision, "form": form, "is_draft": row.decision.state == DecisionState.DRAFT,
    }  # fmt: skip
    return render(request, "partnership/risk.html", shown)


@login_required
@require_POST
def remove_risk(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Take a risk off a draft."""
    row = queries.risk_for(request.user, key, number)
    require_can_write(request.user, row.decision)
    pressed(
        request,
        lambda: drafting.remove_risk(risk=row, by=request.user, now=timezone.now()),
        f"Risk {number} is removed.",
    )
    return redirect("partnership:risks", key)

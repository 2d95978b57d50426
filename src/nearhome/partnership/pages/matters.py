"""Matters between partners: raised, moved up, settled."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.partnership.actions.escalating import move_up as move_matter_up
from nearhome.partnership.actions.escalating import raise_matter, resolve_matter
from nearhome.partnership.forms.voting import MatterForm, MoveUpForm, ResolveForm
from nearhome.partnership.pages.sending import sent, with_version
from nearhome.partnership.permissions import can_resolve, can_speak
from nearhome.partnership.queries import matters as queries
from nearhome.partnership.queries import partnerships as partners
from nearhome.people.permissions import SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def new_matter(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Raise a matter at the first level."""
    row = partners.partnership_for(request.user, key)
    if not can_speak(request.user):
        raise PermissionDenied("Only a commissioner, an approver or a finance officer raises a matter.")
    form = MatterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        made = sent(form, lambda: raise_matter(partnership=row, **typed, by=request.user, now=timezone.now()))
        if made:
            messages.success(request, f"The matter is with the {queries.level_name(made)}.")
            return redirect("partnership:matter", made.key)
    shown = {"form": form, "title": "Raise a matter", "button": "Raise it", "back": row}
    return render(request, "partnership/form.html", shown)


@login_required
@require_http_methods(["GET"])
def matter(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One matter: where it is, by when, how it got there."""
    return _shown(request, key)


@login_required
@require_POST
def move_up(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Take it to the next level."""
    row, form = queries.matter_for(request.user, key), MoveUpForm(request.POST, prefix="up")
    if not can_speak(request.user):
        raise PermissionDenied("Only a commissioner, an approver or a finance officer moves a matter up.")
    if form.is_valid():
        typed = form.cleaned_data
        moved = sent(form, lambda: move_matter_up(matter=row, **typed, by=request.user, now=timezone.now()))
        if moved:
            messages.success(request, f"The matter is with the {queries.level_name(moved)} now.")
            return redirect("partnership:matter", key)
    return _shown(request, key, moving=form)


@login_required
@require_POST
def resolve(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Say that it is settled."""
    row, form = queries.matter_for(request.user, key), ResolveForm(request.POST, prefix="done")
    if not can_resolve(request.user, row):
        raise PermissionDenied("Only the authority that raised it, or the lead, says that a matter is settled.")
    if form.is_valid():
        typed = form.cleaned_data
        if sent(form, lambda: resolve_matter(matter=row, **typed, by=request.user, now=timezone.now())):
            messages.success(request, "The matter is settled.")
            return redirect("partnership:matter", key)
    return _shown(request, key, resolving=form)


def _shown(request: SignedInRequest, key: UUID, moving: Any = None, resolving: Any = None) -> HttpResponse:
    row = queries.matter_for(request.user, key)
    first = {"version": row.version}
    entries = [
        {
            "what": f"Settled by the {one.level_name}" if one.what == "resolved" else f"Reached the {one.level_name}",
            "at": one.at, "who": one.by_name, "organisation": one.by_organisation, "why": one.words,
        }
        for one in sorted(row.steps.all(), key=lambda one: (one.at, one.pk), reverse=True)
    ]  # fmt: skip
    shown = {
        "row": row, "level": queries.level_name(row), "above": queries.next_level(row), "entries": entries,
        "may_move": not row.resolved_at and can_speak(request.user),
        "may_resolve": not row.resolved_at and can_resolve(request.user, row),
        "is_overdue": not row.resolved_at and row.due_on < timezone.localdate(),
        "moving": _again(moving, row.version, "up") or MoveUpForm(prefix="up", initial=first),
        "resolving": _again(resolving, row.version, "done") or ResolveForm(prefix="done", initial=first),
    }  # fmt: skip
    return render(request, "partnership/matter.html", shown)


def _again(form: Any, version: int, prefix: str) -> Any:
    return None if form is None else with_version(form, version, prefix=prefix)

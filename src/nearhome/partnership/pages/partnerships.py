"""Partnerships: the list, a new one, and one with its parties, leads, agreement, votes and matters."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.audit.queries import as_entries
from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.partnership import actions
from nearhome.partnership.forms.partnerships import (
    BeginForm,
    ChangeMembershipForm,
    JoinForm,
    LeaveForm,
    TaskLeadForm,
)
from nearhome.partnership.pages import tables
from nearhome.partnership.pages.sending import sent
from nearhome.partnership.permissions import can_begin, can_lead, can_speak, require_can_form, require_can_lead
from nearhome.partnership.queries import partnerships as queries
from nearhome.partnership.queries.decisions import decisions_of
from nearhome.partnership.queries.history import history_of_partnership
from nearhome.partnership.queries.matters import ladder_in_words, matters_of
from nearhome.partnership.queries.votes import ballots_of
from nearhome.people.permissions import SignedInRequest

SHOWN_DECISIONS = 5


@login_required
@require_http_methods(["GET"])
def partnerships(request: SignedInRequest) -> HttpResponse:
    """The partnerships of one's authority, and the newest decisions."""
    rows = [
        (Link(row.name, f"{row.key}/"), str(row.lead), row.starts_on)
        for row in queries.partnerships_of(request.user)
    ]  # fmt: skip
    columns = [Column("Partnership"), Column("Led by"), Column("Since", "date")]
    found = Table("Partnerships", columns, rows, when_empty="Your authority is in no partnership yet.")
    decisions = tables.decisions_table(decisions_of(request.user)[:SHOWN_DECISIONS])
    shown = {"table": found, "decisions": decisions, "may_begin": can_begin(request.user)}
    return table_response(request, found, decisions) or render(request, "partnership/partnerships.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def begin(request: SignedInRequest) -> HttpResponse:
    """Form a partnership led by one's own authority."""
    require_can_form(request.user, request.user.organisation)
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        made = sent(form, lambda: actions.begin_partnership(**typed, by=request.user, now=timezone.now()))
        if made:
            messages.success(request, "The partnership is formed. Add its other members and allies next.")
            return redirect("partnership:partnership", made.key)
    shown = {"form": form, "title": "Form a partnership", "button": "Form it", "back": None}
    return render(request, "partnership/form.html", shown)


@login_required
@require_http_methods(["GET"])
def partnership(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One partnership."""
    row, now = queries.partnership_for(request.user, key), timezone.now()
    today, leads = timezone.localdate(now), can_lead(request.user, row)
    versions = queries.versions_of(row, today)
    for_votes = queries.agreement_for_votes(row, today)
    found = (
        tables.parties_table(queries.parties_of(row, today), may_lead=leads),
        tables.task_leads_table(queries.task_leads_of(row)),
        tables.versions_table(versions, row.key),
        tables.ballots_table(ballots_of(row), now=now),
        tables.matters_table(matters_of(row), now=now),
    )
    shown = {
        "row": row, "leads": leads, "may_begin": can_begin(request.user), "may_speak": can_speak(request.user),
        "parties": found[0], "task_leads": found[1], "versions": found[2], "ballots": found[3], "matters": found[4],
        "newest": versions[0] if versions else None, "for_votes": for_votes, "ladder": ladder_in_words(for_votes),
        "history_lines": as_entries(history_of_partnership(row)),
    }  # fmt: skip
    return table_response(request, *found) or render(request, "partnership/partnership.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def join(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Take in a member or an ally."""
    row = queries.partnership_for(request.user, key)
    require_can_lead(request.user, row)
    form = JoinForm(request.POST or None, organisations=queries.who_may_join(row, timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        typed = {**form.cleaned_data, "organisation": form.chosen()}
        made = sent(
            form, lambda: actions.join_partnership(partnership=row, **typed, by=request.user, now=timezone.now())
        )
        if made:
            messages.success(request, f"{made.organisation} joins. It is asked to accept the agreement.")
            return redirect("partnership:partnership", key)
    shown = {"form": form, "title": "Add a member or an ally", "button": "Add it", "back": row}
    return render(request, "partnership/form.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def task_lead(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Say who leads a task."""
    row = queries.partnership_for(request.user, key)
    require_can_lead(request.user, row)
    here = [one.membership.organisation for one in queries.parties_of(row, timezone.localdate()) if one.is_here]
    form = TaskLeadForm(request.POST or None, organisations=here or [row.lead])
    if request.method == "POST" and form.is_valid():
        typed = {**form.cleaned_data, "organisation": form.chosen()}
        if sent(form, lambda: actions.name_task_lead(partnership=row, **typed, by=request.user, now=timezone.now())):
            messages.success(request, "The lead is named.")
            return redirect("partnership:partnership", key)
    shown = {"form": form, "title": "Name who leads a task", "button": "Name it", "back": row}
    return render(request, "partnership/form.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def membership(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Change the standing or weight of a member or ally from a day on."""
    row = queries.membership_for(request.user, key, number)
    require_can_lead(request.user, row.partnership)
    first = {"standing": row.standing, "weight": row.contribution_weight}
    form = ChangeMembershipForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        changed = sent(
            form, lambda: actions.change_membership(membership=row, **typed, by=request.user, now=timezone.now())
        )
        if changed:
            messages.success(request, "The change is recorded.")
            return redirect("partnership:partnership", key)
    return render(
        request, "partnership/membership.html", {"row": row, "form": form, "leaving": LeaveForm(prefix="leave")}
    )


@login_required
@require_http_methods(["POST"])
def leave(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """End a membership from a day on."""
    row = queries.membership_for(request.user, key, number)
    require_can_lead(request.user, row.partnership)
    form = LeaveForm(request.POST, prefix="leave")
    if form.is_valid():
        typed = form.cleaned_data
        if sent(form, lambda: actions.leave_partnership(membership=row, **typed, by=request.user, now=timezone.now())):
            messages.success(request, f"{row.organisation} leaves.")
            return redirect("partnership:partnership", key)
    first = {"standing": row.standing, "weight": row.contribution_weight}
    shown = {"row": row, "form": ChangeMembershipForm(initial=first), "leaving": form}
    return render(request, "partnership/membership.html", shown)

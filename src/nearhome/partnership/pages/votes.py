"""Ballots: put a question, vote, and see what came of it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.audit.queries import as_entries, history_of
from nearhome.design.tables import Column, Table, table_response
from nearhome.partnership import actions
from nearhome.partnership.forms.voting import BallotForm, VoteForm
from nearhome.partnership.pages.sending import pressed, sent
from nearhome.partnership.permissions import can_begin, can_count, can_vote
from nearhome.partnership.queries import partnerships as partners
from nearhome.partnership.queries import votes as queries
from nearhome.people.permissions import SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def new_ballot(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Put a question to the members."""
    row = partners.partnership_for(request.user, key)
    if not can_begin(request.user):
        raise PermissionDenied("Only a commissioner puts a question to the vote.")
    form = BallotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        made = sent(form, lambda: actions.open_ballot(partnership=row, **typed, by=request.user, now=timezone.now()))
        if made:
            messages.success(request, "The ballot is open. Each member is asked to vote.")
            return redirect("partnership:ballot", made.key)
    shown = {"form": form, "title": "Put a question to the vote", "button": "Open the ballot", "back": row}
    return render(request, "partnership/form.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def ballot(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One ballot: who voted how, the rule, the outcome; and one's own vote while it is open."""
    row, now = queries.ballot_for(request.user, key), timezone.now()
    outcome = queries.outcome_of(row, now=now)
    own = next((one for one in row.votes.all() if one.organisation_id == request.user.organisation_id), None)
    votes = not outcome.is_over and can_vote(request.user, row)
    form = VoteForm(request.POST or None, initial={"choice": own.choice, "words": own.words} if own else None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if sent(form, lambda: actions.cast_vote(ballot=row, **typed, by=request.user, now=timezone.now())):
            messages.success(request, "Your vote is recorded. You can change it until the ballot closes.")
            return redirect("partnership:ballot", key)
    cast = {one.organisation_id: one for one in row.votes.all()}
    lines = [
        (
            str(one.organisation), one.weight, vote.get_choice_display() if (vote := cast.get(one.organisation_id)) else "Not yet",
            vote.words if vote else "", vote.person_name if vote else "", vote.at if vote else None,
        )
        for one in sorted(row.voters.all(), key=lambda one: str(one.organisation))
    ]  # fmt: skip
    columns = [
        Column("Member"), Column("Votes", "number"), Column("Voted"), Column("Reason"), Column("By"), Column("When", "moment"),
    ]  # fmt: skip
    table = Table("Votes of members", columns, lines)
    shown = {
        "row": row, "outcome": outcome, "own": own, "votes": votes, "form": form, "table": table,
        "rule": queries.rule_in_words(row), "may_close": outcome.is_over and not row.closed_at and can_count(request.user, row),
        "history_lines": as_entries(reversed(history_of(row.key))),
    }  # fmt: skip
    return table_response(request, table) or render(request, "partnership/ballot.html", shown)


@login_required
@require_POST
def close_ballot(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Record the outcome of a ballot that is over."""
    row = queries.ballot_for(request.user, key)
    pressed(
        request,
        lambda: actions.close_ballot(ballot=row, by=request.user, now=timezone.now()),
        "The outcome is on record.",
    )
    return redirect("partnership:ballot", key)

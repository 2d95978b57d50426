"""An uplift round put to the vote in a partnership, and its outcome taken over."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.fields import GovukForm
from nearhome.people.permissions import SignedInRequest
from nearhome.procurement.actions.uplift_ballots import put_to_vote, take_over_vote
from nearhome.procurement.forms.uplifts import BallotForm
from nearhome.procurement.pages.answering import answered, posted
from nearhome.procurement.permissions import require_leads
from nearhome.procurement.queries.uplift_ballots import round_ballot
from nearhome.procurement.queries.uplifts import round_shown


@login_required
@require_http_methods(["GET", "POST"])
def ballot(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Put a previewed round to the vote; once the ballot is over, take its outcome over."""
    now = timezone.now()
    page = round_shown(request.user, key)
    require_leads(request.user, page.row.lead_id)
    shown = round_ballot(request.user, page, now=now)
    form: GovukForm = BallotForm(posted(request), partnerships=[(str(one.key), one.name) for one in shown.partnerships])

    def act() -> Any:
        typed = form.cleaned_data
        return put_to_vote(
            uplift=page.row,
            partnership_key=typed["partnership"],
            closes_at=typed["closes_at"],
            by=request.user,
            now=now,
        )

    if shown.ballot is None and answered(request, form, act, "The round is put to the vote.") is not None:
        return redirect("procurement:ballot_uplift", key)
    if shown.ballot is not None and request.method == "POST":
        taking = GovukForm(request.POST)
        done = answered(
            request, taking, lambda: take_over_vote(uplift=page.row, by=request.user, now=now), "The vote is on record."
        )
        if done is not None:
            return redirect("procurement:uplift", key)
        form = taking
    return render(request, "procurement/uplift_ballot.html", {"shown": shown, "form": form})

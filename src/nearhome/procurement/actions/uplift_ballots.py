"""An uplift round put to the vote in a partnership, and its outcome taken over as it was counted there."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.design import wording
from nearhome.partnership.actions import open_ballot
from nearhome.partnership.models import Ballot
from nearhome.partnership.queries import ballot_about
from nearhome.procurement.actions.uplift_moving import lock_round
from nearhome.procurement.actions.uplift_votes import VoteOutcome, keep_vote
from nearhome.procurement.models import UpliftRound, UpliftVote
from nearhome.procurement.permissions import require_leads
from nearhome.procurement.queries.uplift_ballots import partnerships_that_vote
from nearhome.procurement.queries.uplifts import contract_of
from nearhome.procurement.states.uplifts import UpliftState


@transaction.atomic
def put_to_vote(*, uplift: UpliftRound, partnership_key: str, closes_at: datetime, by: Any, now: datetime) -> Ballot:
    """Open a ballot about a previewed round among the members of a partnership. One that is open is not opened twice.

    Raises PermissionDenied, and ValidationError where the round is not previewed or the partnership cannot vote.
    """
    require_leads(by, uplift.lead_id)
    locked = lock_round(uplift, None)
    standing = ballot_about(locked.key, now=now)
    if standing is not None:
        return standing.ballot
    if locked.state != UpliftState.PREVIEWED:
        raise ValidationError("Only a previewed round is put to the vote. Preview its prices first.")
    chosen = next((one for one in partnerships_that_vote(by) if str(one.key) == partnership_key), None)
    if chosen is None:
        raise ValidationError("Choose one of the partnerships shown.")
    contract = contract_of(locked)
    subject = f"Uplift of {contract} from {wording.date(locked.effective_on)}"
    words = f"The prices as previewed. {locked.words}".strip()
    return open_ballot(
        partnership=chosen, subject=subject[:200], words=words, closes_at=closes_at, by=by, now=now,
        about_key=locked.key,
    )  # fmt: skip


@transaction.atomic
def take_over_vote(*, uplift: UpliftRound, by: Any, now: datetime) -> UpliftVote:
    """Put on record how the ballot about the round ended, as the partnership's rule counts it. Once; twice is harmless.

    Raises PermissionDenied, and ValidationError while there is no ballot, or it is open.
    """
    require_leads(by, uplift.lead_id)
    kept = UpliftVote.objects.filter(round=uplift).first()
    if kept:
        return kept
    found = ballot_about(uplift.key, now=now)
    if found is None:
        raise ValidationError("This round was not put to the vote here. Put it to the vote, or type the outcome.")
    if not found.is_over:
        raise ValidationError(
            f"The ballot is open until {wording.moment(found.ballot.closes_at)}. Its outcome is taken over then."
        )
    count = found.count
    outcome = VoteOutcome(
        bool(found.is_carried), count.in_favour, count.against, timezone.localdate(found.ballot.closes_at, wording.LONDON),
        f"{found.words} By the rule of {found.ballot.partnership}.", count.abstained, found.ballot.key,
    )  # fmt: skip
    return keep_vote(uplift=uplift, outcome=outcome, by=by, now=now)

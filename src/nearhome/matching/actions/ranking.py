"""Ranking the homes for a child, and keeping what was ranked so that it can be ranked again."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design.wording import plural
from nearhome.matching.calculations.ranked import RankingInputs
from nearhome.matching.calculations.ranking import rank_homes
from nearhome.matching.calculations.stored import stored_ranking
from nearhome.matching.models import SavedRanking
from nearhome.matching.permissions import require_can_choose
from nearhome.matching.queries.masking import masked
from nearhome.matching.queries.policy import current_policy
from nearhome.matching.queries.replaying import digest_of
from nearhome.matching.queries.searching import candidates_for, centre_of, search_for
from nearhome.people.models import Person
from nearhome.referrals.actions.moving import lock_referral
from nearhome.referrals.models import Referral
from nearhome.referrals.states import WORDS, ReferralState

MAY_RANK = (ReferralState.SEARCHING, ReferralState.SELECTED, ReferralState.APPROVED)


@transaction.atomic
def rank_homes_for(*, referral: Referral, by: Person, now: datetime) -> SavedRanking:
    """Rank every home on record for this child and keep the result with its inputs, policy and rules.

    Where nothing has changed since the last time, the last ranking stands and none is added. Raises PermissionDenied,
    or ValidationError if no search has begun.
    """
    require_can_choose(by, referral)
    locked = lock_referral(referral)
    if locked.state not in MAY_RANK:
        raise ValidationError(
            f"Referral {locked.ref} is “{WORDS[ReferralState(locked.state)]}”, so homes are not looked for."
            " Open the referral to see what can be done now."
        )
    search = masked(search_for(locked), locked.key)
    on_record = candidates_for(locked, search, now=now)
    inputs = RankingInputs(search, on_record.candidates, current_policy())
    ranking = rank_homes(search, inputs.candidates, inputs.policy)
    further = dict(on_record.no_place_further_away)
    kept = inputs.as_json() | {"no_place_further_away": further}
    result = stored_ranking(ranking, inputs.candidates, centre_of(search.profile), further)
    result["digest"] = digest_of(kept)
    last = SavedRanking.objects.filter(referral=locked).order_by("made_at", "pk").defer("inputs").last()
    if last and last.result.get("digest") == result["digest"]:
        return last
    return _keep(locked, kept, result, by, now)


def _keep(
    referral: Referral, inputs: dict[str, Any], result: dict[str, Any], by: Person, now: datetime
) -> SavedRanking:
    saved = SavedRanking.objects.create(
        referral=referral, authority_id=referral.authority_id, made_at=now, made_by=by,
        policy_version=result["policy_version"], inputs=inputs, result=result,
    )  # fmt: skip
    possible, refused = len(result["marks"]), len(result["nearest"]) + len(result["others"])
    looked_at = possible + refused + sum(result["no_place_further_away"].values())
    words = f"Looked at {plural(looked_at, 'home')}: {possible} could take the child."
    record(
        "ranking.made", words, about=saved, by=by, at=now, thread=referral.key, policy=result["policy_version"],
        possible=possible, looked_at=looked_at,
    )  # fmt: skip
    return saved

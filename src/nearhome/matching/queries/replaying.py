"""Is a kept ranking still the one its inputs give? Made again from what was kept, and compared."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nearhome.matching.calculations.ranked import RankingInputs
from nearhome.matching.calculations.replaying import DIFFERS, NOT_HELD, SAME, differences, made_again
from nearhome.matching.calculations.rule_book import NoLongerHeld
from nearhome.matching.calculations.stored import stored_ranking
from nearhome.matching.models import SavedRanking
from nearhome.matching.queries.masking import unmasked, words_behind
from nearhome.matching.queries.searching import centre_of
from nearhome.people.models import Person
from nearhome.referrals.models import Referral
from nearhome.referrals.queries.inviting import referral_of
from nearhome.referrals.queries.profile import profile_of


@dataclass(frozen=True)
class ReplayShown:
    """The last ranking made again: `status` is 'same', 'differs', 'not_held', or '' where nothing was ranked yet."""

    referral: Referral
    saved: SavedRanking | None
    status: str = ""
    differences: Sequence[str] = ()
    missing: Sequence[str] = ()
    homes: int = 0


def replay_page(person: Person, key: UUID) -> ReplayShown:
    """The referral's last ranking made again. Raises Http404 when the referral is not the person's to see."""
    referral = referral_of(person, str(key))
    saved = SavedRanking.objects.filter(referral=referral).select_related("made_by").order_by("made_at", "pk").last()
    if saved is None:
        return ReplayShown(referral, None)
    try:
        found = differences(saved.result, replay_ranking(saved))
    except NoLongerHeld as gone:
        return ReplayShown(referral, saved, NOT_HELD, missing=gone.missing)
    behind = words_behind(profile_of(referral), referral.key)
    words = tuple(unmasked(one, behind) for one in found)
    return ReplayShown(referral, saved, DIFFERS if found else SAME, words, homes=len(saved.result["marks"]))


def replay_ranking(saved: SavedRanking) -> dict[str, Any]:
    """The kept result made again from the kept inputs, by the rules and criteria in the versions it names.

    Raises NoLongerHeld where this program does not hold one of them.
    """
    ranking = made_again(saved.inputs, saved.result)
    inputs = RankingInputs.from_json(saved.inputs)
    further = saved.inputs["no_place_further_away"]
    result = stored_ranking(ranking, inputs.candidates, centre_of(inputs.search.profile), further)
    return result | {"digest": digest_of(saved.inputs)}


def digest_of(inputs: Mapping[str, Any]) -> str:
    """A fingerprint of what a ranking was made from: the same facts, the same fingerprint."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()

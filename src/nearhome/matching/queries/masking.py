"""The child's own words and the names of places stay sealed: a stored ranking holds marks in their stead.

A mark is made from the words and the referral's key, and is turned back into the words when a page is shown, from the
sealed record itself. A stored ranking by itself therefore says neither what the child said nor whom to keep away from.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from nearhome.matching.calculations.candidates import Search
from nearhome.matching.queries.facts_there import conditions_of
from nearhome.referrals.calculations.profile import NeedsProfile

_MARK = re.compile(r"\[[0-9a-f]{10}\]")
SINCE_CHANGED = "something the referral no longer says"


def masked(search: Search, referral_key: UUID) -> Search:
    """The search with marks in place of wishes and of names of places, both in a fixed order."""
    profile = search.profile
    places = sorted(
        profile.important_places, key=lambda one: (one.kind, one.easting or 0, one.northing or 0, one.label)
    )
    return replace(
        search,
        conditions=tuple(replace(one, words=_mark(one.words, referral_key)) for one in search.conditions),
        profile=replace(
            profile,
            wishes=tuple(replace(wish, text=_mark(wish.text, referral_key)) for wish in profile.wishes),
            important_places=tuple(replace(place, label=_mark(place.label, referral_key)) for place in places),
            other_answers=(),
        ),
    )


def words_behind(profile: NeedsProfile, referral_key: UUID) -> dict[str, str]:
    """Each mark with the words it stands for."""
    texts = [wish.text for wish in profile.wishes] + [place.label for place in profile.important_places]
    texts += [condition.words for condition in conditions_of(profile)]
    return {_mark(text, referral_key): text for text in texts}


def unmasked(words: str, behind: Mapping[str, str]) -> str:
    """Words with every mark turned back."""
    return _MARK.sub(lambda found: behind.get(found[0], SINCE_CHANGED), words)


def _mark(text: str, referral_key: UUID) -> str:
    return f"[{hashlib.sha256(f'{referral_key} {text}'.encode()).hexdigest()[:10]}]"

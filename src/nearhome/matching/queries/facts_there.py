"""What our own records say about those who live in homes or are expected there, about beds paid for and ways onward.

What they do not say stays not known: nothing is read of another authority's child beyond age and sex.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from nearhome.market.models import Resident as Occupant
from nearhome.market.queries.places import live_occupancies
from nearhome.matching.calculations.candidates import Condition
from nearhome.procurement.calculations.routes import Route, is_open_to
from nearhome.referrals.calculations.profile import NeedsProfile
from nearhome.referrals.models import Offer, Referral
from nearhome.referrals.queries.together import apart_pairs

_ALONE = "Solo placement recommended"
_CONDITION_KINDS = ("exclusion_area", "residence", "curfew", "no_contact")
_CONDITION_ANSWERS = ("bail_conditions", "court_conditions")
_NUMBERS = ("easting", "northing", "within_miles")


@dataclass(frozen=True, slots=True)
class FactsThere:
    """By home: whose place is held for a child to keep apart, who needs to be alone, when a full home has a place."""

    conflicts_expected: frozenset[int]
    alone_needed: Mapping[int, bool | None]
    free_from: Mapping[int, date]


def facts_there(
    referral: Referral, homes: Sequence[int], full: Sequence[int], residents: Mapping[int, Sequence[object]],
    day: date, now: datetime,
) -> FactsThere:  # fmt: skip
    """What is on record about these homes on a day; a bounded number of queries."""
    return FactsThere(
        _conflicts_expected(referral, now), _alone_needed(homes, residents, day), _free_from(full, day, now)
    )


def paid_empty_places(routes: Iterable[Route], free: frozenset[int], authority_id: int, day: date) -> int:
    """How many of a home's free places are beds already paid for that this authority may use?"""
    blocks = (route for route in routes if route.kind == "block" and is_open_to(route, authority_id, day))
    return len({place for route in blocks for place in route.place_ids if place in free})


def onward_contracts(routes: Mapping[int, Sequence[Route]], kinds: Mapping[int, str]) -> frozenset[tuple[str, int]]:
    """The contracts by which fostering households can be bought: from a home on one of them a child can move on."""
    return frozenset(
        (route.kind, route.contract_id)
        for home, of_home in routes.items()
        if kinds.get(home) == "foster"
        for route in of_home
        if route.party and route.contract_id is not None
    )


def conditions_of(profile: NeedsProfile) -> tuple[Condition, ...]:
    """Conditions of bail or of a court among the answers; a kind that is not known is put to a person as 'other'."""
    answers = dict(profile.other_answers)
    said = [one for name in _CONDITION_ANSWERS for one in _as_list(answers.get(name))]
    return tuple(_condition(one) for one in said)


def _as_list(answer: Any) -> list[Any]:
    if answer in (None, "", []):
        return []
    return answer if isinstance(answer, list) else [answer]


def _condition(said: Any) -> Condition:
    if not isinstance(said, Mapping):
        return Condition("other", str(said))
    numbers = {name: said[name] for name in _NUMBERS if isinstance(said.get(name), int | float)}
    kind = said.get("kind") if said.get("kind") in _CONDITION_KINDS else "other"
    return Condition(
        str(kind), str(said.get("words") or said.get("kind") or ""), authority_code=said.get("authority_code"),
        home_ref=said.get("home_ref"), **numbers,
    )  # fmt: skip


def _conflicts_expected(referral: Referral, now: datetime) -> frozenset[int]:
    pairs = apart_pairs(referral).values_list("child_id", "other_id")
    others = {child for pair in pairs for child in pair} - {referral.child_id}
    rows = Offer.objects.filter(
        invitation__referral__child__in=others, outcome=Offer.Outcome.OPEN, expires_at__gt=now,
        hold__isnull=False, hold__freed_at__isnull=True,
    )  # fmt: skip
    return frozenset(rows.values_list("home_id", flat=True)) if others else frozenset()


def _alone_needed(homes: Sequence[int], residents: Mapping[int, Sequence[object]], day: date) -> dict[int, bool | None]:
    """True where one of our own children there needs to be alone, False where all are ours and none does."""
    rows = Occupant.objects.filter(
        occupancy__place__home__in=homes, occupancy__freed_at__isnull=True, occupancy__days__contains=day,
        child_key__isnull=False,
    )  # fmt: skip
    ours: dict[int, list[UUID]] = defaultdict(list)
    for home, key in rows.values_list("occupancy__place__home_id", "child_key"):
        if key is not None:
            ours[home].append(key)
    every = {key for keys in ours.values() for key in keys}
    said = dict(
        Referral.objects.filter(child__key__in=every).order_by("created_at").values_list("child__key", "answers")
    ) if every else {}  # fmt: skip
    return {home: _alone(ours.get(home, []), len(residents.get(home, ())), said) for home in homes}


def _alone(keys: Sequence[UUID], number: int, said: Mapping[Any, Mapping[str, Any]]) -> bool | None:
    if any(said.get(key, {}).get("living_companions") == _ALONE for key in keys):
        return True
    return False if len([key for key in keys if key in said]) >= number else None


def _free_from(full: Sequence[int], day: date, now: datetime) -> dict[int, date]:
    """The first day after the start on which a place of a full home is free for good, where one is."""
    ends: dict[tuple[int, int], list[date | None]] = defaultdict(list)
    rows = live_occupancies(now).filter(place__home__in=full).values_list("place__home_id", "place_id", "days")
    for home, place, days in rows:
        ends[home, place].append(days.upper)
    found: dict[int, date] = {}
    for (home, _), uppers in ends.items():
        known = [upper for upper in uppers if upper is not None]
        if len(known) == len(uppers) and max(known) > day:
            found[home] = min(max(known), found.get(home, date.max))
    return found

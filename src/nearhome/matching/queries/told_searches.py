"""What an authority may tell its partners about each child who waits: a token, dates, and the worth of every home."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid5

from nearhome.design.wording import LONDON
from nearhome.matching.calculations.at_once.columns import Columns
from nearhome.matching.calculations.at_once.ranking_at_once import rank_at_once
from nearhome.matching.calculations.candidates import Search
from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.records import ONLY_OLDER, ONLY_YOUNGER, ScoredOption, Waiting
from nearhome.matching.calculations.region.worth_at_once import options_of
from nearhome.matching.calculations.rules_of_fit import is_solo_wanted
from nearhome.matching.calculations.stability import StabilityEvidence
from nearhome.matching.models import SharedSearch
from nearhome.matching.queries.moving import Leaving, homes_for_plan
from nearhome.matching.queries.policy import current_policy
from nearhome.matching.queries.searching import search_for
from nearhome.needs.models import Child
from nearhome.referrals.models import Referral, ReferralMove
from nearhome.referrals.queries.together import apart_pairs
from nearhome.referrals.states import ReferralState

# A child's token is the same in every plan. Nobody works it back: a child's key is random and known to its authority only.
_TOKENS = UUID("6f0e5d3e-3f0b-4b7e-9a55-0d9e6a4d1f27")
_COMPANY = {"Only with other older children": ONLY_OLDER, "Only with other younger children": ONLY_YOUNGER}


def token_of(key: UUID) -> UUID:
    """The token that stands for a child, or for a group of brothers and sisters, in what partners see."""
    return uuid5(_TOKENS, str(key))


def who_waits(authority_id: int) -> list[Referral]:
    """The referrals of an authority whose children wait for a home to be found."""
    rows = Referral.objects.filter(authority_id=authority_id, state=ReferralState.SEARCHING)
    return list(rows.select_related("child", "authority").order_by("pk"))


def is_told(authority_id: int) -> bool:
    """Whether exactly the children of an authority who wait now are told of."""
    told = SharedSearch.objects.filter(authority_id=authority_id, withdrawn_at__isnull=True)
    return set(told.values_list("referral_id", flat=True)) == {referral.pk for referral in who_waits(authority_id)}


def waiting_of(
    referral: Referral,
    policy: PlanPolicy,
    leaving: Leaving,
    *,
    now: datetime,
    evidence: StabilityEvidence | None = None,
) -> Waiting:
    """One child who waits, as partners may know them, with the worth of every home no rule refuses.

    `evidence` is how long the authority's placements lasted, counted once for all its children.
    """
    today = now.astimezone(LONDON).date()
    search = _search(referral, max(referral.needed_on or today, today), evidence)
    moves_from = "" if referral.is_emergency else leaving.home_of(referral.child.key)
    homes = homes_for_plan(referral, search, leaving, days=0 if referral.is_emergency else policy.latest_days, now=now)
    ranked = rank_at_once(search, Columns.of(homes), current_policy(), explain=0, near_misses=0)
    alone = is_solo_wanted(search)
    return Waiting(
        child_ref=str(token_of(referral.child.key)),
        authority=search.child.authority_code,
        wanted_on=search.starts_on,
        options=tuple(_told(option) for option in options_of(ranked, policy, takes_all=alone)),
        group=str(token_of(referral.sibling_group)) if referral.sibling_group else "",
        waiting_since=_searching_since(referral),
        is_emergency=referral.is_emergency,
        moves_from=moves_from,
        age_years=search.child.age_years,
        sex=search.child.sex,
        company=_COMPANY.get(search.profile.living_companions or "", ""),
    )


def apart_tokens(referral: Referral) -> list[str]:
    """The tokens of the children this one must not live with."""
    pairs = apart_pairs(referral).select_related("child", "other")
    others: Iterable[Child] = (pair.other if pair.child_id == referral.child_id else pair.child for pair in pairs)
    return sorted(str(token_of(child.key)) for child in others)


def _told(option: ScoredOption) -> ScoredOption:
    """Two sums are told, not their parts: how near somebody's family lives, or what a child needs, stays at home."""
    fit = round(sum(points for name, points in option.parts if name in ("need_fit", "score")), 3)
    rest = round(option.worth - fit, 3)
    return ScoredOption(option.home_ref, (("need_fit", fit), ("rest", rest)), option.takes_all)


def _searching_since(referral: Referral) -> date | None:
    move = ReferralMove.objects.filter(referral=referral, to_state=ReferralState.SEARCHING).order_by("at").first()
    return move.at.astimezone(LONDON).date() if move else None


def _search(referral: Referral, day: date, evidence: StabilityEvidence | None) -> Search:
    """The child's own search: whether brothers and sisters live together is for the plan to weigh, not for a rule."""
    search = search_for(referral, day, evidence=evidence)
    if referral.sibling_group is None:
        return search
    return replace(search, siblings=0, brothers_and_sisters=(), keep_siblings_together=False)

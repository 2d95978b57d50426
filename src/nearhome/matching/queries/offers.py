"""Offers side by side, and what has to be said when one of them is chosen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404

from nearhome.design import wording
from nearhome.design.tables import Tag
from nearhome.matching.calculations.passing_over import passed_over
from nearhome.matching.calculations.ranked import RankedHome, Ranking
from nearhome.matching.calculations.whole_life import WholeLifeValue, birthday, expected_end, whole_life_value
from nearhome.matching.models import Decision, SavedRanking
from nearhome.matching.permissions import can_choose
from nearhome.matching.queries.call_off import CallOffAnswers, call_off_answers
from nearhome.matching.queries.masking import unmasked, words_behind
from nearhome.matching.queries.rankings import AREA_WORDS, KIND_WORDS, latest_ranking
from nearhome.matching.queries.searching import born_on
from nearhome.people.models import Person
from nearhome.procurement.calculations.routes import KIND_WORDS as ROUTE_WORDS
from nearhome.referrals.calculations.plain import from_plain
from nearhome.referrals.models import Invitation, Offer, Referral
from nearhome.referrals.queries.inviting import referral_of
from nearhome.referrals.queries.profile import profile_of, wishes_of
from nearhome.referrals.queries.recording import ChildShown, child_shown, history_shown
from nearhome.referrals.queries.standing import answer_tag, declined_because, offer_tag
from nearhome.referrals.states import ReferralState


@dataclass(frozen=True)
class OfferShown:
    """An offer with what is to be compared; `position` is its home's place in the latest ranking, if it has one."""

    offer: Offer
    title: str
    tag: Tag
    position: int | None
    rows: Sequence[tuple[str, str]]
    can_choose: bool


@dataclass(frozen=True)
class OffersPage:
    """All offers for one child."""

    referral: Referral
    child: ChildShown
    offers: Sequence[OfferShown]
    decisions: Sequence[Decision]
    waiting_for: Sequence[str]
    history: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class BetterRanked:
    """An invited home that stands above the chosen one: its answer, and what it is better at, as stored and as shown."""

    home_ref: str
    home_name: str
    position: int
    answer: str
    has_offer: bool
    better_at: tuple[str, ...]
    better_shown: tuple[str, ...]


@dataclass(frozen=True)
class Choosing:
    """What a choice of one offer has to answer for."""

    referral: Referral
    child: ChildShown
    chosen: OfferShown
    better: Sequence[BetterRanked]
    not_invited: int
    others: Sequence[OfferShown]
    wishes: Sequence[str]
    value: WholeLifeValue
    ranking: SavedRanking | None
    call_off: CallOffAnswers
    history: Sequence[dict[str, Any]]

    @property
    def better_offers(self) -> Sequence[BetterRanked]:
        """Those that could still be chosen instead: each needs its own reason."""
        return tuple(home for home in self.better if home.has_offer)


def offers_page(person: Person, key: UUID, *, now: datetime) -> OffersPage:
    """The offers for one child. Raises Http404 when the referral is not the person's to see."""
    referral = referral_of(person, str(key))
    ranked = _ranked_by_ref(latest_ranking(referral))
    invitations = _invitations(referral)
    may = can_choose(person, referral) and referral.state == ReferralState.SEARCHING
    return OffersPage(
        referral=referral,
        child=child_shown(referral.child, today=now.astimezone(wording.LONDON).date()),
        offers=_offers(invitations, ranked, may, now),
        decisions=decisions_of(referral),
        waiting_for=tuple(one.home.name for one in invitations if one.answer == "" and one.respond_by > now),
        history=history_shown(referral),
    )


def choosing(person: Person, key: UUID, offer_key: UUID, *, now: datetime) -> Choosing:
    """What must be said to choose this offer. Raises Http404 when there is no such offer for the person."""
    referral = referral_of(person, str(key))
    saved = latest_ranking(referral)
    ranked, invitations = _ranked_by_ref(saved), _invitations(referral)
    may = can_choose(person, referral) and referral.state == ReferralState.SEARCHING
    offers = _offers(invitations, ranked, may, now)
    chosen = next((one for one in offers if one.offer.key == offer_key), None)
    if chosen is None:
        raise Http404("No such offer")
    better = better_ranked(saved, chosen.offer, invitations, now)
    return Choosing(
        referral=referral,
        child=child_shown(referral.child, today=now.astimezone(wording.LONDON).date()),
        chosen=chosen,
        better=better,
        not_invited=max(0, (chosen.position or 1) - 1 - len(better)),
        others=tuple(one for one in offers if one.offer.key != offer_key and _is_open(one.offer, now)),
        wishes=tuple(wish["text"] for wish in wishes_of(referral)),
        value=value_of(chosen.offer),
        ranking=saved,
        call_off=call_off_answers(referral, chosen.offer, now=now),
        history=history_shown(referral),
    )


def value_of(offer: Offer) -> WholeLifeValue:
    """What the placement would cost in all if this offer were taken."""
    referral = offer.invitation.referral
    at_18 = birthday(born_on(referral.child), 18)
    end = expected_end(offer.starts_on, expected_weeks=referral.expected_weeks, eighteenth_birthday=at_18)
    return whole_life_value(offer.weekly_price_pence, offer.starts_on, max(end, offer.starts_on))


def better_ranked(
    saved: SavedRanking | None, chosen: Offer, invitations: Iterable[Invitation], now: datetime
) -> tuple[BetterRanked, ...]:
    """The invited homes above the chosen one in the ranking, in order, each with what it is better at."""
    ranked = _ranked_by_ref(saved)
    ours = ranked.get(str(chosen.home.key))
    if saved is None or ours is None:
        return ()
    above = {
        str(one.home.key): one
        for one in invitations
        if ranked.get(str(one.home.key), {"position": ours["position"]})["position"] < ours["position"]
    }
    words = _better_at(saved, [ranked[ref] for ref in above], ours)
    referral = chosen.invitation.referral
    behind = words_behind(profile_of(referral), referral.key)
    found = [_better(one, ranked[ref], (words.get(ref, ()), behind), now) for ref, one in above.items()]
    return tuple(sorted(found, key=lambda home: home.position))


def decisions_of(referral: Referral) -> tuple[Decision, ...]:
    """Choices made for a referral, the latest first."""
    rows = Decision.objects.filter(referral=referral).select_related(
        "offer__invitation__home", "decided_by", "approved_by"
    )
    return tuple(rows.order_by("-decided_at", "-pk"))


def _invitations(referral: Referral) -> list[Invitation]:
    rows = Invitation.objects.filter(referral=referral).select_related(
        "home", "provider", "offer__place", "offer__home", "referral__child"
    )
    return list(rows.order_by("ranking_position", "sent_at", "pk"))


def _ranked_by_ref(saved: SavedRanking | None) -> dict[str, Mapping[str, Any]]:
    if saved is None:
        return {}
    return {home["home_ref"]: home for home in (*saved.result["ranked"], *saved.result["rest"])}


def _offers(
    invitations: Iterable[Invitation], ranked: Mapping[str, Mapping[str, Any]], may: bool, now: datetime
) -> tuple[OfferShown, ...]:
    """Open offers first, better-ranked ones first."""
    found = []
    for one in invitations:
        offer = getattr(one, "offer", None)
        if offer is not None:
            offer.invitation = one
            found.append(_offer(offer, ranked.get(str(one.home.key)), may, now))
    return tuple(sorted(found, key=lambda shown: (not _is_open(shown.offer, now), shown.position or 10**6)))


def _offer(offer: Offer, ranked: Mapping[str, Any] | None, may: bool, now: datetime) -> OfferShown:
    return OfferShown(
        offer=offer,
        title=offer.home.name,
        tag=offer_tag(offer, now),
        position=ranked["position"] if ranked else None,
        rows=tuple(_rows(offer, ranked, now)),
        can_choose=may and _is_open(offer, now),
    )


def _rows(offer: Offer, ranked: Mapping[str, Any] | None, now: datetime) -> Iterable[tuple[str, str]]:
    yield "Place in the list", str(ranked["position"]) if ranked else "Not ranked"
    yield "Kind", KIND_WORDS[offer.home.kind]
    yield "Place offered", f"{offer.place.label}, from {wording.date(offer.starts_on)}"
    yield "Price", wording.weekly(offer.weekly_price_pence)
    yield "Made up of", _elements(offer)
    yield "Contract", _contract(offer)
    yield "Hold", _hold(offer, now)
    if ranked:
        yield "Distance", _miles(ranked)
        yield "Area", AREA_WORDS.get(ranked["relation"], "Not known")
        yield "Essential needs not met", str(ranked["unmet_essential"])
    yield "How needs would be met", offer.how_needs_are_met


def _elements(offer: Offer) -> str:
    parts = (
        ("core", offer.core_pence), ("additional support", offer.additional_support_pence),
        ("education", offer.education_pence), ("therapy", offer.therapy_pence),
        ("transport", offer.transport_pence), ("other", offer.other_pence),
    )  # fmt: skip
    return "; ".join(f"{name} {wording.money(pence)}" for name, pence in parts if pence)


def _contract(offer: Offer) -> str:
    words = ROUTE_WORDS.get(offer.route, offer.route)
    tier = f", tier {offer.tier}" if offer.tier is not None else ""
    return f"{words[:1].upper()}{words[1:]}{f' {offer.route_name}' if offer.route_name else ''}{tier}"


def _hold(offer: Offer, now: datetime) -> str:
    if not _is_open(offer, now):
        return "Ended"
    hours = int((offer.expires_at - now).total_seconds() // 3600)
    left = wording.plural(hours // 24, "day") if hours >= 48 else wording.plural(hours, "hour")
    return f"Ends {wording.moment(offer.expires_at)}, in {left}"


def _miles(ranked: Mapping[str, Any]) -> str:
    known = [(name, ranked[f"miles_{name}"]) for name in ("home", "school", "family")]
    words = [f"{wording.miles(miles) or '0 miles'} from {name}" for name, miles in known if miles is not None]
    return "; ".join(words) or "Not known"


def _is_open(offer: Offer, now: datetime) -> bool:
    return offer.outcome == Offer.Outcome.OPEN and offer.expires_at > now


def _better(
    one: Invitation, ranked: Mapping[str, Any], words: tuple[tuple[str, ...], Mapping[str, str]], now: datetime
) -> BetterRanked:
    offer = getattr(one, "offer", None)
    has_offer = offer is not None and _is_open(offer, now)
    answer = declined_because(one) or answer_tag(one, now).text
    declined = f"Declined: {answer}" if declined_because(one) else answer
    stored, behind = words
    shown = tuple(unmasked(line, behind) for line in stored)
    return BetterRanked(
        ranked["home_ref"], ranked["home_name"], ranked["position"], declined, has_offer, stored, shown
    )  # fmt: skip


def _better_at(
    saved: SavedRanking, above: Sequence[Mapping[str, Any]], ours: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    """What each is better at, from the reasons as stored; homes far down the list are stored without them."""
    if "contributions" not in ours:
        return {}
    homes = [from_plain(RankedHome, home) for home in (*above, ours) if "contributions" in home]
    ranking = Ranking(saved.policy_version, (), tuple(sorted(homes, key=lambda home: home.position)), ())
    return {home.home_ref: home.better_at for home in passed_over(ranking, ours["home_ref"])}

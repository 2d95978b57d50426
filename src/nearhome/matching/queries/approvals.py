"""A choice that waits for approval, with what the approver has to see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404

from nearhome.design import wording
from nearhome.matching.models import Decision
from nearhome.matching.permissions import why_not_approve, why_not_refuse
from nearhome.matching.queries.masking import unmasked, words_behind
from nearhome.matching.queries.offers import OfferShown, offers_page
from nearhome.matching.reference.tests_of_law import ANSWER_WORDS, MATCHING_TESTS
from nearhome.people.models import Person
from nearhome.procurement.queries.call_offs import bought_how
from nearhome.referrals.permissions import can_see_referrals
from nearhome.referrals.queries.profile import profile_of, wishes_of
from nearhome.referrals.queries.recording import ChildShown


@dataclass(frozen=True)
class ChoiceShown:
    """A choice and its reasons; `why_not` is empty where the person may approve it."""

    decision: Decision
    child: ChildShown
    offer: OfferShown
    tests: Sequence[tuple[str, str]]
    passed_over: Sequence[Mapping[str, Any]]
    told: Sequence[Mapping[str, Any]]
    wishes: Sequence[str]
    limit: str
    is_open: bool
    why_not: str
    may_refuse: bool
    hold_has_ended: bool
    buying: Sequence[tuple[str, str]]
    history: Sequence[dict[str, Any]]


def choice_shown(person: Person, key: UUID, *, now: datetime) -> ChoiceShown:
    """One choice of the person's own authority. Raises Http404 when there is none for them."""
    rows = Decision.objects.filter(authority_id=person.organisation_id, key=key)
    decision = rows.select_related("referral", "decided_by", "approved_by", "offer").first()
    if decision is None or not can_see_referrals(person):
        raise Http404("No such choice")
    page = offers_page(person, decision.referral.key, now=now)
    offer = next(one for one in page.offers if one.offer.pk == decision.offer_id)
    limit = person.approval_limit_pence
    behind = words_behind(profile_of(page.referral), page.referral.key)
    return ChoiceShown(
        decision=decision,
        child=page.child,
        offer=offer,
        tests=tests_in_words(decision.matching_tests),
        passed_over=tuple(_shown(one, behind) for one in decision.passed_over if one["is_better_ranked"]),
        told=tuple(one for one in decision.passed_over if one.get("feedback")),
        wishes=tuple(wish["text"] for wish in wishes_of(page.referral)),
        limit=wording.money(limit) if limit is not None else "no upper limit",
        is_open=decision.granted is None,
        why_not=why_not_approve(person, decision),
        may_refuse=not why_not_refuse(person, decision),
        buying=bought_how(decision.referral.key),
        hold_has_ended=decision.granted is None and offer.offer.expires_at <= now,
        history=page.history,
    )


def _shown(home: Mapping[str, Any], behind: Mapping[str, str]) -> Mapping[str, Any]:
    return {**home, "better_at": [unmasked(words, behind) for words in home["better_at"]]}


def tests_in_words(answers: Mapping[str, Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    """Each of the five tests with its answer and, for a no, the reason."""
    shown = []
    for test in MATCHING_TESTS:
        said = answers.get(test.name, {})
        words = ANSWER_WORDS.get(said.get("answer", ""), "Not answered")
        reason = said.get("reason", "")
        shown.append((test.question, f"{words}. {reason}" if reason else words))
    return tuple(shown)

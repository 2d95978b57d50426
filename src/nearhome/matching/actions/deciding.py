"""Choosing one offer, with reasons; and approving the choice, by somebody else within their limit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.market.models import Occupancy
from nearhome.matching.models import Decision
from nearhome.matching.permissions import require_can_choose, why_not_approve, why_not_refuse
from nearhome.matching.queries.offers import BetterRanked, Choosing, choosing, value_of
from nearhome.matching.reference.tests_of_law import ANSWER_WORDS, MATCHING_TESTS
from nearhome.people.models import Person
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.procurement.actions.call_offs import WaiverAsked, ask_waiver, decide_waiver, pass_over_steps, reason_field
from nearhome.procurement.calculations.call_offs.order import Step
from nearhome.procurement.reference.waivers import GROUND_WORDS
from nearhome.referrals.actions.inviting import recall_all_except
from nearhome.referrals.actions.moving import lock_referral, move_referral
from nearhome.referrals.actions.offering import turn_down_offer
from nearhome.referrals.models import Offer, Referral
from nearhome.referrals.states import ReferralState

USUAL_FEEDBACK = "Another home was chosen, which was judged to suit the child better. Thank you for your offer."


@dataclass(frozen=True, slots=True)
class Choice:
    """What an officer says when choosing.

    `tests`: by name of the test, (answer, reason). `passed_over`: by home reference, why each better-ranked offer was
    not chosen. `not_offered`: why better-ranked homes were not invited. `feedback`: by offer key, what the others
    are told.
    """

    reasons: str
    tests: Mapping[str, tuple[str, str]]
    passed_over: Mapping[str, str] = field(default_factory=dict)
    not_invited: str = ""
    feedback: Mapping[str, str] = field(default_factory=dict)
    wishes_answered: str = ""
    skipped: Mapping[Step, str] = field(default_factory=dict)
    waiver: tuple[str, str] = ("", "")


@transaction.atomic
def select_offer(*, referral: Referral, offer: Offer, choice: Choice, by: Person, now: datetime) -> Decision:
    """Choose an offer; the referral then waits for approval. `referral.version` must be the one the officer saw.

    The same choice sent twice is made once. Raises ChangedMeanwhile, PermissionDenied, or ValidationError naming what
    is missing by field.
    """
    require_can_choose(by, referral)
    locked = lock_referral(referral)
    same = Decision.objects.filter(referral=locked, offer=offer, decided_by=by, granted__isnull=True).first()
    if same:
        return same
    if locked.version != referral.version:
        raise ChangedMeanwhile(f"Referral {locked.ref}")
    facts = choosing(by, locked.key, offer.key, now=now)
    if not facts.chosen.can_choose:
        raise ValidationError(
            f"The offer from {facts.chosen.title} can no longer be chosen: {facts.chosen.tag.text.lower()}."
            " Go back to the offers and look again."
        )
    _require_complete(choice, facts)
    _answer_for_call_off(locked, facts, choice, by, now)
    decision = _decision(locked, facts, choice, by, now)
    move_referral(referral=referral, to_state=ReferralState.SELECTED, by=by, now=now, why=choice.reasons)
    words = f"Chose {facts.chosen.title} and asked for approval."
    record("choice.made", words, about=decision, by=by, at=now, thread=referral.key, position=facts.chosen.position)
    return decision


@transaction.atomic
def approve_choice(*, decision: Decision, by: Person, now: datetime, granted: bool, reason: str = "") -> Decision:
    """Approve or refuse a choice. Approved: the offer is taken, the others are told why not, what they were told is
    taken back. Refused: the search goes on with the offers still open. The same answer twice changes nothing.

    Booking the place is the next stage's part: see `placements.actions.approving`. Raises PermissionDenied for whoever
    chose and for a value over the limit, ValidationError if the offer has ended meanwhile.
    """
    locked = lock_referral(decision.referral)
    kept = Decision.objects.select_for_update(of=("self",)).select_related("referral", "decided_by").get(pk=decision.pk)
    if kept.granted is not None:
        return _decided_already(kept, by, granted)
    why_not = why_not_approve(by, kept) if granted else why_not_refuse(by, kept)
    if why_not:
        raise PermissionDenied(why_not)
    if not granted and not reason.strip():
        raise ValidationError({"reason": "Enter why you refuse, so that the officer knows what to look for."})
    kept.approved_by, kept.approved_at, kept.granted, kept.approval_reason = by, now, granted, reason.strip()
    if granted:
        _take_offer(kept, by, now)
    decide_waiver(authority_id=kept.authority_id, thread=locked.key, granted=granted, by=by, now=now)
    kept.save(update_fields=["approved_by", "approved_at", "granted", "approval_reason"])
    to_state = ReferralState.APPROVED if granted else ReferralState.SEARCHING
    move_referral(referral=locked, to_state=to_state, by=by, now=now, why=kept.approval_reason)
    words = "Approved the choice of a home." if granted else f"Refused the choice of a home: {kept.approval_reason}"
    record("choice.approved" if granted else "choice.refused", words, about=kept, by=by, at=now, thread=locked.key)
    return kept


def _answer_for_call_off(referral: Referral, facts: Choosing, choice: Choice, by: Person, now: datetime) -> None:
    """Keep why earlier steps are passed over, and ask for the waiver that this way of buying owes."""
    answers, authority = facts.call_off, referral.authority_id
    if answers.owed:
        reasons = {step: choice.skipped.get(step, "") for step in answers.owed}
        pass_over_steps(authority_id=authority, thread=referral.key, reasons=reasons, by=by, now=now)
    if answers.method.waiver:
        offer, (ground, narrative) = facts.chosen.offer, choice.waiver
        asked = WaiverAsked(offer.provider_id, answers.method.waiver, ground, narrative, facts.value.pence)
        ask_waiver(authority_id=authority, thread=referral.key, asked=asked, by=by, now=now)


def _decided_already(kept: Decision, by: Person, granted: bool) -> Decision:
    if kept.approved_by_id == by.pk and kept.granted == granted:
        return kept
    done = "approved" if kept.granted else "refused"
    raise ValidationError(f"This choice was {done} by {kept.approved_by}. Open the referral to see where it stands.")


def _take_offer(decision: Decision, by: Person, now: datetime) -> None:
    """The offer is taken, with its place still held; every other one is turned down and told why."""
    rows = Offer.objects.select_for_update(of=("self",)).select_related("invitation__home", "hold")
    offer = rows.get(pk=decision.offer_id)
    if not _can_be_taken(offer, now):
        raise ValidationError(
            f"The offer from {offer.invitation.home.name} has ended, so it cannot be approved."
            " Refuse the choice, so that the officer can ask for the offer again or choose another."
        )
    offer.outcome, offer.outcome_at = Offer.Outcome.SELECTED, now
    offer.save(update_fields=["outcome", "outcome_at"])
    record(
        "offer.selected", f"{offer.invitation.home.name} was chosen.", about=offer, by=by, at=now,
        thread=offer.invitation.thread, seen_by=(offer.provider_id,),
    )  # fmt: skip
    told = {one["offer"]: one["feedback"] for one in decision.passed_over if one.get("feedback")}
    others = Offer.objects.filter(invitation__referral_id=decision.referral_id, outcome=Offer.Outcome.OPEN)
    for other in others.select_related("invitation__home"):
        turn_down_offer(offer=other, feedback=told.get(str(other.key), USUAL_FEEDBACK), by=by, now=now)
    reason = "Another home was chosen."
    recall_all_except(referral=decision.referral, keep_invitation=offer.invitation, by=by, now=now, reason=reason)


def _can_be_taken(offer: Offer, now: datetime) -> bool:
    """An emergency may have booked the place already: then no hold has to last until the approval."""
    if offer.hold and offer.hold.kind == Occupancy.Kind.BOOKING and offer.hold.freed_at is None:
        return offer.outcome in (Offer.Outcome.OPEN, Offer.Outcome.EXPIRED)
    return offer.outcome == Offer.Outcome.OPEN and offer.expires_at > now


def _require_complete(choice: Choice, facts: Choosing) -> None:
    """Raise ValidationError naming every field that still lacks its answer."""
    missing = {} if choice.reasons.strip() else {"reasons": "Enter why this home is the right one for the child."}
    missing |= _missing_tests(choice)
    for home in facts.better_offers:
        if not choice.passed_over.get(home.home_ref, "").strip():
            missing[passed_field(home.home_ref)] = f"Enter why {home.home_name}, which ranks higher, was not chosen."
    if facts.not_invited and not choice.not_invited.strip():
        missing["not_invited"] = "Enter why homes that rank higher were not invited."
    for one in facts.others:
        if not choice.feedback.get(str(one.offer.key), "").strip():
            missing[told_field(str(one.offer.key))] = f"Enter what {one.title} is told about why it was not chosen."
    if facts.wishes and not choice.wishes_answered.strip():
        missing["wishes_answered"] = "Enter how this home answers what the child said they want."
    missing |= _missing_call_off(choice, facts)
    if missing:
        raise ValidationError(missing)


def _missing_call_off(choice: Choice, facts: Choosing) -> dict[str, str]:
    owed = [step for step in facts.call_off.owed if not choice.skipped.get(step, "").strip()]
    missing = {reason_field(step): f"Enter why this step is passed over: {step.words}." for step in owed}
    if facts.call_off.method.waiver:
        ground, narrative = choice.waiver
        missing |= {} if ground in GROUND_WORDS else {"waiver_ground": "Select the ground for buying this way."}
        missing |= {} if narrative.strip() else {"waiver_narrative": "Enter why the child needs this home."}
    return missing


def _missing_tests(choice: Choice) -> dict[str, str]:
    missing = {}
    for test in MATCHING_TESTS:
        answer, reason = choice.tests.get(test.name, ("", ""))
        if answer not in ANSWER_WORDS:
            missing[f"test_{test.name}"] = f"Select an answer: {test.question}"
        elif answer == "no" and not reason.strip():
            missing[f"test_{test.name}_reason"] = f"Enter why the answer is no: {test.question}"
    return missing


def passed_field(home_ref: str) -> str:
    """The form field that asks why a better-ranked offer was not chosen."""
    return f"passed_{home_ref}"


def told_field(offer_key: str) -> str:
    """The form field for what a provider is told whose offer is not chosen."""
    return f"told_{offer_key}"


def _decision(referral: Referral, facts: Choosing, choice: Choice, by: Person, now: datetime) -> Decision:
    value = value_of(facts.chosen.offer)
    tests = {name: {"answer": answer, "reason": reason.strip()} for name, (answer, reason) in choice.tests.items()}
    return Decision.objects.create(
        referral=referral, authority_id=referral.authority_id, offer=facts.chosen.offer, ranking=facts.ranking,
        reasons=choice.reasons.strip(), passed_over=_passed_over(facts, choice), matching_tests=tests,
        wishes_answered=choice.wishes_answered.strip(), whole_life_pence=value.pence, whole_life_working=value.words,
        decided_by=by, decided_at=now,
    )  # fmt: skip


def _passed_over(facts: Choosing, choice: Choice) -> list[dict[str, Any]]:
    """Better-ranked homes with the reason each was passed over; then offers ranked lower, for what they are told."""
    offers = {str(one.offer.home.key): one.offer for one in facts.others}
    better = [_passed(home, offers.get(home.home_ref), choice) for home in facts.better]
    if facts.not_invited:
        name = f"{wording.plural(facts.not_invited, 'home')} not invited"
        better.append(_entry(home_name=name, reason=choice.not_invited.strip(), is_better_ranked=True))
    above = {home.home_ref for home in facts.better}
    lower = [
        _entry(
            home_ref=str(one.offer.home.key), home_name=one.title, position=one.position, offer=str(one.offer.key),
            feedback=choice.feedback[str(one.offer.key)].strip(),
        )
        for one in facts.others
        if str(one.offer.home.key) not in above
    ]  # fmt: skip
    return better + lower


def _passed(home: BetterRanked, offer: Offer | None, choice: Choice) -> dict[str, Any]:
    made = _entry(
        home_ref=home.home_ref, home_name=home.home_name, position=home.position, better_at=list(home.better_at),
        reason=choice.passed_over[home.home_ref].strip() if home.has_offer else home.answer, is_better_ranked=True,
    )  # fmt: skip
    if offer is None:
        return made
    return made | {"offer": str(offer.key), "feedback": choice.feedback[str(offer.key)].strip()}


def _entry(**said: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "home_ref": "",
        "position": None,
        "better_at": [],
        "reason": "",
        "is_better_ranked": False,
        "offer": "",
    }
    return empty | {"feedback": ""} | said

"""From the first word to the submitted referral: begin, answer, submit, withdraw."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from nearhome.audit.record import record
from nearhome.design.spoken_refs import new_ref
from nearhome.design.wording import LONDON
from nearhome.needs.models import Child
from nearhome.people.models import Person
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.referrals.actions.moving import (
    keep_changes,
    lock_draft,
    lock_referral,
    move_referral,
    note_move,
    require_draft,
)
from nearhome.referrals.actions.permission import ask_permission, close_open_permission
from nearhome.referrals.actions.places import (
    NewPlace,
    add_important_place,
    remember_family_home,
    remove_important_place,
)
from nearhome.referrals.actions.stopping import stop_asking
from nearhome.referrals.calculations.asked_for import conditions_from, require_known_parts
from nearhome.referrals.calculations.plain import as_plain
from nearhome.referrals.calculations.profile import answers_from_profile, profile_from_answers
from nearhome.referrals.models import Referral
from nearhome.referrals.permissions import require_can_record_referrals, require_can_work_on
from nearhome.referrals.queries.profile import problems_before_submitting
from nearhome.referrals.reference.questions import QUESTION_FOR
from nearhome.referrals.states import WORDS, ReferralState

__all__ = [
    "NewPlace", "add_important_place", "answer_question", "remove_important_place", "start_referral",
    "submit_referral", "withdraw_referral",
]  # fmt: skip

COLUMNS = ("needed_on", "is_emergency", "expected_weeks")
SEALED = ("wishes", "conditions", "important_places")
OPEN_STATES = (
    ReferralState.AWAITING_PERMISSION,
    ReferralState.SEARCHING,
    ReferralState.SELECTED,
    ReferralState.APPROVED,
)


@transaction.atomic
def start_referral(*, child: Child, by: Person, now: datetime) -> Referral:
    """Begin a draft for a child; the child's draft if there is one, so that a second click starts nothing twice.

    Raises ValidationError if a search for this child is going on already.
    """
    require_can_record_referrals(by)
    if child.authority_id != by.organisation_id:
        raise PermissionDenied("A referral is recorded by the child's own authority.")
    Child.objects.select_for_update().get(pk=child.pk)
    under_way = Referral.objects.filter(child=child, state__in=[ReferralState.DRAFT, *OPEN_STATES]).first()
    if under_way is None:
        return _new_draft(child, by, now)
    if under_way.state == ReferralState.DRAFT:
        return under_way
    raise ValidationError(
        f"Referral {under_way.ref} for this child is “{WORDS[ReferralState(under_way.state)]}”."
        " Go on with that one, or withdraw it before you start another."
    )


@transaction.atomic
def answer_question(
    *, referral: Referral, answers: Mapping[str, Any], by: Person, now: datetime, version: int | None = None
) -> Referral:
    """Save one page's answers, or several pages' at once, in a draft.

    `answers` maps fields of the needs profile to codes, plus needed_on, is_emergency and expected_weeks; `wishes` are
    rows of text, kind and matters, `conditions` rows of kind and words, and both are kept sealed. An empty answer takes the answer away. Saving what is there
    already changes nothing, whatever the version. Raises ChangedMeanwhile if `version` is no longer the present one
    and the answers differ, ValidationError for an answer that is not one.
    """
    require_can_work_on(by, referral)
    locked = lock_referral(referral)
    changes = _changes(locked, answers, now)
    if not changes:
        referral.version = locked.version
        return referral
    if version is not None and locked.version != version:
        raise ChangedMeanwhile(f"Referral {locked.ref}")
    require_draft(locked)
    for name, value in changes.items():
        setattr(locked, name, value)
    keep_changes(locked, referral, *changes)
    words = f"Answered questions of referral {locked.ref}: {_in_words(answers)}."
    record("referral.answered", words, about=locked, by=by, at=now, thread=locked.key, fields=sorted(answers))
    return referral


@transaction.atomic
def submit_referral(*, referral: Referral, by: Person, now: datetime, version: int | None = None) -> Referral:
    """Hand in a complete draft: to an approver, to the search, or in an emergency to both at once.

    A second submission changes nothing. Raises ValidationError with everything that is missing.
    """
    require_can_work_on(by, referral)
    locked = lock_referral(referral)
    if locked.state in (ReferralState.AWAITING_PERMISSION, ReferralState.SEARCHING):
        referral.state, referral.version = locked.state, locked.version
        return referral
    locked = lock_draft(referral, by=by, version=version)
    _require_complete(locked, now)
    referral.version, referral.answers = locked.version, locked.answers
    locked.answers["needed_by"] = _needed_by(locked.needed_on, locked.is_emergency, now.astimezone(LONDON).date())
    locked.save(update_fields=["answers"])  # a draft may have lain for days
    is_asked, words = ask_permission(referral=locked, by=by, now=now)
    must_wait = is_asked and not locked.is_emergency
    to_state = ReferralState.AWAITING_PERMISSION if must_wait else ReferralState.SEARCHING
    move_referral(referral=referral, to_state=to_state, by=by, now=now, why=words)
    record("referral.submitted", words, about=referral, by=by, at=now, thread=referral.key)
    return referral


@transaction.atomic
def withdraw_referral(*, referral: Referral, why: str, by: Person, now: datetime) -> Referral:
    """Stop: the child no longer needs this home. Needs a reason; a second time changes nothing.

    A request for permission that is still open is closed with it.
    """
    require_can_work_on(by, referral)
    locked = lock_referral(referral)
    if locked.state == ReferralState.WITHDRAWN:
        referral.state, referral.version = locked.state, locked.version
        return referral
    if not why.strip():
        raise ValidationError("Say why the referral is withdrawn.")
    if locked.state == ReferralState.APPROVED:
        raise ValidationError("A home has been agreed for this child. Cancel that placement first.")
    close_open_permission(referral=locked, now=now, reason="The referral was withdrawn before a decision.")
    move_referral(referral=referral, to_state=ReferralState.WITHDRAWN, by=by, now=now, why=why)
    stop_asking(referral=referral, by=by, now=now, reason="The child no longer needs a home from this search.")
    words = f"Withdrew referral {referral.ref}."
    record("referral.withdrawn", words, about=referral, by=by, at=now, thread=referral.key)
    return referral


def _require_complete(locked: Referral, now: datetime) -> None:
    problems = problems_before_submitting(locked, today=now.astimezone(LONDON).date())
    if problems:
        raise ValidationError([f"{problem.question}: {problem.mend}" for problem in problems])


def _new_draft(child: Child, by: Person, now: datetime) -> Referral:
    answers = {"uasc_status": "Yes"} if child.is_uasc else {}
    referral = _insert(child=child, authority_id=child.authority_id, created_by=by, created_at=now, answers=answers)
    note_move(referral, from_state="", by=by, now=now, why="")
    remember_family_home(referral)
    record("referral.started", f"Started referral {referral.ref}.", about=referral, by=by, at=now, thread=referral.key)
    return referral


def _insert(**fields: Any) -> Referral:
    """With a reference nobody has: other authorities' are hidden from us, so the database has to say."""
    for _ in range(8):
        try:
            with transaction.atomic():
                return Referral.objects.create(ref=new_ref("R"), **fields)
        except IntegrityError as taken:
            if "ref" not in str(taken):
                raise
    raise ValidationError("No free reference was found. Try again.")


def _changes(locked: Referral, answers: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The columns that would change, with their new values."""
    wanted = {name: answers[name] for name in COLUMNS if name in answers}
    standard = {name: value for name, value in answers.items() if name not in (*COLUMNS, *SEALED)}
    if wanted.keys() & {"needed_on", "is_emergency"}:
        needed_on = wanted.get("needed_on", locked.needed_on)
        wanted["is_emergency"] = bool(wanted.get("is_emergency", locked.is_emergency))
        standard["needed_by"] = _needed_by(needed_on, wanted["is_emergency"], now.astimezone(LONDON).date())
    if standard:
        wanted["answers"] = _checked(locked.answers | standard)
    if "wishes" in answers:
        wanted["own_words"] = _sealed_wishes(answers["wishes"])
    if "conditions" in answers:
        wanted["conditions"] = _sealed_conditions(answers["conditions"])
    return {name: value for name, value in wanted.items() if value != getattr(locked, name)}


def _checked(answers: Mapping[str, Any]) -> dict[str, Any]:
    try:
        checked = answers_from_profile(profile_from_answers(answers))
        require_known_parts(checked.get("asked_for"))
    except ValueError as unknown:
        raise ValidationError(str(unknown)) from unknown
    return {name: value for name, value in checked.items() if name not in SEALED}


def _sealed_wishes(wishes: Any) -> str | None:
    try:
        profile = profile_from_answers({"wishes": wishes})
    except ValueError as unknown:
        raise ValidationError(str(unknown)) from unknown
    return json.dumps(as_plain(profile.wishes), ensure_ascii=False) if profile.wishes else None


def _sealed_conditions(conditions: Any) -> str | None:
    try:
        said = conditions_from(conditions)
    except ValueError as unknown:
        raise ValidationError(str(unknown)) from unknown
    return json.dumps(as_plain(said), ensure_ascii=False) if said else None


def _needed_by(needed_on: date | None, is_emergency: bool, today: date) -> str | None:
    """How soon, as the standard says it. Source: neededBy of the draft national placements standard 2.0.0."""
    if is_emergency:
        return "Today"
    if needed_on is None:
        return None
    days = (needed_on - today).days
    return "Today" if days <= 0 else "< 5 days" if days < 5 else "> 5 days"


OTHER_WORDS = {
    "needed_on": "when the home is needed",
    "is_emergency": "whether it is an emergency",
    "expected_weeks": "how long the child is expected to stay",
    "skills": "the skills the home needs",
    "wishes": "what the child said",
    "conditions": "conditions of bail or of a court",
    "asked_for": "which language, faith and culture matter to the child",
}


def _in_words(answers: Mapping[str, Any]) -> str:
    """Which questions, never the answers: the history is read by many."""
    named = [OTHER_WORDS.get(name) or getattr(QUESTION_FOR.get(name), "question", name).rstrip("?") for name in answers]
    return "; ".join(named[:3]) + (f"; and {len(named) - 3} more" if len(named) > 3 else "")

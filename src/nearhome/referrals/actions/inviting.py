"""Asking homes, and letting information go to them step by step: every release is a row, and can be taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.market.models import Home, Occupancy
from nearhome.needs.models import ChildIdentity
from nearhome.people.models import AuthorityRules
from nearhome.people.roles import Role
from nearhome.procurement.calculations.routes import Route
from nearhome.procurement.queries import open_routes_for
from nearhome.procurement.queries.routes import STANDARD
from nearhome.referrals.actions.moving import lock_referral
from nearhome.referrals.actions.offering import turn_down_offer
from nearhome.referrals.calculations import released
from nearhome.referrals.calculations.disclosure import anonymous_summary
from nearhome.referrals.models import Invitation, Offer, Question, Referral, Release
from nearhome.referrals.permissions import require_can_work_on
from nearhome.referrals.queries.limits import routes_as_told
from nearhome.referrals.queries.profile import profile_of
from nearhome.referrals.queries.standing import still_stands
from nearhome.referrals.states import ReferralState

ANONYMOUS_BASIS = "To find a home: age band, area and needs only; no name, no own words, no exact place."
DETAIL_BASIS = "To check the match with a shortlisted home: needs in full under a pseudonym."
IDENTITY_BASIS = "To prepare the move into the chosen home."
CHOSEN = (ReferralState.SELECTED, ReferralState.APPROVED, ReferralState.PLACED)
Stage = Release.Stage


@dataclass(frozen=True, slots=True)
class Invited:
    """Which homes were asked just now, and which had been asked before."""

    new: tuple[Invitation, ...]
    already: tuple[Home, ...]

    @property
    def words(self) -> str:
        """What happened, in a sentence or two."""
        asked = f"Invited {wording.plural(len(self.new), 'home')}." if self.new else "No new home was invited."
        names = wording.nice_list(home.name for home in self.already)
        return f"{asked} Already invited: {names}." if self.already else asked


@transaction.atomic
def invite_homes(
    *,
    referral: Referral,
    homes: Iterable[Home],
    by: Any,
    now: datetime,
    ranking_positions: Mapping[int, int] | None = None,
    respond_by: Mapping[int, datetime] | None = None,
    rate_category: str = STANDARD,
) -> Invited:
    """Ask homes whether they could take the child, each with the anonymous need as its first release.

    A home is asked once however often this is done; afresh when what it was asked before has come to nothing (lapsed,
    taken back, its offer ended): then the old invitation is closed. `ranking_positions` and `respond_by` (until when each
    may answer; else the authority's own time) are by home id; `rate_category` says which line of a card is the limit.
    `referral.version` must be the one the officer saw. Raises ChangedMeanwhile, PermissionDenied, or ValidationError if
    no search is going on or a home is suspended on the day it is needed.
    """
    require_can_work_on(by, referral)
    locked = lock_referral(referral, version=referral.version)
    _require_searching(locked)
    until, usual = respond_by or {}, _respond_by(locked, now)
    if any(moment <= now for moment in (usual, *until.values())):
        raise ValidationError("Homes need time to answer. Choose a moment in the future to answer by.")
    asked = {home.pk: home for home in homes}
    if not asked:
        raise ValidationError("Select at least one home to invite.")
    before = _replace_spent(locked, asked, by, now)
    fresh = [home for home in asked.values() if home.pk not in before]
    positions = ranking_positions or {}
    made = [
        _invitation(
            locked, home, by, now, respond_by=until.get(home.pk, usual), ranking_position=positions.get(home.pk),
            rate_category=rate_category,
        )
        for home in fresh
    ]  # fmt: skip
    Invitation.objects.bulk_create(made)
    _release_anonymous(locked, made, by, now)
    return Invited(tuple(made), tuple(home for home in asked.values() if home.pk in before))


@transaction.atomic
def release_detail(*, invitation: Invitation, by: Any, now: datetime, with_wishes: bool = False) -> Release:
    """Let a shortlisted home read the needs in full, under a pseudonym; the child's wishes only if decided so.

    A second time changes nothing, unless wishes are added: then the fuller release replaces the first.
    """
    require_can_work_on(by, invitation.referral)
    locked = lock_referral(invitation.referral)
    _require_searching(locked)
    _require_still_told(invitation)
    content = released.detail_of(profile_of(locked), _child_ref(locked), with_wishes=with_wishes)
    standing = _standing(invitation, Stage.DETAIL)
    if standing:
        told = released.read_detail(standing.content)
        if told == content or not with_wishes:
            return standing
        _recall(standing, by=by, now=now, reason="Replaced by a fuller release.")
    basis = DETAIL_BASIS + (" The child's wishes are shared too." if with_wishes else "")
    return _release(invitation, Stage.DETAIL, released.written(content), basis, by, now)


@transaction.atomic
def release_identity(*, invitation: Invitation, by: Any, now: datetime) -> Release:
    """Let the chosen home know who the child is; nobody else can ever be told. A second time changes nothing."""
    locked = lock_referral(invitation.referral)
    _require_of_authority(locked, by)
    if not _is_chosen(invitation, locked):
        raise ValidationError(
            "A child's identity is shared only with the home that was chosen. Choose its offer first."
        )
    standing = _standing(invitation, Stage.IDENTITY)
    if standing:
        return standing
    identity = ChildIdentity.objects.filter(child_id=locked.child_id).first()
    if identity is None or not identity.name:
        raise ValidationError("The child's name is not recorded. Record who the child is, then share it.")
    born_on = datetime.fromisoformat(identity.born_on).date() if identity.born_on else None
    content = released.Identity(identity.name, born_on, _child_ref(locked))
    return _release(invitation, Stage.IDENTITY, released.written(content), IDENTITY_BASIS, by, now)


def _is_chosen(invitation: Invitation, referral: Referral) -> bool:
    """Its offer was approved; or, in an emergency, its held place is already booked and approval follows."""
    offer = Offer.objects.filter(invitation=invitation).select_related("hold").first()
    if offer is None:
        return False
    if offer.outcome == Offer.Outcome.SELECTED:
        return referral.state in CHOSEN
    is_booked = offer.hold is not None and offer.hold.kind == Occupancy.Kind.BOOKING and offer.hold.freed_at is None
    return referral.is_emergency and is_booked


@transaction.atomic
def recall_release(*, release: Release, by: Any, now: datetime, reason: str) -> Release:
    """Take back what was let go: from now on its recipient cannot read it here. A second time changes nothing.

    Taking back the anonymous need closes the invitation: everything told after it is taken back too, and while the
    search goes on an open offer ends and its place is free again.
    """
    if release.authority_id != by.organisation_id or not by.has_role(Role.PLACEMENT_OFFICER, Role.APPROVER):
        raise PermissionDenied("Only a placement officer or approver of the authority that shared it can take it back.")
    if not reason.strip():
        raise ValidationError("Enter why you take it back.")
    # The invitation first, as the provider's own actions do: an answer being given just now is finished before this.
    Invitation.objects.select_for_update(of=("self",)).get(pk=release.invitation_id)
    rows = Release.objects.select_for_update(of=("self",)).select_related("invitation__home", "invitation__referral")
    kept = rows.get(pk=release.pk)
    if kept.recalled_at is None:
        _recall(kept, by=by, now=now, reason=reason.strip()[:300])
    if kept.stage == Stage.ANONYMOUS:
        _close(kept.invitation, by, now)
        for further in _all_standing(kept.invitation):
            _recall(further, by=by, now=now, reason=reason.strip()[:300])
    return kept


@transaction.atomic
def recall_all_except(
    *, referral: Referral, keep_invitation: Invitation | None, by: Any, now: datetime, reason: str
) -> int:
    """Take back everything every other home was told; how many releases. None keeps nobody: the search is over."""
    _require_of_authority(referral, by)
    _wait_for_answers(referral, keep_invitation)
    rows = Release.objects.select_for_update(of=("self",)).select_related("invitation__home")
    rows = rows.filter(invitation__referral=referral, recalled_at__isnull=True)
    others = [row for row in rows if keep_invitation is None or row.invitation_id != keep_invitation.pk]
    for row in others:
        _recall(row, by=by, now=now, reason=reason)
    unanswered = Invitation.objects.filter(referral=referral, answer=Invitation.Answer.NONE)
    if keep_invitation:
        unanswered = unanswered.exclude(pk=keep_invitation.pk)
    unanswered.update(answer=Invitation.Answer.WITHDRAWN, answered_at=now)
    return len(others)


@transaction.atomic
def answer_provider(*, question: Question, text: str, by: Any, now: datetime) -> Question:
    """Answer a provider's question; both sides see it. The same answer again changes nothing."""
    kept = Question.objects.select_for_update(of=("self",)).select_related("invitation__home").get(pk=question.pk)
    if kept.authority_id != by.organisation_id or not by.has_role(Role.PLACEMENT_OFFICER):
        raise PermissionDenied("Only a placement officer of the child's own authority can answer this question.")
    if not text.strip():
        raise ValidationError("Enter an answer.")
    if kept.answered_at and kept.answer == text.strip():
        return kept
    if kept.answered_at:
        raise ValidationError("This question has been answered already. The provider has read or may read that answer.")
    kept.answer, kept.answered_by, kept.answered_at = text.strip(), by, now
    kept.save(update_fields=["answer", "answered_by", "answered_at"])
    words = f"Answered a question from {kept.invitation.home.name}."
    _record("question.answered", words, kept.invitation, about=kept, by=by, at=now)
    return kept


@transaction.atomic
def lapse_invitations(*, authority_id: int, by: Any, now: datetime) -> int:
    """Close invitations of one authority that nobody answered in time; how many."""
    rows = Invitation.objects.select_for_update(of=("self",), skip_locked=True).select_related("home")
    late = list(rows.filter(authority_id=authority_id, answer=Invitation.Answer.NONE, respond_by__lte=now))
    for row in late:
        row.answer, row.answered_at = Invitation.Answer.LAPSED, now
        row.save(update_fields=["answer", "answered_at"])
        words = f"The invitation to {row.home.name} lapsed: nobody answered by {wording.moment(row.respond_by)}."
        _record("invitation.lapsed", words, row, about=row, by=by, at=now)
    return len(late)


def _invitation(referral: Referral, home: Home, by: Any, now: datetime, **said: Any) -> Invitation:
    return Invitation(
        referral=referral, referral_ref=referral.ref, thread=referral.key, authority_id=referral.authority_id,
        provider_id=home.provider_id, home=home, sent_at=now, sent_by=by, **said,
    )  # fmt: skip


def _replace_spent(referral: Referral, asked: Iterable[int], by: Any, now: datetime) -> set[int]:
    """Close what came to nothing among earlier invitations of these homes; which homes still have one that stands."""
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("home", "offer")
    earlier = rows.filter(referral=referral, home__in=list(asked), replaced_at__isnull=True).order_by("pk")
    standing = set()
    for row in earlier:
        if still_stands(row, now):
            standing.add(row.home_id)
            continue
        row.replaced_at = now
        row.save(update_fields=["replaced_at"])
        for release in _all_standing(row):
            _recall(release, by=by, now=now, reason="Replaced by a new invitation.")
    return standing


def _release_anonymous(referral: Referral, made: Sequence[Invitation], by: Any, now: datetime) -> None:
    needed_on = referral.needed_on or now.astimezone(wording.LONDON).date()
    age = released.age_on(referral.child.born_month, needed_on)
    homes = [one.home for one in made]
    routes = open_routes_for(homes, referral.authority_id, needed_on, now=now, age_years=age, free_only=False)
    _require_a_route(homes, routes, needed_on)
    summary = anonymous_summary(profile_of(referral), age, referral.child.sex, area=referral.authority.name)
    for one in made:
        content = released.AnonymousNeed(
            summary, referral.child.sex, needed_on, referral.is_emergency, referral.expected_weeks,
            routes_as_told(routes[one.home_id], one, age, needed_on),
        )  # fmt: skip
        words = f"Invited {one.home.name} to answer by {wording.moment(one.respond_by)}."
        _record("invitation.sent", words, one, about=one, by=by, at=now)
        _release(one, Stage.ANONYMOUS, released.written(content), ANONYMOUS_BASIS, by, now)


def _require_a_route(homes: Iterable[Home], routes: Mapping[int, Sequence[Route]], needed_on: date) -> None:
    """Every home can be bought singly unless the authority suspended it; then it is not asked either."""
    barred = [home.name for home in homes if not routes[home.pk]]
    if barred:
        names, day = wording.nice_list(barred), wording.date(needed_on)
        raise ValidationError(f"Suspended from one of your frameworks on {day}: {names}. Invite other homes.")


def _release(invitation: Invitation, stage: str, content: str, basis: str, by: Any, now: datetime) -> Release:
    made = Release.objects.create(
        invitation=invitation, authority_id=invitation.authority_id, recipient_id=invitation.provider_id, stage=stage,
        content=content, basis=basis, released_at=now, released_by=by,
    )  # fmt: skip
    words = f"Shared with {invitation.home.name}: {Stage(stage).label.lower()}."
    _record("release.made", words, invitation, about=made, by=by, at=now)
    return made


def _recall(release: Release, *, by: Any, now: datetime, reason: str) -> None:
    release.recalled_at, release.recall_reason = now, reason
    release.save(update_fields=["recalled_at", "recall_reason"])
    words = f"Took back from {release.invitation.home.name}: {Stage(release.stage).label.lower()}."
    _record("release.recalled", words, release.invitation, about=release, by=by, at=now)


def _record(name: str, words: str, invitation: Invitation, *, about: Any, by: Any, at: datetime) -> None:
    told = () if invitation.provider_id == by.organisation_id else (invitation.provider_id,)
    record(name, words, about=about, by=by, at=at, thread=invitation.thread, seen_by=told)


def _standing(invitation: Invitation, stage: str) -> Release | None:
    return Release.objects.filter(invitation=invitation, stage=stage, recalled_at__isnull=True).first()


def _close(invitation: Invitation, by: Any, now: datetime) -> None:
    """Nothing more comes of an invitation, if the search goes on: its offer ends, its answer is no longer waited for."""
    if invitation.referral.state != ReferralState.SEARCHING:
        return
    for offer in Offer.objects.filter(invitation=invitation, outcome=Offer.Outcome.OPEN):
        turn_down_offer(offer=offer, feedback="The authority has taken this invitation back.", by=by, now=now)
    if invitation.answer == Invitation.Answer.NONE:
        invitation.answer, invitation.answered_at = Invitation.Answer.WITHDRAWN, now
        invitation.save(update_fields=["answer", "answered_at"])


def _wait_for_answers(referral: Referral, keep_invitation: Invitation | None) -> None:
    """An answer being given just now is finished first; the next one finds nothing released and is refused."""
    rows = Invitation.objects.select_for_update(of=("self",)).filter(referral=referral).order_by("pk")
    list(rows.exclude(pk=keep_invitation.pk) if keep_invitation else rows)


def _all_standing(invitation: Invitation) -> list[Release]:
    rows = Release.objects.select_for_update(of=("self",)).select_related("invitation__home")
    return list(rows.filter(invitation=invitation, recalled_at__isnull=True))


def _child_ref(referral: Referral) -> str:
    return released.pseudonym(str(referral.child.key))


def _respond_by(referral: Referral, now: datetime) -> datetime:
    rules = AuthorityRules.objects.filter(organisation_id=referral.authority_id).first() or AuthorityRules()
    return now + timedelta(hours=rules.emergency_response_hours if referral.is_emergency else rules.response_hours)


def _require_searching(referral: Referral) -> None:
    if referral.state != ReferralState.SEARCHING:
        raise ValidationError(
            f"No search is going on for referral {referral.ref}, so homes cannot be told about it."
            " Open the referral to see what can be done now."
        )


def _require_still_told(invitation: Invitation) -> None:
    if _standing(invitation, Stage.ANONYMOUS) is None:
        raise ValidationError(
            f"What {invitation.home.name} was told has been taken back. Choose a home that still has its invitation."
        )


def _require_of_authority(referral: Referral, by: Any) -> None:
    is_one = by.has_role(Role.PLACEMENT_OFFICER, Role.APPROVER)
    if referral.authority_id != by.organisation_id or not is_one:
        raise PermissionDenied("Only a placement officer or approver of the child's own authority can do this.")

"""What an authority reads about its invitations: who was asked, who answered, who has been told what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404
from django.urls import reverse

from nearhome.design.tables import Column, Link, Table, Tag
from nearhome.design.waiting import Waiting
from nearhome.design.wording import moment
from nearhome.market.models import Home
from nearhome.people.models import Organisation
from nearhome.people.roles import Role
from nearhome.referrals.models import Invitation, Offer, Question, Referral, Release
from nearhome.referrals.permissions import can_see_referrals, can_withdraw_or_record
from nearhome.referrals.queries.offering import waiting_for_provider
from nearhome.referrals.queries.standing import (
    Answer,
    Outcome,
    answer_tag,
    declined_because,
    history_shown,
    homes_told,
)
from nearhome.referrals.states import ReferralState


@dataclass(frozen=True)
class Told:
    """A referral's invitations and releases, ready to show."""

    referral: Referral
    invitations: Table
    releases: Table
    can_withdraw: bool
    history: list[dict[str, Any]]


@dataclass(frozen=True)
class SentInvitation:
    """One invitation as the authority sees it."""

    invitation: Invitation
    tag: Tag
    declined: str
    questions: tuple[Question, ...]
    releases: Table
    stages: frozenset[str]
    has_wishes: bool
    may_share_detail: bool
    history: list[dict[str, Any]]


def referral_of(person: Any, key: str) -> Referral:
    """A referral of the person's own authority. Raises Http404 when there is none for them."""
    rows = Referral.objects.filter(authority_id=person.organisation_id).select_related("authority", "child")
    found = rows.filter(key=key).first() if can_see_referrals(person) else None
    if found is None:
        raise Http404("No such referral")
    return found


def homes_with_keys(keys: Iterable[str]) -> list[Home]:
    """Homes by their public keys, in the order asked for; a key nobody knows is left out."""
    wanted = list(dict.fromkeys(keys))
    found = {str(home.key): home for home in Home.objects.filter(key__in=wanted).select_related("provider")}
    return [found[key] for key in wanted if key in found]


def told(person: Any, key: str, *, now: datetime) -> Told:
    """Everyone who was asked about a referral, and everything they were told."""
    referral = referral_of(person, key)
    rows = Invitation.objects.filter(referral=referral).select_related("home", "provider", "offer")
    rows = rows.annotate(open_questions=Count("questions", filter=Q(questions__answered_at__isnull=True)))
    releases = Release.objects.filter(invitation__referral=referral)
    is_going_on = referral.state == ReferralState.SEARCHING and can_withdraw_or_record(person, referral)
    return Told(
        referral,
        _invitations_table(rows.order_by("ranking_position", "sent_at", "id"), now),
        _releases_table(releases),
        is_going_on and homes_told(referral) > 0,
        history_shown(referral.key),
    )


def sent_invitation(person: Any, key: str, *, now: datetime) -> SentInvitation:
    """One invitation of the person's own authority. Raises Http404 when there is none for them."""
    rows = Invitation.objects.filter(authority_id=person.organisation_id, key=key)
    rows = rows.select_related("home", "provider", "referral", "offer")
    invitation = rows.first() if can_see_referrals(person) else None
    if invitation is None:
        raise Http404("No such invitation")
    releases = list(Release.objects.filter(invitation=invitation).select_related("invitation__home", "released_by"))
    stages = frozenset(row.stage for row in releases if row.recalled_at is None)
    questions = Question.objects.filter(invitation=invitation).select_related("asked_by", "answered_by")
    return SentInvitation(
        invitation=invitation,
        tag=answer_tag(invitation, now),
        declined=declined_because(invitation),
        questions=tuple(questions.order_by("asked_at")),
        releases=_table_of_releases(releases),
        stages=stages,
        has_wishes=bool(invitation.referral.own_words),
        may_share_detail=_may_share_detail(person, invitation, stages),
        history=history_shown(invitation.thread),
    )


def question_of(person: Any, key: str) -> Question:
    """A question put to the person's own authority. Raises Http404 when there is none for them."""
    rows = Question.objects.filter(authority_id=person.organisation_id, key=key).select_related("invitation__home")
    found = rows.first() if can_see_referrals(person) else None
    if found is None:
        raise Http404("No such question")
    return found


def release_of(person: Any, key: str) -> Release:
    """A release that the person's own authority made. Raises Http404 when there is none for them."""
    rows = Release.objects.filter(authority_id=person.organisation_id, key=key)
    rows = rows.select_related("invitation__home", "invitation__referral", "recipient")
    found = rows.first() if can_see_referrals(person) else None
    if found is None:
        raise Http404("No such release")
    return found


def authorities() -> list[tuple[int, str]]:
    """Every authority, for work done on a timer: each is acted for in turn, so that row security holds there too."""
    kinds = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY)
    return list(kinds.values_list("pk", "name"))


def waiting_for(person: Any, *, now: datetime) -> tuple[Waiting, ...]:
    """Everything about invitations and offers that waits for the person, on whichever side."""
    return (*waiting_for_officer(person, now=now), *waiting_for_provider(person, now=now))


def waiting_for_officer(person: Any, *, now: datetime) -> tuple[Waiting, ...]:
    """What invitations ask of a placement officer: questions, and searches that nobody answers."""
    if not person.has_role(Role.PLACEMENT_OFFICER):
        return ()
    return (*_questions(person, now), *_unanswered(person, now))


def _questions(person: Any, now: datetime) -> Iterable[Waiting]:
    rows = Question.objects.filter(
        authority_id=person.organisation_id,
        answered_at__isnull=True,
        invitation__referral__state=ReferralState.SEARCHING,
    ).select_related("invitation__home")
    for row in rows:
        one, due_at = row.invitation, row.invitation.respond_by
        href = reverse("referrals:sent_invitation", args=[one.key])
        about = f"{one.referral_ref}, {one.home.name}"
        yield Waiting("Answer a question from a home", about, href, due_at, due_at <= now)


def _unanswered(person: Any, now: datetime) -> Iterable[Waiting]:
    """Searches whose homes have all answered without an offer that stands: more homes have to be asked.

    A search for which nobody was asked yet, and offers to decide on, are named by the stage that ranks homes.
    """
    asked = Invitation.objects.filter(referral=OuterRef("pk"))
    told = Release.objects.filter(invitation=OuterRef("pk"), stage=Release.Stage.ANONYMOUS, recalled_at__isnull=True)
    waiting = asked.filter(Exists(told), answer=Answer.NONE, respond_by__gt=now)
    offers = Offer.objects.filter(invitation__referral=OuterRef("pk"), outcome=Outcome.OPEN, expires_at__gt=now)
    rows = Referral.objects.filter(authority_id=person.organisation_id, state=ReferralState.SEARCHING)
    for row in rows.filter(Exists(asked), ~Exists(waiting), ~Exists(offers)):
        href = reverse("referrals:told", args=[row.key])
        yield Waiting("Nobody has offered a home: invite more", row.ref, href, None, row.is_emergency)


def _invitations_table(rows: Iterable[Any], now: datetime) -> Table:
    columns = (
        Column("Home"), Column("Provider"), Column("Rank", "number"), Column("Answer by", "moment"),
        Column("Opened", "moment"), Column("Answer"), Column("Open questions", "number"),
    )  # fmt: skip
    shown = tuple(
        (
            Link(row.home.name, reverse("referrals:sent_invitation", args=[row.key])), row.provider.name,
            row.ranking_position, row.respond_by, row.opened_at or "Not yet", answer_tag(row, now), row.open_questions,
        )
        for row in rows
    )  # fmt: skip
    empty = "No home has been invited yet. Open the ranked homes of this referral and choose whom to invite."
    return Table("Homes asked", columns, shown, when_empty=empty)


def _releases_table(releases: Any) -> Table:
    rows = releases.select_related("invitation__home", "released_by").order_by("released_at", "id")
    return _table_of_releases(list(rows))


def _table_of_releases(rows: Sequence[Release]) -> Table:
    columns = (
        Column("Home"), Column("What"), Column("When", "moment"), Column("By"), Column("On what basis"),
        Column("Taken back?"),
    )  # fmt: skip
    shown = tuple(
        (
            row.invitation.home.name, Release.Stage(row.stage).label, row.released_at, row.released_by.name, row.basis,
            _recalled(row),
        )
        for row in rows
    )  # fmt: skip
    empty = "Nobody has been told anything yet."
    return Table("Who has been told what", columns, shown, when_empty=empty)


def _recalled(row: Release) -> Link | str:
    if row.recalled_at:
        return f"On {moment(row.recalled_at)}: {row.recall_reason}"
    hidden = f"{Release.Stage(row.stage).label.lower()} from {row.invitation.home.name}"
    return Link("No: take it back", reverse("referrals:recall", args=[row.key]), hidden)


def _may_share_detail(person: Any, invitation: Invitation, stages: frozenset[str]) -> bool:
    is_going_on = invitation.referral.state == ReferralState.SEARCHING
    return is_going_on and person.has_role(Role.PLACEMENT_OFFICER) and Release.Stage.ANONYMOUS in stages

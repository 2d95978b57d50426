"""What a provider reads: its invitations, and of each only what was released to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import reverse

from nearhome.design.tables import Column, Link, Table, Tag
from nearhome.design.waiting import Waiting
from nearhome.design.wording import LONDON
from nearhome.market.models import Place
from nearhome.market.queries.places import PlaceOnDay, place_with_key, places_of
from nearhome.people.roles import Role
from nearhome.procurement.calculations.routes import KIND_WORDS, PriceLimit, Route
from nearhome.referrals.calculations import released
from nearhome.referrals.models import Invitation, Offer, Question, Release
from nearhome.referrals.queries.limits import limit_on
from nearhome.referrals.queries.standing import Answer, Outcome, answer_tag, declined_because, history_for_provider

MOST_SHOWN = 200


@dataclass(frozen=True)
class InvitationPage:
    """An invitation as its provider sees it; `need` is None once the authority has taken it back."""

    invitation: Invitation
    tag: Tag
    need: released.AnonymousNeed | None
    need_rows: tuple[tuple[str, Any], ...]
    detail: released.PseudonymousDetail | None
    identity: released.Identity | None
    questions: tuple[Question, ...]
    offer: Offer | None
    may_ask: bool
    may_answer: bool
    may_withdraw: bool
    is_late: bool
    declined: str
    history: list[dict[str, Any]]


@dataclass(frozen=True)
class OfferChoices:
    """What an offer may say: the places, and for each contract route the limit in words."""

    invitation: Invitation
    need: released.AnonymousNeed
    starts_on: date
    places: tuple[PlaceOnDay, ...]
    limits: tuple[tuple[str, PriceLimit], ...]


def invitations_of(person: Any, *, now: datetime) -> Table:
    """All invitations of the person's provider, those that wait for an answer first."""
    _require_provider(person)
    rows = Invitation.objects.filter(provider_id=person.organisation_id).select_related("home", "authority", "offer")
    found = list(rows.order_by("-sent_at", "-id")[:MOST_SHOWN])
    told = _still_told([row.pk for row in found])
    found.sort(key=lambda row: (not _waits(row, told, now), row.respond_by if _waits(row, told, now) else now))
    columns = (
        Column("Referral"), Column("Home"), Column("Authority"), Column("Sent", "moment"), Column("Answer by", "moment"),
        Column("Where it stands"),
    )  # fmt: skip
    shown = tuple(
        (
            Link(row.referral_ref, reverse("referrals:invitation", args=[row.key]), f"for {row.home.name}"),
            row.home.name, row.authority.name, row.sent_at, row.respond_by, _tag(row, told, now),
        )
        for row in found
    )  # fmt: skip
    empty = "No invitations yet. When an authority asks whether one of your homes could take a child, it appears here."
    return Table("Invitations", columns, shown, when_empty=empty, hides_title=True)


def invitation_of(person: Any, key: str) -> Invitation:
    """An invitation of the person's provider. Raises Http404 when there is none for them."""
    rows = Invitation.objects.filter(provider_id=person.organisation_id, key=key)
    found = rows.select_related("home", "authority", "provider").first() if person.has_role(Role.PROVIDER) else None
    if found is None:
        raise Http404("No such invitation")
    return found


def offer_of(person: Any, key: str) -> Offer:
    """An offer the person's provider made. Raises Http404 when there is none for them."""
    rows = Offer.objects.filter(provider_id=person.organisation_id, key=key)
    rows = rows.select_related("invitation__home", "invitation__authority", "place")
    found = rows.first() if person.has_role(Role.PROVIDER) else None
    if found is None:
        raise Http404("No such offer")
    return found


def invitation_page(person: Any, key: str, *, now: datetime) -> InvitationPage:
    """One invitation with what was released and stands, and nothing behind it."""
    invitation = invitation_of(person, key)
    content = _released_to(person, invitation)
    need = released.read_anonymous(content["anonymous"]) if "anonymous" in content else None
    offer = Offer.objects.filter(invitation=invitation).select_related("place").first()
    is_open = offer is not None and offer.outcome == Outcome.OPEN and offer.expires_at > now
    is_late = invitation.respond_by <= now
    may_answer = need is not None and not is_open and not is_late and invitation.answer != Answer.LAPSED
    may_answer = may_answer and invitation.answer in (Answer.NONE, Answer.DECLINED, Answer.WITHDRAWN)
    return InvitationPage(
        invitation=invitation,
        tag=_tag(invitation, {invitation.pk} if need else set(), now),
        need=need,
        need_rows=released.in_words(need) if need else (),
        detail=released.read_detail(content["detail"]) if need and "detail" in content else None,
        identity=released.read_identity(content["identity"]) if need and "identity" in content else None,
        questions=tuple(_questions(invitation)) if need else (),
        offer=offer,
        may_ask=need is not None and (not is_late or is_open),
        may_answer=may_answer,
        may_withdraw=is_open,
        is_late=is_late and invitation.answer in (Answer.NONE, Answer.LAPSED),
        declined=declined_because(invitation),
        history=history_for_provider(invitation),
    )


def offer_choices(person: Any, invitation: Invitation, *, now: datetime, starts_on: date | None = None) -> OfferChoices:
    """The places of the invited home and the price limits on a day. Raises Http404 when nothing stands released."""
    content = _released_to(person, invitation)
    if "anonymous" not in content:
        raise Http404("Nothing is released")
    need = released.read_anonymous(content["anonymous"])
    day = starts_on or max(need.needed_on, now.astimezone(LONDON).date())
    limits = tuple(
        (_route_words(one.route), limit_on(one, home_id=invitation.home_id, needed_on=need.needed_on, on=day)[0])
        for one in need.routes
    )
    return OfferChoices(invitation, need, day, places_of(invitation.home_id, day, now=now), limits)


def place_offered(invitation: Invitation, key: str) -> Place:
    """A place of the invited home by its key. Raises Http404 when the home has none."""
    place = place_with_key(invitation.home_id, key)
    if place is None:
        raise Http404("No such place")
    return place


def waiting_for_provider(person: Any, *, now: datetime) -> tuple[Waiting, ...]:
    """Invitations to answer, soonest first; says so when a question was answered."""
    if not person.has_role(Role.PROVIDER):
        return ()
    standing = Release.objects.filter(
        invitation=OuterRef("pk"), stage=Release.Stage.ANONYMOUS, recalled_at__isnull=True
    )
    answered = Question.objects.filter(invitation=OuterRef("pk"), answered_at__isnull=False)
    rows = Invitation.objects.filter(
        Exists(standing), provider_id=person.organisation_id, answer=Answer.NONE, respond_by__gt=now
    ).select_related("home")
    return tuple(
        Waiting(
            "Your question was answered: answer the invitation" if row.has_answer else "Answer an invitation",
            f"{row.referral_ref}, {row.home.name}",
            reverse("referrals:invitation", args=[row.key]),
            row.respond_by,
        )
        for row in rows.annotate(has_answer=Exists(answered)).order_by("respond_by")
    )


def _released_to(person: Any, invitation: Invitation) -> dict[str, str]:
    """The text of what stands released to the person's organisation, by stage; the latest of each."""
    rows = Release.objects.filter(
        invitation=invitation, recipient_id=person.organisation_id, recalled_at__isnull=True
    ).order_by("released_at", "id")
    return {row.stage: row.content for row in rows}


def _still_told(invitation_ids: list[int]) -> set[int]:
    rows = Release.objects.filter(
        invitation_id__in=invitation_ids, stage=Release.Stage.ANONYMOUS, recalled_at__isnull=True
    )
    return set(rows.values_list("invitation_id", flat=True))


def _waits(row: Invitation, told: set[int], now: datetime) -> bool:
    return row.answer == Answer.NONE and row.respond_by > now and row.pk in told


def _tag(row: Invitation, told: set[int], now: datetime) -> Tag:
    if row.pk not in told and row.answer in (Answer.NONE, Answer.WITHDRAWN):
        return Tag("Closed by the authority", "grey")
    return Tag("Answer needed", "yellow") if _waits(row, told, now) else answer_tag(row, now)


def _questions(invitation: Invitation) -> Any:
    return Question.objects.filter(invitation=invitation).order_by("asked_at", "id")


def _route_words(route: Route) -> str:
    words = KIND_WORDS[route.kind]
    name = f" {route.name}" if route.name else ""
    tier = f", tier {route.tier}" if route.tier is not None else ""
    return f"{words[0].upper()}{words[1:]}{name}{tier}"


def _require_provider(person: Any) -> None:
    if not person.has_role(Role.PROVIDER):
        raise Http404("Only providers have invitations")

"""The provider's side: open, ask, offer, decline, change one's mind. Nothing here reads behind the release."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from psycopg.types.range import DateRange

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.market.actions.occupancy import Occupant, hold_place, release_hold
from nearhome.market.models import Place
from nearhome.people.models import AuthorityRules
from nearhome.people.roles import Role
from nearhome.procurement.calculations.routes import Route, price_problem, route_for_place
from nearhome.referrals.calculations import released
from nearhome.referrals.models import Invitation, Offer, Question, Release
from nearhome.referrals.queries.limits import limit_on
from nearhome.referrals.reference.declining import DECLINE_REASONS

Answer, Outcome = Invitation.Answer, Offer.Outcome
# “Withdrawn” by the provider's own change of mind; when the authority withdrew, nothing stands released any more.
MAY_STILL_OFFER = (Answer.NONE, Answer.DECLINED, Answer.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """What is offered: a place from a day, and pence per week by element."""

    place: Place
    starts_on: date
    core_pence: int
    how_needs_are_met: str
    additional_support_pence: int = 0
    education_pence: int = 0
    therapy_pence: int = 0
    transport_pence: int = 0
    other_pence: int = 0
    price_reason: str = ""

    @property
    def weekly_price_pence(self) -> int:
        """All elements together."""
        return sum(self.elements.values())

    @property
    def elements(self) -> dict[str, int]:
        """Pence per week by the name of the offer's field."""
        return {name: getattr(self, name) for name in Offer.ELEMENTS}

    @property
    def words(self) -> str:
        """How needs are met, and why the price is above what the home usually asks if it is."""
        reason = self.price_reason.strip()
        why = f"\n\nWhy the price is above the asking price: {reason}" if reason else ""
        return self.how_needs_are_met.strip() + why


@transaction.atomic
def open_invitation(*, invitation: Invitation, by: Any, now: datetime) -> None:
    """Note when the provider first read the invitation."""
    _require_provider(invitation, by)
    first = Invitation.objects.filter(pk=invitation.pk, opened_at__isnull=True).update(opened_at=now)
    if first:
        _record("invitation.opened", f"{invitation.home.name} opened the invitation.", invitation, by=by, at=now)
        invitation.opened_at = now


@transaction.atomic
def ask_question(*, invitation: Invitation, text: str, by: Any, now: datetime) -> Question:
    """Ask the authority something; the same question twice is asked once."""
    locked = _locked(invitation, by)
    _need(locked)
    if not text.strip():
        raise ValidationError("Enter your question.")
    if locked.respond_by <= now and locked.answer == Answer.NONE:
        raise ValidationError(_too_late(locked))
    same = Question.objects.filter(invitation=locked, text=text.strip(), answered_at__isnull=True).first()
    if same:
        return same
    asked = Question.objects.create(
        invitation=locked, authority_id=locked.authority_id, provider_id=locked.provider_id, text=text.strip(),
        asked_by=by, asked_at=now,
    )  # fmt: skip
    _record("question.asked", f"{locked.home.name} asked a question.", locked, by=by, at=now, about=asked)
    return asked


@transaction.atomic
def make_offer(*, invitation: Invitation, terms: OfferTerms, by: Any, now: datetime) -> Offer:
    """Offer a named place from a day at a price, and hold it until the offer ends.

    The same offer twice is made once. Raises PlaceTaken if somebody has the place, ValidationError with the mend if
    the price is above its limit, the day has passed or the answer comes too late.
    """
    locked = _locked(invitation, by)
    need = _need(locked)
    standing = Offer.objects.filter(invitation=locked).select_related("hold", "place").first()
    if standing and standing.outcome == Outcome.OPEN and standing.expires_at > now:
        return _same_or_refuse(standing, terms)
    _require_may_still_answer(locked, now)
    _require_sense(locked, terms, now)
    route = route_for_place([one.route for one in need.routes], terms.place.pk)
    _require_price(locked, terms, need, route)
    expires_at = now + timedelta(hours=_hold_hours(locked.authority_id))
    born_month = released.assumed_born_month(need.summary.age_band, terms.starts_on)
    occupant = Occupant(locked.authority_id, need.sex, born_month)
    days = DateRange(terms.starts_on, None)
    hold = hold_place(place=terms.place, days=days, expires_at=expires_at, occupant=occupant, by=by, now=now)
    facts = _facts(locked, terms, route) | {"hold": hold, "made_by": by, "made_at": now, "expires_at": expires_at}
    offer, _ = Offer.objects.update_or_create(invitation=locked, defaults=facts)
    _answered(locked, Answer.OFFERED, now)
    price, day = wording.weekly(offer.weekly_price_pence), wording.date(offer.starts_on)
    words = f"{locked.home.name} offered {terms.place.label} from {day} at {price}, held until {wording.moment(expires_at)}."
    _record("offer.made", words, locked, by=by, at=now, about=offer)
    return offer


@transaction.atomic
def withdraw_offer(*, offer: Offer, reason: str, by: Any, now: datetime) -> Offer:
    """Change one's mind: the offer ends and its place is free again. A second time changes nothing."""
    locked = _locked(offer.invitation, by)
    kept = _offer_locked(offer)
    if kept.outcome == Outcome.WITHDRAWN:
        return kept
    if kept.outcome != Outcome.OPEN:
        raise ValidationError(
            f"This offer is “{Outcome(kept.outcome).label.lower()}”, so it can no longer be withdrawn."
            " Telephone the authority if something has changed."
        )
    if not reason.strip():
        raise ValidationError("Enter why you withdraw the offer.")
    _end(kept, Outcome.WITHDRAWN, now=now, by=by, hold_reason="The offer was withdrawn")
    _answered(locked, Answer.WITHDRAWN, now)
    words = f"{locked.home.name} withdrew its offer: {reason.strip()}"
    _record("offer.withdrawn", words, locked, by=by, at=now, about=kept)
    return kept


@transaction.atomic
def decline_invitation(*, invitation: Invitation, code: str, words: str, by: Any, now: datetime) -> Invitation:
    """Say no, and why. The same answer again changes nothing."""
    locked = _locked(invitation, by)
    if code not in DECLINE_REASONS:
        raise ValidationError("Select why you decline.")
    if code == "other" and not words.strip():
        raise ValidationError("Enter the other reason.")
    if locked.answer == Answer.DECLINED and (locked.decline_code, locked.decline_words) == (code, words.strip()):
        return locked
    if locked.answer == Answer.OFFERED:
        raise ValidationError("You have made an offer. Withdraw it if you can no longer take the child.")
    _need(locked)
    _require_may_still_answer(locked, now)
    locked.decline_code, locked.decline_words = code, words.strip()
    _answered(locked, Answer.DECLINED, now)
    why = DECLINE_REASONS.label_for(code)
    _record("invitation.declined", f"{locked.home.name} declined: {why.lower()}.", locked, by=by, at=now)
    return locked


@transaction.atomic
def turn_down_offer(*, offer: Offer, feedback: str, by: Any, now: datetime) -> Offer:
    """The authority chose another home: the provider is told why, and its place is free again. Harmless to repeat."""
    if offer.authority_id != by.organisation_id or not by.has_role(Role.PLACEMENT_OFFICER, Role.APPROVER):
        raise PermissionDenied("Only the child's own authority can turn an offer down.")
    if not feedback.strip():
        raise ValidationError("Enter what the provider is told about why its offer was not selected.")
    # Invitation first, then offer: the same order as the provider's own actions, so that nobody waits in a circle.
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("home").get(pk=offer.invitation_id)
    kept = _offer_locked(offer)
    if kept.outcome != Outcome.OPEN:
        return kept
    kept.feedback = feedback.strip()
    _end(kept, Outcome.NOT_SELECTED, now=now, by=by, hold_reason="Another home was chosen")
    words = f"Told {invitation.home.name} that its offer was not selected."
    _record("offer.not_selected", words, invitation, by=by, at=now, about=kept)
    return kept


@transaction.atomic
def expire_offers(*, authority_id: int, by: Any, now: datetime) -> int:
    """End offers to one authority that nobody decided in time, and free their places; how many."""
    rows = Offer.objects.select_for_update(of=("self",), skip_locked=True).select_related("invitation__home", "hold")
    late = list(rows.filter(authority_id=authority_id, outcome=Outcome.OPEN, expires_at__lte=now))
    for offer in late:
        _end(offer, Outcome.EXPIRED, now=now, by=by, hold_reason="The offer ended without a decision")
        words = f"The offer from {offer.invitation.home.name} ended without a decision; its place is free again."
        _record("offer.expired", words, offer.invitation, by=by, at=now, about=offer)
    return len(late)


def _locked(invitation: Invitation, by: Any) -> Invitation:
    """One answer at a time: two people of one provider queue here."""
    _require_provider(invitation, by)
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("home", "authority")
    return rows.get(pk=invitation.pk)


def _offer_locked(offer: Offer) -> Offer:
    return Offer.objects.select_for_update(of=("self",)).select_related("hold").get(pk=offer.pk)


def _need(invitation: Invitation) -> released.AnonymousNeed:
    """What was released and stands; when it was taken back the invitation is closed."""
    standing = Release.objects.filter(
        invitation=invitation, stage=Release.Stage.ANONYMOUS, recipient_id=invitation.provider_id,
        recalled_at__isnull=True,
    ).first()  # fmt: skip
    if standing is None or invitation.replaced_at:
        raise ValidationError(
            f"{invitation.authority.name} no longer needs an answer to this invitation. There is nothing more to do."
        )
    return released.read_anonymous(standing.content)


def _same_or_refuse(standing: Offer, terms: OfferTerms) -> Offer:
    # Each element is charged as itself, so the same total divided in another way is another offer.
    offered = (standing.place_id, standing.starts_on, standing.elements)
    if offered == (terms.place.pk, terms.starts_on, terms.elements):
        return standing
    raise ValidationError("You have already made an offer. Withdraw it first, then make another.")


def _require_provider(invitation: Invitation, by: Any) -> None:
    if invitation.provider_id != by.organisation_id or not by.has_role(Role.PROVIDER):
        raise PermissionDenied("Only the provider that was invited can answer this invitation.")


def _require_may_still_answer(invitation: Invitation, now: datetime) -> None:
    if invitation.respond_by <= now or invitation.answer not in MAY_STILL_OFFER:
        raise ValidationError(_too_late(invitation))


def _too_late(invitation: Invitation) -> str:
    return (
        f"The time to answer ended on {wording.moment(invitation.respond_by)}. Telephone {invitation.authority.name}"
        f" about referral {invitation.referral_ref} if you could still take the child."
    )


def _require_sense(invitation: Invitation, terms: OfferTerms, now: datetime) -> None:
    if terms.place.home_id != invitation.home_id:
        raise ValidationError(f"Choose a place at {invitation.home.name}: that is the home that was invited.")
    today = now.astimezone(wording.LONDON).date()
    if terms.starts_on < today:
        raise ValidationError({"starts_on": f"Start date must be today, {wording.date(today)}, or later."})
    if terms.core_pence <= 0 or min(terms.elements.values()) < 0:
        raise ValidationError({"core_pence": "Core price must be more than £0.00, and no other price below it."})
    if not terms.how_needs_are_met.strip():
        raise ValidationError({"how_needs_are_met": "Enter how you would meet the child's needs."})


def _require_price(invitation: Invitation, terms: OfferTerms, need: released.AnonymousNeed, route: Route) -> None:
    priced = next(one for one in need.routes if one.route == route)
    limit, has_changed = limit_on(priced, home_id=invitation.home_id, needed_on=need.needed_on, on=terms.starts_on)
    ask = f" Ask {invitation.authority.name} a question to have a new limit worked out."
    if limit.most_pence == 0:
        mend = " Choose another day." if has_changed else ask
        raise ValidationError({"starts_on": f"{limit.words[0].upper()}{limit.words[1:]}.{mend}"})
    problem = price_problem(limit, terms.weekly_price_pence, has_reason=bool(terms.price_reason.strip()))
    if problem:
        changed = f" Your rate card changes before this start date, but this limit still applies.{ask}"
        problem += changed if has_changed else ""
        raise ValidationError({"core_pence" if limit.most_pence is not None else "price_reason": problem})


def _facts(invitation: Invitation, terms: OfferTerms, route: Route) -> dict[str, Any]:
    return {
        "authority_id": invitation.authority_id,
        "provider_id": invitation.provider_id,
        "home_id": invitation.home_id,
        "place": terms.place,
        "route": route.kind,
        "route_name": route.name,
        "tier": route.tier,
        "starts_on": terms.starts_on,
        **terms.elements,
        "weekly_price_pence": terms.weekly_price_pence,
        "how_needs_are_met": terms.words,
        "outcome": Outcome.OPEN,
        "outcome_at": None,
        "feedback": "",
    }


def _hold_hours(authority_id: int) -> int:
    rules = AuthorityRules.objects.filter(organisation_id=authority_id).first() or AuthorityRules()
    return rules.hold_hours


def _answered(invitation: Invitation, answer: str, now: datetime) -> None:
    invitation.answer, invitation.answered_at = answer, now
    invitation.save(update_fields=["answer", "answered_at", "decline_code", "decline_words"])


def _end(offer: Offer, outcome: str, *, now: datetime, by: Any, hold_reason: str) -> None:
    offer.outcome, offer.outcome_at = outcome, now
    offer.save(update_fields=["outcome", "outcome_at", "feedback"])
    if offer.hold:
        release_hold(occupancy=offer.hold, reason=hold_reason, by=by, now=now)


def _record(name: str, words: str, invitation: Invitation, *, by: Any, at: datetime, about: Any = None) -> None:
    sides = {invitation.authority_id, invitation.provider_id} - {by.organisation_id}
    record(name, words, about=about or invitation, by=by, at=at, thread=invitation.thread, seen_by=tuple(sides))

"""From a child's ranked homes and invitations to the order of asking, and how a home would be called off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from nearhome.design.tables import Column, Table, Tag
from nearhome.design.wording import LONDON
from nearhome.market.models import Home
from nearhome.matching.models import SavedRanking
from nearhome.matching.queries.rankings import latest_ranking
from nearhome.people.models import Person
from nearhome.procurement.calculations.call_offs.method import FrameworkRules, Method, method_of
from nearhome.procurement.calculations.call_offs.order import (
    Answer,
    Course,
    Eligible,
    Standing,
    Step,
    standings,
    step_of,
    steps_owed,
)
from nearhome.procurement.queries import categories_on_cards
from nearhome.procurement.queries.call_offs import is_covered, reasons_given, rules_of, windows_of
from nearhome.procurement.queries.routes import STANDARD
from nearhome.referrals.models import Invitation, Offer, Referral
from nearhome.referrals.queries.inviting import referral_of
from nearhome.referrals.queries.standing import may_come_to_something

COURSE_TAGS = {
    Course.NOT_BEGUN: Tag("Not asked yet", "blue"),
    Course.OPEN: Tag("Being asked", "yellow"),
    Course.OVER: Tag("Over", "grey"),
    Course.PASSED: Tag("Passed over", "grey"),
}


@dataclass(frozen=True)
class OrderPage:
    """The order of asking for one child, ready to show."""

    referral: Referral
    steps: tuple[Standing, ...]
    table: Table
    is_ranked: bool


@dataclass(frozen=True)
class CallOffAnswers:
    """What choosing an offer has to answer for: how it would be called off, and earlier steps without a reason yet."""

    method: Method
    step: Step
    owed: tuple[Step, ...]


def order_of(referral: Referral, *, now: datetime) -> tuple[Standing, ...]:
    """Every step with a possible home in the latest ranking, in order, as it stands; () before homes were looked for."""
    homes = eligible_homes(referral, now=now)
    return standings(homes, windows=_windows(referral, homes, now), passed=reasons_given(referral.key), now=now)


def answer_windows(referral: Referral, *, now: datetime) -> dict[str, timedelta]:
    """How long each possible home has to answer when it is asked now, by the key of the home: its step's window."""
    homes = eligible_homes(referral, now=now)
    windows = _windows(referral, homes, now)
    return {one.home_ref: windows[one.step] for one in homes}


def chosen_category(
    referral: Referral, homes: Iterable[Home], said: str, *, now: datetime
) -> tuple[str, tuple[str, ...]]:
    """The category of need that homes are asked for, "" while it must be said, and those their rate cards have.

    Where the cards have one it is that one; where there is no card, the standard one.
    """
    on = referral.needed_on or now.astimezone(LONDON).date()
    choices = categories_on_cards({home.registration_id for home in homes}, referral.authority_id, on)
    if len(choices) < 2:
        return (choices[0] if choices else STANDARD), choices
    return (said if said in choices else ""), choices


def _windows(referral: Referral, homes: Iterable[Eligible], now: datetime) -> dict[Step, timedelta]:
    steps, on = {one.step for one in homes}, now.astimezone(LONDON).date()
    return windows_of(referral.authority_id, steps, on=on, emergency=referral.is_emergency)


def order_page(person: Person, key: UUID, *, now: datetime) -> OrderPage:
    """The order of asking. Raises Http404 when the referral is not the person's to see."""
    referral = referral_of(person, str(key))
    steps = order_of(referral, now=now)
    columns = (
        Column("Step"), Column("Homes", "number"), Column("Asked", "number"), Column("Said no", "number"),
        Column("How it stands"), Column("Window ends", "moment"), Column("Why passed over"),
    )  # fmt: skip
    rows = [
        (one.step.words, one.homes, one.asked, one.said_no, COURSE_TAGS[one.course], one.until, one.reason)
        for one in steps
    ]
    empty = "Homes have not been looked for yet."
    return OrderPage(
        referral, steps, Table("In which order homes are asked", columns, rows, when_empty=empty), bool(steps)
    )


def owed_for(referral: Referral, home_keys: Iterable[str], *, now: datetime) -> tuple[Step, ...]:
    """The steps for which a reason is owed before these homes are asked."""
    wanted = set(home_keys)
    homes = eligible_homes(referral, now=now)
    return steps_owed(order_of(referral, now=now), [one.step for one in homes if one.home_ref in wanted])


def call_off_answers(referral: Referral, offer: Offer, *, now: datetime) -> CallOffAnswers:
    """How an offered place would be called off, and which earlier steps still lack their reason."""
    homes = eligible_homes(referral, now=now)
    step = step_of(offer.route, offer.tier)
    rules = (
        rules_of(referral.authority_id, offer.route_name, offer.tier, offer.starts_on)
        if offer.route == "framework"
        else FrameworkRules()
    )
    covered = is_covered(referral.authority_id, offer.home.kind, offer.starts_on)
    owed = steps_owed(order_of(referral, now=now), [step])
    return CallOffAnswers(method_of(homes, step, rules=rules, covered=covered), step, owed)


def eligible_homes(referral: Referral, *, now: datetime) -> tuple[Eligible, ...]:
    """The possible homes of the latest ranking with the route each would be bought by, and how they were asked."""
    saved = latest_ranking(referral)
    if saved is None:
        return ()
    asked = {str(row.home.key): row for row in _asked(referral)}
    ranked = _ranked(saved)
    suppliers = _suppliers([one["home_ref"] for one in ranked])
    return tuple(
        _eligible(one["home_ref"], suppliers.get(one["home_ref"], ""), one["route"], asked.get(one["home_ref"]), now)
        for one in ranked
    )


def _ranked(saved: SavedRanking) -> list[Mapping[str, Any]]:
    return [*saved.result["ranked"], *saved.result["rest"]]


def _suppliers(home_refs: list[str]) -> dict[str, str]:
    """The establishment each home is registered under: that is what is admitted to a framework."""
    rows = Home.objects.filter(key__in=home_refs).values_list("key", "registration__urn")
    return {str(key): urn for key, urn in rows}


def _asked(referral: Referral) -> Iterable[Invitation]:
    rows = Invitation.objects.filter(referral=referral).select_related("home", "offer")
    return rows.order_by("sent_at", "pk")


def _eligible(
    home_ref: str, supplier: str, route: Mapping[str, Any], invitation: Invitation | None, now: datetime
) -> Eligible:
    # A ranking kept before routes were kept in short says nothing of homes far down its list.
    step = step_of(route.get("kind", "spot"), route.get("tier"))
    if invitation is None:
        return Eligible(home_ref, supplier, step)
    return Eligible(home_ref, supplier, step, invitation.sent_at, _answer(invitation, now))


def _answer(invitation: Invitation, now: datetime) -> Answer:
    if invitation.answer == Invitation.Answer.OFFERED and may_come_to_something(invitation, now):
        return Answer.OFFERED
    is_waiting = invitation.answer == Invitation.Answer.NONE and invitation.respond_by > now
    return Answer.WAITING if is_waiting else Answer.NO

"""Referrals on their way to a home: from the half-filled draft to the choice that waits for approval."""

import datetime as dt

from nearhome.demo.story import answers
from nearhome.demo.story.journey import THERAPY, THERAPY_AND_TRANSPORT, Journey, Ranked
from nearhome.demo.story.players import KENT, PORTSMOUTH, Players
from nearhome.market.models import Home
from nearhome.privacy.acting import acting
from nearhome.referrals.actions.inviting import release_detail
from nearhome.referrals.actions.offering import ask_question, decline_invitation
from nearhome.referrals.actions.recording import withdraw_referral

HOMES_INVITED = 5


def half_filled(players: Players) -> None:
    """A draft with its first questions answered."""
    child = players.child_who_moves(KENT, 0, ages=(8, 12))
    journey = Journey(players, KENT, child, players.now - dt.timedelta(hours=3))
    first = {name: answers.USUAL[name] for name in answers.FIRST_PAGES}
    journey.answer(first | {"needed_on": players.day(21)})


def refused(players: Players) -> None:
    """A draft again: leave to search was refused, with what to change."""
    child = players.child_who_moves(KENT, 1, ages=(8, 12))
    journey = Journey(players, KENT, child, players.morning(3))
    journey.submit(players.day(20))
    reason = "The review on keeping the present home has not been held. Send it again with the review's decision."
    journey.decide_search(granted=False, reason=reason)


def waiting_for_permission(players: Players) -> None:
    """Complete, and waiting for an approver."""
    child = players.child_who_moves(KENT, 2, ages=(8, 12))
    journey = Journey(players, KENT, child, players.now - dt.timedelta(hours=5))
    journey.submit(players.day(14), **answers.FOSTER)


def emergency(players: Players) -> None:
    """An emergency: the search has begun, and its approval is due within a day."""
    child = players.new_child(KENT, 1, sex="M", age=13)
    journey = Journey(players, KENT, child, players.now - dt.timedelta(hours=4))
    journey.submit(players.today, is_emergency=True, expected_weeks=6)
    journey.rank()


def ranked(players: Players) -> None:
    """Homes are ranked; nobody was asked yet."""
    child = players.child_who_moves(KENT, 3, ages=(11, 14))
    Journey(players, KENT, child, players.morning(2)).search(players.day(12))


def invited(players: Players) -> None:
    """Five homes were asked: an offer, a decline, a question, two without an answer, one of them Kent's own."""
    child = players.new_child(KENT, 2, sex="F", age=12)
    journey = Journey(players, KENT, child, players.now - dt.timedelta(hours=26))
    found = journey.search(players.day(10))
    homes = of_different_providers(journey, found, HOMES_INVITED)
    own = next(one for one in found if one["route"]["words"].startswith("Own") and one not in homes[:-1])
    offering, declining, asking, reading, _ = journey.invite([*homes[:-1], own])
    journey.offer(offering, THERAPY_AND_TRANSPORT)
    person = journey.opened(declining)
    with acting(person):
        decline_invitation(invitation=declining, code="no_staff", words="", by=person, now=journey.later(hours=1))
    person = journey.opened(asking)
    with acting(person):
        text = "How far would the child travel to school each day?"
        ask_question(invitation=asking, text=text, by=person, now=journey.later(hours=1))
    journey.opened(reading)
    with acting(journey.officer):
        release_detail(invitation=offering, by=journey.officer, now=journey.later(hours=1))


def chosen(players: Players) -> None:
    """Two offers; one, with therapy, was chosen and waits for approval."""
    child = players.new_child(KENT, 3, sex="M", age=11)
    journey = Journey(players, KENT, child, players.now - dt.timedelta(hours=30))
    first, second = journey.invite(of_different_providers(journey, journey.search(players.day(9)), 2))
    offer = journey.offer(first, THERAPY)
    journey.offer(second)
    journey.choose(offer)


def withdrawn(players: Players) -> None:
    """The child no longer needs a home."""
    child = players.new_child(KENT, 4, sex="F", age=14)
    journey = Journey(players, KENT, child, players.morning(16))
    found = journey.search(players.day(-5), **answers.FOSTER)
    journey.invite(of_different_providers(journey, found, 2))
    with acting(journey.officer):
        why = "The child is staying with an aunt, who was assessed and approved."
        withdraw_referral(referral=journey.fresh(), why=why, by=journey.officer, now=journey.later(hours=20))


def partners_search(players: Players) -> None:
    """Portsmouth looks for a foster home and has asked three."""
    child = players.new_child(PORTSMOUTH, 1, sex="F", age=9)
    journey = Journey(players, PORTSMOUTH, child, players.now - dt.timedelta(hours=20))
    found = journey.search(players.day(11), **answers.FOSTER)
    first, *_ = journey.invite(of_different_providers(journey, found, 3))
    journey.offer(first)


def of_different_providers(journey: Journey, found: list[Ranked], wanted: int) -> list[Ranked]:
    """The first homes in the ranking, one of each provider, each with a price."""
    shown = [one for one in found if one["weekly_price_pence"]][:200]
    with acting(journey.officer):
        homes = Home.objects.filter(key__in=[one["home_ref"] for one in shown])
        owners = {str(key): provider for key, provider in homes.values_list("key", "provider_id")}
    first: dict[int, Ranked] = {}
    for one in shown:
        first.setdefault(owners[one["home_ref"]], one)
    return list(first.values())[:wanted]

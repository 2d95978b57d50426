"""Referrals that found a home: agreed, lived in, at a distance, in a shared block, ended."""

import datetime as dt

from nearhome.demo.contracts import KENT_BLOCK, SUSSEX_BLOCK
from nearhome.demo.story import answers
from nearhome.demo.story.journey import FIRST_CARE, NOTHING, THERAPY_AND_TRANSPORT, Besides, Journey, Ranked
from nearhome.demo.story.players import KENT, PORTSMOUTH, SUSSEX, Players
from nearhome.needs.models import Child
from nearhome.placements.actions.arriving import Arrival
from nearhome.placements.actions.booking import book_emergency
from nearhome.placements.actions.clock_events import NOTICE, REVIEW, VISIT, record_clock_event
from nearhome.placements.actions.distance import approve_distance, record_area_told
from nearhome.placements.actions.ending import end_placement
from nearhome.placements.models import Booking, OutOfArea
from nearhome.privacy.acting import acting
from nearhome.procurement.models import BlockPlace

DAYS_TO_FIND = 7
MOVED = Arrival(reason_place_change="CARPL")


def own_child_in_block(players: Players) -> None:
    """Kent's child lives in a bed of Kent's block."""
    child = players.new_child(KENT, 5, sex="M", age=13)
    _live_in_block(players, KENT, child, (KENT_BLOCK, 100))


def partners_child_in_block(players: Players) -> None:
    """Portsmouth's child lives in a bed of Kent's block, which Kent pays for and charges to Portsmouth."""
    child = players.new_child(PORTSMOUTH, 2, sex="F", age=12)
    _live_in_block(players, PORTSMOUTH, child, (KENT_BLOCK, 80))


def third_child_in_block(players: Players) -> None:
    """West Sussex's child lives in a bed of West Sussex's block."""
    child = players.new_child(SUSSEX, 1, sex="M", age=12)
    _live_in_block(players, SUSSEX, child, (SUSSEX_BLOCK, 65))


def living_there(players: Players) -> None:
    """A child moved from foster care eight weeks ago; visits and notices are recorded, the next visit is due."""
    child = players.child_who_moves(KENT, 0, ages=(11, 14))
    journey, booking = _move_in(players, KENT, child, 60, arrival=MOVED)
    for rule, days_ago in ((NOTICE, 61), (VISIT, 55), (REVIEW, 40), (VISIT, 38)):
        _done(journey, booking, rule, days_ago)


def ended(players: Players) -> None:
    """A child lived in a home for seven weeks, driven to the old school and with therapy, and went back to family."""
    child = players.new_child(KENT, 6, sex="F", age=13)
    journey, booking = _move_in(players, KENT, child, 70, besides=THERAPY_AND_TRANSPORT)
    _done(journey, booking, VISIT, 65)
    with acting(journey.officer):
        end_placement(
            booking=booking,
            departed_on=players.day(-20),
            reason="E4A",
            words="Went back to live with family, as planned.",
            by=journey.officer,
            now=players.morning(20, hour=17),
        )


def signed_by_both(players: Players) -> None:
    """The agreement is signed by both sides; the child moves in next week."""
    child = players.child_who_moves(KENT, 1, ages=(11, 14))
    journey = Journey(players, KENT, child, players.morning(6))
    booking = journey.take_first(journey.search(players.day(6)), _is_in_area, THERAPY_AND_TRANSPORT)
    journey.sign_both(booking)


def to_be_signed(players: Players) -> None:
    """The authority has signed the agreement; the provider of Kent's block has not."""
    child = players.new_child(KENT, 7, sex="F", age=14)
    journey = Journey(players, KENT, child, players.morning(4))
    beds = _beds(players, KENT, KENT_BLOCK)
    booking = journey.take_first(journey.search(players.day(5)), lambda one: one["home_ref"] in beds)
    agreement = journey.agreement(booking, answers.agreement_answers(booking.starts_on))
    journey.sign(agreement, by=journey.officer)


def at_a_distance(players: Players) -> None:
    """The choice is approved, but the home is at a distance: the director has not approved that yet."""
    child = players.new_child(KENT, 8, sex="M", age=14)
    journey = Journey(players, KENT, child, players.morning(5))
    found = journey.search(players.day(8))
    journey.take_first(found, lambda one: one["relation"] == "at_a_distance" and one["route"]["words"][:5] != "Block")


def emergency_short_form(players: Players) -> None:
    """A child moved in at once, yesterday; the short form is signed, the full one has to follow."""
    child = players.new_child(KENT, 9, sex="F", age=15)
    journey = Journey(players, KENT, child, players.morning(1, hour=8))
    journey.submit(players.day(-1), is_emergency=True, expected_weeks=8)
    journey.decide_search(granted=True)
    first = next(one for one in journey.rank() if _is_in_area(one) and one["weekly_price_pence"])
    decision = journey.choose(journey.offer(journey.invite([first])[0]))
    with acting(journey.officer):
        booking = book_emergency(decision=decision, by=journey.officer, now=journey.later(minutes=20))
    journey.arrive(booking, players.day(-1))
    journey.approve(decision)
    agreement = journey.agreement(booking, answers.short_answers(players.day(4)))
    journey.sign(agreement, by=journey.officer)
    journey.sign(agreement, by=players.provider_person(booking.provider))


def _live_in_block(players: Players, code: str, child: Child, where: tuple[str, int]) -> None:
    name, days_ago = where
    journey = Journey(players, code, child, players.morning(days_ago + DAYS_TO_FIND))
    beds = _beds(players, code, name)
    begins = players.day(-days_ago)
    booking = journey.take_first(journey.search(begins, expected_weeks=52), lambda one: one["home_ref"] in beds)
    journey.sign_both(booking)
    _approve_distance(journey, booking)
    journey.arrive(booking, begins)
    _done(journey, booking, NOTICE, days_ago)
    for after in range(5, days_ago, 30):
        _done(journey, booking, VISIT, days_ago - after)


def _move_in(
    players: Players, code: str, child: Child, days_ago: int, arrival: Arrival = FIRST_CARE, besides: Besides = NOTHING
) -> tuple[Journey, Booking]:
    journey = Journey(players, code, child, players.morning(days_ago + DAYS_TO_FIND))
    begins = players.day(-days_ago)
    booking = journey.take_first(journey.search(begins), _is_in_area, besides)
    journey.sign_both(booking)
    return journey, journey.arrive(booking, begins, arrival)


def _approve_distance(journey: Journey, booking: Booking) -> None:
    """The director approves what is at a distance, and the area's authority is told, before the child moves in."""
    director = journey.players.person(journey.code, "desmond")
    with acting(director):
        if not OutOfArea.objects.filter(booking=booking).exists():
            return
        approved_on = journey.later(days=1).date()
        approve_distance(
            booking=booking, approved_by_name=director.name, approved_on=approved_on,
            consulted_on=approved_on - dt.timedelta(days=1), by=director, now=journey.at,
        )  # fmt: skip
    with acting(journey.officer):
        record_area_told(booking=booking, told_on=journey.at.date(), by=journey.officer, now=journey.later(hours=1))


def _done(journey: Journey, booking: Booking, rule: str, days_ago: int) -> None:
    players = journey.players
    with acting(journey.officer):
        record_clock_event(
            booking=booking, rule=rule, done_on=players.day(-days_ago), by=journey.officer,
            now=players.morning(days_ago, hour=17),
        )  # fmt: skip


def _beds(players: Players, code: str, block: str) -> set[str]:
    """The homes of a block in which a bed is nominated to this authority, by reference."""
    officer = players.person(code, "olive")
    with acting(officer):
        ours = BlockPlace.objects.filter(contract__name=block, nominated_id=officer.organisation_id)
        return {str(key) for key in ours.values_list("place__home__key", flat=True)}


def _is_in_area(one: Ranked) -> bool:
    return one["relation"] == "in_area" and bool(one["weekly_price_pence"]) and one["route"]["words"][:5] != "Block"

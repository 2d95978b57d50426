"""Two people at once, with real commits: exactly one of them gets the place."""

import datetime as dt
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from psycopg.types.range import DateRange

from cast import NOW, TODAY, Cast, make_cast
from nearhome.market.actions.occupancy import Occupant, close_place, hold_place
from nearhome.market.models import Occupancy
from nearhome.matching.models import Decision
from nearhome.people.models import Person
from nearhome.placements.actions.booking import book_place
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.referrals.models import Offer
from scenes import make_home
from scenes_placements import Scene, make_scene

Attempt = Callable[[], object]


def together(*attempts: tuple[Person, Attempt]) -> list[str]:
    """Start every attempt at the same moment in its own transaction; "won" or the sentence of its refusal."""
    start, results = Barrier(len(attempts)), ["nothing"] * len(attempts)

    def run(number: int, person: Person, attempt: Attempt) -> None:
        try:
            start.wait()
            with acting(person):
                attempt()
            results[number] = "won"
        except ValidationError as refused:
            results[number] = " ".join(refused.messages)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(n, person, attempt)) for n, (person, attempt) in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def without_hold(scene: Scene) -> Scene:
    """The hold ran out: the place is anybody's."""
    with acting(scene.cast.mona):
        Occupancy.objects.filter(pk=scene.offer.hold_id).update(
            expires_at=NOW - dt.timedelta(hours=1), freed_at=NOW - dt.timedelta(hours=1)
        )
    return scene


def two_for_one_place(cast: Cast) -> tuple[Scene, Scene]:
    home = make_home(cast.meadow, "Madeup Meadow House", urn="SC900001", places=1)
    first = without_hold(make_scene(cast, ref="KEN0001", home=home))
    return first, without_hold(make_scene(cast, ref="KEN0002", home=home))


def one_winner(results: list[str]) -> None:
    assert sorted(result == "won" for result in results) == [False, True], results
    assert "is already taken" in next(result for result in results if result != "won")


def booking_of(scene: Scene) -> tuple[Person, Attempt]:
    decision: Decision = scene.decision
    return scene.cast.april, lambda: book_place(decision=decision, by=scene.cast.april, now=NOW)


@pytest.mark.usefixtures("committed_database")
def test_two_bookings_of_one_place() -> None:
    cast = make_cast()
    first, second = two_for_one_place(cast)
    one_winner(together(booking_of(first), booking_of(second)))
    with acting(cast.olive):
        assert Booking.objects.count() == 1
        assert Occupancy.objects.filter(freed_at__isnull=True, kind="booking").count() == 1


@pytest.mark.usefixtures("committed_database")
def test_the_same_decision_twice_at_once_books_once() -> None:
    scene = make_scene()
    assert together(booking_of(scene), booking_of(scene)) == ["won", "won"]
    with acting(scene.cast.olive):
        assert Booking.objects.count() == 1


@pytest.mark.usefixtures("committed_database")
def test_a_booking_and_a_hold_of_one_place() -> None:
    scene = without_hold(make_scene())
    person = scene.cast.mona

    def hold() -> object:
        return hold_place(
            place=scene.place, days=DateRange(TODAY, None), expires_at=NOW + dt.timedelta(hours=24),
            occupant=Occupant(scene.cast.portsmouth.pk, "F", dt.date(2012, 1, 1)), by=person, now=NOW,
        )  # fmt: skip

    one_winner(together(booking_of(scene), (person, hold)))


@pytest.mark.usefixtures("committed_database")
def test_a_booking_and_a_closure_of_one_place() -> None:
    scene = without_hold(make_scene())
    person = scene.cast.mona
    days = DateRange(TODAY + dt.timedelta(days=7), TODAY + dt.timedelta(days=14))

    def close() -> object:
        return close_place(place=scene.place, days=days, reason="The room is repaired.", by=person, now=NOW)

    one_winner(together(booking_of(scene), (person, close)))
    with acting(scene.cast.olive):
        assert Offer.objects.count() == 1

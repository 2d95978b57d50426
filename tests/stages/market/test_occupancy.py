"""A place holds one child at a time, whoever is quicker."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from psycopg.types.range import DateRange

from cast import NOW, make_cast
from nearhome.market.actions.occupancy import (
    Occupant,
    PlaceTaken,
    close_place,
    convert_hold_to_booking,
    extend_hold,
    free_booking,
    free_expired_holds,
    hold_place,
    release_hold,
    reopen_place,
)
from nearhome.market.models import Occupancy, Place, Resident
from nearhome.market.queries.places import free_places, places_of
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from scenes import make_home

FIRST = dt.date(2026, 12, 1)
OPEN = DateRange(FIRST, None)
SOON = dt.timedelta(hours=72)


def _hold(place: Place, by: Person, authority_id: int, *, days: DateRange = OPEN, now: dt.datetime = NOW) -> Occupancy:
    occupant = Occupant(authority_id, "M", dt.date(2013, 5, 1))
    with acting(by):
        return hold_place(place=place, days=days, expires_at=now + SOON, occupant=occupant, by=by, now=now)


@pytest.mark.django_db
class TestOneAfterAnother:
    @pytest.fixture(autouse=True)
    def scene(self) -> None:
        self.cast = make_cast()
        self.home = make_home(self.cast.meadow, "Madeup Meadow House", urn="SC900001")
        with acting(self.cast.mona):
            self.place = Place.objects.select_related("home").get(home=self.home, label="Place 1")

    def test_a_held_place_is_not_free_and_a_second_hold_is_refused_with_the_mend(self) -> None:
        _hold(self.place, self.cast.mona, self.cast.kent.pk)
        with pytest.raises(PlaceTaken) as refused:
            _hold(self.place, self.cast.mona, self.cast.kent.pk, days=DateRange(dt.date(2027, 1, 5), None))
        assert "Place 1 at Madeup Meadow House is already taken" in refused.value.messages[0]
        assert "Choose another place or another day" in refused.value.messages[0]
        with acting(self.cast.mona):
            free = free_places([self.home.pk], FIRST, None, now=NOW)
            assert [place.label for place in free[self.home.pk]] == ["Place 2", "Place 3"]
            assert [one.is_free for one in places_of(self.home.pk, FIRST, now=NOW)] == [False, True, True]

    def test_an_expired_hold_counts_as_free_and_the_next_one_takes_the_place(self) -> None:
        now = dt.datetime.now(dt.UTC)
        days = DateRange(now.date(), None)
        first = _hold(self.place, self.cast.mona, self.cast.kent.pk, days=days, now=now - dt.timedelta(hours=100))
        with acting(self.cast.mona):
            assert len(free_places([self.home.pk], now.date(), None, now=now)[self.home.pk]) == 3
        _hold(self.place, self.cast.mona, self.cast.portsmouth.pk, days=days, now=now)
        with acting(self.cast.mona):
            first.refresh_from_db()
        assert first.freed_at is not None
        assert first.reason == "The hold expired"

    def test_a_released_hold_frees_the_place_and_a_second_release_changes_nothing(self) -> None:
        held = _hold(self.place, self.cast.mona, self.cast.kent.pk)
        with acting(self.cast.mona):
            release_hold(occupancy=held, reason="Withdrawn", by=self.cast.mona, now=NOW)
            release_hold(occupancy=held, reason="Again", by=self.cast.mona, now=NOW + SOON)
            held.refresh_from_db()
        assert (held.freed_at, held.reason) == (NOW, "Withdrawn")
        _hold(self.place, self.cast.mona, self.cast.kent.pk)

    def test_the_authority_of_the_child_makes_a_booking_of_the_hold(self) -> None:
        held = _hold(self.place, self.cast.mona, self.cast.kent.pk)
        child = Occupant(self.cast.kent.pk, "M", dt.date(2013, 7, 1), child_key=self.home.key)
        with acting(self.cast.olive):
            for _ in range(2):
                booked = convert_hold_to_booking(occupancy=held, days=OPEN, by=self.cast.olive, now=NOW, occupant=child)
            assert (booked.kind, booked.expires_at) == ("booking", None)
            assert Resident.objects.get().born_month == dt.date(2013, 7, 1)
            release_hold(occupancy=booked, reason="Not a hold any more", by=self.cast.olive, now=NOW)
            booked.refresh_from_db()
            assert booked.freed_at is None
            free_booking(occupancy=booked, reason="Cancelled", by=self.cast.olive, now=NOW)
            assert len(free_places([self.home.pk], FIRST, None, now=NOW)[self.home.pk]) == 3

    def test_a_hold_that_ran_out_cannot_become_a_booking_once_the_place_is_taken(self) -> None:
        now = dt.datetime.now(dt.UTC)
        late = _hold(self.place, self.cast.mona, self.cast.kent.pk, now=now - dt.timedelta(hours=100))
        _hold(self.place, self.cast.mona, self.cast.portsmouth.pk, now=now)
        with acting(self.cast.olive), pytest.raises(PlaceTaken):
            convert_hold_to_booking(occupancy=late, days=OPEN, by=self.cast.olive, now=now)

    def test_a_hold_is_extended_while_it_lasts_and_never_shortened(self) -> None:
        held = _hold(self.place, self.cast.mona, self.cast.kent.pk)
        with acting(self.cast.olive):
            longer = extend_hold(occupancy=held, expires_at=NOW + 2 * SOON, by=self.cast.olive, now=NOW)
            assert longer.expires_at == NOW + 2 * SOON
            same = extend_hold(occupancy=held, expires_at=NOW + SOON, by=self.cast.olive, now=NOW)
            assert same.expires_at == NOW + 2 * SOON
            with pytest.raises(ValidationError, match="has ended"):
                extend_hold(occupancy=held, expires_at=NOW + 9 * SOON, by=self.cast.olive, now=NOW + 3 * SOON)

    def test_a_closed_place_cannot_be_held_until_it_is_opened_again(self) -> None:
        with acting(self.cast.mona):
            closed = close_place(place=self.place, days=OPEN, reason="Repairs", by=self.cast.mona, now=NOW)
        with pytest.raises(PlaceTaken):
            _hold(self.place, self.cast.mona, self.cast.kent.pk)
        opens_on = dt.date(2027, 1, 10)
        with acting(self.cast.mona):
            reopen_place(occupancy=closed, on=opens_on, by=self.cast.mona, now=NOW)
        _hold(self.place, self.cast.mona, self.cast.kent.pk, days=DateRange(opens_on, None))

    def test_nobody_else_closes_a_place_and_a_reason_is_needed(self) -> None:
        with acting(self.cast.olive), pytest.raises(PermissionDenied):
            close_place(place=self.place, days=OPEN, reason="Repairs", by=self.cast.olive, now=NOW)
        with acting(self.cast.mona), pytest.raises(ValidationError, match="Say why"):
            close_place(place=self.place, days=OPEN, reason=" ", by=self.cast.mona, now=NOW)

    def test_a_place_is_not_taken_before_it_opens(self) -> None:
        with acting(self.cast.mona):
            Place.objects.filter(pk=self.place.pk).update(starts_on=dt.date(2027, 2, 1))
        with pytest.raises(ValidationError, match="is not open on 1 December 2026"):
            _hold(self.place, self.cast.mona, self.cast.kent.pk)

    def test_the_timer_frees_only_holds_past_their_time(self) -> None:
        now = dt.datetime.now(dt.UTC)
        with acting(self.cast.mona):
            other = Place.objects.select_related("home").get(home=self.home, label="Place 2")
        _hold(other, self.cast.mona, self.cast.kent.pk, now=now)
        _hold(self.place, self.cast.mona, self.cast.kent.pk, now=now - dt.timedelta(hours=100))
        assert free_expired_holds(now) == 1
        assert free_expired_holds(now) == 0


def _race(*attempts: Callable[[], object]) -> list[str]:
    """Run each attempt in its own connection and transaction at the same moment; what came of each."""
    outcomes, start = [], threading.Barrier(len(attempts))

    def run(attempt: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                start.wait(timeout=10)
                attempt()
            outcomes.append("took it")
        except PlaceTaken:
            outcomes.append("was told")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(attempt,)) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(outcomes)


def test_of_two_holds_at_once_exactly_one_takes_the_place(committed_database: str) -> None:
    cast = make_cast()
    home = make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    with acting(cast.mona):
        places = list(Place.objects.select_related("home").filter(home=home))
    for place in places:
        kent = lambda place=place: _hold(place, cast.mona, cast.kent.pk)  # noqa: E731
        portsmouth = lambda place=place: _hold(place, cast.mona, cast.portsmouth.pk)  # noqa: E731
        assert _race(kent, portsmouth) == ["took it", "was told"]
    with acting(cast.mona):
        assert Occupancy.objects.filter(freed_at__isnull=True).count() == len(places)


def test_of_a_hold_and_a_closure_at_once_exactly_one_takes_the_place(committed_database: str) -> None:
    cast = make_cast()
    home = make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    with acting(cast.mona):
        place = Place.objects.select_related("home").get(home=home, label="Place 1")

    def close() -> None:
        with acting(cast.mona):
            close_place(place=place, days=OPEN, reason="Repairs", by=cast.mona, now=NOW)

    assert _race(lambda: _hold(place, cast.mona, cast.kent.pk), close) == ["took it", "was told"]


def test_the_database_itself_refuses_an_overlap_written_around_the_actions(committed_database: str) -> None:
    cast = make_cast()
    home = make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    with acting(cast.mona):
        place = Place.objects.get(home=home, label="Place 1")
        Occupancy.objects.create(place=place, kind="closure", days=OPEN)
    with pytest.raises(Exception, match="one_occupant_of_a_place_at_a_time"), acting(cast.mona):
        Occupancy.objects.create(place=place, kind="booking", days=DateRange(dt.date(2027, 1, 1), None))

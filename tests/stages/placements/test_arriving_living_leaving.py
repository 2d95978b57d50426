import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from psycopg.types.range import DateRange

from cast import NOW, TODAY, make_person
from nearhome.audit.queries import history_of
from nearhome.market.actions.occupancy import Occupant, PlaceTaken, hold_place
from nearhome.market.models import Home, Occupancy, Registration
from nearhome.needs.models import Episode
from nearhome.placements.actions.arriving import Arrival, correct_arrival, record_arrival
from nearhome.placements.actions.clock_events import record_clock_event
from nearhome.placements.actions.distance import approve_distance, record_area_told
from nearhome.placements.actions.ending import correct_ending, end_placement
from nearhome.placements.actions.living import WeeklyPrice, change_price, extend_placement
from nearhome.placements.models import Booking, BookingPrice
from nearhome.placements.queries.facts import clocks_of
from nearhome.privacy.acting import acting
from nearhome.referrals.models import Referral
from scenes import make_home
from scenes_placements import FIRST_CARE, Scene, arrived, booked, in_care, make_scene

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def episodes(scene: Scene) -> list[tuple[object, ...]]:
    with acting(scene.cast.olive):
        rows = Episode.objects.filter(child=scene.child).order_by("starts_on")
        return [
            (one.starts_on, one.reason_new, one.place_type, one.place_provider, one.ends_before, one.reason_ceased,
             one.reason_place_change)
            for one in rows
        ]  # fmt: skip


def end(scene: Scene, booking: Booking, on: dt.date, reason: str, now: dt.datetime = NOW) -> Booking:
    with acting(scene.cast.olive):
        return end_placement(
            booking=booking, departed_on=on, reason=reason, words="As planned.", by=scene.cast.olive, now=now
        )


def test_a_first_arrival_begins_care_and_the_referral_is_placed() -> None:
    scene = make_scene()
    booking = arrived(booked(scene), scene.cast.olive)
    assert booking.arrived_on == TODAY
    assert episodes(scene) == [(TODAY, "S", "K2", "PR4", None, "", "")]
    with acting(scene.cast.olive):
        assert Referral.objects.get(pk=scene.referral.pk).state == "placed"
        one = Episode.objects.get()
        assert (one.source, one.urn, one.place_location, one.legal_status) == ("placement", "SC900001", "IN", "C2")


def test_a_child_new_to_care_needs_legal_status_and_need() -> None:
    scene = make_scene()
    with pytest.raises(ValidationError, match="legal status"):
        arrived(booked(scene), scene.cast.olive, said=Arrival())


def test_a_move_ends_the_episode_before_on_the_same_day() -> None:
    scene = make_scene()
    in_care(scene)
    arrived(booked(scene), scene.cast.olive, said=Arrival("LAREQ"))
    assert episodes(scene) == [
        (dt.date(2026, 1, 5), "S", "U6", "PR4", TODAY, "X1", "LAREQ"),
        (TODAY, "P", "K2", "PR4", None, "", ""),
    ]


def test_arriving_in_a_new_home_ends_the_placement_in_the_old_one() -> None:
    scene = make_scene()
    first = arrived(booked(scene), scene.cast.olive)
    later = NOW + 10 * DAY
    other = make_home(scene.cast.meadow, "Madeup Mill Cottage", urn="SC900002", kind="foster")
    second = _second(scene, other, starts_on=TODAY + 10 * DAY)
    arrived(second, scene.cast.olive, on=TODAY + 10 * DAY, now=later, said=Arrival("CHILD"))
    with acting(scene.cast.olive):
        kept = Booking.objects.get(pk=first.pk)
        assert (kept.departed_on, kept.end_reason) == (TODAY + 10 * DAY, "CHILD")
        assert Occupancy.objects.get(pk=kept.occupancy_id).days.upper == TODAY + 10 * DAY
    assert [row[4:] for row in episodes(scene)] == [(TODAY + 10 * DAY, "X1", "CHILD"), (None, "", "")]
    assert episodes(scene)[1][1:4] == ("P", "U6", "PR4")


def _second(scene: Scene, home: Home, *, starts_on: dt.date) -> Booking:
    """The same child again, in another home."""
    other = make_scene(scene.cast, ref="KEN0043", home=home, starts_on=starts_on)
    with acting(scene.cast.olive):
        Referral.objects.filter(pk=other.referral.pk).update(child=scene.child)
    return booked(other)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (TODAY + DAY, "today or earlier"),
        (TODAY - 15 * DAY, "at most 14 days late"),
        (TODAY - DAY, "the day the place was booked"),
    ],
)
def test_a_day_that_cannot_be_is_refused(on: dt.date, words: str) -> None:
    scene = make_scene()
    with pytest.raises(ValidationError, match=words):
        arrived(booked(scene), scene.cast.olive, on=on)


def test_under_16_supported_accommodation_is_refused_unless_an_approver_overrides_in_words() -> None:
    scene = make_scene(kind="supported_accommodation")
    booking = booked(scene)
    with pytest.raises(ValidationError, match="must be 16 or over"):
        arrived(booking, scene.cast.olive)
    said = Arrival(legal_status="C2", need="N1", override="No other setting tonight; Ofsted was notified.")
    with pytest.raises(PermissionDenied):
        arrived(booking, scene.cast.olive, said=said)
    arrived(booking, scene.cast.april, said=said)
    with acting(scene.cast.olive):
        lines = history_of(scene.referral.key)
        assert any("rule S01" in one.words for one in lines)
    with acting(scene.cast.mona):
        assert not any("S01" in one.words for one in history_of(scene.referral.key))


def test_a_16_year_old_in_a_closed_registration_is_refused() -> None:
    scene = make_scene(born_on=dt.date(2010, 1, 1))
    with acting(scene.cast.mona):
        Registration.objects.update(closed_on=TODAY)
    with pytest.raises(ValidationError, match="registered with Ofsted"):
        arrived(booked(scene), scene.cast.olive)


def test_at_a_distance_needs_the_directors_approval_before_the_child_moves_in() -> None:
    scene = make_scene(area_code="938")
    booking, april = booked(scene), scene.cast.april
    with pytest.raises(ValidationError, match="director of children's services must approve"):
        arrived(booking, scene.cast.olive)
    facts = {
        "booking": booking,
        "approved_by_name": "Dora Madeup-Director",
        "approved_on": TODAY,
        "by": april,
        "now": NOW,
    }
    with acting(april), pytest.raises(ValidationError, match="must be consulted"):
        approve_distance(**facts)
    with acting(april):
        approve_distance(**facts, consulted_on=TODAY - DAY)
    with acting(scene.cast.olive):
        told = record_area_told(booking=booking, told_on=TODAY, by=scene.cast.olive, now=NOW)
        assert told.area_told_at is not None
        done = {one.rule_id: one.state for one in clocks_of(booking, NOW)}
        assert (done["D03"], done["C04"]) == ("done", "done")
    assert arrived(booking, scene.cast.olive).arrived_on == TODAY


def test_an_emergency_at_a_distance_may_begin_before_the_approval() -> None:
    scene = make_scene(area_code="938", is_emergency=True)
    assert arrived(booked(scene), scene.cast.olive).arrived_on == TODAY


def test_the_first_visit_is_due_in_a_week_and_then_every_six() -> None:
    scene = make_scene()
    booking = arrived(booked(scene), scene.cast.olive)
    with acting(scene.cast.olive):
        first = next(one for one in clocks_of(booking, NOW) if one.rule_id == "C05")
        assert (first.due_on, first.state) == (TODAY + 7 * DAY, "due")
        later = NOW + 3 * DAY
        record_clock_event(booking=booking, rule="C06", done_on=TODAY + 3 * DAY, by=scene.cast.olive, now=later)
        record_clock_event(booking=booking, rule="C06", done_on=TODAY + 3 * DAY, by=scene.cast.olive, now=later)
        second = next(one for one in clocks_of(booking, later) if one.rule_id == "C06")
        assert second.due_on == TODAY + 3 * DAY + dt.timedelta(weeks=6)
        assert booking.clock_events.count() == 1


def test_extending_keeps_the_place_and_refuses_what_somebody_else_has() -> None:
    scene = make_scene()
    olive = scene.cast.olive
    booking = arrived(booked(scene), olive)
    leaves, later = TODAY + 30 * DAY, TODAY + 60 * DAY
    with acting(olive):
        extend_placement(booking=booking, expected_ends_on=leaves, frees_place=True, by=olive, now=NOW)
    with acting(scene.cast.mona):
        hold_place(
            place=scene.place, days=DateRange(leaves, None), expires_at=NOW + 2 * DAY, now=NOW, by=scene.cast.mona,
            occupant=Occupant(scene.cast.portsmouth.pk, "F", dt.date(2012, 1, 1)),
        )  # fmt: skip
    with acting(olive), pytest.raises(PlaceTaken):
        extend_placement(booking=booking, expected_ends_on=later, by=olive, now=NOW)
    with acting(olive):
        assert Booking.objects.get(pk=booking.pk).expected_ends_on == leaves


def test_a_new_price_is_a_new_row_and_needs_an_approver_within_the_limit() -> None:
    scene = make_scene()
    booking, april = arrived(booked(scene), scene.cast.olive), scene.cast.april
    facts = {"booking": booking, "starts_on": TODAY + 7 * DAY, "now": NOW}
    with acting(scene.cast.olive), pytest.raises(PermissionDenied):
        change_price(price=WeeklyPrice(500_000), by=scene.cast.olive, **facts)
    with acting(april), pytest.raises(PermissionDenied, match="more than your limit"):
        change_price(price=WeeklyPrice(90_000_000), by=april, **facts)
    with acting(april):
        change_price(price=WeeklyPrice(500_000), by=april, **facts)
        change_price(price=WeeklyPrice(500_000), by=april, **facts)
        assert list(BookingPrice.objects.order_by("starts_on").values_list("core_pence", flat=True)) == [
            400_000,
            500_000,
        ]


def test_leaving_care_frees_the_place_ends_the_episode_and_closes_the_referral() -> None:
    scene = make_scene()
    booking = arrived(booked(scene), scene.cast.olive)
    later = NOW + 20 * DAY
    end(scene, booking, TODAY + 20 * DAY, "E4A", later)
    end(scene, booking, TODAY + 20 * DAY, "E4A", later)
    assert episodes(scene) == [(TODAY, "S", "K2", "PR4", TODAY + 20 * DAY, "E4A", "")]
    with acting(scene.cast.olive):
        assert Occupancy.objects.get(pk=booking.occupancy_id).days == DateRange(TODAY, TODAY + 20 * DAY)
        assert Referral.objects.get(pk=scene.referral.pk).state == "closed"


def test_leaving_before_arriving_is_refused() -> None:
    scene = make_scene()
    booking = arrived(booked(scene), scene.cast.olive)
    with pytest.raises(ValidationError, match="on or after 20 November 2026"):
        end(scene, booking, TODAY - DAY, "E4A")


def test_leaving_on_the_day_of_arrival_leaves_no_empty_episode() -> None:
    scene = make_scene()
    in_care(scene)
    booking = arrived(booked(scene), scene.cast.olive)
    end(scene, booking, TODAY, "E4B")
    assert [row[4:6] for row in episodes(scene)] == [(TODAY, "E4B")]


def test_a_corrected_arrival_moves_both_episodes_and_keeps_the_history() -> None:
    scene = make_scene()
    in_care(scene)
    booking = arrived(booked(scene), scene.cast.olive)
    with acting(scene.cast.olive):
        correct_arrival(booking=booking, arrived_on=TODAY + 2 * DAY, by=scene.cast.olive, now=NOW + 2 * DAY)
        words = [one.words for one in history_of(scene.referral.key)]
    assert [(row[0], row[4]) for row in episodes(scene)] == [
        (dt.date(2026, 1, 5), TODAY + 2 * DAY), (TODAY + 2 * DAY, None),
    ]  # fmt: skip
    assert "The child moved in on 20 November 2026." in words
    assert "The arrival was corrected: 22 November 2026, not 20 November 2026." in words


def test_a_corrected_ending_moves_the_place_and_the_episode() -> None:
    scene = make_scene()
    booking = arrived(booked(scene), scene.cast.olive)
    later = NOW + 10 * DAY
    end(scene, booking, TODAY + 9 * DAY, "E4A", later)
    with acting(scene.cast.olive):
        correct_ending(
            booking=booking, departed_on=TODAY + 7 * DAY, reason="E4B", words="", by=scene.cast.olive, now=later
        )
        assert Occupancy.objects.get(pk=booking.occupancy_id).days.upper == TODAY + 7 * DAY
    assert episodes(scene)[0][4:6] == (TODAY + 7 * DAY, "E4B")


def test_only_an_officer_of_the_childs_authority_records() -> None:
    scene = make_scene()
    booking = booked(scene)
    for person in (scene.cast.mona, scene.cast.fiona, scene.cast.oscar):
        with acting(person), pytest.raises(PermissionDenied):
            record_arrival(booking=booking, arrived_on=TODAY, by=person, now=NOW, arrival=FIRST_CARE)


def test_a_longer_stay_cannot_slip_past_the_limit_of_who_approved_it() -> None:
    scene = make_scene()
    booking = arrived(booked(scene), scene.cast.olive)
    five_years = TODAY + 5 * 365 * DAY
    with acting(scene.cast.olive), pytest.raises(ValidationError, match="approver with a higher limit"):
        extend_placement(booking=booking, expected_ends_on=five_years, by=scene.cast.olive, now=NOW)
    director = make_person("Desmond Madeup-Director", scene.cast.kent, "approver", limit=1_000_000_000)
    with acting(director):
        extend_placement(booking=booking, expected_ends_on=five_years, by=director, now=NOW)
        assert Booking.objects.get(pk=booking.pk).expected_ends_on == five_years

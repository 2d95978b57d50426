import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from psycopg.types.range import DateRange

from cast import NOW, TODAY
from nearhome.audit.queries import history_of
from nearhome.geography.authorities import relation
from nearhome.market.actions.occupancy import Occupant, PlaceTaken, free_expired_holds, hold_place
from nearhome.market.models import Occupancy, Resident
from nearhome.matching.models import Decision
from nearhome.placements.actions.booking import book_place, cancel_booking, record_non_arrival
from nearhome.placements.models import Booking, BookingPrice, OutOfArea
from nearhome.placements.queries.terms import draft_terms
from nearhome.privacy.acting import acting
from nearhome.procurement.models import BlockContract, BlockParty, BlockPlace
from nearhome.referrals.models import Offer, Referral
from scenes_placements import Scene, arrived, booked, full_answers, make_scene

pytestmark = pytest.mark.django_db


def test_approval_turns_the_hold_into_a_booking_with_the_offers_price() -> None:
    scene = make_scene()
    booking = booked(scene)
    with acting(scene.cast.olive):
        taken = Occupancy.objects.get(pk=booking.occupancy_id)
        assert (taken.kind, taken.expires_at, taken.days) == ("booking", None, DateRange(TODAY, None))
        assert Resident.objects.get(occupancy=taken).child_key == scene.child.key
        assert BookingPrice.objects.get(booking=booking).weekly_price_pence == 455_700
        assert booking.expected_ends_on == TODAY + dt.timedelta(weeks=26)
        assert "was booked from 20 November 2026" in " ".join(one.words for one in history_of(scene.referral.key))


def test_the_placements_elements_are_those_of_the_offer() -> None:
    scene = make_scene()
    priced = dict(zip(Offer.ELEMENTS, (400_000, 31_000, 12_500, 15_003, 4_200, 101), strict=True))
    with acting(scene.cast.mona):
        Offer.objects.filter(pk=scene.offer.pk).update(**priced, weekly_price_pence=462_804)
    booking = booked(scene)
    with acting(scene.cast.olive):
        price = BookingPrice.objects.get(booking=booking)
        terms = draft_terms(booking, full_answers(), version=1, is_short=False)
    assert {name: getattr(price, name) for name in BookingPrice.ELEMENTS} == priced
    assert price.weekly_price_pence == terms.price.weekly_total_pence == 462_804
    assert {one.words: one.weekly_pence for one in terms.price.elements} == {
        "Accommodation and care": 400_000, "Additional support": 31_000, "Education": 12_500, "Therapy": 15_003,
        "Transport": 4_200, "Other": 101,
    }  # fmt: skip


def test_booking_twice_books_once() -> None:
    scene = make_scene()
    first = booked(scene)
    assert booked(scene).pk == first.pk
    with acting(scene.cast.olive):
        assert Booking.objects.count() == 1


def test_a_hold_that_ran_out_is_booked_if_nobody_took_the_place() -> None:
    scene = make_scene()
    later = NOW + dt.timedelta(hours=72)
    with acting(scene.cast.april):
        free_expired_holds(later)
    assert booked(scene, now=later).occupancy.kind == "booking"


def test_a_place_taken_meanwhile_is_refused_and_nothing_is_left_half_done() -> None:
    scene = make_scene()
    later = NOW - dt.timedelta(hours=1)
    with acting(scene.cast.mona):
        Occupancy.objects.filter(pk=scene.offer.hold_id).update(expires_at=later, freed_at=later)
        hold_place(
            place=scene.place, days=DateRange(TODAY, None), expires_at=NOW + dt.timedelta(hours=9),
            occupant=Occupant(scene.cast.portsmouth.pk, "F", dt.date(2012, 1, 1)), by=scene.cast.mona, now=NOW,
        )  # fmt: skip
    with pytest.raises(PlaceTaken, match="is already taken"):
        booked(scene)
    with acting(scene.cast.olive):
        assert not Booking.objects.exists()
        assert not BookingPrice.objects.exists()


def test_an_unapproved_choice_is_not_booked_unless_it_is_an_emergency() -> None:
    scene = make_scene()
    with acting(scene.cast.olive):
        Decision.objects.filter(pk=scene.decision.pk).update(granted=None, approved_by=None)
    with pytest.raises(ValidationError, match="waits for approval"):
        booked(scene)
    with acting(scene.cast.olive):
        Referral.objects.filter(pk=scene.referral.pk).update(is_emergency=True)
    assert booked(scene).is_emergency


def test_only_the_childs_authority_books() -> None:
    scene = make_scene()
    with acting(scene.cast.olive), pytest.raises(PermissionDenied):
        book_place(decision=scene.decision, by=scene.cast.oscar, now=NOW)


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("886", None),
        ("845", ("adjoining", "Nominated officer")),
        ("938", ("at_a_distance", "Director of children's services")),
    ],
)
def test_where_the_home_is_decides_who_approves(area: str, expected: tuple[str, str] | None) -> None:
    scene = make_scene(area_code=area)
    booking = booked(scene)
    with acting(scene.cast.olive):
        found = OutOfArea.objects.filter(booking=booking).first()
    assert (found and (found.relation, found.decision_maker)) == expected
    assert relation("886", area) == (expected[0] if expected else "in_area")


def test_an_authority_may_count_another_as_adjoining() -> None:
    scene = make_scene(area_code="938")
    scene.cast.kent.rules.adjoining_extra = ["938"]
    scene.cast.kent.rules.save()
    booking = booked(scene)
    with acting(scene.cast.olive):
        assert OutOfArea.objects.get(booking=booking).relation == "adjoining"


def test_a_bed_of_a_block_is_booked_against_its_contract_and_host() -> None:
    scene = make_scene()
    with acting(scene.cast.oscar):
        contract = BlockContract.objects.create(
            name="Madeup Block", host=scene.cast.portsmouth, provider=scene.cast.meadow, starts_on=dt.date(2026, 4, 1)
        )
        BlockParty.objects.create(contract=contract, organisation=scene.cast.kent)
        BlockPlace.objects.create(contract=contract, place=scene.place, available_from=dt.date(2026, 4, 1))
    with acting(scene.cast.olive):
        Offer.objects.filter(pk=scene.offer.pk).update(route="block")
    booking = booked(scene)
    assert (booking.block_contract_id, booking.host_id) == (contract.pk, scene.cast.portsmouth.pk)


def test_cancelling_frees_the_place_and_the_search_goes_on() -> None:
    scene = make_scene()
    booking = booked(scene)
    with acting(scene.cast.olive):
        cancel_booking(booking=booking, reason="The child's aunt can care for them.", by=scene.cast.olive, now=NOW)
        cancel_booking(booking=booking, reason="again", by=scene.cast.olive, now=NOW)
        assert Occupancy.objects.get(pk=booking.occupancy_id).freed_at == NOW
        assert Referral.objects.get(pk=scene.referral.pk).state == "searching"
        assert sum(one.name == "booking.cancelled" for one in history_of(scene.referral.key)) == 1


def test_a_child_who_lives_there_cannot_be_cancelled() -> None:
    scene = make_scene()
    booking = arrived(booked(scene), scene.cast.olive)
    with acting(scene.cast.olive), pytest.raises(ValidationError, match="Record an ending instead"):
        cancel_booking(booking=booking, reason="no", by=scene.cast.olive, now=NOW)


def test_a_child_who_did_not_come_frees_the_place_once_the_day_is_there() -> None:
    scene: Scene = make_scene(starts_on=TODAY + dt.timedelta(days=3))
    booking = booked(scene)
    with acting(scene.cast.olive), pytest.raises(ValidationError, match="not come yet"):
        record_non_arrival(booking=booking, words="Missing.", by=scene.cast.olive, now=NOW)
    with acting(scene.cast.olive):
        later = NOW + dt.timedelta(days=3)
        kept = record_non_arrival(booking=booking, words="Stayed with a friend.", by=scene.cast.olive, now=later)
    assert kept.cancel_reason == "The child did not arrive: Stayed with a friend."

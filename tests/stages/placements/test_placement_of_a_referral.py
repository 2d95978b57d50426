"""From a referral to the placement it led to; and the booking says what the anonymous hold could not."""

import datetime as dt
import uuid

import pytest
from django.test import Client

from cast import NOW, make_cast
from nearhome.market.models import Resident
from nearhome.placements.actions.booking import book_place
from nearhome.privacy.acting import acting
from scenes_placements import Scene, booked, make_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene(make_cast())


def test_the_referral_links_to_its_placement_for_its_own_authority_alone(scene: Scene, client: Client) -> None:
    booking = booked(scene)
    address = f"/placements/for-referral/{scene.referral.key}/"
    client.force_login(scene.cast.olive)
    assert address in client.get(f"/referrals/{scene.referral.key}/").content.decode()
    assert client.get(address)["Location"] == f"/placements/{booking.key}/"
    assert client.get(f"/placements/for-referral/{uuid.uuid4()}/").status_code == 404
    client.force_login(scene.cast.oscar)
    assert client.get(address).status_code == 404


def test_the_booking_knows_the_true_month_of_birth_and_which_child(scene: Scene) -> None:
    with acting(scene.cast.mona):
        Resident.objects.update(born_month=dt.date(2013, 12, 1))  # as a hold assumes it
    with acting(scene.cast.april):
        booking = book_place(decision=scene.decision, by=scene.cast.april, now=NOW)
        resident = Resident.objects.get(occupancy=booking.occupancy)
    assert (resident.born_month, resident.child_key) == (scene.child.born_month, scene.child.key)

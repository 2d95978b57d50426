"""What a provider offered, element by element, is what its placement is charged for."""

import datetime as dt

import pytest

from cast import NOW
from nearhome.partnership.models import Partnership
from nearhome.placements.actions.approving import approve_and_book
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.referrals.models import Offer
from nearhome.settlement.actions.working_out import work_out_month
from nearhome.settlement.models import Charge
from scenes_inviting import NEEDED_ON
from scenes_matching import MatchingScene, chosen, make_matching_scene, two_offers
from scenes_placements import arrived

pytestmark = pytest.mark.django_db
LINES = {
    "core_pence": "", "additional_support_pence": "extra staffing", "education_pence": "education",
    "therapy_pence": "therapy", "transport_pence": "transport", "other_pence": "other",
}  # fmt: skip
DECEMBER_NIGHTS = 31
MOVED_IN_AT = dt.datetime(2026, 12, 1, 16, 0, tzinfo=dt.UTC)
IN_JANUARY = dt.datetime(2027, 1, 5, 9, 0, tzinfo=dt.UTC)


def lived_in(scene: MatchingScene, offer: Offer) -> Booking:
    """The offer is chosen, approved and booked, and the child moved in on the day offered."""
    decision = chosen(scene, offer)
    with acting(scene.cast.april):
        booking = approve_and_book(decision=decision, by=scene.cast.april, now=NOW, granted=True, reason="Agreed.")
    assert booking is not None
    return arrived(booking, scene.cast.olive, on=NEEDED_ON, now=MOVED_IN_AT)


def charged(scene: MatchingScene) -> dict[str, int]:
    """The pence of December by element, as Kent's finance officer reads them."""
    with acting(scene.cast.fiona):
        partnership = Partnership.objects.get()
        work_out_month(partnership=partnership, starts_on=NEEDED_ON, by=scene.cast.fiona, now=IN_JANUARY)
        return dict(Charge.objects.values_list("element", "pence"))


def to_the_penny(weekly_pence: int) -> int:
    """December at so much a week, half a penny up."""
    return (weekly_pence * DECEMBER_NIGHTS * 2 + 7) // 14


def test_each_element_of_an_accepted_offer_is_a_line_of_the_bill() -> None:
    scene = make_matching_scene()
    elements = {
        "additional_support_pence": 2_000, "education_pence": 3_003, "therapy_pence": 15_003, "transport_pence": 4_201,
        "other_pence": 101,
    }  # fmt: skip
    offer, _ = two_offers(scene, **elements)
    lived_in(scene, offer)
    assert charged(scene) == {
        LINES[name]: to_the_penny(pence) for name, pence in {"core_pence": 430_000, **elements}.items()
    }


def test_an_offer_of_accommodation_alone_is_one_line() -> None:
    scene = make_matching_scene()
    offer, _ = two_offers(scene)
    lived_in(scene, offer)
    assert charged(scene) == {"": to_the_penny(455_700)}

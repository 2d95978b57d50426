"""An officer tries other weights: with a script the order follows the slider, without one a button shows it."""

from typing import Any

import pytest
from django.utils import timezone

from cast import Cast, make_cast
from nearhome.matching.actions.ranking import rank_homes_for
from nearhome.matching.models import SavedRanking
from nearhome.privacy.acting import acting
from nearhome.referrals.models import ImportantPlace, Referral
from scenes import make_home, make_partnership
from scenes_inviting import make_search

pytestmark = pytest.mark.xdist_group("browser")


def _two_homes() -> tuple[Cast, Referral]:
    """One home nearer to the family home, the other nearer to school, alike in all else."""
    cast = make_cast()
    make_partnership(cast)
    make_home(cast.meadow, "Madeup Meadow House", urn="SC900001", point=(580_000, 160_000))
    make_home(cast.harbour, "Madeup Harbour House", urn="SC900002", point=(591_000, 160_000))
    search = make_search(cast)
    with acting(cast.olive):
        for kind, easting in (("home", 580_000), ("school", 591_000)):
            ImportantPlace.objects.create(
                referral=search, authority=cast.kent, kind=kind, label=f"Test {kind}", postcode="ME14 1XX",
                easting=easting, northing=160_000, area_code="886",
            )  # fmt: skip
        rank_homes_for(referral=search, by=cast.olive, now=timezone.now())
    return cast, search


def _first_home(officer: Any) -> str:
    return officer.page.locator("#order tbody tr").first.inner_text()


def _slides(officer: Any, name: str, value: str) -> None:
    officer.page.locator(f"#weight-{name}").evaluate(
        "(one, value) => { one.value = value; one.dispatchEvent(new Event('input', {bubbles: true})); }", value
    )


def test_the_order_follows_the_slider_and_nothing_is_kept(visit: Any) -> None:
    cast, search = _two_homes()
    olive = visit(cast.olive)
    olive.goes_to(f"/matching/{search.key}/homes/")
    olive.sees("What decides between first and second")
    olive.follows("Try other weights")
    before = _first_home(olive)
    raised = "near_home" if "Harbour" in before else "near_school"
    _slides(olive, raised, "100")
    olive.sees("is first instead of")
    assert _first_home(olive) != before
    olive.checks_page()
    olive.follows("Back to the published weights")
    assert _first_home(olive) == before
    olive.follows("check that the list can be made again")
    olive.sees("It comes out the same")
    with acting(cast.olive):
        assert SavedRanking.objects.count() == 1


def test_without_a_script_a_button_shows_the_order(visit: Any) -> None:
    cast, search = _two_homes()
    olive = visit(cast.olive, scripts=False)
    olive.goes_to(f"/matching/{search.key}/weights/")
    olive.sees("The order is the published one")
    olive.goes_to(f"/matching/{search.key}/weights/?weight_near_school=100")
    school = _first_home(olive)
    olive.goes_to(f"/matching/{search.key}/weights/?weight_near_home=100")
    assert _first_home(olive) != school
    olive.presses("Show the order with these weights")
    assert "weight_near_home=100" in olive.page.url
    olive.goes_to(f"/matching/{search.key}/weights/?weight_near_home=much")
    olive.sees("There is a problem")

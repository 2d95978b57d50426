"""An officer plans for every child who waits, reads why her own child has which place, and asks what would change it."""

import os
from pathlib import Path
from typing import Any

import pytest

from nearhome.referrals.models import Referral
from scenes_regional import FAR, home, lives, make_region, told_by, waits

pytestmark = pytest.mark.xdist_group("browser")


def _region() -> tuple[Any, Referral]:
    """Two wish for the near home; a third lives in another that somebody older needs."""
    scene = make_region()
    cast = scene.cast
    home(cast, "Madeup Near House", area_code="850", max_age=15)
    full = home(cast, "Madeup Middle House", area_code="850", skills=[])
    home(cast, "Madeup Far House", point=FAR, max_age=15, places=2)
    mover = waits(cast, cast.oscar, "JOURNEY-MOVER")
    lives(mover.child, full)
    waits(cast, cast.oscar, "JOURNEY-PARTNER", is_emergency=True)
    own = waits(cast, cast.olive, "JOURNEY-OWN")
    waits(cast, cast.olive, "JOURNEY-OLDER", born_on=own.child.born_month.replace(year=2010))
    told_by(cast.oscar)
    return cast, own


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (True, 390), (False, 1280)])
def test_plan_read_and_ask(visit: Any, scripts: bool, width: int) -> None:
    cast, own = _region()
    olive = visit(cast.olive, scripts=scripts, width=width)
    olive.goes_to("/matching/plan/")
    olive.sees("No plan has been worked out yet")
    olive.presses("Work out the plan")
    olive.sees("The plan is worked out.")
    olive.sees("children wait, of all partners")
    olive.sees("It is proven that no other plan is worth more")
    olive.sees(own.ref)
    olive.sees("Portsmouth")
    _look(olive, "plan", width)
    olive.presses("Plan again")
    olive.sees("Nothing has changed since the last plan.")
    olive.page.get_by_role("link", name=own.ref).first.click()
    olive.checks_page()
    olive.sees(f"{own.ref} in the regional plan")
    olive.sees("What this place is worth to the child")
    _look(olive, "child", width)
    olive.page.get_by_role("button", name="Ask what would change the plan").click()
    olive.checks_page()
    olive.sees("Nothing is kept, and nobody is moved.")
    olive.presses("See what would change")
    olive.sees("There is a problem")
    olive.chooses("This child went to this home")
    olive.page.locator("[name=child]").select_option(label=own.ref)
    olive.page.locator("[name=home]").select_option(label="Madeup Far House")
    olive.presses("See what would change")
    olive.sees("The whole plan would be worth")
    _look(olive, "what-if", width)
    olive.goes_to("/matching/plan/policy/")
    olive.sees("How one plan is weighed against another")
    _look(olive, "policy", width)
    assert olive.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") if scripts else True


def _look(visitor: Any, name: str, width: int) -> None:
    """Kept to be looked at, where a folder for pictures is named; on a phone nothing sticks out sideways."""
    if visitor.scripts:
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
    if folder := os.environ.get("NEARHOME_PICTURES"):
        kind = "" if visitor.scripts else "-plain"
        visitor.page.screenshot(path=Path(folder) / f"{name}-{width}{kind}.png", full_page=True)

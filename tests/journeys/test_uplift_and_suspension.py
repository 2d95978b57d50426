"""An uplift round from the proposal to the new prices, and a supplier suspended and taken back, in the browser."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from cast import make_cast
from scenes_frameworks import make_region

pytestmark = pytest.mark.xdist_group("browser")
EACH_WAY = pytest.mark.parametrize(("scripts", "width"), [(True, 1200), (True, 390), (False, 1200)])


def fits(visitor: Any, width: int) -> bool:
    return visitor.page.evaluate("document.documentElement.scrollWidth") <= width if visitor.scripts else True


@EACH_WAY
def test_an_uplift_is_proposed_voted_approved_and_applied(visit: Any, scripts: bool, width: int) -> None:
    cast = make_cast()
    make_region(cast)
    colin = visit(cast.colin, scripts=scripts, width=width)
    colin.goes_to("/procurement/frameworks/")
    colin.follows("Made-up framework")
    assert fits(colin, width)
    colin.follows("Propose an uplift")
    colin.presses("Propose it")
    colin.sees("There is a problem")
    colin.chooses("The lower of the index and a cap")
    colin.fills("The index, as published", "3.8")
    colin.fills("Where it was published", "Made-up bulletin")
    colin.fills_date("index_month", dt.date(2026, 9, 1))
    colin.fills("Cap (optional)", "1.5")
    colin.chooses("New placements only")
    colin.fills_date("effective_on", dt.date(2027, 4, 1))
    colin.fills("Why should prices change?", "Made-up costs of staff")
    assert fits(colin, width)
    colin.presses("Propose it")
    colin.presses("Preview the prices")
    colin.fills("Kent: weeks a year", "520")
    colin.fills("Portsmouth: weeks a year", "104")
    colin.presses("Work out the prices")
    colin.sees("£40,095.12")
    assert fits(colin, width)
    colin.follows("Record a vote held elsewhere")
    colin.chooses("Yes")
    colin.fills("Votes for", "2")
    colin.fills_date("voted_on", timezone.localdate())
    colin.fills("Minutes", "Made-up minutes: both authorities were there")
    colin.presses("Record it")
    colin.sees("Carried, waits for approval")
    address = colin.page.url.removeprefix(colin.site)
    april = visit(cast.april, scripts=scripts, width=width)
    april.goes_to(address)
    april.presses("Approve or refuse")
    april.chooses("Yes")
    april.presses("Save my decision")
    april.sees("Approved, not yet applied")
    colin.goes_to(address)
    colin.presses("Apply the new prices")
    colin.sees("The new prices are in the rate cards")
    mona = visit(cast.mona, scripts=scripts, width=width)
    mona.goes_to("/procurement/frameworks/")
    mona.follows("Made-up framework")
    mona.follows("Madeup Meadow House")
    mona.sees("£4,060.00")
    mona.does_not_see("Madeup Harbour")
    assert fits(mona, width)


@EACH_WAY
def test_a_supplier_is_suspended_and_taken_back(visit: Any, scripts: bool, width: int) -> None:
    cast, today = make_cast(), timezone.localdate()
    region = make_region(cast)
    colin = visit(cast.colin, scripts=scripts, width=width)
    colin.goes_to(f"/procurement/frameworks/{region.framework.key}/")
    colin.follows("Madeup Meadow House")
    colin.follows("Suspend")
    colin.presses("Suspend it")
    colin.sees("There is a problem")
    colin.chooses("Its conduct")
    colin.fills_date("starts_on", today)
    colin.fills("What happened?", "Made-up concern")
    colin.presses("Suspend it")
    colin.sees("The suspension is on record")
    assert fits(colin, width)
    colin.presses("End the suspension")
    colin.fills_date("returns_on", today + dt.timedelta(days=14))
    colin.fills("What changed?", "Made-up new manager")
    colin.presses("Take it back")
    colin.sees("The return is on record")
    colin.follows("Set the rate card")
    assert fits(colin, width)
    colin.goes_to("/")

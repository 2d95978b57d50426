"""A block from the published example: begun, filled, added up against the printed total, changed by both sides, ended."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from cast import make_cast
from scenes import make_home, make_partnership
from scenes_block import block_in_the_making

pytestmark = pytest.mark.xdist_group("browser")


def fits(visitor: Any, width: int) -> bool:
    return visitor.page.evaluate("document.documentElement.scrollWidth") <= width if visitor.scripts else True


WIDTHS = [(True, 1280), (True, 390), (False, 1280)]


@pytest.mark.parametrize(("scripts", "width"), WIDTHS)
def test_a_block_is_begun_from_the_example_and_filled(visit: Any, scripts: bool, width: int) -> None:
    cast, today = make_cast(), timezone.localdate()
    make_partnership(cast)
    make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    colin = visit(cast.colin, scripts=scripts, width=width)
    colin.goes_to("/procurement/blocks/")
    colin.sees("No block contract is on record")
    colin.follows("Begin with the figures of decision 21/00094")
    colin.page.get_by_label("Provider").select_option(label=cast.meadow.name)
    colin.fills("Months after the start", "0, 12, 24")
    colin.fills("Beds in all", "3, 10, 15")
    colin.fills_date("starts_on", today)
    colin.fills("Weight of Portsmouth", "1")
    colin.presses("Begin the block")
    colin.sees("0 of 15 places are named")
    assert fits(colin, width)
    colin.follows("Add a place")
    colin.page.get_by_label("Place", exact=True).select_option(label="Madeup Meadow House, Place 1")
    colin.chooses("Kent")
    colin.presses("Add the place")
    colin.sees("0 of 3 beds contracted by today are ready")
    colin.presses("Mark Place 1, Madeup Meadow House as ready")
    colin.presses("Mark as ready")
    colin.sees("There is a problem")
    colin.fills_date("registered_on", today)
    colin.fills_date("accepts_from", today)
    colin.presses("Mark as ready")
    colin.sees("The place is ready")
    colin.follows("Offer to partners")
    colin.fills("Reason", "No referral of our own")
    colin.presses("Offer it")
    colin.sees("Offered since")
    assert fits(colin, width)


@pytest.mark.parametrize(("scripts", "width"), WIDTHS)
def test_a_block_is_added_up_and_changed_by_both_sides(visit: Any, scripts: bool, width: int) -> None:
    block = block_in_the_making()
    cast, today = block.cast, timezone.localdate()
    here = f"/procurement/blocks/{block.contract.key}/"
    colin = visit(cast.colin, scripts=scripts, width=width)
    colin.goes_to(here)
    colin.follows("The price of spot")
    colin.fills_date("starts_on", today)
    colin.fills("Price of a placement bought by itself", "4,557")
    colin.fills("Where the figure comes from", "Made-up average")
    colin.presses("Record the price")
    colin.follows("What this block commits to")
    colin.fills("A printed total to check", "£30,564m")
    colin.presses("Work it out")
    colin.sees("“£30,564m” does not follow from these figures")
    colin.sees("the same, so no dearer")
    assert fits(colin, width)
    colin.goes_to(f"{here}adjust/")
    colin.fills_date("starts_on", today + dt.timedelta(days=60))
    colin.fills("Beds in all from that day", "4")
    colin.chooses("The need has changed")
    colin.fills("Evidence", "More children wait than was forecast.")
    colin.presses("Ask for the change")
    colin.sees("Waits for the provider")

    mona = visit(cast.mona, scripts=scripts, width=width)
    mona.follows("Say whether you agree to other beds")
    mona.chooses("Yes")
    mona.presses("Send the answer")
    mona.sees("The answer is on record")
    mona.does_not_see("Made-up average")

    april = visit(cast.april, scripts=scripts, width=width)
    april.follows("Decide on other beds of a block")
    april.sees("PA23, light touch")
    assert fits(april, width)
    april.chooses("Yes")
    april.presses("Send the answer")
    april.sees("Approved")


def test_another_authority_finds_nothing(visit: Any) -> None:
    cast = make_cast()
    hilda = visit(cast.hilda)
    hilda.goes_to("/procurement/blocks/")
    hilda.sees("No block contract is on record that you may see")

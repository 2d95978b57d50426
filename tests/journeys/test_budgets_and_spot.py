"""A finance officer sets a budget and reads why it differs; a commissioner asks whether the block is cheaper than spot."""

import datetime as dt
from typing import Any

import pytest

from scenes import make_home
from scenes_budgets import post_september
from scenes_settlement import SEPTEMBER, first_place, live_in, make_block_scene

pytestmark = pytest.mark.xdist_group("browser")


def fits(visitor: Any, width: int) -> bool:
    return visitor.page.evaluate("document.documentElement.scrollWidth") <= width if visitor.scripts else True


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 390)])
def test_a_budget_is_set_explained_and_the_block_held_against_spot(visit: Any, scripts: bool, width: int) -> None:
    scene = make_block_scene()
    cast = scene.cast
    live_in(scene.places[0], cast.kent, "K-1", dt.date(2026, 9, 8), block=scene.contract)
    live_in(scene.places[1], cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)
    home = make_home(cast.harbour, "Madeup Harbour House", urn="SC900002")
    live_in(first_place(home), cast.kent, "K-2", SEPTEMBER, weekly=700_000)
    post_september(scene)
    fiona = visit(cast.fiona, scripts=scripts, width=width)
    sets_a_budget(fiona, width)
    colin = visit(cast.colin, scripts=scripts, width=width)
    says_what_spot_costs(colin, width)
    felix = visit(cast.felix, scripts=scripts, width=width)
    felix.goes_to("/settlement/against-spot/")
    felix.sees("Yes. The block has cost £10,470.00 less than spot would have")
    felix.does_not_see("West Sussex")


def sets_a_budget(fiona: Any, width: int) -> None:
    fiona.goes_to("/settlement/budgets/?year=2026")
    fiona.sees("No service line has been named yet")
    fiona.follows("Add a service line")
    fiona.presses("Add the line")
    fiona.sees("There is a problem")
    fiona.fills("Name of the line", "Looked after children, residential")
    fiona.page.locator("[name=starts_on]").select_option("2026-04-01")
    fiona.presses("Add the line")
    fiona.sees("Set its budget next")
    line = fiona.page.url.partition("?")[0]
    fiona.page.goto(f"{line}?year=2026")
    fiona.page.get_by_role("button", name="Set the budget").click()
    fiona.checks_page()
    fiona.fills("Spot: weeks in the year", "20")
    fiona.fills("Spot: price a week", "6,500")
    fiona.fills("Block bed with a child: weeks in the year", "104.28")
    fiona.fills("Block bed with a child: price a week", "4,557")
    fiona.fills("Why is the budget what it is?", "Made-up growth")
    fiona.presses("Set the budget")
    fiona.sees("Version 1 of the budget has been set")
    fiona.sees("Price explains")
    fiona.sees("K-2")
    assert fits(fiona, width)
    fiona.follows("Count on placements that nobody has booked yet")
    fiona.presses("Count on them")
    fiona.sees("There is a problem")
    fiona.page.locator("[name=kind]").select_option("spot")
    fiona.fills("How many children?", "2")
    fiona.fills_date("starts_on", dt.date(2027, 1, 1))
    fiona.fills_date("ends_on", dt.date(2027, 3, 31))
    fiona.fills("Price a week for each", "6,000")
    fiona.fills("Why are they expected?", "Made-up trend")
    fiona.presses("Count on them")
    fiona.sees("The line counts on these placements")
    fiona.page.goto(f"{line}expected/")
    fiona.checks_page()
    fiona.sees("Made-up trend")
    assert fits(fiona, width)
    fiona.goes_to("/settlement/budgets/?year=2026")
    fiona.sees("Months posted: 1 of 12")
    assert fits(fiona, width)


def says_what_spot_costs(colin: Any, width: int) -> None:
    colin.goes_to("/settlement/against-spot/")
    colin.sees("Nothing can be said yet")
    colin.follows("Made-up Meadow block")
    colin.page.get_by_role("button", name="Say what spot costs").click()
    colin.checks_page()
    colin.page.locator("[name=starts_on]").select_option("2026-04-01")
    colin.fills("What does a child’s week cost by spot purchase?", "7,000")
    colin.fills("Where does the figure come from?", "Made-up average of 12 placements")
    colin.presses("Record it")
    colin.sees("No. The block has cost £5,590.00 more than spot would have, with empty beds counted")
    colin.sees("Made-up average of 12 placements")
    assert fits(colin, width)
    colin.goes_to("/settlement/against-spot/")
    colin.sees("Is the partnership cheaper than spot?")
    assert fits(colin, width)

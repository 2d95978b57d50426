"""A commissioner begins a procurement and weighs the options in the browser, with and without scripts, wide and narrow."""

from typing import Any

import pytest

from cast import make_cast
from scenes import make_partnership

pytestmark = pytest.mark.xdist_group("browser")


def fits(visitor: Any, width: int) -> bool:
    return visitor.page.evaluate("document.documentElement.scrollWidth") <= width if visitor.scripts else True


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (True, 390), (False, 1280)])
def test_from_the_first_word_to_a_completed_appraisal(visit: Any, scripts: bool, width: int) -> None:
    cast = make_cast()
    make_partnership(cast)
    colin = visit(cast.colin, scripts=scripts, width=width)
    colin.goes_to("/tendering/")
    colin.sees("Your authority leads no procurement yet")
    colin.presses("Begin a procurement")
    colin.presses("Begin it")
    colin.sees("There is a problem")
    colin.fills("Name", "Made-up foster placements")
    colin.chooses("Fostering household")
    colin.chooses("A framework that placements are called off from")
    colin.chooses("Closed framework")
    colin.page.locator("[name=light_touch][value=no]").check()
    colin.page.locator("[name=term_months]").fill("60")
    colin.presses("Begin it")
    colin.sees("60 months are 12 too many")
    colin.page.locator("[name=term_months]").fill("48")
    colin.page.locator(f"[name=weight_{cast.portsmouth.pk}]").fill("1")
    colin.presses("Begin it")
    colin.sees("The procurement has begun")
    assert fits(colin, width)
    weighs(colin, width)
    oscar = visit(cast.oscar, scripts=scripts, width=width)
    oscar.goes_to("/tendering/")
    oscar.follows("Made-up foster placements")
    oscar.follows("Options appraisal")
    oscar.follows("Version 1", nth=1)  # after the link to its PDF
    oscar.sees("It is shown as it was then")
    oscar.does_not_see("Set the criteria")


def weighs(colin: Any, width: int) -> None:
    """From the example to a completed version, by way of weights that do not sum to 100."""
    colin.page.get_by_role("button", name="Weigh the options").click()
    colin.checks_page()
    colin.presses("Start from")
    colin.sees("is first with 84.0 of 100")
    assert fits(colin, width)
    colin.follows("Set the criteria and their weights")
    colin.page.locator("[name=weight_1]").fill("25")
    colin.presses("Save")
    colin.sees("The weights sum to 95, not 100. Add 5.")
    colin.page.locator("[name=weight_2]").fill("25")
    colin.presses("Save")
    colin.sees("is first with 84.0 of 100")
    colin.follows("Score: Join a regional arrangement")
    colin.page.locator("[name=points_1]").select_option("5")
    colin.presses("Save")
    colin.follows("Recommend an option")
    assert fits(colin, width)
    colin.presses("Save")
    colin.presses("Complete this version")
    colin.sees("The options appraisal is complete")
    colin.follows("Begin a new version")
    colin.presses("Begin a new version")
    colin.sees("Enter an answer")
    colin.goes_to("/tendering/rules/")
    assert fits(colin, width)

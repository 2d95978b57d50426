"""An analyst asks how many children there will be, sets a scenario beside it, and writes a requirement; with and without JavaScript."""

import pytest

from cast import make_cast
from scenes import make_partnership
from scenes_years import load_years

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_what_if_to_a_requirement(visit, scripts: bool) -> None:
    cast = make_cast()
    make_partnership(cast)
    load_years(cast.kent, "KEN")
    anna = visit(cast.anna, scripts=scripts)
    anna.goes_to("/sufficiency/")
    anna.follows("Forecast")
    anna.sees("No forecast has been worked out yet")
    anna.follows("Scenarios")
    anna.presses("New scenario")
    anna.fills("Name of the scenario", "Fewer starts")
    anna.presses("Save")
    anna.sees("Say at least one change")
    anna.page.locator("[name=change-1-kind]").select_option("entries")
    anna.page.locator("[name=change-1-number]").fill("-10")
    anna.presses("Save")
    anna.sees("From month 1, 10 % fewer children start being looked after")
    anna.goes_to("/sufficiency/forecast/")
    anna.chooses("Nearhome’s own method")
    anna.chooses("Fewer starts")
    anna.presses("Work out the forecast")
    anna.sees("Forecast from 31 March 2026")
    anna.follows("What would be different if")
    anna.sees("Fewer starts")
    anna.goes_to("/sufficiency/forecast/")
    anna.follows("Write a requirement from this forecast")
    anna.chooses("Foster care")
    anna.fills("Places of a home of the usual size", "1")
    anna.presses("Work it out and save it")
    anna.sees("Foster care in Kent")
    anna.sees("It buys nothing by itself")
    anna.goes_to("/sufficiency/requirements/")
    anna.sees("in Kent")

"""A return and a register sent through the browser: preview, problems, confirm; homes described by their provider."""

from typing import Any

import pytest

from cast import make_cast
from scenes import make_home
from scenes_needs import BLUE_FIRST, BLUE_NOW, RED_NOW, made_up_return

pytestmark = pytest.mark.xdist_group("browser")
REGISTER = (
    b"URN,Provider type,Sector,Provider name,Owner name,Provider postcode,Number of registered places\n"
    b"SC900500,Children's home,Private,Made-up Home,Madeup Meadow Care Ltd,CT9 1QQ,3\n"
    b"SC900501,Children's home,Private,Made-up Home 2,Madeup Meadow Care Ltd,ZZ99 9ZZ,3\n"
)


def sent(files: dict[str, bytes]) -> list[dict[str, Any]]:
    return [{"name": name, "mimeType": "text/csv", "buffer": content} for name, content in files.items()]


@pytest.mark.parametrize("scripts", [True, False])
def test_an_analyst_loads_a_return(visit: Any, scripts: bool) -> None:
    cast = make_cast()
    anna = visit(cast.anna, scripts=scripts)
    anna.goes_to("/needs/returns/")
    anna.presses("Load a return")
    anna.presses("Read the files")
    anna.sees("There is a problem")
    anna.page.locator("[name=year]").select_option("2026")
    wrong = RED_NOW.replace("10/01/2026", "31/02/2026")
    anna.page.locator("[name=tables]").set_input_files(sent(made_up_return(episodes=[BLUE_FIRST, BLUE_NOW, wrong])))
    anna.presses("Read the files")
    anna.sees("What would change")
    anna.follows("Look at the problems")
    anna.sees("February 2026 has 28 days")
    anna.goes_to("/")
    anna.follows("Confirm a return, or set it aside")
    anna.presses("Confirm and load")
    anna.sees("The return is loaded")
    anna.goes_to("/needs/returns/")
    anna.sees("Loaded")


def test_a_commissioner_loads_a_register_and_a_provider_describes_its_home(visit: Any) -> None:
    cast = make_cast()
    make_home(cast.meadow, "Made-up Meadow House", urn="SC900600", places=2)
    colin = visit(cast.colin)
    colin.goes_to("/market/register/")
    colin.presses("Load a register")
    files = sent({"register.csv": REGISTER})
    colin.page.locator("[name=register]").set_input_files(files)
    colin.presses("Read the register")
    colin.follows("Look at the problems")
    colin.sees("ZZ99 9ZZ is not known")
    colin.page.go_back()
    colin.presses("Confirm and load")
    colin.goes_to("/market/homes/")
    colin.follows("Made-up Home")
    colin.sees("Places today")
    mona = visit(cast.mona)
    mona.goes_to("/market/homes/")
    mona.follows("Made-up Meadow House")
    mona.follows("Change whom it takes")
    mona.chooses("Autism")
    mona.presses("Save")
    mona.follows("Change how many places")
    mona.page.locator("[name=open_to_referrals]").fill("1")
    mona.presses("Save")
    mona.sees("Say why not every registered place is open")
    mona.page.locator("[name=reason]").fill("Staff have left")
    mona.presses("Save")
    mona.follows("Close Place 1")
    mona.page.locator("[name=reason]").fill("The roof leaks")
    mona.presses("Save")
    mona.sees("The roof leaks")
    mona.presses("End the closure of Place 1")
    mona.sees("is open again")

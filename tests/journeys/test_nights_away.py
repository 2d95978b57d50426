"""A finance officer finds a stay, a colleague agrees what is paid while its child is away; wide and narrow, with and without scripts."""

import datetime as dt
from typing import Any

import pytest

from cast import make_person
from scenes_elements import ARRIVED, placed
from scenes_settlement import live_in, make_block_scene

pytestmark = pytest.mark.xdist_group("browser")
DAY = dt.timedelta(days=1)


def fits(visitor: Any, width: int) -> None:
    if visitor.scripts:
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("scripts", "width"), [(True, 390), (False, 1280)])
def test_a_stay_is_found_and_its_terms_for_nights_away_are_agreed(visit: Any, scripts: bool, width: int) -> None:
    scene = make_block_scene()
    paula = make_person("Paula Madeup-Finance", scene.cast.portsmouth, "finance_officer")
    placed(scene)
    for number in range(60):
        first = dt.date(2026, 1, 5) + number * DAY
        live_in(scene.places[1], scene.cast.portsmouth, f"Q-{number:03}", first, first + DAY)
    felix = visit(scene.cast.felix, scripts=scripts, width=width)
    finds(felix, width)
    proposes(felix, width)
    agrees(visit(paula, scripts=scripts, width=width), width)


def finds(felix: Any, width: int) -> None:
    felix.goes_to("/settlement/stays/")
    felix.sees("61 stays.")
    felix.does_not_see("Q-000")
    fits(felix, width)
    felix.follows("Next")
    felix.sees("Q-000")
    fits(felix, width)
    felix.page.locator("[name=stage]").select_option("living")
    felix.presses("Show")
    felix.sees("1 stay.")
    felix.fills("The child’s reference or the home’s name", "p-77")
    felix.presses("Show")
    felix.follows("P-77")


def proposes(felix: Any, width: int) -> None:
    felix.sees("every night away is paid in full")
    felix.follows("Terms for nights away of this placement")
    felix.presses("Propose terms")
    felix.fills_date("starts_on", ARRIVED)
    felix.fills("Child in hospital: nights paid in full", "3")
    felix.fills("Child in hospital: part of the price paid after that", "50")
    felix.fills("Child in hospital: nights after which nothing is paid", "10")
    felix.fills("Why these terms?", "As the made-up agreement says")
    fits(felix, width)
    felix.presses("Propose these terms")
    felix.sees("You proposed this, so a colleague must agree it.")
    fits(felix, width)


def agrees(paula: Any, width: int) -> None:
    paula.goes_to("/settlement/away-terms/")
    paula.sees("Agree the proposal or turn it down.")
    fits(paula, width)
    paula.follows("P-77 at Madeup Harbour House P-77")
    paula.presses("Agree these terms")
    paula.sees("Version 1 of the terms is agreed.")
    paula.sees("after 10 nights away nothing, until the child is back")
    fits(paula, width)

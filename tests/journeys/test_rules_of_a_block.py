"""Rules of a block proposed by one, agreed by another, read by a partner; a child who was away; wide and narrow."""

import datetime as dt
import os
from typing import Any

import pytest

from scenes_settlement import BlockScene, live_in, make_block_scene

pytestmark = pytest.mark.xdist_group("browser")


def fits(visitor: Any, width: int) -> None:
    if folder := os.environ.get("NEARHOME_PICTURES"):
        name = visitor.page.url.rstrip("/").split("/settlement/")[-1].replace("/", "-")[:40]
        visitor.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    if visitor.scripts:
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (True, 390), (False, 1280)])
def test_rules_are_proposed_agreed_and_read(visit: Any, scripts: bool, width: int) -> None:
    scene = make_block_scene()
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", dt.date(2026, 9, 10), block=scene.contract)
    proposes(visit(scene.cast.colin, scripts=scripts, width=width), width)
    agrees(visit(scene.cast.fiona, scripts=scripts, width=width), width)
    reads(visit(scene.wendy, scripts=scripts, width=width), width)
    records_nights_away(visit(scene.cast.felix, scripts=scripts, width=width), width)
    finds_nothing(visit(scene.harriet, scripts=scripts, width=width), scene)


def proposes(colin: Any, width: int) -> None:
    colin.goes_to("/settlement/rules/")
    fits(colin, width)
    colin.follows("Made-up Meadow block")
    fits(colin, width)
    colin.follows("All share empty beds by contribution")
    fits(colin, width)
    colin.presses("Propose these rules")
    colin.sees("There is a problem")
    colin.fills_date("starts_on", dt.date(2027, 1, 1))
    colin.fills("Child in hospital: nights paid in full", "14")
    colin.fills("Child in hospital: part of the price paid after that", "50")
    colin.fills("Why these rules?", "Agreed by the made-up board")
    colin.presses("Propose these rules")
    colin.sees("A colleague must agree them")
    colin.sees("You proposed this, so a colleague must agree it.")
    colin.does_not_see("Agree these rules")
    fits(colin, width)


def agrees(fiona: Any, width: int) -> None:
    fiona.goes_to("/settlement/rules/")
    fiona.sees("Agree the proposal or turn it down.")
    fiona.follows("Made-up Meadow block")
    fiona.sees("the first 14 nights in full, then 50% of the price")
    fiona.presses("Agree these rules")
    fiona.sees("Version 1 of the rules is agreed.")
    fits(fiona, width)
    fiona.goes_to("/settlement/lead-costs/")
    fits(fiona, width)
    fiona.presses("Propose costs for Made-up Partnership")
    fits(fiona, width)


def reads(wendy: Any, width: int) -> None:
    wendy.goes_to("/settlement/rules/")
    wendy.follows("Made-up Meadow block")
    wendy.sees("What a month would come to")
    wendy.does_not_see("Start from this")


def records_nights_away(felix: Any, width: int) -> None:
    felix.goes_to("/settlement/stays/")
    fits(felix, width)
    felix.follows("P-1")
    felix.chooses("In hospital")
    felix.fills_date("starts_on", dt.date(2026, 9, 12))
    felix.presses("Record nights away")
    felix.sees("The nights away are recorded")
    fits(felix, width)
    felix.follows("nights away from 12 September 2026")
    felix.fills_date("ends_before", dt.date(2026, 9, 14))
    felix.presses("Record the return")
    felix.sees("The night of return is recorded.")


def finds_nothing(harriet: Any, scene: BlockScene) -> None:
    harriet.goes_to("/settlement/rules/")
    harriet.sees("Your authority hosts no block and is party to none.")
    harriet.does_not_see("Meadow")

"""A finance officer says which budgets pay, adds an amount, and reads what the child's care has cost so far."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from nearhome.placements.calculations.dates import add_months
from scenes import make_home
from scenes_disputes import work_out
from scenes_elements import ARRIVED, PRICE, placed
from scenes_settlement import first_place, live_in, make_block_scene

pytestmark = pytest.mark.xdist_group("browser")
THERAPY, EDUCATION = 3 * PRICE["therapy_pence"], 3 * PRICE["education_pence"]


def fits(visitor: Any, width: int) -> bool:
    return visitor.page.evaluate("document.documentElement.scrollWidth") <= width if visitor.scripts else True


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 390), (True, 390)])
def test_budgets_pay_their_part_and_the_lifetime_cost_says_so(visit: Any, scripts: bool, width: int) -> None:
    scene = make_block_scene()
    booking = placed(scene)
    felix = visit(scene.cast.felix, scripts=scripts, width=width)
    sets_codes(felix, width)
    felix.goes_to("/settlement/stays/")
    felix.follows("P-77")
    felix.follows("What it costs, which budgets pay")
    splits(felix, "education", {"Education": "100"})
    splits(felix, "therapy", {"Social care": "70", "Health": "30"})
    adds_an_amount(felix)
    assert fits(felix, width)
    month = work_out(scene)
    felix.goes_to(f"/settlement/stays/{booking.key}/money/")
    felix.sees(f"£{EDUCATION / 100:,.2f}")
    felix.follows("All that the child’s care has cost so far")
    felix.sees(f"£{(3 * sum(PRICE.values()) + 12_050) / 100:,.2f}")
    felix.sees(f"£{round(THERAPY * 0.3) / 100:,.2f}")
    felix.sees("September 2026")
    assert fits(felix, width)
    felix.goes_to("/settlement/ledger-codes/")
    felix.follows("September 2026")
    felix.sees("H77")
    felix.sees("No code set")
    assert fits(felix, width)
    harriet = visit(scene.harriet, scripts=scripts, width=width)
    for path in (f"stays/{booking.key}/money/", f"children/{booking.child.key}/cost/", f"ledger-codes/{month.key}/"):
        assert harriet.page.goto(f"{harriet.site}/settlement/{path}").status == 404


def sets_codes(felix: Any, width: int) -> None:
    felix.goes_to("/settlement/budgets/")
    felix.follows("Ledger codes, and months by ledger code")
    felix.presses("Set the code")
    felix.sees("Enter the ledger code")
    for element, funder, text in (("therapy", "health", "H77"), ("education", "education", "E12")):
        felix.page.locator("[name=element]").select_option(element)
        felix.page.locator("[name=funder]").select_option(funder)
        felix.page.locator("[name=starts_on]").select_option("2026-04-01")
        felix.fills("Ledger code", text)
        felix.presses("Set the code")
        felix.sees("The ledger code is recorded")
    assert fits(felix, width)


def splits(felix: Any, element: str, shares: dict[str, str]) -> None:
    felix.presses("Record who pays")
    felix.sees("There is a problem")
    felix.page.locator("[name=element]").select_option(element)
    felix.fills_date("split_from", ARRIVED)
    for funder, percent in shares.items():
        felix.fills(f"{funder} pays", percent)
    felix.fills("Why do these budgets pay?", "Made-up joint panel")
    felix.presses("Record who pays")
    felix.sees("The split is recorded")


def adds_an_amount(felix: Any) -> None:
    felix.presses("Record the amount")
    felix.sees("There is a problem")
    felix.fills("What is it for?", "Uniform")
    felix.chooses("Paid to the provider")
    felix.page.get_by_label("Amount", exact=True).fill("120.50")
    felix.fills_date("on", dt.date(2026, 9, 14))
    felix.fills("Why is it paid or given back?", "Made-up new school")
    felix.presses("Record the amount")
    felix.sees("The amount is recorded")


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 390)])
def test_a_path_is_agreed_before_its_stages_begin_and_tied_to_a_placement(
    visit: Any, scripts: bool, width: int
) -> None:
    scene = make_block_scene()
    home = make_home(scene.cast.harbour, "Madeup Harbour House", urn="SC900002")
    start = add_months(timezone.localdate().replace(day=1), 2)
    booking = live_in(first_place(home), scene.cast.kent, "K-88", None, weekly=500_000, starts_on=start)
    april = visit(scene.cast.april, scripts=scripts, width=width)
    april.goes_to(f"/settlement/children/{booking.child.key}/cost/")
    april.follows("The path agreed for the child, stage by stage")
    april.sees("No path is agreed yet")
    april.page.get_by_role("button", name="Agree the next stage").click()
    april.checks_page()
    april.presses("Agree the stage")
    april.sees("There is a problem")
    april.chooses("Transition")
    april.page.locator("[name=provider]").select_option(label=str(scene.cast.harbour))
    april.fills("Accommodation and care", "2,000")
    april.fills("Therapy (optional)", "150")
    april.fills("Why is this agreed?", "Made-up plan to foster")
    april.fills_date("starts_on", timezone.localdate())
    april.presses("Agree the stage")
    april.sees("never after the fact")
    april.fills_date("starts_on", start)
    april.presses("Agree the stage")
    april.sees("The stage is agreed")
    april.sees("£2,150.00")
    april.presses("Stage 1 is the placement at Madeup Harbour House")
    april.sees("is booked. Record the arrival when the child moves.")
    april.follows("Agree another price of stage 1")
    april.checks_page()
    assert fits(april, width)

"""Two evaluators score alone in the browser, the chair moderates and locks, and the results are read, wide and narrow."""

from typing import Any

import pytest

from cast import Cast, make_cast
from scenes_evaluation import make_closed_tender
from scenes_tender import Tender

pytestmark = pytest.mark.xdist_group("browser")


def fits(visitor: Any, width: int) -> bool:
    return visitor.page.evaluate("document.documentElement.scrollWidth") <= width if visitor.scripts else True


def choose_panel(colin: Any, cast: Cast) -> None:
    colin.sees("Choose the panel and its chair")
    colin.follows("Choose the panel and its chair")
    for person, chairs in ((cast.colin, True), (cast.april, False), (cast.oscar, False)):
        colin.page.locator("[name=person]").select_option(str(person.pk))
        colin.chooses("Yes" if chairs else "No")
        colin.presses("Add to the panel")
        colin.sees(f"{person} is on the panel.")


def declare(visitor: Any) -> None:
    visitor.goes_to("/")
    visitor.follows("Declare whether you have an interest in lot 1")
    visitor.presses("Declare")
    visitor.sees("There is a problem")
    visitor.chooses("No, I have none")
    visitor.presses("Declare")


def score_everything(visitor: Any, given: str, width: int) -> None:
    declare(visitor)
    visitor.presses("Score the next answer")
    for _ in range(4):
        assert fits(visitor, width)
        visitor.page.locator(f"[name=score][value='{given}']").check()
        visitor.fills("Why?", f"Page {given} says how")
        visitor.page.locator("[name=is_final]").check()
        visitor.presses("Keep this score")
        visitor.sees("The score is kept.")
    visitor.sees("You have scored every answer of this lot")


def moderate(colin: Any, path: str, width: int) -> None:
    declare(colin)
    colin.goes_to(path)
    colin.follows("Lot 1")
    colin.goes_to(f"{path}lots/1/close/")
    colin.presses("Close scoring")
    colin.sees("There is a problem")
    colin.fills("Why is it closed without them?", "The chair does not score")
    colin.presses("Close scoring")
    colin.sees("is closed")
    assert fits(colin, width)
    colin.presses("Moderate the next answer")
    for _ in range(4):
        colin.sees("Far apart")
        colin.page.locator("[name=score][value='4']").check()
        colin.fills("Why?", "A clear plan, thinly staffed")
        colin.presses("Record what is agreed")
        colin.sees("The agreed score is kept.")
    colin.presses("Lock quality")
    colin.presses("Lock quality and open the prices")
    colin.sees("four thousand, four hundred pounds")
    assert fits(colin, width)


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (True, 390), (False, 1280)])
def test_a_panel_scores_moderates_locks_and_reads_the_results(visit: Any, scripts: bool, width: int) -> None:
    cast = make_cast()
    tender: Tender = make_closed_tender(cast)
    path = f"/tendering/evaluation/{tender.procurement.key}/"
    colin = visit(cast.colin, scripts=scripts, width=width)
    choose_panel(colin, cast)
    for person, given in ((cast.april, "5"), (cast.oscar, "2")):
        score_everything(visit(person, scripts=scripts, width=width), given, width)
    moderate(colin, path, width)
    colin.presses("Work out the results")
    colin.sees("What each choice did")
    colin.sees("the same, to the last place")
    assert fits(colin, width)
    colin.goes_to(f"/tendering/results/{tender.procurement.key}/")
    colin.presses("Draft the letters")
    colin.sees("Letters drafted: 2")
    colin.follows("Madeup Meadow House")
    colin.sees("This is a draft")
    assert fits(colin, width)

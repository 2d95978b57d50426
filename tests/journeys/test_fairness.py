"""Whether groups of children fare differently: worked out, read and run again in the browser, with and without scripts."""

import datetime as dt
from typing import Any

import pytest

from cast import make_cast
from scenes import make_partnership
from scenes_years import load_years

pytestmark = pytest.mark.xdist_group("browser")


def fits(visitor: Any, width: int) -> bool:
    return visitor.page.evaluate("document.documentElement.scrollWidth") <= width if visitor.scripts else True


@pytest.mark.parametrize(("scripts", "width"), [(True, 1200), (True, 390), (False, 1200)])
def test_a_report_on_fairness_is_worked_out_read_and_run_again(visit: Any, scripts: bool, width: int) -> None:
    cast = make_cast()
    make_partnership(cast)
    anna = visit(cast.anna, scripts=scripts, width=width)
    anna.goes_to("/matching/fairness/")
    anna.sees("There is no return on record yet")
    load_years(cast.kent, "KEN", each_month=4)
    anna.goes_to("/sufficiency/")
    anna.follows("Fairness")
    anna.sees("Nothing has been worked out yet")
    anna.fills_date("since", dt.date(2026, 4, 1))
    anna.presses("Work out the report")
    anna.sees("There is a problem")
    anna.fills_date("since", dt.date(2024, 4, 1))
    anna.presses("Work out the report")
    anna.sees("Fairness, 1 April 2024 to 31 March 2026")
    anna.does_not_see("KEN0")
    anna.follows("Do outcomes differ between groups of children?")
    anna.sees("Placed within 20 miles of home")
    anna.sees("Moved within a year")
    anna.sees("A difference is not unfairness")
    assert fits(anna, width)
    anna.page.go_back()
    anna.presses("Work it out again")
    anna.sees("every figure is the same")
    anna.goes_to("/matching/fairness/")
    anna.sees("What these figures cannot say")
    assert fits(anna, width)

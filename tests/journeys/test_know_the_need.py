"""From returns on record to a picture that partners may see, in the browser, with and without scripts, wide and narrow."""

from typing import Any

import pytest

from cast import make_cast
from scenes import make_partnership
from scenes_sufficiency import load_region

pytestmark = pytest.mark.xdist_group("browser")

PARTS = (
    "At a glance", "How many children are looked after", "Where children live", "What children live in", "Stability",
    "Circumstances alike", "The market", "Children 10 to 16, complex",
)  # fmt: skip


def fits(visitor: Any, width: int) -> bool:
    return visitor.page.evaluate("document.documentElement.scrollWidth") <= width if visitor.scripts else True


@pytest.mark.parametrize(("scripts", "width"), [(True, 1200), (True, 390), (False, 1200)])
def test_a_picture_is_worked_out_read_part_by_part_shared_and_taken_back(visit: Any, scripts: bool, width: int) -> None:
    cast = make_cast()
    make_partnership(cast)
    load_region(cast)
    cast.oscar.roles = ["analyst"]
    cast.oscar.save()
    anna = visit(cast.anna, scripts=scripts, width=width)
    anna.goes_to("/sufficiency/")
    anna.sees("Nothing has been worked out yet")
    anna.presses("Work it out")
    anna.sees("Need on 31 March 2026")
    anna.sees("52 children are looked after")
    for part in PARTS:
        anna.follows(part)
        assert fits(anna, width), part
        anna.page.go_back()
    anna.presses("Work it out again")
    anna.sees("every figure is the same")
    anna.presses("Share with the partners")
    anna.sees("Shared with your partners")
    oscar = visit(cast.oscar, scripts=scripts, width=width)
    oscar.goes_to("/sufficiency/region/")
    oscar.sees("Side by side")
    oscar.sees("Kent")
    oscar.does_not_see("KEN0")
    assert fits(oscar, width)
    anna.presses("Stop sharing")
    oscar.goes_to("/sufficiency/region/")
    oscar.sees("No partner shares any figures yet")

"""Prices sent and compared, and a group of children followed, in the browser, with and without scripts, wide and narrow."""

from typing import Any

import pytest

from cast import make_cast
from scenes import make_partnership
from scenes_sufficiency import load_region

pytestmark = pytest.mark.xdist_group("browser")

HEADINGS = "child,authority,provider,placement_type,provider_type,age,need,starts_on,weekly_cost"
KINDS = ("K2,PR4", "U6,PR4", "K3,PR4")


def prices() -> bytes:
    rows = [
        f"TC{at:04d},{'886' if at % 2 else '851'},Madeup Provider {at % 7} Ltd,{KINDS[at % 3]},{10 + at % 7},N1,01/06/2025,£{3000 + 97 * at}.00"
        for at in range(120)
    ]
    return "\n".join([HEADINGS, *rows, "TC9999,886,,K2,PR4,12,N1,01/06/2025,a lot"]).encode()


def fits(visitor: Any, width: int) -> bool:
    return visitor.page.evaluate("document.documentElement.scrollWidth") <= width if visitor.scripts else True


@pytest.mark.parametrize(("scripts", "width"), [(True, 1200), (True, 390), (False, 1200)])
def test_prices_are_sent_compared_and_read(visit: Any, scripts: bool, width: int) -> None:
    cast = make_cast()
    make_partnership(cast)
    anna = visit(cast.anna, scripts=scripts, width=width)
    anna.goes_to("/sufficiency/prices/")
    anna.presses("Compare these prices")
    anna.sees("There is a problem")
    anna.page.locator("[name=costs]").set_input_files(
        [{"name": "empty.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}]
    )
    anna.presses("Compare these prices")
    anna.sees("No placement could be read")
    anna.page.locator("[name=costs]").set_input_files(
        [{"name": "COSTS.csv", "mimeType": "text/csv", "buffer": prices()}]
    )
    anna.presses("Compare these prices")
    anna.sees("The prices were compared and kept")
    for part in ("What placements cost a week", "Providers’ prices", "What was read from the files"):
        anna.follows(part)
        assert fits(anna, width), part
        anna.page.go_back()
    anna.presses("Work it out again")
    anna.sees("every figure is the same")


@pytest.mark.parametrize(("scripts", "width"), [(True, 1200), (True, 390), (False, 1200)])
def test_a_group_of_children_is_chosen_and_followed(visit: Any, scripts: bool, width: int) -> None:
    cast = make_cast()
    make_partnership(cast)
    load_region(cast)
    anna = visit(cast.anna, scripts=scripts, width=width)
    anna.goes_to("/sufficiency/cohort/")
    anna.sees("do not send these figures on")
    assert fits(anna, width)
    anna.page.locator("summary", has_text="Choose other children").click()
    anna.checks_page()
    anna.fills("Age from", "15")
    anna.fills("Age to", "10")
    anna.presses("Follow these children")
    anna.sees("Age to must be 15 or more")
    anna.fills("Age to", "17")
    anna.presses("Follow these children")
    anna.sees("Children 15 to 17, complex")
    assert "youngest=15" in anna.page.url
    assert fits(anna, width)

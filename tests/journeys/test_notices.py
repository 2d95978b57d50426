"""Notices in the browser: the checklist, recording one, what it counts from, and the download."""

import datetime as dt
import json
from typing import Any

import pytest
from django.utils import timezone

from cast import make_cast
from scenes import make_partnership
from scenes_notices import make_awarded

pytestmark = pytest.mark.xdist_group("browser")


def fits(visitor: Any, width: int) -> bool:
    return visitor.page.evaluate("document.documentElement.scrollWidth") <= width if visitor.scripts else True


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (True, 390), (False, 1280)])
def test_a_commissioner_works_through_the_notices(visit: Any, scripts: bool, width: int) -> None:
    cast = make_cast()
    make_partnership(cast)
    deadline = timezone.now().replace(microsecond=0) - dt.timedelta(days=60)
    decided = deadline + dt.timedelta(days=10)
    awarded = make_awarded(cast, deadline=deadline, decided=decided, contracted=decided.date() + dt.timedelta(days=5))
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    colin = visit(cast.colin, scripts=scripts, width=width)

    colin.goes_to("/tendering/notices/")
    colin.sees("Payments compliance notice (UK17)")
    assert fits(colin, width)
    colin.follows("See what it needs")
    colin.page.go_back()
    colin.goes_to(f"/tendering/procurements/{awarded.procurement.key}/notices/")
    colin.sees("A light touch contract is changed without one, s75(6)(b)")
    assert fits(colin, width)

    colin.follows("Contract details notice (UK7)")
    colin.sees("Light touch: within 120 days")
    assert fits(colin, width)
    colin.presses("Record it as published")
    colin.sees("There is a problem")
    colin.fills_date("published_on", yesterday)
    colin.fills("Reference", "012345-2026")
    colin.fills("Process number", "ocds-h6vhtk-04fe75")
    colin.chooses(
        "I have read the words that leave as data, titles of lots among them: nothing in them points to a child"
    )
    colin.presses("Record it as published")
    colin.sees("The notice is on record as published.")

    colin.follows("Record a payment, a change, an end")
    assert fits(colin, width)
    colin.chooses("Payment over £30,000 with VAT was made")
    colin.fills_date("on", yesterday)
    colin.presses("Record it")
    colin.sees("the notices were worked out again")
    colin.sees("Contract payment notice (UK8)")

    with colin.page.expect_download() as download:
        colin.page.get_by_role("link", name="Releases (JSON)").click()
    package = json.loads(download.value.path().read_text())
    assert package["releases"][0]["ocid"] == "ocds-h6vhtk-04fe75"
    assert package["releases"][0]["awards"][0]["suppliers"][0]["name"] == "Madeup Meadow Care Ltd"

    oscar = visit(cast.oscar, scripts=scripts, width=width)
    oscar.goes_to(f"/tendering/procurements/{awarded.procurement.key}/notices/")
    oscar.sees("012345-2026 was published")
    oscar.does_not_see("Record a payment")

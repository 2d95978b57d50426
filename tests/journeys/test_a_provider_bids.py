"""A provider finds a tender and bids for it in the browser, with and without scripts; the lead answers a question."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from cast import Cast, make_cast
from nearhome.privacy.acting import acting_for
from nearhome.tendering.models import Bid, Lot
from scenes import make_home
from scenes_bidding import open_tender

pytestmark = pytest.mark.xdist_group("browser")
DAY = dt.timedelta(days=1)
ANSWERS = (
    "Registration",
    "Care and outcomes",
    "Staffing and safeguarding",
    "Stability and step across",
    "Social value",
)


def open_now(cast: Cast) -> Lot:
    make_home(cast.meadow, "Madeup Meadow House", urn="SC910001", places=5)
    now = timezone.now()
    return open_tender(cast, at=now, deadline=(now + 30 * DAY).replace(hour=12, minute=0))


@pytest.mark.parametrize(("scripts", "width"), [(True, 1200), (True, 390), (False, 390)])
def test_from_the_opportunity_to_the_receipt(visit: Any, scripts: bool, width: int) -> None:
    cast = make_cast()
    open_now(cast)
    mona = visit(cast.mona, scripts=scripts, width=width)
    mona.goes_to("/tendering/opportunities/")
    mona.sees("Kent: places: 5 by")
    fits(mona, width)
    writes_the_profile(mona)
    mona.follows("Made-up residential block")
    fits(mona, width)
    mona.presses("Begin a bid from Madeup Meadow House for lot 1")
    mona.sees("Not submitted")
    fits(mona, width)
    mona.follows("Your organisation’s details")
    mona.chooses("These details are right today")
    mona.presses("Confirm and continue")
    mona.presses("Save and continue")
    mona.sees("There is a problem")
    mona.fills("How many places do you offer?", "5")
    mona.presses("Save and continue")
    answers_every_question(mona)
    fits(mona, width)
    prices_and_submits(mona, width)
    with acting_for(cast.meadow.pk):
        assert Bid.objects.get().submitted_at is not None


def writes_the_profile(mona: Any) -> None:
    mona.follows("Your organisation’s profile")
    mona.presses("Save the profile")
    mona.sees("There is a problem")
    for label, value in (
        ("Company number", "01234567"), ("Registered address", "1 Madeup Street"), ("Postcode", "ME14 1XX"),
        ("Who should be contacted?", "Mona Madeup"), ("Email address", "mona@meadow.example"),
        ("Telephone number", "01234 567890"), ("Designated safeguarding lead", "Mona Madeup"),
        ("Public liability insurance, amount", "10000000"), ("Employers’ liability insurance, amount", "10000000"),
        ("Professional indemnity insurance, amount", "2000000"),
    ):  # fmt: skip
        mona.fills(label, value)
    for name in ("public_liability", "employers_liability", "professional_indemnity"):
        mona.fills_date(f"{name}_ends_on", dt.date(2099, 3, 31))
    for box in mona.page.locator("input[type=radio][value=yes]").all():
        box.check()
    mona.page.locator("[name=has_exclusion_ground][value=no]").check()
    mona.presses("Save the profile")
    mona.sees("Your profile is saved")


def answers_every_question(mona: Any) -> None:
    for number, title in enumerate(ANSWERS, start=1):
        mona.sees(title)
        mona.fills("Your answer", f"Made-up answer {number}. " * 3)
        mona.presses("Save and continue")


def prices_and_submits(mona: Any, width: int) -> None:
    mona.sees("Prices are kept apart")
    mona.fills("A bed, 10 to 16, a week", "-1")
    mona.presses("Save and continue")
    mona.sees("must be more than £0.00")
    mona.fills("A bed, 10 to 16, a week", "4,400")
    mona.presses("Save and continue")
    mona.sees("£4,400.00 a week")
    fits(mona, width)
    mona.presses("Submit the bid")
    mona.sees("Your bid is submitted")
    mona.sees("Fingerprint")
    mona.follows("Back to your bid")
    mona.presses("Take it back to change it")
    mona.sees("The bid is a draft again")
    mona.presses("Check and submit")
    mona.presses("Submit the bid")
    mona.sees("Your bid is submitted")


def fits(visitor: Any, width: int) -> None:
    box = visitor.page.locator("main").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width, visitor.page.url


def test_a_question_is_answered_and_bids_stay_sealed(visit: Any) -> None:
    cast = make_cast()
    lot = open_now(cast)
    mona = visit(cast.mona)
    mona.goes_to(f"/tendering/opportunities/{lot.procurement.key}/")
    mona.presses("Ask a question")
    mona.fills("Your question", "May Meadow bid with a partner?")
    mona.presses("Send the question")
    mona.sees("Not answered yet")
    colin = visit(cast.colin)
    colin.goes_to(f"/tendering/{lot.procurement.key}/shape/")
    colin.follows("Questions and answers")
    colin.follows("Answer: May Meadow bid")
    colin.sees("Its words may tell who asked: Meadow")
    colin.page.locator("[name=answer]").fill("Yes, with one lead.")
    colin.presses("Publish the answer")
    colin.sees("There is a problem")
    colin.page.locator("[name=question]").fill("May a provider bid with a partner?")
    colin.presses("Publish the answer")
    colin.sees("The answer is published")
    harry = visit(cast.harry)
    harry.goes_to(f"/tendering/opportunities/{lot.procurement.key}/")
    harry.sees("Yes, with one lead.")
    harry.does_not_see("Meadow")
    for path in ("bids", "criteria", "timetable", "engagement", "lots/1", "lots/1/change", "extend"):
        colin.goes_to(f"/tendering/{lot.procurement.key}/{path}/")
    colin.goes_to(f"/tendering/{lot.procurement.key}/bids/")
    colin.sees("Sealed until")

"""An award in the browser: recommended, approved by another, told, announced, waited for and contracted; and one given up."""

import datetime as dt
from typing import Any

import pytest
from django.db import connections

from cast import Cast, make_cast, make_person
from nearhome.people.models import Person
from nearhome.tendering.models import Procurement
from scenes_awards import evaluated_tender
from scenes_tender import Tender, acting_at

pytestmark = pytest.mark.xdist_group("browser")


def world() -> tuple[Cast, Tender, Person]:
    cast = make_cast()
    return (
        cast,
        evaluated_tender(cast),
        make_person("Bertha Madeup-Approver", cast.kent, "approver", limit=10_000_000_000),
    )


def fits(visitor: Any, width: int) -> bool:
    return visitor.page.evaluate("document.documentElement.scrollWidth") <= width if visitor.scripts else True


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (True, 390), (False, 1280)])
def test_from_the_results_to_the_contract(visit: Any, scripts: bool, width: int) -> None:
    cast, tender, bertha = world()
    way = f"/tendering/awards/{tender.procurement.key}/"
    colin = visit(cast.colin, scripts=scripts, width=width)
    colin.goes_to(way)
    colin.presses("Recommend an award")
    colin.sees("Value over the term")
    assert fits(colin, width)
    colin.presses("Recommend this award")
    colin.sees("There is a problem")
    colin.fills("Why these?", "Best by the published rule.")
    colin.presses("Recommend this award")
    colin.sees("Another person decides about it")
    assert fits(colin, width)
    approver = visit(bertha, scripts=scripts, width=width)
    approver.goes_to(f"{way}decide/")
    assert fits(approver, width)
    approver.chooses("Yes, approve it")
    approver.presses("Record the decision")
    approver.sees("Award approved")
    colin.goes_to(way)
    colin.presses("Tell the bidders")
    colin.sees("3 bidders can now read")
    colin.goes_to(f"{way}notice/")
    colin.chooses("Yes, of 8 working days or as its rule says")
    colin.presses("Record the notice")
    colin.sees("The standstill lasts to the end of")
    mona = visit(cast.mona, scripts=scripts, width=width)
    mona.goes_to("/tendering/outcomes/")
    mona.follows("Madeup Meadow House", nth=1)
    mona.sees("You were awarded 5 places")
    mona.sees("A standstill lasts to the end of")
    assert fits(mona, width)
    colin.goes_to(f"{way}contract/")
    colin.presses("Record the contract")
    colin.sees("The standstill lasts to the end of")
    standstill_passes()
    colin.goes_to(f"{way}contract/")
    colin.presses("Record the contract")
    colin.sees("Contract made")
    assert fits(colin, width)


def standstill_passes() -> None:
    """As if approved, told and announced a month ago, so that today is after the standstill."""
    ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=30)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE tendering_award DISABLE TRIGGER guard_award_row")
        cursor.execute(
            "UPDATE tendering_award SET decided_at = %s, told_at = %s, notice_on = %s, standstill_ends_on = %s",
            [ago, ago, ago.date(), ago.date() + dt.timedelta(days=12)],
        )
        cursor.execute("ALTER TABLE tendering_award ENABLE TRIGGER guard_award_row")


def test_given_up_and_every_bidder_told_the_ground(visit: Any) -> None:
    cast, tender, _ = world()
    colin = visit(cast.colin)
    colin.goes_to(f"/tendering/awards/{tender.procurement.key}/")
    colin.follows("Abandon this procurement")
    colin.chooses("The prices were unaffordable")
    colin.fills("What are the reasons?", "Dearer than buying singly.")
    colin.presses("Abandon it")
    colin.sees("Publish the procurement termination notice (UK12)")
    mona = visit(cast.mona)
    mona.goes_to("/tendering/outcomes/")
    mona.follows("Madeup Meadow House")
    mona.sees("The prices were unaffordable")
    mona.does_not_see("Dearer than buying singly")


def test_directly_by_keyboard_and_without_scripts(visit: Any) -> None:
    cast, _, _ = world()
    now = dt.datetime.now(dt.UTC)
    with acting_at(cast.colin, now):
        case = Procurement.objects.create(
            ref="T-DIRECT-1", lead=cast.kent, name="Made-up urgent beds", kind="childrens_home", buys="block",
            instrument="block_contract", made_at=now, made_by="Colin",
        )  # fmt: skip
    colin = visit(cast.colin, scripts=False)
    colin.goes_to(f"/tendering/awards/{case.key}/direct/")
    colin.presses("Recommend the direct award")
    colin.sees("There is a problem")
    for label, value in (
        ("Number of the establishment", "SC910001"), ("Places", "2"), ("Price a week", "4557"), ("How many months", "6"),
        ("Value over the whole term", "240000"), ("Why is there no competition?", "A home closed overnight."),
        ("Which lawyer agreed", "Lena Madeup-Lawyer"),
    ):  # fmt: skip
        colin.fills(label, value)
    colin.fills_date("starts_on", dt.date(2027, 1, 4))
    colin.chooses("Extreme and unavoidable urgency")
    colin.presses("Recommend the direct award")
    colin.sees("two hundred and forty thousand pounds")

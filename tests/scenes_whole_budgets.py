"""Budgets and what a block is held against, for the world with something in every stage; marked where it is private."""

import datetime as dt
from decimal import Decimal

from cast import Cast
from nearhome.privacy.acting import acting
from nearhome.procurement.models import BlockContract
from nearhome.settlement.actions.budgeting import HeldAgainst, add_service_line, set_benchmark, set_budget
from nearhome.settlement.actions.expecting import expect_placements
from nearhome.settlement.queries.service_lines import Mapped, NewBudget, NewExpected, Part, year_of


def make_budgets(cast: Cast, now: dt.datetime) -> None:
    """Kent has a line with a budget and holds its block against spot; Portsmouth has a line and a figure of its own."""
    year = year_of(now.date())
    since = dt.date(year, 4, 1)
    for person, mark in ((cast.fiona, "ZZ"), (cast.felix, "PP")):
        with acting(person):
            line = add_service_line(name=f"{mark}LINE", mapped=Mapped(since), by=person, now=now)
            parts = (Part("block", Decimal(52), 600_000), Part("spot", Decimal("26.07"), 700_000))
            wanted = NewBudget(parts, "days", f"{mark}BUDGETREASON")
            set_budget(line=line, year=year, budget=wanted, version=0, by=person, now=now)
            lasting = since, dt.date(year + 1, 4, 1)
            expected = NewExpected("spot", 2, *lasting, 650_000, f"{mark}EXPECTED")
            expect_placements(line=line, expected=expected, by=person, now=now)
            contract = BlockContract.objects.get(name="ZZBLOCK")
            held = HeldAgainst(since, 700_000, f"{mark}SPOTFROM")
            set_benchmark(contract=contract, held=held, by=person, now=now)

"""Budgets that pay, ledger codes, amounts besides a price and a path, for the world with something in every stage."""

import datetime as dt

from cast import Cast
from nearhome.people.models import Person
from nearhome.placements.actions.living import WeeklyPrice
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.settlement.actions.amounts import record_amount
from nearhome.settlement.actions.paths import NewStage, agree_stage
from nearhome.settlement.actions.splitting import set_ledger_code, split_funding
from nearhome.settlement.queries.stay_money import paid_stay


def make_elements(cast: Cast, portsmouth: Person, placed: Booking, now: dt.datetime) -> None:
    """Kent and Portsmouth each say it all about a child of their own; Kent agrees what comes after the placement."""
    with acting(portsmouth):
        theirs = Booking.objects.get(child_ref="PPBLOCKREF")
    for person, booking, mark in ((cast.fiona, placed, "ZZ"), (portsmouth, theirs, "PP")):
        day = booking.arrived_on or now.date()
        with acting(person):
            split_funding(
                stay=paid_stay(person, booking.key), element="therapy", starts_on=day,
                shares={"social care": 7_000, "health": 3_000}, why=f"{mark}SPLITWHY", by=person, now=now,
            )  # fmt: skip
            record_amount(
                booking=booking, name=f"{mark}AMOUNT", on=day, pence=12_300, why=f"{mark}AMOUNTWHY", by=person, now=now
            )
            set_ledger_code(
                element="", funder="social care", code=f"{mark}LEDGER", starts_on=now.date().replace(day=1), by=person,
                now=now,
            )  # fmt: skip
    with acting(cast.april):
        child, today = placed.child, now.date()
        stage = NewStage(
            "foster", placed.provider, today + dt.timedelta(days=60), WeeklyPrice(90_000, therapy_pence=500)
        )
        agree_stage(child=child, stage=stage, why="ZZPATHWHY", by=cast.april, now=now)

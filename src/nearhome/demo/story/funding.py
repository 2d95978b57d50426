"""A child's price has parts that education and health help to pay, and its next stage is agreed before it begins."""

import datetime as dt

from django.utils import timezone

from nearhome.demo.story.players import KENT, Players
from nearhome.market.models import Registration
from nearhome.people.models import Person
from nearhome.placements.actions.living import WeeklyPrice, change_price
from nearhome.placements.models import Booking, BookingPrice
from nearhome.privacy.acting import acting
from nearhome.settlement.actions.amounts import record_amount
from nearhome.settlement.actions.paths import NewStage, agree_stage
from nearhome.settlement.actions.splitting import set_ledger_code, split_funding
from nearhome.settlement.queries.service_lines import year_of
from nearhome.settlement.queries.stay_money import paid_stay

CODES = (("social care", "M4100-310"), ("education", "M5200-120"), ("health", "M9000-705"), ("grant", "M4190-UAS"))
EDUCATION_PENCE, THERAPY_PENCE, SETTING_UP_PENCE = 31_500, 22_400, 25_000
FOSTER_PENCE, DAYS_TO_STEP_ACROSS = 112_000, 75
WHY = "Made up: agreed at the joint funding panel."


def fund_and_step_across(players: Players) -> None:
    """Kent's finance officer says who pays what of one child's placement; its commissioner agrees the way to a foster home."""
    booking = _placed_singly(players.person(KENT, "fiona"))
    _more_than_a_bed(players, booking)
    fiona = players.person(KENT, "fiona")
    with acting(fiona):
        april = dt.date(year_of(players.today), 4, 1)
        for funder, code in CODES:
            set_ledger_code(element="", funder=funder, code=code, starts_on=april, by=fiona, now=players.morning(58))
        stay, since = paid_stay(fiona, booking.key), booking.arrived_on or booking.starts_on
        for element, shares in (
            ("education", {"education": 10_000}), ("therapy", {"social care": 7_000, "health": 3_000}),
        ):  # fmt: skip
            split_funding(
                stay=stay, element=element, starts_on=since, shares=shares, why=WHY, by=fiona, now=players.morning(50)
            )
        record_amount(
            booking=booking, name="Setting up a bedroom", on=since, pence=SETTING_UP_PENCE,
            why="Made up: a desk and a bed of the child’s choice.", by=fiona, now=players.morning(50),
        )  # fmt: skip
    _step_across(players, booking)


def _placed_singly(person: Person) -> Booking:
    with acting(person):
        rows = Booking.objects.filter(
            authority=person.organisation, referral__isnull=False, arrived_on__isnull=False, departed_on__isnull=True,
            cancelled_at__isnull=True,
        ).exclude(route="block")  # fmt: skip
        return rows.select_related("child", "home").order_by("arrived_on", "pk")[0]


def _more_than_a_bed(players: Players, booking: Booking) -> None:
    """School and therapy besides the bed, from the day the child moved in."""
    april = players.person(KENT, "april")
    with acting(april):
        before = BookingPrice.objects.filter(booking=booking).order_by("starts_on")[0]
        price = WeeklyPrice(
            before.core_pence, before.additional_support_pence, education_pence=EDUCATION_PENCE,
            therapy_pence=THERAPY_PENCE,
        )  # fmt: skip
        since = before.starts_on + dt.timedelta(days=7)
        change_price(booking=booking, starts_on=since, price=price, by=april, now=players.morning(50))


def _step_across(players: Players, booking: Booking) -> None:
    """The clock of the database decides whether a stage is still to come, whatever day the story is told on."""
    colin = players.person(KENT, "colin")
    planned_on = max(players.today, timezone.localdate()) + dt.timedelta(days=DAYS_TO_STEP_ACROSS)
    with acting(colin):
        agency = Registration.objects.filter(kind="fostering_agency", closed_on__isnull=True).order_by("pk")[0]
        stage = NewStage("foster", agency.provider, planned_on, WeeklyPrice(FOSTER_PENCE))
        why = "Made up: the child wants a family, and the team agrees that spring is the time."
        agree_stage(child=booking.child, stage=stage, why=why, by=colin, now=players.morning(5))

"""A child of Portsmouth in a spot placement whose price has elements, and one of Kent with an own budget split."""

import datetime as dt
from typing import Any

from nearhome.people.models import Person
from nearhome.placements.models import Booking, BookingPrice
from nearhome.privacy.acting import acting, acting_for
from nearhome.settlement.actions.amounts import record_amount
from nearhome.settlement.actions.splitting import set_ledger_code, split_funding
from nearhome.settlement.models import BookingAmount, BudgetEntry, FundingSplit, LedgerCode
from nearhome.settlement.queries.stay_money import paid_stay
from scenes import make_home
from scenes_settlement import IN_OCTOBER, SEPTEMBER, BlockScene, first_place, live_in

ARRIVED = dt.date(2026, 9, 10)
PRICE = {
    "core_pence": 400_000, "additional_support_pence": 55_700, "education_pence": 30_001, "therapy_pence": 17_503,
    "transport_pence": 9_999, "other_pence": 101,
}  # fmt: skip


def placed(scene: BlockScene, ref: str = "P-77", departed_on: dt.date | None = None) -> Booking:
    """A child of Portsmouth in a spot placement at a price with every element."""
    home = make_home(scene.cast.harbour, f"Madeup Harbour House {ref}", urn=f"SC9001{ref[-2:]}")
    booking = live_in(first_place(home), scene.cast.portsmouth, ref, ARRIVED, departed_on)
    with acting_for(booking.authority_id):
        BookingPrice.objects.create(
            booking=booking, authority_id=booking.authority_id, provider_id=booking.provider_id, starts_on=ARRIVED,
            **PRICE,
        )  # fmt: skip
    return booking


def split(
    booking: Booking, by: Person, element: str, starts_on: dt.date, key: Any = None, **percents: int
) -> FundingSplit:
    """Percent of each budget, `social_care` among them."""
    shares = {name.replace("_", " "): percent * 100 for name, percent in percents.items()}
    with acting(by):
        return split_funding(
            stay=paid_stay(by, key or booking.key), element=element, starts_on=starts_on, shares=shares,
            why="ZZSPLITWHY: as the joint panel agreed.", by=by, now=IN_OCTOBER,
        )  # fmt: skip


def amount(booking: Booking, by: Person, name: str, on: dt.date, pence: int) -> BookingAmount:
    """An amount on one day, below nought a credit."""
    with acting(by):
        return record_amount(
            booking=booking, name=name, on=on, pence=pence, why="ZZAMOUNTWHY: as agreed.", by=by, now=IN_OCTOBER
        )


def code(by: Person, element: str, funder: str, text: str, starts_on: dt.date = SEPTEMBER) -> LedgerCode:
    """A ledger code of the person's authority."""
    with acting(by):
        return set_ledger_code(element=element, funder=funder, code=text, starts_on=starts_on, by=by, now=IN_OCTOBER)


def borne(by: Person, **wanted: Any) -> dict[tuple[str, str], int]:
    """What each budget bore of each element, over all entries that are wanted."""
    found: dict[tuple[str, str], int] = {}
    with acting(by):
        for row in BudgetEntry.objects.filter(**wanted):
            key = row.element, row.funder
            found[key] = found.get(key, 0) + row.pence
    return {key: pence for key, pence in found.items() if pence}

"""What the made-up blocks agreed: ten years, breaks, beds as they open, fee, first calls, and a request for more beds."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting
from nearhome.procurement.actions.block_adjusting import WantedChange, ask_for_block_adjustment
from nearhome.procurement.actions.block_terms import (
    WantedFee,
    WantedTerms,
    nominate_block_beds,
    set_block_benchmark,
    set_block_fee,
    set_block_ramp,
    set_block_terms,
)
from nearhome.procurement.models import BlockContract
from nearhome.procurement.queries.block_records import fees_of, latest_terms
from nearhome.procurement.queries.block_terms import contracted_on

YEARS = 10
BREAK_YEARS = (5, 7)
SPOT = (491_300, "Made-up average of such placements bought by themselves")
REFERENCE = "MADE-UP-BLOCK-1"
# Long enough for the provider and an approver to answer.
DAYS_TO_ANSWER = 21


def agree(
    name: str,
    by: Person,
    by_month: Sequence[tuple[int, int]],
    first_calls: dict[Organisation, int],
    now: dt.datetime,
    *,
    reference: str = REFERENCE,
    spot: tuple[int, str] = SPOT,
) -> None:
    """The terms of a block, as its commissioner records them. `spot`: pence a week bought singly, and where that is from."""
    with acting(by):
        contract = BlockContract.objects.get(host=by.organisation, name=name)
        first = contract.starts_on
        done: dict[str, Any] = {"contract": contract, "by": by, "now": now}
        set_block_terms(wanted=_terms(first, reference), **done)
        set_block_ramp(by_month=by_month, reason="As first contracted", **done)
        fee = WantedFee(fees_of(contract)[0].fixed_pence)
        set_block_fee(starts_on=first, fee=fee, reason="As first contracted", **done)
        nominate_block_beds(starts_on=first, places=first_calls, **done)
        set_block_benchmark(starts_on=first, weekly_pence=spot[0], source=spot[1], **done)


def _terms(first: dt.date, reference: str) -> WantedTerms:
    before = first.replace(year=first.year + YEARS)
    aprils = (dt.date(first.year + year, 4, 1) for year in range(1, YEARS + 1))
    return WantedTerms(
        "PA23", reference, indexation="capped_cpi", indexation_bp=300, notice_days=182, first_refusal_days=5,
        extension_months=(12, 12), break_dates=tuple(first.replace(year=first.year + years) for years in BREAK_YEARS),
        adjustment_dates=tuple(day for day in aprils if day < before), ends_before=before,
    )  # fmt: skip


def ask_for_a_bed(name: str, by: Person, now: dt.datetime) -> None:
    """One more bed at the next time the contract sets: the provider is asked, nobody has answered yet."""
    with acting(by):
        contract = BlockContract.objects.get(host=by.organisation, name=name)
        terms, soon = latest_terms(contract), now.date() + dt.timedelta(days=DAYS_TO_ANSWER)
        day = next((day for day in terms.adjustment_dates if day > soon), None) if terms else None
        if day is None:
            return
        evidence = "Children of 10 to 16 were turned away for want of a bed in five of the last twelve weeks."
        change = WantedChange(
            day, contracted_on(contract, day) + 1, "occupancy", evidence, occupancy_bp=9_700, weeks=12
        )
        ask_for_block_adjustment(contract=contract, wanted=change, by=by, now=now)

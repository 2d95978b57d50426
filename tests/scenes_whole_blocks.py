"""Kent's block of the whole scene with everything a block can hold, marked where it is private."""

import datetime as dt

from cast import Cast
from nearhome.privacy.acting import acting
from nearhome.procurement.actions.block_adjusting import (
    WantedChange,
    answer_block_adjustment,
    ask_for_block_adjustment,
    decide_block_adjustment,
)
from nearhome.procurement.actions.block_ending import WantedEnd, decide_block_ending, propose_block_ending
from nearhome.procurement.actions.block_places import mark_block_place_ready, release_block_place
from nearhome.procurement.actions.block_terms import (
    WantedFee,
    WantedTerms,
    nominate_block_beds,
    set_block_benchmark,
    set_block_fee,
    set_block_ramp,
    set_block_terms,
)
from nearhome.procurement.actions.blocks import add_block_place
from nearhome.procurement.models import BlockContract, BlockPlace
from scenes import make_home


def fill_block(cast: Cast, now: dt.datetime, price_pence: int) -> None:
    """Terms, beds, fee, first calls, a benchmark, a place made ready, one released, a change agreed, an end refused."""
    home = make_home(cast.meadow, "Madeup Second Block House", urn="SC900006", places=1, price_pence=price_pence + 2)
    today = now.date()
    done = {"by": cast.colin, "now": now}
    with acting(cast.colin):
        contract = BlockContract.objects.get(name="ZZBLOCK")
        first = contract.starts_on
        wanted = WantedTerms("PA23", "ZZTERMSREF", ends_before=first.replace(year=first.year + 10))
        set_block_terms(contract=contract, wanted=wanted, **done)
        set_block_ramp(contract=contract, by_month=((0, 4), (48, 6)), reason="ZZRAMPWORD", **done)
        set_block_fee(contract=contract, starts_on=first, fee=WantedFee(price_pence), **done)
        nominate_block_beds(contract=contract, starts_on=first, places={cast.kent: 3}, **done)
        set_block_benchmark(contract=contract, starts_on=first, weekly_pence=848_484, source="ZZSPOTSOURCE", **done)
        place = home.places.get()
        added = add_block_place(contract=contract, place=place, available_from=None, nominated=cast.kent, **done)
        mark_block_place_ready(block_place=added, registered_on=today, accepts_from=today, **done)
        release_block_place(block_place=added, starts_on=today, reason="ZZRELEASEWORD", **done)
        change = WantedChange(today + dt.timedelta(days=90), 5, "need", "ZZEVIDENCEWORD")
        row = ask_for_block_adjustment(contract=contract, wanted=change, **done)
    with acting(cast.mona):
        answer_block_adjustment(adjustment=row, agrees=True, reason="ZZPROVIDERANSWER", by=cast.mona, now=now)
    with acting(cast.april):
        decide_block_adjustment(adjustment=row, agrees=True, reason="ZZHOSTANSWER", by=cast.april, now=now)
    with acting(cast.colin):
        plans = dict.fromkeys(BlockPlace.objects.filter(contract=contract), "ZZPLANWORD")
        end = WantedEnd("agreed", "ZZENDREASON", today, today + dt.timedelta(days=400), plans)
        ending = propose_block_ending(contract=contract, wanted=end, **done)
    with acting(cast.april):
        decide_block_ending(ending=ending, agrees=False, reason="ZZENDREFUSED", by=cast.april, now=now)

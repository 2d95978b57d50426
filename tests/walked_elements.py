"""Pages of elements, budgets that pay, costs and paths: who opens them, whose they are, which private words they show."""

from nearhome.needs.models import Child
from nearhome.placements.models import Booking
from nearhome.settlement.models import BookingAmount, BookingFunder, Month, PathStage
from scenes_whole import Whole
from walked import KENT, PORTSMOUTH, READERS, Objects, everybodys, keyed

COST_READERS = READERS | {"finance_officer"}
ELEMENT_ROLES = {
    **dict.fromkeys(("settlement:stay_money", "settlement:child_cost", "settlement:price_path"), COST_READERS),
    **{f"settlement:{name}": {"approver", "commissioner"} for name in ("agree_stage", "stage_price")},
    "settlement:tie_stage": READERS,
}
OWN = KENT | {"Kent finance_officer"}
ELEMENT_WORDS = {
    **dict.fromkeys(("ZZSPLITWHY", "ZZAMOUNTWHY", "ZZPATHWHY"), OWN),
    **dict.fromkeys(("PPSPLITWHY", "PPAMOUNTWHY", "PPLEDGER"), PORTSMOUTH),
    "ZZLEDGER": {"Kent finance_officer"},
}


def element_pages(whole: Whole) -> Objects:
    """A stay is its own authority's, or who pays for it; costs, paths and entries are each authority's own."""
    own = keyed(everybodys(Booking, lambda row: {row.authority_id}, whole))
    asked = everybodys(BookingFunder, lambda row: {row.funder_id} if row.accepted_at else set(), whole)
    stays = [*own, *keyed(asked)]
    children = keyed(everybodys(Child, lambda row: {row.authority_id}, whole))
    stages = everybodys(PathStage, lambda row: {row.authority_id}, whole)
    payers = {whole.cast.kent.pk, whole.cast.portsmouth.pk}
    ties = [({"key": row.key, "booking": whole.booking.key}, owners) for row, owners in stages]
    return {
        **dict.fromkeys(("settlement:stay_money", "settlement:split_funding"), stays),
        "settlement:record_amount": own,
        "settlement:withdraw_amount": keyed(everybodys(BookingAmount, lambda row: {row.authority_id}, whole)),
        **dict.fromkeys(("settlement:child_cost", "settlement:price_path", "settlement:agree_stage"), children),
        "settlement:stage_price": keyed(stages),
        "settlement:tie_stage": ties,
        "settlement:month_shares": keyed(everybodys(Month, lambda _: payers, whole)),
    }

"""Pages of settlement rules, lead costs and stays: who opens them, whose they are, which private words they may show."""

from nearhome.placements.models import Booking
from nearhome.procurement.models import BlockContract
from nearhome.settlement.models import BookingFunder, ContractRules, LeadCost, StayAbsence
from scenes_whole import Whole
from walked import PORTSMOUTH, Objects, everybodys, keyed

RULES = (
    "rules", "contract_rules", "propose_rules", "agree_rules", "accept_rules", "turn_down_rules", "lead_costs", "propose_lead_cost",
    "agree_lead_cost", "turn_down_lead_cost",
)  # fmt: skip
STAYS = ("stays", "stay", "ask_funder", "absence", "withdraw_absence", "accept_funder")
RULES_ROLES: dict[str, set[str]] = {
    **{f"settlement:{name}": {"finance_officer", "commissioner"} for name in RULES},
    **{f"settlement:{name}": {"finance_officer", "placement_officer"} for name in STAYS},
}
RULES_WORDS = {
    **dict.fromkeys(("ZZRULESWHY", "ZZLEADWHY"), PORTSMOUTH | {"Kent commissioner", "Kent finance_officer"}),
    "PPFUNDERWHY": PORTSMOUTH | {"Kent finance_officer"},
}


def rules_pages(whole: Whole) -> Objects:
    """Rules are read by every party and changed by the host; stays are their own authority's."""
    kent, parties = {whole.cast.kent.pk}, {whole.cast.kent.pk, whole.cast.portsmouth.pk}
    blocks = keyed(everybodys(BlockContract, lambda _: parties, whole))
    proposals = keyed(everybodys(ContractRules, lambda _: parties, whole))
    costs = keyed(everybodys(LeadCost, lambda _: parties, whole))
    absences = keyed(everybodys(StayAbsence, lambda row: {row.authority_id}, whole))
    stays = keyed(everybodys(Booking, lambda row: {row.authority_id}, whole))
    return {
        "settlement:contract_rules": blocks,
        "settlement:propose_rules": [(key, kent) for key, _ in blocks],
        **dict.fromkeys(("settlement:agree_rules", "settlement:accept_rules", "settlement:turn_down_rules"), proposals),
        "settlement:propose_lead_cost": [({"key": whole.partnership.key}, parties)],
        **dict.fromkeys(("settlement:agree_lead_cost", "settlement:turn_down_lead_cost"), costs),
        **dict.fromkeys(("settlement:stay", "settlement:ask_funder"), stays),
        **dict.fromkeys(("settlement:absence", "settlement:withdraw_absence"), absences),
        "settlement:accept_funder": keyed(everybodys(BookingFunder, lambda row: {row.funder_id}, whole)),
    }

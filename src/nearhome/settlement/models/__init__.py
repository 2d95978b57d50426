from nearhome.settlement.models.months import Charge, Month, NetPosition, Posting, Problem, Statement, Transfer
from nearhome.settlement.models.rules import (
    BookingFunder,
    ContractRules,
    ContractRulesShare,
    LeadCost,
    LeadCostShare,
    StayAbsence,
)

__all__ = [
    "BookingFunder",
    "Charge",
    "ContractRules",
    "ContractRulesShare",
    "LeadCost",
    "LeadCostShare",
    "Month",
    "NetPosition",
    "Posting",
    "Problem",
    "Statement",
    "StayAbsence",
    "Transfer",
]

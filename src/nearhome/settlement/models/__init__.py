from nearhome.settlement.models.closing import HostClose, MonthMove
from nearhome.settlement.models.months import Charge, Month, NetPosition, Posting, Problem, Statement, Transfer

__all__ = [
    "Charge",
    "HostClose",
    "Month",
    "MonthMove",
    "NetPosition",
    "Posting",
    "Problem",
    "Statement",
    "Transfer",
]

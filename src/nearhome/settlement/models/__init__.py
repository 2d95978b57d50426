from nearhome.settlement.models.disputes import DisputeCredit, DisputeStep, HeldLine, LineDispute
from nearhome.settlement.models.months import Charge, Month, NetPosition, Posting, Problem, Statement, Transfer

__all__ = [
    "Charge", "DisputeCredit", "DisputeStep", "HeldLine", "LineDispute", "Month", "NetPosition", "Posting", "Problem",
    "Statement", "Transfer",
]  # fmt: skip

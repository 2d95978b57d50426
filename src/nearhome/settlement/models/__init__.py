from nearhome.settlement.models.disputes import DisputeCredit, DisputeStep, HeldLine, LineDispute
from nearhome.settlement.models.months import Charge, Month, NetPosition, Posting, Problem, Statement, Transfer

__all__ = [
    "Charge", "DisputeCredit", "DisputeStep", "HeldLine", "LineDispute", "Month", "NetPosition", "Posting", "Problem",
    "Statement", "Transfer",
]  # fmt: skip
from nearhome.settlement.models.budgets import (
    Budget,
    BudgetPart,
    ExpectedPlacements,
    LineRule,
    ServiceLine,
    SpotBenchmark,
)
from nearhome.settlement.models.months import Charge, Month, NetPosition, Posting, Problem, Statement, Transfer

__all__ = [
    "Budget",
    "BudgetPart",
    "Charge",
    "ExpectedPlacements",
    "LineRule",
    "Month",
    "NetPosition",
    "Posting",
    "Problem",
    "ServiceLine",
    "SpotBenchmark",
    "Statement",
    "Transfer",
]

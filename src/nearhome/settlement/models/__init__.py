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

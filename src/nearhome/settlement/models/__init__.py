from nearhome.settlement.models.budgets import Budget, BudgetPart, LineRule, ServiceLine, SpotBenchmark
from nearhome.settlement.models.months import Charge, Month, NetPosition, Posting, Problem, Statement, Transfer

__all__ = [
    "Budget",
    "BudgetPart",
    "Charge",
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

from nearhome.settlement.models.budgets import (
    Budget,
    BudgetPart,
    ExpectedPlacements,
    LineRule,
    ServiceLine,
    SpotBenchmark,
)
from nearhome.settlement.models.disputes import DisputeCredit, DisputeStep, HeldLine, LineDispute
from nearhome.settlement.models.invoice_tokens import InvoiceToken
from nearhome.settlement.models.invoices import Invoice, InvoiceLine, InvoiceTolerance, LineHold, LineMatch, PaidNights
from nearhome.settlement.models.months import Charge, Month, NetPosition, Posting, Problem, Statement, Transfer
from nearhome.settlement.models.payment_runs import BankAccount, PaymentRun, RunLine

__all__ = [
    "BankAccount",
    "Budget",
    "BudgetPart",
    "Charge",
    "DisputeCredit",
    "DisputeStep",
    "ExpectedPlacements",
    "HeldLine",
    "Invoice",
    "InvoiceLine",
    "InvoiceToken",
    "InvoiceTolerance",
    "LineDispute",
    "LineHold",
    "LineMatch",
    "LineRule",
    "Month",
    "NetPosition",
    "PaidNights",
    "PaymentRun",
    "Posting",
    "Problem",
    "RunLine",
    "ServiceLine",
    "SpotBenchmark",
    "Statement",
    "Transfer",
]

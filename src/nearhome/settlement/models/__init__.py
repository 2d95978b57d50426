from nearhome.settlement.models.budgets import (
    Budget,
    BudgetPart,
    ExpectedPlacements,
    LineRule,
    ServiceLine,
    SpotBenchmark,
)
from nearhome.settlement.models.closing import HostClose, MonthMove
from nearhome.settlement.models.disputes import DisputeCredit, DisputeStep, HeldLine, LineDispute
from nearhome.settlement.models.invoice_tokens import InvoiceToken
from nearhome.settlement.models.invoices import Invoice, InvoiceLine, InvoiceTolerance, LineHold, LineMatch, PaidNights
from nearhome.settlement.models.months import Charge, Month, NetPosition, Posting, Problem, Statement, Transfer
from nearhome.settlement.models.payment_runs import BankAccount, PaymentRun, RunLine
from nearhome.settlement.models.rules import (
    BookingFunder,
    ContractRules,
    ContractRulesShare,
    LeadCost,
    LeadCostShare,
    StayAbsence,
)

__all__ = [
    "BankAccount",
    "BookingFunder",
    "Budget",
    "BudgetPart",
    "Charge",
    "ContractRules",
    "ContractRulesShare",
    "DisputeCredit",
    "DisputeStep",
    "ExpectedPlacements",
    "HeldLine",
    "HostClose",
    "Invoice",
    "InvoiceLine",
    "InvoiceToken",
    "InvoiceTolerance",
    "LeadCost",
    "LeadCostShare",
    "LineDispute",
    "LineHold",
    "LineMatch",
    "LineRule",
    "Month",
    "MonthMove",
    "NetPosition",
    "PaidNights",
    "PaymentRun",
    "Posting",
    "Problem",
    "RunLine",
    "ServiceLine",
    "SpotBenchmark",
    "Statement",
    "StayAbsence",
    "Transfer",
]

from nearhome.settlement.models.away import AwayTerms
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
from nearhome.settlement.models.funding import (
    BookingAmount,
    BudgetEntry,
    FundingShare,
    FundingSplit,
    LedgerCode,
)
from nearhome.settlement.models.invoice_tokens import InvoiceToken
from nearhome.settlement.models.invoices import Invoice, InvoiceLine, InvoiceTolerance, LineHold, LineMatch, PaidNights
from nearhome.settlement.models.months import Charge, Month, NetPosition, Posting, Problem, Statement, Transfer
from nearhome.settlement.models.paths import PathStage, PricePath, StagePrice
from nearhome.settlement.models.payment_runs import BankAccount, PaymentRun, RunLine
from nearhome.settlement.models.rules import (
    BookingFunder,
    ContractRules,
    ContractRulesShare,
    LeadCost,
    LeadCostShare,
    RulesConsent,
    StayAbsence,
)

__all__ = [
    "AwayTerms",
    "BankAccount",
    "BookingAmount",
    "BookingFunder",
    "Budget",
    "BudgetEntry",
    "BudgetPart",
    "Charge",
    "ContractRules",
    "ContractRulesShare",
    "DisputeCredit",
    "DisputeStep",
    "ExpectedPlacements",
    "FundingShare",
    "FundingSplit",
    "HeldLine",
    "HostClose",
    "Invoice",
    "InvoiceLine",
    "InvoiceToken",
    "InvoiceTolerance",
    "LeadCost",
    "LeadCostShare",
    "LedgerCode",
    "LineDispute",
    "LineHold",
    "LineMatch",
    "LineRule",
    "Month",
    "MonthMove",
    "NetPosition",
    "PaidNights",
    "PathStage",
    "PaymentRun",
    "Posting",
    "PricePath",
    "Problem",
    "RulesConsent",
    "RunLine",
    "ServiceLine",
    "SpotBenchmark",
    "StagePrice",
    "Statement",
    "StayAbsence",
    "Transfer",
]

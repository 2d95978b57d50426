from nearhome.settlement.models.invoice_tokens import InvoiceToken
from nearhome.settlement.models.invoices import Invoice, InvoiceLine, InvoiceTolerance, LineHold, LineMatch, PaidNights
from nearhome.settlement.models.months import Charge, Month, NetPosition, Posting, Problem, Statement, Transfer
from nearhome.settlement.models.payment_runs import BankAccount, PaymentRun, RunLine

__all__ = [
    "BankAccount", "Charge", "Invoice", "InvoiceLine", "InvoiceToken", "InvoiceTolerance", "LineHold", "LineMatch", "Month",
    "NetPosition", "PaidNights", "PaymentRun", "Posting", "Problem", "RunLine", "Statement", "Transfer",
]  # fmt: skip

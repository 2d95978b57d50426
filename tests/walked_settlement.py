"""Pages of disputed lines, invoices and payment runs: who opens them, whose they are, which private words they may show."""

from nearhome.settlement.models import (
    BankAccount,
    Charge,
    Invoice,
    InvoiceToken,
    LineDispute,
    LineHold,
    Month,
    PaymentRun,
    Statement,
)
from scenes_whole import Whole
from walked import MEADOW, PORTSMOUTH, PROVIDERS, Objects, everybodys, keyed

MONTH_READERS = {"finance_officer", "approver"}
SETTLEMENT_ROLES = {
    "settlement:remittance_pdf": PROVIDERS,
    **dict.fromkeys(
        ("settlement:new_invoice", "settlement:type_invoice", "settlement:invoice_tokens", "settlement:end_token"),
        PROVIDERS,
    ),
    **dict.fromkeys(
        ("settlement:invoices", "settlement:invoice", "settlement:account"), PROVIDERS | {"finance_officer"}
    ),
    **dict.fromkeys(
        tuple(
            f"settlement:{name}"
            for name in ("months", "month", "statement", "statement_pdf", "pair", "pair_pdf", "approve")
        ),
        MONTH_READERS,
    ),
}
SETTLEMENT_WORDS = {
    **dict.fromkeys(("PPFIRSTDISPUTE", "ZZUPHELD", "PPDISPUTE", "ZZEXPLAINED"), PORTSMOUTH | {"Kent finance_officer"}),
    **dict.fromkeys(("ZZINVOICE", "PPINVOICE", "ZZHELDINVOICE", "ZZHOLDREASON"), MEADOW | {"Kent finance_officer"}),
    "ZZACCOUNT": {"Kent finance_officer"},
    "ZZTOKEN": MEADOW,
    "ZZRETURNED": {"Kent finance_officer", "Kent approver"} | PORTSMOUTH,
}


def dispute_pages(whole: Whole) -> Objects:
    """A line is disputed by who pays it; a dispute is read by both sides and the finance lead, a pair's account too."""
    lead = {whole.cast.kent.pk}
    lines = everybodys(Charge, lambda row: {row.payer_id}, whole)
    between = [(row, owners) for row, owners in lines if row.payer_id != row.host_id and row.kind != "credit"]
    disputes = keyed(everybodys(LineDispute, lambda row: {row.payer_id, row.host_id} | lead, whole))
    statements = everybodys(Statement, lambda row: {row.organisation_id} | lead, whole)
    pairs = [
        ({"key": row.key, "other": other.key}, owners)
        for row, owners in statements
        for other in (whole.cast.kent, whole.cast.portsmouth)
        if row.organisation_id != other.pk
    ]
    names = {f"settlement:{name}": disputes for name in ("disputed_line", "answer_dispute", "reply_to_answer")}
    names |= {"settlement:dispute_line": keyed(between), "settlement:pair": pairs, "settlement:pair_pdf": pairs}
    paid = keyed(everybodys(Month, lambda _: {whole.cast.meadow.pk}, whole))
    return names | {"settlement:remittance_pdf": paid}


def invoice_pages(whole: Whole) -> Objects:
    """An invoice is its provider's and its payer's; what is decided about it, a run and an account are the payer's."""
    both = everybodys(Invoice, lambda row: {row.authority_id, row.provider_id}, whole)
    names = {
        f"settlement:{name}": keyed(both) for name in ("invoice", "approve_invoice", "match_invoice", "return_invoice")
    }
    names["settlement:hold_line"] = [({"key": row.key, "number": 1}, owners) for row, owners in both]
    names["settlement:release_hold"] = keyed(
        everybodys(LineHold, lambda row: {row.authority_id, row.provider_id}, whole)
    )
    runs = keyed(everybodys(PaymentRun, lambda row: {row.authority_id}, whole))
    names |= {f"settlement:{name}": runs for name in ("run", "send_run", "cancel_run")}
    names["settlement:run_file"] = [({**key, "kind": kind}, owners) for key, owners in runs for kind in ("csv", "bacs")]
    names["settlement:end_token"] = keyed(everybodys(InvoiceToken, lambda row: {row.provider_id}, whole))
    names["settlement:confirm_account"] = keyed(everybodys(BankAccount, lambda row: {row.authority_id}, whole))
    return names

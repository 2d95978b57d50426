"""A payment run as a plain CSV file for an authority's own payment system: a row for each line that is paid."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from nearhome.design.tables import disarmed

HEADINGS = (
    "Payment", "Pay on", "Provider", "Account name", "Sort code", "Account number", "Invoice", "Line", "Child or bed",
    "First night", "Last night", "Amount",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One line of a run. Dates are the first and the last night."""

    payment: str
    pay_on: date
    provider: str
    account: tuple[str, str, str]
    invoice: str
    line: int
    about: str
    first_night: date
    last_night: date
    pence: int


def payment_list(lines: Iterable[PaidLine]) -> str:
    """The rows under their headings, amounts as 1234.56; text cannot run as a formula. The same lines make the same text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for one in lines:
        words = (one.payment, one.pay_on.isoformat(), one.provider, *one.account, one.invoice, str(one.line), one.about)
        amount = f"{Decimal(one.pence).scaleb(-2)}"
        writer.writerow([*map(disarmed, words), one.first_night.isoformat(), one.last_night.isoformat(), amount])
    return out.getvalue()

"""A provider that is owed for September, the invoice it sends, and the accounts money moves between."""

import datetime as dt
from dataclasses import dataclass

from cast import make_person
from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting
from nearhome.settlement.actions import work_out_month
from nearhome.settlement.actions.approving import approve_invoice
from nearhome.settlement.actions.bank_accounts import confirm_account, enter_account
from nearhome.settlement.actions.invoicing import submit_invoice
from nearhome.settlement.importers.invoice_rows import lines_from_rows
from nearhome.settlement.models import Invoice, LineMatch
from scenes_settlement import IN_OCTOBER, SEPTEMBER, WEEKLY, BlockScene, live_in, make_block_scene

A_NIGHT = WEEKLY // 7
SENT_ON = dt.date(2026, 10, 6)
SENT_AT = dt.datetime(2026, 10, 6, 9, 0, tzinfo=dt.UTC)
PAY_ON = dt.date(2026, 10, 12)
ALL_SEPTEMBER = {"child_ref": "K-1", "first_night": "01/09/2026", "last_night": "30/09/2026"}


@dataclass(frozen=True)
class InvoiceScene:
    """Kent hosts a block at Meadow: K-1 of Kent lives there all September, P-1 of Portsmouth for 15 nights of it."""

    block: BlockScene
    gail: Person  # a third finance officer of Kent

    @property
    def kent(self) -> Organisation:
        return self.block.cast.kent


def make_invoice_scene() -> InvoiceScene:
    """The block, its children, and September worked out."""
    block = make_block_scene()
    live_in(block.places[0], block.cast.kent, "K-1", dt.date(2026, 3, 1), block=block.contract)
    live_in(
        block.places[1], block.cast.portsmouth, "P-1", dt.date(2026, 9, 10), dt.date(2026, 9, 25), block=block.contract
    )
    fiona = block.cast.fiona
    with acting(fiona):
        work_out_month(partnership=block.partnership, starts_on=SEPTEMBER, by=fiona, now=IN_OCTOBER)
    return InvoiceScene(block, make_person("Gail Madeup-Finance", block.cast.kent, "finance_officer"))


def send(
    scene: InvoiceScene,
    *rows: dict[str, str],
    number: str = "MM-1",
    now: dt.datetime = SENT_AT,
    by: Person | None = None,
) -> Invoice:
    """Meadow sends Kent these rows."""
    lines, faults = lines_from_rows(enumerate(rows, start=2))
    assert not faults, faults
    sender = by or scene.block.cast.mona
    with acting(sender):
        return submit_invoice(
            authority=scene.kent, number=number, dated_on=SENT_ON, lines=lines, source="file", by=sender, now=now
        )


def whole_september(pence: int = 30 * A_NIGHT, **more: str) -> dict[str, str]:
    """A row for all of September."""
    return {**ALL_SEPTEMBER, "amount": f"{pence / 100:.2f}", **more}


def match_of(invoice: Invoice, number: int = 1) -> LineMatch:
    """How a line was matched."""
    return LineMatch.objects.get(line__invoice=invoice, line__number=number)


def approve(scene: InvoiceScene, invoice: Invoice, by: Person | None = None, shown: int | None = None) -> int | None:
    """Frank approves all that can be."""
    person = by or scene.block.cast.frank
    with acting(person):
        pence = sum(one.payable_pence for one in LineMatch.objects.filter(line__invoice=invoice, approved_at=None))
        return approve_invoice(invoice=invoice, shown_pence=pence if shown is None else shown, by=person, now=SENT_AT)


def accounts_stand(scene: InvoiceScene) -> None:
    """Kent's own account and Meadow's, entered by Fiona and confirmed by Frank."""
    cast = scene.block.cast
    for holder, code, number, user in (
        (cast.kent, "11-22-33", "00011122", "998877"), (cast.meadow, "44-55-66", "12345678", ""),
    ):  # fmt: skip
        with acting(cast.fiona):
            row = enter_account(
                holder=holder, name=holder.name, sort_code=code, number=number, service_user_number=user, by=cast.fiona,
                now=SENT_AT,
            )  # fmt: skip
        with acting(cast.frank):
            confirm_account(account=row, by=cast.frank, now=SENT_AT)

"""A provider sends an invoice, finance officers release, approve and pay it, in the browser; wide, narrow and without scripts."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from nearhome.settlement.queries.payment_runs import earliest_pay_day
from scenes_invoices import SENT_ON, InvoiceScene, accounts_stand, make_invoice_scene

pytestmark = pytest.mark.xdist_group("browser")
SHOTS = os.environ.get("NEARHOME_SHOTS")
ROWS = (
    b"Child,Home,Place,First night,Last night,Nights,Amount\n"
    b'K-1,,,01/09/2026,30/09/2026,30,"19,530.00"\n'
    b"P-1,,,10/09/2026,25/09/2026,16,10416.00\n"
    b"X-9,,,10/09/2026,11/09/2026,2,500.00\n"
)


def shows(visitor: Any, name: str, width: int) -> None:
    """Keep a picture if one is wanted; the page fits its width either way."""
    if visitor.scripts:
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width, name
    if SHOTS:
        visitor.page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (True, 390), (False, 1280)])
def test_an_invoice_is_sent_matched_released_approved_and_paid(visit: Any, scripts: bool, width: int) -> None:
    scene = make_invoice_scene()
    accounts_stand(scene)
    cast = scene.block.cast

    def opens(person: Any) -> Any:
        return visit(person, scripts=scripts, width=width)

    sends(opens(cast.mona), width)
    decides(opens(cast.fiona), opens(cast.frank), width)
    pays(opens(cast.fiona), opens(cast.frank), width)
    reads_what_was_paid(opens(cast.mona), width)
    sees_nothing(opens(scene.block.harriet), scene)


def sends(mona: Any, width: int) -> None:
    mona.goes_to("/settlement/payments/")
    mona.page.locator("main").get_by_role("link", name="invoice").first.click()
    mona.checks_page()
    shows(mona, "no-invoices", width)
    mona.presses("Send an invoice")
    mona.presses("Send the invoice")
    mona.sees("There is a problem")
    shows(mona, "send-invoice", width)
    mona.page.get_by_label("Which authority is to pay?").select_option(label="Kent")
    mona.fills("Invoice number", "MM-2026-09")
    mona.fills_date("dated_on", SENT_ON)
    mona.page.locator("[name=file]").set_input_files(
        [{"name": "september.csv", "mimeType": "text/csv", "buffer": ROWS}]
    )
    mona.presses("Send the invoice")
    mona.sees("was sent to Kent")
    mona.sees("Nothing is due for this child or bed")
    mona.sees("Nothing is due for 1 of its 16 nights")
    shows(mona, "invoice-provider", width)
    mona.goes_to("/settlement/invoices/type/")
    shows(mona, "type-invoice", width)


def decides(fiona: Any, frank: Any, width: int) -> None:
    fiona.goes_to("/")
    fiona.follows("Approve an invoice")
    shows(fiona, "invoice-finance", width)
    fiona.follows("Release")
    fiona.presses("Release line 2")
    fiona.sees("There is a problem")
    fiona.fills("Why?", "The child left on 25 September; 15 nights are paid.")
    shows(fiona, "release", width)
    fiona.presses("Release line 2")
    fiona.sees("You released a line of this invoice")
    frank.goes_to("/")
    frank.follows("Approve an invoice")
    frank.presses("Approve £29,295.00 for payment")
    frank.sees("£29,295.00 approved for payment.")


def pays(fiona: Any, frank: Any, width: int) -> None:
    fiona.goes_to("/settlement/runs/")
    fiona.fills_date("pay_on", timezone.localdate() - timedelta(days=1))
    fiona.presses("Make a payment run")
    fiona.sees("the first day that can be met")
    shows(fiona, "runs", width)
    fiona.fills_date("pay_on", earliest_pay_day(timezone.localdate()))
    fiona.presses("Make a payment run")
    fiona.sees("You made this run")
    frank.goes_to("/")
    frank.follows("Send a payment run that a colleague made")
    frank.presses("Send the run")
    frank.sees("The run was sent.")
    shows(frank, "run-sent", width)
    with frank.page.expect_download() as waiting:
        frank.page.get_by_role("link", name="Bacs Standard 18 file").click()
    assert "0000002929500" in Path(waiting.value.path()).read_text().splitlines()[-1]
    frank.goes_to("/settlement/bank/")
    frank.does_not_see("12345678")
    shows(frank, "bank", width)
    frank.goes_to("/settlement/invoices/")
    frank.sees("On hold")
    shows(frank, "invoices-finance", width)


def reads_what_was_paid(mona: Any, width: int) -> None:
    mona.goes_to("/settlement/account/")
    mona.sees("£29,295.00")
    shows(mona, "account", width)


def sees_nothing(outsider: Any, scene: InvoiceScene) -> None:
    outsider.goes_to("/settlement/invoices/")
    outsider.does_not_see("MM-2026-09")
    outsider.does_not_see(scene.block.cast.meadow.name)

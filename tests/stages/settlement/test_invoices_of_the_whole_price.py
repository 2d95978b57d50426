"""A provider bills the whole weekly price of a child in one line, on records held to row security."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from psycopg.types.range import DateRange

from nearhome.design.tables import table_as_csv
from nearhome.placements.models import BookingPrice
from nearhome.privacy.acting import acting
from nearhome.settlement.actions.approving import approve_invoice
from nearhome.settlement.actions.invoicing import match_again, submit_invoice
from nearhome.settlement.importers.invoice_files import read_invoice
from nearhome.settlement.importers.invoice_rows import lines_from_rows
from nearhome.settlement.models import Invoice, InvoiceLine, LineHold, LineMatch, PaidNights
from nearhome.settlement.pages import tables
from nearhome.settlement.queries import payments
from scenes_disputes import work_out
from scenes_elements import PRICE, placed
from scenes_settlement import BlockScene, make_block_scene

pytestmark = pytest.mark.django_db
SENT_AT = dt.datetime(2026, 10, 6, 9, 0, tzinfo=dt.UTC)
NIGHTS = {"child_ref": "P-77", "first_night": "10/09/2026", "last_night": "30/09/2026"}
WHOLE = 3 * sum(PRICE.values())
THERAPY = 3 * PRICE["therapy_pence"]
ELEMENTS = {"accommodation", "extra staffing", "education", "therapy", "transport", "other"}


@pytest.fixture
def scene() -> BlockScene:
    made = make_block_scene()
    placed(made)
    work_out(made)
    return made


def pounds(pence: int) -> str:
    return f"{pence / 100:.2f}"


def send(scene: BlockScene, *rows: dict[str, str], number: str = "HH-1") -> Invoice:
    """Harbour sends Portsmouth these rows."""
    lines, faults = lines_from_rows(enumerate(rows, start=2))
    assert not faults, faults
    return submit(scene, lines, number)


def submit(scene: BlockScene, lines: Any, number: str) -> Invoice:
    harry = scene.cast.harry
    with acting(harry):
        return submit_invoice(
            authority=scene.cast.portsmouth, number=number, dated_on=SENT_AT.date(), lines=lines, source="file", by=harry,
            now=SENT_AT,
        )  # fmt: skip


def verdicts(scene: BlockScene, invoice: Invoice) -> list[tuple[str, int]]:
    with acting(scene.cast.felix):
        rows = LineMatch.objects.filter(line__invoice=invoice).order_by("line__number")
        return [(one.verdict, one.payable_pence) for one in rows]


def approve(scene: BlockScene, invoice: Invoice, pence: int) -> int | None:
    with acting(scene.cast.felix):
        return approve_invoice(invoice=invoice, shown_pence=pence, by=scene.cast.felix, now=SENT_AT)


def test_one_line_without_an_element_is_the_whole_price_and_keeps_its_nights_for_every_element(
    scene: BlockScene,
) -> None:
    invoice = send(scene, {**NIGHTS, "amount": pounds(WHOLE)})
    assert verdicts(scene, invoice) == [("agreed", WHOLE)]
    assert approve(scene, invoice, WHOLE) == WHOLE
    with acting(scene.cast.felix):
        assert InvoiceLine.objects.get().element == "all"
        assert "for accommodation, education, extra staffing" in LineMatch.objects.get().why
        days = DateRange(dt.date(2026, 9, 10), dt.date(2026, 10, 1))
        assert [(one.element, one.days) for one in PaidNights.objects.all()] == [("all", days)]


def test_an_element_after_the_whole_price_is_held_and_the_other_way_round(scene: BlockScene) -> None:
    whole, therapy = {**NIGHTS, "amount": pounds(WHOLE)}, {**NIGHTS, "amount": pounds(THERAPY), "element": "Therapy"}
    send(scene, whole)
    assert verdicts(scene, send(scene, therapy, number="HH-2")) == [("duplicate", 0)]
    with acting(scene.cast.felix):
        assert "stands on invoice HH-1 of 6 October 2026 already, as the whole price" in LineMatch.objects.last().why
        assert LineHold.objects.count() == 1


def test_the_whole_price_after_an_element_says_how_the_rest_is_sent(scene: BlockScene) -> None:
    send(scene, {**NIGHTS, "amount": pounds(THERAPY), "element": "Therapy"})
    again = send(scene, {**NIGHTS, "amount": pounds(WHOLE)}, number="HH-2")
    assert verdicts(scene, again) == [("duplicate", 0)]
    with acting(scene.cast.felix):
        assert "Send the rest element by element, or as a difference." in LineMatch.objects.get(line__invoice=again).why
    rest = send(scene, {**NIGHTS, "amount": pounds(WHOLE - THERAPY), "kind": "difference"}, number="HH-3")
    assert verdicts(scene, rest) == [("agreed", WHOLE - THERAPY)]


@pytest.mark.parametrize(("first", "second"), [("", "therapy"), ("therapy", "")])
def test_the_database_refuses_an_element_beside_the_whole_price_whatever_matching_said(
    scene: BlockScene, first: str, second: str
) -> None:
    """The nights of one are approved; those of the other are then kept as an approval would keep them."""
    pence = THERAPY if first else WHOLE
    approve(scene, send(scene, {**NIGHTS, "amount": pounds(pence), "element": first}), pence)
    other = send(scene, {**NIGHTS, "amount": pounds(THERAPY), "element": second}, number="HH-2")
    with acting(scene.cast.felix):
        kept, line = PaidNights.objects.get(), InvoiceLine.objects.get(invoice=other)
        same = {"authority": kept.authority, "provider": kept.provider, "place": kept.place, "days": kept.days}
        with pytest.raises(IntegrityError), transaction.atomic():
            PaidNights.objects.create(line=line, element=second or "all", **same)
        with pytest.raises(ValidationError, match="No line of this invoice can be approved"):
            approve_invoice(invoice=other, shown_pence=0, by=scene.cast.felix, now=SENT_AT)


def test_an_approved_line_goes_before_every_other_of_its_invoice() -> None:
    """Nothing was due for line 1 when line 2 was approved; what is posted for it later comes too late for it."""
    scene = make_block_scene()
    placed(scene)
    felix, other = scene.cast.felix, 3 * PRICE["other_pence"]
    priced(scene, other_pence=0)
    rest = {**NIGHTS, "element": "other", "amount": pounds(other)}
    invoice = send(scene, rest, {**NIGHTS, "amount": pounds(WHOLE - other)})
    assert verdicts(scene, invoice) == [("unknown", 0), ("agreed", WHOLE - other)]
    approve(scene, invoice, WHOLE - other)
    priced(scene, other_pence=PRICE["other_pence"])
    with acting(felix):
        match_again(invoice=invoice, by=felix, now=SENT_AT)
    assert verdicts(scene, invoice) == [("duplicate", 0), ("agreed", WHOLE - other)]
    late = send(scene, {**rest, "kind": "difference", "element": ""}, number="HH-2")
    assert verdicts(scene, late) == [("agreed", other)]


def priced(scene: BlockScene, **changed: int) -> None:
    """The placement was priced otherwise from its first day, and the month is worked out again."""
    with acting(scene.cast.felix):
        BookingPrice.objects.filter(booking__child_ref="P-77").update(**changed)
    work_out(scene)


def test_a_line_of_an_earlier_day_that_says_accommodation_stays_accommodation(scene: BlockScene) -> None:
    home = 3 * PRICE["core_pence"]
    first = send(scene, {**NIGHTS, "amount": pounds(home), "element": "accommodation"})
    assert verdicts(scene, first) == [("agreed", home)]
    second = send(scene, {**NIGHTS, "amount": pounds(THERAPY), "element": "therapy"}, number="HH-2")
    assert verdicts(scene, second) == [("agreed", THERAPY)]


def test_the_download_of_a_month_names_each_element_and_is_what_is_due_when_it_is_sent_back(scene: BlockScene) -> None:
    harry = scene.cast.harry
    with acting(harry):
        (month,) = payments.payment_months(harry)
        table = tables.payments_download(month, payments.payment_lines(harry, month))
    lines, faults = read_invoice("payments.csv", table_as_csv(table).encode(), "Portsmouth")
    assert not faults
    assert {line.element for line in lines} == ELEMENTS
    assert {verdict for verdict, _ in verdicts(scene, submit(scene, lines, "HH-1"))} == {"agreed"}

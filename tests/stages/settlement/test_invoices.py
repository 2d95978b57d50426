"""An invoice from the day it comes in to the day it is approved, on records held to row security."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from psycopg.types.range import DateRange

from nearhome.audit.models import Event
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.settlement.actions.approving import approve_invoice, hold_line, release_hold
from nearhome.settlement.actions.bank_accounts import set_tolerance
from nearhome.settlement.actions.invoicing import match_again, return_invoice
from nearhome.settlement.actions.working_out import work_out_month
from nearhome.settlement.importers.invoice_rows import lines_from_rows
from nearhome.settlement.models import Charge, Invoice, InvoiceLine, LineHold, LineMatch, Month, PaidNights
from scenes_closing import closed
from scenes_invoices import (
    A_NIGHT,
    ALL_SEPTEMBER,
    SENT_AT,
    SENT_ON,
    InvoiceScene,
    approve,
    make_invoice_scene,
    match_of,
    send,
    whole_september,
)
from scenes_settlement import IN_OCTOBER, OCTOBER, SEPTEMBER, depart, live_in

pytestmark = pytest.mark.django_db
IN_NOVEMBER = dt.datetime(2026, 11, 3, 9, 0, tzinfo=dt.UTC)
P1 = {"child_ref": "P-1", "first_night": "10/09/2026", "last_night": "24/09/2026", "amount": "9,765.00"}


@pytest.fixture
def scene() -> InvoiceScene:
    return make_invoice_scene()


def test_an_invoice_of_what_is_due_agrees_line_by_line_the_host_pays_for_a_partners_child_too(
    scene: InvoiceScene,
) -> None:
    invoice = send(scene, whole_september(), P1)
    with acting(scene.block.cast.fiona):
        found = [(one.verdict, one.payable_pence) for one in LineMatch.objects.order_by("line__number")]
        assert found == [("agreed", 30 * A_NIGHT), ("agreed", 15 * A_NIGHT)]
        assert not LineHold.objects.exists()
    assert invoice.pence == 45 * A_NIGHT


def test_a_bed_without_a_child_is_billed_by_its_home_and_place(scene: InvoiceScene) -> None:
    bed = {"home": "Madeup Meadow House", "place": "Place 3", "first_night": "2026-09-01", "last_night": "2026-09-30"}
    invoice = send(scene, {**bed, "amount": "19530"})
    with acting(scene.block.cast.mona):
        assert match_of(invoice).verdict == "agreed"


def test_too_much_is_held_released_by_one_and_approved_by_another_for_what_is_due(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    invoice = send(scene, whole_september(2_000_000))
    with acting(cast.fiona):
        match, hold = match_of(invoice), LineHold.objects.get()
        assert (match.verdict, match.due_pence, match.payable_pence) == ("over", 30 * A_NIGHT, 30 * A_NIGHT)
        with pytest.raises(ValidationError, match="No line of this invoice can be approved"):
            approve_invoice(invoice=invoice, shown_pence=0, by=cast.fiona, now=SENT_AT)
        release_hold(hold=hold, reason="Pay what is due.", by=cast.fiona, now=SENT_AT)
        with pytest.raises(PermissionDenied, match="You released a line"):
            approve_invoice(invoice=invoice, shown_pence=30 * A_NIGHT, by=cast.fiona, now=SENT_AT)
    assert approve(scene, invoice) == 30 * A_NIGHT
    assert approve(scene, invoice, shown=0) == 0
    with acting(cast.fiona):
        assert PaidNights.objects.get().days == DateRange(dt.date(2026, 9, 1), dt.date(2026, 10, 1))


def test_who_held_a_line_never_releases_it(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    invoice = send(scene, whole_september())
    with acting(cast.fiona):
        line = InvoiceLine.objects.get()
        hold = hold_line(line=line, reason="The stay is in dispute.", by=cast.fiona, now=SENT_AT)
        assert hold_line(line=line, reason="Again.", by=cast.fiona, now=SENT_AT) == hold
        with pytest.raises(PermissionDenied, match="another finance officer must release"):
            release_hold(hold=hold, reason="Fine.", by=cast.fiona, now=SENT_AT)
        with pytest.raises(IntegrityError), transaction.atomic():
            LineHold.objects.filter(pk=hold.pk).update(released_by=cast.fiona, released_at=SENT_AT)
    with acting(cast.frank):
        release_hold(hold=hold, reason="Settled by telephone.", by=cast.frank, now=SENT_AT)
    assert approve(scene, invoice, by=scene.gail) == 30 * A_NIGHT


def test_the_same_nights_twice_are_a_duplicate_and_cannot_be_released(scene: InvoiceScene) -> None:
    send(scene, whole_september())
    again = send(scene, whole_september(), number="MM-2")
    with acting(scene.block.cast.fiona):
        assert match_of(again).verdict == "duplicate"
        assert "stands on invoice MM-1 of 6 October 2026 already" in match_of(again).why
        with pytest.raises(ValidationError, match="Nothing can be paid for this line"):
            release_hold(hold=LineHold.objects.get(), reason="Please.", by=scene.block.cast.fiona, now=SENT_AT)


def test_the_database_itself_refuses_a_night_of_a_place_twice_but_not_another_element(scene: InvoiceScene) -> None:
    approve(scene, send(scene, whole_september(element="accommodation")))
    with acting(scene.block.cast.fiona):
        kept = PaidNights.objects.get()
        one_more = {"line": kept.line, "authority": kept.authority, "provider": kept.provider, "place": kept.place}
        last_night = DateRange(dt.date(2026, 9, 30), dt.date(2026, 10, 1))
        with pytest.raises(IntegrityError), transaction.atomic():
            PaidNights.objects.create(**one_more, element="accommodation", days=last_night)
        PaidNights.objects.create(**one_more, element="therapy", days=last_night)


def test_an_approved_line_is_never_changed(scene: InvoiceScene) -> None:
    approve(scene, send(scene, whole_september()))
    with acting(scene.block.cast.fiona), pytest.raises(IntegrityError), transaction.atomic():
        LineMatch.objects.update(payable_pence=1)


def test_an_unknown_child_is_held_and_agrees_by_itself_once_the_stay_is_posted(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    invoice = send(scene, {**P1, "child_ref": "P-9"})
    with acting(cast.fiona):
        assert match_of(invoice).verdict == "unknown" and LineHold.objects.get().held_by is None
    live_in(
        scene.block.places[2],
        cast.portsmouth,
        "P-9",
        dt.date(2026, 9, 10),
        dt.date(2026, 9, 25),
        block=scene.block.contract,
    )
    with acting(cast.fiona):
        work_out_month(partnership=scene.block.partnership, starts_on=SEPTEMBER, by=cast.fiona, now=IN_OCTOBER)
        match_again(invoice=invoice, by=cast.fiona, now=SENT_AT)
        assert match_of(invoice).verdict == "agreed"
        assert LineHold.objects.get().release_reason == "It matches now."


def test_a_departure_recorded_after_the_invoice_is_never_paid_and_nothing_is_approved_unseen(
    scene: InvoiceScene,
) -> None:
    """K-1 left on 21 September; the ledger took ten nights back between the page and the press of the button."""
    cast = scene.block.cast
    invoice = send(scene, whole_september())
    with acting(cast.fiona):
        stay = Booking.objects.get(child_ref="K-1")
    depart(stay, dt.date(2026, 9, 21))
    with acting(cast.fiona):
        work_out_month(partnership=scene.block.partnership, starts_on=SEPTEMBER, by=cast.fiona, now=IN_OCTOBER)
    assert approve(scene, invoice, shown=30 * A_NIGHT) is None
    with acting(cast.fiona):
        match = match_of(invoice)
        assert (match.verdict, match.payable_pence) == ("over", 20 * A_NIGHT)
        assert not PaidNights.objects.exists()


def test_a_number_stands_once_a_double_click_is_no_mistake(scene: InvoiceScene) -> None:
    first = send(scene, whole_september())
    assert send(scene, whole_september()) == first
    with pytest.raises(ValidationError, match="You sent an invoice MM-1 on 6 October 2026 already"):
        send(scene, P1, number="mm-1")
    with acting(scene.block.cast.mona):
        assert Invoice.objects.count() == 1


def test_a_returned_invoice_frees_its_number_and_its_nights(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    first = send(scene, whole_september())
    with acting(cast.fiona):
        with pytest.raises(ValidationError, match="Say why"):
            return_invoice(invoice=first, reason=" ", by=cast.fiona, now=SENT_AT)
        return_invoice(invoice=first, reason="No order number.", by=cast.fiona, now=SENT_AT)
    second = send(scene, whole_september())
    assert second != first
    with acting(cast.mona):
        assert match_of(second).verdict == "agreed"


def test_what_is_approved_cannot_go_back(scene: InvoiceScene) -> None:
    invoice = send(scene, whole_september())
    approve(scene, invoice)
    with acting(scene.block.cast.fiona), pytest.raises(ValidationError, match="Ask the provider for a credit"):
        return_invoice(invoice=invoice, reason="Too late.", by=scene.block.cast.fiona, now=SENT_AT)


def test_a_tolerance_lets_small_differences_pass_from_its_day(scene: InvoiceScene) -> None:
    fiona = scene.block.cast.fiona
    with acting(fiona):
        set_tolerance(pence=500, basis_points=100, starts_on=SENT_ON, by=fiona, now=SENT_AT)
    invoice = send(scene, whole_september(30 * A_NIGHT + 400))
    with acting(fiona):
        match = match_of(invoice)
        assert (match.verdict, match.payable_pence) == ("agreed", 30 * A_NIGHT + 400)


@pytest.mark.parametrize("number", ["", " " * 5, "X" * 31])
def test_an_invoice_without_a_sensible_number_is_refused(scene: InvoiceScene, number: str) -> None:
    with pytest.raises(ValidationError, match="number, of at most 30"):
        send(scene, whole_september(), number=number)


def test_only_the_provider_sends_and_only_the_payer_decides(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    with pytest.raises(PermissionDenied):
        send(scene, whole_september(), by=cast.fiona)
    invoice = send(scene, whole_september())
    for person in (cast.mona, cast.felix, scene.block.harriet):
        with acting(person), pytest.raises(PermissionDenied):
            approve_invoice(invoice=invoice, shown_pence=30 * A_NIGHT, by=person, now=SENT_AT)


def test_nobody_else_reads_an_invoice_and_the_provider_cannot_write_how_it_was_matched(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    send(scene, whole_september(2_000_000))
    for person in (cast.harry, cast.felix, cast.hilda):
        with acting(person):
            for table in (Invoice, InvoiceLine, LineMatch, LineHold):
                assert not table.objects.exists()
    with acting(cast.mona):
        assert LineMatch.objects.update(verdict="agreed", payable_pence=2_000_000) == 0
        assert LineHold.objects.update(released_at=SENT_AT) == 0
        assert Invoice.objects.update(authority=cast.portsmouth) == 0


def test_what_happened_is_told_to_both_sides_and_to_nobody_else(scene: InvoiceScene) -> None:
    invoice = send(scene, whole_september())
    approve(scene, invoice)
    for person, count in ((scene.block.cast.mona, 2), (scene.block.cast.fiona, 2), (scene.block.cast.harry, 0)):
        with acting(person):
            assert Event.objects.filter(thread=invoice.key).count() == count


def test_a_stay_known_late_to_have_been_on_other_nights_is_billed_for_those(scene: InvoiceScene) -> None:
    """The same fifteen nights' money, five nights later: the closed month names them, and the provider's line agrees."""
    cast = scene.block.cast
    with acting(cast.fiona):
        september = Month.objects.get()
    closed(september, cast.fiona, cast.frank, IN_OCTOBER)
    with acting(cast.felix):
        booking = Booking.objects.get(child_ref="P-1")
        Booking.objects.update(arrived_on=dt.date(2026, 9, 15))
    depart(booking, dt.date(2026, 9, 30))
    with acting(cast.fiona):
        work_out_month(partnership=scene.block.partnership, starts_on=OCTOBER, by=cast.fiona, now=IN_NOVEMBER)
    with acting(cast.felix):
        moved = Charge.objects.filter(about_month=SEPTEMBER, kind="moved").order_by("id")
        assert [(one.starts_on.day, one.ends_before.day, one.pence) for one in moved] == [
            (10, 15, -5 * A_NIGHT), (25, 30, 5 * A_NIGHT),
        ]  # fmt: skip
        assert "were not to be charged and are taken off" in moved[0].reason
    invoice = send(scene, {**P1, "first_night": "15/09/2026", "last_night": "29/09/2026"})
    with acting(cast.fiona):
        match = match_of(invoice)
        assert (match.verdict, match.due_pence) == ("agreed", 15 * A_NIGHT)


def test_money_given_back_leaves_nothing_for_another_line_until_it_went_out(scene: InvoiceScene) -> None:
    """Else the credit could be returned after the line that it made room for was approved."""
    cast = scene.block.cast
    approve(scene, send(scene, whole_september()))
    month = {**ALL_SEPTEMBER, "kind": "difference"}
    credit = send(scene, {**month, "amount": "-5000"}, number="MM-2")
    more = send(scene, {**month, "amount": "5000"}, number="MM-3")
    with acting(cast.frank):
        assert match_of(credit).payable_pence == -500_000
        assert (match_of(more).verdict, match_of(more).payable_pence) == ("over", 0)
    assert approve(scene, credit) == -500_000
    with acting(cast.frank):
        match_again(invoice=more, by=cast.frank, now=SENT_AT)
        assert (match_of(more).verdict, match_of(more).payable_pence) == ("over", 0)


def test_an_invoice_has_one_difference_for_a_child_element_and_month() -> None:
    rows = [{**ALL_SEPTEMBER, "kind": "difference", "amount": "0.01", "element": one} for one in ("", "therapy", "")]
    lines, (fault,) = lines_from_rows(enumerate(rows, start=2))
    assert not lines
    assert str(fault) == (
        "Row 4: Row 2 is a difference of the same child or bed, element and month. Send one line with the sum of them."
    )

"""The database refuses a night that was paid, for every part of a price it was paid for; what is left has its own way."""

import datetime as dt
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from psycopg.types.range import DateRange

from cast import make_person
from nearhome.placements.models import BookingPrice
from nearhome.privacy.acting import acting
from nearhome.settlement.actions.approving import approve_invoice, release_hold
from nearhome.settlement.actions.invoicing import return_invoice, submit_invoice
from nearhome.settlement.actions.paying import cancel_run, make_run
from nearhome.settlement.calculations.invoices.lines import OF_A_WEEK, meet
from nearhome.settlement.importers.invoice_rows import lines_from_rows
from nearhome.settlement.models import Charge, Invoice, InvoiceLine, LineHold, LineMatch, PaidNights
from scenes_disputes import work_out
from scenes_elements import PRICE, amount, placed
from scenes_invoices import A_NIGHT, PAY_ON, SENT_AT, accounts_stand, approve, make_invoice_scene, match_of, send
from scenes_settlement import BlockScene, live_in, make_block_scene

pytestmark = pytest.mark.django_db
NIGHTS = {"child_ref": "P-77", "first_night": "10/09/2026", "last_night": "30/09/2026"}
STAY = DateRange(dt.date(2026, 9, 10), dt.date(2026, 10, 1))
WHOLE = 3 * sum(PRICE.values())
THERAPY = 3 * PRICE["therapy_pence"]
BED = {"home": "Madeup Meadow House", "place": "Place 3", "first_night": "2026-09-01", "last_night": "2026-09-30"}
P9 = {"child_ref": "P-9", "first_night": "10/09/2026", "last_night": "24/09/2026", "amount": "9765.00"}


@pytest.fixture
def scene() -> BlockScene:
    """P-77 of Portsmouth lives at Harbour's home from 10 September, at a price that holds no therapy yet."""
    made = make_block_scene()
    placed(made)
    priced(made, therapy_pence=0)
    return made


def priced(scene: BlockScene, **changed: int) -> None:
    """The placement was priced otherwise from its first day, and the month is worked out again."""
    with acting(scene.cast.felix):
        BookingPrice.objects.filter(booking__child_ref="P-77").update(**changed)
    work_out(scene)


def sent(scene: BlockScene, pence: int, number: str, **more: str) -> Invoice:
    """Harbour sends Portsmouth one line."""
    lines, faults = lines_from_rows([(2, {**NIGHTS, "amount": f"{pence / 100:.2f}", **more})])
    assert not faults, faults
    with acting(scene.cast.harry):
        return submit_invoice(
            authority=scene.cast.portsmouth, number=number, dated_on=SENT_AT.date(), lines=lines, source="file",
            by=scene.cast.harry, now=SENT_AT,
        )  # fmt: skip


def approved(scene: BlockScene, invoice: Invoice, pence: int) -> None:
    with acting(scene.cast.felix):
        assert approve_invoice(invoice=invoice, shown_pence=pence, by=scene.cast.felix, now=SENT_AT) == pence


def kept(scene: BlockScene) -> list[tuple[str, DateRange]]:
    with acting(scene.cast.felix):
        return [(one.element, one.days) for one in PaidNights.objects.order_by("id")]


def verdict(scene: BlockScene, invoice: Invoice) -> tuple[str, int]:
    with acting(scene.cast.felix):
        found = LineMatch.objects.get(line__invoice=invoice)
        return found.verdict, found.payable_pence


def test_an_element_posted_after_the_whole_price_was_paid_is_refused_by_the_database_itself(scene: BlockScene) -> None:
    approved(scene, sent(scene, WHOLE - THERAPY, "HH-1"), WHOLE - THERAPY)
    assert kept(scene) == [("all", STAY)]
    priced(scene, therapy_pence=PRICE["therapy_pence"])
    late = sent(scene, THERAPY, "HH-2", element="therapy")
    assert verdict(scene, late) == ("duplicate", 0)
    with acting(scene.cast.felix):
        whole, line = PaidNights.objects.get(), InvoiceLine.objects.get(invoice=late)
        same = {"authority": whole.authority, "provider": whole.provider, "place": whole.place, "line": line}
        one_night = DateRange(dt.date(2026, 9, 20), dt.date(2026, 9, 21))
        for element, days in (("therapy", STAY), ("therapy", one_night), ("education", one_night), ("all", one_night)):
            with pytest.raises(IntegrityError), transaction.atomic():
                PaidNights.objects.create(element=element, days=days, **same)
        PaidNights.objects.create(element="therapy", days=DateRange(STAY.upper, dt.date(2026, 10, 2)), **same)


@pytest.mark.parametrize("element", ["", "all"])
def test_what_an_element_posted_later_is_due_more_is_paid_as_a_difference_to_the_penny_and_once(
    scene: BlockScene, element: str
) -> None:
    approved(scene, sent(scene, WHOLE - THERAPY, "HH-1"), WHOLE - THERAPY)
    priced(scene, therapy_pence=PRICE["therapy_pence"])
    rest = sent(scene, THERAPY, "HH-2", kind="difference", element=element)
    assert verdict(scene, rest) == ("agreed", THERAPY)
    approved(scene, rest, THERAPY)
    assert kept(scene) == [("all", STAY)]
    assert verdict(scene, sent(scene, THERAPY, "HH-3", kind="difference", element=element)) == ("over", 0)
    with acting(scene.cast.felix):
        paid = sum(LineMatch.objects.filter(approved_at__isnull=False).values_list("payable_pence", flat=True))
        assert paid == sum(Charge.objects.filter(child_ref="P-77").values_list("pence", flat=True)) == WHOLE


def test_a_difference_that_names_the_later_element_says_how_the_rest_is_sent(scene: BlockScene) -> None:
    approved(scene, sent(scene, WHOLE - THERAPY, "HH-1"), WHOLE - THERAPY)
    priced(scene, therapy_pence=PRICE["therapy_pence"])
    late = sent(scene, THERAPY, "HH-2", kind="difference", element="therapy")
    found, payable = verdict(scene, late)
    assert found == "over" and 0 < payable < THERAPY
    with acting(scene.cast.felix):
        assert "What is left of the whole price is sent as a difference without an element." in match_of(late).why


def test_an_element_that_is_due_on_some_nights_only_is_kept_on_all_nights_of_the_whole_price(scene: BlockScene) -> None:
    """Therapy from the 20th: billed for the days before it, once it is posted back to the first, it is refused too."""
    with acting(scene.cast.felix):
        first = BookingPrice.objects.get(booking__child_ref="P-77")
        BookingPrice.objects.create(
            booking_id=first.booking_id, authority_id=first.authority_id, provider_id=first.provider_id,
            starts_on=dt.date(2026, 9, 20), **PRICE,
        )  # fmt: skip
    work_out(scene)
    with acting(scene.cast.felix):
        due = sum(Charge.objects.filter(child_ref="P-77").values_list("pence", flat=True))
    approved(scene, sent(scene, due, "HH-1"), due)
    assert kept(scene) == [("all", STAY)]


def test_an_amount_on_one_day_is_paid_beside_the_whole_price_and_once(scene: BlockScene) -> None:
    with acting(scene.cast.felix):
        booking = BookingPrice.objects.get(booking__child_ref="P-77").booking
    amount(booking, scene.cast.felix, "Uniform", dt.date(2026, 9, 12), 12_050)
    work_out(scene)
    approved(scene, sent(scene, WHOLE - THERAPY, "HH-1"), WHOLE - THERAPY)
    day = {"first_night": "12/09/2026", "last_night": "12/09/2026", "element": "uniform"}
    approved(scene, sent(scene, 12_050, "HH-2", **day), 12_050)
    assert kept(scene) == [("all", STAY), ("uniform", DateRange(dt.date(2026, 9, 12), dt.date(2026, 9, 13)))]
    assert verdict(scene, sent(scene, 12_050, "HH-3", **day)) == ("duplicate", 0)


def test_the_database_refuses_exactly_what_shares_money(scene: BlockScene) -> None:
    """Every pair of names, against the rule that matching goes by."""
    approved(scene, sent(scene, WHOLE - THERAPY, "HH-1"), WHOLE - THERAPY)
    names = [*sorted(OF_A_WEEK), "uniform", "school trip"]
    start = dt.date(2027, 1, 1)
    with acting(scene.cast.felix):
        paid = PaidNights.objects.get()
        same = {"line": paid.line, "authority": paid.authority, "provider": paid.provider, "place": paid.place}
        for day, (one, other) in enumerate(product(names, names)):
            days = DateRange(start + dt.timedelta(days=day), start + dt.timedelta(days=day + 1))
            PaidNights.objects.create(element=one, days=days, **same)
            try:
                with transaction.atomic():
                    PaidNights.objects.create(element=other, days=days, **same)
            except IntegrityError:
                assert meet(one, other), (one, other)
            else:
                assert not meet(one, other), (one, other)


def test_an_element_paid_first_keeps_the_whole_price_of_those_nights_away_and_of_no_others(scene: BlockScene) -> None:
    staffing = PRICE["additional_support_pence"]  # for the week that follows
    week = {"first_night": "10/09/2026", "last_night": "16/09/2026"}
    approved(scene, sent(scene, staffing, "HH-1", element="extra staffing", **week), staffing)
    assert verdict(scene, sent(scene, WHOLE - THERAPY, "HH-2")) == ("duplicate", 0)
    rest = {"first_night": "17/09/2026", "last_night": "30/09/2026"}
    pence = 2 * (sum(PRICE.values()) - PRICE["therapy_pence"])
    approved(scene, sent(scene, pence, "HH-3", **rest), pence)
    later = DateRange(dt.date(2026, 9, 17), STAY.upper)
    assert kept(scene) == [("extra staffing", DateRange(STAY.lower, later.lower)), ("all", later)]
    with acting(scene.cast.felix):
        part = PaidNights.objects.get(element="extra staffing")
        same = {"line": part.line, "authority": part.authority, "provider": part.provider, "place": part.place}
        with pytest.raises(IntegrityError), transaction.atomic():
            PaidNights.objects.create(element="all", days=part.days, **same)


def test_a_line_that_was_over_and_released_keeps_its_nights_and_a_returned_one_keeps_none(scene: BlockScene) -> None:
    felix = scene.cast.felix
    over = sent(scene, WHOLE, "HH-1")
    assert verdict(scene, over) == ("over", WHOLE - THERAPY)
    with acting(felix):
        return_invoice(invoice=over, reason="Therapy is not agreed.", by=felix, now=SENT_AT)
    assert kept(scene) == []
    again = sent(scene, WHOLE, "HH-1")
    assert again != over
    frida = make_person("Frida Madeup-Finance", scene.cast.portsmouth, "finance_officer")
    with acting(frida):
        release_hold(hold=LineHold.objects.get(line__invoice=again), reason="What is due.", by=frida, now=SENT_AT)
    approved(scene, again, WHOLE - THERAPY)
    assert kept(scene) == [("all", STAY)]


def test_a_run_that_is_cancelled_frees_no_night_that_is_approved() -> None:
    scene = make_invoice_scene()
    fiona = scene.block.cast.fiona
    approve(scene, send(scene, {**P9, "child_ref": "P-1"}))
    accounts_stand(scene)
    with acting(fiona):
        cancel_run(run=make_run(pay_on=PAY_ON, by=fiona, now=SENT_AT), reason="Too early.", by=fiona, now=SENT_AT)
        assert PaidNights.objects.count() == 1
        assert make_run(pay_on=PAY_ON, by=fiona, now=SENT_AT)
    again = send(scene, {**P9, "child_ref": "P-1", "element": "therapy"}, number="MM-2")
    with acting(fiona):
        assert match_of(again).payable_pence == 0


def test_nights_of_a_bed_paid_before_a_late_arrival_was_known_are_refused_in_words_and_left_as_a_difference() -> None:
    """The bed was paid as empty. The child's nights match, but the database knows that the nights of the bed are paid."""
    scene = make_invoice_scene()
    block = scene.block
    approve(scene, send(scene, {**BED, "amount": "19530"}))
    live_in(
        block.places[2], block.cast.portsmouth, "P-9", dt.date(2026, 9, 10), dt.date(2026, 9, 25), block=block.contract
    )
    work_out(block)
    nights = send(scene, P9, number="MM-2")
    with acting(block.cast.frank):
        assert match_of(nights).verdict == "agreed"
        words = (
            "Line 1 cannot be paid: for 10 September 2026 to 24 September 2026, the whole price is paid with line 1 of"
            " invoice MM-1. Hold the line or return the invoice: what is left of these nights is sent as a difference."
        )
        with pytest.raises(ValidationError, match=words):
            approve_invoice(invoice=nights, shown_pence=15 * A_NIGHT, by=block.cast.frank, now=SENT_AT)
        assert match_of(nights).approved_at is None and PaidNights.objects.count() == 1
        return_invoice(invoice=nights, reason="As a difference, please.", by=block.cast.frank, now=SENT_AT)
    rest = send(scene, {**P9, "kind": "difference"}, {**BED, "kind": "difference", "amount": "-9765.00"}, number="MM-3")
    assert approve(scene, rest) == 0
    with acting(block.cast.frank):
        assert LineMatch.objects.filter(line__invoice=rest, approved_at__isnull=False).count() == 2

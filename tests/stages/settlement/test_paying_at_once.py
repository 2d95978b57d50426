"""Two people at once, with real commits: nothing is billed, approved or paid twice."""

import datetime as dt
from collections.abc import Callable
from threading import Barrier, Thread
from time import sleep

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connections, transaction
from psycopg.types.range import DateRange

from cast import make_person
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.privacy.counted import count_request
from nearhome.settlement.actions.approving import approve_invoice
from nearhome.settlement.actions.invoicing import submit_invoice
from nearhome.settlement.actions.paying import make_run, send_run
from nearhome.settlement.importers.invoice_rows import lines_from_rows
from nearhome.settlement.models import InvoiceLine, LineMatch, PaidNights, PaymentRun, RunLine
from scenes_disputes import work_out
from scenes_elements import PRICE, placed
from scenes_invoices import (
    A_NIGHT,
    PAY_ON,
    SENT_AT,
    SENT_ON,
    accounts_stand,
    approve,
    make_invoice_scene,
    send,
    whole_september,
)
from scenes_settlement import make_block_scene

pytestmark = pytest.mark.usefixtures("committed_database")
WHOLE = 30 * A_NIGHT


def together(*attempts: tuple[Person, Callable[[], object]]) -> list[object]:
    """Start every attempt at the same moment in its own transaction; what it answered, or the sentence of its refusal."""
    start, results = Barrier(len(attempts)), [None] * len(attempts)

    def run(number: int, person: Person, attempt: Callable[[], object]) -> None:
        try:
            start.wait()
            with acting(person):
                results[number] = attempt()
        except ValidationError as refused:
            results[number] = " ".join(refused.messages)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(n, *attempt)) for n, attempt in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_the_same_nights_on_two_invoices_at_once_stand_once() -> None:
    scene = make_invoice_scene()
    lines, _ = lines_from_rows([(2, whole_september())])
    mona = scene.block.cast.mona

    def sending(number: str) -> Callable[[], object]:
        given = {
            "authority": scene.kent,
            "dated_on": SENT_ON,
            "lines": lines,
            "source": "file",
            "by": mona,
            "now": SENT_AT,
        }
        return lambda: submit_invoice(number=number, **given)

    together((mona, sending("A")), (mona, sending("B")))
    with acting(mona):
        assert sorted(LineMatch.objects.values_list("verdict", flat=True)) == ["agreed", "duplicate"]


def test_an_invoice_approved_by_two_at_once_is_approved_once() -> None:
    scene = make_invoice_scene()
    cast, invoice = scene.block.cast, send(scene, whole_september())

    def approving(person: Person) -> Callable[[], object]:
        return lambda: approve_invoice(invoice=invoice, shown_pence=WHOLE, by=person, now=SENT_AT)

    done = together((cast.fiona, approving(cast.fiona)), (cast.frank, approving(cast.frank)))
    assert sorted(done, key=str) == [0, WHOLE]
    with acting(cast.fiona):
        assert PaidNights.objects.count() == 1


def test_the_whole_price_and_an_element_of_it_approved_by_two_at_once_are_never_both_approved() -> None:
    """Sent at the same moment, then approved at the same moment: one of the two stands, and its nights are kept once."""
    block = make_block_scene()
    placed(block)
    work_out(block)
    harry, felix = block.cast.harry, block.cast.felix
    other = make_person("Frida Madeup-Finance", block.cast.portsmouth, "finance_officer")
    sums = {"": 3 * sum(PRICE.values()), "therapy": 3 * PRICE["therapy_pence"]}

    def sending(element: str) -> Callable[[], object]:
        row = {"child_ref": "P-77", "first_night": "10/09/2026", "last_night": "30/09/2026", "element": element}
        lines, _ = lines_from_rows([(2, {**row, "amount": f"{sums[element] / 100:.2f}"})])
        given = {"authority": block.cast.portsmouth, "dated_on": SENT_ON, "source": "file", "by": harry, "now": SENT_AT}
        return lambda: submit_invoice(number=f"HH{element}", lines=lines, **given)

    def approving(invoice: object, element: str, person: Person) -> Callable[[], object]:
        return lambda: approve_invoice(invoice=invoice, shown_pence=sums[element], by=person, now=SENT_AT)

    whole, therapy = together((harry, sending("")), (harry, sending("therapy")))
    done = together((felix, approving(whole, "", felix)), (other, approving(therapy, "therapy", other)))
    assert sum(isinstance(one, int) for one in done) == 1
    assert any("No line of this invoice can be approved" in str(one) for one in done)
    with acting(felix):
        assert sorted(LineMatch.objects.values_list("verdict", flat=True)) == ["agreed", "duplicate"]
        assert LineMatch.objects.filter(approved_at__isnull=False).count() == 1
        assert PaidNights.objects.count() == 1


def test_the_database_itself_lets_one_of_two_stand_whatever_the_actions_do() -> None:
    """The whole price and an element posted after it, written at the same moment by two who look at nothing first."""
    scene = make_invoice_scene()
    mona, (fiona, frank) = scene.block.cast.mona, (scene.block.cast.fiona, scene.block.cast.frank)
    send(scene, whole_september())
    with acting(mona):
        line = InvoiceLine.objects.get()
    september = DateRange(dt.date(2026, 9, 1), dt.date(2026, 10, 1))

    def keeping(element: str) -> Callable[[], object]:
        def keep() -> object:
            row = PaidNights(line=line, authority=line.authority, provider=line.provider, place=scene.block.places[0])
            row.element, row.days = element, september
            try:
                with transaction.atomic():
                    row.save()
            except DatabaseError:
                return "refused"
            sleep(0.2)  # The other waits for this one to end.
            return "kept"

        return keep

    done = together((fiona, keeping("all")), (frank, keeping("therapy")))
    assert sorted(map(str, done)) == ["kept", "refused"]
    with acting(fiona):
        assert PaidNights.objects.count() == 1


def test_two_runs_made_at_once_and_one_sent_twice_at_once_pay_once() -> None:
    scene = make_invoice_scene()
    cast = scene.block.cast
    approve(scene, send(scene, whole_september()))
    accounts_stand(scene)

    def making(person: Person) -> Callable[[], object]:
        return lambda: make_run(pay_on=PAY_ON, by=person, now=SENT_AT)

    done = together((cast.fiona, making(cast.fiona)), (cast.frank, making(cast.frank)))
    assert sum(isinstance(one, PaymentRun) for one in done) == 1
    assert any("Nothing can be paid now" in str(one) for one in done)
    with acting(cast.fiona):
        run = PaymentRun.objects.get()
        assert RunLine.objects.count() == 1

    def sending() -> str:
        return send_run(run=run, by=scene.gail, now=SENT_AT).bacs_digest

    first, second = together((scene.gail, sending), (scene.gail, sending))
    assert first == second and len(str(first)) == 64


def test_requests_of_one_program_at_the_same_moment_are_each_counted() -> None:
    mona = make_invoice_scene().block.cast.mona

    def ten() -> object:
        return [count_request(of="somebody", most=30, now=SENT_AT) for _ in range(10)]

    answers = [one for some in together(*[(mona, ten)] * 4) for one in some]  # type: ignore[attr-defined]
    assert answers.count(False) == 30

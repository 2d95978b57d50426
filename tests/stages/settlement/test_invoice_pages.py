"""Sending, deciding and paying as people do it: at their pages."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cast import make_person
from nearhome.privacy.acting import acting
from nearhome.settlement.models import BankAccount, Invoice, LineHold, PaymentRun
from nearhome.settlement.queries import waiting_for
from nearhome.settlement.queries.payment_runs import earliest_pay_day
from scenes_invoices import InvoiceScene, accounts_stand, approve, make_invoice_scene, send, whole_september

pytestmark = pytest.mark.django_db
DATED = {"dated_on-day": "6", "dated_on-month": "10", "dated_on-year": "2026"}


@pytest.fixture
def scene() -> InvoiceScene:
    return make_invoice_scene()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *arguments) -> str:
    return reverse(f"settlement:{name}", args=arguments)


def upload(scene: InvoiceScene, content: bytes, **more: str):
    given = {"authority": str(scene.kent.key), "number": "MM-1", **DATED, **more}
    file = SimpleUploadedFile("invoice.csv", content)
    return signed_in(scene.block.cast.mona).post(at("new_invoice"), {**given, "file": file}, follow=True)


def test_a_provider_downloads_its_payments_and_sends_them_back_as_an_invoice_that_agrees(scene: InvoiceScene) -> None:
    mona = signed_in(scene.block.cast.mona)
    month = re.search(r'href="(/settlement/payments/[0-9a-f-]{36}/)"', mona.get(at("payments")).content.decode())
    assert month
    download = mona.get(f"{month[1]}?download=csv").content
    text = upload(scene, download).content.decode()
    assert "Invoice MM-1 was sent to Kent." in text
    assert text.count(">Agreed</strong>") == 5 and ">Over</strong>" not in text
    with acting(scene.block.cast.mona):
        assert Invoice.objects.get().pence == 3 * 30 * 65_100


def test_a_file_with_faults_changes_nothing_and_says_every_one(scene: InvoiceScene) -> None:
    response = upload(
        scene, b"Child,First night,Last night,Amount\nK-1,31/09/2026,30/09/2026,5\n,1/9/2026,2/9/2026,x\n"
    )
    text = response.content.decode()
    for words in ("Row 2: The first night", "Row 3: “x” is not an amount", "Row 3: Write the child’s reference"):
        assert words in text
    with acting(scene.block.cast.mona):
        assert not Invoice.objects.exists()


def test_a_few_lines_are_typed_in_and_what_is_wrong_stands_beside_its_box(scene: InvoiceScene) -> None:
    mona = signed_in(scene.block.cast.mona)
    given = {
        "authority": str(scene.kent.key), "number": "T-1", **DATED, "line1-child_ref": "K-1", "line1-first_night": "1/9/2026",
        "line1-last_night": "30/9/2026", "line1-amount": "19,530.00", "line3-amount": "1",
    }  # fmt: skip
    text = mona.post(at("type_invoice"), given).content.decode()
    assert "The first night is missing" in text and 'href="#id_line3-first_night"' in text
    given["line3-amount"] = ""
    assert "Invoice T-1 was sent to Kent." in mona.post(at("type_invoice"), given, follow=True).content.decode()


def test_an_invoice_number_that_stands_is_refused_beside_the_form(scene: InvoiceScene) -> None:
    send(scene, whole_september())
    text = upload(scene, b"Child,First night,Last night,Amount\nP-1,10/09/2026,24/09/2026,9765\n").content.decode()
    assert "You sent an invoice MM-1 on 6 October 2026 already" in text


def test_the_officer_sees_what_is_due_beside_what_was_invoiced_and_approves_it(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    invoice = send(scene, whole_september())
    with acting(cast.fiona):
        assert "Approve an invoice" in [one.words for one in waiting_for(cast.fiona, now=timezone.now())]
    fiona = signed_in(cast.fiona)
    text = fiona.get(at("invoice", invoice.key)).content.decode()
    assert "Approve £19,530.00 for payment" in text and "£19,530.00 is due." in text
    done = fiona.post(at("approve_invoice", invoice.key), {"shown_pence": 1_953_000}, follow=True).content.decode()
    assert "£19,530.00 approved for payment." in done
    again = fiona.post(at("approve_invoice", invoice.key), {"shown_pence": 0}, follow=True).content.decode()
    assert "It was approved already." in again


def test_a_sum_that_was_not_on_the_screen_is_never_approved(scene: InvoiceScene) -> None:
    invoice = send(scene, whole_september())
    fiona = signed_in(scene.block.cast.fiona)
    text = fiona.post(at("approve_invoice", invoice.key), {"shown_pence": 5}, follow=True).content.decode()
    assert "so nothing was approved" in text


def test_held_and_released_by_two_people_at_their_pages(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    invoice = send(scene, whole_september(2_000_000))
    with acting(cast.fiona):
        hold = LineHold.objects.get()
    fiona = signed_in(cast.fiona)
    assert "More than is due" in fiona.get(at("invoice", invoice.key)).content.decode()

    fiona.post(at("release_hold", hold.key), {"reason": "Pay what is due."})
    assert "a colleague must approve it" in fiona.get(at("invoice", invoice.key)).content.decode()
    frank = signed_in(cast.frank)
    frank.post(at("hold_line", invoice.key, 1), {"reason": "Wait for the social worker."})
    assert "Wait for the social worker." in signed_in(cast.mona).get(at("invoice", invoice.key)).content.decode()


def test_a_run_is_made_sent_by_another_and_downloaded_twice_alike(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    approve(scene, send(scene, whole_september()))
    accounts_stand(scene)
    fiona, frank = signed_in(cast.fiona), signed_in(cast.frank)
    day = earliest_pay_day(timezone.localdate())
    boxes = {"pay_on-day": day.day, "pay_on-month": day.month, "pay_on-year": day.year}
    text = fiona.post(at("runs"), boxes, follow=True).content.decode()
    assert "A colleague must send it" in text and "You made this run" in text
    with acting(cast.fiona):
        run = PaymentRun.objects.get()
    assert fiona.post(at("send_run", run.key)).status_code == 403
    assert fiona.get(at("run_file", run.key, "bacs")).status_code == 404
    assert "The run was sent" in frank.post(at("send_run", run.key), follow=True).content.decode()
    files = {frank.get(at("run_file", run.key, "bacs")).content for _ in range(2)}
    assert len(files) == 1 and files.pop().startswith(b"VOL1000001")
    assert frank.get(at("run_file", run.key, "exe")).status_code == 404
    account = signed_in(cast.mona).get(at("account")).content.decode()
    assert "Account with Kent" in account and "£0.00" in account
    rows = list(csv.reader(io.StringIO(fiona.get(at("account") + "?download=csv").content.decode("utf-8-sig"))))
    assert rows[-1][2:] == ["19530.00", "19530.00", "19530.00", "0.00"]


def test_an_account_is_entered_shown_by_its_last_digits_and_confirmed_by_a_colleague(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    send(scene, whole_september())
    fiona, frank = signed_in(cast.fiona), signed_in(cast.frank)
    given = {"holder": str(cast.meadow.key), "name": "Madeup Meadow", "sort_code": "44-55-6", "number": "12345678"}
    assert "A sort code has 6 digits" in fiona.post(at("bank"), given).content.decode()
    text = fiona.post(at("bank"), {**given, "sort_code": "44-55-66"}, follow=True).content.decode()
    assert "ending 5678" in text and "12345678" not in text and "Confirm the account" not in text
    with acting(cast.frank):
        account = BankAccount.objects.get()
    to_confirm = frank.get(at("bank")).content.decode()
    assert "Confirm the account of Madeup Meadow Care Ltd" in to_confirm
    assert "44-55-66, account 12345678, in the name Madeup Meadow" in to_confirm, "every digit is read back"
    assert "is in use" in frank.post(at("confirm_account", account.key), follow=True).content.decode()


def test_the_tolerance_is_set_at_its_page(scene: InvoiceScene) -> None:
    fiona = signed_in(scene.block.cast.fiona)
    given = {
        "pounds": "5",
        "basis_points": "50",
        "starts_on-day": "1",
        "starts_on-month": "10",
        "starts_on-year": "2026",
    }
    assert "no more than £5.00 and no more than 50 basis points" in fiona.post(
        at("set_tolerance"), given, follow=True
    ).content.decode()  # fmt: skip
    assert "must be" in fiona.post(at("set_tolerance"), {**given, "basis_points": "-1"}).content.decode()


def test_nobody_elses_invoice_run_or_account_exists(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    invoice = send(scene, whole_september())
    for person in (cast.harry, cast.felix, scene.block.harriet):
        client = signed_in(person)
        assert client.get(at("invoice", invoice.key)).status_code == 404
        assert "MM-1" not in client.get(at("invoices")).content.decode()
        assert "Madeup Meadow" not in client.get(at("account")).content.decode()
    assert signed_in(cast.hilda).get(at("invoices")).status_code == 403
    for name in ("runs", "bank"):
        assert signed_in(cast.mona).get(at(name)).status_code == 403
    assert signed_in(cast.fiona).get(at("new_invoice")).status_code == 403
    for name in ("return_invoice", "approve_invoice"):
        assert signed_in(cast.mona).post(at(name, invoice.key), {"reason": "x", "shown_pence": 1}).status_code == 403


def test_whoever_runs_the_authoritys_own_homes_does_not_read_what_other_providers_ask_of_it(
    scene: InvoiceScene,
) -> None:
    invoice = send(scene, whole_september())
    client = signed_in(make_person("Ines Madeup-Fostering", scene.kent, "provider"))
    assert client.get(at("invoice", invoice.key)).status_code == 404
    assert "MM-1" not in client.get(at("invoices")).content.decode()
    assert "Madeup Meadow" not in client.get(at("account")).content.decode()

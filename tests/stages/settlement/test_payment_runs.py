"""Approved lines are paid once: made by one, sent by another, the same bytes for ever."""

import csv
import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from nearhome.privacy.acting import acting
from nearhome.settlement.actions.approving import hold_line
from nearhome.settlement.actions.bank_accounts import confirm_account, enter_account
from nearhome.settlement.actions.paying import cancel_run, make_run, send_run
from nearhome.settlement.models import BankAccount, InvoiceLine, PaymentRun, RunLine
from nearhome.settlement.queries.payment_runs import ready_to_pay, run_file
from scenes_invoices import (
    A_NIGHT,
    PAY_ON,
    SENT_AT,
    InvoiceScene,
    accounts_stand,
    approve,
    make_invoice_scene,
    send,
    whole_september,
)

pytestmark = pytest.mark.django_db
CREDIT = {"child_ref": "K-1", "first_night": "30/09/2026", "last_night": "30/09/2026", "amount": "-100.00"}


@pytest.fixture
def scene() -> InvoiceScene:
    made = make_invoice_scene()
    approve(made, send(made, whole_september()))
    accounts_stand(made)
    return made


def run_of(scene: InvoiceScene, pay_on: dt.date = PAY_ON) -> PaymentRun:
    fiona = scene.block.cast.fiona
    with acting(fiona):
        return make_run(pay_on=pay_on, by=fiona, now=SENT_AT)


def sent(scene: InvoiceScene, run: PaymentRun) -> PaymentRun:
    frank = scene.block.cast.frank
    with acting(frank):
        return send_run(run=run, by=frank, now=SENT_AT)


def test_a_run_pays_what_was_approved_in_both_files(scene: InvoiceScene) -> None:
    run = sent(scene, run_of(scene))
    with acting(scene.block.cast.fiona):
        bacs = run_file(scene.block.cast.fiona, run.key, "bacs").decode()
        rows = list(csv.DictReader(io.StringIO(run_file(scene.block.cast.fiona, run.key, "csv").decode())))
    assert "4455661234567809911223300011122    00001953000" in bacs
    assert [(row["Account number"], row["Invoice"], row["Amount"]) for row in rows] == [
        ("12345678", "MM-1", "19530.00")
    ]
    # It arrives on Monday 12 October, so Bacs works on Friday 9 October, day 282 of the year.
    assert bacs.split("\r\n")[3].startswith("UHL1 26282")


def test_the_files_are_kept_as_they_were_whatever_happens_to_the_account(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    run = sent(scene, run_of(scene))
    with acting(cast.fiona):
        before = run_file(cast.fiona, run.key, "bacs")
        row = enter_account(
            holder=cast.meadow, name="Other", sort_code="000000", number="00000000", by=cast.fiona, now=SENT_AT
        )
    with acting(cast.frank):
        confirm_account(account=row, by=cast.frank, now=SENT_AT)
        assert run_file(cast.frank, run.key, "bacs") == before
        send_run(run=run, by=cast.frank, now=SENT_AT)
        assert run_file(cast.frank, run.key, "bacs") == before
        with pytest.raises(IntegrityError), transaction.atomic():
            PaymentRun.objects.filter(pk=run.pk).update(bacs_file="X")


def test_who_made_a_run_never_sends_it(scene: InvoiceScene) -> None:
    run = run_of(scene)
    with acting(scene.block.cast.fiona):
        with pytest.raises(PermissionDenied, match="another finance officer must send"):
            send_run(run=run, by=scene.block.cast.fiona, now=SENT_AT)
        with pytest.raises(IntegrityError), transaction.atomic():
            PaymentRun.objects.filter(pk=run.pk).update(sent_by=scene.block.cast.fiona, sent_at=SENT_AT)


def test_a_line_is_in_one_run_until_the_run_is_cancelled(scene: InvoiceScene) -> None:
    fiona = scene.block.cast.fiona
    run = run_of(scene)
    with acting(fiona):
        with pytest.raises(ValidationError, match="Nothing can be paid now"):
            make_run(pay_on=PAY_ON, by=fiona, now=SENT_AT)
        kept = RunLine.objects.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            RunLine.objects.create(
                run=run, line=kept.line, authority=kept.authority, provider=kept.provider, pence=1, pay_on=PAY_ON
            )
        cancel_run(run=run, reason="Wrong day.", by=fiona, now=SENT_AT)
        assert cancel_run(run=run, reason="Again.", by=fiona, now=SENT_AT).cancel_reason == "Wrong day."
        assert make_run(pay_on=PAY_ON, by=fiona, now=SENT_AT).number == 2


def test_what_was_sent_is_never_cancelled(scene: InvoiceScene) -> None:
    run = sent(scene, run_of(scene))
    with acting(scene.block.cast.fiona), pytest.raises(ValidationError, match="Ask your bank"):
        cancel_run(run=run, reason="Oh no.", by=scene.block.cast.fiona, now=SENT_AT)


def test_a_line_that_was_held_after_the_run_was_made_stops_it(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    with acting(cast.fiona):
        hold_line(line=InvoiceLine.objects.get(), reason="Wait.", by=cast.fiona, now=SENT_AT)
        assert ready_to_pay(cast.fiona) == ()
        with pytest.raises(ValidationError, match="Nothing can be paid now"):
            make_run(pay_on=PAY_ON, by=cast.fiona, now=SENT_AT)


def test_a_credit_lowers_what_is_paid(scene: InvoiceScene) -> None:
    approve(scene, send(scene, CREDIT, number="MM-C"))
    run = sent(scene, run_of(scene))
    with acting(scene.block.cast.fiona):
        assert f"{30 * A_NIGHT - 10_000:011}" in run_file(scene.block.cast.fiona, run.key, "bacs").decode()


def test_credits_of_more_than_is_owed_wait_and_pay_nothing(scene: InvoiceScene) -> None:
    approve(scene, send(scene, {**CREDIT, "amount": "-99,999.00"}, number="MM-C"))
    with acting(scene.block.cast.fiona):
        assert "Credits are as much" in ready_to_pay(scene.block.cast.fiona)[0].obstacle


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2026, 10, 7), "the first day that can be met is 8 October 2026"),
        (dt.date(2026, 10, 10), "weekend or a bank holiday"),
        (dt.date(2027, 10, 10), "more than a month ahead"),
    ],
)
def test_a_day_that_bacs_cannot_meet_is_refused(scene: InvoiceScene, day: dt.date, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        run_of(scene, day)


@pytest.mark.parametrize(
    ("code", "number", "name"), [("11-22", "12345678", "A"), ("112233", "1234567", "A"), ("112233", "12345678", " ")]
)
def test_an_account_that_cannot_be_one_is_refused(scene: InvoiceScene, code: str, number: str, name: str) -> None:
    cast = scene.block.cast
    with acting(cast.fiona), pytest.raises(ValidationError):
        enter_account(holder=cast.meadow, name=name, sort_code=code, number=number, by=cast.fiona, now=SENT_AT)


def test_an_account_is_sealed_and_is_used_only_once_another_person_confirmed_it(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    with acting(cast.fiona):
        row = enter_account(
            holder=cast.meadow, name="N", sort_code="001122", number="87654321", by=cast.fiona, now=SENT_AT
        )
        with pytest.raises(PermissionDenied, match="another finance officer must confirm"):
            confirm_account(account=row, by=cast.fiona, now=SENT_AT)
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM settlement_bankaccount WHERE id = %s", [row.pk])
            assert b"87654321" not in bytes(cursor.fetchone()[0])
        with pytest.raises(IntegrityError), transaction.atomic():
            BankAccount.objects.filter(pk=row.pk).update(number="11111111")
    run = sent(scene, run_of(scene))
    with acting(cast.fiona):
        assert "87654321" not in run_file(cast.fiona, run.key, "bacs").decode()


def test_nobody_else_reads_a_run_or_an_account_and_the_provider_only_its_own_lines(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    sent(scene, run_of(scene))
    for person in (cast.mona, cast.harry, cast.felix, cast.hilda):
        with acting(person):
            assert not PaymentRun.objects.exists() and not BankAccount.objects.exists()
            assert RunLine.objects.exists() == (person == cast.mona)

"""Four eyes, frozen money and whose rows they are hold for SQL as the web role too, not for pages alone."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from cast import make_person
from nearhome.people.actions import switch_off_person, switch_on_person
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.settlement.actions.approving import approve_invoice
from nearhome.settlement.actions.bank_accounts import confirm_account, enter_account
from nearhome.settlement.actions.invoice_tokens import make_token
from nearhome.settlement.models import BankAccount, Month, PaymentRun
from nearhome.settlement.queries.invoice_tokens import person_of_token
from scenes import make_home
from scenes_invoices import (
    A_NIGHT,
    PAY_ON,
    SENT_AT,
    InvoiceScene,
    approve,
    make_invoice_scene,
    match_of,
    send,
    whole_september,
)
from scenes_settlement import first_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> InvoiceScene:
    return make_invoice_scene()


def run(person: Person, sql: str, *values: Any) -> int:
    """What a person's scope lets SQL do, deferred rules included."""
    with transaction.atomic(), acting(person), connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: int = cursor.rowcount
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return rows


def refused(person: Person, sql: str, *values: Any, words: str = "") -> None:
    with pytest.raises(DatabaseError, match=words):
        run(person, sql, *values)


def account_of(scene: InvoiceScene) -> BankAccount:
    cast = scene.block.cast
    with acting(cast.fiona):
        return enter_account(
            holder=cast.meadow, name="Madeup", sort_code="112233", number="12345678", by=cast.fiona, now=SENT_AT
        )


def test_an_account_is_confirmed_by_somebody_and_who_entered_it_stays(scene: InvoiceScene) -> None:
    cast, row = scene.block.cast, account_of(scene)
    update = "UPDATE settlement_bankaccount SET {} WHERE id = %s"
    refused(cast.fiona, update.format("confirmed_at = now()"), row.pk, words="confirmed_by_somebody")
    refused(
        cast.fiona, update.format("entered_by_id = %s, confirmed_by_id = %s, confirmed_at = now()"), cast.frank.pk,
        cast.fiona.pk, row.pk, words="who entered an account stays on record",
    )  # fmt: skip


def test_an_account_that_was_ended_is_not_confirmed_again(scene: InvoiceScene) -> None:
    cast, first = scene.block.cast, account_of(scene)
    with acting(cast.fiona):
        second = enter_account(
            holder=cast.meadow, name="Madeup", sort_code="112233", number="87654321", by=cast.fiona, now=SENT_AT
        )
    with acting(cast.frank):
        confirm_account(account=second, by=cast.frank, now=SENT_AT)
        with pytest.raises(ValidationError, match="used no more"):
            confirm_account(account=first, by=cast.frank, now=SENT_AT)
        assert [one.pk for one in BankAccount.objects.filter(ended_at=None)] == [second.pk]


def test_a_run_pays_what_was_approved_and_nothing_is_added_once_it_was_sent(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    invoice = send(scene, whole_september())
    approve(scene, invoice)
    made = (
        "INSERT INTO settlement_paymentrun (key, number, pay_on, made_at, cancel_reason, csv_file, bacs_file, csv_digest,"
        " bacs_digest, authority_id, made_by_id, sent_at, sent_by_id)"
        " VALUES (gen_random_uuid(), %s, %s, now(), '', '', '', '', '', %s, %s, {})"
    )
    refused(cast.fiona, made.format("now(), NULL"), 1, PAY_ON, cast.kent.pk, cast.fiona.pk, words="sent_by_somebody")
    run(cast.fiona, made.format("NULL, NULL"), 1, PAY_ON, cast.kent.pk, cast.fiona.pk)
    run(cast.fiona, made.format("now(), %s"), 2, PAY_ON, cast.kent.pk, cast.fiona.pk, cast.frank.pk)
    with acting(cast.fiona):
        unsent, sent = PaymentRun.objects.order_by("number").values_list("pk", flat=True)
        line = match_of(invoice).line_id
    added = (
        "INSERT INTO settlement_runline (pence, pay_on, authority_id, line_id, provider_id, run_id)"
        " VALUES (%s, %s, %s, %s, %s, %s)"
    )
    about = (PAY_ON, cast.kent.pk, line, cast.meadow.pk)
    for pence, into in ((30 * A_NIGHT + 1, unsent), (30 * A_NIGHT, sent)):
        refused(cast.fiona, added, pence, *about, into, words="pays what was approved")
    refused(
        cast.fiona, "UPDATE settlement_paymentrun SET made_by_id = %s WHERE number = 1", cast.frank.pk,
        words="who made a run stays on record",
    )  # fmt: skip
    assert run(cast.fiona, added, 30 * A_NIGHT, *about, unsent) == 1


def test_what_a_provider_sent_stays_and_is_approved_by_somebody_who_did_not_send_it(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    invoice = send(scene, whole_september())
    refused(
        cast.fiona, "UPDATE settlement_invoice SET pence = 1 WHERE id = %s", invoice.pk, words="stays as it was sent"
    )
    update = "UPDATE settlement_linematch SET {}"
    refused(cast.fiona, update.format("approved_at = now()"), words="approved by somebody")
    by_sender = update.format("approved_at = now(), approved_by_id = %s")
    refused(cast.fiona, by_sender, cast.mona.pk, words="somebody else than who sent it")
    both = Person.objects.get(pk=cast.fiona.pk)
    invoice.submitted_by_id = both.pk  # as of an authority's own home, by one person with both roles
    with acting(both), pytest.raises(PermissionDenied, match="You sent this invoice"):
        approve_invoice(invoice=invoice, shown_pence=30 * A_NIGHT, by=both, now=SENT_AT)


def test_who_checked_a_month_stays_and_no_step_of_it_goes_unrecorded(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    update = "UPDATE settlement_month SET {}"
    checked = "state = 'checked', checked_by_id = %s, checked_at = now()"
    refused(cast.fiona, update.format(checked), cast.fiona.pk, words="recorded with who took it")
    move = (
        "INSERT INTO settlement_monthmove (from_state, to_state, by_name, by_person_id, at, why, month_id)"
        " VALUES ('draft', 'checked', 'x', %s, now(), '', %s)"
    )
    with acting(cast.fiona):
        number = Month.objects.get().pk
    whole = f"WITH step AS ({move} RETURNING id) {update.format(checked)}"
    refused(cast.fiona, whole, cast.frank.pk, number, cast.fiona.pk, words="recorded with who took it")
    run(cast.fiona, whole, cast.fiona.pk, number, cast.fiona.pk)
    swapped = update.format("state = 'approved', checked_by_id = %s, approved_by_id = %s, approved_at = now()")
    refused(cast.fiona, swapped, cast.frank.pk, cast.fiona.pk, words="who checked and approved a month stays")


CHARGE = (
    "INSERT INTO settlement_charge (key, about_month, child_ref, home_name, kind, starts_on, ends_before, nights,"
    " weekly_price_pence, pence, reason, element, host_id, payer_id, provider_id, month_id, place_id)"
    " VALUES (gen_random_uuid(), '2026-09-01', '', 'Made up', 'occupied', '2026-09-01', '2026-09-02', 1, 100, 100, 'x', '',"
    " %s, %s, %s, %s, %s)"
)


def test_no_outsider_and_no_provider_posts_into_a_partnerships_month(scene: InvoiceScene) -> None:
    cast, place = scene.block.cast, scene.block.places[0].pk
    with acting(cast.fiona):
        number = Month.objects.get().pk
    for person in (cast.hilda, cast.mona):
        refused(
            person,
            CHARGE,
            person.organisation_id,
            cast.kent.pk,
            cast.meadow.pk,
            number,
            place,
            words="row-level security",
        )
    assert run(cast.felix, CHARGE, cast.portsmouth.pk, cast.portsmouth.pk, cast.meadow.pk, number, place) == 1


def test_nights_are_kept_as_paid_only_where_they_are_due_from_the_authority_that_says_so(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    invoice = send(scene, whole_september())
    with acting(cast.fiona):
        line = match_of(invoice).line_id
    kept = (
        "INSERT INTO settlement_paidnights (element, days, authority_id, line_id, place_id, provider_id)"
        " VALUES ('accommodation', %s::daterange, %s, %s, %s, %s)"
    )
    september, place = "[2026-09-01,2026-10-01)", scene.block.places[0].pk
    elsewhere = first_place(
        make_home(cast.meadow, "Madeup Meadow Barn", urn="SC900077")
    ).pk  # nothing of Kent's is due there
    for person, where in ((cast.hilda, place), (cast.fiona, elsewhere)):
        refused(
            person, kept, september, person.organisation_id, line, where, cast.meadow.pk, words="row-level security"
        )
    assert run(cast.fiona, kept, september, cast.kent.pk, line, place, cast.meadow.pk) == 1


def test_a_provider_changes_nothing_of_a_booking(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    for change in (
        "arrived_on = '2026-01-01'",
        f"authority_id = {cast.hampshire.pk}",
        "expected_ends_on = '2030-01-01'",
    ):
        refused(cast.mona, f"UPDATE placements_booking SET {change}", words="booking")
    refused(cast.fiona, f"UPDATE placements_booking SET authority_id = {cast.hampshire.pk}", words="booking|row-level")


def test_a_programs_token_ends_with_the_person_it_stands_for(scene: InvoiceScene) -> None:
    cast = scene.block.cast
    with acting(cast.mona):
        token = make_token(label="Made-up ledger", by=cast.mona, now=SENT_AT)
    assert person_of_token(token) == cast.mona
    maud = make_person("Maud Madeup-Admin", cast.meadow, "administrator")
    with acting(maud):
        switch_off_person(person=cast.mona, by=maud, now=SENT_AT)
        assert person_of_token(token) is None
        switch_on_person(person=cast.mona, by=maud, now=SENT_AT + dt.timedelta(days=1))
    assert person_of_token(token) is None

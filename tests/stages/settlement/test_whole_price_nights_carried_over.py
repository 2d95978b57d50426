"""Nights that were kept element by element before the whole price had a row of its own, carried over and back."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connections, transaction

from nearhome.privacy.acting import acting
from nearhome.settlement.models import InvoiceLine, PaidNights
from scenes_invoices import InvoiceScene, make_invoice_scene, send, whole_september

pytestmark = pytest.mark.usefixtures("committed_database")
ROWS = "SELECT line_id, place_id, element, lower(days), upper(days) FROM settlement_paidnights ORDER BY 1, 2, 4, 3"
Row = tuple[Any, ...]


def september(first: int, before: int) -> tuple[dt.date, dt.date]:
    return dt.date(2026, 9, first), dt.date(2026, 9, 1) + dt.timedelta(days=before - 1)


def as_owner(statement: str, *values: object) -> list[Row]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def migrated_to(name: str) -> None:
    call_command("migrate", "settlement", name, database="owner", verbosity=0, interactive=False)


def keep(line: InvoiceLine, place: Any, element: str, first: int, before: int) -> None:
    as_owner(
        "INSERT INTO settlement_paidnights (line_id, authority_id, provider_id, place_id, element, days)"
        " VALUES (%s, %s, %s, %s, %s, daterange(%s, %s))",
        line.pk, line.authority_id, line.provider_id, place.pk, element, *september(first, before),
    )  # fmt: skip


def sent_lines(scene: InvoiceScene) -> dict[str, InvoiceLine]:
    """Three invoices of one child: the whole price, therapy alone, and a uniform."""
    for number, element in (("WHOLE", ""), ("THERAPY", "therapy"), ("UNIFORM", "uniform")):
        send(scene, whole_september(element=element), number=number)
    with acting(scene.block.cast.mona):
        return {one.invoice.number: one for one in InvoiceLine.objects.select_related("invoice")}


def test_each_line_has_one_row_over_the_same_nights_and_what_was_paid_twice_stays_as_it_was() -> None:
    scene = make_invoice_scene()
    lines = sent_lines(scene)
    whole, therapy, uniform = lines["WHOLE"], lines["THERAPY"], lines["UNIFORM"]
    here, there, third = scene.block.places[:3]
    migrated_to("0011_elements")
    keep(whole, here, "accommodation", 1, 21)
    keep(whole, here, "education", 11, 26)
    keep(whole, there, "accommodation", 26, 31)
    keep(uniform, here, "uniform", 5, 6)
    # The gap that the old rows left: therapy was paid for nights of which the whole price was paid.
    keep(therapy, here, "therapy", 16, 19)
    keep(therapy, third, "therapy", 1, 31)
    migrated_to("0012_whole_price_nights")
    expected = [
        (whole, here, "all", 1, 16), (whole, here, "accommodation", 16, 19), (whole, here, "education", 16, 19),
        (whole, here, "all", 19, 26), (whole, there, "all", 26, 31), (uniform, here, "uniform", 5, 6),
        (therapy, here, "therapy", 16, 19), (therapy, third, "therapy", 1, 31),
    ]  # fmt: skip
    found = as_owner(ROWS)
    assert sorted(found) == sorted(
        (line.pk, place.pk, element, *september(first, before)) for line, place, element, first, before in expected
    )
    assert as_owner("SELECT count(*) FROM settlement_paidnights WHERE authority_id = %s", scene.kent.pk) == [(8,)]
    with acting(scene.block.cast.fiona):
        for row in PaidNights.objects.filter(place=here, element="all"):
            late = PaidNights(line=therapy, authority=row.authority, provider=row.provider, place=here, days=row.days)
            late.element = "transport"
            with pytest.raises(IntegrityError), transaction.atomic():
                late.save()


def test_nothing_to_carry_over_and_back_again_refuse_no_less() -> None:
    scene = make_invoice_scene()
    whole = sent_lines(scene)["WHOLE"]
    migrated_to("0011_elements")
    migrated_to("0012_whole_price_nights")
    assert as_owner(ROWS) == []
    place = scene.block.places[0]
    keep(whole, place, "all", 1, 31)
    migrated_to("0011_elements")
    assert {one[2] for one in as_owner(ROWS)} >= {"accommodation", "therapy", "education", "transport", "other"}
    with pytest.raises(IntegrityError):
        keep(whole, place, "therapy", 30, 31)
    migrated_to("0012_whole_price_nights")
    assert as_owner(ROWS) == [(whole.pk, place.pk, "all", *september(1, 31))]
    for statement in ("UPDATE settlement_paidnights SET element = 'x'", "DELETE FROM settlement_paidnights"):
        with pytest.raises(IntegrityError):
            as_owner(statement)

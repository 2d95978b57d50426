"""Payments that were checked or closed stay those that were seen; where there might be fewer, the page says so."""

import datetime as dt

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting
from nearhome.settlement.actions.holding import settle_open_months
from nearhome.settlement.models import Month, NetPosition, Statement, Transfer
from nearhome.settlement.queries.statements import statement_for_pdf
from scenes_closing import checked_and_approved, closed
from scenes_disputes import work_out
from scenes_settlement import IN_OCTOBER, BlockScene, live_in, make_block_scene

pytestmark = pytest.mark.django_db
Payments = dict[tuple[str, str], int]


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


@pytest.fixture
def month(scene: BlockScene) -> Month:
    """A draft in which Portsmouth pays through West Sussex: it settles all as well, in a way no longer found."""
    came, left = dt.date(2026, 9, 10), dt.date(2026, 9, 25)
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", came, left, block=scene.contract)
    month = work_out(scene)
    with acting(scene.cast.fiona):
        owed = Transfer.objects.filter(month=month).aggregate(all=Sum("pence"))["all"]
        Transfer.objects.filter(month=month, payer=scene.cast.portsmouth).update(payee=scene.cast.west_sussex)
        Transfer.objects.filter(month=month, payer=scene.cast.west_sussex).update(pence=owed)
    return month


def paid(scene: BlockScene, month: Month) -> Payments:
    with acting(scene.cast.fiona):
        rows = Transfer.objects.filter(month=month).select_related("payer", "payee")
        return {(one.payer.name, one.payee.name): one.pence for one in rows}


def settled_again(scene: BlockScene, month: Month) -> Month:
    with acting(scene.cast.fiona):
        settle_open_months([month], now=IN_OCTOBER)
        return Month.objects.get(pk=month.pk)


def test_a_draft_gets_the_payments_that_are_found_today(scene: BlockScene, month: Month) -> None:
    settled_again(scene, month)
    with acting(scene.cast.fiona):
        owes = NetPosition.objects.filter(month=month, pence__lt=0).select_related("organisation")
        assert paid(scene, month) == {(one.organisation.name, "Kent"): -one.pence for one in owes}


def test_an_approved_month_keeps_the_payments_that_were_checked(scene: BlockScene, month: Month) -> None:
    before = paid(scene, month)
    month = checked_and_approved(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    assert settled_again(scene, month).state == "approved"
    assert paid(scene, month) == before


def test_the_statement_of_a_closed_month_names_the_payments_it_closed_with(scene: BlockScene, month: Month) -> None:
    before = paid(scene, month)
    closed(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    with acting(scene.cast.felix):
        row = Statement.objects.select_related("month", "organisation").get(organisation=scene.cast.portsmouth)
        made = statement_for_pdf(row, made_on=dt.date(2026, 10, 6))
    named = {(made.names[one.paid_by], made.names[one.paid_to]): one.pence for one in made.transfers}
    assert named == before
    assert ("Portsmouth", "West Sussex") in named


def page_of(person: Person, month: Month) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse("settlement:month", args=[month.key])).content.decode()


def test_a_month_says_where_fewer_payments_might_do(scene: BlockScene, month: Month) -> None:
    """Twenty-three more authorities, none of which cancels another: more than are searched for the fewest payments."""
    assert "fewer might do" not in page_of(scene.cast.fiona, month)
    owed = [*range(1, 12), *range(-23, -12)]
    many = [Organisation.objects.create(name=f"Madeup Council {number}", kind="authority") for number in range(23)]
    with acting(scene.cast.fiona):
        NetPosition.objects.bulk_create(
            NetPosition(month=month, organisation=one, pence=pence)
            for one, pence in zip(many, [*owed, -sum(owed)], strict=True)
        )
    for person in (scene.cast.fiona, scene.cast.felix):
        assert "these settle every position, but fewer might do." in page_of(person, month)

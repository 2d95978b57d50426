"""Pages of elements and budgets: what people type, what they read, what another authority does not find."""

import csv
import datetime as dt
import io

import pytest
from django.test import Client
from django.urls import reverse

from nearhome.needs.models import Episode
from nearhome.people.models import Person
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting, acting_for
from nearhome.settlement.actions.staying import accept_funder, ask_funder
from nearhome.settlement.models import BookingAmount, FundingSplit, LedgerCode, Month
from scenes_disputes import work_out
from scenes_elements import ARRIVED, PRICE, code, placed, split
from scenes_settlement import IN_OCTOBER, BlockScene, make_block_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


@pytest.fixture
def booking(scene: BlockScene) -> Booking:
    return placed(scene)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def day(name: str, on: dt.date) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def test_a_finance_officer_splits_and_is_told_what_is_wrong(scene: BlockScene, booking: Booking) -> None:
    felix, address = signed_in(scene.cast.felix), reverse("settlement:split_funding", args=[booking.key])
    typed = {
        "element": "therapy",
        "share_social_care": "70",
        "share_health": "20",
        "why": "Panel.",
        **day("split_from", ARRIVED),
    }
    shown = felix.post(address, typed).content.decode()
    assert "The shares come to 90%. Change them so that they come to 100%" in shown
    assert 'href="#split-share_social_care"' in shown
    assert "<title>Error: " in shown
    for _ in range(2):
        shown = felix.post(address, typed | {"share_health": "30"}, follow=True).content.decode()
    assert "The split is recorded." in shown
    with acting(scene.cast.felix):
        row = FundingSplit.objects.get()
        assert {one.funder: one.basis_points for one in row.shares.all()} == {"social care": 7000, "health": 3000}
    assert signed_in(scene.cast.oscar).post(address, typed).status_code == 403
    assert signed_in(scene.cast.fiona).post(address, typed).status_code == 404


def test_an_amount_and_a_credit_are_recorded_once_and_withdrawn(scene: BlockScene, booking: Booking) -> None:
    felix, address = signed_in(scene.cast.felix), reverse("settlement:record_amount", args=[booking.key])
    typed = {"name": "Uniform", "kind": "paid", "amount": "120.50", "amount_why": "New school.", **day("on", ARRIVED)}
    assert "There is a problem" in felix.post(address, {}).content.decode()
    assert "a name of its own" in felix.post(address, typed | {"name": "Education"}).content.decode()
    for _ in range(2):
        assert "The amount is recorded." in felix.post(address, typed, follow=True).content.decode()
    felix.post(address, typed | {"kind": "credit", "amount": "20"})
    with acting(scene.cast.felix):
        assert sorted(BookingAmount.objects.values_list("pence", flat=True)) == [-2000, 12_050]
        row = BookingAmount.objects.get(pence=12_050)
    withdraw = reverse("settlement:withdraw_amount", args=[row.key])
    assert signed_in(scene.cast.fiona).post(withdraw).status_code == 404
    assert signed_in(scene.cast.oscar).post(withdraw).status_code == 403
    assert "Withdrawn" in felix.post(withdraw, follow=True).content.decode()
    assert felix.post(withdraw).status_code == 302


def test_ledger_codes_and_a_month_by_code_for_the_years_end(scene: BlockScene, booking: Booking) -> None:
    felix, address = signed_in(scene.cast.felix), reverse("settlement:ledger_codes")
    assert "There is a problem" in felix.post(address, {}).content.decode()
    typed = {"element": "therapy", "funder": "health", "code": "H77", "starts_on": "2026-09-01"}
    assert "The ledger code is recorded." in felix.post(address, typed, follow=True).content.decode()
    with acting(scene.cast.felix):
        assert LedgerCode.objects.get().code == "H77"
    code(scene.cast.felix, "", "social care", "4500")
    split(booking, scene.cast.felix, "therapy", ARRIVED, health=100)
    month = work_out(scene)
    page = reverse("settlement:month_shares", args=[month.key])
    shown = felix.get(page).content.decode()
    assert "H77" in shown
    assert "£525.09" in shown
    sheet = felix.get(f"{page}?download=csv&table=by-ledger-code").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert {"Ledger code": "H77", "Budget": "Health", "Part of the price": "Therapy", "Amount": "525.09"} in rows
    assert page in felix.get(address).content.decode()
    assert signed_in(scene.harriet).get(page).status_code == 404
    assert signed_in(scene.cast.oscar).get(page).status_code == 403
    with acting(scene.cast.fiona):
        assert Month.objects.filter(key=month.key).exists()


def test_lifetime_cost_adds_up_and_names_nights_without_one(scene: BlockScene, booking: Booking) -> None:
    split(booking, scene.cast.felix, "education", ARRIVED, education=100)
    with acting_for(booking.authority_id):
        Episode.objects.create(
            child=booking.child, authority=scene.cast.portsmouth, starts_on=dt.date(2026, 9, 1), ends_before=dt.date(2026, 10, 3),
            reason_new="S", legal_status="C2", need="N1", place_type="K2",
        )  # fmt: skip
    address = reverse("settlement:child_cost", args=[booking.child.key])
    felix = signed_in(scene.cast.felix)
    assert "Nothing is posted yet" in felix.get(address).content.decode()
    work_out(scene)
    for person in (scene.cast.felix, scene.cast.oscar, scene.cast.ada):
        shown = signed_in(person).get(address).content.decode()
        assert f"£{3 * sum(PRICE.values()) / 100:,.2f}" in shown
        assert f"£{3 * 30_001 / 100:,.2f}" in shown
        assert "September 2026" in shown
        assert f"£{sum(PRICE.values()) / 100:,.2f}" in shown  # the average week
    rows = list(
        csv.reader(io.StringIO(felix.get(f"{address}?download=csv&table=no-cost-known").content.decode("utf-8-sig")))
    )
    assert rows[1] == ["2026-09-01", "2026-09-10", "9"]
    assert rows[2][0] == "2026-10-01"  # the stay goes on, and October is not posted
    assert felix.get(f"{address}?download=xlsx&table=by-budget").status_code == 200
    for person, status in ((scene.cast.fiona, 404), (scene.cast.hilda, 404), (scene.cast.mona, 403)):
        assert signed_in(person).get(address).status_code == status


def test_who_accepted_to_pay_says_so_too_and_reads_nothing_more(scene: BlockScene, booking: Booking) -> None:
    with acting(scene.cast.felix):
        asked = ask_funder(
            booking=booking, funder=scene.cast.kent, starts_on=dt.date(2026, 9, 24), why="Moved.",
            by=scene.cast.felix, now=IN_OCTOBER,
        )  # fmt: skip
    fiona, address = signed_in(scene.cast.fiona), reverse("settlement:stay_money", args=[asked.key])
    assert fiona.get(address).status_code == 404
    with acting(scene.cast.fiona):
        accept_funder(asked=asked, by=scene.cast.fiona, now=IN_OCTOBER)
    stays = reverse("settlement:stays")
    assert address in fiona.get(stays).content.decode()
    assert "that you pay for" not in signed_in(scene.cast.olive).get(stays).content.decode()
    shown = fiona.get(address).content.decode()
    assert "Say which budgets pay" in shown
    assert "Record an amount besides" not in shown
    assert fiona.post(reverse("settlement:record_amount", args=[asked.key]), {}).status_code == 404
    assert signed_in(scene.cast.olive).get(address).status_code == 404


def test_the_placement_page_and_the_stay_lead_to_the_cost(scene: BlockScene, booking: Booking) -> None:
    cost = reverse("settlement:child_cost", args=[booking.child.key])
    money = reverse("settlement:stay_money", args=[booking.key])
    assert cost in signed_in(scene.cast.oscar).get(reverse("placements:placement", args=[booking.key])).content.decode()
    assert money in signed_in(scene.cast.felix).get(reverse("settlement:stay", args=[booking.key])).content.decode()
    assert cost in signed_in(scene.cast.felix).get(money).content.decode()

"""A provider's own software sends invoices with a token: taken in once, answered line by line, refused in plain words."""

import json

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.settlement import api
from nearhome.settlement.actions.invoice_tokens import end_token, make_token
from nearhome.settlement.models import Invoice, InvoiceToken
from scenes_invoices import InvoiceScene, make_invoice_scene

pytestmark = pytest.mark.django_db
ADDRESS = reverse("settlement:invoice_api")
LINE = {"child_ref": "K-1", "first_night": "2026-09-01", "last_night": "2026-09-30", "nights": 30, "amount": 19530.00}
GOOD = {"authority": "Kent", "number": "API-1", "dated_on": "2026-10-05", "lines": [LINE]}


@pytest.fixture
def scene() -> InvoiceScene:
    cache.clear()
    return make_invoice_scene()


def token_of(person: Person) -> str:
    with acting(person):
        return make_token(label="Madeup Books", by=person, now=timezone.now())


def post(token: str, body: object):
    content = body if isinstance(body, str) else json.dumps(body)
    return Client().post(
        ADDRESS, content, content_type="application/json", headers={"authorization": f"Bearer {token}"}
    )


def test_an_invoice_is_taken_in_once_and_answered_line_by_line(scene: InvoiceScene) -> None:
    token = token_of(scene.block.cast.mona)
    first = post(token, GOOD)
    assert first.status_code == 201
    assert first.json()["lines"] == [
        {"line": 1, "verdict": "agreed", "due": "19530.00", "may_be_paid": "19530.00", "why": "£19,530.00 is due."}
    ]
    again = post(token, GOOD)
    assert (again.status_code, again.json()["key"]) == (200, first.json()["key"])
    with acting(scene.block.cast.fiona):
        assert Invoice.objects.get().source == "api"


@pytest.mark.parametrize(
    ("change", "status", "field", "words"),
    [
        ({"authority": "Surrey"}, 422, "authority", "none of the authorities that pay you: Kent."),
        ({"number": None}, 400, "number", "missing, or no text"),
        ({"dated_on": "yesterday"}, 400, "dated_on", "not a date like"),
        ({"dated_on": "2099-01-01"}, 422, None, "must not be in the future"),
        ({"lines": []}, 400, "lines", "at least one line"),
        ({"lines": [5]}, 400, None, "A line is an object"),
        ({"lines": [{**LINE, "amount": True}]}, 400, "amount", "text or a number"),
        ({"lines": [{**LINE, "amount": {"a": 1}}]}, 400, "amount", "text or a number"),
        ({"lines": [{**LINE, "amount": "9e999999"}]}, 422, "amount", "not an amount of money"),
        ({"lines": [{**LINE, "amount": "1e500000"}]}, 422, "amount", "not an amount of money"),
        ({"lines": [{**LINE, "child_ref": "\ud800"}]}, 400, "child_ref", "text or a number"),
        ({"number": "A\udfff"}, 400, "number", "missing, or no text"),
        ({"lines": [{**LINE, "wishes": "x"}]}, 400, "wishes", "no such field"),
        ({"lines": [{**LINE, "nights": 29}]}, 422, "nights", "the dates hold 30"),
        ({"lines": [{**LINE, "amount": "lots"}]}, 422, "amount", "not an amount of money"),
    ],
)
def test_what_is_wrong_is_said_with_line_field_and_mend(
    scene: InvoiceScene, change: dict, status: int, field: str | None, words: str
) -> None:
    response = post(token_of(scene.block.cast.mona), GOOD | change)
    error = response.json()["errors"][0]
    assert (response.status_code, error["field"]) == (status, field)
    assert words in error["message"]
    with acting(scene.block.cast.mona):
        assert not Invoice.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", "5", '"x"', "[" * 5000, '{"lines": NaN}'])
def test_what_is_no_invoice_is_refused_and_breaks_nothing(scene: InvoiceScene, body: str) -> None:
    assert post(token_of(scene.block.cast.mona), body).status_code == 400


def test_without_a_token_that_stands_nothing_is_taken_in(scene: InvoiceScene) -> None:
    mona = scene.block.cast.mona
    token = token_of(mona)
    assert post("", GOOD).status_code == post("nh_wrong", GOOD).status_code == 401
    with acting(mona):
        row = InvoiceToken.objects.get()
        assert token not in (row.digest, row.label)
        end_token(token=row, by=mona, now=timezone.now())
    assert post(token, GOOD).status_code == 401


def test_a_token_of_somebody_who_left_opens_nothing(scene: InvoiceScene) -> None:
    mona = scene.block.cast.mona
    token = token_of(mona)
    Person.objects.filter(pk=mona.pk).update(is_active=False)
    assert post(token, GOOD).status_code == 401


def test_another_provider_is_paid_by_nobody_and_bills_nobody(scene: InvoiceScene) -> None:
    response = post(token_of(scene.block.cast.harry), GOOD)
    assert response.status_code == 422 and "none yet" in response.json()["errors"][0]["message"]


def test_guessing_is_slowed_down(scene: InvoiceScene) -> None:
    answers = [post("nh_guess", GOOD) for _ in range(22)]
    assert (answers[0].status_code, answers[-1].status_code) == (401, 429)
    assert answers[-1]["Retry-After"] == "60"


def test_a_token_that_stands_is_not_held_up_by_who_guesses_at_the_same_address(scene: InvoiceScene) -> None:
    token = token_of(scene.block.cast.mona)
    guesses = [post(f"nh_guess{number}", GOOD).status_code for number in range(22)]
    assert (guesses[19], guesses[21], post("", GOOD).status_code) == (401, 429, 429)
    assert post(token, GOOD).status_code == 201


def test_one_wrong_token_is_slowed_down_from_wherever_it_is_tried(scene: InvoiceScene) -> None:
    def tried_from(number: int) -> int:
        headers = {"authorization": "Bearer nh_leaked"}
        sent = Client(REMOTE_ADDR=f"10.0.0.{number}").post(
            ADDRESS, "{}", content_type="application/json", headers=headers
        )
        return sent.status_code

    answers = [tried_from(number) for number in range(22)]
    assert (answers[0], answers[-1]) == (401, 429)


def test_a_program_may_send_so_many_a_minute_and_then_waits(
    scene: InvoiceScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "MOST_A_MINUTE", 3)
    tokens = token_of(scene.block.cast.mona), token_of(scene.block.cast.harry)
    assert [post(tokens[0], GOOD).status_code for _ in range(4)] == [201, 200, 200, 429]
    assert post(tokens[1], GOOD).status_code == 422


def test_how_to_send_one_is_told_to_anybody() -> None:
    assert Client().get(ADDRESS).json()["invoice"]["dated_on"] == "2026-10-01"
    assert Client().put(ADDRESS).status_code == 405


def test_a_token_is_shown_once_at_its_page_and_ended_there(scene: InvoiceScene) -> None:
    client = Client()
    client.force_login(scene.block.cast.mona)
    page = reverse("settlement:invoice_tokens")
    assert "nh_" in client.post(page, {"label": "Madeup Books"}).content.decode()
    again = client.get(page).content.decode()
    assert "nh_" not in again and "Madeup Books" in again
    with acting(scene.block.cast.mona):
        row = InvoiceToken.objects.get()
    assert "was ended" in client.post(reverse("settlement:end_token", args=[row.key]), follow=True).content.decode()
    client.force_login(scene.block.cast.harry)
    assert client.post(reverse("settlement:end_token", args=[row.key])).status_code == 404
    client.force_login(scene.block.cast.fiona)
    assert client.get(page).status_code == 403

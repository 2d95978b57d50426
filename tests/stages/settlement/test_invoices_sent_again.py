"""The same number again: the same invoice is answered with the first, another is refused and says where they differ."""

import json
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nearhome.audit.models import Event
from nearhome.people.models import Organisation
from nearhome.privacy.acting import acting
from nearhome.settlement.actions.invoice_tokens import make_token
from nearhome.settlement.actions.invoicing import OtherContentError, return_invoice, submit_invoice
from nearhome.settlement.importers.invoice_rows import lines_from_rows
from nearhome.settlement.models import Invoice, InvoiceLine, LineHold, LineMatch
from scenes_invoices import SENT_AT, SENT_ON, InvoiceScene, approve, make_invoice_scene, send, whole_september
from scenes_together import together

P1 = {"child_ref": "P-1", "first_night": "10/09/2026", "last_night": "24/09/2026", "amount": "9765.00"}
CSV = "Child,First night,Last night,Element,Amount\nK-1,01/09/2026,30/09/2026,{element},19530.00\n"


@pytest.fixture
def scene(db: None) -> InvoiceScene:
    cache.clear()
    return make_invoice_scene()


def stored(scene: InvoiceScene) -> tuple[int, ...]:
    with acting(scene.block.cast.mona):
        return tuple(table.objects.count() for table in (Invoice, InvoiceLine, LineMatch, LineHold, Event))


def test_a_retry_is_answered_with_the_first_whatever_became_of_it_and_in_whatever_order(scene: InvoiceScene) -> None:
    first = send(scene, whole_september(), P1)
    before = stored(scene)
    assert send(scene, P1, whole_september()) == first
    assert send(scene, whole_september(), P1, number=" mm-1 ") == first
    assert stored(scene) == before
    approve(scene, first)
    assert send(scene, whole_september(), P1) == first


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([whole_september(element="therapy"), P1], "Line 1 (child K-1, therapy): the element is therapy and was the whole"),
        ([whole_september(1), P1], "Line 1 (child K-1, the whole price): the amount is £0.01 and was £19,530.00."),
        ([whole_september(home="Elsewhere"), P1], "the home is Elsewhere and was not given."),
        ([whole_september(weekly_price="4557"), P1], "the weekly price is £4,557.00 and was not given."),
        ([whole_september()], "Line 2 of the first (child P-1, the whole price, £9,765.00) is missing now."),
        ([whole_september(), P1, P1], "Line 3 (child P-1, the whole price, £9,765.00) did not stand on the first."),
    ],
)  # fmt: skip
def test_other_content_under_the_number_is_refused_says_what_differs_and_stores_nothing(
    scene: InvoiceScene, rows: list[dict[str, str]], words: str
) -> None:
    send(scene, whole_september(), P1)
    before = stored(scene)
    with pytest.raises(OtherContentError) as refused:
        send(scene, *rows, number="mm-1")
    (told,) = refused.value.messages
    assert told.startswith("You sent an invoice MM-1 on 6 October 2026 already, of £29,295.00, with other content. ")
    assert words in told
    assert (
        "Give a new invoice another number. To correct the first, ask Kent to return it, or send what changes" in told
    )
    assert stored(scene) == before
    assert send(scene, *rows, number="MM-2") is not None


def test_what_is_approved_is_corrected_by_a_difference_only(scene: InvoiceScene) -> None:
    approve(scene, send(scene, whole_september()))
    with pytest.raises(ValidationError, match="To correct the first, send what changes as differences under another"):
        send(scene, P1)


def test_a_number_that_was_returned_is_free_for_other_content(scene: InvoiceScene) -> None:
    fiona, first = scene.block.cast.fiona, send(scene, whole_september())
    with acting(fiona):
        return_invoice(invoice=first, reason="Therapy is not agreed.", by=fiona, now=SENT_AT)
    second = send(scene, P1)
    assert second != first and send(scene, P1) == second


def test_the_upload_says_it_beside_the_form(scene: InvoiceScene) -> None:
    send(scene, whole_september(element="therapy"))
    before, client = stored(scene), Client()
    client.force_login(scene.block.cast.mona)
    given = {"authority": str(scene.kent.key), "number": "MM-1"}
    day = {"dated_on-day": SENT_ON.day, "dated_on-month": SENT_ON.month, "dated_on-year": SENT_ON.year}

    def upload(element: str) -> str:
        sent = SimpleUploadedFile("invoice.csv", CSV.format(element=element).encode())
        return client.post(
            reverse("settlement:new_invoice"), given | day | {"file": sent}, follow=True
        ).content.decode()

    text = upload("")
    assert "Line 1 (child K-1, the whole price): the element is the whole price and was therapy." in text
    assert "Give a new invoice another number." in text
    assert "Invoice MM-1 was sent to Kent." in upload("therapy")
    assert stored(scene) == before


def test_a_program_is_answered_409_with_line_field_and_mend(scene: InvoiceScene) -> None:
    mona = scene.block.cast.mona
    with acting(mona):
        token = make_token(label="Madeup Books", by=mona, now=timezone.now())
    line = {"child_ref": "K-1", "first_night": "2026-09-01", "last_night": "2026-09-30", "amount": 19530.00}
    good = {"authority": "Kent", "number": "API-1", "dated_on": "2026-10-05", "lines": [line]}

    def post(**change: object) -> tuple[int, dict]:
        answer = Client().post(
            reverse("settlement:invoice_api"), json.dumps(good | change), content_type="application/json",
            headers={"authorization": f"Bearer {token}"},
        )  # fmt: skip
        return answer.status_code, answer.json()

    assert post()[0] == 201
    before = stored(scene)
    status, answer = post(lines=[{**line, "element": "therapy"}])
    assert (status, answer["errors"][0]["line"], answer["errors"][0]["field"]) == (409, 1, "element")
    assert "You sent an invoice API-1 on " in answer["errors"][0]["message"]
    assert "the element is therapy and was the whole price." in answer["errors"][0]["message"]
    status, answer = post(dated_on="2026-10-04")
    assert (status, answer["errors"][0]["line"], answer["errors"][0]["field"]) == (409, None, "dated_on")
    assert "Its date is 4 October 2026 and was 5 October 2026." in answer["errors"][0]["message"]
    assert stored(scene) == before
    assert post()[0] == 200
    assert post(number="API-2", lines=[{**line, "element": "therapy"}])[0] == 201


def test_one_number_to_another_authority_is_refused(scene: InvoiceScene) -> None:
    send(scene, whole_september())
    with (
        acting(scene.block.cast.mona),
        pytest.raises(OtherContentError, match=r"It is to Portsmouth and was to Kent\."),
    ):
        sending(scene, scene.block.cast.portsmouth)()


def sending(scene: InvoiceScene, authority: Organisation, **change: str) -> Callable[[], object]:
    lines, faults = lines_from_rows([(2, whole_september(**change))])
    assert not faults
    given = {"authority": authority, "number": "MM-1", "dated_on": SENT_ON, "lines": lines, "source": "api"}
    return lambda: submit_invoice(**given, by=scene.block.cast.mona, now=SENT_AT)


@pytest.mark.usefixtures("committed_database")
@pytest.mark.parametrize("change", [{}, {"element": "therapy"}])
def test_sent_twice_at_once_the_same_stands_once_and_other_content_is_refused(change: dict[str, str]) -> None:
    scene = make_invoice_scene()
    mona = scene.block.cast.mona
    done = together((mona, sending(scene, scene.kent)), (mona, sending(scene, scene.kent, **change)))
    if change:
        assert sorted(done)[1] == "done"
        assert "with other content. Line 1 (child K-1, " in sorted(done)[0]
    else:
        assert done == ["done", "done"]
    with acting(mona):
        assert (Invoice.objects.count(), InvoiceLine.objects.count(), LineMatch.objects.count()) == (1, 1, 1)


@pytest.mark.usefixtures("committed_database")
def test_one_number_sent_to_two_authorities_at_once_stands_with_one_of_them() -> None:
    scene = make_invoice_scene()
    mona, portsmouth = scene.block.cast.mona, scene.block.cast.portsmouth
    done = together((mona, sending(scene, scene.kent)), (mona, sending(scene, portsmouth)))
    assert sorted(done)[1] == "done" and "It is to " in sorted(done)[0]
    with acting(mona):
        assert Invoice.objects.count() == 1

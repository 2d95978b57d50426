"""Finance officers of both sides dispute, answer and file; a provider reads what it is paid, by when, and why."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from nearhome.needs.models import Child
from nearhome.privacy.acting import acting
from nearhome.settlement.models import LineDispute, Month, Statement
from nearhome.settlement.queries import waiting_for
from scenes import make_home
from scenes_disputes import WHY, answer, close, dispute, line_of, work_out
from scenes_settlement import IN_OCTOBER, BlockScene, first_place, live_in, make_block_scene

pytestmark = pytest.mark.django_db
OWED = 976_500


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


@pytest.fixture
def month(scene: BlockScene) -> Month:
    left = dt.date(2026, 9, 25)
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", dt.date(2026, 9, 10), left, block=scene.contract)
    home = make_home(scene.cast.harbour, "Madeup Harbour House", urn="SC900002")
    live_in(first_place(home), scene.cast.portsmouth, "P-2", dt.date(2026, 9, 24), weekly=700_000)
    return work_out(scene)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name: str, *rows: Any) -> str:
    return reverse(f"settlement:{name}", args=[getattr(one, "key", one) for one in rows])


def statement_of(scene: BlockScene, name: str) -> Statement:
    with acting(scene.cast.fiona):
        return Statement.objects.get(organisation__name=name)


def text_of(client: Client, *where: Any) -> str:
    response = client.get(address(*where))
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def rows_of(client: Client, where: str, table: str) -> list[list[str]]:
    response = client.get(where, {"download": "csv", "table": table})
    assert response["Content-Disposition"] == f'attachment; filename="{table}.csv"'
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    book = client.get(where, {"download": "xlsx", "table": table}).content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert len(sheet) == len(rows)
    return rows


def test_portsmouth_disputes_a_line_kent_answers_and_portsmouth_accepts(scene: BlockScene, month: Month) -> None:
    felix, fiona = signed_in(scene.cast.felix), signed_in(scene.cast.fiona)
    line = line_of(scene.cast.felix)
    assert address("dispute_line", line) in text_of(felix, "statement", statement_of(scene, "Portsmouth"))
    form = text_of(felix, "dispute_line", line)
    assert "9765.00" in form and "Never write a child’s name" in form
    said = {"ground": "nights", "words": WHY, "amount": "651.00"}
    done = felix.post(address("dispute_line", line), said, follow=True).content.decode()
    assert "Its money is held until the dispute has ended" in done
    with acting(scene.cast.felix):
        row = LineDispute.objects.get()
    assert "Waiting for Kent" in text_of(felix, "statement", statement_of(scene, "Portsmouth"))
    for words in (
        "£651.00",
        WHY,
        "Answer for Kent",
        "By 19 October 2026." if row.answer_by == dt.date(2026, 10, 19) else "By ",
    ):
        assert words in text_of(fiona, "disputed_line", row)
    offered = {"kind": "credited", "credit": "300", "words": "Half of it", "seen": "0"}
    assert "The other side sees it" in fiona.post(address("answer_dispute", row), offered, follow=True).content.decode()
    assert "offers a credit of £300.00" in text_of(felix, "disputed_line", row)
    accepted = {"kind": "accepted", "words": "", "seen": "1"}
    ended = felix.post(address("reply_to_answer", row), accepted, follow=True).content.decode()
    for words in ("Agreed after the answer", "The credit is posted when the next open month is worked out"):
        assert words in ended
    assert "Portsmouth agreed to Kent’s answer, with a credit of £300.00." in ended


def test_what_is_wrong_in_a_form_is_said_and_what_was_typed_stays(scene: BlockScene, month: Month) -> None:
    felix, fiona = signed_in(scene.cast.felix), signed_in(scene.cast.fiona)
    line = line_of(scene.cast.felix)
    too_much = {"ground": "nights", "words": "Kept words", "amount": "9765.01"}
    text = felix.post(address("dispute_line", line), too_much).content.decode()
    assert "at most £9,765.00" in text and "Kept words</textarea>" in text
    for amount in ("0", "-5", "lots", ""):
        assert (
            "There is a problem"
            in felix.post(address("dispute_line", line), too_much | {"amount": amount}).content.decode()
        )
    row = dispute(scene.cast.felix, line)
    nothing = fiona.post(
        address("answer_dispute", row), {"kind": "credited", "words": "x", "seen": "0"}
    ).content.decode()
    assert "Enter how much you credit" in nothing
    answer(scene.cast.frank, row, "explained")
    late = fiona.post(
        address("answer_dispute", row), {"kind": "mended", "words": "Too late", "seen": "0"}
    ).content.decode()
    assert "was changed by somebody else" in late
    assert "not been answered yet" not in late


def test_another_authority_finds_nothing(scene: BlockScene, month: Month) -> None:
    line, row = line_of(scene.cast.felix), dispute(scene.cast.felix, line_of(scene.cast.felix))
    own = statement_of(scene, "Portsmouth")
    for person in (scene.wendy, scene.harriet):
        client = signed_in(person)
        assert "P-1" not in text_of(client, "disputes")
        for where in (
            address("dispute_line", line), address("disputed_line", row),
            address("pair", own, scene.cast.kent), address("pair_pdf", own, scene.cast.kent),
        ):  # fmt: skip
            assert client.get(where).status_code == 404
        for name in ("answer_dispute", "reply_to_answer"):
            said = {"kind": "withdrawn", "words": "x", "seen": "0"}
            assert client.post(address(name, row), said).status_code == 404
    for person in (scene.cast.olive, scene.cast.mona):
        for where in (address("disputes"), address("disputed_line", row), address("dispute_line", line)):
            assert signed_in(person).get(where).status_code == 403


def test_the_host_does_not_reply_and_who_disputes_does_not_answer(scene: BlockScene, month: Month) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    felix, fiona = signed_in(scene.cast.felix), signed_in(scene.cast.fiona)
    said = {"words": "x", "seen": "0"}
    assert felix.post(address("answer_dispute", row), said | {"kind": "mended"}).status_code == 403
    assert fiona.post(address("reply_to_answer", row), said | {"kind": "withdrawn"}).status_code == 403
    assert fiona.get(address("dispute_line", line_of(scene.cast.felix))).status_code == 403


def test_both_sides_are_told_what_waits_for_them_and_until_when(scene: BlockScene, month: Month) -> None:
    def waits(person: Any, now: dt.datetime = IN_OCTOBER) -> list[str]:
        with acting(person):
            return [f"{one.words}: {one.about}" for one in waiting_for(person, now=now) if "line" in one.words]

    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    assert waits(scene.cast.fiona) == ["Answer a disputed line: Portsmouth, September 2026, by 19 October 2026"]
    assert waits(scene.cast.felix) == waits(scene.wendy) == []
    late = dt.datetime(2026, 10, 20, 9, tzinfo=dt.UTC)
    assert waits(scene.cast.fiona, late)[0].endswith("by 19 October 2026, late")
    answer(scene.cast.fiona, row, "explained")
    assert waits(scene.cast.fiona) == []
    assert waits(scene.cast.felix)[0].startswith("Reply to the answer on a line you dispute: Kent")
    answer(scene.cast.felix, row, "accepted")
    assert waits(scene.cast.felix) == []


def test_the_month_says_what_is_held_and_settles_the_rest(scene: BlockScene, month: Month) -> None:
    assert "Of which held" not in text_of(signed_in(scene.cast.fiona), "month", month)
    dispute(scene.cast.felix, line_of(scene.cast.felix), pence=65_100)
    close(scene, month)
    text = text_of(signed_in(scene.cast.fiona), "month", month)
    for words in ("Of which held", "To settle now", "Lines held or no longer held", "−£651.00", "£9,114.00"):
        assert words in text
    rows = rows_of(signed_in(scene.cast.fiona), address("month", month), "net-positions")
    assert [Decimal(one) for one in rows[-1][1:5]] == [0, 0, 0, 0]
    own = text_of(signed_in(scene.wendy), "month", month)
    assert "£651.00" not in own


def test_the_whole_statement_is_one_file_with_both_sums(scene: BlockScene, month: Month) -> None:
    dispute(scene.cast.felix, line_of(scene.cast.felix))
    with acting(scene.cast.felix):
        Child.objects.filter(return_ref="P-1").update(return_ref="PORT777")
    own = address("statement", statement_of(scene, "Portsmouth"))
    rows = rows_of(signed_in(scene.cast.felix), own, "statement-portsmouth-2026-09")
    assert Decimal(rows[-1][-2]) == sum(Decimal(one[-2] or 0) for one in rows[1:-1]) == Decimal("16765.00")
    assert any("Waiting for Kent" in one for one in rows)
    assert any("PORT777" in one for one in rows)
    kents = address("statement", statement_of(scene, "Kent"))
    hosted = rows_of(signed_in(scene.cast.fiona), kents, "statement-kent-2026-09")
    assert Decimal(hosted[-1][-1]) == sum(Decimal(one[-1] or 0) for one in hosted[1:-1]) == Decimal("29295.00")
    assert "PORT777" not in str(hosted)


def test_the_statement_between_two_is_the_same_from_both_sides(scene: BlockScene, month: Month) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix), pence=65_100)
    kent, portsmouth = scene.cast.kent, scene.cast.portsmouth
    felix, fiona = signed_in(scene.cast.felix), signed_in(scene.cast.fiona)
    theirs = ("pair", statement_of(scene, "Portsmouth"), kent)
    ours = ("pair", statement_of(scene, "Kent"), portsmouth)
    for client, where, left in ((felix, theirs, "−£9,114.00"), (fiona, ours, "£9,114.00")):
        text = text_of(client, *where)
        for words in ("P-1", "15 nights", "£4,557.00 a week", "£9,765.00", "£651.00", left, "Waiting for Kent"):
            assert words in text
        assert "P-2" not in text
        assert address("disputed_line", row) in text
    rows = rows_of(felix, address(*theirs), "statement-portsmouth-and-kent-2026-09")
    assert Decimal(rows[-1][-1]) == Decimal("-9765.00")
    assert "Kent" in text_of(felix, "statement", statement_of(scene, "Portsmouth"))
    with pikepdf.open(io.BytesIO(felix.get(address("pair_pdf", *theirs[1:])).content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
    assert felix.get(address("pair", theirs[1], scene.cast.hampshire)).status_code == 404


def test_the_pdf_of_the_statement_pays_what_is_not_held(scene: BlockScene, month: Month) -> None:
    from nearhome.settlement.queries.statements import statement_for_pdf

    dispute(scene.cast.felix, line_of(scene.cast.felix), pence=65_100)
    with acting(scene.cast.felix):
        made = statement_for_pdf(statement_of(scene, "Portsmouth"), made_on=dt.date(2026, 10, 5))
    assert OWED - 65_100 in [one.pence for one in made.transfers]
    assert (made.position.net, made.position.held, made.position.to_settle) == (-OWED, -65_100, 65_100 - OWED)
    document = signed_in(scene.cast.felix).get(address("statement_pdf", statement_of(scene, "Portsmouth")))
    assert document["Content-Type"] == "application/pdf"


def test_a_provider_reads_what_it_will_be_paid_by_when_and_why(scene: BlockScene, month: Month) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    answer(scene.cast.fiona, row, "credited", credit=OWED)
    work_out(scene)
    mona, harry = signed_in(scene.cast.mona), signed_in(scene.cast.harry)
    assert "When the month is closed" in text_of(mona, "payments")
    close(scene, month)
    assert "3 Nov 2026" in text_of(mona, "payments")
    text = text_of(mona, "payment_month", month)
    for words in (
        "Expected by 3 November 2026",
        "counted here from the day the month was closed",
        "15 nights",
        "remittance",
    ):
        assert words in text
    assert "disputed" not in text and "Credit from" not in text
    rows = rows_of(mona, address("payment_month", month), "remittance-advice-2026-09")
    assert Decimal(rows[-1][-1]) == sum(Decimal(one[-1]) for one in rows[1:-1]) == Decimal("58590.00")
    document = mona.get(address("remittance_pdf", month))
    assert (
        document["Content-Disposition"] == 'attachment; filename="remittance-advice-madeup-meadow-care-ltd-2026-09.pdf"'
    )
    with pikepdf.open(io.BytesIO(document.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
    assert harry.get(address("remittance_pdf", month)).status_code == 200
    assert signed_in(scene.cast.felix).get(address("remittance_pdf", month)).status_code == 403


def test_pages_ask_a_bounded_number_of_queries(
    scene: BlockScene, month: Month, django_assert_max_num_queries: Any
) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    answer(scene.cast.fiona, row, "explained")
    felix = signed_in(scene.cast.felix)
    own = statement_of(scene, "Portsmouth")
    for where in (
        address("disputes"), address("disputed_line", row), address("pair", own, scene.cast.kent),
        address("statement", own), address("dispute_line", row.charge), address("month", month), "/",
    ):  # fmt: skip
        with django_assert_max_num_queries(34):
            assert felix.get(where).status_code == 200

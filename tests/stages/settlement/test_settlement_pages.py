"""Who sees which money, what they can do with it, and that every download says the same."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from nearhome.needs.models import Child
from nearhome.privacy.acting import acting
from nearhome.settlement.actions import work_out_month
from nearhome.settlement.models import Month, Statement
from nearhome.settlement.queries import waiting_for
from scenes import make_home
from scenes_closing import asked, work_in_the_queue
from scenes_settlement import IN_OCTOBER, SEPTEMBER, BlockScene, first_place, live_in, make_block_scene

pytestmark = pytest.mark.django_db
AFTER_OCTOBER = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


@pytest.fixture
def month(scene: BlockScene) -> Month:
    live_in(scene.places[0], scene.cast.kent, "K-1", dt.date(2026, 3, 1), block=scene.contract)
    live_in(
        scene.places[1], scene.cast.portsmouth, "P-1", dt.date(2026, 9, 10), dt.date(2026, 9, 25), block=scene.contract
    )
    home = make_home(scene.cast.harbour, "Madeup Harbour House", urn="SC900002")
    live_in(first_place(home), scene.cast.portsmouth, "P-2", dt.date(2026, 9, 24), weekly=700_000)
    with acting(scene.cast.fiona):
        return work_out_month(partnership=scene.partnership, starts_on=SEPTEMBER, by=scene.cast.fiona, now=IN_OCTOBER)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def statement_of(scene: BlockScene, name: str) -> Statement:
    with acting(scene.cast.fiona):
        return Statement.objects.get(organisation__name=name)


def address(name: str, row=None) -> str:
    return reverse(f"settlement:{name}", args=[row.key] if row else [])


def test_the_finance_lead_sees_all_positions_and_they_sum_to_nothing(scene: BlockScene, month: Month) -> None:
    text = signed_in(scene.cast.fiona).get(address("month", month)).content.decode()
    for words in ("Kent", "Portsmouth", "West Sussex", "−£9,765.00", "£29,295.00", "£0.00", "Mark as checked"):
        assert words in text


def test_a_member_sees_its_own_position_only_and_no_buttons_of_the_lead(scene: BlockScene, month: Month) -> None:
    text = signed_in(scene.cast.felix).get(address("month", month)).content.decode()
    assert "−£9,765.00" in text
    assert "£29,295.00" not in text
    assert "−£19,530.00" not in text
    assert "Mark as checked" not in text


def test_felix_reads_his_own_statement_and_not_kents(scene: BlockScene, month: Month) -> None:
    client = signed_in(scene.cast.felix)
    text = client.get(address("statement", statement_of(scene, "Portsmouth"))).content.decode()
    for words in ("P-1", "P-2", "Madeup Meadow House", "£4,557.00", "child of Portsmouth in a Kent block bed"):
        assert words in text
    assert "K-1" not in text
    assert "Test Child" not in text
    kents = statement_of(scene, "Kent")
    for name in ("statement", "statement_pdf"):
        assert client.get(address(name, kents)).status_code == 404
    assert client.post(address("agree", kents)).status_code == 404


def test_the_lead_reads_a_members_statement_by_reference_and_cannot_answer_it(scene: BlockScene, month: Month) -> None:
    text = signed_in(scene.cast.fiona).get(address("statement", statement_of(scene, "Portsmouth"))).content.decode()
    assert "P-1" in text
    assert "Test Child" not in text
    assert "Agree the statement" not in text


def test_an_outsider_finds_nothing_at_any_address(scene: BlockScene, month: Month) -> None:
    client, statement = signed_in(scene.harriet), statement_of(scene, "Portsmouth")
    listed = client.get(address("months"))
    assert listed.status_code == 200
    assert "September 2026" not in listed.content.decode()
    for name, row in (("month", month), ("statement", statement), ("statement_pdf", statement)):
        assert client.get(address(name, row)).status_code == 404
    posts = (
        ("check", month), ("approve", month), ("close", month), ("agree", statement), ("dispute", statement), ("work_out", scene.partnership),
    )  # fmt: skip
    for name, row in posts:
        assert client.post(address(name, row), {"month": "2026-09"}).status_code == 404
    assert client.post(address("return", month), {"reason": "No"}).status_code == 404
    assert client.get(address("payments")).status_code == 403
    assert client.get(address("payment_month", month)).status_code == 403


def test_people_without_a_finance_role_are_told_so(scene: BlockScene, month: Month) -> None:
    for person in (scene.cast.hilda, scene.cast.olive, scene.cast.mona):
        client = signed_in(person)
        assert client.get(address("months")).status_code == 403
        assert client.get(address("month", month)).status_code == 403
        assert client.get(address("statement", statement_of(scene, "Kent"))).status_code == 403


def test_a_provider_sees_what_it_will_be_paid_and_nobody_elses_payments(scene: BlockScene, month: Month) -> None:
    mona, harry = signed_in(scene.cast.mona), signed_in(scene.cast.harry)
    listed = mona.get(address("payments")).content.decode()
    assert "£58,590.00" in listed
    assert "Not final" in listed
    lines = mona.get(address("payment_month", month)).content.decode()
    assert "Madeup Meadow House" in lines
    assert "Madeup Harbour House" not in lines
    assert "£7,000.00" in harry.get(address("payment_month", month)).content.decode()
    assert "Madeup Meadow House" not in harry.get(address("payment_month", month)).content.decode()


def test_a_provider_paid_in_no_month_is_told_when_it_will_be(scene: BlockScene) -> None:
    text = signed_in(scene.cast.mona).get(address("payments")).content.decode()
    assert "No month with a payment to you has been worked out yet" in text


def test_csv_excel_and_pdf_hold_the_same_total(scene: BlockScene, month: Month) -> None:
    client, statement = signed_in(scene.cast.felix), statement_of(scene, "Portsmouth")
    wanted = {"table": "every-line-you-bear"}
    text = client.get(address("statement", statement), wanted | {"download": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[-1][0] == "Your own cost"
    total = Decimal(rows[-1][-1])
    assert total == Decimal("16765.00") == sum(Decimal(row[-1]) for row in rows[1:-1])
    book = client.get(address("statement", statement), wanted | {"download": "xlsx"}).content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert Decimal(str(sheet[-1][-1])) == total
    document = client.get(address("statement_pdf", statement))
    assert document["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(document.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
    page = client.get(address("statement", statement)).content.decode()
    assert "£16,765.00" in page


def test_a_finance_officer_reads_the_own_reference_of_its_own_children_only(scene: BlockScene, month: Month) -> None:
    """Portsmouth's own reference is for Portsmouth: not for Kent, which hosts the bed and settles, nor for a provider."""
    with acting(scene.cast.felix):
        Child.objects.filter(return_ref="P-1").update(return_ref="PORT777")
    felix, fiona, mona = signed_in(scene.cast.felix), signed_in(scene.cast.fiona), signed_in(scene.cast.mona)
    for wanted in ({}, {"table": "every-line-you-bear", "download": "csv"}):
        own = address("statement", statement_of(scene, "Portsmouth"))
        assert "PORT777" in felix.get(own, wanted).content.decode()
        assert "PORT777" not in fiona.get(own, wanted).content.decode()
    kents = address("statement", statement_of(scene, "Kent"))
    lent = {"table": "recharged-by-you-to-other-authorities", "download": "csv"}
    for wanted in ({}, lent):
        text = fiona.get(kents, wanted).content.decode()
        assert "P-1" in text
        assert "PORT777" not in text
    for wanted in ({}, {"download": "csv"}):
        assert "PORT777" not in mona.get(address("payment_month", month), wanted).content.decode()


def test_the_pdf_names_children_as_the_page_does(scene: BlockScene, month: Month) -> None:
    from nearhome.settlement.queries.statements import statement_for_pdf

    row = statement_of(scene, "Portsmouth")
    with acting(scene.cast.felix):
        Child.objects.filter(return_ref="P-1").update(return_ref="PORT777")
        assert sorted(statement_for_pdf(row, made_on=SEPTEMBER).children.values()) == ["P-1 (PORT777)", "P-2 (P-2)"]
    with acting(scene.cast.fiona):
        assert "PORT777" not in str(statement_for_pdf(row, made_on=SEPTEMBER).children)


def test_the_months_of_a_financial_year_stand_together_with_their_sums(scene: BlockScene, month: Month) -> None:
    client = signed_in(scene.cast.felix)
    text = client.get(address("months")).content.decode()
    for words in ("Financial year April 2026 to March 2027", "Sum of 1 of 12 months", "£16,765.00", "−£9,765.00"):
        assert words in text
    year = {"download": "csv", "table": "financial-year-april-2026-to-march-2027"}
    assert "16765.00" in client.get(address("months"), year).content.decode()


def test_the_pdf_is_made_from_the_same_sums_as_the_page(scene: BlockScene, month: Month) -> None:
    from nearhome.settlement.queries.statements import statement_for_pdf, statement_page

    for name in ("Kent", "Portsmouth", "West Sussex"):
        row = statement_of(scene, name)
        with acting(scene.cast.fiona):
            sums = statement_page(scene.cast.fiona, row.key).sums
            made = statement_for_pdf(row, made_on=SEPTEMBER).statement
        assert (sums.own_cost, sums.net) == (made.own_cost_pence, made.net_pence)
        assert sums.paid_to_providers == made.paid_to_providers_pence
        assert sums.recharged_by_others == made.recharged_by_others_pence


def test_a_month_from_work_out_to_closed_in_the_browser(scene: BlockScene) -> None:
    fiona, frank = signed_in(scene.cast.fiona), signed_in(scene.cast.frank)
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)
    assert "Work out the month" in fiona.get(address("months")).content.decode()
    done = fiona.post(address("work_out", scene.partnership), {"month": "2026-09"}, follow=True)
    assert "September 2026 has been worked out" in done.content.decode()
    with acting(scene.cast.fiona):
        month = Month.objects.get()
    early = fiona.post(address("close", month), follow=True)
    assert "has not been checked" in early.content.decode()
    assert "has been checked" in fiona.post(address("check", month), follow=True).content.decode()
    page = fiona.get(address("month", month)).content.decode()
    assert "An approver or another finance officer approves it" in page
    assert "Approve the month" not in page
    assert fiona.post(address("approve", month)).status_code == 403
    april = signed_in(scene.cast.april)
    assert "Approve the month" in april.get(address("month", month)).content.decode()
    assert "has been approved" in april.post(address("approve", month), follow=True).content.decode()
    assert april.post(address("close", month)).status_code == 403
    assert "Close the month" in frank.get(address("month", month)).content.decode()
    asked = frank.post(address("close", month), follow=True).content.decode()
    for words in ("September 2026 is being closed", "0 of 3 parts are done", "Look again", "Waiting"):
        assert words in asked
    assert "Kent" not in table_of(signed_in(scene.cast.felix).get(address("month", month)).content.decode())
    work_in_the_queue()
    closed = frank.get(address("month", month)).content.decode()
    assert "never changes" in closed
    assert "September 2026 was closed" in closed
    assert "Frank Madeup-Finance" in closed


def table_of(text: str) -> str:
    return text[text.index("The close, host by host") : text.index("Your net position")]


def test_a_close_that_stopped_says_why(scene: BlockScene, month: Month) -> None:
    asked(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    statement = statement_of(scene, "Portsmouth")
    signed_in(scene.cast.felix).post(
        address("dispute", statement), {"issued_at": statement.issued_at.isoformat(), "words": "P-1 left earlier"}
    )
    work_in_the_queue()
    text = signed_in(scene.cast.frank).get(address("month", month)).content.decode()
    assert "The month was not closed." in text
    assert "Portsmouth disputes its statement" in text


def test_an_approver_of_the_lead_reads_what_is_to_be_approved_and_one_elsewhere_its_own(
    scene: BlockScene, month: Month
) -> None:
    april, ada = signed_in(scene.cast.april), signed_in(scene.cast.ada)
    text = april.get(address("month", month)).content.decode()
    assert "−£9,765.00" in text and "Mark as checked" not in text
    assert april.get(address("statement", statement_of(scene, "Portsmouth"))).status_code == 200
    for name in ("check", "close", "return"):
        assert april.post(address(name, month)).status_code == 403
    for name in ("agree", "dispute"):
        assert april.post(address(name, statement_of(scene, "Kent"))).status_code == 403
    text = ada.get(address("month", month)).content.decode()
    assert "−£9,765.00" in text and "£29,295.00" not in text
    for person in (april, ada):
        assert "agree or dispute" not in person.get(address("month", month)).content.decode()
        assert "agree or dispute" not in person.get(address("months")).content.decode()
    assert ada.post(address("approve", month)).status_code == 403
    assert ada.get(address("statement", statement_of(scene, "Kent"))).status_code == 404


def test_a_month_not_over_and_a_month_not_chosen_get_a_clear_message(scene: BlockScene) -> None:
    fiona = signed_in(scene.cast.fiona)
    late = fiona.post(address("work_out", scene.partnership), {"month": "2099-09"}, follow=True).content.decode()
    assert "September 2099 is not over" in late
    none = fiona.post(address("work_out", scene.partnership), {}, follow=True).content.decode()
    assert "Select a month to work out" in none
    assert fiona.post(address("work_out", scene.partnership), {"month": "soon"}).status_code == 404


def test_a_dispute_without_words_keeps_the_page_and_one_with_words_is_shown(scene: BlockScene, month: Month) -> None:
    client, statement = signed_in(scene.cast.felix), statement_of(scene, "Portsmouth")
    issue = {"issued_at": statement.issued_at.isoformat()}
    empty = client.post(address("dispute", statement), issue | {"words": ""}).content.decode()
    assert "There is a problem" in empty
    client.post(address("dispute", statement), issue | {"words": "P-1 left on 12 September"})
    assert "P-1 left on 12 September" in client.get(address("statement", statement)).content.decode()
    client.post(address("agree", statement), issue)
    assert "Agreed" in client.get(address("statement", statement)).content.decode()


def test_an_answer_to_an_older_issue_keeps_what_was_typed(scene: BlockScene, month: Month) -> None:
    client, statement = signed_in(scene.cast.felix), statement_of(scene, "Portsmouth")
    old = {"issued_at": IN_OCTOBER.replace(year=2025).isoformat(), "words": "P-1 left on 12 September"}
    text = client.post(address("dispute", statement), old).content.decode()
    assert "was changed by somebody else" in text
    assert "P-1 left on 12 September</textarea>" in text


def test_what_waits_for_each_finance_officer(scene: BlockScene, month: Month) -> None:
    cast = scene.cast

    def waits(person, now: dt.datetime = IN_OCTOBER) -> list[str]:
        with acting(person):
            return [one.words for one in waiting_for(person, now=now)]

    statement = "Check your statement and agree or dispute it"
    assert waits(cast.felix) == [statement]
    assert waits(cast.fiona) == [statement, "Check the month"]
    assert "Work out the month" in waits(cast.fiona, AFTER_OCTOBER)
    signed_in(cast.fiona).post(address("check", month))
    assert waits(cast.fiona) == [statement]
    approve = "Approve the month that a colleague checked"
    assert waits(cast.frank) == [statement, approve]
    assert waits(cast.april) == [approve]
    assert waits(cast.ada) == waits(cast.olive) == []
    signed_in(cast.april).post(address("approve", month))
    assert waits(cast.april) == []
    assert waits(cast.fiona) == waits(cast.frank) == [statement, "Close the month that was approved"]
    signed_in(cast.fiona).post(address("close", month))
    assert waits(cast.fiona) == [statement]
    assert waits(scene.harriet) == []


def test_pages_ask_a_bounded_number_of_queries(scene: BlockScene, month: Month, django_assert_max_num_queries) -> None:
    fiona, mona = signed_in(scene.cast.fiona), signed_in(scene.cast.mona)
    statement = statement_of(scene, "Kent")
    pages = (
        (fiona, address("months")), (fiona, address("month", month)), (fiona, address("statement", statement)),
        (fiona, address("statement_pdf", statement)), (mona, address("payments")),
        (mona, address("payment_month", month)),
    )  # fmt: skip
    for client, where in pages:
        with django_assert_max_num_queries(24):
            assert client.get(where).status_code == 200


def test_more_lines_ask_no_more_queries_and_are_shown_in_pages(scene: BlockScene, month: Month) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, statement = signed_in(scene.cast.felix), statement_of(scene, "Portsmouth")
    client.get(address("statement", statement))
    with CaptureQueriesContext(connection) as few:
        client.get(address("statement", statement))
    home = make_home(scene.cast.harbour, "Madeup Big House", urn="SC900003", places=105)
    from nearhome.market.models import Place

    with acting(scene.cast.harry):
        places = list(Place.objects.select_related("home__provider").filter(home=home))
    for number, place in enumerate(places):
        live_in(place, scene.cast.portsmouth, f"P-1{number:03}", dt.date(2026, 9, 24), weekly=70_000)
    with CaptureQueriesContext(connection) as working:
        signed_in(scene.cast.fiona).post(address("work_out", scene.partnership), {"month": "2026-09"})
    assert len(working) < 180  # some for each host and each payer, none for a line
    with CaptureQueriesContext(connection) as many:
        text = client.get(address("statement", statement)).content.decode()
    assert len(many) <= len(few) + 1
    assert "Next" in text

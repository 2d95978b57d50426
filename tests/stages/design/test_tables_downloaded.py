import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from nearhome.design.tables import Column, Link, Table, Tag, table_as_csv, table_as_xlsx

COLUMNS = (Column("Home"), Column("Fee", "money"), Column("From", "date"), Column("State"), Column("Ground floor"))
ROW = (Link("Madeup Mill", "/homes/1"), 450_050, dt.date(2026, 11, 22), Tag("Offered", "green"), True)
TABLE = Table("Offers / this week", COLUMNS, [ROW, ("Madeup Moor", None, None, "Waiting", False)])


def read_csv(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_csv_holds_plain_values() -> None:
    assert read_csv(table_as_csv(TABLE)) == [
        ["Home", "Fee", "From", "State", "Ground floor"],
        ["Madeup Mill", "4500.50", "2026-11-22", "Offered", "Yes"],
        ["Madeup Moor", "", "", "Waiting", "No"],
    ]


def test_a_workbook_holds_typed_values() -> None:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(table_as_xlsx(TABLE))).get_sheet_by_index(0).to_python()
    assert rows[1] == ["Madeup Mill", 4500.5, dt.date(2026, 11, 22), "Offered", "Yes"]


@given(st.text(alphabet="=+-@\t\r\n 'aA1(!|", min_size=1, max_size=12))
def test_no_text_can_run_as_a_formula_in_a_csv(text: str) -> None:
    written = read_csv(table_as_csv(Table("T", (Column("A"),), [(text,)])))[1][0]
    assert not written.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert written.endswith(text)


def test_text_that_looks_like_a_formula_stays_text_in_a_workbook() -> None:
    body = table_as_xlsx(Table("T", (Column("A"),), [("=1+1",), ("{=1+1}",), ("https://example.org",)]))
    sheet = zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet
    values = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    assert values[1:] == [["=1+1"], ["{=1+1}"], ["https://example.org"]]


def test_an_amount_below_zero_stays_a_number_in_a_csv() -> None:
    assert read_csv(table_as_csv(Table("T", (Column("A", "money"),), [(-1250,)])))[1] == ["-12.50"]
    assert Decimal("-12.50") * 100 == -1250


def test_totals_come_last_and_a_short_row_is_refused() -> None:
    table = Table("T", (Column("A"), Column("B", "money")), [("x", 100)], totals=("Total", 100))
    assert read_csv(table_as_csv(table))[-1] == ["Total", "1.00"]
    with pytest.raises(ValueError, match="has 2 columns but a row of 1"):
        Table("T", (Column("A"), Column("B")), [("x",)])


def test_the_page_answers_with_the_table_asked_for(components_page: Callable[..., HttpResponse]) -> None:
    response = components_page(query="?download=csv&table=months-of-settlement")
    assert response["Content-Disposition"] == 'attachment; filename="months-of-settlement.csv"'
    assert response.content.decode("utf-8-sig").startswith("Month,Charged,Paid,Recharged,Left to pay\r\nApril,1000.00")
    book = components_page(query="?download=xlsx")
    assert book["Content-Disposition"] == 'attachment; filename="offers-for-test-child-blue-kite-0042.xlsx"'


def test_an_unknown_download_shows_the_page(components_page: Callable[..., HttpResponse]) -> None:
    assert b"<h1" in components_page(query="?download=exe").content


def test_download_links_keep_what_the_page_was_asked(components_page: Callable[..., HttpResponse]) -> None:
    page = components_page(query="?page=2&who=a%26b").content.decode()
    assert "?page=2&amp;who=a%26b&amp;download=csv&amp;table=months-of-settlement" in page

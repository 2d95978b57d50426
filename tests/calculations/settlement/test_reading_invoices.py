"""What people really type and send: every row becomes a line, or a sentence that says what to mend."""

import io
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.importers.invoice_files import read_invoice
from nearhome.settlement.importers.invoice_rows import lines_from_rows

HEADINGS = "Child,Home,Place,First night,Last night,Nights,Weekly price,Kind,Amount\n"
GOOD = {"child_ref": "K-1", "first_night": "01/09/2026", "last_night": "30/09/2026", "amount": "19,530.00"}


def faults(**cells: str) -> str:
    lines, wrong = lines_from_rows([(2, {**GOOD, **cells})])
    assert not lines
    return " ".join(map(str, wrong))


def only(**cells: str):
    lines, wrong = lines_from_rows([(2, {**GOOD, **cells})])
    assert not wrong, wrong
    return lines[0]


@pytest.mark.parametrize("typed", ["01/09/2026", "1/9/2026", "1/9/26", "2026-09-01", "1 Sep 2026", "1 September 2026", "01-Sep-26", "46266", "2026-09-01 00:00:00"])  # fmt: skip
def test_a_date_is_read_however_a_spreadsheet_writes_it(typed: str) -> None:
    assert only(first_night=typed).span.starts_on == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("typed", "pence"),
    [("£19,530.00", 1_953_000), ("19530", 1_953_000), (" 1 234.5 ", 123_450), ("19530.099999999998", 1_953_010)],
)
def test_an_amount_is_read_with_pounds_and_separators(typed: str, pence: int) -> None:
    assert only(amount=typed).pence == pence


@pytest.mark.parametrize("typed", ["-12.00", "(12.00)", "−12"])
def test_money_given_back_is_a_difference(typed: str) -> None:
    line = only(amount=typed)
    assert (line.kind, line.pence) == ("difference", -1_200)


@pytest.mark.parametrize(
    ("typed", "element"),
    [
        ("", "all"),
        ("  ", "all"),
        ("All", "all"),
        ("The  whole price", "all"),
        ("Therapy ", "therapy"),
        ("accommodation", "accommodation"),
    ],
)
def test_a_line_that_names_no_element_is_for_the_whole_price(typed: str, element: str) -> None:
    assert only(element=typed).element == element


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"amount": ""}, "Row 2: The amount is missing"),
        ({"amount": "0"}, "The amount is 0"),
        ({"amount": "lots"}, "not an amount of money"),
        ({"amount": "NaN"}, "not an amount of money"),
        ({"amount": "1.005"}, "finer than a penny"),
        ({"amount": "99999999999"}, "Check the amount"),
        ({"amount": "-5", "kind": "nights"}, "write “difference”"),
        (
            {"amount": "-5", "kind": "difference", "first_night": "20/09/2026", "last_night": "01/10/2026"},
            "A difference is of one month. Send one line for each month.",
        ),
        ({"first_night": ""}, "The first night is missing"),
        ({"last_night": "31/09/2026"}, "is not a date"),
        ({"last_night": "31/08/2026"}, "The last night is before the first"),
        ({"last_night": "30/09/2062"}, "check the years"),
        ({"first_night": "01/09/1926"}, "Check the year"),
        ({"nights": "29"}, "It says 29 nights, but the dates hold 30"),
        ({"weekly_price": "4000"}, "30 nights at £4,000.00 a week come to £17,142.86"),
        ({"weekly_price": "abc"}, "not an amount of money"),
        ({"child_ref": ""}, "Write the child’s reference, or the home and the place"),
        ({"child_ref": "x" * 31}, "at most 30 characters"),
        ({"kind": "gift"}, "The kind “gift” is not known"),
    ],
)
def test_what_is_wrong_is_said_with_its_row_and_mend(cells: dict[str, str], words: str) -> None:
    assert words in faults(**cells)


def test_every_fault_is_said_at_once_and_nothing_half_read_is_used() -> None:
    lines, wrong = lines_from_rows([(2, GOOD), (3, {**GOOD, "amount": "x"}), (4, {**GOOD, "first_night": "y"})])
    assert (lines, [one.row for one in wrong]) == ((), [3, 4])


def test_the_download_of_a_months_payments_can_be_sent_back_as_it_is() -> None:
    """Two authorities bear one empty bed: one line. A correction has no nights: a difference. The total is passed over."""
    content = (
        "\N{BYTE ORDER MARK}Child,Home,Place,First night,Last night,Nights,Weekly price,Paid by,Why,Amount\r\n"
        "K-1,Madeup House,Place 1,2026-09-01,2026-09-30,30,4557.00,Kent,because,19530.00\r\n"
        "No child,Madeup House,Place 2,2026-09-01,2026-09-30,30,4557.00,Kent,because,10000.00\r\n"
        "No child,Madeup House,Place 2,2026-09-01,2026-09-30,30,4557.00,Kent,because,9530.00\r\n"
        "K-1,Madeup House,Place 1,2026-08-01,2026-08-31,,4557.00,Kent,'-because,-651.00\r\n"
        "Total,,,,,,,,,38409.00\r\n"
    )
    lines, wrong = read_invoice("payments.csv", content.encode(), "Kent")
    assert not wrong
    assert [(one.number, one.child_ref, one.kind, one.pence) for one in lines] == [
        (1, "K-1", "nights", 1_953_000), (2, "", "nights", 1_953_000), (3, "K-1", "difference", -65_100),
    ]  # fmt: skip
    assert "It is paid by Kent, but the invoice is to Medway" in str(
        read_invoice("p.csv", content.encode(), "Medway")[1][0]
    )


def test_a_workbook_with_real_dates_is_read_and_a_title_above_the_headings_is_passed_over() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write(0, 0, "Made-up invoice")
        sheet.write_row(2, 0, ["Child reference", "First night", "Last night", "Nights", "Amount"])
        sheet.write(3, 0, "K-1")
        sheet.write_datetime(3, 1, datetime(2026, 9, 1), day)
        sheet.write_datetime(3, 2, datetime(2026, 9, 30), day)
        sheet.write_row(3, 3, [30, 19530])
    lines, wrong = read_invoice("invoice.xlsx", out.getvalue())
    assert not wrong, wrong
    assert (lines[0].span.nights, lines[0].pence) == (30, 1_953_000)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"Child,Amount\nK-1,5\n", "no column “First night” or “Last night”"),
        ("a.csv", HEADINGS.encode(), "There is no line in it"),
        ("a.csv", b"PK\x03\x04 rubbish", "is an Excel workbook"),
        ("a.xlsx", b"rubbish", "cannot be opened"),
    ],
)
def test_a_file_that_cannot_be_an_invoice_says_why(name: str, content: bytes, words: str) -> None:
    lines, wrong = read_invoice(name, content)
    assert not lines and words in str(wrong[0])


@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "nights", "kind", "weekly_price", "home", "place", "element"]), st.text(max_size=40)
    )
)
def test_nothing_that_can_be_typed_breaks_the_reading(cells: dict[str, str]) -> None:
    lines, wrong = lines_from_rows([(2, {**GOOD, **cells})])
    assert bool(lines) != bool(wrong)


def test_a_share_in_the_saving_of_a_contract_year_is_one_difference() -> None:
    line = only(
        kind="difference", amount="500", first_night="01/10/2025", last_night="30/09/2026", element="gain_share"
    )
    assert (line.kind, line.element, line.pence) == ("difference", "gain_share", 50_000)

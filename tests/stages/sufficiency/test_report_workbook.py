"""The report as a workbook: one sheet for each table, numbers as numbers, text never run as a formula."""

from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

from nearhome.sufficiency.calculations.figures import HIDDEN, Analysis
from nearhome.sufficiency.calculations.publishing.publishing import published
from nearhome.sufficiency.exporters.workbook import workbook
from scenes_report import CHILDREN, HOSTILE, made_up_report


def opened(analysis: Analysis) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(workbook(analysis)))


def sheets(analysis: Analysis) -> dict[str, list[list[Any]]]:
    """The rows of each table's sheet by the table's whole title."""
    book = opened(analysis)
    found = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names[2:]]
    return {f"{number}: {rows[0][0]}": rows for number, rows in enumerate(found)}


def test_there_is_a_sheet_for_each_table_and_none_has_the_name_of_another() -> None:
    report = made_up_report()
    book = opened(report)
    titles = [table.title for section in report.sections for table in section.breakdowns]
    assert len(book.sheet_names) == len(set(book.sheet_names)) == len(titles) + 2
    assert [name.partition(": ")[2] for name in sheets(report)] == titles


def test_every_row_of_a_long_table_is_there_and_text_is_never_a_formula() -> None:
    rows = next(rows for name, rows in sheets(made_up_report()).items() if name.endswith("A long list"))
    assert rows[3][:3] == ["Child", "Words", "Number"]
    assert [row[2] for row in rows[4:]] == list(range(250))
    assert {row[1] for row in rows[4:]} == {HOSTILE}


def test_figures_are_numbers_and_money_is_in_pounds() -> None:
    report = made_up_report()
    told = opened(report).get_sheet_by_name("Indicators").to_python()
    values = {row[1]: row[2] for row in told[1:]}
    assert 0 < values["children_looked_after"] < CHILDREN
    kinds = next(rows for name, rows in sheets(report).items() if name.endswith("Weekly price by kind of placement"))
    median = next(one for one in report.indicators() if one.name == "median_weekly_residential")
    assert median.value is not None
    assert kinds[4][4] * 100 == median.value


def test_a_hidden_figure_is_the_letter_c_and_no_child_is_named() -> None:
    to_publish = published(made_up_report())
    hidden = sum(
        cell is HIDDEN for section in to_publish.sections for table in section.breakdowns for row in table.rows for cell in row
    )  # fmt: skip
    assert hidden
    cells = [cell for rows in sheets(to_publish).values() for row in rows[4:] for cell in row]
    assert cells.count("c") >= hidden
    assert not any(str(cell).startswith(("TC0", "Test Child 0")) for cell in cells)

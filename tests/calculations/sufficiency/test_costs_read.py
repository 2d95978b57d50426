"""Reading tables of placement costs: three shapes, every problem said, nothing silently dropped."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.sufficiency.importers.cost_cells import amount
from nearhome.sufficiency.importers.costs import ReadCosts, read_costs

HEAD = "child,authority,provider,urn,placement_type,provider_type,age,need,starts_on,ends_before,weekly_cost"
GOOD = 'Test Child 1,886,Madeup Meadow Care Ltd,9700001,K2,PR4,14,N1,01/04/2025,,"£7,315.50"'


def read(*lines: str, name: str = "costs.csv", on: date | None = None, authority: str = "") -> ReadCosts:
    return read_costs({name: "\n".join(lines).encode()}, on=on, authority=authority)


def rules(found: ReadCosts) -> list[str]:
    return [one.rule for one in found.problems]


def test_a_plain_row_is_read_whole() -> None:
    found = read(HEAD, GOOD)
    assert found.problems == () and (found.rows_read, found.rows_refused) == (1, 0)
    assert found.costs.row(0, named=True) == {
        "child": "Test Child 1", "authority": "886", "provider": "Madeup Meadow Care Ltd", "urn": "9700001",
        "kind": "residential", "place_type": "K2", "provider_type": "PR4", "age": 14, "need": "N1",
        "starts_on": date(2025, 4, 1), "ends_before": None, "weekly_pence": 731_550,
    }  # fmt: skip


def test_columns_are_known_by_other_names_in_any_case_and_order() -> None:
    found = read(
        "Weekly Fee (£), TYPE OF PLACEMENT ,Child ID,Placing Authority,DOB,Decom,Solo placement",
        "950,u6,A1,Kent,29/02/2012,2025-02-28,Y",
    )
    row = found.costs.row(0, named=True)
    assert (row["weekly_pence"], row["kind"], row["place_type"], row["authority"], row["age"], row["has_solo"]) == (
        95_000, "foster", "U6", "886", 12, True,
    )  # fmt: skip


def test_a_column_that_is_not_understood_is_said_and_the_rest_read() -> None:
    found = read(HEAD + ",favourite colour", GOOD + ",blue")
    assert found.costs.height == 1 and rules(found) == ["columns"]
    assert "favourite colour" in found.problems[0].message and not found.problems[0].refuses_row


@pytest.mark.parametrize(
    ("old", "new", "rule", "says"),
    [
        ('"£7,315.50"', "", "cost-blank", "no weekly price"),
        ('"£7,315.50"', "0", "cost-zero", "is 0"),
        ('"£7,315.50"', "-500.00", "cost-negative", "negative"),
        ('"£7,315.50"', "(500)", "cost-negative", "negative"),
        ('"£7,315.50"', "49.99", "cost-low", "below £50"),
        ('"£7,315.50"', "100000.01", "cost-high", "above £100,000"),
        ('"£7,315.50"', "lots", "cost-number", "not an amount"),
        ("Test Child 1", "", "child", "names no child"),
        ("K2", "K9", "placement-type", "K9"),
        ("K2", "", "placement-type", "no placement type"),
        ("886", "999", "authority", "999"),
        ("886", "", "authority", "--authority"),
        (",14,", ",26,", "age", "26"),
        (",14,", ",-1,", "age", "-1"),
        (",14,", ",young,", "age", "young"),
        ("01/04/2025,", "31/06/2025,", "date", "30 days"),
        ("01/04/2025,", "01/04/2025,31/03/2025", "dates", "not after it starts"),
        ("Madeup Meadow Care Ltd", "=cmd()", "formula", "plain text"),
        ("Madeup Meadow Care Ltd", "@SUM(A1)", "formula", "plain text"),
    ],
)
def test_a_row_that_cannot_be_used_is_left_out_counted_and_said(old: str, new: str, rule: str, says: str) -> None:
    bad = (
        GOOD.replace(old, new, 1)
        if not new.endswith("31/03/2025")
        else GOOD.replace("01/04/2025,,", "01/04/2025,31/03/2025,")
    )
    found = read(HEAD, GOOD.replace("Test Child 1", "Test Child 2"), bad)
    assert (found.rows_read, found.rows_refused, found.costs.height) == (2, 1, 1)
    (one,) = found.problems
    assert (one.rule, one.row, one.file) == (rule, 3, "costs.csv") and one.refuses_row and one.field
    assert says in one.message


@pytest.mark.parametrize(("old", "new", "rule"), [("PR4", "PR9", "provider-type"), ("N1", "N12", "need")])
def test_an_unknown_code_that_is_not_essential_becomes_not_known(old: str, new: str, rule: str) -> None:
    found = read(HEAD, GOOD.replace(old, new))
    assert found.costs.height == 1 and rules(found) == [rule] and not found.problems[0].refuses_row


def test_everything_wrong_with_a_row_is_said_at_once() -> None:
    found = read(HEAD, GOOD.replace("K2", "??").replace(",14,", ",40,").replace('"£7,315.50"', "0"))
    assert sorted(rules(found)) == ["age", "cost-zero", "placement-type"] and found.rows_refused == 1


def test_a_price_that_looks_like_a_months_is_taken_and_said() -> None:
    found = read(HEAD, GOOD.replace('"£7,315.50"', '"£31,700"'))
    assert found.costs["weekly_pence"].to_list() == [3_170_000] and rules(found) == ["cost-monthly"]


def test_a_column_of_monthly_prices_is_not_guessed_into_weeks() -> None:
    found = read("child,authority,placement_type,monthly cost", "1,886,K2,30000")
    assert not found.is_readable and "not for a week" in found.problems[0].message


def test_parts_must_come_to_the_total_within_a_pound() -> None:
    head = "child,authority,placement_type,weekly cost,core,additional,education,other"
    found = read(
        head,
        "1,886,K2,1000,600,300,100,0.50",
        "2,886,K2,1000,600,300,100,2",
        "3,886,K2,,600,300,,",
        "4,886,K2,1000,600,,,",
    )
    assert found.costs["weekly_pence"].to_list() == [100_000, 90_000, 100_000]
    assert [(one.row, one.rule, one.refuses_row) for one in found.problems] == [
        (3, "cost-parts", True), (4, "cost-total", False), (5, "cost-parts", False),
    ]  # fmt: skip


def test_the_same_placement_twice_counts_once() -> None:
    found = read(HEAD, GOOD, GOOD)
    assert (found.costs.height, found.rows_refused, rules(found)) == (1, 1, ["duplicate"])
    assert "costs.csv, row 2" in found.problems[0].message


def test_the_same_file_under_another_name_counts_once() -> None:
    content = f"{HEAD}\n{GOOD}".encode()
    found = read_costs({"a.csv": content, "b.csv": content})
    assert found.costs.height == 1 and rules(found) == ["duplicate"]


def test_a_child_in_two_places_at_once_is_said() -> None:
    found = read(HEAD, GOOD, GOOD.replace("01/04/2025", "01/06/2025").replace("Meadow", "Brook"))
    assert found.costs.height == 2 and rules(found) == ["overlap"] and found.problems[0].row == 3


def test_one_spelling_for_each_provider() -> None:
    found = read(
        HEAD, GOOD, GOOD.replace("Test Child 1", "2").replace("Madeup Meadow Care Ltd", "MADEUP  MEADOW care ltd")
    )
    assert found.costs["provider"].n_unique() == 1


def test_own_provision_and_a_bare_urn_are_providers_too() -> None:
    own = GOOD.replace("Madeup Meadow Care Ltd", "").replace("PR4", "PR1")
    found = read(HEAD, own, GOOD.replace("Madeup Meadow Care Ltd", "").replace("Child 1", "Child 2"))
    assert found.costs["provider"].to_list() == ["Own provision of Kent", "URN 9700001"]


def test_the_authority_comes_from_the_files_name_before_the_one_given() -> None:
    head, row = "child,placement_type,weekly_cost", "1,K2,7000"
    assert read(head, row, name="costs-887-2026.csv", authority="886").costs["authority"].to_list() == ["887"]
    assert read(head, row, authority="886").costs["authority"].to_list() == ["886"]
    assert rules(read(head, row)) == ["authority"]


def test_the_authority_comes_from_the_folders_name(tmp_path: Path) -> None:
    (tmp_path / "938").mkdir()
    (tmp_path / "938" / "prices.csv").write_text("child,placement_type,weekly_cost\n1,K2,7000\n")
    for source in (tmp_path / "938", tmp_path / "938" / "prices.csv"):
        assert read_costs([source]).costs["authority"].to_list() == ["938"]


NATIONAL = (
    "child_ID,who_can_the_child_be_cared_for_alongside,dol,foster_care_suitability,risk_to_child_self_harm,"
    "risk_to_others_fire_setting,cost_core_weekly,cost_additional_support_weekly,cost_education_weekly,cost_other_weekly,"
    "cost_total_weekly,provider_URN,placement_type"
)


def test_the_national_standard_has_two_heading_rows() -> None:
    row = 'A1,Solo placement recommended,No,Unsuitable,Risk Present,No known risk,"£6,000.00",£500,NA,NA,"£6,500.00",9700001,Residential'
    found = read("Referral,,,,Risks,,Costs,,,,,Placement,", NATIONAL, row, name="886.csv")
    (got,) = found.costs.iter_rows(named=True)
    assert (got["kind"], got["place_type"], got["weekly_pence"], got["authority"]) == (
        "residential",
        "",
        650_000,
        "886",
    )
    assert (got["has_solo"], got["has_dol"], got["has_risk_selfharm"]) == (True, False, True)
    assert "national placements standard" in found.notes[0] and found.rows_refused == 0


def test_the_rows_of_the_standard_are_numbered_as_a_spreadsheet_does() -> None:
    found = read("Referral,,,,,,,,,,,,", NATIONAL, "A1,,,,,,,,,,0,,Residential", name="886.csv")
    assert found.problems[-1].row == 3


ACCRUED = "Child ID,Date of birth,Category of need,Placement start date,Placement end date,Placement type,Provider type,Ofsted URN,Total committed cost accrued in FY to date"


def test_accrued_costs_become_weekly_with_the_days_in_the_period() -> None:
    """£10,000 a week from 1 April to 30 September (183 nights), and from 1 September (30 nights)."""
    lines = ('1,01/01/2012,N1,01/01/2024,,K2,PR4,1,"261,428.57"', '2,01/01/2012,N1,01/09/2025,,K2,PR4,1,"42,857.14"')
    found = read(ACCRUED, *lines, name="886.csv", on=date(2025, 9, 30))
    assert found.costs["weekly_pence"].to_list() == [1_000_000, 1_000_000]
    assert any("divided by the nights" in note for note in found.notes)


def test_a_placement_that_ended_accrued_until_then() -> None:
    found = read(ACCRUED, "1,,N1,01/01/2024,15/04/2025,K2,PR4,1,14000", name="886.csv", on=date(2025, 9, 30))
    assert found.costs["weekly_pence"].to_list() == [700_000]


@pytest.mark.parametrize(
    ("row", "on", "says"),
    [
        ("1,,N1,01/01/2024,,K2,PR4,1,9000", None, "--on DATE"),
        ("1,,N1,,,K2,PR4,1,9000", date(2025, 9, 30), "the start date"),
        ("1,,N1,01/01/2024,01/03/2025,K2,PR4,1,9000", date(2025, 9, 30), "no nights"),
    ],
)
def test_accrued_costs_without_the_days_are_refused(row: str, on: date | None, says: str) -> None:
    found = read(ACCRUED, row, name="886.csv", on=on)
    assert found.rows_refused == 1 and rules(found) == ["period"] and says in found.problems[0].message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        ("child,weekly_cost\n1,\xe9".encode("utf-16"), "UTF-16"),
        (b"name,shoe size\nA,42\n", "no column child, placement_type, weekly_cost"),
        (b"child,weekly_cost\n1,700\n", "no column placement_type"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_does_not_stop_the_others(content: bytes, says: str) -> None:
    found = read_costs({"bad.csv": content, "good.csv": f"{HEAD}\n{GOOD}".encode()})
    assert found.costs.height == 1
    assert any(one.file == "bad.csv" and says in one.message for one in found.problems)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    found = read_costs([tmp_path / "none.csv"])
    assert not found.is_readable and "no file or folder" in found.problems[0].message


def test_no_rows_at_all_is_an_empty_table_with_its_columns() -> None:
    found = read(HEAD)
    assert found.costs.height == 0 and "weekly_pence" in found.costs.columns


@given(st.integers(1, 10**9))
def test_an_amount_as_people_write_it_comes_back_to_the_penny(pence: int) -> None:
    for written in (
        f"£{pence / 100:,.2f}",
        f"{pence // 100}.{pence % 100:02d}",
        f"£ {pence // 100:,}.{pence % 100:02d}",
    ):
        assert amount(written, "the price") == pence


@given(st.lists(st.text(alphabet='abc019,£.=-@" \n/', max_size=12), min_size=1, max_size=30))
def test_whatever_is_in_the_cells_every_row_is_read_or_refused(cells: list[str]) -> None:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    rows = [f"{one},886,,,K2,,,,,,{other}" for one, other in zip(quoted, reversed(quoted), strict=True)]
    found = read(HEAD, *rows)
    assert found.costs.height + found.rows_refused == found.rows_read == len(cells)

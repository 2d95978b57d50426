"""`nearhome fairness`: placements as CSV, without a server or a database."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from typer.testing import CliRunner

from nearhome.cli.main import app

COLUMNS = ("placement", "authority", "age", "sex", "ethnicity", "disability", "uasc", "need", "miles", "in_own_area")
Rows = list[dict[str, Any]]
Run = Callable[..., Any]


def made_up(number: int = 240) -> Rows:
    """Girls are placed far away three times in four, boys once; nothing else has to do with anything."""
    rng = np.random.default_rng(4)
    rows = []
    for one in range(number):
        is_girl = one % 2 == 0
        is_far = rng.random() < (0.75 if is_girl else 0.25)
        rows.append({
            "placement": f"P{one}", "authority": ["Authority A", "Authority B"][one // 3 % 2], "age": 6 + one // 5 % 10,
            "sex": "Female" if is_girl else "Male", "ethnicity": ["White", "Black", "Asian"][one // 7 % 3],
            "disability": "" if one % 9 else "yes", "uasc": "true" if one % 6 == 1 else "false", "need": "One",
            "miles": 30 if is_far else 3.5, "in_own_area": "no" if is_far else "yes",
        })  # fmt: skip
    return rows


def as_csv(rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture
def fairness(tmp_path: Path) -> Run:
    """Run the command on placements, and on criteria if they are given; extra words are its options."""

    def made(told: Rows | str | bytes, *words: str, criteria: Rows | str | None = None) -> Any:
        path = tmp_path / "placements.csv"
        path.write_bytes(
            told if isinstance(told, bytes) else (told if isinstance(told, str) else as_csv(told)).encode()
        )
        if criteria is not None:
            other = tmp_path / "criteria.csv"
            other.write_text(criteria if isinstance(criteria, str) else as_csv(criteria), encoding="utf-8")
            words = (*words, "--contributions", str(other))
        return CliRunner().invoke(app, ["fairness", str(path), *words])

    return made


def answer(result: Any) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def table_of(told: Any, name: str) -> dict[str, Any]:
    rows = next(one for section in told["sections"] for one in section["tables"] if one["name"] == name)["rows"]
    return {row["group"]: row for row in rows}


def test_a_difference_is_found_and_the_json_keeps_to_its_schema(fairness: Run) -> None:
    told = answer(fairness(made_up(), "--json"))
    jsonschema.validate(told, json.loads(CliRunner().invoke(app, ["schema", "fairness"]).stdout))
    near = table_of(told, "fairness_near")
    assert near["Sex: Female"]["word"] == "differs"
    assert near["Sex: Female"]["difference"] < -30
    assert {row["word"] for row in near.values()} <= {"differs", "no difference seen", "too few to say"}
    assert told["data"]["outcomes"] == ["miles", "in_own_area"]


def test_on_the_terminal_it_says_what_differs_and_what_that_cannot_say(fairness: Run) -> None:
    told = fairness(made_up()).stdout
    assert "Placed within 20 miles of home: Sex: Female" in told
    assert "A difference is not unfairness" in told


def test_a_criterion_that_stands_in_for_a_group_is_named(fairness: Run) -> None:
    rows = made_up()
    criteria = [{"placement": row["placement"], "near_family": "" if row["uasc"] == "true" else 0.5} for row in rows]
    told = answer(fairness(rows, "--json", criteria=criteria))
    found = table_of(told, "fairness_proxies")["Unaccompanied: Unaccompanied children"]
    assert found["what"] == "whether it is known"
    assert "near_family says much about unaccompanied children" in fairness(rows, criteria=criteria).stdout


def test_to_publish_no_number_of_children_and_no_small_share_is_told(fairness: Run) -> None:
    rows = [row | {"miles": 30 if int(row["placement"][1:]) in (0, 2, 4) else 3} for row in made_up()]
    inside = table_of(answer(fairness(rows, "--json")), "fairness_near")["Sex: Female"]
    told = answer(fairness(rows, "--json", "--publish"))
    outside = table_of(told, "fairness_near")["Sex: Female"]
    assert (inside["children"], inside["few"], round(inside["value"], 3)) == (120, True, 0.975)
    assert told["published"]
    assert outside["value"] is None
    assert not {"children", "few"} & set(outside)


def test_a_page_and_a_workbook_are_written(fairness: Run, tmp_path: Path) -> None:
    page, book = tmp_path / "fairness.html", tmp_path / "fairness.xlsx"
    assert fairness(made_up(), "--html", str(page), "--xlsx", str(book)).exit_code == 0
    assert "Do outcomes differ between groups of children?" in page.read_text()
    assert book.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("row", "column", "cell", "words"),
    [
        (0, "age", "twelve", "row 2, age: “twelve” is not an age; give completed years from 0 to 25"),
        (0, "age", "-1", "row 2, age: “-1” is not an age"),
        (3, "uasc", "perhaps", "row 5, uasc: “perhaps” is not true or false"),
        (3, "miles", "nan", "row 5, miles: “nan” is not a number of 0 or more"),
        (3, "miles", "-2", "row 5, miles: “-2” is not a number of 0 or more"),
        (4, "placement", "P0", "row 6, placement: “P0” is in row 2 already"),
        (4, "placement", "", "row 6, placement: it is empty"),
    ],
)
def test_a_wrong_cell_is_named_by_file_row_and_column(
    fairness: Run, row: int, column: str, cell: str, words: str
) -> None:
    rows = made_up(20)
    rows[row][column] = cell
    result = fairness(rows)
    assert result.exit_code == 2
    assert f"placements.csv: {words}" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("", "there is nothing in it"),
        ("placement;age\nP1;3\n", "parted by semicolons"),
        ("placement,age\nP1,3\n", "these columns are not there: authority, sex"),
        (",".join(COLUMNS) + "\n", "there is no row after the first"),
        (",".join(COLUMNS[:-2]) + "\n" + "P1,A,3,Male,White,,,One\n", "there is no outcome"),
        (",".join([*COLUMNS, "miles"]) + "\n", "column miles is there more than once"),
        (",".join(COLUMNS) + "\nP1,A,3\n", "row 2: it has 3 cells for 10 columns"),
        (b"placement,sex\nP1,\xff\n", "it is not UTF-8"),
    ],
)
def test_a_file_of_another_shape_says_what_is_wrong(fairness: Run, told: str | bytes, words: str) -> None:
    result = fairness(told)
    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("placement,near_home\nP0,1.5\n", "criteria.csv: row 2, near_home: “1.5” is not a number from 0 to 1"),
        ("placement,near_home\nQ0,0.5\n", "criteria.csv: row 2, placement: “Q0” is not among the placements"),
        ("placement\nP0\n", "there is no criterion"),
        ("near_home\n0.5\n", "this column is not there: placement"),
    ],
)
def test_wrong_criteria_are_named_by_file_row_and_column(fairness: Run, told: str, words: str) -> None:
    result = fairness(made_up(20), criteria=told)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_file_that_is_not_there_and_a_column_nothing_is_made_of(fairness: Run, tmp_path: Path) -> None:
    missing = CliRunner().invoke(app, ["fairness", str(tmp_path / "none.csv")])
    assert missing.exit_code == 2
    assert "none.csv: it cannot be read" in missing.stderr
    odd = fairness([row | {"mood": "good"} for row in made_up(40)], "--json")
    assert "Nothing is made of these columns: mood" in odd.stderr
    assert answer(odd)["data"]["columns_not_used"] == ["mood"]


def test_many_faults_are_counted_after_the_first_twenty(fairness: Run) -> None:
    result = fairness([row | {"age": "old"} for row in made_up(30)])
    assert result.stderr.count("is not an age") == 20
    assert "and 10 more" in result.stderr

"""``nearhome settle``: a case from a file, in words or as JSON; what is wrong is named with its place and the mend."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from nearhome.cli.main import app
from nearhome.settlement.exporters.settle_schemas import schemas
from nearhome.settlement.importers.settle_files import example_case

RUN = CliRunner()


def settle(*words: str) -> Any:
    return RUN.invoke(app, ["settle", *words])


@pytest.fixture
def case() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(example_case())
    return made


def written(folder: Path, case: dict[str, Any]) -> str:
    path = folder / "case.json"
    path.write_text(json.dumps(case))
    return str(path)


def test_the_example_settles_in_words(tmp_path: Path, case: dict[str, Any]) -> None:
    said = settle(written(tmp_path, case)).stdout
    assert "Portsmouth pays Kent £77,469.00" in said
    assert "Kent pays Madeup Meadow Care Ltd £888,615.00" in said
    assert "Corrections of closed months" in said


def test_the_answer_keeps_its_schema_and_its_sums(tmp_path: Path, case: dict[str, Any]) -> None:
    answer = json.loads(settle("--json", written(tmp_path, case)).stdout)
    shipped = files("nearhome.settlement").joinpath("reference", "schemas", "settle-result.json").read_text()
    jsonschema.validate(answer, json.loads(shipped))
    assert sum(answer["net_positions"].values()) == 0
    assert sum(one["pence"] for one in answer["payables"]) == answer["total_pence"] == 88_861_500
    assert sum(one["pence"] for one in answer["posted"]) == answer["total_pence"]


def test_the_shipped_schemas_are_those_of_the_records(case: dict[str, Any]) -> None:
    for name, text in schemas().items():
        assert files("nearhome.settlement").joinpath("reference", "schemas", f"{name}.json").read_text() == text
    jsonschema.validate(case, json.loads(schemas()["settle-case"]))


def test_the_example_is_printed_as_it_is_shipped(case: dict[str, Any]) -> None:
    assert json.loads(settle("--example").stdout) == case


def broken(case: dict[str, Any], where: str, value: Any) -> dict[str, Any]:
    """The case with one thing in it changed: contracts.0.stays.0.authority."""
    at: Any = case
    *path, last = where.split(".")
    for step in path:
        at = at[int(step)] if step.isdecimal() else at[step]
    at[int(last) if last.isdecimal() else last] = value
    return case


@pytest.mark.parametrize(
    ("where", "value", "words"),
    [
        ("contracts.0.stays.0.authority", "XXX", "contracts[0].stays[0].authority: there is no authority “XXX”"),
        ("contracts.0.stays.0.place", "Bed 99", "there is no place “Bed 99” in the contract; name one of its places"),
        ("contracts.0.stays.0.departed_on", "2023-01-01", "contracts[0].stays[0]: it ends (2023-01-01) before it begins"),
        ("contracts.0.prices.0.weekly_pence", -5, "contracts[0].prices[0].weekly_pence: expected `int` >= 0"),
        ("contracts.0.prices.0.weekly_pence", 4557.5, "contracts[0].prices[0].weekly_pence: expected `int`, got `float`"),
        ("contracts.0.prices.0.starts_on", "1 April", "contracts[0].prices[0].starts_on: invalid RFC3339"),
        ("contracts.0.agreement.0.starts_on", "2024-05-01", "no rules before 2024-05-01, but the period begins on 2024-04-01"),
        ("contracts.0.agreement.0.empty_bearer", "nobody", "contracts[0].agreement[0].empty_bearer: invalid enum value"),
        ("contracts.0.colour", "blue", "object contains unknown field `colour`"),
        ("period.ends_before", "2024-04-01", "period: it ends (2024-04-01) before it begins"),
        ("authorities.0.ref", "WSX", "“WSX” is there 2 times; give each its own ref"),
        ("closes.0.month", "2024-04-02", "closes[0].month: 2024-04-02 is not the first day of a month of the period"),
        ("closes.0.closed_on", "2024-04-01", "the month is not over on 2024-04-01"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place_and_the_mend(
    tmp_path: Path, case: dict[str, Any], where: str, value: Any, words: str
) -> None:
    done = settle(written(tmp_path, broken(case, where, value)))
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_two_children_in_one_bed_are_refused_never_charged(tmp_path: Path, case: dict[str, Any]) -> None:
    case["contracts"][0]["stays"][1]["place"] = "Bed 1"
    done = settle(written(tmp_path, case))
    assert done.exit_code == 2
    assert "Stays S1 and S2 both hold place Bed 1" in done.stderr


def test_a_stay_before_the_place_is_ready_is_listed_not_skipped(tmp_path: Path, case: dict[str, Any]) -> None:
    case["contracts"][0]["places"][0]["available_from"] = "2024-05-01"
    said = settle(written(tmp_path, case)).stdout
    assert "Not charged" in said
    assert "Stay S1 is in Bed 1" in said


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "the file is empty"), (b"{", "input data was truncated"), (b"[]", "expected `object`, got `array`"), (b"\xff\xfe", "JSON is malformed")],
)  # fmt: skip
def test_a_file_that_is_no_case_is_refused_in_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(content)
    done = settle(str(path))
    assert done.exit_code == 2
    assert words in done.stderr


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    assert "there is no such file" in settle(str(tmp_path / "no.json")).stderr
    assert "this is a folder" in settle(str(tmp_path)).stderr

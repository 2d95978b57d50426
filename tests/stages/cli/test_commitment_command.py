"""``nearhome commitment``: the published decision added up, every printed total checked, and clear words for a wrong file."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from nearhome.cli.main import app
from nearhome.cli.quick_commitment import answered

SMALL: dict[str, Any] = {
    "name": "Made-up block", "starts_on": "2026-04-01", "term_months": 12, "capacity": [{"month": 0, "beds": 1}],
    "fees": [{"fixed_pence": 700}],
}  # fmt: skip


def said(tmp_path: Path, content: object, *options: str) -> Any:
    file = tmp_path / "case.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return CliRunner().invoke(app, ["commitment", str(file), *options])


def answer_to(tmp_path: Path, content: object) -> dict[str, Any]:
    done = said(tmp_path, content, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def example() -> dict[str, Any]:
    return json.loads(CliRunner().invoke(app, ["commitment", "--example"]).stdout)  # type: ignore[no-any-return]


def schema(name: str) -> Any:
    return json.loads(CliRunner().invoke(app, ["schema", name]).stdout)


def test_the_shipped_example_says_that_the_printed_ten_years_do_not_follow(tmp_path: Path) -> None:
    words = said(tmp_path, example()).stdout
    for sentence in (
        "Committed from 2022-04-01 to before 2032-04-01: £30,320,325.00",
        "thirty million, three hundred and twenty thousand, three hundred and twenty-five pounds",
        "15 beds for one year of 365 days: £3,564,225.00",
        "15 beds for 10 full years of 365 days: £35,642,250.00",
        "15 beds for the 3,653 days of the term, leap days included: £35,671,545.00",
        "“£3.564m” follows: 15 beds for one year of 365 days come to £3,564,225.00.",
        "“£30,564m” does not follow from these figures.",
        "The printed total is about 857 times that.",
        "Read as £30,564,000.00, a thousandth of it, it does not follow either",
    ):
        assert sentence in words


def test_the_answer_and_the_example_keep_to_the_published_schemas(tmp_path: Path) -> None:
    jsonschema.validate(example(), schema("commitment-case"))
    answer = answer_to(tmp_path, example())
    jsonschema.validate(answer, schema("commitment-result"))
    assert (answer["total_pence"], answer["by_authority"]) == (3_032_032_500, {"Kent": 3_032_032_500})
    jsonschema.validate(answer_to(tmp_path, SMALL), schema("commitment-result"))


def test_everything_a_case_may_say_counts(tmp_path: Path) -> None:
    case = SMALL | {
        "term_months": None, "ends_before": "2028-04-01", "capacity": [{"month": 0, "beds": 4}, {"from_on": "2027-04-01", "beds": 6}],
        "ready": [{"from_on": "2026-10-01", "beds": 3}], "indexation_percent": 2.5, "occupancy_percent": 50,
        "fees": [{"fixed_pence": 70_000, "variable_pence": 14_000, "guaranteed_percent": 75}], "breaks": ["2027-04-01"],
        "nominations": [{"authority": "Kent", "places": 1}], "shares": [{"authority": "Medway", "weight": 1}],
        "spot_weekly_pence": 120_000,
    }  # fmt: skip
    answer = answer_to(tmp_path, case)
    jsonschema.validate(case, schema("commitment-case"))
    jsonschema.validate(answer, schema("commitment-result"))
    # 3 ready beds at £700.00 + 75% of £140.00 for 182 days, then at 2.5% more for 366 days.
    first, second = 3 * 182 * 80_500 // 7, round(3 * 366 * (71_750 + 0.75 * 14_350) / 7)
    assert [line["pence"] for line in answer["financial_years"]] == [first, second]
    assert answer["breaks"] == [{"ends_before": "2027-04-01", "pence": first}]
    assert abs(answer["by_authority"]["Medway"] - 2 * answer["by_authority"]["Kent"]) <= 4
    assert answer["spot"]["effective_pence"] == 161_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "case.json: this is not JSON"),
        ("[]", "case.json: Expected `object`"),
        (SMALL | {"fees": []}, "fees: Expected `array` of length >= 1"),
        (SMALL | {"fees": [{"fixed_pence": -1}]}, "fees[0].fixed_pence: Expected `int` >= 0"),
        (SMALL | {"fees": [{"fixed_pence": 0}]}, "A fee of £0.00 is no fee"),
        (SMALL | {"fees": [{"fixed_pence": "lots"}]}, "fees[0].fixed_pence: Expected `int`, got `str`"),
        (SMALL | {"capacity": [{"beds": 2}]}, "capacity[0]: give either “month” or “from_on”"),
        (SMALL | {"ends_before": "2027-01-01"}, "give either “term_months” or “ends_before”"),
        (SMALL | {"term_months": None, "ends_before": "2026-04-01"}, "A term is longer than a day"),
        (SMALL | {"starts_on": "2026-02-30"}, "starts_on: Invalid RFC3339"),
        (SMALL | {"beds": 3}, "Object contains unknown field `beds`"),
        (SMALL | {"breaks": ["2030-01-01"]}, "A break lies within the term"),
        (SMALL | {"indexation_percent": 2.555}, "indexation_percent: 2.555 has more than 2 numbers"),
        (SMALL | {"stated": ["a lot"]}, "stated[0]: “a lot” is not a total. Write it like £3.564m"),
        (SMALL | {"shares": [{"authority": "Kent", "weight": 1}] * 2}, "shares: “Kent” is there twice"),
        (SMALL | {"starts_on": "9999-12-01"}, "case.json: "),
    ],
)
def test_a_wrong_file_is_refused_with_the_field_and_the_mend(tmp_path: Path, content: object, words: str) -> None:
    done = said(tmp_path, content)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    told = said(tmp_path, SMALL | {"capacity": [{"beds": 2}], "stated": ["x", "y"]}).stderr.splitlines()
    assert len(told) == 3


def test_a_file_that_is_not_there_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        done = CliRunner().invoke(app, ["commitment", str(path)])
        assert done.exit_code == 2
        assert str(path) in done.stderr


def test_a_plain_question_loads_neither_typer_nor_django(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(SMALL))
    script = (
        f"import sys; sys.argv = ['nearhome', 'commitment', {str(file)!r}]\n"
        "from nearhome.cli.start import start\nstart()\nassert not {'typer', 'django'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Committed from 2026-04-01" in done.stdout


def test_anything_unusual_goes_the_long_way() -> None:
    for words in (["commitment"], ["commitment", "--help"], ["commitment", "a", "b"], ["plan", "a"]):
        assert not answered(words)
    assert "--example" in CliRunner().invoke(app, ["commitment", "--help"]).stdout
    assert CliRunner().invoke(app, ["commitment"]).exit_code == 2

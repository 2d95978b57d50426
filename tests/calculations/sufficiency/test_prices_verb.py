"""`nearhome benchmark` as an analyst runs it, without a server or a database."""

import json
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from nearhome.cli.benchmark import benchmark
from nearhome.demo.costs import write_costs

app = typer.Typer()
app.command()(benchmark)


@pytest.fixture(scope="module")
def prices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("prices") / "COSTS.csv"
    write_costs(path, seed=1, on=date(2026, 3, 31), placements=150)
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_json_holds_the_indicators_and_says_what_it_rests_on(prices: Path) -> None:
    result = run(prices, "--json", "--on", "2026-03-31")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["schema"] == "nearhome/benchmark/1"
    assert found["data"]["rows_read"] == 600 and found["data"]["seed"] == 1 and found["data"]["date"] == "2026-03-31"
    assert 500_000 < found["indicators"]["median_weekly_residential"]["value"] < 900_000
    tables = {table["name"]: table for section in found["sections"] for table in section["tables"]}
    assert tables["same_children_residential"]["rows"] and tables["funnel_residential"]["rows"]
    assert "Kent" in json.dumps(tables["same_children_residential"])


def test_the_same_seed_gives_the_same_output(prices: Path) -> None:
    assert run(prices, "--json", "--seed", 3).stdout == run(prices, "--json", "--seed", 3).stdout


def test_a_page_and_a_workbook_are_written(prices: Path, tmp_path: Path) -> None:
    result = run(prices, "--html", tmp_path / "a.html", "--xlsx", tmp_path / "a.xlsx")
    assert result.exit_code == 0
    assert "For the same children" in (tmp_path / "a.html").read_text() and (tmp_path / "a.xlsx").stat().st_size > 5000


def test_what_is_published_names_no_child(prices: Path) -> None:
    assert "Test Child" in run(prices, "--json").stdout
    result = run(prices, "--json", "--publish")
    assert result.exit_code == 0 and "Test Child" not in result.stdout


def test_problems_are_said_and_written_in_full(prices: Path, tmp_path: Path) -> None:
    bad = tmp_path / "more.csv"
    bad.write_text("child,authority,placement_type,weekly_cost\n=1+1,886,K2,7000\nTest Child X,886,K2,-5\n")
    result = run(prices, bad, "--json", "--problems", tmp_path / "problems.csv")
    assert result.exit_code == 0 and "602 rows read, 2 left out" in result.stderr
    assert "more.csv, row 3" in result.stderr
    written = (tmp_path / "problems.csv").read_text(encoding="utf-8-sig")
    assert "cost-negative" in written and ",=1+1" not in written


def test_a_file_without_any_price_ends_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("name,size\nA,1\n")
    result = run(tmp_path / "bad.csv")
    assert result.exit_code == 1 and "no column child, placement_type, weekly_cost" in result.stderr


@pytest.mark.parametrize(("option", "value"), [("--authority", "999"), ("--on", "yesterday")])
def test_an_option_that_is_not_understood_is_named(prices: Path, option: str, value: str) -> None:
    result = run(prices, option, value)
    assert result.exit_code == 1 and option in result.stderr and value in result.stderr

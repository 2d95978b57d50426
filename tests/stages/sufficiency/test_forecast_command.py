"""``nearhome forecast``: what it prints, what it refuses."""

import json
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from nearhome.cli import reading
from nearhome.cli.forecast import forecast
from nearhome.sufficiency.exporters.plain import plain_value
from scenes_forecast import World, lived

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    records = lived(World(authorities=1), date(2023, 4, 1), date(2026, 3, 31), seed=3)
    who = records.children.select("child_no", "authority", "child", "born_on")
    found = SimpleNamespace(records=records, as_sent=records.episodes.join(who, on="child_no"))
    monkeypatch.setattr(reading, "read_return_folders", lambda folders, authorities: found)
    monkeypatch.setattr(reading, "rests_on", lambda found: {"authorities": ["Test"]})
    app = typer.Typer()
    app.command()(forecast)
    usual = ["folder", "--reference", "2025-04-01", "2026-03-31"]
    return lambda *more: CliRunner().invoke(app, [*usual, *more])


def test_json_holds_stock_rates_entrants_and_projection(run: Run) -> None:
    said = json.loads(run("--months", "6", "--json").stdout)
    assert said["schema"] == "nearhome/forecast/1"
    stock = sum(value for row in said["stock"].values() for value in row.values())
    assert said["indicators"]["children_at_start"]["value"] == pytest.approx(stock)
    assert len(said["projection"]["10 to 16"]["foster"]) == 7
    assert 0 < said["rates"]["10 to 16"]["foster"]["leaving"] < 0.2
    rows = {(row["age_bin"], row["category"], row["who"]): row for row in said["forecast"]["rows"]}
    whole = rows["all", "all", "all"]
    assert whole["low_80"][-1] < whole["mean"][-1] < whole["high_80"][-1]
    assert said["data"]["method"] == "nearhome"


def test_daily_rates_give_the_public_models_own_figures(run: Run) -> None:
    said = json.loads(run("--months", "3", "--json", "--method", "daily-rates").stdout)
    assert len(said["projection_days"]) == 91
    last = sum(line[-1] for row in said["projection"].values() for line in row.values())
    rows = [row for row in said["sections"][0]["tables"][0]["rows"] if row["on"] == said["projection_days"][-1]]
    assert any(row["expected"] == pytest.approx(last) for row in rows)
    assert said["data"]["method"] == "daily-rates"


@pytest.mark.parametrize("method", ["auto", "nearhome", "daily-rates", "no-change", "trend"])
@pytest.mark.parametrize("more", [(), ("--backtest",), ("--publish",)])
def test_json_keeps_its_schema_whatever_the_method(run: Run, method: str, more: tuple[str, ...]) -> None:
    said = json.loads(run("--months", "3", "--json", "--method", method, *more).stdout, parse_constant=pytest.fail)
    schema = files("nearhome.sufficiency").joinpath("reference", "schemas", "forecast.json")
    jsonschema.validate(said, json.loads(schema.read_text(encoding="utf-8")))


def test_a_rate_that_is_no_number_is_null_in_json() -> None:
    assert plain_value({"rates": [float("inf"), float("nan"), 0.5]}) == {"rates": [None, None, 0.5]}


def test_a_scenario_and_prices_come_from_files(run: Run, tmp_path: Path) -> None:
    scenario, prices = tmp_path / "fewer.json", tmp_path / "prices.json"
    scenario.write_text(json.dumps({"name": "Fewer", "changes": [{"kind": "entries", "times": 0.5}]}))
    prices.write_text(json.dumps({
        "weekly_pence": {"foster": 70000, "residential": 600000, "supported": 140000, "other": 0},
        "uplifts": [["2026-10-01", 1.03]],
    }))  # fmt: skip
    said = json.loads(run("--json", "--scenario", str(scenario), "--prices", str(prices)).stdout)
    assert [one["name"] for one in said["sections"]][-2:] == ["scenarios", "cost"]
    assert said["sections"][-2]["tables"][0]["rows"][-1]["difference"] < 0


def test_auto_back_tests_or_says_why_it_cannot(run: Run) -> None:
    said = json.loads(run("--json", "--method", "auto").stdout)
    assert "24 months or more, not 12" in said["sections"][0]["opening"]


@pytest.mark.parametrize(("more", "words"), [
    (("--months", "0"), "Give 1 to 60"), (("--months", "61"), "Give 1 to 60"), (("--method", "magic"), "Choose one of"),
    (("--reference", "2026-03-31", "2025-04-01"), "earlier date first"), (("--reference", "2010-04-01", "2011-03-31"), "outside the data"),
    (("--reference", "yesterday", "2026-03-31"), "not a date"), (("--scenario", "nowhere.json"), "cannot be read"),
])  # fmt: skip
def test_what_cannot_be_answered_ends_with_a_sentence(run: Run, more: tuple[str, ...], words: str) -> None:
    ended = run(*more)
    assert ended.exit_code == 1
    assert words in ended.output


@pytest.mark.parametrize(
    "typed", ["[]", "null", "5", "NaN", '{"name": "x", "changes": [{"kind": "entries", "times": NaN}]}']
)
def test_a_scenario_that_is_none_is_refused_with_a_sentence(run: Run, tmp_path: Path, typed: str) -> None:
    scenario = tmp_path / "odd.json"
    scenario.write_text(typed)
    refused = run("--scenario", str(scenario))
    assert refused.exit_code == 1 and isinstance(refused.exception, SystemExit)

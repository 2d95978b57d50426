"""`nearhome tender score`: without server or database, its answers held against its schema, its faults told with the mend."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SCHEMAS = Path(__file__).resolve().parents[3] / "src" / "nearhome" / "tendering" / "reference" / "schemas"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "nearhome.cli", *words], capture_output=True, text=True)


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("tender", "score", "--example").stdout)
    return found


def scored(tmp_path: Path, tender: Any, *words: str) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "tender.json"
    file.write_text(tender if isinstance(tender, str) else json.dumps(tender))
    return run("tender", "score", str(file), *words)


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.json").read_text())


def test_the_example_is_scored_and_keeps_to_its_schema(tmp_path: Path, example: dict[str, Any]) -> None:
    jsonschema.validate(example, schema("tender-case"))
    done = scored(tmp_path, example, "--json")
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, schema("tender-result"))
    ranking = answer["lots"][0]["ranking"]
    assert [(row["bid"], row["rank"], row["total"]) for row in ranking] == [
        ("Madeup Harbour", 1, "79.66"), ("Madeup Meadow", 2, "75.48"), ("Madeup Hill", 3, "70.00"),
        ("Madeup Cliff", None, None), ("Madeup Orchard", None, None),
    ]  # fmt: skip
    words = scored(tmp_path, example).stdout
    assert "1  Madeup Harbour: 79.66" in words
    assert "Under “Linear between lowest and highest” Madeup Hill would be first." in words
    assert "out: no price for “A bed, 16 and 17”" in words


def test_the_order_of_bids_in_the_file_does_not_matter(tmp_path: Path, example: dict[str, Any]) -> None:
    turned = json.loads(json.dumps(example))
    turned["lots"][0]["bids"].reverse()
    assert scored(tmp_path, example, "--json").stdout == scored(tmp_path, turned, "--json").stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t["criteria"][0]["children"][0].update(weight=51), "Quality’s parts sum to 101: take 1 away"),
        (lambda t: t["criteria"][0]["children"][0].update(weight="NaN"), "cannot be used; give a number"),
        (lambda t: t["lots"][0].update(formula="cheapest"), "$.lots[0].formula"),
        (lambda t: t["lots"][0]["bids"][0]["agreed"].update(care=6), "“care” has 6; give a whole number from 0 to 5"),
        (lambda t: t["lots"][0]["bids"][0]["agreed"].update(insured=3), "is pass or fail, but has 3; give 0 or 5"),
        (lambda t: t["lots"][0]["bids"][0]["agreed"].pop("care"), "no agreed score for “care”"),
        (lambda t: t["lots"][0]["bids"][0]["prices"].update(other=1), "there is no band “other”; mend its name"),
        (lambda t: t["lots"][0]["bids"][0].update(id="Madeup Hill"), "bid “Madeup Hill” is there twice"),
        (lambda t: t["lots"][0]["bids"][0]["scores"].update({"Cara": {}}), "“Cara” is not among the evaluators"),
        (lambda t: t["lots"][0]["bands"][1].update(weeks=0, cap_pence=None), "free of charge"),
        (lambda t: t["lots"][0]["bids"][0].update(price=1), "$.lots[0].bids[0]"),
        (lambda t: t.update(places=9), "give 0 to 6"),
        (lambda t: t["lots"][0]["bands"][0].update(weeks="0.001"), "weeks finer than a hundredth"),
        (lambda t: t["lots"][0]["bands"][0].update(weeks="0.009", cap_pence=None), "weeks finer than a hundredth"),
        (lambda t: t["lots"][0]["bands"][0].update(least_weeks="1.234"), "weeks finer than a hundredth"),
        (lambda t: t["lots"][0].update(least_quality=150), "the least quality is 150 per cent; give 0 to 100"),
        (lambda t: t["lots"][0].update(least_quality=-5), "the least quality is -5 per cent; give 0 to 100"),
        (lambda t: t.update(low={"below_median": -50}), "“below_median” is -50 per cent; give 0 to 100"),
        (lambda t: t.update(low={"below_benchmark": 101}), "“below_benchmark” is 101 per cent; give 0 to 100"),
        (lambda t: t["lots"][0].update(benchmark_pence=-1), "the benchmark is -1 pence a week, which is no price"),
        (lambda t: t.update(lots=[]), "there is no lot"),
        (lambda t: t["lots"][0]["bids"][0].update(id=" "), "has an empty id; give it one"),
        (lambda t: t["lots"][0]["bands"].append({"id": "", "weeks": 1}), "has an empty id; give it one"),
    ],
)
def test_what_is_wrong_is_told_with_where_it_is_and_the_mend(
    tmp_path: Path, example: dict[str, Any], change: Any, said: str
) -> None:
    tender = json.loads(json.dumps(example))
    change(tender)
    done = scored(tmp_path, tender)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.startswith("tender.json: ")
    assert done.stdout == ""


def test_what_is_no_json_or_not_there_is_told(tmp_path: Path) -> None:
    assert "this is not JSON" in scored(tmp_path, "{").stderr
    missing = run("tender", "score", str(tmp_path / "none.json"))
    assert (missing.returncode, "cannot be read" in missing.stderr) == (2, True)
    assert run("tender", "score").returncode == 2


def test_blank_nothing_negative_and_absurd_prices_fail_their_bid_and_no_other(
    tmp_path: Path, example: dict[str, Any]
) -> None:
    for price in (None, 0, -5, 10**12):
        tender = json.loads(json.dumps(example))
        tender["lots"][0]["bids"][1]["prices"]["10-15"] = price
        ranking = json.loads(scored(tmp_path, tender, "--json").stdout)["lots"][0]["ranking"]
        assert {row["bid"] for row in ranking if row["passed"]} == {"Madeup Hill", "Madeup Meadow"}
        assert next(row for row in ranking if row["bid"] == "Madeup Harbour")["fails"]


def test_one_price_for_the_thousandth_of_a_week_is_a_fault_and_no_traceback(
    tmp_path: Path, example: dict[str, Any]
) -> None:
    tender = json.loads(json.dumps(example))
    lot = tender["lots"][0]
    lot["bands"] = [{"id": "10-15", "weeks": "0.001"}]
    for bid in lot["bids"]:
        bid["prices"] = {key: pence for key, pence in bid.get("prices", {}).items() if key == "10-15"}
    done = scored(tmp_path, tender)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "weeks finer than a hundredth" in done.stderr


def test_the_schemas_are_printed() -> None:
    for name in ("tender-case", "tender-result"):
        assert json.loads(run("schema", name).stdout) == schema(name)

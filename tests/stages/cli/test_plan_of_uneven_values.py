"""Values that are very small beside others count as they should: nothing better is missed, and the proof is given."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from nearhome.cli.main import app
from scenes_plan import Plan, plan_of


def answer_to(plan: Plan, folder: Path) -> dict[str, Any]:
    """What the command says of a plan."""
    file = folder / "plan.json"
    file.write_text(json.dumps(plan))
    found: dict[str, Any] = json.loads(CliRunner().invoke(app, ["plan", str(file), "--json"]).stdout)
    return found


@pytest.mark.parametrize("least", [1e-6, 0.001, 0.25])
def test_a_gain_that_is_small_beside_the_rest_is_not_missed(tmp_path: Path, least: float) -> None:
    plan = plan_of("c1:A c2:A", "h1:A:1 h2:A:1", "c1-h1:1 c1-h2:1 c2-h1:1 c2-h2:1")
    plan["options"][3]["value"] += least
    assert answer_to(plan, tmp_path)["value"] == pytest.approx(2 + least, rel=1e-12)


def test_values_with_decimals_add_up_without_dust(tmp_path: Path) -> None:
    plan = plan_of("c1:A c2:A c3:A", "h1:A:3", "c1-h1:1.1 c2-h1:2.2 c3-h1:0.1")
    assert answer_to(plan, tmp_path)["value"] == 3.4


def test_the_promise_to_an_authority_is_proven_beside_far_greater_values(tmp_path: Path) -> None:
    plan = plan_of("c0:A c1:B", "h0:A:1", "c0-h0:0.00011936609721555144 c1-h0:123376441.25")
    answer = answer_to(plan | {"promise": True}, tmp_path)
    assert answer["placements"] == [{"child": "c0", "home": "h0"}]
    assert answer["status"] == "optimal"

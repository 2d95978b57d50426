"""Our daily rates beside the public demand model itself, on its own sample, from the same files.

The public model runs in an environment of its own (setup/peer.py makes it if it is missing) and prints its figures;
ours come through our own reader. Never skipped: without the environment the test fails and says why.
"""

import json
import runpy
import subprocess
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from nearhome.cli.quick_forecast import answered
from nearhome.needs.importers.return_tables import ReadReturns, read_returns
from nearhome.sufficiency.calculations.forecasting.daily_rates import (
    STATES,
    DailyHistory,
    State,
    daily_history,
    flows,
    projected,
    rates_of_change,
    sent_rows,
    usual_reference,
)
from nearhome.sufficiency.calculations.forecasting.daily_rates_at_once import projected_at_once

ROOT = Path(__file__).resolve().parents[3]
CASES = range(6)
CLOSE = 1e-6
pytestmark = pytest.mark.xdist_group("demand-model")


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("demand-model-sample")


@pytest.fixture(scope="module")
def peer(sample) -> dict:
    python = runpy.run_path(str(ROOT / "setup" / "peer.py"))["ready"]()
    script = ROOT / "tests" / "peers" / "demand_model_figures.py"
    done = subprocess.run(
        [python, "-W", "ignore", script, sample], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def read(peer, sample) -> ReadReturns:
    return read_returns([sample], authorities=("826",))


@pytest.fixture(scope="module")
def ours(read) -> DailyHistory:
    return daily_history(read.as_sent)


@cache
def place_of(age_bin: str, category: str) -> int:
    return STATES.index(State(age_bin, category))


def table(found: dict) -> np.ndarray:
    """Days × our states; a state that the peer never saw is empty."""
    values = np.zeros((len(found["days"]), len(STATES)))
    for one in found["states"]:
        values[:, place_of(*one["state"])] = one["values"]
    return values


def window(case: dict) -> tuple[date, date]:
    first, last = map(date.fromisoformat, case["window"])
    return first, last


def test_the_same_episodes_are_left_after_preparation(peer, ours):
    done = ours.prepared
    assert done.rows - done.same_start - done.same_end == peer["episodes"]
    assert done.without_age == 0


def test_stock_is_the_same_in_every_state_on_every_day(peer, ours):
    assert [str(ours.first_day), str(ours.last_day)] == [peer["stock"]["days"][0], peer["stock"]["days"][-1]]
    assert np.abs(ours.stock - table(peer["stock"])).max() < CLOSE


def test_the_usual_window_is_the_same(peer, ours):
    assert usual_reference(ours) == window(peer["cases"][0])


@pytest.mark.parametrize("number", CASES)
def test_rates_are_the_same(peer, ours, number):
    case = peer["cases"][number]
    theirs = np.zeros((len(STATES), len(STATES)))
    for one in case["rates"]:
        theirs[place_of(*one["from"]), place_of(*one["to"])] = one["value"]
    assert np.abs(rates_of_change(ours, *window(case)) - theirs).max() < CLOSE
    assert theirs.sum() > 0


@pytest.mark.parametrize("number", CASES)
def test_entrants_are_the_same(peer, ours, number):
    case = peer["cases"][number]
    theirs = np.zeros(len(STATES))
    for one in case["entrants"]:
        theirs[place_of(*one["to"])] = one["value"]
    assert np.abs(flows(ours, *window(case)).entrants - theirs).max() < CLOSE


@pytest.mark.parametrize("number", CASES)
def test_projections_are_the_same(peer, ours, number):
    case = peer["cases"][number]
    first, last = window(case)
    found = projected(ours.stock_on(last), flows(ours, first, last), last, case["steps"], case["step_days"])
    assert [str(one) for one in found.days] == case["projection"]["days"]
    assert np.abs(found.population - table(case["projection"])).max() < CLOSE


def test_an_adjustment_of_the_peer_loses_every_other_rate_and_ours_does_not(peer, ours):
    """Where definitions differ: the peer adds tables that do not match, and what is only in one goes missing."""
    assert len(peer["adjusted"]) == 1
    assert np.count_nonzero(flows(ours, *window(peer["cases"][0])).rates) > 40


def test_the_quick_command_gives_the_peers_projection_and_the_readers_rows(peer, read, sample, capsys):
    first, last = window(peer["cases"][0])
    words = ["forecast", str(sample), "--authority", "826", "--reference", str(first), str(last), "--months", "12"]
    assert answered([*words, "--method", "daily-rates", "--json"])
    said = json.loads(capsys.readouterr().out)
    assert said["projection_days"] == peer["cases"][0]["projection"]["days"]
    theirs = {tuple(one["state"]): one["values"] for one in peer["cases"][0]["projection"]["states"]}
    for age_bin, lines in said["projection"].items():
        for category, values in lines.items():
            assert values == pytest.approx(theirs[age_bin, category], abs=CLOSE)
    slow = projected_at_once(*sent_rows(read.as_sent), (first, last), 365)
    assert slow.population[-1] == pytest.approx(table(peer["cases"][0]["projection"])[-1], abs=CLOSE)
    assert said["data"]["rows_read"]["Episodes"] == slow.moves.rows == read.rows_read["Episodes"]

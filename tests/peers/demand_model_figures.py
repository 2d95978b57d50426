"""Runs in the environment of the public demand model, never in ours: its figures for its packaged sample, as JSON.

Usage: python demand_model_figures.py FOLDER. Unpacks the sample into FOLDER and prints one JSON object.
"""

import datetime as dt
import json
import logging
import sys
import zipfile
from pathlib import Path

import cs_demand_model_samples
from cs_demand_model import Config, DemandModellingDataContainer, ModelPredictor, PopulationStats
from cs_demand_model.datastore import fs_datastore

# (first day, last day, steps, days of a step)
CASES = (
    ("2021-09-27", "2022-03-27", 365, 1),
    ("2021-09-27", "2022-03-27", 4, 90),
    ("2020-03-31", "2021-03-31", 30, 1),
    ("2019-01-01", "2019-01-02", 10, 7),
    ("2015-04-01", "2020-03-31", 12, 30),
    ("2018-07-15", "2018-11-03", 40, 1),
)


def named(pairs):
    """[{from, to, value}] of a series with two levels of states."""
    return [{"from": list(left), "to": list(right), "value": value} for (left, right), value in pairs.items()]


def by_state(frame):
    """Dates and, for each state, the values in their order."""
    return {
        "days": [f"{day:%Y-%m-%d}" for day in frame.index],
        "states": [{"state": list(state), "values": frame[state].tolist()} for state in frame.columns],
    }


def figures(stats, case):
    """Rates, entrants and projection of one case."""
    first, last, steps, days = case
    window = dt.datetime.fromisoformat(first), dt.datetime.fromisoformat(last)
    predictor = ModelPredictor.from_model(stats, *window)
    return {
        "window": [first, last],
        "steps": steps,
        "step_days": days,
        "rates": named(stats.raw_transition_rates(*window)),
        "entrants": named(stats.daily_entrants(*window)),
        "projection": by_state(predictor.predict(steps, days)),
    }


def adjusted(stats):
    """What an adjustment of the first case leaves of the rates: those that are not missing."""
    import pandas as pd

    left, reached = ("TEN_TO_SIXTEEN", "FOSTERING"), ("TEN_TO_SIXTEEN", "RESIDENTIAL")
    extra = pd.Series([2 / 30], index=pd.MultiIndex.from_tuples([(left, reached)], names=["from", "to"]))
    window = dt.datetime.fromisoformat(CASES[0][0]), dt.datetime.fromisoformat(CASES[0][1])
    return named(ModelPredictor.from_model(stats, *window, rate_adjustment=extra).transition_rates.dropna())


def main():
    """Unpack, compute, print."""
    logging.disable(logging.WARNING)
    folder = Path(sys.argv[1])
    with zipfile.ZipFile(Path(cs_demand_model_samples.__file__).with_name("v1.zip")) as sample:
        sample.extractall(folder)
    container = DemandModellingDataContainer(fs_datastore(str(folder)), Config())
    stats = PopulationStats(container.enriched_view, container._DemandModellingDataContainer__config)
    found = {
        "episodes": len(container.enriched_view),
        "stock": by_state(stats.stock),
        "cases": [figures(stats, case) for case in CASES],
        "adjusted": adjusted(stats),
    }
    json.dump(found, sys.stdout)


main()

"""The back-test: nothing from after an origin is known, intervals hold what they say, the best method is used."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.forecasting.backtest import WHAT, Backtest, Score, backtest, choose_method
from nearhome.sufficiency.calculations.forecasting.forecast import METHODS, forecast
from nearhome.sufficiency.calculations.forecasting.forecast_sections import sections
from scenes_forecast import World, lived

D = dt.date
FIRST, LAST = D(2020, 4, 1), D(2026, 3, 31)


@pytest.fixture(scope="module")
def history() -> CareRecords:
    return lived(World(authorities=5), FIRST, LAST, seed=21)


@pytest.fixture(scope="module")
def tested(history: CareRecords) -> Backtest:
    return backtest(history, authorities=history.authorities, start=D(2021, 4, 1), end=LAST, months=12)


def test_intervals_of_80_percent_hold_70_to_90_percent_of_held_back_months() -> None:
    inside = {50: [], 80: [], 95: []}  # type: dict[int, list[float]]
    for seed in (31, 32, 33):
        records = lived(World(authorities=4), FIRST, LAST, seed=seed)
        found = backtest(
            records, authorities=records.authorities, start=D(2021, 4, 1), end=LAST, months=12, methods=("nearhome",)
        )  # fmt: skip
        for one in found.scores:
            if one.area == "authority" and one.what != "other":
                for percent, share in one.within.items():
                    inside[percent] += [share] * one.tried
    coverage = {percent: sum(shares) / len(shares) for percent, shares in inside.items()}
    assert 0.4 < coverage[50] < 0.62
    assert 0.7 < coverage[80] < 0.9
    assert coverage[95] > 0.9


def test_ours_beats_daily_rates_and_trend_when_its_process_is_the_true_one(tested: Backtest) -> None:
    for horizon in (3, 6, 12):
        ours = tested.worth("nearhome", horizon)
        assert ours < tested.worth("daily-rates", horizon)
        assert ours < tested.worth("trend", horizon)
    assert choose_method(tested, 12).method == "nearhome"


def test_what_happens_after_an_origin_changes_no_forecast_made_there(history: CareRecords) -> None:
    origin = D(2025, 3, 31)
    later = pl.col("ends_before") > origin
    known = replace(history, episodes=history.episodes.filter(pl.col("starts_on") <= origin).with_columns(
        pl.when(later).then(None).otherwise("ends_before").alias("ends_before")))  # fmt: skip
    for method in METHODS:
        told, blind = (
            forecast(one, start=D(2023, 4, 1), end=origin, months=6, method=method).mean[-1, 2]
            for one in (history, known)
        )
        assert abs(told - blind).max() < 1e-9, method


def test_every_method_and_horizon_is_scored_for_authorities_and_region(tested: Backtest) -> None:
    assert len(tested.scores) == len(METHODS) * 3 * 2 * len(WHAT)
    assert tested.score("nearhome", 12).tried == 5 * tested.score("nearhome", 12, area="region").tried
    with pytest.raises(KeyError):
        tested.score("nearhome", 24)


def test_too_short_a_history_says_so_and_ours_is_used_as_a_scenario(history: CareRecords) -> None:
    short = backtest(history, authorities=history.authorities, start=D(2025, 4, 1), end=LAST, months=12)
    assert not short.scores
    assert "24 months or more, not 12" in short.too_short
    chosen = choose_method(short, 12)
    assert chosen.method == "nearhome"
    assert "not been tested" in chosen.why


def test_when_another_method_foretold_better_it_is_used_and_the_forecast_says_so(history: CareRecords) -> None:
    def score(method: str, crps: float, what: str) -> Score:
        return Score(method, 6, "authority", what, crps, crps, {50: 0.5, 80: 0.8, 95: 0.95}, 10)

    scores = tuple(score(m, c, what) for m, c in (("nearhome", 2.0), ("no-change", 1.0)) for what in WHAT)
    chosen = choose_method(Backtest((D(2025, 3, 31),), 24, scores), 9)
    assert chosen.method == "no-change"
    assert "did not foretell best" in chosen.why
    found = forecast(history, start=D(2025, 4, 1), end=LAST, months=9, method=chosen.method)
    assert "did not foretell best" in sections(found, choice=chosen.why)[0].opening


def test_the_back_test_is_shown_with_every_score(history: CareRecords, tested: Backtest) -> None:
    found = forecast(history, start=D(2025, 4, 1), end=LAST, months=12)
    shown = {one.name: one for one in sections(found, tested=tested, choice=choose_method(tested, 12).why)}
    assert len(shown["backtest"].breakdowns[0].rows) == len(tested.scores)

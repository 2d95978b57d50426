"""The forecast: who is counted, exits at 18, what chance adds, totals, and rates found again in a made-up history."""

import datetime as dt

import numpy as np
import pytest

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.forecasting.counting_days import (
    AGE_MONTHS,
    BIN_OF_AGE,
    CATEGORIES,
    DURATIONS,
    counting_days,
    shifted,
    whole_months,
)
from nearhome.sufficiency.calculations.forecasting.forecast import METHODS, Forecast, forecast
from nearhome.sufficiency.calculations.forecasting.forecast_sections import sections
from nearhome.sufficiency.calculations.forecasting.forecast_steps import by_age_month, chances, path
from nearhome.sufficiency.calculations.forecasting.pooled_rates import Rates, fitted
from scenes_care import care
from scenes_forecast import World, lived

D = dt.date
FIRST, LAST = D(2021, 4, 1), D(2026, 3, 31)
WORLD = World(size=1.5)


@pytest.fixture(scope="module")
def history() -> CareRecords:
    return lived(WORLD, FIRST, LAST, seed=7)


@pytest.fixture(scope="module")
def rates(history: CareRecords) -> Rates:
    return fitted(counting_days(history, history.authorities, LAST, 48))


@pytest.fixture(scope="module")
def told(history: CareRecords) -> Forecast:
    return forecast(history, start=D(2024, 4, 1), end=LAST, months=24)


def test_the_last_day_of_a_month_stays_the_last_and_whole_months_count_back() -> None:
    assert [shifted(D(2026, 2, 28), k) for k in (1, 12, 24)] == [D(2026, 3, 31), D(2027, 2, 28), D(2028, 2, 29)]
    assert shifted(D(2026, 1, 30), 1) == D(2026, 2, 28)
    assert whole_months(D(2025, 4, 1), D(2026, 3, 31)) == 12
    assert whole_months(D(2025, 4, 2), D(2026, 3, 31)) == 11
    assert whole_months(D(2026, 3, 31), D(2026, 3, 31)) == 0


def test_children_are_counted_as_everywhere_else_and_not_once_they_are_18() -> None:
    records = care(
        children=[{"child": "old", "born_on": D(2008, 3, 1)}, {"child": "eve", "born_on": D(2008, 4, 1)}],
        episodes=[
            {"child": "ends on the day", "starts_on": D(2025, 5, 1), "ends_before": D(2026, 3, 31)},
            {"child": "starts on the day", "starts_on": D(2026, 3, 31), "place_type": "K2"},
            {"child": "short break", "starts_on": D(2025, 5, 1), "legal_status": "V4"},
            {"child": "old", "starts_on": D(2020, 5, 1), "place_type": "H5"},
            {"child": "eve", "starts_on": D(2020, 5, 1), "place_type": "K3"},
        ],
    )
    days = counting_days(records, ("886",), LAST, 12)
    assert days.stock()[..., -1].sum((0, 1, 2)).tolist() == [0, 1, 1, 0]
    assert days.over_18 == 1


def test_a_new_placement_is_a_new_place_not_a_new_legal_status_or_a_night_away() -> None:
    episode = {"child": "A", "place_postcode": "ME14 2XX"}
    records = care(episodes=[
        episode | {"starts_on": D(2025, 1, 10), "ends_before": D(2025, 5, 3)},
        episode | {"starts_on": D(2025, 5, 3), "ends_before": D(2025, 6, 3), "reason_new": "L", "legal_status": "C1"},
        episode | {"starts_on": D(2025, 6, 3), "ends_before": D(2025, 6, 9), "reason_new": "P", "place_type": "T1"},
        episode | {"starts_on": D(2025, 6, 9), "ends_before": D(2025, 8, 1), "reason_new": "P"},
        episode | {"starts_on": D(2025, 8, 1), "reason_new": "P", "place_postcode": "ME15 9XX"},
    ])  # fmt: skip
    days = counting_days(records, ("886",), LAST, 12)
    assert days.starts.sum() == 0
    assert days.moves.sum() == 1
    assert days.moves[0, 0].tolist() == [0, 0, 0, 0, 1] + [0] * 7
    held = care(episodes=[episode | {"starts_on": D(2025, 6, 20)}])
    assert counting_days(held, ("886",), LAST, 12).starts[0, 0, 2] == 1


def test_nobody_is_expected_in_care_after_the_18th_birthday(rates: Rates) -> None:
    fates = chances(by_age_month(rates.units[0].go), 24)
    for months in range(25):
        assert not fates[months][AGE_MONTHS - months :].any()
        assert (fates[months][: AGE_MONTHS - months, ..., -1] > 0).all()
        assert np.allclose(fates[months][..., :4].sum(-1), fates[months][..., 4])


def test_expected_numbers_and_chance_agree_with_living_it_many_times(rates: Rates) -> None:
    unit, months, runs = rates.units[0], 9, 3000
    found = path(unit, rates, (4, 5, 6, 7, 8, 9, 10, 11, 12))
    rng = np.random.default_rng(3)
    counts = _lived_many_times(by_age_month(unit.go), unit.now, rates, unit.entries, months, runs, rng)
    assert np.allclose(counts.mean(0), found.mean[months, -1, :4], rtol=0.02, atol=0.4)
    assert np.allclose(counts.var(0), found.chance[months, -1, :4], rtol=0.12)
    total = counts.sum(1)
    assert total.var() == pytest.approx(found.chance[months, -1, 4], rel=0.12)


def _lived_many_times(go, now, rates, entries, months, runs, rng) -> np.ndarray:
    """Children of each category after `months`, run by run, each child by itself."""
    age, category, duration = (np.repeat(one, now.astype(int)[np.nonzero(now)]) for one in np.nonzero(now))
    run, age, category, duration = (
        np.repeat(np.arange(runs), len(age)),
        *(np.tile(o, runs) for o in (age, category, duration)),
    )
    rate = rates.ages[0][:, None] * entries[BIN_OF_AGE]
    for month in range(months):
        age, inside = age + 1, age + 1 < AGE_MONTHS
        reach = go[age - 1, category, duration].cumsum(1)
        to = (rng.random(len(age))[:, None] >= reach).sum(1)
        inside &= to != 4
        duration = np.where(to < 4, 0, np.minimum(duration + 1, DURATIONS - 1))
        category = np.where(to < 4, to, category)
        factor = rates.season[0][(3 + month) % 12]
        dispersion = float(rates.dispersion[0])
        scale = rng.gamma(1 / dispersion, dispersion, runs) if dispersion > 1e-9 else np.ones(runs)
        came = rng.poisson(rate.sum() * factor * scale)
        cell = rng.choice(rate.size, came.sum(), p=(rate / rate.sum()).ravel())
        run = np.concatenate([run[inside], np.repeat(np.arange(runs), came)])
        age, category, duration = (
            np.concatenate([one[inside], two])
            for one, two in ((age, cell // 4), (category, cell % 4), (duration, np.zeros(len(cell), int)))
        )
    return np.stack([np.bincount(run[category == c], minlength=runs) for c in range(4)], axis=1)


def test_leaving_rates_by_time_in_placement_are_found_again(rates: Rates) -> None:
    leaving = WORLD.go[:, 4] * 365.2425 / 12
    seen = np.stack([unit.go[3, :, :, 4] for unit in rates.units if not unit.is_uasc]).mean(0)
    early, later = seen[0, 0], seen[0, 1:]
    assert early / later.mean() == pytest.approx(WORLD.early, rel=0.35)
    assert later == pytest.approx(leaving[0], rel=0.35)
    assert seen[2, 1:].mean() > seen[0, 1:].mean()


def test_rates_learn_from_neighbours_most_where_there_are_few_children() -> None:
    world = World(authorities=10, differ=0.0, size=0.6)
    records = lived(world, D(2023, 4, 1), LAST, seed=5)
    together = fitted(counting_days(records, records.authorities, LAST, 24))
    alone = [fitted(counting_days(records.of(code), (code,), LAST, 24)).units[0] for code in records.authorities]
    pooled = [unit.go[3, 0, 2, 4] for unit in together.units if not unit.is_uasc]
    apart = [unit.go[3, 0, 2, 4] for unit in alone]
    truth = world.go[0, 4] * 365.2425 / 12
    assert np.std(pooled) < np.std(apart) / 2
    assert np.abs(np.array(pooled) - truth).mean() < np.abs(np.array(apart) - truth).mean()


def test_seasons_are_found_with_two_years_or_more_and_only_then() -> None:
    season = (0.6, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.5, 1.6, 1.2, 0.8)
    records = lived(World(season=season, size=2, entries_a_month=8), FIRST, LAST, seed=2)
    long = fitted(counting_days(records, records.authorities, LAST, 48)).season[0]
    assert np.corrcoef(long, season)[0, 1] > 0.9
    assert (fitted(counting_days(records, records.authorities, LAST, 12)).season == 1).all()


def test_a_falling_number_of_entries_is_followed_and_a_constant_one_is_not() -> None:
    falling = lived(World(size=2, level=lambda years: max(1.6 - 0.3 * years, 0.1)), FIRST, LAST, seed=4)
    fit = fitted(counting_days(falling, falling.authorities, LAST, 48))
    assert fit.entry_discount[0].min() < 1
    days = counting_days(falling, falling.authorities, LAST, 6)
    recent = days.starts[0].sum() / 6
    assert sum(unit.entries.sum() for unit in fit.units if not unit.is_uasc) == pytest.approx(recent, rel=0.3)
    steady = fitted(counting_days(lived(WORLD, FIRST, LAST, seed=9), ("901", "902", "903"), LAST, 48))
    assert (steady.entry_discount[0] == 1).all()


def test_authorities_add_up_to_the_region_and_parts_to_wholes(told: Forecast) -> None:
    for table in (told.mean, told.chance):
        assert np.abs(table[:-1].sum(0) - table[-1]).max() < 1e-9
    assert np.abs(told.mean[:, :2].sum(1) - told.mean[:, 2]).max() < 1e-9
    assert np.abs(told.mean[:, :, :5].sum(2) - told.mean[:, :, 5]).max() < 1e-9
    assert np.abs(told.mean[..., :4, :].sum(3) - told.mean[..., 4, :]).max() < 1e-9


def test_the_interval_widens_with_time_and_counts_more_than_chance(told: Forecast) -> None:
    deviation = np.sqrt(told.variance[told.at()])
    assert deviation[0] == 0
    assert (np.diff(deviation) > 0).all()
    assert (told.variance[told.at()][1:] > told.chance[told.at()][1:]).all()
    levels = told.quantile()
    assert (np.diff(levels, axis=0) >= -1e-9).all()
    assert (levels >= 0).all()


def test_starts_and_moves_are_the_placements_made_and_as_many_as_were(history: CareRecords) -> None:
    before = forecast(history, start=D(2021, 4, 1), end=D(2025, 3, 31), months=12)
    assert np.allclose(before.to_find[:, 0] + before.to_find[:, 1], before.to_find[:, 2])
    days = counting_days(history, history.authorities, LAST, 12)
    assert before.to_find[-1, 0].sum() == pytest.approx(days.starts.sum(), rel=0.12)
    assert before.to_find[-1, 1].sum() == pytest.approx(days.moves.sum(), rel=0.12)


def test_unaccompanied_children_are_a_flow_of_their_own(told: Forecast, rates: Rates) -> None:
    young = told.mean[-1, 1, :3]
    assert young[:, :4].max() == 0
    entering = sum(unit.entries.sum() for unit in rates.units if unit.is_uasc)
    other = sum(unit.entries.sum() for unit in rates.units if not unit.is_uasc)
    assert entering / other == pytest.approx(WORLD.uasc_a_month / WORLD.entries_a_month, rel=0.2)


def test_the_same_question_has_the_same_answer(history: CareRecords, told: Forecast) -> None:
    again = forecast(history, start=D(2024, 4, 1), end=LAST, months=24)
    assert (again.mean == told.mean).all()
    assert (again.variance == told.variance).all()


@pytest.mark.parametrize("method", METHODS)
def test_every_method_starts_from_the_children_counted_and_adds_up(history: CareRecords, method: str) -> None:
    found = forecast(history, start=D(2025, 4, 1), end=LAST, months=6, method=method)
    assert found.mean[found.at()][0] == pytest.approx(found.history[-1, -1, -1])
    assert np.abs(found.mean[:-1, 2].sum(0) - found.mean[-1, 2]).max() < 1e-9
    shown = sections(found)
    assert shown[0].indicators[1].value == pytest.approx(found.mean[found.at()][-1])
    assert {len(table.rows) for table in shown[0].breakdowns[:3]} == {7}


def test_a_question_that_cannot_be_answered_says_how_to_put_it(history: CareRecords) -> None:
    start, end = D(2025, 4, 1), LAST
    with pytest.raises(ValueError, match="earlier date first"):
        forecast(history, start=end, end=start, months=12)
    for months in (0, 61):
        with pytest.raises(ValueError, match="Give 1 to 60"):
            forecast(history, start=start, end=end, months=months)
    with pytest.raises(ValueError, match="outside the data"):
        forecast(history, start=D(2019, 4, 1), end=end, months=12)
    with pytest.raises(ValueError, match="no whole month"):
        forecast(history, start=D(2026, 3, 20), end=end, months=12)
    with pytest.raises(ValueError, match="They hold: 901"):
        forecast(history, authorities=("999",), start=start, end=end, months=12)
    with pytest.raises(ValueError, match="Choose one of"):
        forecast(history, start=start, end=end, months=12, method="crystal ball")
    with pytest.raises(ValueError, match="was in care"):
        forecast(care(episodes=[{"child": "A", "starts_on": D(2014, 1, 1), "ends_before": D(2014, 2, 1)}]),
                 start=start, end=end, months=12)  # fmt: skip


def test_one_child_alone_is_forecast_without_an_error() -> None:
    records = care(episodes=[{"child": "A", "starts_on": D(2025, 5, 1)}])
    found = forecast(records, start=D(2025, 4, 1), end=LAST, months=60)
    assert found.mean[found.at()][0] == 1
    assert np.isfinite(found.variance).all()
    assert found.mean[found.at(category=CATEGORIES[0])][1] > 0.5

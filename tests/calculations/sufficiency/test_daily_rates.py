"""The public demand model's form: its own published numbers, the preparation of episodes, and its peculiar choices."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.sufficiency.calculations.forecasting import chance_variation
from nearhome.sufficiency.calculations.forecasting.daily_rates import (
    CATEGORIES,
    IN_CARE,
    OUTSIDE,
    STATES,
    DailyHistory,
    Flows,
    State,
    adjusted,
    ageing,
    changes_from_nothing,
    daily_history,
    daily_probabilities,
    entrants_a_day,
    flows,
    months_later,
    projected,
    rates_of_change,
    sent_rows,
    stepped,
    usual_reference,
)
from nearhome.sufficiency.calculations.forecasting.daily_rates_at_once import chance_variance, projected_at_once

NEW_YEAR = date(2021, 1, 1)


def two_way(there: float, back: float = 0) -> np.ndarray:
    return np.array([[0, there], [back, 0]], dtype=float)


def of(rates=None, numbers=None, entrants=None, size=2) -> Flows:
    nothing = np.zeros((size, size))
    return Flows(
        nothing if rates is None else rates, np.zeros(size), np.zeros(size) if entrants is None else entrants, numbers
    )


def after(population, flow: Flows, steps: int, days: int = 1) -> list[float]:
    found = projected(np.array(population, dtype=float), flow, NEW_YEAR, steps, days)
    return found.population[-1].tolist()


# What the public model's own tests expect: case, day 1, 2, 5, 25, then the first and the fifth step of five days.
PUBLISHED = {
    "no rates": (of(), [100, 0], [100, 0], [100, 0], [100, 0], [100, 0], [100, 0]),
    "rate": (of(two_way(0.1)), [90, 10], [81, 19], [59.0, 41.0], [7.2, 92.8], [59.0, 41.0], [7.2, 92.8]),
    "rate and back": (of(two_way(0.1, 0.05)), [90, 10], [81.5, 18.5], [62.9, 37.1], [34.5, 65.5], [59, 41], [36, 64]),
    "ten a day": (of(numbers=two_way(10)), [90, 10], [80, 20], [50, 50], [0, 100], [50, 50], [0, 100]),
    "ten, five back": (of(numbers=two_way(10, 5)), [90, 10], [85, 15], [70, 30], [5, 95], [50, 50], [25, 75]),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_public_models_worked_cases_come_out_the_same(name):
    flow, *expected = PUBLISHED[name]
    found = [after([100, 0], flow, steps, days) for steps, days in ((1, 1), (2, 1), (5, 1), (25, 1), (1, 5), (5, 5))]
    assert found == [pytest.approx(pair, abs=0.1) for pair in expected]


def test_one_step_between_three_types_keeps_everybody():
    rates = np.array([[0, 0.3, 0], [0.1, 0, 0.1], [0.05, 0, 0]])
    assert after([100, 200, 300], of(rates, size=3), 1) == pytest.approx([105, 190, 305])


def test_a_rate_repeated_over_ten_days():
    found = projected(np.array([100.0, 0]), of(two_way(0.1)), NEW_YEAR, 10)
    assert np.round(found.population[:, 0]).tolist() == [90, 81, 73, 66, 59, 53, 48, 43, 39, 35]
    assert found.days[0] == date(2021, 1, 2)
    assert np.round(after([100, 0], of(two_way(0.1)), 1, 10)).tolist() == [35, 65]


def test_rates_above_one_drain_a_type_but_never_more():
    rates = np.array([[0, 0.6, 0.7], [0, 0, 0], [0, 0, 0]])
    assert after([100, 0, 200], of(rates, size=3), 1) == pytest.approx([0, 46.15, 253.85], abs=0.01)


def test_small_numbers_of_children():
    numbers = np.array([[0, 0.001, 0.001], [0, 0, 0], [0, 0.001, 0]])
    flow = of(numbers=numbers, size=3)
    assert after([100, 0, 200], flow, 1) == pytest.approx([99.998, 0.002, 200.0], abs=0.0005)
    assert after([100, 0, 200], flow, 1, 10) == pytest.approx([99.98, 0.02, 200.0], abs=0.005)


def test_children_enter_each_day():
    entrants = np.array([0.087671, 0.002, 0.003, 0.004])
    assert after([0, 0, 100, 200], of(entrants=entrants, size=4), 1) == pytest.approx(
        [0.0876, 0.002, 100.003, 200.004], abs=0.0005
    )
    one = of(entrants=np.array([0.05, 0, 0]), size=3)
    assert after([100, 0, 200], one, 1) == pytest.approx([100.05, 0, 200])
    assert after([100, 0, 200], one, 1, 10) == pytest.approx([100.5, 0, 200])


AGEING = [
    (1, 1, [99.7, 0.3, 0, 0]),
    (2, 1, [99.5, 0.5, 0, 0]),
    (3, 1, [99.2, 0.8, 0, 0]),
    (4, 1, [99.0, 1.0, 0, 0]),
    (30, 1, [92.1, 7.8, 0.1, 0]),
    (90, 1, [78.1, 21.2, 0.7, 0]),
    (365, 1, [36.7, 54.8, 7.8, 0.6]),
    (1, 30, [92.1, 7.9, 0, 0]),
    (3, 30, [78.1, 21.4, 0.5, 0]),
    (12, 30, [37.2, 55.1, 7.2, 0.4]),
]


@pytest.mark.parametrize(("steps", "days", "expected"), AGEING)
def test_uniform_ageing_moves_children_on_as_published(steps, days, expected):
    moves, leaving = ageing()
    start = np.zeros(len(STATES))
    start[0] = 100
    found = projected(start, Flows(moves, leaving, np.zeros(len(STATES))), NEW_YEAR, steps, days).population[-1]
    foster = found[:: len(CATEGORIES)]
    assert foster[:4] == pytest.approx(expected, abs=0.1)


def test_an_adjustment_adds_children_a_month_over_thirty_to_the_rate():
    size = len(STATES)
    base = Flows(np.zeros((size, size)), np.zeros(size), np.zeros(size))
    changes = [
        (State("TEN_TO_SIXTEEN", one), State("TEN_TO_SIXTEEN", other))
        for one, other in (
            ("FOSTERING", "RESIDENTIAL"),
            ("RESIDENTIAL", "FOSTERING"),
            ("FOSTERING", "OTHER"),
            ("OTHER", "FOSTERING"),
        )
    ]
    rates = adjusted(base, {change: children for children, change in enumerate(changes, 1)}).rates
    found = [rates[STATES.index(left), STATES.index(reached)] for left, reached in changes]
    assert found == pytest.approx([1 / 30, 2 / 30, 3 / 30, 4 / 30])
    assert rates.sum() == pytest.approx(10 / 30)


# Preparation: child, start, end, code.


def history(*rows: tuple[int, date, date | None, str], born: date | None = date(2008, 1, 1)) -> DailyHistory:
    return daily_history(sent(*((*row, born) for row in rows)))


def sent(*rows: tuple) -> pl.DataFrame:
    kinds = {
        "child": pl.String,
        "starts_on": pl.Date,
        "ends_before": pl.Date,
        "place_type": pl.String,
        "born_on": pl.Date,
    }
    named = [(f"Test Child {number:04}", *rest) for number, *rest in rows]
    same = (pl.lit("851").alias("authority"), pl.lit(2021).alias("year"))
    return pl.DataFrame(named, schema=kinds, orient="row").with_columns(*same)


def day(number: int) -> date:
    return NEW_YEAR + timedelta(days=number)


def stock(found: DailyHistory, on: date, category: str, age_bin: str = "TEN_TO_SIXTEEN") -> float:
    return found.stock_on(on)[STATES.index(State(age_bin, category))]


def test_a_row_sent_twice_counts_once_with_its_later_end():
    found = history((0, day(0), None, "U4"), (0, day(0), day(10), "U4"))
    assert found.prepared.same_start == 1
    assert [stock(found, day(n), "FOSTERING") for n in (0, 9, 10)] == [1, 1, 0]


def test_of_two_rows_with_one_end_the_longer_stays():
    found = history((0, day(0), day(10), "U4"), (0, day(5), day(10), "K2"))
    assert found.prepared.same_end == 1
    assert (stock(found, day(6), "FOSTERING"), stock(found, day(6), "RESIDENTIAL")) == (1, 0)


def test_an_overlapping_row_ends_where_the_next_begins_and_is_counted():
    found = history((0, day(0), day(9), "U4"), (0, day(5), day(12), "K2"))
    assert found.prepared.cut_short == 1
    assert (stock(found, day(5), "FOSTERING"), stock(found, day(5), "RESIDENTIAL")) == (0, 1)
    assert found.ends[0].tolist()[1:] == [
        STATES.index(State("TEN_TO_SIXTEEN", "FOSTERING")),
        STATES.index(State("TEN_TO_SIXTEEN", "RESIDENTIAL")),
    ]


def test_a_gap_of_one_day_is_leaving_care_and_coming_back():
    found = history((0, day(0), day(5), "U4"), (0, day(6), day(9), "K2"))
    assert len(found.entries) == 2
    assert {STATES[reached].category for _, _, reached in found.ends.tolist()} == {"NOT_IN_CARE"}


def test_a_child_without_a_birth_date_or_of_an_impossible_age_is_left_out_and_counted():
    with pytest.raises(ValueError, match="no history"):
        history((0, day(0), None, "U4"), born=None)
    with pytest.raises(ValueError, match="no history"):
        history((0, day(0), None, "U4"), born=date(1980, 1, 1))
    found = daily_history(sent((0, day(0), day(3), "U4", date(2008, 1, 1)), (1, day(0), None, "U4", None)))
    assert found.prepared.without_age == 1


def test_codes_fall_into_the_categories_of_the_public_model():
    codes = {"U1": "FOSTERING", "R1": "RESIDENTIAL", "H5": "SUPPORTED", "K3": "OTHER", "K1": "OTHER", "Z11": "OTHER"}
    for code, category in codes.items():
        assert stock(history((0, day(0), None, code)), day(0), category) == 1


def test_a_rate_is_the_mean_over_days_with_empty_days_as_nothing():
    found = history(
        *((child, day(0), day(2) if child == 0 else day(4), "U4") for child in range(4)), (0, day(2), day(5), "K2")
    )
    left, reached = (STATES.index(State("TEN_TO_SIXTEEN", one)) for one in ("FOSTERING", "RESIDENTIAL"))
    assert rates_of_change(found, day(1), day(5))[left, reached] == pytest.approx((1 / 4) / 5)
    assert rates_of_change(found, day(2), day(2))[left, reached] == 0
    assert rates_of_change(found, day(2), day(3))[left, reached] == pytest.approx((1 / 3) / 2)


def test_a_state_left_although_empty_is_named():
    found = history((0, day(0), day(2), "U4"), (1, day(3), day(3), "U4"), (1, day(4), day(9), "K2"))
    assert changes_from_nothing(rates_of_change(found, day(1), day(5))) == (State("TEN_TO_SIXTEEN", "FOSTERING"),)


def test_entrants_are_counted_on_both_days_but_divided_by_the_days_between():
    found = history((0, day(0), None, "U4"), (1, day(10), None, "U4"), (2, day(11), None, "U4"))
    assert entrants_a_day(found, day(0), day(10)).sum() == pytest.approx(2 / 10)
    with pytest.raises(ValueError, match="must end after"):
        entrants_a_day(found, day(0), day(0))


def test_the_usual_reference_is_the_last_six_months():
    found = history((0, day(0), date(2021, 8, 31), "U4"))
    assert usual_reference(found) == (date(2021, 2, 28), date(2021, 8, 31))
    assert months_later(date(2020, 2, 29), 12) == date(2021, 2, 28)


@st.composite
def invented_histories(draw):
    rows = []
    for child in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, 60))
        for _ in range(draw(st.integers(1, 4))):
            length = draw(st.integers(1, 40))
            rows.append((child, day(at), day(at + length), draw(st.sampled_from(["U4", "K2", "P1", "H5"]))))
            at += length + draw(st.sampled_from([0, 0, 5]))
    return history(*rows)


@given(invented_histories())
def test_stock_is_a_plain_count_and_children_only_leave_where_they_are(found):
    assert (found.stock >= 0).all()
    assert found.stock[-1].sum() == 0
    assert len(found.entries) == sum(STATES[reached].category == "NOT_IN_CARE" for *_, reached in found.ends.tolist())


@given(invented_histories(), st.integers(1, 40), st.sampled_from([1, 7, 30]))
def test_the_quick_projection_is_the_step_repeated(found, steps, step_days):
    flow = flows(found, day(0), day(90))
    flow = Flows(np.nan_to_num(flow.rates, posinf=2.0), flow.leaving, flow.entrants)
    population = found.stock_on(day(30))
    slow, step = population, flow.over(step_days)
    for _ in range(steps):
        slow = stepped(slow, step)
    quick = projected(population, flow, day(30), steps, step_days)
    assert quick.population[-1] == pytest.approx(slow, abs=1e-9)
    assert quick.in_care()[-1] == pytest.approx(slow[IN_CARE].sum())
    assert daily_probabilities(flow).sum(axis=1).max() <= 1 + 1e-12
    assert CATEGORIES.index("NOT_IN_CARE") == OUTSIDE


@st.composite
def rows_as_sent(draw):
    """Repeated, overlapping, open and touching rows of a few children, a few of whom have no date of birth."""
    rows = []
    for child in range(draw(st.integers(1, 6))):
        born = draw(st.sampled_from([date(2008, 1, 1), date(2004, 12, 20), date(2020, 5, 1), None, date(1970, 1, 1)]))
        for _ in range(draw(st.integers(1, 5))):
            at, length = draw(st.integers(0, 50)), draw(st.integers(0, 40))
            end = day(at + length) if draw(st.integers(0, 4)) else None
            rows.append((child, day(at), end, draw(st.sampled_from(["U4", "K2", "P1", "H5", "K3"])), born))
    return sent(*rows, (99, day(0), day(60), "U1", date(2008, 1, 1)))


@given(rows_as_sent(), st.integers(0, 40), st.integers(1, 30))
def test_the_answer_at_once_is_the_same(episodes, first, length):
    window = (day(first), day(first + length))
    history = daily_history(episodes)
    found = projected_at_once(*sent_rows(episodes), window, 40)
    rates = rates_of_change(history, *window)
    plain = np.zeros_like(rates)
    for change, rate in found.changes.items():
        plain[change] = rate
    assert plain == pytest.approx(rates)
    assert found.entrants == pytest.approx(entrants_a_day(history, *window))
    assert found.start == history.stock_on(window[1]).tolist()
    done = history.prepared
    kept = done.rows - done.same_start - done.same_end - done.without_age
    assert (found.moves.rows, found.moves.kept) == (done.rows, kept)
    whole = projected(history.stock_on(window[1]), flows(history, *window), window[1], 40)
    assert np.array(found.population) == pytest.approx(whole.population, abs=1e-9)
    assert found.days == whole.days


@given(rows_as_sent())
def test_chance_varies_the_same_at_once(episodes):
    found = projected_at_once(*sent_rows(episodes), (day(0), day(45)), 70)
    history = daily_history(episodes)
    flow = flows(history, day(0), day(45))
    exact = chance_variation.projected(daily_probabilities(flow), flow.entrants, history.stock_on(day(45)), 70)
    sums = [[0, 1, 2, 3], [15, 16], [21]]
    variances = chance_variance(found, [3, 31, 70], sums)
    for states, line in zip(sums, np.array(variances).T, strict=True):
        chosen = np.isin(np.arange(len(STATES)), states)
        assert line == pytest.approx(exact.sum_over(chosen)[1][[3, 31, 70]] ** 2, abs=1e-8)

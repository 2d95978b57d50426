"""The regression behind the comparison: against an independent one, and against truths that are known."""

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LinearRegression

from nearhome.sufficiency.calculations.prices.price_comparison import child_numbers, numbered
from nearhome.sufficiency.calculations.prices.price_model import (
    authority_effects,
    factors,
    independent,
    matched_effects,
    mix_of,
    student_975,
)
from scenes_costs import drawn, priced

TRUE = {"886": 0.12, "938": 0.0, "851": -0.06, "887": -0.12}


def fitted(costs: pl.DataFrame):
    log_price = np.log(costs["weekly_pence"].to_numpy().astype(float))
    return authority_effects(log_price, mix_of(costs), numbered(costs["authority"])[1], child_numbers(costs))


def test_coefficients_are_those_of_an_independent_regression() -> None:
    costs, _ = drawn(1, authorities=TRUE)
    found, mix = fitted(costs), mix_of(costs)
    authority = numbered(costs["authority"])[1]
    design = np.column_stack([np.eye(4)[authority], mix.matrix])
    theirs = LinearRegression(fit_intercept=False).fit(design, np.log(costs["weekly_pence"].to_numpy()))
    assert found.coefficients == pytest.approx(theirs.coef_[4:], abs=1e-8)
    share = np.bincount(authority) / len(authority)
    assert found.effects == pytest.approx(theirs.coef_[:4] - theirs.coef_[:4] @ share, abs=1e-8)
    assert found.effects @ found.placements == pytest.approx(0, abs=1e-8)


def test_true_effects_of_authorities_lie_within_their_limits_as_often_as_said() -> None:
    inside = []
    for seed in range(60):
        costs, _ = drawn(seed, size=300, of_provider=0.0, authorities=TRUE)
        found = fitted(costs)
        shares = found.placements / found.placements.sum()
        true = np.array([TRUE[code] for code in sorted(TRUE)])
        true = true - true @ shares
        inside.extend((found.low <= true) & (true <= found.high))
    assert 0.91 <= np.mean(inside) <= 0.985


def test_a_child_with_many_rows_is_not_many_children() -> None:
    """Every price five times over tells nothing new: limits stay about as wide."""
    costs, _ = drawn(2, size=200, of_provider=0.0, authorities=TRUE)
    once, often = fitted(costs), fitted(pl.concat([costs] * 5))
    width, same = once.high - once.low, often.high - often.low
    assert often.effects == pytest.approx(once.effects)
    assert same == pytest.approx(width, rel=0.06)


def test_an_authority_with_four_placements_gets_no_limits() -> None:
    costs, _ = drawn(2, size=100, authorities={"886": 0.0, "938": 0.0})
    few = priced(*({"authority": "851", "has_solo": False, "child": f"Few {at}"} for at in range(4)))
    found = fitted(pl.concat([costs, few]))
    assert np.isnan(found.low).tolist() == [True, False, False]  # 851, 886, 938


def test_a_rare_level_is_taken_with_others_and_a_repeated_column_left_out() -> None:
    rows = [{"need": "N1"}] * 10 + [{"need": "N4"}] * 6 + [{"need": "N2"}] * 2 + [{"need": "N3"}] * 3
    assert mix_of(priced(*rows)).names == ("need: N4", "need: few")
    twice = priced(*({"need": need, "has_solo": need == "N4"} for need in ["N1"] * 10 + ["N4"] * 8))
    assert len(mix_of(twice).names) == 1


def test_columns_that_others_already_say_are_found() -> None:
    a, b = np.array([1.0, 0, 1, 0, 0]), np.array([0.0, 1, 0, 0, 1])
    assert independent(np.column_stack([a, b, a + b, np.ones(5), [1, 2, 3, 4, 5.0]])) == [0, 1, 4]
    assert independent(np.zeros((3, 0))) == []


def test_age_bands_and_what_is_not_known() -> None:
    ages = [0, 1, 4, 5, 9, 10, 15, 16, 25, None]
    assert factors(priced(*({"age": age} for age in ages)))["age"].to_list() == [
        "under 1", "1 to 4", "1 to 4", "5 to 9", "5 to 9", "10 to 15", "10 to 15", "16 and over", "16 and over", "not known",
    ]  # fmt: skip


def test_student_points_are_those_of_the_tables() -> None:
    for freedom, point in ((4, 2.776), (9, 2.262), (29, 2.045), (1000, 1.962)):
        assert float(student_975(np.array([freedom]))[0]) == pytest.approx(point, rel=0.01)


def test_matching_by_hand() -> None:
    """Kent pays £8,000 and £4,000 where another pays £4,000 for the same child: the mean log ratio is half of log 2."""
    costs = priced(
        {"authority": "886", "weekly_pence": 800_000},
        {"authority": "886", "weekly_pence": 400_000},
        {"authority": "938", "weekly_pence": 400_000},
        {"authority": "886", "weekly_pence": 9_000_000, "need": "N2"},
    )
    found = matched_effects(costs)
    assert found["authority"].to_list() == ["886", "938"] and found["matched"].to_list() == [2, 1]
    assert found["effect"].to_list() == pytest.approx([np.log(2) / 2, -np.log(2) / 2])


def test_matching_agrees_with_the_regression_where_the_mix_is_simple() -> None:
    costs, _ = drawn(8, size=2000, of_provider=0.0, authorities={"886": 0.1, "938": -0.1})
    kent = matched_effects(costs)["effect"][0]
    effects = fitted(costs).effects
    assert kent == pytest.approx(effects[0] - effects[1], abs=0.01)

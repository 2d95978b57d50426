"""Small providers' estimates worked by hand, the funnel, and the shares of variance against known truths."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.sufficiency.calculations.prices.price_comparison import numbered
from nearhome.sufficiency.calculations.prices.price_model import mix_of
from nearhome.sufficiency.calculations.prices.price_variance import PARTS, VarianceShares, is_enough, variance_shares
from nearhome.sufficiency.calculations.prices.prices import benchmark
from nearhome.sufficiency.calculations.prices.shrinkage import funnel_limits, pulled, shrunken, variance_between
from scenes_costs import drawn

TRUE = {"886": 0.10, "938": 0.03, "851": -0.03, "887": -0.10}


def test_shrinkage_by_hand() -> None:
    """Two groups of 1 and 4 values, within 4, between 4: weights 4/8 and 4/5; the centre weighs 1/8 and 1/5."""
    found = pulled(np.array([10.0, 0.0]), np.array([1.0, 4.0]), within=4.0, between=4.0)
    assert found.weights == pytest.approx([0.5, 0.8])
    assert found.centre == pytest.approx((10 / 8) / (1 / 8 + 1 / 5))
    assert found.estimates == pytest.approx([found.centre + 0.5 * (10 - found.centre), 0.2 * found.centre])
    width = 1.959964 * np.sqrt(4 * 0.5 + 0.25 / 0.325)
    assert found.high[0] - found.estimates[0] == pytest.approx(width)


def test_variance_between_by_hand() -> None:
    """Means 1, 3, 5 of 2 values each, within 2: (2 (4 + 0 + 4) - 2 × 2) / (6 - 12 / 6) = 3."""
    assert variance_between(np.array([1.0, 3, 5]), np.array([2.0, 2, 2]), 2.0) == pytest.approx(3.0)


def test_groups_that_do_not_differ_are_all_the_mean() -> None:
    values = np.array([1.0, 3, 1, 3, 1, 3, 1, 3, 1, 3])
    found = shrunken(values, np.repeat(np.arange(5), 2))
    assert found is not None and found.between == 0
    assert found.estimates == pytest.approx([2.0] * 5) and found.weights == pytest.approx([0.0] * 5)


def test_two_groups_or_single_values_give_no_estimate() -> None:
    assert shrunken(np.arange(20.0), np.repeat([0, 1], 10)) is None
    assert shrunken(np.arange(6.0), np.arange(6)) is None


@given(st.lists(st.integers(1, 30), min_size=3, max_size=8), st.floats(0.01, 5), st.floats(0.01, 5))
def test_an_estimate_lies_between_its_mean_and_the_centre(counts: list[int], within: float, between: float) -> None:
    means = np.linspace(-1, 2, len(counts))
    found = pulled(means, np.array(counts, dtype=float), within, between)
    low, high = np.minimum(means, found.centre), np.maximum(means, found.centre)
    assert np.all(found.estimates >= low - 1e-9) and np.all(found.estimates <= high + 1e-9)


def test_more_placements_keep_more_of_a_providers_own_price() -> None:
    found = pulled(np.array([1.0, 1.0, 0.0]), np.array([2.0, 20.0, 5.0]), within=1.0, between=0.1)
    assert found.weights[0] < found.weights[1] and found.estimates[0] < found.estimates[1]


def test_shrunken_limits_hold_the_truth_as_often_as_said() -> None:
    inside = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        true, group = rng.normal(0, 0.2, 40), rng.integers(0, 40, 400)
        group = np.concatenate([np.arange(40), group])
        found = shrunken(true[group] + rng.normal(0, 0.3, len(group)), group)
        assert found is not None
        inside.extend((found.low <= true) & (true <= found.high))
    assert 0.92 <= np.mean(inside) <= 0.975


def test_funnel_limits_narrow_with_the_root_of_the_number() -> None:
    limits = funnel_limits(np.array([1.0, 4.0, 100.0]), 0.25, "95")
    assert limits == pytest.approx([0.98, 0.49, 0.098], abs=1e-4)
    assert np.all(funnel_limits(np.array([1.0]), 0.25, "998") > limits[0])


def test_a_dear_provider_is_outside_the_funnel_and_most_are_not_when_all_are_alike() -> None:
    costs, _ = drawn(5, size=500, providers=25, of_provider=0.0, authorities=TRUE)
    dear = costs.with_columns(
        weekly_pence=costs["weekly_pence"].set(costs["provider"] == "Madeup Provider 003 Ltd", 3_000_000)
    )
    for rows, name in ((costs, ""), (dear, "Madeup Provider 003 Ltd")):
        funnel = next(
            one for section in benchmark(rows, seed=1) for one in section.breakdowns if one.name == "funnel_residential"
        )
        outside = [row[0] for row in funnel.rows if "99.8" in str(row[-1])]
        assert outside == [name] if name else len(outside) <= 1
        assert funnel.chart is not None and funnel.chart.kind == "funnel"
        assert list(funnel.column("placements")) == sorted(funnel.column("placements"))  # type: ignore[type-var]


def shares_of(seed: int, **options: float) -> tuple[VarianceShares, dict[str, float]]:
    costs, true = drawn(seed, authorities=TRUE, **options)  # type: ignore[arg-type]
    log_price = np.log(costs["weekly_pence"].to_numpy().astype(float))
    provider, authority = numbered(costs["provider"])[1], numbered(costs["authority"])[1]
    return variance_shares(log_price, mix_of(costs), provider, authority, np.random.default_rng(1)), true


def test_known_shares_of_variance_are_found_within_their_limits() -> None:
    inside: dict[str, list[bool]] = {part: [] for part in PARTS}
    for seed in range(30):
        found, true = shares_of(seed)
        assert found.shares.sum() == pytest.approx(1)
        for at, part in enumerate(PARTS):
            inside[part].append(found.low[at] - 1e-12 <= true[part] <= found.high[at] + 1e-12)
    assert all(np.mean(hits) >= 0.85 for hits in inside.values()), inside


def test_where_providers_and_authorities_do_not_matter_their_share_is_small() -> None:
    costs, _ = drawn(3, of_provider=0.0, authorities={"886": 0.0, "938": 0.0, "851": 0.0})
    log_price = np.log(costs["weekly_pence"].to_numpy().astype(float))
    provider, authority = numbered(costs["provider"])[1], numbered(costs["authority"])[1]
    found = variance_shares(log_price, mix_of(costs), provider, authority, np.random.default_rng(1))
    assert found.shares[2] < 0.04 and found.shares[3] < 0.02 and found.low[2] < 0.01


def test_authorities_effects_with_the_same_provider_are_found() -> None:
    inside = []
    for seed in range(25):
        found, _ = shares_of(seed, size=400)
        true = np.array([TRUE[code] for code in sorted(TRUE)])
        inside.extend((found.authority[1] <= true + 0.01) & (true - 0.01 <= found.authority[2]))
    assert np.mean(inside) >= 0.9


def test_prices_that_a_provider_sets_alone_are_the_providers() -> None:
    found, _ = shares_of(1, of_chance=0.01, of_solo=0.0, of_age=0.0, of_provider=0.5)
    assert found.shares[2] > 0.9


@pytest.mark.parametrize(("rows", "providers", "authorities"), [(59, 10, 3), (100, 5, 3), (100, 95, 3), (100, 10, 1)])
def test_too_little_to_tell_parts_apart(rows: int, providers: int, authorities: int) -> None:
    assert not is_enough(rows, providers, authorities) and is_enough(100, 10, 2)

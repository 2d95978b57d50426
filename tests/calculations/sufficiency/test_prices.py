"""What placements cost, and the sections of the benchmark."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.sufficiency.calculations.figures import Breakdown, Section
from nearhome.sufficiency.calculations.prices.price_tables import a_year_before, pence, with_nights
from nearhome.sufficiency.calculations.prices.prices import benchmark
from scenes_costs import drawn, priced

FOUR = {"886": 0.10, "938": 0.0, "851": -0.05, "887": -0.10}


def table(sections: tuple[Section, ...], name: str) -> Breakdown:
    return next(one for section in sections for one in section.breakdowns if one.name == name)


def indicator(sections: tuple[Section, ...], name: str) -> float | int | None:
    return next(one.value for section in sections for one in section.indicators if one.name == name)


def test_medians_quartiles_and_means_by_hand() -> None:
    costs = priced(*({"weekly_pence": pounds * 100} for pounds in (5000, 6000, 7000, 8000, 12000)))
    sections = benchmark(costs, seed=1)
    by_kind = table(sections, "weekly_price_by_kind")
    assert by_kind.column("median") == (700_000,)
    assert by_kind.column("lower_quartile") == (600_000,) and by_kind.column("upper_quartile") == (800_000,)
    assert (
        by_kind.column("mean") == (760_000,)
        and by_kind.column("high") == (1,)
        and by_kind.column("share_high") == (0.2,)
    )
    assert indicator(sections, "share_at_10000_or_more") == 0.2
    assert indicator(sections, "median_weekly_residential") == 700_000
    assert indicator(sections, "median_weekly_foster") is None


def test_four_placements_have_a_median_but_no_quartiles() -> None:
    by_kind = table(benchmark(priced({}, {}, {}, {}), seed=1), "weekly_price_by_kind")
    assert by_kind.column("median") == (700_000,) and by_kind.column("lower_quartile") == (None,)


def test_the_mean_by_nights_counts_each_price_for_the_nights_at_it() -> None:
    """200 nights at £1,000 and 100 nights at £4,000 are £2,000 a week; what is before the year does not count."""
    costs = priced(
        {"weekly_pence": 100_000, "starts_on": date(2020, 1, 1), "ends_before": date(2025, 10, 18)},
        {"weekly_pence": 400_000, "starts_on": date(2025, 12, 22), "ends_before": None},
        {"weekly_pence": 999_900},
    )
    on = date(2026, 3, 31)
    assert with_nights(costs, on)["nights"].to_list() == [200, 100, None]
    by_kind = table(benchmark(costs, seed=1, on=on), "weekly_price_by_kind")
    assert by_kind.column("nights") == (300,) and by_kind.column("mean_by_nights") == (200_000,)


def test_the_year_is_the_twelve_months_up_to_and_including_the_day() -> None:
    assert a_year_before(date(2026, 3, 31)) == date(2025, 4, 1)
    assert a_year_before(date(2024, 2, 28)) == date(2023, 2, 28)
    assert a_year_before(date(2024, 2, 29)) == date(2023, 3, 1)


def test_half_a_penny_goes_away_from_nought() -> None:
    assert [pence(one) for one in (0.5, -0.5, 1.49, None, float("nan"))] == [1, -1, 1, None, None]


def test_few_placements_give_no_estimate_and_say_why() -> None:
    costs = priced(
        *({"authority": code, "weekly_pence": 600_000 + at * 1000} for at in range(8) for code in ("886", "938"))
    )
    _, same, providers, variance = benchmark(costs, seed=1)
    assert not [one for one in same.breakdowns if one.name.startswith("same_children")]
    assert "16 placements are too few" in same.opening
    assert not providers.breakdowns and not variance.breakdowns and "too few to tell them apart" in variance.opening


def test_one_authority_alone_is_compared_with_nobody() -> None:
    same = benchmark(priced(*({} for _ in range(50))), seed=1)[1]
    assert "fewer than two authorities" in same.opening


def test_nothing_at_all_gives_empty_tables() -> None:
    sections = benchmark(priced(), seed=1)
    assert table(sections, "weekly_price_by_kind").rows == ()
    assert indicator(sections, "placements_priced") == 0


def test_pounds_are_what_the_region_would_not_have_paid_for_the_same_children() -> None:
    costs, _ = drawn(3, authorities=FOUR)
    same = table(benchmark(costs, seed=1), "same_children_residential")
    for mean, pounds, ratio in zip(same.column("mean"), same.column("pounds"), same.column("ratio"), strict=True):
        assert isinstance(mean, int) and isinstance(ratio, float)
        assert pounds == pytest.approx(mean - mean / ratio, abs=2)


def test_a_placement_far_above_its_like_is_listed_for_its_authority_alone() -> None:
    costs, _ = drawn(4, authorities=FOUR)
    dear = priced(
        {
            "child": "Test Child Dear 1",
            "weekly_pence": 4_000_000,
            "has_solo": False,
            "provider": "Madeup Provider 001 Ltd",
        }
    )
    listed = table(benchmark(pl.concat([costs, dear]), seed=1), "placements_to_look_at")
    assert listed.rows[0][2] == "Test Child Dear 1" and listed.about_single_children
    assert all(times > 1 for times in listed.column("times"))  # type: ignore[operator]


def test_names_of_authorities_are_shown_beside_their_codes() -> None:
    by_authority = table(benchmark(priced({}), seed=1, names={"886": "Kent"}), "weekly_price_by_authority")
    assert by_authority.column("authority") == ("886",) and by_authority.column("name") == ("Kent",)


def test_children_of_two_authorities_with_the_same_reference_are_two_children() -> None:
    costs = priced(
        {"child": "1", "authority": "886"}, {"child": "1", "authority": "938"}, {"child": "1", "authority": "886"}
    )
    assert table(benchmark(costs, seed=1), "weekly_price_by_kind").column("children") == (2,)


@settings(max_examples=8, deadline=None)
@given(order=st.randoms(use_true_random=False), seed=st.integers(0, 50))
def test_the_order_of_rows_changes_nothing(order: object, seed: int) -> None:
    costs, _ = drawn(seed, size=150, providers=12, authorities=FOUR)
    places = list(range(costs.height))
    order.shuffle(places)  # type: ignore[attr-defined]
    assert benchmark(costs[places], seed=5) == benchmark(costs, seed=5)


@settings(max_examples=8, deadline=None)
@given(times=st.sampled_from([2, 3, 10]), seed=st.integers(0, 50))
def test_scaling_every_price_scales_pounds_and_leaves_ratios(times: int, seed: int) -> None:
    costs, _ = drawn(seed, size=150, providers=12, authorities=FOUR)
    dearer = costs.with_columns(pl.col("weekly_pence") * times)
    before, after = benchmark(costs, seed=5), benchmark(dearer, seed=5)
    one, other = (table(found, "same_children_residential") for found in (before, after))
    assert other.column("pounds") == pytest.approx([value * times for value in one.column("pounds")], abs=times + 1)  # type: ignore[operator]
    for name, key in (("same_children_residential", "ratio"), ("same_children_residential", "matched_ratio"),
                      ("funnel_residential", "ratio"), ("variance_residential", "share")):  # fmt: skip
        assert table(after, name).column(key) == pytest.approx(table(before, name).column(key), rel=1e-6, abs=1e-9)


def test_the_same_seed_gives_the_same_figures_and_another_nearly_so() -> None:
    costs, _ = drawn(6, authorities=FOUR)
    first, again, other = (table(benchmark(costs, seed=seed), "variance_residential") for seed in (1, 1, 2))
    assert first == again and first != other
    assert first.column("share") == pytest.approx(other.column("share"), abs=0.02)

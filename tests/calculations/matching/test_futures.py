"""Sampled futures are like the arrivals of late, in the numbers expected, and say so when nothing is known."""

import numpy as np
import pytest

from nearhome.matching.calculations.planning.futures import PastArrivals, days_that_count, sample_futures


def pool_of(authorities: list[int]) -> PastArrivals:
    """One unit each with two options: its own number as the bed, and bed 99; a group of two for even numbers."""
    units = np.repeat(np.arange(len(authorities)), 2).astype(np.int32)
    return PastArrivals(
        authority=np.array(authorities, dtype=np.int32),
        unit=units,
        bed=np.where(np.arange(len(units)) % 2, 99, units).astype(np.int32),
        takes=(2 - units % 2).astype(np.int32),
        value=units + 1.0,
    )


def test_the_numbers_are_those_expected() -> None:
    sampled = sample_futures(pool_of([0] * 12), np.array([0.5]), 20, 400, np.random.default_rng(1)).later
    arrivals = len(np.unique(sampled.unit)) / 400
    assert arrivals == pytest.approx(10, abs=0.6)


def test_numbers_may_be_more_spread_than_poisson() -> None:
    def spread(dispersion: float) -> float:
        rng = np.random.default_rng(1)
        later = sample_futures(pool_of([0] * 12), np.array([1.0]), 20, 400, rng, dispersion=dispersion).later
        return float(np.bincount(later.trajectory, minlength=400).var())

    assert spread(0.5) > 3 * spread(0.0)


def test_referrals_are_repeated_whole() -> None:
    later = sample_futures(pool_of([0] * 12), np.array([1.0]), 10, 5, np.random.default_rng(2)).later
    for unit in np.unique(later.unit):
        of = later.unit == unit
        past = int(later.home[of].min())
        assert sorted(later.home[of].tolist()) == [past, 99]
        assert set(later.value[of].tolist()) == {past + 1.0}
        assert set(later.takes[of].tolist()) == {2 - past % 2}
        assert len(set(later.trajectory[of].tolist())) == 1


def test_the_same_seed_gives_the_same_futures() -> None:
    one, other = (
        sample_futures(pool_of([0] * 12), np.array([1.0]), 10, 5, np.random.default_rng(3)).later for _ in "ab"
    )
    assert one.home.tolist() == other.home.tolist()
    assert one.trajectory.tolist() == other.trajectory.tolist()


def test_an_authority_with_few_referrals_draws_from_the_region_and_says_so() -> None:
    sampled = sample_futures(pool_of([0] * 12 + [1]), np.array([0.0, 5.0]), 10, 5, np.random.default_rng(4))
    assert (sampled.later.home[sampled.later.home != 99] < 12).any()
    assert "one authority has fewer than 10" in sampled.words
    enough = sample_futures(pool_of([0] * 12 + [1]), np.array([5.0, 0.0]), 10, 5, np.random.default_rng(4))
    assert (enough.later.home[enough.later.home != 99] < 12).all()
    assert "fewer" not in enough.words


def test_nothing_known_keeps_no_bed_back_and_says_so() -> None:
    for sampled in (
        sample_futures(pool_of([]), np.array([1.0]), 10, 5, np.random.default_rng(5)),
        sample_futures(pool_of([0]), np.array([0.0]), 10, 5, np.random.default_rng(5)),
    ):
        assert sampled.later.count == 0
        assert sampled.words.startswith("No bed is kept back")


def test_only_arrivals_while_the_bed_would_still_be_taken_count() -> None:
    assert days_that_count(90, 400.0) == 90
    assert days_that_count(90, 30.5) == 30

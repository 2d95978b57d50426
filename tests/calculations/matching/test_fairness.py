"""Fairness: figures worked by hand, an unfair policy found and a fair one not, a planted proxy named."""

import itertools
import math

import numpy as np
import polars as pl
import pytest

from nearhome.matching.calculations.fairness.intervals import (
    adjusted_mean,
    adjusted_share,
    differing,
    mean_of,
    newcombe,
    welch,
    wilson,
)
from nearhome.matching.calculations.fairness.played import placements_played
from nearhome.matching.calculations.fairness.proxies import proxies, stratified_ranks
from nearhome.matching.calculations.fairness.records import RecordsError, levels_of, prepared
from nearhome.matching.calculations.fairness.report import (
    DIFFERS,
    NO_DIFFERENCE,
    TOO_FEW,
    Comparison,
    comparisons,
    fairness_report,
)
from nearhome.matching.calculations.playing import policies
from nearhome.matching.calculations.playing.assumptions import RegionSettings
from nearhome.matching.calculations.playing.play import make_region, play
from nearhome.sufficiency.calculations.figures import HIDDEN
from nearhome.sufficiency.calculations.stored import restored, stored


def placements(number: int = 600, seed: int = 1, **columns: object) -> pl.DataFrame:
    """Made-up placements whose outcomes have nothing to do with any group."""
    rng = np.random.default_rng(seed)
    return pl.DataFrame({
        "placement": [f"P{one}" for one in range(number)],
        "authority": rng.choice(["Authority A", "Authority B"], number),
        "age": rng.integers(0, 18, number),
        "sex": rng.choice(["Female", "Male"], number),
        "ethnicity": rng.choice(["White", "Black", "Asian"], number, p=[0.7, 0.2, 0.1]),
        "disability": rng.random(number) < 0.15,
        "uasc": rng.random(number) < 0.15,
        "need": rng.choice(["Lower", "Higher"], number),
        "miles": rng.uniform(0, 40, number),
        "needs_met": rng.beta(4, 1, number),
        "days_waited": rng.exponential(5, number),
        **columns,
    })  # fmt: skip


def one_of(found: list[Comparison], outcome: str, level: str) -> Comparison:
    return next(one for one in found if one.outcome.key == outcome and one.level == level)


def test_wilson_and_newcombe_by_the_published_example() -> None:
    """Newcombe 1998, table II: 56/70 less 48/80 is 0.2 from 0.0524 to 0.3339 (method 10)."""
    found = newcombe(56, 70, 48, 80)
    assert (round(found.value or 0, 4), round(found.low or 0, 4), round(found.high or 0, 4)) == (0.2, 0.0524, 0.3339)
    assert wilson(0, 10).low == 0
    assert round(wilson(0, 10).high or 0, 4) == 0.2775
    assert wilson(0, 0).value is None


def test_a_mean_and_a_difference_of_means_by_hand() -> None:
    """1, 2, …, 10: mean 5.5, sd 3.0277, t with 9 degrees 2.262: reach 2.166."""
    found = mean_of(np.arange(1.0, 11.0))
    assert found.low == pytest.approx(5.5 - 2.1659, abs=0.002)
    change = welch(np.arange(1.0, 11.0), np.arange(3.0, 13.0))
    assert change.value == -2
    assert change.high == pytest.approx(-2 + 2.101 * 3.02765 * math.sqrt(0.2), abs=0.002)


def test_composition_is_not_mistaken_for_a_difference() -> None:
    """Within strata the shares are nearly the same; the groups differ in age. By hand: raw 0.34, adjusted 0.025."""
    strata = np.array([0] * 50 + [1] * 50)
    is_group = np.array([True] * 40 + [False] * 10 + [True] * 10 + [False] * 40)
    happened = np.array(
        [
            *([True] * 30 + [False] * 10),
            *([True] * 6 + [False] * 2 + [True, False]),
            *([True] * 2 + [False] * 8),
            *([True] * 8 + [False] * 32),
        ]
    )
    found = adjusted_share(happened, is_group, strata)
    by_hand = ((30 / 40 - 7 / 10) * 8 + (2 / 10 - 8 / 40) * 8) / 16
    assert found.difference.value == pytest.approx(by_hand)
    assert happened[is_group].mean() - happened[~is_group].mean() == pytest.approx(0.34)
    assert (found.difference.low or 0) < 0 < (found.difference.high or 0)
    assert found.compared == 50


def test_mantel_haenszel_and_sato_by_hand() -> None:
    """One stratum, 15 of 20 against 20 of 40: difference 0.25; Sato's variance worked below."""
    is_group = np.array([True] * 20 + [False] * 40)
    happened = np.array([True] * 15 + [False] * 5 + [True] * 20 + [False] * 20)
    found = adjusted_share(happened, is_group, np.zeros(60, dtype=np.int64))
    weight = 20 * 40 / 60
    first = (20**2 * 20 - 40**2 * 15 + 20 * 40 * (40 - 20) / 2) / 60**2
    second = (15 * (40 - 20) + 20 * (20 - 15)) / (2 * 60)
    reach = 1.959964 * math.sqrt((0.25 * first + second) / weight**2)
    assert found.difference.value == pytest.approx(0.25)
    assert found.difference.high == pytest.approx(0.25 + reach, rel=1e-6)


def test_an_adjusted_mean_by_hand() -> None:
    """Strata (4, 6 | 1) and (10 | 6, 8): differences 4 and 3, weights 2/3 each."""
    values = np.array([4.0, 6, 1, 10, 6, 8])
    is_group = np.array([True, True, False, True, False, False])
    found = adjusted_mean(values, is_group, np.array([0, 0, 0, 1, 1, 1]))
    assert found.difference.value == pytest.approx(3.5)


def test_strata_with_one_group_only_say_nothing() -> None:
    found = adjusted_share(np.array([True, False]), np.array([True, False]), np.array([0, 1]))
    assert (found.difference.value, found.p_value, found.compared) == (None, None, 0)


def test_many_comparisons_ask_for_more() -> None:
    """Benjamini and Hochberg's own steps: of 0.01, 0.02, 0.03 and 0.5 the limits are 0.0125, 0.025, 0.0375, 0.05."""
    assert differing([0.01, 0.5, 0.02, None, 0.03]) == [True, False, True, False, True]
    assert differing([0.04, 0.6, 0.7]) == [False, False, False]


@pytest.mark.parametrize("seed", range(5))
def test_a_fair_policy_is_not_accused(seed: int) -> None:
    """Nothing differs by group: of some 50 comparisons hardly any may be said to."""
    found = comparisons(prepared(placements(seed=seed)))
    assert sum(one.word == DIFFERS for one in found) <= 2
    assert sum(one.word == NO_DIFFERENCE for one in found) > 30


def test_an_unfair_policy_is_found() -> None:
    """Black children are made to wait five days more and are placed further away."""
    rng = np.random.default_rng(2)
    table = placements()
    is_black = (table["ethnicity"] == "Black").to_numpy()
    unfair = placements(
        days_waited=rng.exponential(5, 600) + 5 * is_black, miles=rng.uniform(0, 40, 600) * np.where(is_black, 2, 1)
    )
    found = comparisons(prepared(unfair))
    waited, near = one_of(found, "days_waited", "Black"), one_of(found, "near", "Black")
    assert (waited.word, near.word) == (DIFFERS, DIFFERS)
    assert waited.adjusted.difference.value == pytest.approx(5, abs=2)
    assert (near.adjusted.difference.high or 0) < 0
    assert one_of(found, "days_waited", "Disabled children").word == NO_DIFFERENCE


def test_a_difference_of_age_alone_is_not_one_of_unaccompanied_children() -> None:
    """The eldest wait longer; unaccompanied children are old. Like with like there is no difference."""
    ages = np.random.default_rng(3).integers(0, 18, 900)
    waited = np.where(ages >= 16, 30.0, 5.0) + np.random.default_rng(4).normal(0, 2, 900)
    uasc = (ages >= 16) & (np.random.default_rng(5).random(900) < 0.6)
    found = one_of(
        comparisons(prepared(placements(900, age=ages, days_waited=waited, uasc=uasc))),
        "days_waited",
        "Unaccompanied children",
    )
    assert (found.difference.low or 0) > 10
    assert found.word == NO_DIFFERENCE


def test_small_groups_are_too_few_and_hidden() -> None:
    table = placements(ethnicity=["White"] * 500 + ["Black"] * 95 + ["Asian"] * 5)
    analysis = fairness_report(table)
    near = next(one for one in analysis.sections[0].breakdowns if one.name == "fairness_near")
    rows = {row[0]: row for row in near.rows}
    assert rows["Ethnicity: Asian"][1:-2] == (HIDDEN,) * 11
    assert rows["Ethnicity: Asian"][-1] == TOO_FEW
    assert rows["Ethnicity: Black"][1] is HIDDEN, "or the number of the five could be worked out"
    assert rows["Ethnicity: White"][1] == 500


def test_a_whole_group_in_strata_of_its_own_is_too_few_to_say() -> None:
    """Every unaccompanied child has a need that nobody else has: there is nobody to compare them with."""
    uasc = np.arange(600) < 60
    table = placements(uasc=uasc, need=np.where(uasc, "Theirs", "Other"))
    assert one_of(comparisons(prepared(table)), "days_waited", "Unaccompanied children").word == TOO_FEW


def test_what_is_not_known_is_left_out() -> None:
    table = placements().with_columns(
        pl.when(pl.arange(0, 600) < 100).then(None).otherwise(pl.col("miles")).alias("miles"),
        pl.when(pl.arange(0, 600) < 50).then(None).otherwise(pl.col("sex")).alias("sex"),
    )
    found = comparisons(prepared(table))
    female = one_of(found, "near", "Female")
    assert female.children + female.others == 500
    assert not [one for one in found if one.outcome.key in ("rank", "regret", "siblings_together")]


def test_no_verdict_is_ever_given() -> None:
    analysis = fairness_report(placements())
    words = {row[-1] for table in analysis.sections[0].breakdowns[1:] for row in table.rows}
    assert words <= {DIFFERS, NO_DIFFERENCE, TOO_FEW}


def test_the_report_is_kept_and_read_back() -> None:
    contributions = pl.DataFrame({"placement": ["P1"], "price": [0.5]})
    analysis = fairness_report(placements(), contributions, {"placements": 600})
    assert restored(stored(analysis)) == analysis


def test_bad_tables_say_what_is_wrong() -> None:
    with pytest.raises(RecordsError, match="no column need"):
        fairness_report(placements().drop("need"))
    with pytest.raises(RecordsError, match="P1 is there more than once"):
        fairness_report(pl.concat([placements(), placements()]).filter(pl.col("placement") == "P1"))
    with pytest.raises(RecordsError, match="placement"):
        proxies(pl.DataFrame({"price": [1.0]}), prepared(placements()))


def test_no_placements_at_all_is_an_empty_report() -> None:
    analysis = fairness_report(placements().clear())
    assert analysis.sections[0].indicators[0].value == 0


def test_a_planted_proxy_is_found_and_named() -> None:
    """Nine in ten unaccompanied children have no family recorded; disabled children have low scales of needs met."""
    rng = np.random.default_rng(7)
    table = placements(1200, seed=7)
    uasc, disabled = table["uasc"].to_numpy(), table["disability"].to_numpy()
    family = [
        None if gone else float(value)
        for gone, value in zip(rng.random(1200) < np.where(uasc, 0.9, 0.1), rng.random(1200), strict=True)
    ]
    contributions = pl.DataFrame({
        "placement": table["placement"],
        "near_family": family,
        "essential_needs": rng.random(1200) * np.where(disabled, 0.6, 1.0),
        "price": rng.random(1200),
    })  # fmt: skip
    found = proxies(contributions, prepared(table))
    named = {(one.criterion, one.dimension, one.what) for one in found}
    assert named == {("near_family", "uasc", "known"), ("essential_needs", "disability", "value")}
    words = found[0].words
    assert words.startswith("near_family says much about unaccompanied children: it is recorded for")
    assert "children without family in the country have none recorded" in words


def test_a_criterion_that_only_follows_age_is_no_proxy_for_unaccompanied_children() -> None:
    rng = np.random.default_rng(8)
    ages = rng.integers(0, 18, 1500)
    table = placements(1500, age=ages, uasc=(ages >= 16) & (rng.random(1500) < 0.5))
    contributions = pl.DataFrame(
        {"placement": table["placement"], "near_school": np.where(ages >= 16, 0.2, 0.7) + rng.normal(0, 0.1, 1500)}
    )
    found = proxies(contributions, prepared(table))
    assert not [one for one in found if one.dimension == "uasc"]
    assert [one for one in found if one.dimension == "age_band" and one.level == "16 and over"]


def test_nothing_is_named_by_chance() -> None:
    rng = np.random.default_rng(9)
    table = placements(800, seed=9)
    contributions = pl.DataFrame({"placement": table["placement"], **{f"c{one}": rng.random(800) for one in range(8)}})
    assert proxies(contributions, prepared(table)) == ()


def test_the_moments_are_those_of_every_permutation() -> None:
    """Two strata of 4 and 3: all 6 x 3 ways of choosing the group give this mean and variance."""
    values, strata = np.array([3.0, 1, 1, 5, 2, 9, 4]), np.array([0, 0, 0, 0, 1, 1, 1])
    sums = []
    for first, second in itertools.product(itertools.combinations(range(4), 2), range(4, 7)):
        is_group = np.isin(np.arange(7), [*first, second])
        sums.append(stratified_ranks(values, is_group, strata)[0])
    is_group = np.isin(np.arange(7), [0, 3, 5])
    of_pairs, p_value = stratified_ranks(values, is_group, strata)
    z = (of_pairs - np.mean(sums)) / np.std(sums)
    assert np.mean(sums) == pytest.approx(0.5)
    assert p_value == pytest.approx(math.erfc(abs(z) / math.sqrt(2)))


def test_placements_played_in_the_made_up_region_can_be_looked_at() -> None:
    settings = RegionSettings(homes=80, spot_homes=70, children=250, warm_up_days=10, days=120)
    table = placements_played(play(make_region(settings, 2), policies.sequential_officers))
    ready = prepared(table)
    assert levels_of(ready, "sex") == ["Female", "Male"]
    analysis = fairness_report(table)
    assert analysis.indicators()[0].value == table.height > 50

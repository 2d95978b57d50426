"""The published rule and the computed rank agree, whatever order the bids are in and whatever the prices are."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.tendering.calculations.evaluation.case import Band, Bid, Formula, LotCase, LowRule, Question
from nearhome.tendering.calculations.evaluation.criteria import Criterion, shares_of, weight_faults
from nearhome.tendering.calculations.evaluation.faults import rule_faults
from nearhome.tendering.calculations.evaluation.formulas import FORMULAS, price_ratios
from nearhome.tendering.calculations.evaluation.ranking import rank_bids
from plainly_evaluated import plain_ranks, plain_totals
from scenes_lots import FORMULA_NAMES, bid, lot, lot_cases


@given(lot_cases())
def test_the_rank_is_what_the_obvious_way_gives(case: LotCase) -> None:
    ranked = rank_bids(case).ranking
    assert {one.bid: one.rank for one in ranked} == plain_ranks(case)
    totals = plain_totals(case)
    assert {one.bid: one.total for one in ranked if one.passed} == {key: total for key, (total, _, _) in totals.items()}


@given(lot_cases(), st.randoms())
def test_the_order_in_which_bids_are_given_does_not_matter(case: LotCase, chance: object) -> None:
    bids = list(case.bids)
    chance.shuffle(bids)  # type: ignore[attr-defined]
    assert rank_bids(replace(case, bids=tuple(bids))) == rank_bids(case)


@given(lot_cases())
def test_a_bid_that_does_not_stand_changes_nothing_for_the_others(case: LotCase) -> None:
    before = rank_bids(case)
    gone = {one.bid for one in before.ranking if not one.passed}
    after = rank_bids(replace(case, bids=tuple(bid for bid in case.bids if bid.key not in gone)))
    assert after.ranking == tuple(one for one in before.ranking if one.passed)


@given(lot_cases("lowest_ratio"), st.integers(0, 5))
def test_a_worse_bid_changes_nothing_under_pro_rata_to_the_lowest(case: LotCase, score: int) -> None:
    dear = Bid("another", tuple(score for _ in case.questions), tuple(99_999_999 for _ in case.bands))
    before = [one for one in rank_bids(case).ranking if one.passed]
    after = rank_bids(replace(case, bids=(*case.bids, dear), low=case.low)).ranking
    kept = [one for one in after if one.passed and one.bid != "another"]
    if before:
        assert [(one.bid, one.total) for one in kept] == [(one.bid, one.total) for one in before]


@given(st.lists(st.integers(1, 10**8), min_size=1, max_size=8), st.sampled_from(FORMULA_NAMES))
def test_marks_for_price_lie_between_none_and_all_and_the_cheaper_never_gets_fewer(
    prices: list[int], formula: Formula
) -> None:
    marks = [Fraction(*one) for one in price_ratios(formula, prices)]
    assert all(0 <= one <= 1 for one in marks)
    by_price = [mark for _, mark in sorted(zip(prices, marks, strict=True), key=lambda pair: pair[0])]
    assert by_price == sorted(by_price, reverse=True)


@pytest.mark.parametrize("formula", FORMULA_NAMES)
@pytest.mark.parametrize("pence", [None, 0, -440_000, 100_000_001])
def test_a_blank_nothing_negative_or_absurd_price_is_never_best(formula: Formula, pence: int | None) -> None:
    ranked = rank_bids(lot(bid("good", 440_000, 1, 1), bid("slip", pence, 5, 5), formula=formula)).ranking
    assert [(one.bid, one.rank) for one in ranked] == [("good", 1), ("slip", None)]
    assert "price" in ranked[1].fails[0]


def test_equal_prices_and_a_single_bid_get_all_the_marks_between_lowest_and_highest() -> None:
    assert price_ratios("min_max", [5, 5]) == [(1, 1), (1, 1)]
    assert price_ratios("min_max", [5]) == price_ratios("mean_deviation", [5]) == [(1, 1)]
    assert price_ratios("lowest_ratio", []) == price_ratios("min_max", []) == []


def test_a_price_at_the_cap_passes_and_one_above_fails() -> None:
    capped = (Band("bed", "A bed", cap_pence=440_000),)
    ranked = rank_bids(lot(bid("at", 440_000), bid("over", 440_001), formula="cap_gate", bands=capped)).ranking
    assert [(one.bid, one.passed) for one in ranked] == [("at", True), ("over", False)]
    assert ranked[0].price == Decimal("40.00")


def test_when_the_lowest_is_disqualified_all_are_marked_anew() -> None:
    bids = (bid("low", 400_000), bid("mid", 440_000), bid("high", 500_000))
    assert [one.price for one in rank_bids(lot(*bids)).ranking] == [
        Decimal("40.00"),
        Decimal("36.36"),
        Decimal("32.00"),
    ]
    gone = rank_bids(lot(replace(bids[0], out="disqualified"), *bids[1:])).ranking
    assert [(one.bid, one.price) for one in gone] == [
        ("mid", Decimal("40.00")),
        ("high", Decimal("35.20")),
        ("low", None),
    ]


def test_equal_totals_are_told_apart_by_quality_then_price_and_else_share_the_rank() -> None:
    alike = rank_bids(lot(bid("b", 440_000), bid("a", 440_000), bid("c", 500_000, 0, 0))).ranking
    assert [(one.bid, one.rank) for one in alike] == [("a", 1), ("b", 1), ("c", 3)]
    # 24 + 20 = 44 and 12 + 32 = 44: equal in total, so the better quality is first.
    equal = (bid("better", 500_000, 2, 2), bid("cheaper", 312_500, 1, 1), bid("lowest", 250_000, 0, 0))
    ranked = rank_bids(lot(*equal)).ranking
    assert [(one.bid, one.rank, one.total) for one in ranked][:2] == [
        ("better", 1, Decimal("44.00")), ("cheaper", 2, Decimal("44.00")),
    ]  # fmt: skip
    assert [one.rank for one in rank_bids(lot(*equal, tie_break=())).ranking][:2] == [1, 1]


def test_marks_are_rounded_once_and_half_up() -> None:
    # 12.345 exactly: a float, or rounding half to even, would give 12.34.
    third = (Question("care", "Care", Fraction(12345, 100_000)), Question("rest", "Rest", 1 - Fraction(12345, 100_000)))
    ranked = rank_bids(lot(bid("one", 440_000, 5, 0), questions=third, price_share=Fraction(0))).ranking
    assert ranked[0].total == Decimal("12.35")


def test_thresholds_are_of_the_agreed_score_and_of_all_quality_marks() -> None:
    questions = (
        Question("care", "Care", Fraction(3, 10), least_score=2),
        Question("step", "Step across", Fraction(3, 10)),
    )
    told = rank_bids(lot(bid("low", 440_000, 1, 5), bid("good", 440_000, 2, 5), questions=questions)).ranking
    assert [(one.bid, one.fails) for one in told] == [("good", ()), ("low", ("“Care” was scored 1, below 2",))]
    at = lot(bid("at", 440_000, 3, 3), bid("under", 440_000, 3, 2), least_quality=Decimal(60))
    assert [(one.bid, one.passed) for one in rank_bids(at).ranking] == [("at", True), ("under", False)]


def test_a_failed_pass_or_fail_question_fails_the_bid() -> None:
    questions = (*lot().questions, Question("insured", "Insurance", Fraction(0), is_pass=True))
    told = rank_bids(
        lot(Bid("no", (5, 5, 0), (440_000,)), Bid("yes", (1, 1, 5), (440_000,)), questions=questions)
    ).ranking
    assert [(one.bid, one.passed, one.fails) for one in told] == [
        ("yes", True, ()),
        ("no", False, ("“Insurance” was failed",)),
    ]


def test_a_low_price_is_flagged_by_the_published_rule_and_stays_in() -> None:
    bids = (bid("a", 300_000), bid("b", 440_000), bid("c", 450_000), bid("d", 460_000))
    ranked = rank_bids(lot(*bids, low=LowRule(Decimal(20), Decimal(30)), benchmark_pence=455_700)).ranking
    flagged = {one.bid: one.low for one in ranked}
    assert flagged["a"] == (
        "more than 20 per cent below the median of the other bids", "more than 30 per cent below the benchmark",
    )  # fmt: skip
    assert not any(flagged[key] for key in "bcd")
    assert all(one.passed for one in ranked)
    # Exactly 20 per cent below is not more than 20 per cent.
    at = rank_bids(lot(bid("a", 360_000), bid("b", 450_000), bid("c", 450_000))).ranking
    assert not any(one.low for one in at)


def test_a_band_without_forecast_weeks_must_have_a_cap_or_least_weeks() -> None:
    free = (Band("bed", "A bed"), Band("rare", "A rare bed", Decimal(0)))
    assert "free of charge" in rule_faults(lot(bands=free))[0]
    assert rule_faults(lot(bands=(free[0], replace(free[1], cap_pence=900_000)))) == ()
    assert rule_faults(lot(bands=(free[0], replace(free[1], least_weeks=Decimal(4))))) == ()


def test_two_bids_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="same key"):
        rank_bids(lot(bid("a", 1), bid("a", 2)))


def test_every_formula_says_what_is_published_and_whether_others_can_reorder() -> None:
    assert set(FORMULAS) == set(FORMULA_NAMES)
    assert all(words.rule.endswith(".") for words in FORMULAS.values())
    for key in ("min_max", "mean_deviation"):
        assert "reorder the others" in FORMULAS[key].leans_on_others  # type: ignore[index]


def section(title: str, weight: str, *children: Criterion) -> Criterion:
    return Criterion(title.lower(), title, "section", Decimal(weight), children=children)


def question(title: str, weight: str) -> Criterion:
    return Criterion(title.lower(), title, "question", Decimal(weight))


def test_weights_are_said_where_they_do_not_sum_to_100_at_any_node() -> None:
    price = Criterion("price", "Price", "price", Decimal(40))
    good = (section("Quality", "60", section("Care", "33.3", question("A", "100")), question("B", "66.7")), price)
    assert weight_faults(good) == ()
    shares = shares_of(good)
    assert [one.share for one in shares.questions] == [Fraction(1998, 10_000), Fraction(4002, 10_000)]
    assert sum(one.share for one in shares.questions) + shares.price == 1
    bad = (section("Quality", "60", section("Care", "33.3", question("A", "99")), question("B", "66.7")), price)
    assert weight_faults(bad) == ("Care’s parts sum to 99: add 1",)
    with pytest.raises(ValueError, match="sum to 99"):
        shares_of(bad)


def test_an_empty_section_is_a_fault() -> None:
    price = Criterion("price", "Price", "price", Decimal(40))
    assert any("“Quality” has no parts" in one for one in weight_faults((section("Quality", "60"), price)))


def test_what_is_only_passed_or_failed_weighs_nothing_however_deep_it_stands() -> None:
    insured = Criterion("insured", "Insured", "pass", Decimal(0))
    gates = section("Gates", "0", insured, section("Inner", "0", replace(insured, key="registered")))
    price = Criterion("price", "Price", "price", Decimal(40))
    criteria = (section("Quality", "60", question("A", "100"), gates), gates, price)
    assert weight_faults(criteria) == ()
    shares = shares_of(criteria)
    assert [one.share for one in shares.questions] == [Fraction(3, 5), 0, 0, 0, 0]
    assert shares.price == Fraction(2, 5)
    assert any("carries marks" in one for one in weight_faults((gates,)))
    assert any("enter 0" in one for one in weight_faults((replace(gates, weight=Decimal(60)), price)))

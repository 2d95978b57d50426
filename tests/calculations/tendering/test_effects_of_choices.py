"""What would change the ranking: the quick exact answer against trying every choice the slow way."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from nearhome.tendering.calculations.evaluation.case import LotCase, Question
from nearhome.tendering.calculations.evaluation.effects import effects_of
from nearhome.tendering.calculations.evaluation.intervals import Course, stays_highest, stretches
from plainly_evaluated import first_of, plain_by_means, plain_ranks, plain_single_scores
from scenes_lots import bid, lot, lot_cases


@given(lot_cases())
def test_every_single_score_tried_at_once_gives_what_ranking_again_gives(case: LotCase) -> None:
    found = effects_of(case)
    if not found.first:
        return
    tried, moved, changes = plain_single_scores(case)
    assert found.single is not None
    assert {(one.bid, one.question, one.would_be, one.first) for one in found.single.change_first} == changes
    assert (found.single.tried, found.single.move_a_rank) == (tried, moved)


@given(lot_cases())
def test_another_formula_gives_the_rank_it_would_have_given(case: LotCase) -> None:
    found, before = effects_of(case), plain_ranks(case)
    assert found.first == first_of(before)
    # What stands does not depend on the formula.
    for other in found.formulas:
        after = plain_ranks(replace(case, formula=other.choice))
        assert other.first == first_of(after)
        assert other.changes_first == (first_of(after) != first_of(before))
        assert other.ranks_changed == sum(after[key] != before[key] for key in before)


@given(lot_cases())
def test_means_of_individual_scores_with_and_without_each_evaluator(case: LotCase) -> None:
    found, before = effects_of(case), plain_ranks(case)
    if not found.evaluators:
        return
    everybody = plain_by_means(case)
    assert found.evaluators[0].first == first_of(everybody)
    assert found.evaluators[0].ranks_changed == sum(everybody[key] != before[key] for key in before)
    for at, other in enumerate(found.evaluators[1:]):
        left = plain_by_means(case, without=at)
        assert other.first == first_of(left)
        assert other.changes_first == (first_of(left) != first_of(everybody))


courses = st.lists(st.builds(Course, st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 4)), min_size=1, max_size=6)


@given(courses, st.fractions(0, 1))
def test_in_each_stretch_its_first_are_the_highest(lines: list[Course], share: Fraction) -> None:
    found = stretches(lines)
    assert (found[0].starts, found[-1].ends) == (0, 1)
    assert all(one.starts < one.ends for one in found)
    assert [one.ends for one in found[:-1]] == [one.starts for one in found[1:]]
    inside = next(one for one in found if one.starts <= share <= one.ends)
    best = max(line.at(share) for line in lines)
    assert all(lines[place].at(share) == best for place in inside.first)
    middle = (inside.starts + inside.ends) / 2
    highest = max(line.at(middle) for line in lines)
    assert inside.first == tuple(place for place, line in enumerate(lines) if line.at(middle) == highest)


@given(courses, st.fractions(0, 1), st.fractions(0, 1))
def test_the_highest_stays_so_between_its_bounds_and_no_further(
    lines: list[Course], at: Fraction, other: Fraction
) -> None:
    first = max(range(len(lines)), key=lambda place: lines[place].at(at))
    least, most = stays_highest(lines, first, at)
    assert 0 <= least <= at <= most <= 1
    is_highest = all(lines[first].at(other) >= line.at(other) for line in lines)
    assert is_highest == (least <= other <= most)


def reweighted(case: LotCase, place: int, weight: Fraction) -> LotCase:
    """The same lot with one question at that part of the quality marks and the others in proportion."""
    quality = 1 - case.price_share
    rest = quality - case.questions[place].share
    return replace(case, questions=tuple(
        replace(one, share=weight * quality if at == place else one.share * (1 - weight) * quality / rest)
        for at, one in enumerate(case.questions)
    ))  # fmt: skip


@given(lot_cases(), st.fractions(0, 1, max_denominator=50))
def test_within_the_room_of_a_weight_the_first_stays_first_on_exact_marks(case: LotCase, part: Fraction) -> None:
    exact = replace(case, places=6, least_quality=None)
    found = effects_of(exact)
    for room in found.weights:
        place = next(at for at, one in enumerate(case.questions) if one.key == room.question)
        inside = room.least / 100 + part * (room.most - room.least) / 100
        ranks = effects_of(reweighted(exact, place, inside))
        if len(found.first) == 1 and room.least / 100 < inside < room.most / 100:
            assert set(found.first) <= set(ranks.first)


def test_the_split_at_which_the_first_changes_is_exact() -> None:
    # Quality 4/5 at full price against 2/5 at 4/5 of the price: equal where 0.4 x = 0.2 (1 - x), a third.
    found = effects_of(lot(bid("good", 500_000, 4, 4), bid("cheap", 400_000, 2, 2)))
    assert [(one.from_quality, one.to_quality, one.first) for one in found.splits] == [
        (0, Fraction(100, 3), ("cheap",)), (Fraction(100, 3), 100, ("good",)),
    ]  # fmt: skip
    assert found.overtakes == (("cheap", Fraction(100, 3)),)
    assert found.pairs_crossing == 1
    assert found.first == ("good",)


def test_the_room_of_a_weight_is_exact() -> None:
    # Equal prices: 5x + 1 (1 - x) against 2x + 3 (1 - x) are equal where 5x = 2.
    found = effects_of(lot(bid("a", 440_000, 5, 1), bid("b", 440_000, 2, 3)))
    assert [(one.question, one.weight, one.least, one.most) for one in found.weights] == [
        ("care", 50, 40, 100), ("step", 50, 0, 60),
    ]  # fmt: skip


def test_where_nothing_stands_there_is_nothing_to_say() -> None:
    assert effects_of(lot()).first == effects_of(lot(bid("slip", None))).first == ()


def test_a_score_that_lets_a_bid_fail_has_prices_marked_anew() -> None:
    questions = (
        Question("care", "Care", Fraction(3, 10), least_score=2),
        Question("step", "Step across", Fraction(3, 10)),
    )
    bids = (bid("low", 300_000, 2, 2), bid("mid", 440_000, 4, 4), bid("high", 445_000, 5, 4))
    found = effects_of(lot(*bids, questions=questions))
    assert found.single is not None
    assert found.first == ("high",)
    assert not [one for one in found.single.change_first if one.bid == "low" and one.would_be == 1]

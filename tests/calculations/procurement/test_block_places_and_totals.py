"""Beds on a day, readiness, release, break-even, printed totals and changes under their regime."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.procurement.calculations.amount_words import pounds_in_words
from nearhome.procurement.calculations.blocks.capacity import (
    ReadyPlace,
    Step,
    beds_on,
    payable_from,
    payable_steps,
    ramp,
    ready_steps,
    standing,
)
from nearhome.procurement.calculations.blocks.changes import change_bp, earliest_end, may_change, termination_notice_due
from nearhome.procurement.calculations.blocks.fees import Fee
from nearhome.procurement.calculations.blocks.release import Change, may_use, to_be_released_on, turns
from nearhome.procurement.calculations.blocks.spot_comparison import against_spot, break_even
from nearhome.procurement.calculations.blocks.stated_total import (
    Computed,
    check_total,
    read_total,
    words_agree,
)

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 200).map(lambda days: FIRST + timedelta(days=days))
STEPS = st.lists(st.tuples(DAYS, st.integers(0, 15)), max_size=5).map(
    lambda rows: [Step(day, beds, at) for at, (day, beds) in enumerate(rows)]
)
PLACES = st.lists(
    st.tuples(st.none() | DAYS, st.none() | DAYS, st.none() | DAYS), max_size=6
).map(lambda rows: [ReadyPlace(f"P{at}", *row) for at, row in enumerate(rows)])  # fmt: skip


def is_ready(place: ReadyPlace, day: date) -> bool:
    opens = payable_from(place)
    return opens is not None and opens <= day and (place.ends_before is None or day < place.ends_before)


@given(STEPS, PLACES, st.none() | DAYS, DAYS)
def test_payable_beds_are_the_contracted_ones_that_are_ready(
    contracted: list[Step], places: list[ReadyPlace], known_before: date | None, day: date
) -> None:
    found = beds_on(standing(payable_steps(contracted, ready_steps(places), known_before)), day)
    plan = beds_on(standing(contracted), day)
    ready = sum(is_ready(place, day) for place in places)
    assert found == (plan if known_before is not None and day >= known_before else min(plan, ready))


@given(STEPS, st.randoms())
def test_the_version_for_a_day_with_the_higher_number_stands_in_any_order(steps: list[Step], random: object) -> None:
    other = random.sample(steps, len(steps))  # type: ignore[attr-defined]
    assert standing(steps) == standing(other)


def test_a_place_is_never_paid_for_before_it_is_registered_and_able_to_accept() -> None:
    assert payable_from(ReadyPlace("P", date(2026, 3, 1), date(2026, 2, 1))) == date(2026, 3, 1)
    assert payable_from(ReadyPlace("P", date(2026, 3, 1), None)) is None
    assert payable_from(ReadyPlace("P", None, date(2026, 3, 1))) is None


def test_the_requirement_of_the_decision_opens_5_10_and_15_beds() -> None:
    steps = standing(ramp(date(2022, 4, 1), ((12, 5), (18, 10), (24, 15))))
    asked = (date(2023, 3, 31), date(2023, 4, 1), date(2023, 10, 1), date(2024, 4, 1))
    assert [beds_on(steps, day) for day in asked] == [0, 5, 10, 15]


CHANGES = st.lists(st.tuples(DAYS, st.booleans()), max_size=6).map(
    lambda rows: [Change(day, to, at) for at, (day, to) in enumerate(rows)]
)


@given(DAYS, st.none() | DAYS, st.sampled_from(["", "Kent"]), CHANGES, DAYS)
def test_each_day_of_a_place_is_in_one_turn_and_says_who_may_use_it(
    opens: date, ends: date | None, authority: str, changes: list[Change], day: date
) -> None:
    here = [
        one
        for one in turns(opens, ends, authority, changes)
        if one.starts_on <= day and (one.ends_before is None or day < one.ends_before)
    ]
    runs = opens <= day and (ends is None or day < ends)
    assert len(here) == (1 if runs else 0)
    if not runs:
        return
    before = [
        one
        for one in sorted(changes, key=lambda one: (max(one.starts_on, opens), one.starts_on, one.number))
        if max(one.starts_on, opens) <= day
    ]
    released = (before[-1].is_released if before else False) if authority else True
    assert here[0].is_released == released
    assert may_use(here[0], "Medway") == released
    assert may_use(here[0], "Kent") == (released or authority == "Kent")


def test_an_empty_place_is_offered_after_whole_days_of_first_refusal() -> None:
    assert to_be_released_on(date(2028, 2, 26), 5) == date(2028, 3, 2)
    with pytest.raises(ValueError, match="0 or more"):
        to_be_released_on(FIRST, -1)


FEES = st.builds(Fee, st.just(FIRST), st.integers(1, 900), st.integers(0, 900), st.integers(0, 10_000))


@given(FEES, st.integers(1, 1200), st.integers(0, 40))
def test_break_even_parts_cheaper_from_dearer(fee: Fee, spot: int, fortieths: int) -> None:
    share, at = Fraction(fortieths, 40), break_even(fee, spot)
    is_no_dearer = fee.weekly(share) <= spot * share
    if at is None or share < at:
        assert not is_no_dearer
    elif share == at or fee.variable_pence <= spot:
        assert is_no_dearer


def test_break_even_is_the_fixed_fee_over_what_each_child_saves() -> None:
    assert break_even(Fee(FIRST, 300_000, 100_000), 500_000) == Fraction(3, 4)
    assert break_even(Fee(FIRST, 300_000, 500_000), 500_000) is None
    assert break_even(Fee(FIRST, 600_000), 500_000) is None
    with pytest.raises(ValueError, match="spot price"):
        break_even(Fee(FIRST, 1), 0)


def test_against_spot_says_no_price_when_nobody_is_placed_and_names_both_aims() -> None:
    empty = against_spot(Fee(FIRST, 455_700), 455_700, Fraction(0))
    assert (empty.effective_pence, empty.is_no_dearer) == (None, False)
    same = against_spot(Fee(FIRST, 455_700), 455_700, Fraction(1))
    assert (same.is_no_dearer, same.reaches_the_aim) == (True, False)
    assert against_spot(Fee(FIRST, 410_130), 455_700, Fraction(1)).reaches_the_aim
    dearer = against_spot(Fee(FIRST, 455_700), 455_700, Fraction(4, 5))
    assert dearer.effective_pence == Fraction(455_700 * 5, 4)
    assert dearer.cheaper_bp == -2_500


FULL_YEAR = Computed("a year", 356_422_500)
TEN = Computed("ten years", 3_567_154_500)
RAMP = Computed("as they open", 3_032_032_500)


def test_the_printed_ten_year_figure_does_not_follow_and_the_yearly_one_does() -> None:
    assert check_total(read_total("£3.564m"), (FULL_YEAR, TEN)).agrees_with == (FULL_YEAR,)
    found = check_total(read_total("£30,564m"), (FULL_YEAR, TEN, RAMP))
    assert found.agrees_with == ()
    assert (found.nearest, found.times and round(found.times)) == (TEN, 857)
    assert found.as_thousandth
    assert (found.as_thousandth.nearest, found.as_thousandth.agrees_with) == (RAMP, ())


@given(st.integers(1, 10**14))
def test_a_total_printed_to_the_penny_follows_from_itself_alone(pence: int) -> None:
    text = f"£{pence // 100:,}.{pence % 100:02d}"
    stated = read_total(text)
    assert (stated.pence, stated.unit_pence) == (pence, 1)
    assert check_total(stated, (Computed("it", pence),)).agrees_with
    assert not check_total(stated, (Computed("another", pence + 1),)).agrees_with


@pytest.mark.parametrize(
    ("text", "pence"),
    [("3,564,225", 356_422_500), ("£35.64 million", 3_564_000_000), (" £2bn ", 200_000_000_000), ("£12k", 1_200_000)],
)
def test_totals_are_read_as_councils_print_them(text: str, pence: int) -> None:
    assert read_total(text).pence == pence


@pytest.mark.parametrize("text", ["", "-3", "lots", "£", "3.5.2m", "1e9", "£99,999,999bn"])
def test_what_is_no_total_is_refused_with_the_mend(text: str) -> None:
    with pytest.raises(ValueError, match=r"Write it like|Check the figure"):
        read_total(text)


def test_totals_in_words_and_figures_agree() -> None:
    words = "three million, five hundred and sixty-four thousand, two hundred and twenty-five pounds"
    assert pounds_in_words(356_422_500) == words
    assert words_agree(356_422_500, words.replace(",", ""))
    assert words_agree(
        356_422_500, "Three million, five hundred and sixty four thousand, two hundred and twenty-five pounds"
    )
    assert not words_agree(3_056_400_000_000, words)
    assert pounds_in_words(100_001) == "one thousand pounds and one penny"
    assert pounds_in_words(100_500) == "one thousand and five pounds"
    assert pounds_in_words(0) == "nought pounds"


@given(st.integers(0, 10**15 - 1), st.integers(0, 10**15 - 1))
def test_different_totals_have_different_words(one: int, other: int) -> None:
    assert words_agree(other, pounds_in_words(one)) == (one == other)


def test_a_change_is_held_against_its_regime() -> None:
    assert may_change("PA23", "", 9_000).is_allowed
    assert may_change("PCR2015", "review_clause", 9_000).is_allowed
    assert may_change("PCR2015", "unforeseen", 2_000, 3_000).is_allowed
    assert not may_change("PCR2015", "unforeseen", 2_001, 3_000).is_allowed
    assert "begin a new procurement" in may_change("PCR2015", "small", 1_001).words
    with pytest.raises(ValueError, match="ground of regulation 72"):
        may_change("PCR2015", "", 1)
    with pytest.raises(ValueError, match="Set the terms"):
        may_change("", "small", 1)
    assert change_bp(1_000, 1_333, 1_000) == 3_330
    assert change_bp(1_000, 667, 3_000) == 1_110


def test_notice_and_uk11_are_counted_in_days() -> None:
    assert earliest_end(date(2027, 12, 1), 91) == date(2028, 3, 1)
    assert termination_notice_due(date(2028, 1, 31)) == date(2028, 2, 29)

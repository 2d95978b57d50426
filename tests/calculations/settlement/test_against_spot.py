"""A block against what spot would have cost: by month, by authority, with empty beds counted."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.budgets.against_spot import Benchmark, Part, against_spot, nights_to_break_even

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
WEEK = 490_000  # 70,000 a night


def test_the_answer_counts_empty_beds_and_says_for_whom() -> None:
    parts = [
        Part(APRIL, "Kent", 30, 3_000_000),  # thirty nights lived in, thirty empty, all at 50,000
        Part(APRIL, "Portsmouth", 15, 750_000),
        Part(APRIL, "West Sussex", 0, 750_000),  # a bed kept for it stood empty
    ]
    made = against_spot(parts, [Benchmark(APRIL, WEEK)], {APRIL: 90})
    assert {name: line.saving_pence for name, line in made.authorities} == {
        "Kent": -900_000, "Portsmouth": 300_000, "West Sussex": -750_000,
    }  # fmt: skip
    assert made.total.saving_pence == -1_350_000
    (month,) = made.months
    assert (month.available_nights, month.line.child_nights) == (90, 45)
    assert month.break_even_nights == 65  # 4,500,000 ÷ 70,000 is 64.3
    assert month.line.effective_weekly_pence == 700_000


def test_a_month_without_a_child_has_no_effective_price_and_is_all_cost() -> None:
    (month,) = against_spot([Part(APRIL, "Kent", 0, 1_000)], [Benchmark(APRIL, WEEK)]).months
    assert month.is_empty
    assert month.line.effective_weekly_pence is None
    assert (month.line.spot_pence, month.cumulative_pence) == (0, -1_000)


def test_without_a_benchmark_nothing_is_said_rather_than_something_wrong() -> None:
    made = against_spot([Part(APRIL, "Kent", 3, 10), Part(MAY, "Kent", 3, 10)], [Benchmark(MAY, WEEK)])
    assert [one.line.saving_pence for one in made.months] == [None, 209_990]
    assert [one.cumulative_pence for one in made.months] == [None, None]
    assert made.total.saving_pence is None


def test_a_benchmark_stands_until_the_next_one() -> None:
    made = against_spot(
        [Part(month, "Kent", 7, 0) for month in (APRIL, MAY, JUNE)], [Benchmark(APRIL, 100), Benchmark(JUNE, 200)]
    )
    assert [one.line.spot_pence for one in made.months] == [100, 100, 200]
    assert [one.cumulative_pence for one in made.months] == [100, 200, 400]


def test_a_block_dearer_by_the_night_than_spot_never_breaks_even() -> None:
    assert nights_to_break_even(1_000, 700, Fraction(100)) is None
    assert nights_to_break_even(1_000, 700, Fraction(99)) == 1_000
    assert nights_to_break_even(0, 700, Fraction(0)) == 0


PARTS = st.lists(
    st.builds(
        Part, st.sampled_from([APRIL, MAY, JUNE]), st.sampled_from("ABC"), st.integers(0, 90), st.integers(0, 10**7)
    )
)


@given(PARTS, st.integers(1, 10**6))
def test_months_authorities_and_the_whole_say_the_same(parts: list[Part], weekly: int) -> None:
    made = against_spot(parts, [Benchmark(APRIL, weekly)])
    assert sum(one.line.saving_pence or 0 for one in made.months) == made.total.saving_pence
    assert sum(line.saving_pence or 0 for _, line in made.authorities) == made.total.saving_pence
    assert (made.months[-1].cumulative_pence if made.months else 0) == made.total.saving_pence


@given(PARTS, st.integers(1, 10**6))
def test_a_slow_count_night_by_night_agrees(parts: list[Part], weekly: int) -> None:
    exact = Fraction(0)
    for part in parts:
        night = part.month
        while night < part.month + timedelta(days=part.child_nights):
            exact += Fraction(weekly, 7)
            night += timedelta(days=1)
        exact -= part.paid_pence
    found = against_spot(parts, [Benchmark(APRIL, weekly)]).total.saving_pence or 0
    assert abs(found - exact) <= Fraction(len(parts), 2)


@given(st.integers(0, 10**8), st.integers(1, 10**6), st.integers(0, 10**5))
def test_at_break_even_the_block_is_no_dearer_and_a_night_earlier_it_is(fixed: int, weekly: int, by_night: int) -> None:
    needed = nights_to_break_even(fixed, weekly, Fraction(by_night))
    if needed is None:
        assert Fraction(weekly, 7) <= by_night
        return

    def saved(nights: int) -> Fraction:
        return Fraction(weekly * nights, 7) - fixed - by_night * nights

    assert saved(needed) >= 0
    assert needed == 0 or saved(needed - 1) < 0

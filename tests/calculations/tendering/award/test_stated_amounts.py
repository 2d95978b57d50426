"""A stated sum that does not follow is found."""

import pytest

from nearhome.tendering.calculations.award.stated_amounts import Figure, amounts_in, check_stated


def test_a_stated_sum_agrees_with_what_rounds_to_it_and_with_nothing_else() -> None:
    (stated,) = amounts_in("a maximum of £3.564m per annum.")
    assert stated.agrees_with(356_422_500)
    assert stated.agrees_with(356_400_000)
    assert not stated.agrees_with(356_460_000)
    assert not stated.agrees_with(35_642_250)


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("£1,234.56", 123_456), ("£2 million", 200_000_000), ("£30k", 3_000_000), ("£0.2m,", 20_000_000), ("£4,557", 455_700),
        ("£4.946bn", 494_600_000_000), ("£5 more", 500), ("£ 12", 1_200),
    ],
)  # fmt: skip
def test_sums_are_read_as_they_are_printed(text: str, pence: int) -> None:
    assert [int(one.pence) for one in amounts_in(text)] == [pence]


def test_the_printed_ten_years_of_the_regional_block_do_not_follow() -> None:
    text = "Based on 15 beds this would commit £3.564m per annum. If for 10 years, this would be £30,564m."
    figures = (Figure("the value over ten years", 3_564_225_000), Figure("the cost of a year", 356_422_500))
    year, ten = check_stated(text, figures)
    assert year.agrees_with == "the cost of a year"
    assert ten.agrees_with == ""
    assert "thirty billion, five hundred and sixty-four million pounds" in ten.words
    assert "857.5 times" in ten.words


def test_with_no_figure_at_all_a_stated_sum_is_only_read_out() -> None:
    (one,) = check_stated("It costs £5.", ())
    assert "no figure here" in one.words


def test_a_weekly_price_is_held_against_weekly_prices_alone() -> None:
    figures = (
        Figure("the value over the term", 3_564_225_000),
        Figure("the weekly price of SC1", 455_700, is_weekly=True),
    )
    assert [one.words for one in check_stated("15 beds at £4,557 a week.", figures)] == [
        "£4,557 a week is the weekly price of SC1."
    ]
    others = check_stated("We expected £9,114 a bed each week, or £9,114 per bed per week.", figures)
    assert ["2.0 times that" in one.words for one in others] == [True, True]
    assert check_stated("15 beds at £4,557 a week.", figures[:1]) == ()


def test_of_a_sum_far_below_the_value_nothing_is_said() -> None:
    figures = (Figure("the value over the term", 3_564_225_000),)
    assert check_stated("A bed was about £4,557 then, and moving in costs £150.", figures) == ()
    assert len(check_stated("It will cost £3m a year.", figures)) == 0
    assert len(check_stated("It will cost £4m a year.", figures)) == 1

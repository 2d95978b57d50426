"""A sum in figures and in words is the same sum, written as the British write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.procurement.calculations.amount_words import (
    MOST_PENCE,
    number_in_words,
    pence_from_words,
    pounds_in_figures,
    pounds_in_words,
)

sums = st.integers(-MOST_PENCE, MOST_PENCE) | st.integers(-200_000, 200_000)


@given(sums)
def test_words_say_the_figure_they_were_made_from(pence: int) -> None:
    assert pence_from_words(pounds_in_words(pence)) == pence


@given(sums)
def test_figures_say_the_same_sum(pence: int) -> None:
    figures = pounds_in_figures(pence).replace("£", "").replace(",", "").replace("\N{MINUS SIGN}", "-")
    pounds, odd = figures.removeprefix("-").split(".")
    assert (-1 if figures.startswith("-") else 1) * (int(pounds) * 100 + int(odd)) == pence


@pytest.mark.parametrize(
    ("pence", "words"),
    [
        (0, "nought pounds"),
        (1, "one penny"),
        (100, "one pound"),
        (101, "one pound and one penny"),
        (2_100, "twenty-one pounds"),
        (11_000, "one hundred and ten pounds"),
        (100_100, "one thousand and one pounds"),
        (110_500, "one thousand, one hundred and five pounds"),
        (100_000_500, "one million and five pounds"),
        (455_700, "four thousand, five hundred and fifty-seven pounds"),
        (356_400_000, "three million, five hundred and sixty-four thousand pounds"),
        (-1_250, "minus twelve pounds and fifty pence"),
        (3_564_000_000, "thirty-five million, six hundred and forty thousand pounds"),
        (3_056_400_000_000, "thirty billion, five hundred and sixty-four million pounds"),
        (-5_000, "minus fifty pounds"),
    ],
)
def test_sums_are_written_as_the_british_write_them(pence: int, words: str) -> None:
    assert pounds_in_words(pence) == words


def test_an_absurd_sum_is_refused_rather_than_written_wrongly() -> None:
    for refused in (MOST_PENCE + 1, -MOST_PENCE - 1):
        with pytest.raises(ValueError, match="thousand trillion"):
            pounds_in_words(refused)
    for number in (-1, 10**15):
        with pytest.raises(ValueError, match="number"):
            number_in_words(number)


@pytest.mark.parametrize("words", ["", "five", "five ponds", "five pounds and", "five pounds six"])
def test_words_that_are_no_sum_are_refused(words: str) -> None:
    if words == "five pounds and":
        assert pence_from_words(words) == 500
        return
    with pytest.raises(ValueError, match=r"sum in words"):
        pence_from_words(words)

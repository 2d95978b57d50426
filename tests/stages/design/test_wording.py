import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.design import wording


@pytest.mark.parametrize(
    ("pence", "words"), [(123_456, "£1,234.56"), (0, "£0.00"), (5, "£0.05"), (-1200, "−£12.00"), (None, "")]
)
def test_money_is_written_in_pounds_and_pence(pence: int | None, words: str) -> None:
    assert wording.money(pence) == words


@given(st.integers(-(10**12), 10**12))
def test_money_as_written_is_the_same_money(pence: int) -> None:
    read_back = Decimal(wording.money(pence).replace("£", "").replace(",", "").replace("−", "-")) * 100
    assert read_back == pence


def test_a_moment_is_written_on_the_london_clock() -> None:
    summer = dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)
    assert wording.moment(summer) == "2 July 2026 at 12:30am"
    assert wording.moment(dt.datetime(2026, 11, 22, 15, 4, tzinfo=dt.UTC)) == "22 November 2026 at 3:04pm"
    assert wording.clock(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)) == "midday"


def test_dates_have_a_long_and_a_short_form() -> None:
    day = dt.date(2026, 11, 2)
    assert (wording.date(day), wording.short_date(day), wording.date(None)) == ("2 November 2026", "2 Nov 2026", "")


@pytest.mark.parametrize(
    ("distance", "words"),
    [(12.34, "12.3 miles"), (1, "1 mile"), (0.04, "less than 0.1 miles"), (0, "0 miles"), (None, "")],
)
def test_miles_are_rounded_to_a_tenth(distance: float | None, words: str) -> None:
    assert wording.miles(distance) == words


def test_counts_and_lists_read_as_english() -> None:
    assert wording.plural(1, "child", "children") == "1 child"
    assert wording.plural(1200, "place") == "1,200 places"
    assert wording.nice_list(["a", "b", "c"]) == "a, b and c"
    assert wording.nice_list([]) == ""
    assert wording.weekly(450_000) == "£4,500.00 a week"
    assert wording.pounds(-150) == "−£2"
    assert wording.percent(0.256) == "26%"


def test_a_deadline_at_the_end_of_a_day_is_only_a_date() -> None:
    end = dt.datetime(2026, 11, 27, 23, 59, tzinfo=dt.UTC)
    assert wording.deadline(end) == "27 November 2026"
    assert wording.deadline(end.replace(hour=15)) == "27 November 2026 at 3:59pm"

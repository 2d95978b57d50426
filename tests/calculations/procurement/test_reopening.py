"""Newcomers only in a window for newcomers; a price offered again may only fall, and only in a window."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nearhome.procurement.calculations.frameworks.reopening import (
    Window,
    application_problem,
    improvement_problem,
    newcomer_problem,
)

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 60).map(lambda days: FIRST + timedelta(days=days))
WINDOWS = st.lists(
    st.builds(Window, DAYS, DAYS, st.sampled_from(["newcomers", "prices", "both"])).filter(
        lambda one: one.closes_before > one.opens_on
    ),
    max_size=4,
)
LINES = st.dictionaries(
    st.tuples(st.just("standard"), st.sampled_from([0, 5, 11]), st.just(18)), st.integers(-5, 50), max_size=3
)


@given(WINDOWS, st.booleans(), DAYS)
def test_an_application_is_taken_exactly_while_a_window_for_it_is_open(
    windows: list[Window], admitted: bool, on: date
) -> None:
    wanted = {"both", "prices" if admitted else "newcomers"}
    is_open = any(one.admits in wanted and one.opens_on <= on < one.closes_before for one in windows)
    assert (application_problem(windows, is_admitted=admitted, on=on) == "") == is_open
    if not admitted:
        assert (newcomer_problem("flexible", windows, on) == "") == is_open


@given(LINES, LINES)
def test_an_accepted_offer_raises_no_price_and_lowers_one(now: dict, offered: dict) -> None:
    fair = (
        all(line in now and 0 < pence <= now[line] for line, pence in offered.items())
        and any(pence < now[line] for line, pence in offered.items() if line in now)
    )  # fmt: skip
    assert (improvement_problem(now, offered) == "") == fair


def test_a_dynamic_market_is_always_open_and_others_say_when_they_will_be() -> None:
    assert newcomer_problem("market", [], FIRST) == ""
    coming = [Window(date(2026, 2, 1), date(2026, 3, 1), "both")]
    assert "from 1 February 2026" in application_problem(coming, is_admitted=False, on=FIRST)
    assert "Ask its lead" in application_problem([], is_admitted=True, on=FIRST)

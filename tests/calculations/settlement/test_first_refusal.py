"""A free place is its own authority's for the days agreed, counted from the day on which it became free."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.nights import VoidRule
from nearhome.settlement.calculations.rules.releases import free_since, release_due_on
from nearhome.settlement.calculations.rules.terms import Terms

TODAY = dt.date(2026, 10, 5)
DAYS = st.integers(-40, 40).map(lambda days: TODAY + dt.timedelta(days=days))
TAKEN = st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=5)


def taken_on(taken: list[tuple[dt.date, dt.date | None]], day: dt.date) -> bool:
    return any(first <= day and (before is None or day < before) for first, before in taken)


@given(DAYS, TAKEN)
def test_since_is_the_first_of_the_free_days_up_to_today(
    opened_on: dt.date, taken: list[tuple[dt.date, dt.date | None]]
) -> None:
    since = free_since(opened_on, taken, TODAY)
    spoken_for = any(taken_on(taken, TODAY + dt.timedelta(days=ahead)) for ahead in range(82))
    if opened_on > TODAY or spoken_for:
        assert since is None
        return
    day = TODAY
    while day > opened_on and not taken_on(taken, day - dt.timedelta(days=1)):
        day -= dt.timedelta(days=1)
    assert since == day


def test_the_days_of_the_terms_in_force_today_count() -> None:
    rule = VoidRule("host")
    terms = [
        Terms(dt.date(2026, 1, 1), rule, first_refusal_days=28),
        Terms(dt.date(2026, 10, 1), rule, first_refusal_days=14),
        Terms(dt.date(2026, 11, 1), rule, first_refusal_days=1),
    ]
    since = dt.date(2026, 9, 21)
    assert release_due_on(terms, since, dt.date(2026, 9, 30)) is None
    assert release_due_on(terms, since, dt.date(2026, 10, 4)) is None
    assert release_due_on(terms, since, TODAY) == TODAY
    assert release_due_on([Terms(dt.date(2026, 1, 1), rule)], since, TODAY) is None
    assert release_due_on([], since, TODAY) is None

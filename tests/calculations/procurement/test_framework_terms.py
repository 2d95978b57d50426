"""No term beyond its limit, whatever the regime, the form and the day it began."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.procurement.calculations.frameworks.terms import (
    END_OF_PCR_SYSTEMS,
    FORMS,
    RULES,
    Terms,
    anniversary,
    form_problem,
    next_reopening_due,
    term_limit,
    term_problem,
)

DAYS = st.dates(date(2015, 1, 1), date(2120, 12, 31))
KINDS = st.sampled_from([(regime, form) for regime, forms in FORMS.items() for form in forms])
STARTED = date(2026, 4, 1)


def days_slowly(start: date, years: int) -> date:
    """The oracle: walk until as many 1 Marches or same days have passed; the day after the last of the period."""
    day = start
    for _ in range(years):
        day += timedelta(days=1)
        while not ((day.month, day.day) == (start.month, start.day) or _stands_in(day, start)):
            day += timedelta(days=1)
    return day


def _stands_in(day: date, start: date) -> bool:
    """1 March for 29 February in a year without one."""
    leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
    return (start.month, start.day) == (2, 29) and (day.month, day.day) == (3, 1) and not leap


@given(st.dates(date(2015, 1, 1), date(2090, 1, 1)), st.sampled_from([3, 4, 5, 8]))
def test_years_are_counted_to_the_same_day_and_no_leap_day_is_lost(start: date, years: int) -> None:
    assert anniversary(start, years) == days_slowly(start, years)


@given(KINDS, DAYS, DAYS, st.booleans(), st.booleans(), st.sampled_from(["", "An exceptional case"]))
def test_an_end_is_taken_exactly_when_it_is_within_the_limit(
    kind: tuple[str, str], start: date, end: date, single: bool, light: bool, why: str
) -> None:
    regime, form = kind
    terms = Terms(regime, form, start, light or form == "flexible", end, single, why)
    limit, taken = term_limit(terms), not term_problem(terms, end)
    within = limit.ends_before is None or end <= limit.ends_before
    assert taken == (end > start and within)
    if taken and limit.rule.years:
        assert end <= anniversary(start, limit.rule.years)


@given(KINDS, DAYS, st.booleans())
def test_a_form_with_a_limit_needs_an_end(kind: tuple[str, str], start: date, light: bool) -> None:
    regime, form = kind
    terms = Terms(regime, form, start, light or form == "flexible")
    has_limit = term_limit(terms).ends_before is not None
    assert bool(term_problem(terms, None)) == has_limit


@pytest.mark.parametrize(
    ("terms", "rule", "last"),
    [
        (Terms("PA23", "closed", STARTED, light_touch=False), "FT-1", date(2030, 4, 1)),
        (Terms("PA23", "closed", STARTED), "FT-2", None),
        (Terms("PA23", "flexible", STARTED), "FT-2", None),
        (Terms("PA23", "open", STARTED), "FT-3", date(2034, 4, 1)),
        (Terms("PA23", "open", STARTED, single_supplier=True), "FT-4", date(2030, 4, 1)),
        (Terms("PA23", "market", STARTED), "FT-5", None),
        (Terms("PCR2015", "pcr_framework", STARTED), "FT-6", date(2030, 4, 1)),
        (Terms("PCR2015", "pcr_framework", STARTED, justification="Said in the notice"), "FT-7", None),
        (Terms("PCR2015", "pcr_dps", date(2019, 3, 1), ends_before=date(2026, 3, 1)), "FT-8", date(2026, 3, 1)),
        (Terms("PCR2015", "pcr_dps", date(2024, 3, 1), ends_before=date(2034, 3, 1)), "FT-8", END_OF_PCR_SYSTEMS),
        (Terms("PSR2023", "closed", STARTED), "FT-10", None),
    ],
)
def test_each_form_has_its_rule(terms: Terms, rule: str, last: date | None) -> None:
    found = term_limit(terms)
    assert (found.rule.rule_id, found.ends_before) == (rule, last)


def test_d2n2s_open_framework_of_eight_years_fits_to_the_day() -> None:
    terms = Terms("PA23", "open", date(2026, 4, 1))
    assert term_problem(terms, date(2034, 4, 1)) == ""
    assert "no later than 31 March 2034" in term_problem(terms, date(2034, 4, 2))


def test_what_cannot_be_says_what_to_choose_instead() -> None:
    assert "light-touch services" in form_problem("PA23", "flexible", light_touch=False)
    assert "no form of PA23" in form_problem("PA23", "pcr_dps", light_touch=True)
    assert "Choose the law" in form_problem("ROMAN", "closed", light_touch=True)
    assert "Choose a later day" in term_problem(Terms("PA23", "flexible", STARTED), STARTED)
    with pytest.raises(ValueError, match="no form of PCR2015"):
        term_limit(Terms("PCR2015", "open", STARTED))


def test_every_rule_says_where_it_comes_from_and_how_far_it_was_checked() -> None:
    assert all(rule.source and rule.standing and rule.words for rule in RULES.values())


def test_an_open_framework_awards_anew_in_three_years_and_then_in_every_five() -> None:
    start, end = date(2024, 2, 29), date(2032, 2, 29)
    assert next_reopening_due("open", start, [], end) == date(2027, 3, 1)
    assert next_reopening_due("open", start, [date(2026, 6, 1), start], end) == date(2031, 6, 1)
    assert next_reopening_due("open", start, [date(2028, 6, 1)], end) is None
    assert next_reopening_due("flexible", start, [], None) is None

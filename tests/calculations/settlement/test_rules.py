"""Terms by date, their words, and the made-up month under any terms."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.nights import AbsenceRule, BlockContract, Period, PriceSpan, VoidRule
from nearhome.settlement.calculations.rules.terms import Terms, ends_a_year, in_force, pieces_under, ruled
from nearhome.settlement.calculations.rules.words import changes_between, clauses_of
from nearhome.settlement.calculations.rules.worked_month import MONTH, WEEKLY_PENCE, worked_month
from nearhome.settlement.calculations.shared_costs import GainShare
from nearhome.settlement.calculations.templates import TEMPLATES

DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
BEARERS = st.sampled_from(["nominated", "host", "shares"])
SHARES = (("kent", 5), ("sussex", 3))


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    grace = draw(st.integers(0, 20))
    absences = tuple(
        AbsenceRule(kind, draw(st.integers(0, 20)), draw(st.integers(0, 10_000)))
        for kind in sorted(draw(st.sets(st.sampled_from(["missing", "hospital", "holiday"]))))
    )
    let_go = draw(st.none() | st.integers(grace, grace + 90))
    rule = VoidRule(draw(BEARERS), SHARES, grace, let_go, draw(BEARERS), absences)
    gain = draw(st.none() | st.builds(GainShare, st.integers(1, 999_999), st.integers(1, 10_000)))
    return Terms(draw(DAYS), rule, draw(st.none() | st.integers(1, 10_000)), draw(st.integers(0, 99_999)), gain)


@given(st.lists(terms(), max_size=5), st.lists(terms(), max_size=5), DAYS)
def test_on_every_night_the_contracts_latest_terms_hold_else_the_partnerships(
    common: list[Terms], own: list[Terms], night: date
) -> None:
    found = pieces_under(in_force(common, own), Period(night, night + timedelta(days=1)))[0][1]
    begun = [one for one in own if one.starts_on <= night] or [one for one in common if one.starts_on <= night]
    # Of one day the one named last.
    assert found == (max(enumerate(begun), key=lambda item: (item[1].starts_on, item[0]))[1] if begun else None)


@given(st.lists(terms(), max_size=6), DAYS, st.integers(1, 400))
def test_pieces_cover_each_night_once(every: list[Terms], first: date, nights: int) -> None:
    period = Period(first, first + timedelta(days=nights))
    pieces = [one for one, _ in pieces_under(in_force(every, ()), period)]
    assert sum(one.nights for one in pieces) == nights
    assert all(one.ends_before == later.starts_on for one, later in pairwise(pieces))


@given(terms())
def test_the_made_up_month_adds_up_and_pays_the_guarantee(wanted: Terms) -> None:
    found = worked_month(wanted, "kent", "sussex", {})
    assert sum(line.pence for line in found.lines) == found.total_pence
    if wanted.guarantee:
        nights = [one for one in found.lines if one.kind not in ("variable",)]
        available = 4 * MONTH.nights - sum(one.nights for one in found.free if one.bearer == "provider")
        sure = wanted.guarantee * available * WEEKLY_PENCE / 7 / 10_000
        assert sum(one.pence for one in nights) >= sure - 1
    else:
        assert sum(one.nights for one in found.lines if one.kind in ("occupied", "absent")) == 70
        assert 4 * MONTH.nights * WEEKLY_PENCE // 7 + 70 * wanted.variable_weekly // 7 + 9 >= found.total_pence


@given(terms(), terms())
def test_words_change_exactly_where_terms_do(before: Terms, now: Terms) -> None:
    if replace(before, starts_on=now.starts_on) == now:
        assert changes_between(before, now, {}) == ()
    assert changes_between(now, now, {}) == ()
    if before.guarantee != now.guarantee:
        assert "Guarantee" in {one.about for one in changes_between(before, now, {})}


def test_every_template_is_told_in_full_sentences() -> None:
    for one in TEMPLATES:
        for clause in clauses_of(Terms(date(2027, 1, 1), one.rule), {}):
            assert clause.words.endswith("."), clause
            assert "standard" not in clause.words


def test_a_variable_part_kept_from_version_to_version_is_one_price() -> None:
    first, later = (
        Terms(date(2026, 1, 1), VoidRule("host"), None, 700),
        Terms(date(2026, 5, 3), VoidRule("host"), 9000, 700),
    )
    contract = BlockContract("B", "P", "K", (), ())
    assert ruled(contract, later, (first, later)).variable_price == (PriceSpan(date(2026, 1, 1), None, 700),)
    assert ruled(contract, first, (first, later)).guarantee == ()
    ended = replace(later, variable_weekly=0)
    assert ruled(contract, ended, (first, ended)).variable_price == (
        PriceSpan(date(2026, 1, 1), date(2026, 5, 3), 700),
    )


def test_a_contract_year_ends_twelve_months_after_its_first_place_opened() -> None:
    opened = [None, date(2027, 3, 10), date(2027, 8, 1)]
    ending = [
        month for month in (date(2027, 2, 1), date(2027, 3, 1), date(2028, 2, 1), date(2028, 7, 1))
        if ends_a_year(opened, Period(month, (month + timedelta(days=31)).replace(day=1)))
    ]  # fmt: skip
    assert ending == [date(2028, 2, 1)]
    assert not ends_a_year([None], MONTH)


@pytest.mark.parametrize("wrong", [{"guarantee": 0}, {"guarantee": 10_001}, {"variable_weekly": -1}])
def test_terms_out_of_bounds_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="more"):
        Terms(date(2027, 1, 1), VoidRule("host"), **wrong)

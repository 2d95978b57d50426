"""What a block commits to: the published decision, and properties held against adding up day by day."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.procurement.calculations.blocks.capacity import Step, beds_on, months_after, ramp, standing
from nearhome.procurement.calculations.blocks.commitment import (
    Nomination,
    Terms,
    commitment,
    full_term_pence,
)
from nearhome.procurement.calculations.blocks.fees import Fee, fee_on, indexed
from nearhome.procurement.calculations.blocks.rounding import parts_of

START = date(2022, 4, 1)
WEEKLY = 455_700
KENT = Terms(
    START, date(2032, 4, 1), ramp(START, ((12, 5), (18, 10), (24, 15))), (Fee(START, WEEKLY),), weights=(("Kent", 1),)
)


def by_day(terms: Terms, occupancy: Fraction) -> tuple[Fraction, int, dict[str, Fraction]]:
    """The slow and obvious way: one day, one bed-day price at a time."""
    total, bed_days = Fraction(0), 0
    shares: dict[str, Fraction] = {}
    beds, fees = standing(terms.payable), indexed(terms.fees, terms.starts_on, terms.ends_before, terms.indexation_bp)
    day = terms.starts_on
    while day < terms.ends_before:
        count, fee = beds_on(beds, day), fee_on(fees, day)
        bed_days += count
        if fee and count:
            amount = Fraction(count, 7) * fee.weekly(occupancy)
            total += amount
            for name, part in shares_of_day(terms, day, count).items():
                shares[name] = shares.get(name, Fraction(0)) + amount * part / count
        day += timedelta(days=1)
    return total, bed_days, shares


def shares_of_day(terms: Terms, day: date, count: int) -> dict[str, Fraction]:
    called: dict[str, int] = {}
    for one in sorted(terms.nominations, key=lambda row: row.starts_on):
        if one.starts_on <= day:
            called[one.authority] = one.places
    together = sum(called.values())
    if together >= count:
        return {name: Fraction(places * count, together) for name, places in called.items()}
    weights = dict(terms.weights) if sum(dict(terms.weights).values()) else {"Not nominated": 1}
    found = {name: Fraction(places) for name, places in called.items()}
    for name, weight in weights.items():
        rest = Fraction((count - together) * weight, sum(weights.values()))
        found[name] = found.get(name, Fraction(0)) + rest
    return found


DAYS = st.integers(0, 1500).map(lambda days: date(2023, 1, 20) + timedelta(days=days))
NAMES = st.sampled_from(["Kent", "Medway", "Portsmouth"])


@st.composite
def blocks(draw: st.DrawFn) -> Terms:
    starts_on = draw(DAYS)
    days = draw(st.integers(1, 1600))
    steps = tuple(Step(day, draw(st.integers(0, 20)), at) for at, day in enumerate(draw(st.lists(DAYS, max_size=5))))
    fee_days = draw(st.lists(DAYS, min_size=1, max_size=3, unique=True))
    fees = tuple(
        Fee(day, draw(st.integers(1, 900_000)), draw(st.integers(0, 500_000)), draw(st.integers(0, 10_000)))
        for day in fee_days
    )
    rows = {(draw(NAMES), draw(DAYS)): draw(st.integers(0, 8)) for _ in range(draw(st.integers(0, 4)))}
    weights = draw(st.dictionaries(NAMES, st.integers(0, 9), max_size=3))
    return Terms(
        starts_on, starts_on + timedelta(days=days), steps, fees, draw(st.sampled_from([0, 0, 250, 1_137])),
        nominations=tuple(Nomination(name, day, places) for (name, day), places in rows.items()),
        weights=tuple(weights.items()),
    )  # fmt: skip


SHARES = st.integers(0, 20).map(lambda twentieths: Fraction(twentieths, 20))


@given(blocks(), SHARES)
@settings(max_examples=60)
def test_spans_say_the_same_as_adding_up_day_by_day(terms: Terms, occupancy: Fraction) -> None:
    total, bed_days, shares = by_day(terms, occupancy)
    found = commitment(terms, occupancy)
    assert abs(found.pence - total) <= Fraction(1, 2)
    assert found.bed_days == bed_days
    for name, pence in zip(found.authorities, found.by_authority, strict=True):
        assert abs(pence - shares.get(name, Fraction(0))) <= 2 * len(found.financial_years)


@given(blocks(), SHARES)
@settings(max_examples=150)
def test_years_and_authorities_add_up_to_the_total_to_the_penny(terms: Terms, occupancy: Fraction) -> None:
    found = commitment(terms, occupancy)
    assert sum(found.by_authority) == found.pence
    for lines in (found.financial_years, found.contract_years):
        assert sum(line.pence for line in lines) == found.pence
        assert sum(line.bed_days for line in lines) == found.bed_days
        assert all(sum(line.by_authority) == line.pence for line in lines)
        days = [(line.starts_on, line.ends_before) for line in lines]
        assert days[0][0] == terms.starts_on
        assert days[-1][1] == terms.ends_before
        assert all(one[1] == other[0] for one, other in pairwise(days))


def test_who_carries_the_odd_penny_does_not_hang_on_the_order_of_rows() -> None:
    starts_on, joined = date(2023, 1, 20), date(2023, 1, 21)
    rows = (Nomination("Kent", joined, 2), Nomination("Kent", starts_on, 0), Nomination("Medway", starts_on, 2))
    fees = (Fee(starts_on, 1, 0, 0), Fee(joined, 1, 0, 0))
    terms = Terms(starts_on, date(2023, 5, 29), (Step(starts_on, 2, 0),), fees, 0, nominations=rows)
    one, two = commitment(terms), commitment(replace(terms, nominations=rows[::-1]))
    assert (one.authorities, one.by_authority) == (two.authorities, two.by_authority)


@given(blocks(), st.randoms())
@settings(max_examples=60)
def test_the_order_of_versions_fees_and_nominations_does_not_matter(terms: Terms, random: Random) -> None:
    def shuffled(rows: tuple) -> tuple:
        return tuple(random.sample(rows, len(rows)))

    other = replace(
        terms, payable=shuffled(terms.payable), fees=shuffled(terms.fees), nominations=shuffled(terms.nominations)
    )
    one, two = commitment(terms), commitment(other)
    assert one.financial_years[0].pence == two.financial_years[0].pence
    assert dict(zip(one.authorities, one.by_authority, strict=True)) == dict(
        zip(two.authorities, two.by_authority, strict=True)
    )


@given(blocks(), SHARES)
@settings(max_examples=60)
def test_the_guarantee_is_never_undershot_and_full_is_the_most(terms: Terms, occupancy: Fraction) -> None:
    found = commitment(terms, occupancy)
    assert found.least_pence <= found.pence <= found.most_pence
    assert found.least_pence == commitment(terms, Fraction(0)).pence
    for fee in terms.fees:
        share = Fraction(fee.guaranteed_bp, 10_000)
        assert fee.weekly(occupancy) >= fee.fixed_pence + fee.variable_pence * share


@given(blocks())
@settings(max_examples=60)
def test_nothing_is_due_for_a_year_without_beds(terms: Terms) -> None:
    for line in commitment(terms).financial_years:
        assert line.bed_days or not line.pence


def test_fifteen_beds_for_a_year_are_the_published_figure() -> None:
    assert full_term_pence(WEEKLY, 15, 365) == 356_422_500
    assert full_term_pence(WEEKLY, 15, 3_650) == 3_564_225_000
    assert full_term_pence(WEEKLY, 15, (KENT.ends_before - KENT.starts_on).days) == 3_567_154_500
    assert full_term_pence(WEEKLY, 1, 7) == WEEKLY


def test_the_beds_as_they_open_cost_less_than_ten_full_years() -> None:
    found = commitment(KENT)
    assert found.pence == 3_032_032_500
    assert [line.pence for line in found.financial_years[:3]] == [0, 178_699_500, 356_422_500]
    leap = {line.label: line.bed_days for line in found.financial_years}
    assert (leap["2026/27"], leap["2027/28"]) == (15 * 365, 15 * 366)


def test_the_fee_rises_on_each_anniversary_in_whole_pence_and_an_agreed_fee_replaces_it() -> None:
    fees = indexed((Fee(START, 100_001), Fee(date(2024, 10, 1), 105_000)), START, date(2027, 4, 1), 250)
    assert [(fee.starts_on, fee.fixed_pence) for fee in fees] == [
        (START, 100_001),
        (date(2023, 4, 1), 102_501),
        (date(2024, 4, 1), 105_064),
        (date(2024, 10, 1), 105_000),
        (date(2025, 4, 1), 107_625),
        (date(2026, 4, 1), 110_316),
    ]


def test_a_break_says_what_is_committed_until_then() -> None:
    found = commitment(replace(KENT, breaks=(date(2027, 4, 1),)))
    assert found.breaks == ((date(2027, 4, 1), sum(line.pence for line in found.financial_years[:5])),)


def test_nominated_beds_come_first_and_the_rest_goes_by_weight() -> None:
    terms = Terms(
        START, date(2023, 4, 1), (Step(START, 9),), (Fee(START, 70_000),),
        nominations=(Nomination("Kent", START, 3),), weights=(("Kent", 1), ("Medway", 2)),
    )  # fmt: skip
    found = commitment(terms)
    assert dict(zip(found.authorities, found.by_authority, strict=True)) == {
        "Kent": 5 * 365 * 10_000,
        "Medway": 4 * 365 * 10_000,
    }


def test_more_beds_nominated_than_are_open_are_cut_alike() -> None:
    terms = Terms(
        START, date(2022, 4, 8), (Step(START, 3),), (Fee(START, 70_000),),
        nominations=(Nomination("Kent", START, 4), Nomination("Medway", START, 2)),
    )  # fmt: skip
    found = commitment(terms)
    assert found.authorities == ("Kent", "Medway", "Not nominated")
    assert found.by_authority == (140_000, 70_000, 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends_before": START}, "longer than a day"),
        ({"ends_before": date(2082, 4, 2)}, "at most 60 years"),
        ({"breaks": (date(2040, 1, 1),)}, "A break lies within the term"),
        ({"fees": ()}, "Give its fee"),
        ({"weights": (("Kent", -1),)}, "0 or more"),
    ],
)
def test_terms_that_cannot_be_are_refused_with_the_mend(change: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(KENT, **change)


def test_absurd_fees_and_beds_are_refused() -> None:
    for wrong in ((-1, 0, 0), (0, 0, 0), (10**12, 0, 0), (1, 1, 10_001)):
        with pytest.raises(ValueError, match=r"fee|share"):
            Fee(START, *wrong)
    for beds in (-1, 10_001):
        with pytest.raises(ValueError, match="A block has 0 to"):
            Step(START, beds)
    with pytest.raises(ValueError, match="Two fees begin on one day"):
        indexed((Fee(START, 1), Fee(START, 2)), START, date(2023, 4, 1), 0)


def test_a_start_on_29_february_keeps_its_anniversaries() -> None:
    born = date(2024, 2, 29)
    assert [months_after(born, 12 * year) for year in (1, 2, 4)] == [
        date(2025, 2, 28), date(2026, 2, 28), date(2028, 2, 29),
    ]  # fmt: skip
    terms = Terms(born, date(2028, 2, 29), (Step(born, 1),), (Fee(born, 70_000),), weights=(("Kent", 1),))
    lines = commitment(terms).contract_years
    assert [line.bed_days for line in lines] == [365, 365, 365, 366]


@given(st.integers(0, 10**9), st.lists(st.fractions(0, 1000), min_size=1, max_size=8))
def test_parts_add_up_and_none_is_a_penny_or_more_from_its_due(total: int, exact: list[Fraction]) -> None:
    if not sum(exact):
        exact[0] = Fraction(1)
    parts = parts_of(total, exact)
    assert sum(parts) == total
    for part, due in zip(parts, exact, strict=True):
        assert abs(part - due * total / sum(exact)) < 1


def test_days_with_beds_before_the_first_fee_are_said_not_priced() -> None:
    terms = replace(KENT, fees=(Fee(date(2023, 4, 8), WEEKLY),))
    assert commitment(terms).unpriced_days == 7

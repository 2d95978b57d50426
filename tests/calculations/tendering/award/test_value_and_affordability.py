"""What an award is worth, whether it is dearer than buying singly, and how extensions add up."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.tendering.calculations.award.affordability import PricedLine, Verdict, affordability, per_cent, together
from nearhome.tendering.calculations.award.dates import extended, months_later
from nearhome.tendering.calculations.award.direct import (
    cumulative,
    grounds_from_rows,
    threshold_on,
    thresholds_from_rows,
)
from nearhome.tendering.calculations.award.value import (
    AwardedPlaces,
    BandPrice,
    PlacesBy,
    block_values,
    framework_values,
    nearest_penny,
    yearly_pence,
)
from nearhome.tendering.reference.award_rules import read_award_rules

START = date(2027, 4, 1)
KENT = (PlacesBy(date(2028, 4, 1), 5), PlacesBy(date(2028, 10, 1), 10), PlacesBy(date(2029, 4, 1), 15))
awarded = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 900_000)), max_size=5).map(
    lambda rows: [AwardedPlaces(f"SC{at}", *row) for at, row in enumerate(rows)]
)
ramps = st.lists(
    st.tuples(st.integers(-50, 900), st.integers(0, 30)), max_size=5, unique_by=lambda row: row[0]
).map(lambda rows: [PlacesBy(START + timedelta(days=day), many) for day, many in sorted(rows)])  # fmt: skip


def night_by_night(lines: list[AwardedPlaces], ramp: list[PlacesBy], ends_before: date) -> list[int]:
    """The oracle: on every night, seat the open places from the top of the award downwards."""
    nights = [0 for _ in lines]
    day = START
    while day < ends_before:
        open_places = sum(line.places for line in lines)
        if ramp:
            open_places = next((step.in_all for step in reversed(ramp) if step.by_on <= day), 0)
        for at, line in enumerate(lines):
            taken = min(line.places, open_places)
            nights[at] += taken
            open_places -= taken
        day += timedelta(days=1)
    return nights


@given(awarded, ramps, st.integers(0, 1000))
def test_the_worth_of_a_term_is_the_sum_of_its_nights(
    lines: list[AwardedPlaces], ramp: list[PlacesBy], days: int
) -> None:
    found = block_values(lines, ramp, START, START + timedelta(days=days))
    assert [one.place_nights for one in found] == night_by_night(lines, ramp, START + timedelta(days=days))
    assert [one.pence for one in found] == [
        nearest_penny(Fraction(line.weekly_pence * one.place_nights, 7)) for line, one in zip(lines, found, strict=True)
    ]


def test_fifteen_beds_for_a_year_and_for_ten() -> None:
    beds = [AwardedPlaces("SC1", 15, 455_700)]
    assert yearly_pence(beds) == 356_422_500
    (ten,) = block_values(beds, (), START, date(2037, 4, 1))
    assert ten.place_nights == 15 * 3653
    assert ten.pence == 3_567_154_500
    (ramped,) = block_values(beds, KENT, START, date(2037, 4, 1))
    assert ramped.place_nights == 5 * 183 + 10 * 182 + 15 * 2922
    assert ramped.pence < ten.pence


@pytest.mark.parametrize(
    ("ramp", "ends"),
    [((), date(2027, 3, 1)), ((PlacesBy(START, 5), PlacesBy(START, 6)), date(2030, 1, 1))],
)
def test_a_term_backwards_and_dates_that_do_not_rise_are_refused(ramp: tuple[PlacesBy, ...], ends: date) -> None:
    with pytest.raises(ValueError, match=r"ends before|rise"):
        block_values([], ramp, START, ends)


def test_a_framework_is_worth_between_its_cheapest_and_its_dearest_supplier() -> None:
    prices = [
        BandPrice("SC1", "0 to 4", 90_000, Fraction(10)), BandPrice("SC2", "0 to 4", 80_000, Fraction(10)),
        BandPrice("SC1", "5 to 17", 100_000, Fraction("0.5")),
    ]  # fmt: skip
    assert framework_values(prices) == (850_000, 950_000)
    assert framework_values([]) == (0, 0)


priced = st.lists(st.tuples(st.integers(1, 900_000), st.integers(0, 500)), max_size=6).map(
    lambda rows: [PricedLine(f"SC{at}", pence, Fraction(weeks)) for at, (pence, weeks) in enumerate(rows)]
)


@given(priced, st.integers(1, 900_000))
def test_affordable_is_exactly_not_dearer_than_singly(lines: list[PricedLine], spot: int) -> None:
    found = affordability(lines, spot)
    cost = sum(line.weekly_pence * line.weeks for line in lines)
    singly = sum(spot * line.weeks for line in lines)
    assert (found.verdict == Verdict.AFFORDABLE) == (cost <= singly)
    assert set(found.dearer_lines) == {line.ref for line in lines if line.weekly_pence > spot}
    if found.verdict == Verdict.DEARER:
        assert "unaffordable" in found.words


def test_a_penny_dearer_is_dearer_and_is_not_shown_as_nothing() -> None:
    found = affordability([PricedLine("SC1", 455_701, Fraction(1))], 455_700)
    assert found.verdict == Verdict.DEARER
    assert found.words.startswith("less than 0.1% dearer")


def test_ten_per_cent_is_the_ten_hoped_for() -> None:
    assert "10% hoped for" in affordability([PricedLine("SC1", 410_130, Fraction(520))], 455_700).words
    assert "hoped" not in affordability([PricedLine("SC1", 410_131, Fraction(520))], 455_700).words
    assert affordability([PricedLine("SC1", 455_700, Fraction(1))], 455_700).words.startswith("As dear as")


def test_without_a_benchmark_nothing_is_said_of_the_lot_or_of_the_whole() -> None:
    line = [PricedLine("SC1", 400_000, Fraction(2))]
    none, some = affordability(line, None), affordability(line, 455_700)
    assert none.verdict == together([none, some]).verdict == together([]).verdict == Verdict.NO_BENCHMARK
    assert together([some, some]).verdict == Verdict.AFFORDABLE
    assert together([none, some]).awarded_pence == 1_600_000
    with pytest.raises(ValueError, match=r"more than £0.00"):
        affordability(line, 0)


@given(st.fractions(0, 3))
def test_shares_are_rounded_half_up_to_a_tenth(share: Fraction) -> None:
    said = per_cent(share)
    shown = Fraction(said.removesuffix("%")) if said[0].isdigit() else Fraction(0)
    assert abs(shown - share * 100) <= Fraction(1, 20)


def test_two_months_from_february_end_with_the_financial_year() -> None:
    found = extended(date(2022, 2, 1), 2)
    assert (found.last_day_was, found.last_day, found.days) == (date(2022, 1, 31), date(2022, 3, 31), 59)
    assert found.ends_with_financial_year
    assert extended(date(2024, 2, 1), 2).days == 60
    assert not extended(date(2022, 2, 1), 3).ends_with_financial_year


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 120))
def test_months_later_is_the_same_day_or_the_last_of_its_month(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@pytest.mark.parametrize("months", [0, -1, 601])
def test_no_term_of_no_months(months: int) -> None:
    with pytest.raises(ValueError, match="1 to 600"):
        months_later(START, months)


def test_direct_awards_add_up_against_the_threshold_of_their_day() -> None:
    rows = thresholds_from_rows(read_award_rules()["threshold"])
    light = threshold_on(rows, "PA23", is_light_touch=True, on=date(2026, 6, 1))
    assert light
    assert light.pence == 66_354_000
    assert not cumulative([60_000_000], 6_354_000, light).is_over
    over = cumulative([60_000_000], 6_354_001, light)
    assert over.is_over
    assert "over the threshold of £663,540.00" in over.words
    old, new = (
        threshold_on(rows, "PA23", is_light_touch=False, on=day) for day in (date(2025, 12, 31), date(2026, 1, 1))
    )
    assert old
    assert new
    assert (old.pence, new.pence) == (21_490_400, 20_772_000)
    nothing = threshold_on(rows, "PSR2023", is_light_touch=True, on=START)
    assert nothing is None
    assert "No threshold" in cumulative([], 5, nothing).words
    for value in (0, -1):
        with pytest.raises(ValueError, match=r"more than £0.00"):
            cumulative([], value, light)


def test_user_choice_is_marked_as_an_open_question() -> None:
    grounds = {one.id: one for one in grounds_from_rows(read_award_rules()["ground"])}
    assert grounds["pa23_user_choice"].standing == "unverified"
    assert not grounds["pa23_user_choice"].needs_transparency_notice
    assert any(one.is_for_extensions for one in grounds.values() if "PA23" in one.regimes)

"""Nights without a known cost, average weeks, and stages priced as they were agreed; elements of a price line by line."""

import datetime as dt

import hypothesis.strategies as st
from hypothesis import given

from nearhome.settlement.calculations.charges import individual_charges
from nearhome.settlement.calculations.elements import (
    ACCOMMODATION,
    Element,
    Placement,
    Stage,
    element_charges,
    placement_charges,
)
from nearhome.settlement.calculations.lifetime import Nights, average_week, joined, unknown
from nearhome.settlement.calculations.nights import IndividualPlacement, Period, PriceSpan, Stay
from nearhome.settlement.calculations.paths import AgreedStage, not_as_agreed
from nearhome.settlement.calculations.stay_nights import individual_nights

FIRST = dt.date(2026, 1, 1)
DAY = dt.timedelta(days=1)
MAY, JUNE, JULY = dt.date(2026, 5, 1), dt.date(2026, 6, 1), dt.date(2026, 7, 1)
spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 20)).map(
        lambda pair: Nights(FIRST + pair[0] * DAY, FIRST + (pair[0] + pair[1]) * DAY)
    ),
    max_size=6,
)
pence = st.integers(0, 900_000)


def each(some: tuple[Nights, ...] | list[Nights]) -> set[dt.date]:
    return {one.starts_on + number * DAY for one in some for number in range(one.count)}


@given(spans, spans)
def test_unknown_nights_are_those_in_care_and_not_known(in_care: list[Nights], known: list[Nights]) -> None:
    found = unknown(in_care, known)
    assert each(found) == each(in_care) - each(known)
    assert joined(found) == found
    assert all(one.ends_before < other.starts_on for one, other in zip(joined(known), joined(known)[1:], strict=False))


def test_an_average_week_is_to_the_nearest_penny_and_none_without_a_night() -> None:
    assert average_week(100_000, 30) == 23_333
    assert average_week(100_000, 0) is None


@given(st.integers(0, 40), st.integers(1, 90), pence, pence, pence)
def test_elements_of_a_stay_are_those_of_the_case_engine_and_a_week_is_the_weekly_price(
    start: int, nights: int, core: int, therapy: int, taxi: int
) -> None:
    stay = Stay("S", "C", "K", "P", FIRST + start * DAY, FIRST + (start + nights) * DAY)
    prices = {ACCOMMODATION: core, "therapy": therapy, "transport": taxi}
    elements = tuple(Element(name, (PriceSpan(FIRST, None, one),)) for name, one in prices.items())
    placement = IndividualPlacement("I", stay, "Care Ltd", elements[0].prices, "spot", "home")
    period = Period(FIRST, FIRST + 200 * DAY)
    mine = individual_nights(placement, period)
    lines = [*individual_charges(placement, mine, {}), *element_charges(placement, elements[1:], mine, {})]
    wanted, _ = placement_charges(Placement("I", "spot", (Stage("home", "Care Ltd", stay, elements),)), period, {})
    assert {(line.element or ACCOMMODATION, line.pence, line.reason) for line in lines} == {
        (one.element, one.pence, one.reason) for one in wanted if one.weekly_pence or one.element == ACCOMMODATION
    }
    assert sum(line.nights for line in lines) == nights
    week = Period(stay.arrived_on, stay.arrived_on + 7 * DAY)
    if nights >= 7:
        seven = individual_nights(placement, week)
        some = [*individual_charges(placement, seven, {}), *element_charges(placement, elements[1:], seven, {})]
        assert sum(line.pence for line in some) == sum(prices.values())


def test_a_stage_priced_otherwise_says_what_and_from_when() -> None:
    agreed = AgreedStage(
        "stage 2 of its path, transition",
        (("accommodation", (PriceSpan(JUNE, None, 200_000),)), ("therapy", (PriceSpan(JUNE, None, 10_000),))),
    )
    booked = {"accommodation": (PriceSpan(MAY, JULY, 200_000), PriceSpan(JULY, None, 210_000)),
              "therapy": (PriceSpan(MAY, None, 10_000),)}  # fmt: skip
    assert not_as_agreed(agreed, booked, Period(MAY, JULY)) == ""
    words = not_as_agreed(agreed, booked, Period(JUNE, JULY + DAY))
    assert words.startswith(
        "Priced at £2,200.00 a week from 1 July 2026, but the path agreed £2,100.00 for stage 2 of its path, transition:"
        " accommodation £2,100.00 and not £2,000.00. It is charged as the placement is priced."
    )
    assert "therapy £0.00 and not £100.00" in not_as_agreed(agreed, {"accommodation": ()}, Period(JUNE, JULY))

"""Guarantees, the part paid for nights with a child, retainers, the lead's costs and a provider's share in a saving."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.placements.calculations.pence import nearest_penny
from nearhome.settlement.calculations.charges import GUARANTEE, VARIABLE, block_charges
from nearhome.settlement.calculations.guarantees import Piece, guarantee_charges, measured
from nearhome.settlement.calculations.nights import (
    Absence,
    AbsenceRule,
    BlockContract,
    BlockPlace,
    Period,
    PriceSpan,
    Stay,
    VoidRule,
)
from nearhome.settlement.calculations.place_nights import block_nights
from nearhome.settlement.calculations.shared_costs import GainShare, LeadCost, gain_charges, gain_of, lead_charges

DAY = timedelta(days=1)
OPENED = date(2026, 4, 1)
JUNE = Period(date(2026, 6, 1), date(2026, 7, 1))
PLACES = tuple(BlockPlace(f"P{number}", OPENED, None, name) for number, name in enumerate(("KEN", "KEN", "WSX", "POR")))
BLOCK = BlockContract(
    "B", "Madeup Meadow Care Ltd", "KEN", PLACES, (PriceSpan(OPENED, None, 455_700),),
    VoidRule("nominated", (("KEN", 5), ("WSX", 3), ("POR", 1))),
)  # fmt: skip
CHILD = Stay("S1", "C1", "KEN", "P0", OPENED)


def guaranteed(basis_points: int) -> BlockContract:
    return replace(BLOCK, guarantee=(PriceSpan(OPENED, None, basis_points),))


def test_a_shortfall_is_borne_by_those_whose_beds_stood_empty() -> None:
    block = guaranteed(7_500)
    spans = block_nights(block, [CHILD], JUNE)
    paid = block_charges(block, spans, {})
    assert [(one.payer, one.kind, one.pence) for one in paid] == [("KEN", "occupied", 1_953_000)]
    short = guarantee_charges([Piece(block, spans, paid)], JUNE, {})
    assert sum(one.pence for one in (*paid, *short)) == 4 * 1_953_000 * 3 // 4
    assert {one.payer: one.pence for one in short} == {"KEN": 1_302_000, "WSX": 1_302_000, "POR": 1_302_000}
    assert {one.kind for one in short} == {GUARANTEE}
    assert sum(one.nights for one in short) == 0


def test_nothing_is_short_when_enough_beds_are_filled() -> None:
    block = guaranteed(5_000)
    stays = [CHILD, replace(CHILD, stay_ref="S2", place_ref="P1")]
    spans = block_nights(block, stays, JUNE)
    assert guarantee_charges([Piece(block, spans, block_charges(block, spans, {}))], JUNE, {}) == ()


def test_a_month_full_of_children_is_still_paid_no_penny_less_than_the_guarantee() -> None:
    """Fifteen beds at £4,557.01, each rounded by itself: six pence short, borne by those whose children were there."""
    places = tuple(BlockPlace(f"P{number:02}", date(2027, 1, 1), None, "KEN") for number in range(15))
    price = (PriceSpan(date(2027, 1, 1), None, 455_701),)
    block = replace(guaranteed(10_000), places=places, weekly_price=price)
    stays = [
        Stay(f"S{number}", f"C{number}", "WSX" if number else "POR", one.place_ref, date(2027, 1, 1))
        for number, one in enumerate(places)
    ]
    month = Period(date(2027, 1, 1), date(2027, 2, 1))
    spans = block_nights(block, stays, month)
    paid = block_charges(block, spans, {})
    assert sum(one.pence for one in paid) == 30_271_560
    short = guarantee_charges([Piece(block, spans, paid)], month, {})
    assert {one.payer: one.pence for one in short} == {"WSX": 6}
    assert sum(one.pence for one in (*paid, *short)) == 30_271_566


def test_a_guarantee_is_of_a_month_whoever_bears_empty_nights_in_which_part_of_it() -> None:
    """Two places at £700 and 90 %, one emptied on 16 January, when other rules begin: £5,580 with or without them."""
    block = replace(guaranteed(9_000), places=PLACES[:2], weekly_price=(PriceSpan(OPENED, None, 70_000),))
    stays = [replace(CHILD, place_ref="P0"), Stay("S2", "C2", "WSX", "P1", OPENED, date(2027, 1, 16))]
    other = replace(block, rule=VoidRule("host", block.rule.shares))
    pieces = []
    for contract, first, before in ((block, 1, 16), (other, 16, 32)):
        days = Period(date(2027, 1, 1) + DAY * (first - 1), date(2027, 1, 1) + DAY * (before - 1))
        spans = block_nights(contract, stays, days)
        pieces.append(Piece(contract, spans, block_charges(contract, spans, {})))
    month = Period(date(2027, 1, 1), date(2027, 2, 1))
    short = guarantee_charges(pieces, month, {})
    assert sum(one.pence for piece in pieces for one in piece.charges) == 46 * 10_000
    assert [(one.payer, one.pence) for one in short] == [("KEN", 558_000 - 460_000)]
    another = replace(pieces[1], contract=replace(other, guarantee=(PriceSpan(OPENED, None, 8_000),)))
    apart = guarantee_charges([pieces[0], another], month, {})
    assert [(one.payer, one.pence) for one in apart] == [("KEN", 32 * 8_000 - 160_000)]


STAYS = st.fixed_dictionaries(
    {one.place_ref: st.none() | st.just((0, 60)) | st.tuples(st.integers(0, 60), st.integers(1, 60)) for one in PLACES}
)


@given(
    STAYS | st.fixed_dictionaries({one.place_ref: st.just((0, 60)) for one in PLACES}),
    st.integers(0, 10_000) | st.just(10_000),
    st.sampled_from(["nominated", "host", "shares"]),
    st.integers(0, 10),
    st.integers(1, 900_000),
)
def test_a_guarantee_is_never_undershot_and_nobody_pays_more_than_all_nights_cost(
    stays: dict[str, tuple[int, int] | None], basis_points: int, bearer: str, grace: int, weekly: int
) -> None:
    rule = VoidRule(bearer, BLOCK.rule.shares, grace)  # type: ignore[arg-type]
    block = replace(guaranteed(basis_points), rule=rule, weekly_price=(PriceSpan(OPENED, None, weekly),))
    real = [
        Stay(ref, ref, "MED", ref, OPENED + DAY * days[0], OPENED + DAY * (days[0] + days[1]))
        for ref, days in stays.items()
        if days
    ]
    month = Period(date(2026, 5, 1), date(2026, 6, 1))
    spans = block_nights(block, real, month)
    paid = block_charges(block, spans, {})
    short = guarantee_charges([Piece(block, spans, paid)], month, {})
    total = sum(one.pence for one in (*paid, *short))
    available = sum(span.nights for span in spans if span.bearer != "provider")
    assert total >= nearest_penny(Fraction(weekly * available * basis_points, 70_000))
    assert total <= Fraction(weekly * available, 7) + len(paid) + 1
    assert measured([Piece(block, spans, paid)]).shortfall == sum(one.pence for one in short)


def test_a_part_of_the_fee_may_be_paid_only_for_nights_with_a_child() -> None:
    block = replace(BLOCK, variable_price=(PriceSpan(OPENED, None, 70_000),))
    lines = block_charges(block, block_nights(block, [CHILD], JUNE), {"KEN": "Kent"})
    extra = [one for one in lines if one.kind == VARIABLE]
    assert [(one.payer, one.pence, one.nights) for one in extra] == [("KEN", 300_000, 0)]
    assert "the part paid for nights with a child of Kent" in extra[0].reason
    assert sum(one.nights for one in lines) == 4 * 30


def test_a_child_away_keeps_the_place_at_the_retainer_agreed() -> None:
    rule = replace(BLOCK.rule, absences=(AbsenceRule("hospital", 7, 5_000),))
    away = replace(CHILD, absences=(Absence("hospital", date(2026, 6, 3), date(2026, 6, 24)),))
    lines = block_charges(replace(BLOCK, rule=rule), block_nights(replace(BLOCK, rule=rule), [away], JUNE), {})
    mine = [one for one in lines if one.place_ref == "P0"]
    assert [(one.kind, one.nights, one.weekly_pence) for one in mine] == [
        ("occupied", 2, 455_700), ("absent", 7, 455_700), ("absent", 14, 227_850), ("occupied", 7, 455_700),
    ]  # fmt: skip
    assert "child away (hospital), place kept at 50 % of the price" in mine[2].reason


def test_terms_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="let go after its grace"):
        VoidRule("host", (("KEN", 1),), grace_nights=7, released_after=3)
    with pytest.raises(ValueError, match="0 to 10,000"):
        AbsenceRule("missing", 0, 10_001)
    with pytest.raises(ValueError, match="at least one of them above 0"):
        VoidRule("host", (), released_after=3, released_bearer="shares")


COST = LeadCost("LEAD", "WSX", 10_000_000, date(2024, 4, 1), None, (("KEN", 5), ("WSX", 3), ("POR", 1)))


@given(st.integers(0, 800), st.integers(0, 400), st.integers(0, 400))
def test_the_leads_costs_add_up_over_any_periods(first: int, one: int, two: int) -> None:
    start = COST.starts_on + DAY * first
    middle, end = start + DAY * one, start + DAY * (one + two)

    def by_payer(period: Period) -> dict[str, int]:
        return {line.payer: line.pence for line in lead_charges(COST, period, {})}

    parts = [by_payer(Period(start, middle)), by_payer(Period(middle, end))]
    whole = by_payer(Period(start, end))
    assert {name: sum(part.get(name, 0) for part in parts) for name in whole} == whole


@pytest.mark.parametrize("year", [2024, 2025, 2027])
def test_every_financial_year_of_the_leads_costs_is_its_amount_leap_years_too(year: int) -> None:
    whole = Period(date(year, 4, 1), date(year + 1, 4, 1))
    for starts_on in (date(2024, 4, 1), date(2024, 2, 10)):
        lines = lead_charges(replace(COST, starts_on=starts_on), whole, {"POR": "Portsmouth"})
        assert sum(one.pence for one in lines) == 10_000_000
        assert {one.payer for one in lines if one.is_recharge} == {"KEN", "POR"}


def test_a_day_of_the_leads_costs_is_a_366th_where_the_leap_day_is_in_its_financial_year() -> None:
    cost = replace(COST, yearly_pence=366 * 365, starts_on=date(2027, 3, 31))
    days = [
        Period(day, day + DAY) for day in (date(2027, 3, 31), date(2027, 4, 1), date(2028, 2, 29), date(2028, 4, 1))
    ]
    assert [sum(one.pence for one in lead_charges(cost, day, {})) for day in days] == [366, 365, 365, 366]


@given(
    st.integers(0, 10**6),
    st.integers(0, 10_000),
    st.integers(0, 20_000),
    st.integers(0, 10**9),
    st.none() | st.integers(0, 10**7),
)
def test_a_gain_is_a_share_of_a_saving_and_never_below_nought_or_above_its_limit(
    benchmark: int, basis_points: int, nights: int, paid: int, most: int | None
) -> None:
    gain = gain_of(GainShare(benchmark, basis_points, most), child_nights=nights, paid_pence=paid)
    assert 0 <= gain <= (10**12 if most is None else most)
    assert gain <= max(0, benchmark * nights / 7 - paid) + 1


def test_a_gain_is_borne_by_what_each_paid() -> None:
    lines = block_charges(BLOCK, block_nights(BLOCK, [CHILD], JUNE), {})
    share = GainShare(benchmark_pence=3_000_000, basis_points=1_000)
    year = Period(date(2026, 4, 1), date(2027, 4, 1))
    found = gain_charges(share, year, ("B", "Madeup Meadow Care Ltd", "KEN"), lines, {})
    saving = 3_000_000 * 30 // 7 - 4 * 1_953_000
    assert sum(one.pence for one in found) == round(saving / 10)
    assert {one.payer for one in found} == {"KEN", "WSX", "POR"}

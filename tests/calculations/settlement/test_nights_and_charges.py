"""Nights and charges of blocks, against a slow oracle that looks at one night at a time."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.settlement.calculations.charges import Charge, block_charges, individual_charges, shares_of
from nearhome.settlement.calculations.nights import (
    Absence,
    AbsenceRule,
    BlockContract,
    BlockPlace,
    IndividualPlacement,
    NightSpan,
    Period,
    PriceSpan,
    Stay,
    Unavailable,
    VoidRule,
    price_spans,
)
from nearhome.settlement.calculations.place_nights import block_nights
from nearhome.settlement.calculations.stay_nights import individual_nights

DAY = timedelta(days=1)
OWNERS = (("P1", "KEN"), ("P2", "KEN"), ("P3", "WSX"))
JUNE = Period(date(2026, 6, 1), date(2026, 7, 1))
WEEKLY = 455700
NAMES = {"KEN": "Kent", "POR": "Portsmouth", "WSX": "West Sussex", "P1": "Place 1", "P2": "Place 2 of Madeup House"}
OPEN = (PriceSpan(date(2020, 1, 1), None, WEEKLY),)
EXAMPLE = BlockContract(
    "BLOCK-1",
    "Madeup Meadow Care Ltd",
    "KEN",
    tuple(
        BlockPlace(ref, date(2026, 1, 1), None, owner) for ref, owner in (("P1", "KEN"), ("P2", "KEN"), ("P3", "WSX"))
    ),
    OPEN,
)
KENT_CHILD = Stay("S1", "C1", "KEN", "P1", date(2026, 3, 1))
VISITOR = Stay("S2", "C2", "POR", "P2", date(2026, 6, 10), date(2026, 6, 25))


def by_bearer(spans: tuple[NightSpan, ...]) -> Counter[tuple[str, str]]:
    nights: Counter[tuple[str, str]] = Counter()
    for span in spans:
        nights[span.kind, span.bearer] += span.nights
    return nights


# The slow oracle --------------------------------------------------------------------------------------------------


Night = tuple[str, str, int]


def oracle(contract: BlockContract, stays: list[Stay], period: Period) -> dict[tuple[str, date], Night]:
    found = {}
    for place in contract.places:
        empty_so_far = 0
        night = min(place.available_from or period.starts_on, period.starts_on)
        while night < min(place.ends_before or period.ends_before, period.ends_before):
            kind, bearer, paid = oracle_night(contract, place, stays, night, empty_so_far)
            if kind in ("occupied", "absent"):
                empty_so_far = 0
            if kind == "empty":
                empty_so_far += 1
            if period.starts_on <= night:
                found[place.place_ref, night] = (kind, bearer, paid)
            night += DAY
    return found


def oracle_night(
    contract: BlockContract, place: BlockPlace, stays: list[Stay], night: date, empty_so_far: int
) -> Night:
    if place.available_from is None or night < place.available_from:
        return "not_yet_payable", "provider", 10_000
    for stay in stays:
        if stay.place_ref == place.place_ref and stay.arrived_on <= night < (stay.departed_on or date.max):
            return oracle_with_child(contract, stay, night)
    for item in contract.unavailable:
        if item.place_ref == place.place_ref and item.starts_on <= night < (item.ends_before or date.max):
            return "unavailable", contract.host_authority if item.bearer == "host" else "provider", 10_000
    rule = contract.rule
    if empty_so_far < rule.grace_nights:
        return "empty", "provider", 10_000
    let_go = rule.released_after is not None and empty_so_far >= rule.released_after
    by = rule.released_bearer if let_go else rule.empty_bearer
    if by == "shares":
        return "empty", "shared", 10_000
    nominated = place.nominated_authority
    for day, authority in sorted(place.nominations, key=lambda one: one[0]):
        nominated = authority if day <= night else nominated
    return "empty", (nominated if by == "nominated" else None) or contract.host_authority, 10_000


def oracle_with_child(contract: BlockContract, stay: Stay, night: date) -> Night:
    payer = stay.authority
    for day, authority in sorted(stay.funders):
        payer = authority if day <= night else payer
    for absence in stay.absences:
        if absence.starts_on <= night < (absence.ends_before or date.max):
            for rule in contract.rule.absences:
                if rule.kind == absence.kind and night >= absence.starts_on + DAY * rule.full_nights:
                    return "absent", payer, rule.then_basis_points
            return "absent", payer, 10_000
    return "occupied", payer, 10_000


# Made-up blocks ---------------------------------------------------------------------------------------------------

ORIGIN = date(2027, 12, 1)  # the leap day of 2028 lies inside
AUTHORITIES = st.sampled_from(["KEN", "POR", "WSX", "MED"])


def days(low: int, high: int) -> st.SearchStrategy[date]:
    return st.integers(low, high).map(lambda day: ORIGIN + DAY * day)


@st.composite
def stays_in(draw: st.DrawFn, place_ref: str) -> list[Stay]:
    cuts = sorted(draw(st.lists(st.integers(0, 150), max_size=6, unique=True)))
    stays = []
    for number, (first, before) in enumerate(zip(cuts[::2], [*cuts[1::2], None], strict=False)):
        departed_on = None if before is None else ORIGIN + DAY * before
        ref = f"{place_ref}-{number}"
        arrived_on = ORIGIN + DAY * first
        funders = tuple(draw(st.dictionaries(days(0, 150), AUTHORITIES, max_size=2)).items())
        away = draw(absences(arrived_on, departed_on or ORIGIN + DAY * 170))
        stays.append(Stay(ref, f"C{ref}", draw(AUTHORITIES), place_ref, arrived_on, departed_on, funders, away))
    return stays


@st.composite
def absences(draw: st.DrawFn, first: date, before: date) -> tuple[Absence, ...]:
    """Up to two absences within a stay, one after the other."""
    length = (before - first).days
    cuts = sorted(draw(st.lists(st.integers(0, length), max_size=4, unique=True)))
    kinds = st.sampled_from(["missing", "hospital", "holiday"])
    return tuple(
        Absence(draw(kinds), first + DAY * one, first + DAY * two)
        for one, two in zip(cuts[::2], cuts[1::2], strict=False)
    )


@st.composite
def rules(draw: st.DrawFn) -> VoidRule:
    weights = tuple((name, draw(st.integers(1, 9))) for name in ("KEN", "POR", "WSX"))
    grace, by = draw(st.integers(0, 12)), st.sampled_from(["nominated", "host", "shares"])
    let_go = draw(st.none() | st.integers(grace, grace + 20))
    retainers = draw(st.lists(st.sampled_from(["missing", "hospital"]), max_size=2, unique=True))
    away = tuple(AbsenceRule(kind, draw(st.integers(0, 5)), draw(st.integers(0, 10_000))) for kind in retainers)
    return VoidRule(draw(by), weights, grace, let_go, draw(by), away)


@st.composite
def closures(draw: st.DrawFn, refs: list[str]) -> Unavailable:
    first = draw(days(0, 150))
    ends_before = draw(st.none() | st.integers(1, 40).map(lambda nights: first + DAY * nights))
    bearer: Literal["provider", "host"] = draw(st.sampled_from(["provider", "host"]))
    return Unavailable(draw(st.sampled_from(refs)), first, ends_before, bearer)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[BlockContract, list[Stay]]:
    refs = [f"P{number}" for number in range(draw(st.integers(1, 3)))]
    places = tuple(
        BlockPlace(
            ref,
            draw(st.none() | days(0, 60)),
            draw(st.none() | days(60, 160)),
            draw(st.none() | AUTHORITIES),
            tuple(draw(st.dictionaries(days(0, 150), st.none() | AUTHORITIES, max_size=2)).items()),
        )
        for ref in refs
    )
    closed = draw(st.lists(closures(refs), max_size=2).map(tuple))
    changes = {ORIGIN: draw(st.integers(10_000, 900_000)), draw(days(1, 150)): draw(st.integers(10_000, 900_000))}
    prices = price_spans(changes.items())
    stays = [stay for ref in refs for stay in draw(stays_in(ref))]
    return BlockContract("B", "Madeup Care Ltd", "KEN", places, prices, draw(rules()), closed), stays


PERIODS = st.tuples(days(0, 150), st.integers(0, 60)).map(lambda item: Period(item[0], item[0] + DAY * item[1]))


def charged(contract: BlockContract, stays: list[Stay], period: Period) -> tuple[Charge, ...]:
    return block_charges(contract, block_nights(contract, stays, period), {})


def sums(charges: tuple[Charge, ...]) -> dict[tuple[str, str], int]:
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for charge in charges:
        totals[charge.place_ref, charge.payer] += charge.pence
    return {key: pence for key, pence in totals.items() if pence}


@given(blocks(), PERIODS)
def test_spans_say_the_same_as_looking_at_every_night(block: tuple[BlockContract, list[Stay]], period: Period) -> None:
    contract, stays = block
    found: dict[tuple[str, date], Night] = {}
    for span in block_nights(contract, stays, period):
        for number in range(span.nights):
            key = (span.place_ref, span.starts_on + DAY * number)
            assert key not in found, "a night has two bearers"
            found[key] = (span.kind, span.bearer, span.basis_points)
    assert found == oracle(contract, stays, period)


@given(blocks(), PERIODS)
def test_nights_of_all_kinds_are_capacity_times_days(block: tuple[BlockContract, list[Stay]], period: Period) -> None:
    contract, stays = block
    always = replace(contract, places=tuple(replace(place, ends_before=None) for place in contract.places))
    spans = block_nights(always, stays, period)
    assert sum(span.nights for span in spans) == len(contract.places) * period.nights


@given(blocks(), days(0, 150), st.integers(0, 60), st.integers(0, 60))
def test_consecutive_periods_cost_the_same_as_one_long_one(
    block: tuple[BlockContract, list[Stay]], first: date, one: int, two: int
) -> None:
    contract, stays = block
    middle, end = first + DAY * one, first + DAY * (one + two)
    parts = charged(contract, stays, Period(first, middle)) + charged(contract, stays, Period(middle, end))
    assert sums(parts) == sums(charged(contract, stays, Period(first, end)))


@given(blocks(), PERIODS)
def test_every_charge_is_within_pennies_of_its_exact_price(
    block: tuple[BlockContract, list[Stay]], period: Period
) -> None:
    contract, stays = block
    spans = block_nights(contract, stays, period)
    exact: Fraction = sum(
        (
            Fraction(price_on(contract, span.starts_on + DAY * number) * span.basis_points, 70_000)
            for span in spans
            if span.bearer != "provider"
            for number in range(span.nights)
        ),
        Fraction(0),
    )
    charges = block_charges(contract, spans, {})
    lines = {(charge.place_ref, charge.starts_on) for charge in charges}
    # A retainer is a weekly price of its own, rounded to the penny before its nights are counted.
    retained = sum(span.nights for span in spans if span.basis_points < 10_000)
    assert abs(sum(charge.pence for charge in charges) - exact) <= len(lines) + Fraction(retained, 14)


def price_on(contract: BlockContract, night: date) -> int:
    return next(p.pence for p in reversed(contract.weekly_price) if p.starts_on <= night)


@given(st.integers(0, 2_000_000), days(0, 400), st.integers(0, 80))
def test_seven_nights_are_a_week_to_the_penny(weekly: int, first: date, weeks: int) -> None:
    contract = replace(EXAMPLE, places=EXAMPLE.places[:1], weekly_price=(PriceSpan(date(2020, 1, 1), None, weekly),))
    charges = charged(contract, [], Period(first, first + DAY * 7 * weeks))
    assert sum(charge.pence for charge in charges) == weekly * weeks


@given(st.integers(0, 10**9), st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(any))
def test_shares_add_up_and_stay_within_a_penny_of_their_quota(pence: int, weights: list[int]) -> None:
    named = tuple((f"A{number}", weight) for number, weight in enumerate(weights))
    parts = shares_of(pence, named)
    assert sum(parts.values()) == pence
    for name, weight in named:
        assert abs(parts[name] - Fraction(pence * weight, sum(weights))) < 1


@given(st.integers(0, 2_000_000), days(0, 60), st.integers(0, 400), st.lists(st.integers(0, 400), max_size=6))
def test_an_individual_stay_is_rounded_once_however_it_is_billed(
    weekly: int, arrived_on: date, nights: int, cuts: list[int]
) -> None:
    stay = Stay("S", "C", "POR", "X1", arrived_on, arrived_on + DAY * nights)
    placement = IndividualPlacement("I1", stay, "Madeup Care Ltd", (PriceSpan(date(2020, 1, 1), None, weekly),))
    edges = [ORIGIN - DAY, *sorted(ORIGIN + DAY * cut for cut in cuts), ORIGIN + DAY * 900]
    total = 0
    for first, before in pairwise(edges):
        spans = individual_nights(placement, Period(first, before))
        total += sum(charge.pence for charge in individual_charges(placement, spans, {}))
    assert total == round(Fraction(weekly * nights, 7))


# The worked month -------------------------------------------------------------------------------------------------


def test_the_worked_month_falls_on_the_right_authorities() -> None:
    spans = block_nights(EXAMPLE, [KENT_CHILD, VISITOR], JUNE)
    assert by_bearer(spans) == {
        ("occupied", "KEN"): 30,
        ("occupied", "POR"): 15,
        ("empty", "KEN"): 15,
        ("empty", "WSX"): 30,
    }
    totals: Counter[str] = Counter()
    for charge in block_charges(EXAMPLE, spans, NAMES):
        totals[charge.payer] += charge.pence
    assert totals == {"KEN": 2929500, "POR": 976500, "WSX": 1953000}


def test_a_charge_says_why_in_plain_words() -> None:
    charges = block_charges(EXAMPLE, block_nights(EXAMPLE, [KENT_CHILD, VISITOR], JUNE), NAMES)
    words = {charge.payer: charge.reason for charge in charges}
    assert words["POR"] == (
        "15 nights from 10 June 2026 to 24 June 2026 in Place 2 of Madeup House: "
        "child of Portsmouth in a Kent block bed, £4,557.00 a week"
    )
    assert words["WSX"].endswith(
        "a Kent block bed, empty, borne by West Sussex (the place is nominated to it), £4,557.00 a week"
    )


def test_the_night_of_arrival_counts_and_the_night_of_departure_does_not() -> None:
    one_night = replace(VISITOR, arrived_on=date(2026, 6, 10), departed_on=date(2026, 6, 11))
    none = replace(VISITOR, arrived_on=date(2026, 6, 20), departed_on=date(2026, 6, 20))
    nights = by_bearer(block_nights(EXAMPLE, [one_night, none], JUNE))
    assert nights["occupied", "POR"] == 1


def test_one_child_leaves_and_another_arrives_on_the_same_day() -> None:
    following = Stay("S3", "C3", "WSX", "P2", date(2026, 6, 25))
    nights = by_bearer(block_nights(EXAMPLE, [following, VISITOR], JUNE))
    assert (nights["occupied", "POR"], nights["occupied", "WSX"]) == (15, 6)


def test_two_children_in_one_place_are_refused() -> None:
    with pytest.raises(ValueError, match="S2 and S3 both hold place P2 on 2026-06-24"):
        block_nights(EXAMPLE, [VISITOR, Stay("S3", "C3", "WSX", "P2", date(2026, 6, 24))], JUNE)


def test_a_child_who_leaves_before_arriving_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        block_nights(EXAMPLE, [replace(VISITOR, departed_on=date(2026, 6, 9))], JUNE)


def test_nothing_is_paid_before_the_home_can_accept_a_child() -> None:
    places = (BlockPlace("P1", date(2026, 6, 21)), BlockPlace("P2", None))
    contract = replace(EXAMPLE, places=places)
    assert by_bearer(block_nights(contract, [], JUNE)) == {("not_yet_payable", "provider"): 50, ("empty", "KEN"): 10}
    assert sum(charge.pence for charge in charged(contract, [], JUNE)) == round(Fraction(WEEKLY * 10, 7))


def test_a_place_the_provider_closed_is_never_paid_for() -> None:
    closed = (Unavailable("P3", date(2026, 6, 11), date(2026, 6, 21)),)
    contract = replace(EXAMPLE, unavailable=closed)
    assert by_bearer(block_nights(contract, [], JUNE))["unavailable", "provider"] == 10
    by_host = replace(EXAMPLE, unavailable=(replace(closed[0], bearer="host"),))
    assert by_bearer(block_nights(by_host, [], JUNE))["unavailable", "KEN"] == 10


def test_grace_nights_run_on_over_the_end_of_a_month() -> None:
    contract = replace(EXAMPLE, places=EXAMPLE.places[1:2], rule=VoidRule("host", grace_nights=7))
    left = replace(VISITOR, arrived_on=date(2026, 5, 1), departed_on=date(2026, 5, 29))  # 3 free nights in May
    nights = by_bearer(block_nights(contract, [left], JUNE))
    assert (nights["empty", "provider"], nights["empty", "KEN"]) == (4, 26)


def test_shared_empty_nights_are_split_by_weight_to_the_penny() -> None:
    rule = VoidRule("shares", (("KEN", 5), ("WSX", 3), ("POR", 1), ("MED", 0)))
    contract = replace(EXAMPLE, places=EXAMPLE.places[:1], rule=rule)
    charges = charged(contract, [], JUNE)
    assert [charge.payer for charge in charges] == ["KEN", "WSX", "POR"]
    assert sum(charge.pence for charge in charges) == 1953000
    assert [round(charge.pence / 1953000 * 9) for charge in charges] == [5, 3, 1]


def test_a_price_change_cuts_the_charge() -> None:
    prices = price_spans([(date(2026, 6, 15), 476000), (date(2026, 1, 1), 455700)])
    contract = replace(EXAMPLE, places=EXAMPLE.places[2:], weekly_price=prices)
    found = [(charge.nights, charge.weekly_pence, charge.pence) for charge in charged(contract, [], JUNE)]
    assert found == [(14, 455700, 911400), (16, 476000, 1088000)]


@pytest.mark.parametrize(
    ("prices", "fault"),
    [((), "no price"), ((*OPEN, *OPEN), "more than one price"), (price_spans([(date(2026, 6, 2), 1)]), "no price")],
)
def test_a_payable_night_needs_exactly_one_price(prices: tuple[PriceSpan, ...], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        charged(replace(EXAMPLE, weekly_price=prices), [], JUNE)


def test_leap_day_is_a_night() -> None:
    contract = replace(EXAMPLE, places=EXAMPLE.places[:1])
    leap = charged(contract, [], Period(date(2028, 2, 1), date(2028, 3, 1)))
    plain = charged(contract, [], Period(date(2027, 2, 1), date(2027, 3, 1)))
    assert (leap[0].nights, plain[0].nights) == (29, 28)
    assert leap[0].pence - plain[0].pence == 65100


def test_fifteen_beds_for_a_year_cost_what_the_published_paper_says() -> None:
    places = tuple(BlockPlace(f"P{number}", date(2027, 1, 1)) for number in range(15))
    year = Period(date(2027, 1, 1), date(2028, 1, 1))
    charges = charged(replace(EXAMPLE, places=places), [], year)
    assert sum(charge.pence for charge in charges) == 356_422_500


def test_a_stay_elsewhere_is_not_this_blocks_business() -> None:
    elsewhere = replace(VISITOR, place_ref="X9")
    assert block_nights(EXAMPLE, [elsewhere], JUNE) == block_nights(EXAMPLE, [], JUNE)


def test_an_individual_placement_is_paid_straight_to_its_provider() -> None:
    placement = IndividualPlacement("SPOT-1", VISITOR, "Madeup Hill Homes Ltd", OPEN, "framework")
    (charge,) = individual_charges(placement, individual_nights(placement, JUNE), NAMES)
    assert (charge.payer, charge.via, charge.payee, charge.pence) == ("POR", None, "Madeup Hill Homes Ltd", 976500)
    assert charge.reason.endswith("child of Portsmouth, placed through a framework, £4,557.00 a week")
    assert individual_nights(placement, Period(date(2026, 8, 1), date(2026, 9, 1))) == ()


def test_impossible_rules_and_periods_are_refused() -> None:
    with pytest.raises(ValueError, match="Grace"):
        VoidRule(grace_nights=-1)
    with pytest.raises(ValueError, match="Shares need"):
        VoidRule("shares", (("KEN", 0),))
    with pytest.raises(ValueError, match="cannot end"):
        Period(date(2026, 7, 1), date(2026, 6, 1))
    with pytest.raises(ValueError, match="at least one weight"):
        shares_of(100, ())


@settings(max_examples=20)
@given(blocks(), PERIODS)
def test_the_order_of_the_stays_does_not_matter(block: tuple[BlockContract, list[Stay]], period: Period) -> None:
    contract, stays = block
    assert block_nights(contract, list(reversed(stays)), period) == block_nights(contract, stays, period)
